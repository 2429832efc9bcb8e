"""Figures for everybody: names on their axes, words for those who cannot see them, one look."""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import data, plots, training
from gradwise.experiments import seeds
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.figure import Figure
from matplotlib.text import Text
from torch import nn

from .kernel import shown


def test_a_mean_has_the_same_standard_error_in_a_table_and_in_every_figure() -> None:
    scores = np.array([[0.5, 0.7, 0.9], [0.8, 0.8, 0.8]])
    assert plots.standard_error(scores) == pytest.approx([0.2 / 3**0.5, 0.0])
    assert seeds.mean_and_error(scores[0]) == "0.700 ± 0.115"
    assert seeds.wins([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]) == "2 of 3 seeds"
    assert seeds.paired(scores[0], np.array([0.5, 0.6, 0.9])) == "+0.033 (t = +1.0, 1 of 3 seeds)"
    for dots in (False, True):
        _, (ax,) = plots.figure()
        averages = plots.means(ax, [1.0, 10.0], {"a": scores}, xlabel="x", ylabel="y", dots=dots)
        assert averages == {"a": pytest.approx([0.7, 0.8])}
        (bars,) = ax.containers[0].lines[2]
        assert np.ptp(bars.get_segments()[0][:, 1]) == pytest.approx(2 * 0.2 / 3**0.5)
        assert sum(line.get_marker() == "." for line in ax.lines) == 3 * dots
    _, (ax,) = plots.figure()
    plots.scores(ax, {"a": [0.5, 0.7, 0.9]}, xlabel="x")
    (bars,) = ax.containers[0].lines[2]
    assert np.ptp(bars.get_segments()[0][:, 0]) == pytest.approx(2 * 0.2 / 3**0.5)


def test_figures_have_names_on_their_axes_and_fit_the_column() -> None:
    ring = data.ring(50)
    model = training.mlp([2, 4, 2], nn.ReLU)
    figure, axes = plots.boundaries([("a", training.probability(model))] * 3, ring.X_train, ring.y_train)
    assert figure.get_size_inches()[0] == plots.WIDTH
    assert [ax.get_xlabel() for ax in axes] == ["$x_1$"] * 3
    figure, (left, right) = plots.figure(2)
    plots.spread(left, [[1, 2, 3], [3, 2, 1]], "runs")
    assert left.get_legend().get_texts()[0].get_text() == "runs"
    plots.scores(right, {"a": [0.5, 0.7], "b": [0.9, 0.8]}, xlabel="accuracy")
    assert [label.get_text() for label in right.get_yticklabels()] == ["a", "b"]
    plots.caption(figure, "The finding.")
    assert figure.get_supxlabel() == "The finding."
    plots.gradient_sizes(left, {"first": [0.0, 1e-3], "last": [0.1]}, title="t")
    assert left.get_xlabel() == "log10 |gradient|"
    plt.close("all")


def too_small(figure: Figure) -> list[str]:
    """Returns the texts of a figure that have fewer than 9 points."""
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]
    return [text.get_text() for text in texts if text.get_text() and text.get_fontsize() < 9]


def test_no_text_is_smaller_than_nine_points_and_a_smaller_one_would_be_found() -> None:
    figure, (left, right) = plots.figure(2)
    plots.spread(left, [[1, 2, 3], [3, 2, 1]], "runs")
    plots.scores(right, {"a": [0.5, 0.7], "b": [0.9, 0.8]}, xlabel="accuracy")
    left.set_title("title")
    plots.caption(figure, "The finding.")
    table = np.array([[0.5, -1.25], [3.0, 4.0]])
    tables = plots.tables_compared([("dW", table, table + 1, table > 1)])
    assert too_small(figure) == too_small(tables) == []
    left.text(0.5, 0.5, "small print", fontsize=8)
    assert too_small(figure) == ["small print"]
    plt.close("all")


def test_a_legend_below_covers_no_data() -> None:
    figure, (ax,) = plots.figure()
    ax.plot([1, 2], label="plain")
    ax.set_xlabel("epoch")
    plots.legend_below(ax)
    figure.draw_without_rendering()
    legend, label = ax.get_legend().get_window_extent(), ax.xaxis.label.get_window_extent()
    assert legend.y1 < ax.get_window_extent().y0
    assert legend.y1 < label.y0 + 1
    plt.close("all")


def test_a_picture_has_160_dots_an_inch_and_fits_a_column_of_900_pixels(shell: InteractiveShell) -> None:
    figure, _ = plots.figure()
    page = plots.as_image(figure, "x")
    picture = plt.imread(io.BytesIO(base64.b64decode(page.rpartition("base64,")[2].partition('"')[0])))
    assert 1300 < picture.shape[1] <= 1460
    assert f"width: {picture.shape[1] / 1.6:.0f}px; max-width: 100%" in page
    plt.close("all")


def test_a_figure_is_shown_with_its_caption_and_its_axes_in_words(shell: InteractiveShell) -> None:
    figure, (left, right) = plots.figure(2)
    left.plot([1, 2], label="plain")
    left.legend()
    left.set(xlabel="epoch", ylabel="loss")
    right.set_title("twice")
    plots.caption(figure, "It falls < 2 times.")
    with capture_output() as captured:
        plots.show()
    assert shown(captured) == ["It falls < 2 times.; loss over epoch (plain); twice"]
    assert "background: white" in captured.outputs[0].data["text/html"]
    assert not plt.get_fignums()


def test_a_figure_is_dark_on_nothing_and_turned_round_in_a_dark_theme(shell: InteractiveShell) -> None:
    plots.figure()
    with capture_output() as captured:
        plots.show()
    page = captured.outputs[0].data["text/html"]
    assert "[data-jp-theme-light=false] .gradwise-picture" in page
    assert "filter: invert(1) hue-rotate(180deg)" in page
    picture = plt.imread(io.BytesIO(base64.b64decode(page.rpartition("base64,")[2].partition('"')[0])))
    assert picture[0, 0, 3] == 0  # nothing, where the page's ground shows through
    inked = picture[picture[..., 3] > 0.9]
    assert inked[:, :3].mean() < 0.3


def test_a_bare_figure_still_has_words(shell: InteractiveShell) -> None:
    plots.figure()
    with capture_output() as captured:
        plots.show()
    assert shown(captured) == ["a figure"]

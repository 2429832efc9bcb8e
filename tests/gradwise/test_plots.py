"""Figures for everybody: words for those who cannot see them, a ground of their own in a dark room."""

import html
import re
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import plots, reference
from gradwise.check import check
from gradwise.errors import CheckFailed
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A notebook's shell: figures are shown to it."""
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()
    plt.close("all")


def shown(captured: capture_output) -> list[str]:
    """The alternative texts of the pictures that were shown."""
    pages = [output.data["text/html"] for output in captured.outputs]
    return [html.unescape(text) for page in pages for text in re.findall(r'alt="([^"]*)"', page)]


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
    assert "background:white" in captured.outputs[0].data["text/html"]
    assert not plt.get_fignums()


def test_a_bare_figure_still_has_words(shell: InteractiveShell) -> None:
    plots.figure()
    with capture_output() as captured:
        plots.show()
    assert shown(captured) == ["a figure"]


def test_the_picture_of_a_check_says_where_a_curve_differs(shell: InteractiveShell) -> None:
    def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        return np.where(x > 0, x, alpha * x)

    with capture_output() as captured, pytest.raises(CheckFailed):
        check("elu", {"elu": elu, "elu_grad": reference.elu_grad})
    (text,) = shown(captured)
    assert text.startswith("elu(x, 1.0): yours differs from the expected curve between x = -4 and ")

"""Requirements on all demos: the frame, settings for a lecture, colours, size of letters and speed."""

import inspect
import io
import itertools
import re
from collections.abc import Callable
from unittest.mock import patch

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import plots
from gradwise.demos import GALLERY, gallery
from gradwise.demos.frame import YOUR_OWN, Demo, View, stage
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from ...yardstick import times_as_long
from ..kernel import shown

SMALLEST = 10  # points; the figures are 9.5 inches wide
PALETTE = {to_hex(colour) for colour in plots.CYCLE}


@pytest.fixture(scope="module", params=GALLERY)
def demo(request: pytest.FixtureRequest) -> Demo:
    return GALLERY[request.param]()


def small(draws: list[float] | None = None) -> Demo:
    """Returns a small demo that appends each x that it draws to `draws`."""

    def draw(x: float, y: float) -> View:
        if draws is not None:
            draws.append(x)
        figure, (ax,) = stage()
        ax.plot([0, x], [0, y])
        return View(figure, f"x is {x:g}", frozenset({"y"} if x > 5 else ()))

    controls = {name: ipywidgets.FloatSlider(value=1.0, max=9.0, description=name) for name in "xy"}
    return Demo("Small", draw, controls, {"one": {}, "two": {"x": 2.0}, "six": {"x": 6.0, "y": 3.0}})


# --- the frame --------------------------------------------------------------------------------------


def test_a_preset_sets_all_controls_and_draws_once() -> None:
    draws: list[float] = []
    demo = small(draws)
    demo.chosen.value = "six"
    assert draws == [1.0, 6.0]
    assert (demo.controls["x"].value, demo.controls["y"].value) == (6.0, 3.0)
    assert "x is 6" in demo.picture.value
    demo.chosen.value = "two"
    # y, which this preset leaves out, has its first value again
    assert (demo.controls["x"].value, demo.controls["y"].value) == (2.0, 1.0)


def test_moving_a_control_names_the_setting() -> None:
    demo = small()
    demo.controls["x"].value = 3.0
    assert demo.chosen.value == YOUR_OWN
    demo.controls["x"].value = 2.0
    assert demo.chosen.value == "two"


def test_surprise_goes_round() -> None:
    demo = small()
    seen = []
    for _ in range(4):
        demo.surprise.click()
        seen.append(demo.chosen.value)
    assert seen == ["two", "six", "one", "two"]
    demo.controls["x"].value = 7.0
    demo.surprise.click()
    assert demo.chosen.value == "one"


def test_controls_that_make_no_difference_are_shut_off() -> None:
    demo = small()
    assert not demo.controls["y"].disabled
    demo.set(x=6.0)
    assert demo.controls["y"].disabled


def test_a_demo_shows_itself_in_a_notebook_and_a_still_picture_for_later(shell: InteractiveShell) -> None:
    demo = small()
    with capture_output() as captured:
        display(demo)
    live, still = (output.data for output in captured.outputs)
    assert "application/vnd.jupyter.widget-view+json" in live
    assert live["text/plain"] == demo.title
    assert shown(captured) == [demo.view().finding]
    assert ": run this cell to move the sliders" in still["text/html"]
    assert f">{demo.view().finding}</p>" in still["text/html"]
    assert not plt.get_fignums()


def test_the_gallery_makes_a_demo_when_it_is_chosen_and_keeps_it() -> None:
    page = gallery()
    assert list(page.made) == ["1 Gradients"]
    page.choice.value = "2 Activations"
    first = page.made["2 Activations"]
    page.choice.value = "1 Gradients"
    page.choice.value = "2 Activations"
    assert page.made["2 Activations"] is first
    assert page.widget.children[1].children == (first.widget,)


# --- the family -------------------------------------------------------------------------------------


Views = dict[str, tuple[View, str]]


@pytest.fixture(scope="module")
def views(demo: Demo) -> Views:
    """Each preset's view, and the page that shows it."""
    shown = {}
    for name, values in demo.presets.items():
        demo.set(**values)
        shown[name] = demo.view(), demo.picture.value
    return shown


def test_each_demo_has_settings_that_show_different_things(demo: Demo, views: Views) -> None:
    assert len(views) >= 5
    assert len({view.finding for view, _ in views.values()}) >= len(views) - 1  # two conventions may agree twice
    assert all(len(name) <= 60 for name in views)
    assert next(iter(demo.presets.values())) == demo.presets[demo.chosen.options[0]]


def test_each_finding_is_short_has_numbers_and_is_the_alternative_text(views: Views) -> None:
    for name, (view, page) in views.items():
        assert 20 < len(view.finding) < 320, name
        assert re.search(r"\d", view.finding) or "never stop" in view.finding, name
        assert view.finding[:40].split("'")[0] in page, name
        assert page.count("<img") == page.count('alt="') == 1, name


def test_each_control_says_what_it_is(demo: Demo) -> None:
    assert all(control.description for control in demo.controls.values())
    assert demo.title


def colours(figure: Figure) -> set[str]:
    """Returns the colours of all lines of a figure, without black and white; contours are not lines."""
    return {to_hex(line.get_color()) for ax in figure.axes for line in ax.get_lines()} - {"#000000", "#ffffff"}


def too_small(figure: Figure) -> list[str]:
    """Returns the texts that are too small for the last row of a lecture hall."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    return [text.get_text() for text in texts if text.get_fontsize() < SMALLEST]


def test_each_demo_can_be_read_from_the_last_row_and_by_colour_blind_eyes(views: Views) -> None:
    for name, (view, _) in views.items():
        assert colours(view.figure) <= PALETTE, name
        assert not too_small(view.figure), name


def test_small_letters_and_strange_colours_are_found() -> None:
    figure, (ax,) = stage()
    ax.plot([0, 1], color="lime", label="here")
    ax.set_title("tiny", fontsize=7)
    assert not colours(figure) <= PALETTE
    assert too_small(figure) == ["tiny"]


# Linear RGB as the three kinds of colour-blind eyes see it: Machado, Oliveira and Fernandes (2009), severity 1.
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


APART = 0.09


def nearest(pair: tuple[str, str]) -> float:
    """Returns the RGB distance of two colours, from 0 to 1.7, for the eyes that tell them apart worst."""

    def seen(colour: str, eyes: list[list[float]]) -> np.ndarray:
        linear = np.array(to_rgb(colour)) ** 2.2
        return np.clip(np.array(eyes) @ linear, 0, 1) ** (1 / 2.2)

    return min(float(np.linalg.norm(seen(pair[0], eyes) - seen(pair[1], eyes))) for eyes in BLIND.values())


def test_the_palette_stays_apart_for_colour_blind_eyes() -> None:
    assert min(map(nearest, itertools.combinations(plots.CYCLE, 2))) > APART
    assert nearest(("#a05a2c", "#5f7f2c")) < APART  # a brown and a green


LIVE = (
    5  # times as long as an empty figure takes, which is about 0.04 seconds; the slowest demo takes 3.3 times as long
)


def plain(x: float) -> View:
    return View(stage()[0], f"x is {x:g}")


def empty() -> Demo:
    """Returns a demo that draws no more than a figure's frame."""
    return Demo("Empty", plain, {"x": ipywidgets.FloatSlider(description="x")}, {"one": {}, "two": {"x": 2.0}})


def redraw(demo: Demo) -> Callable[[], None]:
    """Returns a function that shows the demo's next preset at each call."""
    presets = itertools.cycle(list(demo.presets.values()))
    return lambda: demo.set(**next(presets))


def test_a_redraw_feels_live(demo: Demo) -> None:
    assert times_as_long(redraw(demo), redraw(empty()), most=LIVE) <= LIVE


def test_a_slow_redraw_is_found() -> None:
    def draw(x: float) -> View:
        for _ in range(LIVE + 1):
            view = plain(x)
            view.figure.savefig(io.BytesIO(), format="png")
        return view

    slow = Demo("Slow", draw, {"x": ipywidgets.FloatSlider(description="x")}, {"one": {}, "two": {"x": 2.0}})
    assert times_as_long(redraw(slow), redraw(empty()), most=LIVE, attempts=3) > LIVE


def test_each_redraw_draws_one_figure(demo: Demo) -> None:
    with patch.object(Figure, "savefig", autospec=True, side_effect=Figure.savefig) as save:
        demo.next()
    assert save.call_count == 1


def test_the_gallery_has_every_demo() -> None:
    from gradwise import demos

    made_of = {maker.__name__ for maker in GALLERY.values()}
    makers = {name for name in demos.__all__ if inspect.isfunction(getattr(demos, name))}
    assert makers - {"gallery"} == made_of

"""The activation explorer: every activation, and a sentence that follows the sliders."""

import html
from typing import Any

import matplotlib.pyplot as plt
import pytest
from gradwise.demos import activation_explorer
from gradwise.demos.activations import NAMES, curve, explore, finding
from gradwise.demos.frame import as_html


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_can_be_explored(name: str) -> None:
    value, slope = curve(name, 0.3)
    assert value.shape == slope.shape == (401,)
    view = explore(name, 0.3)
    assert view.finding == finding(name, 0.3)
    page = as_html(view)
    assert f'alt="{html.escape(view.finding)}"' in page
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("leaky_relu", 0.1), "Left of 0 the slope is 0.1: 10 % of a gradient passes there."),
        (("leaky_relu", 0.0), "Left of 0 the slope is 0.0: nothing of a gradient passes there."),
        (
            ("leaky_relu", 2.0, True),
            "With a slope of 2.0, max(αz, z) picks the wrong piece on both sides, by up to 4.0.",
        ),
        (
            ("elu", 0.5),
            "With α = 0.5 the left side goes down to -0.5, and there is a corner at 0, where the slope jumps by 0.5.",
        ),
        (("elu", 1.0), "With α = 1.0 the left side goes down to -1.0, and there is no corner at 0."),
        (("sigmoid", 1.0), "sigmoid's slope is 0.25 at most and 0.018 at x = -4."),
    ],
)
def test_the_sentence_follows_the_sliders(args: Any, says: str) -> None:
    assert finding(*args) == says


def test_the_explorer_redraws_when_a_control_moves() -> None:
    demo = activation_explorer()
    name, alpha, slide_form = demo.controls.values()
    before = demo.picture.value
    alpha.value = 2.0
    slide_form.value = True
    assert demo.picture.value != before
    assert "picks the wrong piece" in demo.picture.value
    name.value = "elu"
    assert "α = 2.0" in demo.picture.value
    assert (alpha.disabled, slide_form.disabled) == (False, True)
    name.value = "mish"
    assert (alpha.disabled, slide_form.disabled) == (True, True)

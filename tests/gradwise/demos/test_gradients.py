"""The live demo of notebook 01: its sentence follows the controls."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise.demos import gradient_flow
from gradwise.demos.gradients import NAMES, finding, flow, measure


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_flows(name: str) -> None:
    view = flow(name, 3, 1.0)
    sizes = measure(name, 3, 1.0)
    assert (len(sizes.activations), len(sizes.deltas), len(sizes.weights)) == (3, 4, 4)
    assert view.finding == finding(sizes, False, 1.0)
    assert [ax.get_xlabel() for ax in view.figure.axes] == ["layer", "layer"]
    plt.close("all")


@pytest.mark.parametrize(
    ("args", "label"),
    [
        (("sigmoid", 20, 1.0), "vanishing"),
        (("tanh", 20, 1.0), "healthy"),
        (("ReLU", 20, 2**0.5), "healthy"),
        (("ReLU", 20, 10.0), "exploding"),
        (("tanh", 20, 0.3), "vanishing"),
    ],
)
def test_the_report_is_in_the_sentence(args: Any, label: str) -> None:
    sizes = measure(*args)
    assert sizes.label == label
    assert f"Layer 1 gets {sizes.ratio:.1e} of the last layer's delta: {label}." in finding(sizes, False, 1.0)


def test_clipping_changes_the_size_of_all_layers_and_no_ratio() -> None:
    sizes = measure("ReLU", 8, 4.0)
    factor = 0.5 / sizes.norm
    assert f"clipping multiplies all gradients by {factor:.1e}; no ratio changes" in finding(sizes, True, 0.5)
    assert "clipping changes nothing" in finding(sizes, True, 10 * sizes.norm)
    view = flow("ReLU", 8, 4.0, True, 0.5)
    before, after = (line.get_ydata() for line in view.figure.axes[1].lines)
    assert np.allclose(np.asarray(after) - np.asarray(before), np.log10(factor))
    plt.close("all")


def test_the_widget_redraws_and_greys_out_what_makes_no_difference() -> None:
    demo = gradient_flow()
    name, depth, _, clip, max_norm = demo.controls.values()
    assert max_norm.disabled
    before = demo.picture.value
    clip.value = True
    assert not max_norm.disabled
    assert demo.picture.value != before
    name.value, depth.value = "tanh", 4
    assert "healthy" in demo.picture.value
    assert not plt.get_fignums()

"""The signal explorer of notebook 04."""

import html

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import reference
from gradwise.demos import signal_explorer
from gradwise.demos.frame import as_html
from gradwise.demos.initialization import LAYERS, NAMES, SCALES, at_the_end, balance, explore, finding, stds


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_can_be_explored(name: str) -> None:
    assert stds(name, 1.0).shape == (LAYERS,)
    assert at_the_end(name).shape == SCALES.shape
    view = explore(name, 1.0)
    assert view.finding == finding(name, 1.0)
    assert f'alt="{html.escape(view.finding)}"' in as_html(view)
    assert not plt.get_fignums()


def test_larger_weights_give_larger_signals() -> None:
    for name in ("linear", "relu", "silu"):
        assert (at_the_end(name)[1:] > at_the_end(name)[:-1]).all()


def test_the_marked_scale_is_the_gain() -> None:
    assert balance("relu") == pytest.approx(2**0.5)
    assert balance("tanh") == reference.gain(np.tanh)


def test_the_sentence_follows_the_slider() -> None:
    first, last = stds("relu", 0.5)[[0, -1]]
    sentence = finding("relu", 0.5)
    assert sentence.startswith(
        f"relu with weights of std 0.50/√n: the signal's std is {first:.2g} after layer 1 and {last:.2g}"
    )
    assert sentence.endswith(f"on average each layer leaves it {(last / first) ** (1 / 19):.2g} times as large.")
    assert finding("linear", 1.0).endswith("on average each layer leaves it about the same.")


def test_the_explorer_redraws_when_a_control_moves() -> None:
    demo = signal_explorer()
    name, scale = demo.controls.values()
    before = demo.picture.value
    scale.value = 2.0
    assert demo.picture.value != before
    assert "tanh with weights of std 2.00/√n" in demo.picture.value
    name.value = "relu"
    assert "relu with weights of std 2.00/√n" in demo.picture.value

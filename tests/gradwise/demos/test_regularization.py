"""The demos of notebook 05: a penalty's strength, and dropout's masks."""

import html

import matplotlib.pyplot as plt
import pytest
from gradwise.demos import dropout_masks, penalty_explorer
from gradwise.demos.frame import as_html
from gradwise.demos.regularization import (
    PENALTIES,
    STRENGTHS,
    dropout_finding,
    explore_dropout,
    explore_penalty,
    networks,
    penalty_finding,
)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_stronger_penalties_cost_more_in_training_and_the_best_lies_between(penalty: str) -> None:
    nets = networks(penalty)
    assert len(nets.strengths) == len(STRENGTHS[penalty]) == len(nets.maps) == len(nets.weights)
    assert nets.training[0] < 0.2 < nets.training[-1]
    assert 0 < nets.test.argmin() < len(nets.strengths) - 1
    assert nets.test.min() < 0.5 * nets.test[0]


def test_zeros_come_with_l1_only() -> None:
    assert all((weights != 0).all() for weights in networks("L2").weights)
    zeros = [int((weights == 0).sum()) for weights in networks("L1").weights]
    assert zeros[0] < zeros[7] < zeros[-1] == networks("L1").weights[0].size


def test_the_sentences_follow_the_sliders() -> None:
    best = int(networks("L1").test.argmin())
    assert "(the best of the 15)" in penalty_finding("L1", best)
    assert "the best of the 15 is" in penalty_finding("L1", best - 1)
    assert "0 of 672 weights are exactly 0" in penalty_finding("L2", 3)
    assert dropout_finding(0.5, 2.0, 1, False).startswith("In evaluation nothing happens: mean 2.0")
    assert "multiplied by 2.00" in dropout_finding(0.5, 2.0, 1, True)
    assert "of 10000 entries are dropped" in dropout_finding(0.5, 2.0, 1, True)
    assert dropout_finding(0.5, 2.0, 1, True) != dropout_finding(0.5, 2.0, 2, True)


def test_pages_carry_their_finding_and_close_their_figure() -> None:
    for view in (explore_penalty("L2", 3), explore_dropout(0.5, 2.0, 1, True)):
        assert f'alt="{html.escape(view.finding)}"' in as_html(view)
    assert not plt.get_fignums()


def test_the_penalty_explorer_redraws_when_a_control_moves() -> None:
    demo = penalty_explorer()
    penalty, strength = demo.controls.values()
    before = demo.picture.value
    strength.value = 10
    assert demo.picture.value != before
    penalty.value = "L1"
    assert penalty_finding("L1", 10) in demo.picture.value


def test_evaluation_switches_the_rate_off() -> None:
    demo = dropout_masks()
    p, _mean, step, training = demo.controls.values()
    step.value = 2
    assert "are dropped" in demo.picture.value
    training.value = False
    assert (p.disabled, step.disabled) == (True, True)
    assert "In evaluation nothing happens" in demo.picture.value

"""Notebook 1's experiments: planted bugs, recurrent networks, pictures by layer."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import data, plots, reference, training
from gradwise.experiments import gradients, networks
from torch import nn


def test_the_suspect_has_two_bugs() -> None:
    rng, (f, df) = np.random.default_rng(0), networks.ACTIVATIONS["tanh"]
    (Ws, bs), X, dout = networks.random_weights([3, 4, 2, 5]), rng.normal(size=(6, 3)), rng.normal(size=(6, 5))
    _, zs, hs = reference.mlp_forward(X, Ws, bs, f)
    right, suspect = (go(dout, zs, hs, Ws, df) for go in (reference.mlp_backward, gradients.suspect_backward))
    wrong = [
        (kind, layer)
        for kind in range(3)
        for layer in range(3)
        if not np.allclose(right[kind][layer], suspect[kind][layer])
    ]
    assert wrong == [(0, 1), (1, 0)]


def test_clipping_rescues_the_recurrent_network() -> None:
    digits = data.digits()
    X, y = digits.X_train[:100], digits.y_train[:100]
    parts = (reference.mlp_forward, reference.mlp_backward, reference.clip_grad_norm)
    without, clipped = (gradients.train_recurrent(*parts, X, y, max_norm, seed=0) for max_norm in (np.inf, 1.0))
    assert not without[-1] < 2
    assert clipped[-1] < 0.5
    assert without[0] == clipped[0]


def test_weights_that_move_are_measured_by_their_own_length() -> None:
    before, after = training.mlp([2, 3, 2], nn.Tanh), training.mlp([2, 3, 2], nn.Tanh)
    with torch.no_grad():
        for p in after.parameters():
            p.mul_(1.5)
    assert gradients.moved(before, after) == pytest.approx([0.5, 0.5])


def test_descent_ends_where_the_gradient_is_zero_and_clouds_come_in_turn() -> None:
    assert gradients.end_of_descent(lambda x: x - 3.0, np.zeros(2), lr=0.5, steps=60) == pytest.approx(np.full(2, 3.0))
    X, y = gradients.two_clouds(1)
    assert X.shape == (80, 2)
    assert X[y == 1].mean() > 0.7 > -0.7 > X[y == 0].mean()


def test_pictures_by_layer_have_names_on_their_axes() -> None:
    figure, (left, right) = plots.figure(2)
    networks.by_layer(left, [[1.0, 2.0], [3.0, 4.0], [2.0, 9.0]], "a")
    assert list(left.lines[0].get_ydata()) == [2.0, 4.0]
    assert (left.get_xlabel(), left.get_yscale()) == ("layer", "log")
    gradients.name_axes(left, right, "The finding.")
    assert figure.get_supxlabel() == "The finding."
    runs = [(2.3, [np.ones(1)] * 4, [], [np.ones(1), np.ones(2)])]
    gradients.draw_ladder(reference.gradient_report, {"net": runs})
    ladder = plt.gcf()
    assert "1e+00 (net)" in ladder.get_supxlabel()
    assert ladder.axes[1].get_legend().get_texts()[0].get_text() == "net: healthy"
    plt.close("all")


def test_dead_networks_and_lost_ones_are_counted() -> None:
    assert gradients.stuck([0.1, 2.0]) == "Guessing costs 2.30."
    dead = "2 of the 3 runs end there: one giant step has switched the ReLUs off, and no gradient comes back"
    assert gradients.stuck([np.log(10), 1.97, np.log(10)]) == f"Guessing costs 2.30; {dead}."
    assert gradients.stuck([np.nan, 0.1]) == "Guessing costs 2.30; 1 end in nan, where the line breaks off."

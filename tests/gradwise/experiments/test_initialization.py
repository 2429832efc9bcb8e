"""Notebook 4's experiments: signals there and back, units, figures."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from gradwise import plots, training
from gradwise.experiments import initialization, networks
from torch import nn


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_signals_there_and_back_are_autograds() -> None:
    X, model = rng().normal(size=(7, 3)), training.mlp([3, 5, 4], nn.Tanh)
    Ws = networks.weights_of(model)
    assert [W.shape for W in Ws] == [(3, 5), (5, 4)]
    hs, gradients = initialization.there_and_back(X, Ws, torch.tanh, seed=4)
    assert np.allclose(hs[1], np.tanh(np.tanh(X @ Ws[0]) @ Ws[1]))
    dz = np.random.default_rng(4).normal(size=(7, 4)) * (1 - hs[1] ** 2)
    assert np.allclose(gradients[1], dz)
    assert np.allclose(gradients[0], dz @ Ws[1].T * (1 - hs[0] ** 2))


def test_units_are_rounded_columns_and_rows() -> None:
    W, b, V = initialization.units(training.mlp([3, 5, 2], nn.Tanh), decimals=2)
    assert (W.shape, b.shape, V.shape) == ((3, 5), (5,), (5, 2))
    assert np.array_equal(W, W.round(2))


def test_figures_of_signals_have_names_and_numbers() -> None:
    _, (left, right) = plots.figure(2)
    networks.layer_spread(left, [[1.0, 0.1], [1.0, 0.3], [1.0, 0.2]], "tanh", says="ends at {last:.2g}", title="t")
    assert left.get_legend().get_texts()[0].get_text() == "tanh: ends at 0.2"
    assert (left.get_xlabel(), left.get_yscale()) == ("layer", "log")
    initialization.histograms(right, [rng().normal(size=50), rng().normal(size=50)], reach=2, title="t", xlabel="h")
    assert [line.get_label() for line in right.lines] == ["layer 1", "layer 2"]
    assert (right.get_xlabel(), right.get_ylabel()) == ("h", "density")
    _, (ax,) = plots.figure()
    plots.means(ax, [9, 30], {"scratch": [[0.5, 0.7], [0.8, 0.9]]}, xlabel="points", ylabel="accuracy")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("points", "accuracy")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["9", "30"]
    plt.close("all")

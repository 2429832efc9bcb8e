"""Notebook 3's experiments: results against a setting."""

import matplotlib.pyplot as plt
import pytest
from gradwise import plots
from gradwise.experiments import normalization
from gradwise.training import Run
from torch import nn


def test_a_sweep_draws_means_errors_and_every_run() -> None:
    _, (ax,) = plots.figure()
    runs = {0.1: (0.5, 0.7), 1.0: (0.9, 0.9)}
    means = normalization.compare_settings(
        ax,
        [0.1, 1.0],
        {"plain": lambda value: [Run(nn.ReLU(), accuracies=[score]) for score in runs[value]]},
        xlabel="rate",
    )
    assert means == {"plain": pytest.approx([0.6, 0.9])}
    assert ax.get_xscale() == "log"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.1", "1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("rate", "test accuracy")
    assert ax.get_legend_handles_labels()[1] == ["plain"]
    plt.close("all")


def test_a_sweep_may_measure_something_else() -> None:
    _, (ax,) = plots.figure()
    methods = {"plain": lambda value: [Run(nn.ReLU(), losses=[9.0, loss]) for loss in (value, 3 * value)]}
    means = normalization.compare_settings(
        ax, [1.0, 2.0], methods, xlabel="x", ylabel="loss", measure=lambda run: run.losses[-1]
    )
    assert means["plain"] == pytest.approx([2.0, 4.0])
    assert ax.get_ylabel() == "loss"
    plt.close("all")

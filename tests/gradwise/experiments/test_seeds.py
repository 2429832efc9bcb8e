"""Over seeds: means, standard errors, paired differences."""

import numpy as np
from gradwise import data, training
from gradwise.experiments import seeds
from torch import nn


def test_runs_over_seeds_are_summed_up_with_their_standard_error() -> None:
    runs = [training.Run(nn.ReLU(), accuracies=[accuracy]) for accuracy in (0.9, 0.8, 1.0)]
    assert seeds.summary(runs) == "0.900 ± 0.058"
    assert len(training.over_seeds(lambda seed: training.mlp([2, 4, 2], nn.ReLU, seed=seed), data.ring(), seeds=2,
                                   num_epochs=1, lr=0.1)) == 2  # fmt: skip


def test_the_comparison_is_paired() -> None:
    table = {"long": ([0.5, 0.7], [9, 9]), "short": ([0.6, 0.9], [2, 4]), "best": ([0.6, 0.8], [])}
    head, long, short, best = seeds.comparison(table, "long").split("\n")
    assert "minus long" in head
    assert long.split() == ["long", "0.600", "±", "0.100", "9", "to", "9"]
    assert short.split() == ["short", "0.750", "±", "0.150", "0.150", "±", "0.050", "2", "to", "4"]
    assert best.split() == ["best", "0.700", "±", "0.100", "0.100", "±", "0.000"]
    assert max(map(len, (head, long, short, best))) <= 90


def test_differences_are_paired() -> None:
    assert seeds.paired(np.array([0.5, 0.75, 1.0]), np.array([0.25, 0.5, 1.0])) == "+0.167 (t = +2.0, 2 of 3 seeds)"
    assert seeds.paired(np.ones(3), np.ones(3)) == "+0.000 (t = -, 0 of 3 seeds)"

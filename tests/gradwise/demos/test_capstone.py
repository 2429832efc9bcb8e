"""The lottery of seeds: pairing shows what unpaired seeds hide."""

import math
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.demos import capstone as evidence
from gradwise.demos import seed_lottery
from scipy.stats import t as student

TANH = {"f": np.tanh, "df": reference.tanh_grad, "p": 0.0, "lam": 0.01}


def settings(**more: Any) -> dict[str, Any]:
    base = {"hidden": (8,), "scheme": "he", "batch_size": 32, "num_epochs": 2, "patience": 2}
    return {**TANH, **base, "lr": 0.02, "schedule": lambda lr, epoch, num_epochs: lr, **more}


def test_the_limits_are_students() -> None:
    assert [evidence.limit(n) for n in range(2, 31)] == pytest.approx(student.ppf(0.975, np.arange(1, 30)), abs=6e-4)


def test_pairing_shows_what_unpaired_seeds_hide() -> None:
    def share_of_labs(**settings: Any) -> float:
        scores = [evidence.scores(lab=lab, **settings) for lab in range(60)]
        ts = [reference.ablation(lambda cfg, seed, s=s: s[cfg, seed], [0, 1], range(5))[1][2] for s in scores]
        return float(np.mean(np.array(ts) > evidence.limit(5)))

    base = {"seeds": 5, "gain": 1.0, "luck": 2.0, "noise": 0.5}
    assert share_of_labs(**base, paired=True) > 0.6
    assert share_of_labs(**base, paired=False) < 0.3
    assert share_of_labs(**{**base, "gain": 0.0}, paired=True) < 0.15


def test_the_sentence_says_what_the_labs_report() -> None:
    ts = np.array([3.0, -3.0, 0.0, 4.0])
    assert evidence.finding(ts, 5, 0.5) == (
        "B is better by 0.5 %. Of 100 labs with 5 seeds, 50% can show it, 25% show the opposite, 25% cannot tell."
    )
    assert evidence.finding(ts, 5, 0.0) == (
        "There is no difference, and 75% of 100 labs with 5 seeds find one (|t| > 2.8)."
    )


def test_the_demo_asks_the_learners_function() -> None:
    asked = []

    def ablation(run: Any, cfgs: Any, seeds: Any) -> Any:
        asked.append(len(seeds))
        return [(0.0, 0.0, math.nan), (0.0, 0.0, 0.0)]

    demo = seed_lottery(ablation)
    assert asked == [5] * evidence.LABS
    demo.set(seeds=7)
    assert asked[-1] == 7
    assert "100% cannot tell" in demo.view().finding

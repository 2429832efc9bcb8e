"""The simulator of early stopping: five libraries' rules, and the sentence below the picture."""

import html
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import reference
from gradwise.demos import stopping_simulator
from gradwise.demos.frame import as_html
from gradwise.demos.stopping import NUM_EPOCHS, Verdict, curve, finding, simulate, verdicts

NAN = math.nan


def stops(losses: list[float], patience: int, min_delta: float = 0.0) -> dict[str, int | None]:
    by_library = verdicts(reference.EarlyStopping, losses, patience, min_delta)
    return {name: verdict.stop for name, verdict in by_library.items()}


def test_on_a_plain_curve_only_scikit_learn_waits_one_epoch_more() -> None:
    stopped = stops([4.0, 2.0, 3.0, 3.0, 3.0, 3.0], 2)
    assert stopped.pop("scikit-learn") == 4
    assert set(stopped.values()) == {3}


def test_creeping_gains_fool_the_rules_whose_best_moves() -> None:
    creeping = [4.0 - 0.25 * i for i in range(12)]  # each gain is half of min_delta, three of them exceed it
    stopped = stops(creeping, 3, 0.5)
    assert stopped["yours"] is stopped["Keras"] is stopped["Lightning"] is None
    assert stopped["Ignite"] == stopped["Transformers"] == 3
    assert stopped["scikit-learn"] == 4


def test_a_gain_of_just_min_delta_is_enough_for_scikit_learn() -> None:
    stopped = stops([4.0, 3.5, 3.0, 2.5, 2.0, 1.5], 1, 0.5)
    assert stopped["scikit-learn"] is None
    assert stopped["Keras"] == stopped["Ignite"] == 1


def test_nan_is_taken_in_five_ways() -> None:
    losses = [4.0, 3.0, NAN, 3.5, 3.5, 3.5, 3.5, 3.5]
    assert stops(losses, 3) == {
        "yours": 4,  # a bad epoch
        "Keras": 4,
        "Lightning": 2,  # the end
        "Ignite": 6,  # nan becomes the best, then the next value does: earlier values are forgotten
        "scikit-learn": 6,  # a fresh start
        "Transformers": 4,
    }
    best = {name: verdict.best for name, verdict in verdicts(reference.EarlyStopping, losses, 3, 0.0).items()}
    assert best.pop("Ignite") == 3
    assert set(best.values()) == {1}


def test_the_best_epochs_and_who_restores_them() -> None:
    stopped = verdicts(reference.EarlyStopping, [4.0, 2.0, 3.0, 3.0, 3.0, 3.0], 2, 0.0)
    assert {verdict.best for verdict in stopped.values()} == {1}
    assert [name for name, verdict in stopped.items() if verdict.restores] == ["scikit-learn", "Transformers"]


def test_scikit_learns_own_network_stops_as_simulated() -> None:
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 3)), rng.integers(0, 2, 80)
    model = MLPClassifier(early_stopping=True, n_iter_no_change=4, tol=0.0, max_iter=60, random_state=1).fit(X, y)
    scores = model.validation_scores_
    simulated = verdicts(reference.EarlyStopping, [-score for score in scores] + [9.0], 4, 0.0)["scikit-learn"]
    assert simulated.stop == len(scores) - 1


@pytest.mark.parametrize(
    ("by_library", "says"),
    [
        ({"a": Verdict(3, 1), "b": Verdict(3, 1)}, "a and b stop after epoch 3."),
        (
            {"a": Verdict(9, 1), "b": Verdict(None, 1), "c": Verdict(4, 1)},
            "c stops after epoch 4; a stops after epoch 9; b never stops.",
        ),
        ({name: Verdict(None, 1) for name in "abc"}, "a, b and c never stop."),
    ],
)
def test_the_sentence_groups_who_stops_together(by_library: dict[str, Verdict], says: str) -> None:
    assert finding(by_library) == says


def test_the_curve_follows_its_sliders() -> None:
    calm = curve(0.0, 0.0, 0, 0)
    assert len(calm) == NUM_EPOCHS
    assert (np.diff(calm) < 0).all()
    assert curve(1.0, 0.0, 0, 0)[-1] > curve(1.0, 0.0, 0, 0).min() + 0.2
    assert not np.array_equal(curve(0.0, 0.1, 1, 0), curve(0.0, 0.1, 2, 0))
    assert np.flatnonzero(np.isnan(curve(0.0, 0.0, 0, 7))).tolist() == [7]


def test_the_picture_carries_its_sentence() -> None:
    page = as_html(simulate(reference.EarlyStopping, 0.5, 0.02, 0, 4, 3, 0.05))
    assert "Lightning stops after epoch 4" in html.unescape(page)
    assert not plt.get_fignums()


def test_the_simulator_redraws_when_a_control_moves() -> None:
    demo = stopping_simulator()
    controls = demo.controls
    before = demo.picture.value
    controls["patience"].value = 12
    assert demo.picture.value != before
    controls["nan_at"].value = 9
    assert "Lightning stops after epoch 9" in demo.picture.value

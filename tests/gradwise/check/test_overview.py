"""Progress: each exercise with its state."""

from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.check import check, progress
from gradwise.check.overview import SIGNS
from gradwise.errors import CheckFailed


def unwritten(*args: Any) -> Any:
    raise NotImplementedError


class HalfWritten:
    """An EarlyStopping with a right constructor and a method that is not written."""

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        pass

    def step(self, value: float) -> bool:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("topic", "exercise", "names", "state"),
    [
        ("02_activations", "relu", {"relu": reference.relu, "relu_backward": reference.relu_backward}, "passed"),
        ("02_activations", "relu", {"relu": np.abs, "relu_backward": unwritten}, "failing"),
        ("02_activations", "relu", {"relu": reference.relu, "relu_backward": unwritten}, "not written"),
        ("02_activations", "relu", {"relu": unwritten}, "not written"),
        ("02_activations", "relu", {}, "not written"),
        ("07_stop_criteria", "early_stopping", {"EarlyStopping": HalfWritten}, "not written"),
        ("02_activations", "zoo", {}, "not written"),
        ("02_activations", "zoo", {"selu": reference.selu}, "passed"),
    ],
)
def test_check_and_progress_agree_on_what_is_written(
    topic: str, exercise: str, names: dict[str, Any], state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {name: state for name, state, *_ in progress(topic, names).rows}[exercise] == state
    assert capsys.readouterr().out == ""
    try:
        check(exercise, names, draw=False)
        text = capsys.readouterr().out
    except CheckFailed as failure:
        text = str(failure)
    assert text[0] == SIGNS[state]

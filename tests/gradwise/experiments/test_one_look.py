"""A test box opens once: not by "Run all", not again when its cell runs again, not in the next kernel."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.experiments import one_look
from gradwise.experiments.capstone import Pool

X = np.arange(8.0).reshape(8, 1)
POOL = Pool(X, np.zeros(8, int), X, np.array([0, 0, 0, 0, 1, 1, 1, 1]))


class Asked:
    """A predictor that is right for six of eight, and counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, X: Any) -> Any:
        self.times += 1
        return (X[:, 0] > 5).astype(int)


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(one_look, "_looks", {})
    return lambda predict, guess: one_look.open_once(
        reference.TestBox, POOL, predict, guess, tmp_path / "test_box.json"
    )


def test_without_a_guess_it_stays_closed_however_often_the_cell_runs(
    look: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    predict = Asked()
    assert [look(predict, None).opened for _ in range(3)] == [0, 0, 0]
    assert predict.times == 0
    assert not list(tmp_path.iterdir())
    assert "The box is closed. Write your guess in place of None" in capsys.readouterr().out


def test_it_keeps_the_guess_and_the_first_look_when_the_cell_runs_again(
    look: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    predict, better = Asked(), Asked()
    first = look(predict, 0.9)
    assert (first.opened, first.guess, first.accuracy) == (1, 0.9, 0.75)
    assert "Test accuracy 0.750 ± 0.153; your guess: 0.900. Opened once." in capsys.readouterr().out
    assert look(better, 0.75) == first
    assert (predict.times, better.times) == (1, 0)
    assert f"Opened on {first.date}, and not again." in capsys.readouterr().out


def test_the_next_kernel_knows_of_the_look(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = look(Asked(), 0.9)
    monkeypatch.setattr(one_look, "_looks", {})
    again = Asked()
    assert look(again, 0.2) == first
    assert again.times == 0


def test_a_value_is_written_into_a_ledger_once_however_often_the_cell_runs() -> None:
    first, second = reference.Ledger(), reference.Ledger()
    for ledger in (first, second):
        ledger.predict("test accuracy", 0.5, 1.0)
        one_look.measure_once(ledger, "test accuracy", None)  # the box is closed
        assert np.isnan(ledger.score()).all()
        for _ in range(3):
            one_look.measure_once(ledger, "test accuracy", 0.75)
        assert ledger.score() == (1.0, 0.5)


def test_a_guess_that_is_not_a_share_opens_nothing(look: Any, tmp_path: Path) -> None:
    predict = Asked()
    with pytest.raises(ValueError, match="a share between 0 and 1"):
        look(predict, 90)
    assert predict.times == 0
    assert not list(tmp_path.iterdir())
    assert look(predict, 0.9).opened == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"opened": 0}', json.dumps({"opened": 1, "accuracy": 7.0})])
def test_a_broken_record_opens_nothing_and_says_so(
    look: Any, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_box.json").write_text(text, "utf-8")
    predict = Asked()
    assert look(predict, 0.9).opened == 0
    assert predict.times == 0
    assert "cannot be read, so the box stays closed" in capsys.readouterr().out


def test_where_no_file_can_be_written_the_kernel_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(one_look, "_looks", {})
    file, again = tmp_path / "nowhere" / "test_box.json", Asked()
    first = one_look.open_once(reference.TestBox, POOL, Asked(), 0.9, file)
    assert "cannot be written" in capsys.readouterr().out
    assert one_look.open_once(reference.TestBox, POOL, again, 0.9, file) == first
    assert again.times == 0

"""Notebook 08: a learner's test box, which opens once, whichever cell runs again and whoever presses "Run all"."""

import datetime
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..kept_files import place, write
from .capstone import Pool

__all__ = ["Look", "measure_once", "open_once"]

FILE = "test_box.json"
_looks: dict[Path, "Look"] = {}  # what this kernel has seen, where no file can be written
_measured: dict[tuple[int, str], Any] = {}  # the ledgers that have a value, by their ids and its name


@dataclass(frozen=True)
class Look:
    """What came out when the box was opened.

    Attributes:
        opened: how often it was opened.
        guess: what was guessed before; None while it is closed.
        accuracy: on the test examples; None while it is closed.
        date: when it was opened, as in 2026-11-30.
    """

    opened: int = 0
    guess: float | None = None
    accuracy: float | None = None
    date: str = ""


def open_once(
    box: Callable[..., Any],
    pool: Pool,
    predict: Callable[[Any], Any],
    guess: float | None,
    path: Path | None = None,
) -> Look:
    """Opens a learner's test box with a guess, once; from then on shows what came out.

    Args:
        box: the learner's class ``TestBox``.
        pool: where the test examples are.
        predict: gives a class for each row of features.
        guess: a share; with None the box stays closed.
        path: the file that keeps the look; by default ``test_box.json`` beside the notebooks' folders.

    Raises:
        ValueError: the guess is not a share; the box stays closed.
    """
    file = path or place(FILE)
    try:
        before = _looks.get(file) or _read(file)
    except (OSError, ValueError, TypeError):
        print(f"{_short(file)} cannot be read, so the box stays closed. If you delete the file, you look anew: say so.")
        return Look()
    if before is not None:
        print(f"Opened on {before.date}, and not again. {_said(before, len(pool.y_test))}")
        return before
    if guess is None:
        print("The box is closed. Write your guess in place of None, a share between 0 and 1, and run this cell again.")
        return Look()
    mine = box(pool.X_test, pool.y_test)
    accuracy = float(mine.open(predict, guess))
    look = Look(int(mine.opened), getattr(mine, "guess", None), accuracy, f"{datetime.date.today()}")
    print(_said(look, len(pool.y_test)))
    _looks[file] = look
    try:
        write(file, json.dumps(asdict(look)) + "\n")
    except OSError as error:
        print(f"Not kept: {_short(file)} cannot be written ({error.strerror}). Write both numbers down.")
    return look


def measure_once(ledger: Any, name: str, value: float | None) -> None:
    """Writes a value into a learner's ledger, unless there is none yet or the ledger has it: a cell may run again."""
    if value is not None and _measured.get((id(ledger), name)) is not ledger:
        ledger.measure(name, value)
        _measured[id(ledger), name] = ledger


def _read(file: Path) -> Look | None:
    if not file.is_file():
        return None
    look = Look(**json.loads(file.read_text("utf-8")))
    if look.opened < 1 or look.accuracy is None or not 0 <= look.accuracy <= 1:
        raise ValueError("not a look")
    return look


def _said(look: Look, number: int) -> str:
    accuracy = look.accuracy or 0.0
    error = np.sqrt(accuracy * (1 - accuracy) / number)
    guess = "none was kept" if look.guess is None else f"{look.guess:.3f}"
    times = "once" if look.opened == 1 else f"{look.opened} times"
    return f"Test accuracy {accuracy:.3f} ± {error:.3f}; your guess: {guess}. Opened {times}."


def _short(file: Path) -> str:
    return os.path.relpath(file)

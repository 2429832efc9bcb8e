"""A learner's guesses before experiments: each is written in a cell, and shown again beside what came out.

``predict("ring", "the third one")`` keeps a guess; the cell holds it, so it stays in the notebook. The experiment ends
with ``guessed("ring")``, which shows it. No one grades a guess, and an empty one stops nothing.
"""

import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

from .. import kernel
from ..errors import UnknownName
from ..exercises import topics
from ..exercises.generated import predictions
from .page import page
from .which_notebook import this_notebook

__all__ = ["guessed", "predict", "written"]

LONGEST = 2000  # characters of a guess that are shown

_guesses: dict[str, str] = {}  # by experiment: the last guess before it was run
_seen: set[str] = set()  # experiments whose finding is on the screen


def predict(experiment: str, guess: object = "") -> None:
    """Keeps a guess about an experiment that comes next. It gives no points, and costs none.

    Args:
        experiment: the experiment's name.
        guess: what will come out: words, a number, or anything that prints. An empty guess is no mistake.

    Raises:
        UnknownName: there is no such experiment in this notebook.
    """
    _known(experiment, inspect.currentframe().f_back.f_globals)  # type: ignore[union-attr]
    words = _words(guess)
    before = _guesses.get(experiment, "")
    if experiment in _seen and words not in ("", before):
        first = (
            f"Your guess from before it stays: {before}" if before else "A guess has to come first. The next one will."
        )
        _say(f"○ You have seen how this experiment ends. {first}")
    elif not words:
        _guesses.pop(experiment, None)
        _say(
            f"○ No guess about `{experiment}` yet. Write one between the quotes and run this cell, "
            "before you run the next one. A wrong guess teaches most, and no one grades it."
        )
    else:
        _guesses[experiment] = words
        _say("✓ Your guess is kept. The experiment shows it again, beside what came out.")


def guessed(experiment: str) -> None:
    """Shows the guess about an experiment beside its finding; nothing if none was written.

    Args:
        experiment: the experiment's name.

    Raises:
        UnknownName: there is no such experiment in this notebook.
    """
    _known(experiment, inspect.currentframe().f_back.f_globals)  # type: ignore[union-attr]
    _seen.add(experiment)
    if words := _guesses.get(experiment):
        text = f"Your guess was: {words}"
        row = ("your guess", words)
        kernel.show(page("", rows=[row], kind="guess"), text)


def written(topic: str) -> tuple[int, int]:
    """Counts the guesses in this kernel, and the places for guesses, of a notebook."""
    known = predictions(topic)
    return sum(name in _guesses for name in known), len(known)


def _known(experiment: str, names: Mapping[str, Any]) -> None:
    """Raises UnknownName if no notebook, or not the one we are in, has a place for this guess."""
    try:
        places = predictions(this_notebook(names))
    except UnknownName:
        places = []
    everywhere = {name for topic in topics() for name in predictions(topic)}
    if experiment not in everywhere:
        known = ", ".join(places or sorted(everywhere))
        raise UnknownName(f"There is no experiment {experiment!r} to guess about. There are: {known}")


def _words(guess: object) -> str:
    text = "" if guess is None else str(guess).strip()
    return textwrap.shorten(text, LONGEST, placeholder=" ...") if len(text) > LONGEST else text


def _say(sentence: str) -> None:
    kernel.show(page(sentence, kind="guess"), sentence)

"""Shows how far a learner is: the exercises of a notebook, their state, and what the hidden checks will look at."""

import contextlib
import html
import inspect
import io
from dataclasses import dataclass
from typing import Any

from ..errors import UnknownName
from ..exercises import KINDS, Exercise, of_topic, topics
from ..exercises.generated import check_counts
from ..wording import counted
from .cases import try_all
from .predictions import written
from .which_notebook import this_notebook

__all__ = ["Progress", "progress"]

SIGNS = {"passed": "✓", "failing": "✗", "not written": "○"}

_WORDS = {"passed": "visible checks passed", "failing": "a visible check fails", "not written": "not written yet"}


@dataclass(frozen=True)
class Progress:
    """A table of exercises: plain text, and HTML in a notebook.

    Attributes:
        topic: the slug of the notebook.
        rows: for each exercise its name, its state, its points and its hidden checks by kind.
        guesses: how many guesses were written before experiments, and how many there are to write.
    """

    topic: str
    rows: tuple[tuple[str, str, float, dict[str, int]], ...]
    guesses: tuple[int, int] = (0, 0)

    def __repr__(self) -> str:
        width = max((len(name) for name, *_ in self.rows), default=0)
        lines = [
            f"{SIGNS[state]} {name:{width}}  {_points(points):9}  {_WORDS[state]:22}  hidden: {_counts(checks)}"
            for name, state, points, checks in self.rows
        ]
        return "\n".join([f"{self.topic}: {self._so_far()}", *lines, *self._guesses(), self._total()])

    def _repr_html_(self) -> str:
        heads = "".join(f'<th style="{_CELL}" title="{html.escape(KINDS[kind])}">{kind}</th>' for kind in KINDS)
        body = "".join(
            f'<tr><td style="{_LEFT}">{SIGNS[state]} {html.escape(name)}</td><td style="{_LEFT}">{_WORDS[state]}</td>'
            f'<td style="{_CELL}">{f"{points:g}" if points else "bonus"}</td>'
            + "".join(f'<td style="{_CELL}">{checks.get(kind, "")}</td>' for kind in KINDS)
            + "</tr>"
            for name, state, points, checks in self.rows
        )
        return (
            '<table style="color: var(--jp-ui-font-color1, inherit); background: transparent">'
            f'<caption style="text-align: left; color: inherit"><strong>{html.escape(self.topic)}: {self._so_far()}'
            f"</strong><br>{' '.join([self._total(), *self._guesses()])} To the right: how many hidden checks of each "
            "kind run when you submit.</caption>"
            f'<thead><tr><th style="{_LEFT}">exercise</th><th style="{_LEFT}">state</th>'
            f'<th style="{_CELL}">points</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
        )

    def _so_far(self) -> str:
        """The points so far; a submission gets them if the hidden checks pass, too."""
        done = sum(points for _, state, points, _ in self.rows if state == "passed")
        possible = counted(sum(points for _, _, points, _ in self.rows), "point")
        return f"{done:g} of {possible} so far, if the hidden checks agree."

    def _total(self) -> str:
        core = [(state, points) for _, state, points, _ in self.rows if points]
        done = sum(state == "passed" for state, _ in core)
        verb = "passes its" if done == 1 else "pass their"
        return f"{done} of {counted(len(core), 'exercise')} with points {verb} visible checks."

    def _guesses(self) -> list[str]:
        guesses, places = self.guesses
        return [f"Guesses before experiments: {guesses} of {places} (no points)."] if places else []


_LEFT = "text-align: left; white-space: nowrap"

_CELL = "text-align: center"


def progress(topic: str | None = None, names: dict[str, Any] | None = None) -> Progress:
    """The exercises of a notebook with their state.

    Args:
        topic: its slug; by default that of the notebook one is in.
        names: where the learner's functions are; by default the notebook's.

    Raises:
        UnknownName: there is no such topic, or nothing tells which notebook this is.
    """
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    known = topics()
    if topic is None:
        topic = this_notebook(names)
    if topic not in known:
        raise UnknownName(f"There is no topic {topic!r}. There are: {', '.join(known)}")
    rows = tuple((spec.id, _state(spec, names), *check_counts(spec.id)) for spec in of_topic(topic))
    return Progress(topic, rows, written(topic))


def _state(spec: Exercise, names: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()):  # a learner's function may print
        trial = try_all(spec, spec.functions, names)
    if trial.complaint is not None:
        return "failing"
    unwritten = trial.stopped_at is not None or not trial.cases or (trial.missing and not spec.side)
    return "not written" if unwritten else "passed"


def _points(points: float) -> str:
    return f"{points:g} point{'s' * (points != 1)}" if points else "bonus"


def _counts(checks: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in checks.items())

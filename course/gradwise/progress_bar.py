"""One progress bar for a cell, however many networks it trains; nothing is left of it in the saved notebook.

Loops say what they go through, and the bar puts them together: a training of 20 epochs within five seeds within an
experiment with eight methods moves the bar by a part of a part of a part.

    for seed in progress_bar.each(range(5), "five seeds"):
        with progress_bar.task("training", 20) as step:
            ...
            step()
"""

import html
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from . import kernel

__all__ = ["each", "task"]

Thing = TypeVar("Thing")

EVERY = 0.2  # seconds between two looks of the bar: a notebook that is sent more of them chokes
SOON = 1.0  # seconds before which nothing is said of the time that is left


def each(things: Iterable[Thing], label: str, total: int | None = None) -> Iterator[Thing]:
    """Goes through some things under the cell's bar.

    Args:
        things: what to go through.
        label: what the bar says.
        total: how many there are, if they have no length.
    """
    if total is None:
        things = things if isinstance(things, Sized) else list(things)
        total = len(things)
    with task(label, total) as step:
        for thing in things:
            yield thing
            step()


@contextmanager
def task(label: str, total: int) -> Iterator[Callable[..., None]]:
    """Shows the cell's bar while something is done in so many steps; gives what is to be called after each of them.

    Args:
        label: what the bar says.
        total: how many steps there are.

    Yields:
        A function: ``step(note)``, where the note is what the bar says besides.
    """
    mine = _Task(label, max(total, 1), _cell())
    while _stack and _stack[-1].cell != mine.cell:  # an exception has ended that cell, and left it
        _stack.pop()
    if not _stack:
        _bar.begin()
    _stack.append(mine)
    _bar.draw()
    try:
        yield lambda note="": _step(mine, note)
    finally:
        if mine in _stack:
            del _stack[_stack.index(mine) :]  # and what an exception has left in it
        if not _stack:
            _bar.end()


@dataclass(eq=False)
class _Task:
    """A loop in a cell: how many of its steps are done, of how many."""

    label: str
    total: int
    cell: int
    done: int = 0
    note: str = ""


_stack: list[_Task] = []


def _step(task: _Task, note: str) -> None:
    task.done, task.note = task.done + 1, note
    _bar.draw()


def share() -> float:
    """Returns how much of the outermost task is done, from 0 to 1; a task within it counts for one step of it."""
    done = 0.0
    for task in reversed(_stack):
        done = min((task.done + done) / task.total, 1.0)
    return done


def words(done: float, seconds: float) -> str:
    """Returns what stands beside the bar: what is done, how much of it, and the time that is left.

    Args:
        done: the share that is done.
        seconds: that it took.
    """
    outer, inner = _stack[0], _stack[-1]
    parts = [f"{outer.label}: {outer.done} of {outer.total}"]
    if inner is not outer and inner.label != outer.label:
        parts.append(inner.label)
    if inner.note:
        parts.append(inner.note)
    parts.append(f"{100 * done:.0f} %")
    if seconds > SOON and done > 0.02:
        parts.append(f"about {_duration(seconds * (1 - done) / done)} left")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class _Bar:
    """The bar: a slot of the cell in a notebook, a line of text in a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._began = self._drawn = 0.0
        self._terminal: Any = None

    def begin(self) -> None:
        """Begins at nothing done."""
        self._began, self._drawn = time.monotonic(), 0.0
        if not kernel.in_notebook():
            from tqdm import tqdm

            self._terminal = tqdm(total=1.0, bar_format="{desc} |{bar}|", leave=False, disable=None)

    def draw(self) -> None:
        """Draws what is done, unless it was drawn a moment ago."""
        now = time.monotonic()
        if now - self._drawn < EVERY:
            return
        self._drawn = now
        done = share()
        text = words(done, now - self._began)
        if self._terminal is not None:
            self._terminal.n = done
            self._terminal.set_description_str(text)
        else:
            kernel.Slot.of(kernel.shell()).put(_page(done, text), f"{_characters(done)} {text}")

    def end(self) -> None:
        """Takes the bar away."""
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None
        else:
            kernel.Slot.of(kernel.shell()).empty()


_bar = _Bar()


def _cell() -> int:
    return kernel.Slot.of(kernel.shell()).cell if kernel.in_notebook() else 0


def _page(done: float, text: str) -> str:
    label = html.escape(text)
    return (
        '<div style="display:flex; flex-wrap:wrap; gap:0.2em 0.8em; align-items:center">'
        f'<progress style="flex:0 1 16em; accent-color:#0072b2" max="1" value="{done:.4f}" aria-label="{label}">'
        f"</progress><span>{label}</span></div>"
    )


def _characters(done: float, width: int = 20) -> str:
    full = round(done * width)
    return "█" * full + "░" * (width - full)


kernel.watch()

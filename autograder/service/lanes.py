"""Whose turn it is: one attempt of a learner at a time, in a fast lane and a slow one.

An attempt begins in the fast lane. One that takes longer than two seconds goes on in the slow lane, if that has room;
if it has none and others wait, it is stopped, and begins again when its turn comes there. So code that loops delays
nobody else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

FAST, SLOW = "fast", "slow"
QUICK = 2.0  # seconds that an attempt has in the fast lane, on a machine with nothing else to do
TIMES = 3.0  # as long as most attempts took lately, it has on a busy one
MOST_QUICK = 20.0  # seconds at most
ENOUGH = 5  # attempts that say what is usual


class Waiting(Protocol):
    """An attempt that waits: its id, whose it is, and its lane."""

    id: int
    student: str
    lane: str


@dataclass
class Running:
    """An attempt that is being graded: in which worker, in which lane, since when, and whether it was stopped."""

    id: int
    student: str
    worker: int
    lane: str
    began: float
    stopped: bool = False


def choose(waiting: Iterable[Waiting], running: Collection[Running], room: Mapping[str, int]) -> Waiting | None:
    """Returns the attempt whose turn it is, or None if there is none for now.

    Each learner has one attempt at a time. Of those that may begin, it is the one that has waited longest.

    Args:
        waiting: what waits, the oldest first.
        running: what is being graded.
        room: how many attempts each lane can hold.
    """
    counts, busy = Counter(run.lane for run in running), {run.student for run in running}
    for attempt in waiting:
        if attempt.student not in busy and counts[attempt.lane] < room[attempt.lane]:
            return attempt
        busy.add(attempt.student)  # no later attempt of a learner overtakes an earlier one
    return None


def quick(seconds: Sequence[float]) -> float:
    """Returns how long an attempt may take in the fast lane: on a busy machine all take longer, and none is to blame.

    Args:
        seconds: that the latest attempts took.
    """
    usual = median(seconds) if len(seconds) >= ENOUGH else 0.0
    return min(max(QUICK, TIMES * usual), MOST_QUICK)


def overdue(
    waiting: Sequence[Waiting],
    running: Collection[Running],
    room: Mapping[str, int],
    now: float,
    allowed: float = QUICK,
) -> tuple[list[Running], list[Running]]:
    """Returns what goes on in the slow lane, and what is to be stopped for others.

    Args:
        waiting: what waits, the oldest first.
        running: what is being graded.
        room: how many attempts each lane can hold.
        now: the time, on the clock of `Running.began`.
        allowed: the seconds that an attempt has in the fast lane.
    """
    late = sorted(
        (run for run in running if run.lane == FAST and not run.stopped and now - run.began >= allowed),
        key=lambda run: run.began,
    )
    free = room[SLOW] - sum(run.lane == SLOW for run in running)
    moved, rest = late[: max(free, 0)], late[max(free, 0) :]
    busy = {run.student for run in running}
    others = len({attempt.student for attempt in waiting if attempt.lane == FAST} - busy)
    open_now = room[FAST] - sum(run.lane == FAST for run in running) + len(moved)
    return moved, rest[: max(0, others - open_now)]

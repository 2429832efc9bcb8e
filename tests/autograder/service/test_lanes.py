"""One attempt of a learner at a time, and nobody waits for code that loops."""

from dataclasses import dataclass

import pytest

from autograder.service.lanes import FAST, QUICK, SLOW, Running, choose, overdue, quick

ROOM = {FAST: 2, SLOW: 1}


@dataclass
class Attempt:
    id: int
    student: str
    lane: str = FAST


def run(student: str, lane: str = FAST, began: float = 0.0, worker: int = 0) -> Running:
    return Running(100, student, worker, lane, began)


@pytest.mark.parametrize(
    ("waiting", "running", "chosen"),
    [
        ([], [], None),
        ([Attempt(1, "ada"), Attempt(2, "bob")], [], 1),
        ([Attempt(1, "ada"), Attempt(2, "bob")], [run("ada")], 2),
        ([Attempt(1, "ada"), Attempt(2, "ada")], [run("ada")], None),
        ([Attempt(1, "ada"), Attempt(2, "bob")], [run("cy"), run("dan")], None),
        ([Attempt(1, "ada", SLOW), Attempt(2, "bob")], [run("cy", SLOW)], 2),
        ([Attempt(1, "ada", SLOW), Attempt(2, "ada")], [run("cy", SLOW)], None),
        ([Attempt(1, "ada", SLOW)], [run("cy"), run("dan")], 1),
        ([Attempt(1, "ada")], [run("cy", SLOW), run("dan", SLOW)], 1),
    ],
)
def test_whose_turn_it_is(waiting: list[Attempt], running: list[Running], chosen: int | None) -> None:
    found = choose(waiting, running, ROOM)
    assert (found and found.id) == chosen


def test_what_takes_long_goes_on_in_the_slow_lane() -> None:
    ada, bob = run("ada", began=0.0), run("bob", began=QUICK)
    assert overdue([], [ada, bob], ROOM, QUICK) == ([ada], [])


def test_on_a_busy_machine_it_has_as_long_as_the_others() -> None:
    assert quick([]) == quick([0.1] * 50) == QUICK
    assert quick([3.0] * 4) == QUICK  # too few to say what is usual
    assert quick([3.0] * 40 + [60.0] * 10) == 9.0
    assert quick([60.0] * 50) == 20.0
    ada = run("ada", began=0.0)
    assert overdue([], [ada], ROOM, 5.0, 9.0) == ([], [])
    assert overdue([], [ada], ROOM, 9.0, 9.0) == ([ada], [])


def test_it_is_stopped_only_if_the_slow_lane_is_full_and_others_wait() -> None:
    slow, ada, bob = run("cy", SLOW), run("ada", began=0.0), run("bob", began=1.0)
    now = QUICK + 2
    assert overdue([], [slow, ada, bob], ROOM, now) == ([], [])
    assert overdue([Attempt(1, "ada")], [slow, ada, bob], ROOM, now) == ([], [])  # its own next one
    assert overdue([Attempt(1, "dan", SLOW)], [slow, ada, bob], ROOM, now) == ([], [])
    assert overdue([Attempt(1, "dan")], [slow, ada, bob], ROOM, now) == ([], [ada])
    assert overdue([Attempt(1, "dan"), Attempt(2, "eve")], [slow, ada, bob], ROOM, now) == ([], [ada, bob])
    assert overdue([Attempt(1, "dan")], [slow, ada], ROOM, now) == ([], [])  # there is room for Dan


def test_what_was_stopped_is_not_stopped_again() -> None:
    ada = run("ada", began=0.0)
    ada.stopped = True
    assert overdue([Attempt(1, "dan"), Attempt(2, "eve")], [run("cy", SLOW), ada], ROOM, 100.0) == ([], [])


def test_a_crowd_is_served_in_the_order_of_arrival_whoever_loops() -> None:
    """Plays a minute: three learners loop for ever, thirty others take a tenth of a second each."""
    waiting = [Attempt(number, f"loop {number}") for number in range(3)]
    waiting += [Attempt(10 + number, f"s{number}") for number in range(30)]
    running: list[Running] = []
    order, now = [], 0.0
    while len(order) < 30 and now < 60:
        for one in [one for one in running if not one.student.startswith("loop") and now - one.began >= 0.1]:
            running.remove(one)
            order.append(one.student)
        moved, stopped = overdue(waiting, running, ROOM, now)
        for one in moved:
            one.lane = SLOW
        for one in stopped:
            running.remove(one)
            waiting.append(Attempt(one.id, one.student, SLOW))
        while (chosen := choose(waiting, running, ROOM)) is not None:
            waiting.remove(chosen)
            running.append(Running(chosen.id, chosen.student, 0, chosen.lane, now))
        now += 0.05
    assert order == [f"s{number}" for number in range(30)]
    assert now < 8

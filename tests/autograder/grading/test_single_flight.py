"""Values that one process of a run computes for all: shared, sealed, and computed again where sharing fails."""

import os
import pickle
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.grading import single_flight
from autograder.grading.pool import Attempts, spread

SECRET = b"known to the run"


@pytest.fixture
def shared(tmp_path: Path) -> single_flight.Shared:
    return single_flight.Shared(tmp_path, SECRET)


def slowly(number: int, log: Path) -> int:
    with log.open("a") as lines:
        lines.write(f"{number} {os.getpid()}\n")
    time.sleep(0.02)
    return number**2


def squares(log: Path, _: int) -> list[int]:
    return list(single_flight.values({f"the square of {n}": partial(slowly, n, log) for n in range(10)}))


def test_two_processes_share_the_work_and_have_all_of_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert list(spread(2, Attempts(partial(squares, log)), range(8))) == [[n**2 for n in range(10)]] * 8
    lines = [line.split() for line in log.read_text().splitlines()]
    assert sorted(int(number) for number, _ in lines) == list(range(10))
    assert len({pid for _, pid in lines}) == 2


def test_a_process_that_is_alone_computes() -> None:
    assert list(single_flight.values({"a": lambda: 1, "b": lambda: 2})) == [1, 2]


def test_what_one_failed_to_compute_another_does(shared: single_flight.Shared) -> None:
    def fail() -> int:
        raise ValueError("not here")

    with pytest.raises(ValueError, match="not here"):
        list(shared.values({"a": fail}))
    assert list(shared.values({"a": lambda: 3})) == [3]
    assert list(shared.values({"a": fail})) == [3]


def test_one_waits_for_a_value_that_another_is_at_and_takes_over_if_it_gives_up(shared: single_flight.Shared) -> None:
    with shared._locked("a", wait=False) as free:
        assert free
        waiting = shared.values({"b": lambda: 2, "a": lambda: 1})
        assert next(waiting) == 2
        with shared._locked("a", wait=False) as free_again:
            assert not free_again
    assert next(waiting) == 1


def test_an_error_of_computing_comes_through_whatever_it_is(shared: single_flight.Shared) -> None:
    def fail() -> int:
        raise BlockingIOError("of its own")  # the lock raises this error as well

    with pytest.raises(BlockingIOError, match="of its own"):
        list(shared.values({"a": fail}))


def test_the_lock_of_a_process_that_is_killed_is_free(shared: single_flight.Shared, tmp_path: Path) -> None:
    code = f"""
import pathlib, sys, time
from autograder.grading.single_flight import Shared
with Shared(pathlib.Path({str(tmp_path)!r}), {SECRET!r})._locked("a", wait=False):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with shared._locked("a", wait=False) as free:
            assert not free
        owner.kill()
        owner.wait()
        assert list(shared.values({"a": lambda: 1})) == [1]


def test_a_value_without_the_seal_of_the_run_is_not_even_read(shared: single_flight.Shared, tmp_path: Path) -> None:
    class Planted:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "planted",)

    other = single_flight.Shared(tmp_path, b"guessed")
    assert [type(value) for value in other.values({"a": Planted})] == [Planted]
    assert list(shared.values({"a": lambda: 1})) == [1]
    assert not (tmp_path / "planted").exists()
    pickle.loads(pickle.dumps(Planted()))
    assert (tmp_path / "planted").exists()  # loading the planted value writes this file


def test_without_room_each_computes_for_itself(tmp_path: Path) -> None:
    full = single_flight.Shared(tmp_path / "not there", SECRET)
    assert list(full.values({"a": lambda: 1})) == [1]
    assert list(full.values({"a": lambda: 1})) == [1]


def test_a_learners_problem_comes_through_whole() -> None:
    problem = StudentProblem(Outcome.CRASHED, "It ended.", "ValueError")
    again = pickle.loads(pickle.dumps(problem))
    assert (again.outcome, str(again), again.kind) == (problem.outcome, str(problem), problem.kind)

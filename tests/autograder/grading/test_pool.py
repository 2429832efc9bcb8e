"""Grading processes side by side: on which cores they run, how they end, and what becomes of the work."""

import contextlib
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from autograder.core.outcomes import GraderFault
from autograder.grading.pool import Apart, Attempts, spread
from autograder.grading.workers import cores, why_one_process


@pytest.mark.skipif(len(cores()) < 2, reason="one core has nothing to choose from")
def test_processes_that_take_all_cores_have_one_each_and_fewer_are_placed_by_the_kernel() -> None:
    everywhere = set(cores())
    taken = list(spread(len(everywhere), Attempts(os.sched_getaffinity), [0] * 20))
    assert {len(core) for core in taken} == {1}
    assert set().union(*taken) <= everywhere
    assert list(spread(len(everywhere) - 1, Attempts(os.sched_getaffinity), [0] * 3)) == [everywhere] * 3
    assert set(cores()) == everywhere, "this process stays where it was"


def test_a_process_that_dies_is_a_fault_that_says_what_to_do() -> None:
    with pytest.raises(GraderFault, match="A grading process died"):
        list(spread(2, Attempts(os._exit), [1]))


def has_one_apart() -> None:
    kept.append(Apart(sandbox=False))
    kept[0].do(Attempts(abs), -1)


kept: list[Apart] = []


def test_a_process_ends_with_the_one_that_it_keeps_apart() -> None:
    process = multiprocessing.get_context("spawn").Process(target=has_one_apart)  # as formgrader has one
    process.start()
    process.join(60)
    hangs = process.exitcode is None
    process.kill()
    assert not hangs
    assert process.exitcode == 0


def one_piece(log: Path, piece: str) -> str:
    """Does what a piece says. Notes that it was begun."""
    with log.open("a") as file:
        print(piece, file=file)
    if piece == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if piece == "dies once" and log.read_text().count("dies once") == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if piece == "takes too long in C":  # one call of the library of regular expressions, which asks for no signal
        re.match(r"(a|a)*b", "a" * 40)
    if piece == "raises":
        raise ValueError(piece)
    return piece


def gave_up(piece: str) -> str:
    if piece == "takes too long in C":
        os._exit(1)
    return f"{piece}: given up"


PIECES = [*(f"good {number}" for number in range(9)), "dies", "dies once", "takes too long in C", *"abcdefgh"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_piece_over_which_a_process_dies_costs_nobody_else_anything(workers: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    attempts = Attempts(partial(one_piece, log), (gave_up, str.upper), seconds=1.0)
    done = list(spread(workers, attempts, PIECES))
    lost = {"dies": "dies: given up", "takes too long in C": "TAKES TOO LONG IN C"}
    assert sorted(done) == sorted(lost.get(piece, piece) for piece in PIECES)
    begun = log.read_text().splitlines()
    assert begun.count("dies") == begun.count("dies once") == 2, "a machine may have been short of memory"
    assert all(begun.count(piece) == 1 for piece in PIECES if not piece.startswith("dies"))


def test_a_process_that_stays_does_one_piece_after_another(tmp_path: Path) -> None:
    apart = Apart()
    attempts = Attempts(partial(one_piece, tmp_path / "log"), (gave_up,), seconds=1.0)
    assert [apart.do(attempts, piece) for piece in ("good", "dies", "fine")] == ["good", "dies: given up", "fine"]
    with pytest.raises(ValueError, match="raises"):
        apart.do(attempts, "raises")
    assert apart.do(attempts, "still there") == "still there"
    with pytest.raises(GraderFault, match="A grading process died"):
        apart.do(attempts, "takes too long in C")
    apart.close()


# Interrupts the pool again and again while large results come back, and says when it has ended.
INTERRUPTED = """
import os, random, signal, sys, threading, time
from autograder.grading.pool import Attempts, spread
from autograder.grading.workers import begin_to_load

def large(size):
    return bytes(size)

def interrupt():
    time.sleep(random.uniform(0.0, 0.25))
    os.killpg(0, signal.SIGINT)  # as a terminal does: to all processes

if __name__ == "__main__":
    random.seed(int(sys.argv[1]))
    begin_to_load()
    try:
        interrupt()  # while the process that workers are forked from still imports PyTorch
    except KeyboardInterrupt:
        pass
    for turn in range(int(sys.argv[2])):
        results = spread(2, Attempts(large), [30_000_000] * 1000)
        try:
            next(results)
            threading.Thread(target=interrupt).start()
            for _ in results:
                pass
        except KeyboardInterrupt:
            pass
        results.close()
    print("ended", flush=True)
"""


def test_ctrl_c_ends_the_pool_at_any_moment_without_a_word_of_its_processes(tmp_path: Path, long: bool) -> None:
    """Takes over 10 seconds: ten times two processes start and send large results, until they are interrupted."""
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    words = [sys.executable, str(script), "1", "200" if long else "10"]
    run = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path
    )
    try:
        output, errors = run.communicate(timeout=1800 if long else 200)  # a hang is for ever
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == 0, errors
    assert output == "ended\n"
    assert "Traceback" not in errors, errors


def test_a_machine_without_shared_memory_grades_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_one_process() == ""

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", missing)
    assert "is /dev/shm mounted and writable?" in why_one_process()

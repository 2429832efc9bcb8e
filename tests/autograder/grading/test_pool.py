"""Grading processes side by side: on which cores they run, and how they end."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.core.outcomes import GraderFault
from autograder.grading.pool import cores, spread, why_one_process


@pytest.mark.skipif(len(cores()) < 2, reason="one core has nothing to choose from")
def test_processes_that_take_all_cores_have_one_each_and_fewer_are_placed_by_the_kernel() -> None:
    everywhere = set(cores())
    taken = list(spread(len(everywhere), os.sched_getaffinity, [0] * 20))
    assert {len(core) for core in taken} == {1}
    assert set().union(*taken) <= everywhere
    assert list(spread(len(everywhere) - 1, os.sched_getaffinity, [0] * 3)) == [everywhere] * 3
    assert set(cores()) == everywhere, "this process stays where it was"


def test_a_process_that_dies_is_a_fault_that_says_what_to_do() -> None:
    with pytest.raises(GraderFault, match="A grading process died"):
        list(spread(2, os._exit, [1]))


# Interrupts the pool again and again while large results come back, and says when it has ended.
INTERRUPTED = """
import os, random, signal, sys, threading, time
from autograder.grading.pool import begin_to_load, spread

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
        results = spread(2, large, [30_000_000] * 1000)
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

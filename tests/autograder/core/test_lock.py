"""One command at a time works on a course: the others wait or say who is at work, and a dead owner holds up nobody."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.lock import alone
from autograder.core.outcomes import CourseBusy

HOLDING = """
import sys
from pathlib import Path
from autograder.core.lock import alone
with alone(Path(sys.argv[1]), "autograder grade 01_small", print):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock until it reads a line."""
    words = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_who_does_not_wait_reads_who_is_at_work(owner: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with pytest.raises(CourseBusy) as busy, alone(tmp_path, "build", print, wait=False):
        pass
    sentence = str(busy.value)
    assert "has been at work on this course since " in sentence
    assert f"(`autograder grade 01_small`, process {owner.pid} on " in sentence
    assert sentence.endswith("Run the same again when that has ended.")


@pytest.mark.parametrize("end", ["ends", "is killed"])
def test_who_waits_goes_on_when_the_owner_ends(owner: "subprocess.Popen[str]", end: str, tmp_path: Path) -> None:
    said: list[str] = []

    def say(sentence: str) -> None:
        said.append(sentence)
        owner.communicate("go\n") if end == "ends" else owner.kill()

    with alone(tmp_path, "build", say):
        assert len(said) == 1
        assert "Waiting until that has ended; Ctrl-C ends the waiting." in said[0]


def test_a_command_may_take_the_lock_twice_and_gives_it_back(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path, "build", pytest.fail), alone(tmp_path, "build", pytest.fail, wait=False):
            pass
    with pytest.raises(ZeroDivisionError), alone(tmp_path, "build", pytest.fail):
        1 / 0  # noqa: B018
    with alone(tmp_path, "build", pytest.fail, wait=False):
        pass


def test_a_process_that_began_meanwhile_and_stays_does_not_hold_the_lock(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from autograder.core.lock import alone
build = Path({str(tmp_path)!r})
with alone(build, "first", print, wait=False):
    child = os.fork()
    if not child:
        signal.pause()
try:
    with alone(build, "second", print, wait=False):
        print("free")
finally:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "free\n", done.stderr

"""Other faults: killed processes, a full disk, a locked or damaged gradebook, clocks that jump.

Each fault ends in a clear message, and the next run gives everybody the right grade.
"""

import multiprocessing
import os
import random
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.cli.main import main
from autograder.core.cell import Cell
from autograder.core.course import Course
from autograder.core.outcomes import GraderFault, Outcome, StudentProblem
from autograder.core.results import SubmissionResult
from autograder.grading import session
from autograder.grading.collection import collect_checks
from autograder.grading.grader import Grader
from autograder.sandbox import evidence, process
from autograder.sandbox.policy import LEVELS, LIMIT, PATIENCE
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Child, Sandbox

from ...conftest import SEED, SLUG, open_level
from ..conftest import SmallCourse
from ..temporary import TemporaryCourse

SLOW = "import time\ndef double(x):\n    time.sleep(0.4)\n    return 2 * x\n"


@pytest.fixture(scope="module", params=LEVELS)
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with open_level(request.param) as opened:
        yield opened


def killed_soon(pid: int) -> None:
    """Kills a process after a random time of at most 0.3 seconds."""
    threading.Timer(random.uniform(0.0, 0.3), os.kill, (pid, signal.SIGKILL)).start()


# --- processes that are killed ----------------------------------------------------------------------


@pytest.fixture
def started(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Returns the list of all processes that the sandbox starts."""
    children: list[Child] = []
    real = box.spawn
    monkeypatch.setattr(box, "spawn", lambda: children.append(real()) or children[-1])
    return children


@pytest.fixture
def knowing(box: Sandbox, small: SmallCourse, started: list[Child]) -> Grader:
    """A grader that has run its own answers, so that the next process is a learner's."""
    grader = Grader(small.topic, collect_checks(small.topic), box, SEED)
    grader.try_solution()
    started.clear()
    return grader


@pytest.fixture
def killing(box: Sandbox, knowing: Grader, started: list[Child], monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Kills the first process that the sandbox starts, from outside. Returns the list of all started processes."""
    real = box.spawn

    def spawn() -> Child:
        child = real()
        if len(started) == 1:
            killed_soon(child.pid)
        return child

    monkeypatch.setattr(box, "spawn", spawn)
    return started


@pytest.fixture
def no_memory_left(started: list[Child], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The kernel says that it has killed a process each time one was started."""

    def oom_kills() -> int:
        return len(started)

    (tmp_path / "vmstat").write_text("oom_kill_of_another_kind 9\noom_kill 7\n")
    monkeypatch.setattr(evidence, "_VMSTAT", tmp_path / "vmstat")
    assert evidence.oom_kills() == 7
    monkeypatch.setattr(process, "oom_kills", oom_kills)


@pytest.mark.usefixtures("no_memory_left")
def test_a_process_that_was_ended_from_outside_costs_its_learner_nothing(knowing: Grader, killing: list[Child]) -> None:
    assert knowing.grade_cells("ada", [Cell("a", SLOW)]).score == 3.0
    assert len(killing) > 1


OWN_ENDS = {
    "exits": "os._exit(0)",
    "kills itself": "os.kill(os.getpid(), 9); os._exit(0)",  # process 1 of a namespace cannot
    "closes the pipe": "os.close(3); time.sleep(1000)",
    "has a limit of its own": "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass",
}


def test_a_process_that_ends_itself_is_run_once(box: Sandbox, started: list[Child], small: SmallCourse) -> None:
    """However it ends, as many processes are started as for a plain exit: only memory that ran out is tried again."""
    grader = Grader(small.topic, collect_checks(small.topic), box, SEED)
    grader.grade_cells("eve", [Cell("a", "def double(x): return x")])  # afterwards the grader knows its own answers
    counts = {}
    for name, end in OWN_ENDS.items():
        started.clear()
        result = grader.grade_cells("eve", [Cell("a", f"import os, resource, time\ndef double(x):\n    {end}\n")])
        counts[name] = len(started)
        (exercise,) = result.exercises
        assert exercise.points == 0
        assert "It ended the whole Python process." in exercise.checks[0].message, name
    assert set(counts.values()) == {counts["exits"]}


@pytest.mark.usefixtures("no_memory_left")
def test_a_process_that_ends_when_memory_ran_out_is_run_again(
    box: Sandbox, started: list[Child], small: SmallCourse
) -> None:
    """The twin of the test above: with the kernel's word for it, the same end is tried twice."""
    grader = Grader(small.topic, collect_checks(small.topic), box, SEED)
    source = "import os, time\ndef double(x):\n    os.close(3)\n    time.sleep(1000)\n"
    grader.grade_cells("eve", [Cell("a", "def double(x): return x")])
    started.clear()
    grader.grade_cells("eve", [Cell("a", source)])
    twice = len(started)
    started.clear()
    grader.grade_cells("eve", [Cell("a", source.replace("os.close(3)", "os._exit(0)"))])
    assert twice == 2 * len(started)


@pytest.mark.usefixtures("no_memory_left")
def test_a_process_that_is_ended_every_time_says_so(box: Sandbox, killing: list[Child]) -> None:
    submission = Submission(box, [Cell("a", SLOW)])
    with pytest.raises(StudentProblem) as problem:
        submission.double(1.0)
    assert submission.killed
    assert submission.out_of_memory
    assert problem.value.outcome is Outcome.OUT_OF_MEMORY
    assert "It was ended from outside, because the machine had no memory left." in str(problem.value)


def test_the_graders_own_answers_are_not_taken_from_a_process_that_was_killed(
    box: Sandbox, killing: list[Child], small: SmallCourse
) -> None:
    grader = Grader(small.topic, collect_checks(small.topic), box, SEED)
    grader.solution[:] = [Cell("a", SLOW)]
    with pytest.raises(GraderFault, match="A process of the grader's own was ended from outside"):
        grader.catalogue.look("double", None)


@pytest.fixture
def folder(small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADWISE_SEED", "s")
    (tmp_path / "in").mkdir()
    for name in ("ada", "ben", "cai", "dee"):
        (tmp_path / "in" / f"{name}.py").write_text(f"{SLOW}# {name}")
    yield tmp_path
    session.forget()


def grade(*words: str) -> Result:
    return CliRunner().invoke(main, ["grade", "in", "--assignment", "01_small", *words])


def workers() -> list[int]:
    """Lists the processes that grade."""
    return [process.pid for process in multiprocessing.active_children() if process.pid]


def test_a_sandbox_that_dies_is_a_fault_and_the_next_run_grades_the_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Grader.grade

    def killing(self: Grader, *words: Any) -> SubmissionResult:
        killed_soon(self.sandbox.pid)
        return real(self, *words)

    monkeypatch.setattr(Grader, "grade", killing)
    result = grade("--workers", "1")
    monkeypatch.setattr(Grader, "grade", real)
    assert result.exit_code == 3
    assert "The grader is at fault, not a submission. The sandbox died." in result.stderr
    assert "What was graded is kept; run again for the rest." in result.stderr
    assert "4 graded, mean 3.0" in grade("--workers", "1").stdout


def test_a_grading_process_that_dies_is_replaced_and_nobody_loses_anything(folder: Path) -> None:
    def kill() -> None:
        while not workers():
            time.sleep(0.01)
        killed_soon(workers()[0])

    killer = threading.Thread(target=kill)
    killer.start()
    result = grade("--workers", "2")
    killer.join()
    assert result.exit_code == 0
    assert "4 graded, mean 3.0" in result.stdout


HOLDING = """
import sys, time
import numpy as np
from autograder.sandbox.levels import open_sandbox
from autograder.core.cell import Cell
from autograder.sandbox.submission import Submission
box = open_sandbox(sys.argv[1])
submission = Submission(box, [Cell("a", "import time\\ndef f(x):\\n    while True: pass")])
submission.load()
print(box.pid, submission._process._child.pid, flush=True)
submission.f(1.0)
"""


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_outlives_a_grader_that_was_killed(level: str, course: Course) -> None:
    with open_level(level):
        pass
    environment = {**os.environ, "PYTHONPATH": str(course.root)}
    grader = subprocess.Popen([sys.executable, "-c", HOLDING, level], stdout=subprocess.PIPE, env=environment)
    assert grader.stdout is not None
    pids = [int(word) for word in grader.stdout.readline().split()]
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    time.sleep(random.uniform(0.0, 0.2))
    grader.kill()
    grader.wait()
    grader.stdout.close()
    deadline = time.monotonic() + 20
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if is_running(pid)]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- every kind of end, and the next learner --------------------------------------------------------

ENDS = {
    "exits": "import os\ndef f(x): os._exit(3)",
    "kills itself": "import os\ndef f(x): os.kill(os.getpid(), 9)",
    "stops itself": "import os\ndef f(x): os.kill(os.getpid(), 19)",
    "crashes": "import ctypes\ndef f(x): ctypes.string_at(0)",
    "needs too much memory": "import numpy as np\ndef f(x): return np.ones(10**10)",
    "fills its memory": "def f(x):\n    kept = []\n    while True: kept.append(bytearray(1 << 24))",
    "loops": "def f(x):\n    while True: pass",
    "sleeps": "import time\ndef f(x): time.sleep(1000)",
    "recurses": "def f(x): return f(x)",
    "closes its pipe": "import os\ndef f(x): os.close(3)",
    "talks nonsense": "import os\ndef f(x): os.write(3, b'nonsense' * 10)",
    "loops in a cell": "while True: pass",
}
HONEST = "import numpy as np\ndef g(x): return np.random.normal(size=3) + x + len({'a', 'b'} | {str(x)})\n"


def test_after_every_kind_of_end_the_next_learner_gets_what_they_get_alone(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row, limit, patience in (("call_time", 0.2, 1.5), ("cell_time", 0.2, 1.5)):
        monkeypatch.setitem(LIMIT, row, limit)
        monkeypatch.setitem(PATIENCE, row, patience)

    def answer(source: str, name: str) -> bytes:
        submission = Submission(box, [Cell("a", source)])
        try:
            value: np.ndarray = getattr(submission, name)(np.array([1.0]))
            return value.tobytes()
        finally:
            submission.close()

    with open_level(box.level) as fresh:
        alone = Submission(fresh, [Cell("a", HONEST)])
        expected = alone.g(np.array([1.0])).tobytes()
    for name, source in ENDS.items():
        with pytest.raises(StudentProblem):
            answer(source, "f")
        assert answer(HONEST, "g") == expected, name


# --- clocks -----------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: jumps.uniform(0.0, 4e9))
    assert "4 graded, mean 3.0" in grade("--workers", "1").stdout


# --- a real course: disk and gradebook --------------------------------------------------------------

EXPECTED = {"ada": 25.0, "ben": 25.0, "zoe": 0.0}


@pytest.fixture
def handed_in(temporary: TemporaryCourse) -> TemporaryCourse:
    topic = Course(temporary.root).topic(SLUG)
    for name, answers in zip(EXPECTED, (CLASS[0], CLASS[1], None), strict=True):
        temporary.hand_in(name, submission(topic, answers) if answers else topic.release.read_bytes())
    return temporary


def scores(course: TemporaryCourse) -> dict[str, float]:
    return {name: course.score(name) for name in EXPECTED}


def elsewhere(course: TemporaryCourse, *mounts: str, command: str = "autograder grade", code: int = 3) -> str:
    """Runs a command in a mount namespace of its own, after these mounts. Returns its error output."""
    program, _, words_of_it = command.partition(" ")
    command = f"{shlex.quote(str(Path(sys.executable).with_name(program)))} {words_of_it} {SLUG}"
    script = " && ".join([*mounts, f"cd {course.root}", f"exec {command}"])
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", script]
    done = subprocess.run(words, cwd=course.root, env=course.environment, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_gradebook_that_is_locked_or_damaged_costs_nothing(handed_in: TemporaryCourse, tmp_path: Path) -> None:
    """Takes over 10 seconds: SQLite waits five seconds for a lock before it gives up."""
    book = handed_in.root / "build" / "gradebook.db"
    with sqlite3.connect(book) as lock:
        lock.execute("begin exclusive")
        output = handed_in.run("autograder", "grade", SLUG, fails=True)
        lock.rollback()
    lock.close()
    assert "The gradebook cannot be used: database is locked. Put that right and run the same again" in output
    assert scores(handed_in) == dict.fromkeys(EXPECTED, 0)

    whole = book.read_bytes()
    book.write_bytes(b"garbage" * 1000)
    output = handed_in.run("autograder", "grade", SLUG, fails=True)
    assert "The gradebook cannot be used: file is not a database. Put that right and run the same again" in output

    book.write_bytes(whole)
    handed_in.run("autograder", "grade", SLUG)
    assert scores(handed_in) == EXPECTED


def test_a_full_disk_and_a_read_only_course_cost_nothing(handed_in: TemporaryCourse) -> None:
    """Takes over 10 seconds: five commands start from nothing, each in a file system of its own."""
    build = handed_in.root / "build"
    output = elsewhere(handed_in, f"mkdir -p {build}/results {build}/staging",
                       f"mount -t tmpfs -o size=32k none {build}/results",
                       f"mount -t tmpfs -o size=32k none {build}/staging")  # fmt: skip
    assert "No space left on device. Put that right and run the same again" in output
    read_only = (f"mount --bind {build} {build}", f"mount -o remount,ro,bind {build}")
    output = elsewhere(handed_in, *read_only)
    assert "Read-only file system" in output
    assert scores(handed_in) == dict.fromkeys(EXPECTED, 0)
    handed_in.run("autograder", "grade", SLUG)
    assert scores(handed_in) == EXPECTED
    copy = f"cp -r {handed_in.root} NEW-FOLDER"
    assert copy in output
    assert copy in elsewhere(handed_in, *read_only, command="autograder report")
    for command in ("nbgrader autograde", "nbgrader generate_feedback"):
        assert copy in elsewhere(handed_in, *read_only, command=command, code=1)
    assert scores(handed_in) == EXPECTED

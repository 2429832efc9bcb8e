"""Limits of time: they count processor time, read from outside; code that sleeps is ended by the wall clock."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox import evidence, idleness
from autograder.sandbox.levels import open_sandbox
from autograder.sandbox.policy import LEVELS, LIMIT, PATIENCE
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.frames import Late, Pipe
from autograder.sandbox.wire.types import NUMBER

from ...conftest import Submit, open_level

BUSY = """
import time
def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
    return seconds
def sleep(seconds):
    time.sleep(seconds)
    return seconds
"""


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Returns a function that shortens a limit and its patience: with the real ones a test would take minutes."""

    def set_row(row: str, limit: float, patience: float) -> None:
        monkeypatch.setitem(LIMIT, row, limit)
        monkeypatch.setitem(PATIENCE, row, patience)

    return set_row


def timed_out(submission: Submission, function: str, seconds: float) -> str:
    """Asserts that a call runs out of time, and returns the sentence for it."""
    with pytest.raises(StudentProblem) as problem:
        getattr(submission, function)(seconds, returns=NUMBER)
    assert problem.value.outcome is Outcome.TIMED_OUT
    return str(problem.value)


def test_cell_time(submit: Submit, allow: Callable[..., None]) -> None:
    allow("cell_time", 0.2, 3.0)
    submission = submit("while True: pass", "import time; time.sleep(1000)", "def f(): return 3.0")
    assert submission.f(returns=NUMBER) == 3.0
    assert [(problem.outcome, problem.message) for problem in submission.cell_problems] == [
        (
            Outcome.TIMED_OUT,
            "The cell `cell 1`: It needed more than 0.2 seconds of processor time. Is there a loop that does not end?",
        ),
        (
            Outcome.TIMED_OUT,
            "The cell `cell 2`: It did not answer within 3 seconds. Does it sleep, or wait for something?",
        ),
    ]


def test_call_time(submit: Submit) -> None:
    submission = submit("def f():\n    while True: pass", "def g(): return 1.0")
    started = time.process_time(), time.monotonic()
    with pytest.raises(StudentProblem) as problem:
        submission.f()
    assert problem.value.outcome is Outcome.TIMED_OUT
    assert str(problem.value) == ("It needed more than 2 seconds of processor time. Is there a loop that does not end?")
    assert time.monotonic() - started[1] >= LIMIT["call_time"]
    assert time.process_time() - started[0] < LIMIT["call_time"] / 4, "waiting costs next to nothing"


def test_a_call_that_sleeps_ends_by_the_clock(submit: Submit, allow: Callable[..., None]) -> None:
    allow("call_time", 0.3, 1.0)
    submission = submit(BUSY)
    assert submission.sleep(0.6, returns=NUMBER) == 0.6
    sentence = timed_out(submission, "sleep", 1000.0)
    assert sentence == "It did not answer within 1 seconds. Does it sleep, or wait for something?"


def test_exercise_time(submit: Submit, allow: Callable[..., None]) -> None:
    allow("exercise_time", 0.3, 20.0)
    submission = submit(BUSY, "def g(): return 1.0")
    submission.enter("slow but never too slow")
    submission.busy(0.2, returns=NUMBER)
    sentence = timed_out(submission, "busy", 0.2)
    assert sentence.startswith("The calls of this exercise took more than 0.3 seconds of processor time together.")
    with pytest.raises(StudentProblem):
        submission.g(returns=NUMBER)
    allow("exercise_time", 0.3, 2.0)
    submission.enter("the next exercise")
    assert submission.g(returns=NUMBER) == 1.0
    submission.sleep(1.1, returns=NUMBER)
    assert timed_out(submission, "sleep", 1.1).startswith("The calls of this exercise took more than 2 seconds tog")


def test_submission_time(submit: Submit, allow: Callable[..., None]) -> None:
    allow("submission_time", 0.3, 20.0)
    submission = submit(BUSY, "def g(): return 1.0")
    submission.busy(0.1, returns=NUMBER)
    sentence = timed_out(submission, "busy", 0.3)
    assert sentence.startswith("The whole notebook took more than 0.3 seconds of processor time.")
    submission.enter("another exercise")
    with pytest.raises(StudentProblem, match="had used up all its time") as problem:
        submission.g(returns=NUMBER)
    assert problem.value.outcome is Outcome.TIMED_OUT


@pytest.fixture(params=LEVELS)
def any_box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with open_level(request.param) as opened:
        yield opened


SLEEPS = """
import os, signal, time
time.sleep(0.3)
def naps(x): time.sleep(0.3); return x
def stops(x): signal.raise_signal(signal.SIGSTOP); os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1000)
def sleeps(x): time.sleep(1000)
def works(x):
    end = time.process_time() + 0.6
    while time.process_time() < end: pass
    return x
"""


def test_idle_time(any_box: Sandbox, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes about 10 seconds: in each sandbox a submission waits for its two seconds, and some more."""
    monkeypatch.setitem(LIMIT, "idle_time", 2.0)
    submission = Submission(any_box, [Cell("a", SLEEPS)])
    idleness = submission._process.idleness
    for number in range(5):
        submission.enter(f"exercise {number}")
        assert submission.naps(1.0, returns=NUMBER) == 1.0
    assert idleness.left > 0.1, "six naps of 0.3 seconds are less than two"
    left = idleness.left
    submission.enter("one that works")
    assert submission.works(1.0, returns=NUMBER) == 1.0
    assert idleness.left > left - 0.2, "work is not idle"
    for function in ("sleeps", "stops", "sleeps"):
        submission.enter(f"{function} again")
        clock = submission._process.budget.clock
        sentence = timed_out(submission, function, 1.0)
        assert sentence == (
            "Your notebook waited for 2 seconds in all without computing anything. "
            "Does it sleep, or wait for something?"
        )
        assert clock - submission._process.budget.clock < PATIENCE["call_time"], "it was not waited for"
    submission.enter("one that works after all this")
    assert submission.works(1.0, returns=NUMBER) == 1.0
    submission.close()


def test_a_machine_that_does_not_say_who_waits_ends_nobody_early(
    submit: Submit, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMIT, "idle_time", 0.2)
    monkeypatch.setattr(evidence, "delayed", lambda process: None)
    assert submit(BUSY).sleep(1.0, returns=NUMBER) == 1.0


def test_who_waits_for_a_disk_or_a_processor_is_not_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    now = {"clock": 0.0, "delayed": 0.0}
    monkeypatch.setattr(idleness.time, "monotonic", lambda: now["clock"])
    monkeypatch.setattr(evidence, "delayed", lambda process: now["delayed"] if process == "7" else 0.0)
    for state, delayed, idle in (("S", 0.0, 5.0), ("T", 2.0, 3.0), ("R", 0.0, 0.0), ("D", 0.0, 0.0), ("S", 6.0, 0.0)):
        monkeypatch.setattr(evidence, "state", lambda pid, state=state: state)
        clock = idleness.IdleClock(7)
        clock.begin(1.0)
        now["clock"] += 5.0
        now["delayed"] += delayed
        assert clock.look(1.0) == idle, (state, delayed)


def test_a_slow_right_answer_is_right_on_a_busy_machine(allow: Callable[..., None]) -> None:
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    spin = [sys.executable, "-S", "-c", "while True: pass"]
    # each in a session of its own: the kernel may divide a core by sessions, and the learner's process leads one
    spinning = [subprocess.Popen(spin, start_new_session=True) for _ in range(7)]
    try:
        with open_sandbox() as box:
            for patience, enough in ((20.0, True), (0.5, False)):  # seconds of wall time
                allow("call_time", 0.5, patience)
                submission = Submission(box, [Cell("a", BUSY)])
                if enough:
                    assert submission.busy(0.3, returns=NUMBER) == 0.3
                    assert submission._process.idleness.left > LIMIT["idle_time"] - 0.3, "a busy machine is not idle"
                else:
                    assert "within 0.5 seconds" in timed_out(submission, "busy", 0.3)
                submission.close()
    finally:
        os.sched_setaffinity(0, everywhere)
        for process in spinning:
            process.kill()
            process.wait()


def test_time_that_a_signal_handler_takes_between_two_calls_counts(submit: Submit, allow: Callable[..., None]) -> None:
    allow("call_time", 0.5, 5.0)
    submission = submit(
        "import signal, time\n"
        "def work(*_):\n"
        "    end = time.process_time() + 0.6\n"
        "    while time.process_time() < end: pass\n"
        "def f(x):\n"
        "    signal.signal(signal.SIGALRM, work)\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
        "    return x\n"
        "def g(x): return x\n"
    )
    submission.f(1.0, returns=NUMBER)
    time.sleep(1.5)
    assert "processor time" in timed_out(submission, "g", 1.0)


def test_time_that_was_used_before_an_exit_counts(submit: Submit) -> None:
    submission = submit(BUSY, "import os\ndef f():\n    busy(0.3)\n    os._exit(0)")
    submission.load()
    before = submission._process.budget.cpu
    with pytest.raises(StudentProblem, match="ended the whole Python process"):
        submission.f()
    assert before - submission._process.budget.cpu >= 0.3


def test_a_grader_that_was_held_up_still_reads_an_answer_that_is_there() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        Pipe(theirs.fileno()).send({"value": 1}, [])
        pipe = Pipe(ours.fileno())
        assert pipe.receive(time.monotonic() - 10)[0] == {"value": 1}
        theirs.send(b"\0\0\0")
        for _ in range(2):  # received bytes are kept, and a slow stream is not waited for
            with pytest.raises(Late):
                pipe.receive(time.monotonic() - 10)
        theirs.send(b"\2\0\0\0\0{}")
        assert pipe.receive(time.monotonic() - 10)[0] == {}

"""The promise of `policy`, row by row, from the inside: what a learner's code finds when it tries."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import autograder
from autograder.outcomes import Outcome, StudentProblem
from autograder.protocol import Late, Pipe
from autograder.sandbox import command, lockdown
from autograder.sandbox.bubblewrap import Bubblewrap, SandboxUnavailable
from autograder.sandbox.policy import LIMIT, PATIENCE, POLICY
from autograder.submission import Cell, Submission
from autograder.values import ARRAY, NUMBER, TEXT

from ..conftest import Submit

MIB = 1 << 20

TRY = """
def attempt(code):
    try:
        exec(code, globals())
    except BaseException as error:
        return type(error).__name__
    return "it worked"
"""


def attempt(submit: Submit, code: str) -> str:
    said: str = submit(TRY).attempt(code, returns=TEXT)
    return said


# --- a test for every row ---------------------------------------------------------------------------


def test_network(submit: Submit) -> None:
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        assert attempt(submit, f"import socket; socket.socket(socket.{family})") == "PermissionError"
    assert attempt(submit, "import socket; socket.socketpair()") == "PermissionError"
    assert attempt(submit, "import urllib.request as r; r.urlopen('http://127.0.0.1:1')") == "URLError"


def test_files(submit: Submit, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    here = Path(autograder.__file__).parent
    for path in (
        secret,
        here / "checks",
        here / "cli.py",
        here.parent / "solutions",
        Path("/etc/passwd"),
        Path("/proc/self"),
    ):
        assert attempt(submit, f"import os; os.stat({str(path)!r}); os.listdir({str(path)!r})") in (
            "FileNotFoundError",
            "NotADirectoryError",
        ), path
    seen = submit("import os\ndef seen(): return ' '.join(os.listdir('/grader/gradwise'))").seen(returns=TEXT)
    assert seen.split() == list(command.LIGHT)
    for path in ("/grader/x", "/x", "/usr/lib/x", f"{os.path.dirname(os.__file__)}/x"):
        assert attempt(submit, f"open({path!r}, 'w')") == "OSError"
    assert (
        attempt(submit, "import os, sys; [os.stat(p) for p in sys.path if 'packages' in p]; 1/0") == "ZeroDivisionError"
    )


def test_no_installed_package_is_there_but_numpy(submit: Submit) -> None:
    for package in ("pytest", "nbgrader", "autograder.cli", "autograder.grader", "gradwise.reference.activations"):
        code = f"import {package}; {package}.anything"
        assert attempt(submit, code) in ("ModuleNotFoundError", "NotInTheGrader", "it worked"), package
    code = "import importlib.util as u; assert not [m for m in ('pip', 'pytest', 'nbgrader') if u.find_spec(m)]"
    assert attempt(submit, code) == "it worked"


def test_environment(submit: Submit) -> None:
    os.environ["GRADWISE_TEST_SECRET"] = "seen"
    with Bubblewrap() as box:
        assert box.level.startswith("bubblewrap")
    del os.environ["GRADWISE_TEST_SECRET"]
    assert submit("import os\ndef env(): return str(dict(os.environ))").env(returns=TEXT) == "{}"


def test_processes(submit: Submit) -> None:
    assert attempt(submit, "import os; os.fork()") == "PermissionError"
    assert attempt(submit, "import subprocess; subprocess.run(['/bin/true'])") == "PermissionError"
    assert attempt(submit, "import os; os.execv('/bin/true', ['true'])") == "PermissionError"
    assert attempt(submit, "import threading; threading.Thread(target=print).start()") == "RuntimeError"
    assert submit("import os\ndef pid(): return os.getpid()").pid(returns="integer") == 1
    assert attempt(submit, "import os; os.kill(2, 9)") == "ProcessLookupError"


def test_privileges(submit: Submit) -> None:
    raw = (
        "import ctypes; l = ctypes.CDLL(None, use_errno=True); r = l.{call}; assert r == -1 and ctypes.get_errno() == 1"
    )
    for call in (
        "unshare(0x10000000)",
        "setns(0, 0)",
        "mount(b'x', b'/tmp', b'tmpfs', 0, None)",
        "ptrace(0, 0, 0, 0)",
        "setuid(0)" if os.getuid() else "chroot(b'/tmp')",
        "syscall(250, 0, 0)" if os.uname().machine == "x86_64" else "syscall(219, 0, 0)",
    ):
        assert attempt(submit, raw.format(call=call)) == "it worked", call
    assert attempt(submit, "import ctypes; assert ctypes.CDLL(None).prctl(23, 21, 0, 0, 0) == 0") == "it worked"
    assert attempt(submit, "import ctypes; assert ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1") == "it worked"


def test_scratch(submit: Submit) -> None:
    write = "import os\nfor i in range(100): open(f'{i}', 'wb').write(b'x' * (1 << 20))"
    assert attempt(submit, write) == "OSError"
    count = "import os\ndef used(): return sum(os.stat(p).st_size for p in os.listdir('/tmp')) / 2**20"
    assert submit(TRY, count).used(returns=NUMBER) == 0, "the next submission finds nothing of the last one"
    first = submit(TRY, count)
    first.attempt(write, returns=TEXT)
    assert 14 <= first.used(returns=NUMBER) <= LIMIT["scratch"] / MIB


def test_file_size(submit: Submit) -> None:
    assert attempt(submit, f"open('x', 'wb').write(b'x' * {LIMIT['file_size']})") == "it worked"
    assert attempt(submit, f"open('x', 'wb').write(b'x' * {LIMIT['file_size'] + 1})") == "it worked"  # cut short
    size = submit(TRY, "import os\ndef size(): return os.stat('x').st_size")
    size.attempt(f"import os; [os.write(os.open('x', 65), b'x' * {2 * LIMIT['file_size']})]", returns=TEXT)
    assert size.size(returns="integer") == LIMIT["file_size"]


def test_open_files(submit: Submit) -> None:
    assert attempt(submit, "kept = [open('/dev/null') for _ in range(40)]") == "it worked"
    assert attempt(submit, f"kept = [open('/dev/null') for _ in range({LIMIT['open_files']})]") == "OSError"


def test_memory(submit: Submit) -> None:
    assert attempt(submit, f"np.empty({LIMIT['memory'] // 2 // 8})") == "it worked"
    assert attempt(submit, f"np.empty({LIMIT['memory'] // 8})") == "MemoryError"
    with pytest.raises(StudentProblem) as problem:
        submit("def f(): return np.ones(10**10)").f()
    assert problem.value.outcome is Outcome.OUT_OF_MEMORY


def test_cpu_time(submit: Submit) -> None:
    code = "import resource; assert resource.getrlimit(resource.RLIMIT_CPU) == ({0}, {0})"
    assert attempt(submit, code.format(LIMIT["cpu_time"])) == "it worked"


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
    """Sets a limit and its patience: the real ones would take a test minutes."""

    def set_row(row: str, limit: float, patience: float) -> None:
        monkeypatch.setitem(LIMIT, row, limit)
        monkeypatch.setitem(PATIENCE, row, patience)

    return set_row


def timed_out(submission: Submission, function: str, seconds: float) -> str:
    """The sentence for a call that runs out of time."""
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
    assert LIMIT["call_time"] <= time.monotonic() - started[1] < PATIENCE["call_time"] + 5
    assert time.process_time() - started[0] < 0.5, "waiting costs nothing"


def test_a_call_that_sleeps_ends_by_the_clock(submit: Submit, allow: Callable[..., None]) -> None:
    allow("call_time", 0.3, 1.0)
    submission = submit(BUSY)
    assert submission.sleep(0.6, returns=NUMBER) == 0.6
    said = timed_out(submission, "sleep", 1000.0)
    assert said == "It did not answer within 1 seconds. Does it sleep, or wait for something?"


def test_exercise_time(submit: Submit, allow: Callable[..., None]) -> None:
    allow("exercise_time", 0.3, 20.0)
    submission = submit(BUSY, "def g(): return 1.0")
    submission.enter("slow but never too slow")
    submission.busy(0.2, returns=NUMBER)
    said = timed_out(submission, "busy", 0.2)
    assert said.startswith("The calls of this exercise took more than 0.3 seconds of processor time together.")
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
    said = timed_out(submission, "busy", 0.3)
    assert said.startswith("The whole notebook took more than 0.3 seconds of processor time.")
    submission.enter("another exercise")
    with pytest.raises(StudentProblem, match="had used up all its time") as problem:
        submission.g(returns=NUMBER)
    assert problem.value.outcome is Outcome.TIMED_OUT


def test_a_slow_right_answer_is_right_on_a_busy_machine(allow: Callable[..., None]) -> None:
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    spinning = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(3)]
    try:
        with Bubblewrap() as box:
            for patience, enough in ((20.0, True), (0.5, False)):  # by the clock alone it would be late
                allow("call_time", 0.5, patience)
                submission = Submission(box, [Cell("a", BUSY)])
                if enough:
                    assert submission.busy(0.3, returns=NUMBER) == 0.3
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
    time.sleep(0.8)
    assert "processor time" in timed_out(submission, "g", 1.0)


def test_a_grader_that_was_held_up_still_reads_an_answer_that_is_there() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        Pipe(theirs.fileno()).send({"value": 1}, [])
        pipe = Pipe(ours.fileno())
        assert pipe.receive(time.monotonic() - 10)[0] == {"value": 1}
        theirs.send(b"\0\0\0")
        for _ in range(2):  # the piece that came is kept, and a drip is not waited for
            with pytest.raises(Late):
                pipe.receive(time.monotonic() - 10)
        theirs.send(b"\2\0\0\0\0{}")
        assert pipe.receive(time.monotonic() - 10)[0] == {}


def test_output(submit: Submit, capfd: pytest.CaptureFixture[str]) -> None:
    flood = (
        "import os, sys\nfor i in range(2000): print('x' * 1000); os.write(1, b'y' * 1000); os.write(2, b'z' * 1000)"
    )
    assert attempt(submit, flood) == "it worked"
    assert capfd.readouterr() == ("", "")
    with pytest.raises(StudentProblem, match="too large"):
        submit("def f(): return np.zeros(2**22)").f(returns=ARRAY)


def test_every_row_of_the_policy_has_its_test() -> None:
    names = [rule.name for rule in POLICY]
    assert len(set(names)) == len(names)
    assert not [name for name in names if f"test_{name}" not in globals()]


# --- the sandbox itself -----------------------------------------------------------------------------


def test_a_learner_finds_nothing_of_the_one_before(box: Bubblewrap, submit: Submit) -> None:
    spoil = "import builtins, os, sys\nopen('/tmp/note', 'w').write('hi')\nbuiltins.note = np.note = sys.note = 1"
    first = submit(spoil, "def f(): return 1.0")
    assert first.f(returns=NUMBER) == 1.0
    first.close()
    look = """
import builtins, os, sys
def f(): return str([os.listdir('/tmp'), *(hasattr(thing, 'note') for thing in (builtins, np, sys))])
"""
    assert submit(look).f(returns=TEXT) == "[[], False, False, False]"


def test_a_process_that_ends_itself_is_replaced(submit: Submit) -> None:
    submission = submit("import os\ndef f(): os._exit(0)\ndef g(): return 2.0")
    with pytest.raises(StudentProblem, match="ended the whole Python process") as problem:
        submission.f()
    assert problem.value.outcome is Outcome.CRASHED
    submission.enter("the next exercise")
    assert submission.g(returns=NUMBER) == 2.0


def test_a_deep_recursion_in_c_costs_one_exercise(submit: Submit) -> None:
    deep = """
import sys
def f():
    sys.setrecursionlimit(10**8)
    def g(x): return g(x)
    return g(1)
"""
    submission = submit(deep, "def h(): return 1.0")
    with pytest.raises(StudentProblem) as problem:
        submission.f()
    assert problem.value.outcome in (Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.TIMED_OUT)
    submission.enter("the next exercise")
    assert submission.h(returns=NUMBER) == 1.0


def test_nothing_is_left_when_a_submission_ends(box: Bubblewrap) -> None:
    for _ in range(3):
        assert box.end(box.spawn()).memory > 0


def test_without_bubblewrap_there_is_a_sentence_and_no_grading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxUnavailable, match="apt-get install bubblewrap"):
        Bubblewrap()


def test_where_bubblewrap_is_refused_it_says_what_bubblewrap_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SandboxUnavailable, match=r"No permissions to create new namespace(.|\n)*user namespaces"):
        Bubblewrap()


def test_the_filter_forbids_what_the_table_says() -> None:
    program = lockdown.filter_program()
    assert len(program) % 8 == 0
    assert lockdown.supported()
    both = [numbers for numbers in lockdown.FORBIDDEN.values() if None not in numbers]
    assert len(both) >= len(lockdown.FORBIDDEN) - 2  # fork and vfork are not there on aarch64

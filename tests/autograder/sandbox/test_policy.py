"""The promise of `policy`, row by row: a learner's code tries what the row forbids, inside the sandbox.

Every test runs once for each sandbox that this machine can have. Rows about time have theirs in `test_limits`.
"""

import importlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox import bubblewrap, libraries
from autograder.sandbox.launch import PYTHON
from autograder.sandbox.policy import BUBBLEWRAP, LANDLOCK, LEVELS, LIMIT, POLICY, SECCOMP
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import ARRAY, NUMBER, TEXT

from ...conftest import OLD_LANDLOCK, Submit, open_level
from ..whole import test_limits

MIB = 1 << 20

TRY = """
import ctypes
def attempt(code):
    try:
        exec(code, globals())
    except BaseException as error:
        return type(error).__name__
    return "it worked"
"""
# A call of the C library that must not be permitted.
RAW = "l = ctypes.CDLL(None, use_errno=True); r = l.{call}; assert r == -1 and ctypes.get_errno() == 1"


@pytest.fixture(scope="module", params=(*LEVELS, OLD_LANDLOCK))
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with open_level(request.param) as opened:
        yield opened


def attempt(submit: Submit, code: str) -> str:
    answer: str = submit(TRY).attempt(code, returns=TEXT)
    return answer


# --- a test for every row ---------------------------------------------------------------------------


def test_network(submit: Submit) -> None:
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        assert attempt(submit, f"import socket; socket.socket(socket.{family})") == "PermissionError"
    assert attempt(submit, "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)") == "PermissionError"
    assert attempt(submit, "import socket; socket.socketpair()") == "PermissionError"
    for call in ("sendmsg(3, None, 0)", "connect(3, None, 0)", "bind(3, None, 0)"):
        assert attempt(submit, RAW.format(call=call)) == "it worked", call


def test_files(box: Sandbox, submit: Submit, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    here = Path(autograder.__file__).parent
    folders = (here / "checks", here.parent / "solutions", tmp_path, Path("/proc"), Path("/proc/self/fd"), Path("/etc"))
    files = (secret, here / "cli" / "main.py", Path("/etc/passwd"), Path("/proc/self/environ"), Path("/proc/1/cmdline"))
    refused = "FileNotFoundError" if box.level == BUBBLEWRAP else "PermissionError"
    for path in files:
        assert attempt(submit, f"open({str(path)!r}).read()") == refused, path
    for path in folders:
        if path != Path("/etc") or box.level != BUBBLEWRAP:  # bubblewrap makes an /etc of its own
            assert attempt(submit, f"import os; os.listdir({str(path)!r})") == refused, path
    for path in (secret, here / "x", "/x", f"{os.path.dirname(os.__file__)}/x", np_file()):
        for code in (f"open({str(path)!r}, 'w')", f"import os; os.open({str(path)!r}, os.O_RDONLY | os.O_TRUNC)"):
            assert attempt(submit, code) in ("OSError", "PermissionError", "FileNotFoundError"), path
    assert secret.read_text() == "the answers"
    assert Path(np_file()).stat().st_size > 0


SEEN = """
import os
def seen(known):
    known, found = set(known), []
    for top in sorted(os.listdir('/')):
        if top not in ('dev', 'proc', 'grader', 'tmp'):
            for folder, folders, names in os.walk('/' + top):
                folders[:] = [name for name in folders if os.path.join(folder, name) not in known]
                found += [os.path.join(os.path.realpath(folder), name) for name in names]
    return chr(10).join(sorted({path for path in found if path not in known}))
"""


def test_in_bubblewrap_there_is_nothing_but_python_and_its_libraries(box: Sandbox, submit: Submit) -> None:
    """A file beside the libraries is not seen: each library is there by itself, and no folder of the system."""
    if box.level != BUBBLEWRAP:
        pytest.skip("other sandboxes have no file system of their own")
    known = {str(path) for path in libraries.needed()} | {PYTHON, "/etc/ld.so.cache"}
    folders = [str(folder) for folder in libraries.standard_library()]
    places = {os.path.dirname(path) for path in known}
    planted = next((Path(place, "gradwise-planted.so.1") for place in places if os.access(place, os.W_OK)), None)
    if planted is not None:
        planted.write_text("the answers")
    try:
        assert submit(SEEN).seen([*known, *folders], returns=TEXT) == ""
        assert submit(SEEN).seen(folders, returns=TEXT) != "", "what is there would be found"
        beside = {str(path) for place in places for path in Path(place).glob("*") if path.is_file()}
        assert beside - known, "there is more beside them on this machine"
    finally:
        if planted is not None:
            planted.unlink()


def test_the_promise_says_what_landlock_leaves_open(box: Sandbox, submit: Submit) -> None:
    (rule,) = [rule for rule in POLICY if rule.name == "files"]
    assert "when it was read last" in rule.less[LANDLOCK]
    for row in (rule.promise, *rule.less.values()):
        assert row in (Path(__file__).parents[3] / "docs" / "security.md").read_text("utf-8")
    if box.level == LANDLOCK:
        assert attempt(submit, f"import os; os.stat({os.__file__!r}).st_atime_ns") == "it worked"


def np_file() -> str:
    """A file that every sandbox holds."""
    return str(Path(os.__file__).with_name("this.py"))


def test_nothing_about_a_file_can_be_changed(box: Sandbox, submit: Submit, tmp_path: Path) -> None:
    """Landlock alone would permit some of these changes."""
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    before = secret.stat()
    for code in (
        "os.chmod({0}, 0)",
        "os.utime({0}, (0, 0))",
        "os.chown({0}, -1, -1)",
        "os.truncate({0}, 0)",
        "os.setxattr({0}, 'user.note', b'x')",
        "os.rename({0}, {0} + 'x')",
        "os.unlink({0})",
        "os.symlink({0}, {0} + 'x')",
        "os.link({0}, {0} + 'x')",
        "os.mkdir({0} + 'x')",
        "os.mkfifo({0} + 'x')",
    ):
        tried = attempt(submit, "import os; " + code.format(repr(str(secret))))
        assert tried in ("PermissionError", "FileNotFoundError", "OSError"), code
    assert secret.stat() == before
    assert list(tmp_path.iterdir()) == [secret]


def test_no_installed_package_is_there_but_numpy(box: Sandbox, submit: Submit) -> None:
    for package in (
        "pytest",
        "nbgrader",
        "autograder.cli.main",
        "autograder.grading.grader",
        "autograder.sandbox.supervisor",
    ):
        importlib.import_module(package)  # the module exists: the sandbox is the reason for the error
        assert attempt(submit, f"import {package}") == "ModuleNotFoundError", package
    for package in ("torch", "gradwise.reference", "gradwise.exercises"):  # a stand-in that cannot be used
        assert attempt(submit, f"import {package} as p; float(p.anything())") == "NotInTheGrader", package
    for name in ("decimal", "fractions", "statistics", "json", "csv", "numpy.testing"):
        assert attempt(submit, f"import {name}") == "it worked", name
    if box.level != SECCOMP:
        assert attempt(submit, "import sqlite3, xml.dom, ctypes.util") == "it worked"
    if box.level == BUBBLEWRAP:
        seen = submit("import os\ndef seen(): return ' '.join(os.listdir('/grader/gradwise'))").seen(returns=TEXT)
        assert seen.split() == list(bubblewrap.LIGHT)


def test_of_the_grader_there_is_what_lies_in_the_two_folders(box: Sandbox, submit: Submit) -> None:
    """The trust boundary is a folder: of our modules only `inside`, `wire` and `policy` can be imported."""
    here = Path(autograder.__file__).parent
    lying_there = {"autograder.sandbox.policy"}
    lying_there |= {f"autograder.sandbox.{path.parent.name}.{path.stem}" for path in (here / "sandbox").glob("*/*.py")}
    modules = {
        ".".join(("autograder", *path.relative_to(here).with_suffix("").parts))
        for path in here.rglob("*.py")
        if path.name != "__init__.py" and path.relative_to(here).parts[0] not in ("answers", "checks", "misconceptions")
    }
    code = """
import importlib
def importable(names):
    there = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        there.append(name)
    return " ".join(there)
"""
    importable = set(submit(code).importable(sorted(modules), returns=TEXT).split())
    assert importable == {name for name in lying_there if not name.endswith("__init__")}
    if box.level == BUBBLEWRAP:
        files = submit(
            "import os\ndef files(): return ' '.join(f for _, _, fs in os.walk('/grader/autograder') for f in fs)"
        ).files(returns=TEXT)
        assert {f"{name.split('.')[0]}.py" for name in files.split()} == {
            "__init__.py",
            "policy.py",
            *(f"{name.rpartition('.')[2]}.py" for name in lying_there),
        }


def test_environment(submit: Submit) -> None:
    assert submit("import os\ndef env(): return str(dict(os.environ))").env(returns=TEXT) == "{}"


def test_processes(box: Sandbox, submit: Submit) -> None:
    assert attempt(submit, "import os; os.fork()") == "PermissionError"
    assert attempt(submit, "import os; os.execv('/bin/true', ['true'])") == "PermissionError"
    assert attempt(submit, "import os; os.posix_spawn('/bin/true', ['true'], {})") == "PermissionError"
    assert attempt(submit, "import threading; threading.Thread(target=print).start()") == "RuntimeError"
    assert (submit("import os\ndef pid(): return os.getpid()").pid(returns="integer") == 1) == (box.level == BUBBLEWRAP)


def test_other_processes_are_out_of_reach(box: Sandbox, submit: Submit) -> None:
    grader, warm = os.getpid(), box.pid
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    for pid in (grader, warm, "os.getppid()", "0", "-1"):
        assert attempt(submit, f"import os; os.kill({pid}, 9)") == "PermissionError"
    for code in (
        f"import resource; resource.prlimit({grader}, resource.RLIMIT_NOFILE, (5, 5))",
        f"import os; os.sched_setaffinity({grader}, [0])",
        f"import os; os.setpriority(os.PRIO_PROCESS, {grader}, 19)",
        "import os, signal; signal.pidfd_send_signal(os.dup(0), 9)",
        f"import os; os.pidfd_open({grader})",
    ):
        assert attempt(submit, code) == "PermissionError", code
    for call in ("fcntl(3, 8, 1)", "ioctl(3, 0x8901, b'')", "ioctl(0, 0x5412, b'x')"):  # F_SETOWN, FIOSETOWN, TIOCSTI
        assert attempt(submit, RAW.format(call=call)) == "it worked", call
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limits
    assert attempt(submit, "import os, signal; os.kill(os.getpid(), 0)") == "it worked"


def test_privileges(box: Sandbox, submit: Submit) -> None:
    for call in (
        "unshare(0x10000000)",
        "setns(0, 0)",
        "mount(b'x', b'/tmp', b'tmpfs', 0, None)",
        "ptrace(0, 0, 0, 0)",
        "chroot(b'/tmp')",
        "setuid(0)",
        "prctl(1, 0)",
        "prctl(4, 1)",
        "shmget(0, 4096, 0o1600)",
        "syscall(250, 0, 0)" if os.uname().machine == "x86_64" else "syscall(219, 0, 0)",
    ):
        assert attempt(submit, RAW.format(call=call)) == "it worked", call
    if box.level == BUBBLEWRAP or os.getuid() == 0:  # other users have no capabilities to drop
        assert attempt(submit, "assert ctypes.CDLL(None).prctl(23, 21, 0, 0, 0) == 0") == "it worked"
    assert attempt(submit, "assert ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1") == "it worked"
    unheard_of = "l = ctypes.CDLL(None, use_errno=True); assert l.syscall(9999) == -1 and ctypes.get_errno() == 38"
    assert attempt(submit, unheard_of) == "it worked"


def test_scratch(box: Sandbox, submit: Submit, tmp_path: Path) -> None:
    write = "import os\nfor i in range(100): open(f'{i}', 'wb').write(b'x' * (1 << 20))"
    if box.level != BUBBLEWRAP:
        assert attempt(submit, write) == "PermissionError"
        for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), str(tmp_path)):
            assert attempt(submit, f"open({folder!r} + '/note', 'w')") == "PermissionError"
        assert attempt(submit, "import tempfile; tempfile.TemporaryFile()") == "FileNotFoundError"
        return
    assert attempt(submit, write) == "OSError"
    count = "import os\ndef used(): return sum(os.stat(p).st_size for p in os.listdir('/tmp')) / 2**20"
    assert submit(TRY, count).used(returns=NUMBER) == 0, "the next submission finds nothing of the last one"
    first = submit(TRY, count)
    first.attempt(write, returns=TEXT)
    assert 14 <= first.used(returns=NUMBER) <= LIMIT["scratch"] / MIB


def test_file_size(box: Sandbox, submit: Submit) -> None:
    code = "import resource; assert resource.getrlimit(resource.RLIMIT_FSIZE) == ({0}, {0})"
    assert attempt(submit, code.format(LIMIT["file_size"])) == "it worked"
    if box.level == BUBBLEWRAP:
        size = submit(TRY, "import os\ndef size(): return os.stat('x').st_size")
        size.attempt(f"import os; [os.write(os.open('x', 65), b'x' * {2 * LIMIT['file_size']})]", returns=TEXT)
        assert size.size(returns="integer") == LIMIT["file_size"]


def test_open_files(submit: Submit) -> None:
    assert attempt(submit, "import os; kept = [os.dup(0) for _ in range(40)]") == "it worked"
    assert attempt(submit, f"import os; kept = [os.dup(0) for _ in range({LIMIT['open_files']})]") == "OSError"


def test_memory(submit: Submit) -> None:
    assert attempt(submit, f"np.empty({LIMIT['memory'] // 2 // 8})") == "it worked"
    assert attempt(submit, f"np.empty({LIMIT['memory'] // 8})") == "MemoryError"
    with pytest.raises(StudentProblem) as problem:
        submit("def f(): return np.ones(10**10)").f()
    assert problem.value.outcome is Outcome.OUT_OF_MEMORY


def test_cpu_time(submit: Submit) -> None:
    code = "import resource; assert resource.getrlimit(resource.RLIMIT_CPU) == ({0}, {0})"
    assert attempt(submit, code.format(LIMIT["cpu_time"])) == "it worked"


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
    tests = {*globals(), *vars(test_limits)}
    assert not [name for name in names if f"test_{name}" not in tests]
    assert {level for rule in POLICY for level in rule.less} == {LANDLOCK, SECCOMP}


# --- from one submission to the next ----------------------------------------------------------------


def test_a_learner_finds_nothing_of_the_one_before(box: Sandbox, submit: Submit) -> None:
    spoil = "import builtins, os, sys\nbuiltins.note = np.note = sys.note = 1\nopen('/tmp/note', 'w').write('hi')"
    first = submit(spoil, "def f(): return 1.0")
    assert first.f(returns=NUMBER) == 1.0
    first.close()
    look = """
import builtins, os, sys
def f(): return str([hasattr(thing, 'note') for thing in (builtins, np, sys)])
def g(): return str(os.listdir('/tmp'))
"""
    second = submit(look)
    assert second.f(returns=TEXT) == "[False, False, False]"
    if box.level == BUBBLEWRAP:
        assert second.g(returns=TEXT) == "[]"
    assert not Path("/tmp/note").exists()


def test_a_process_that_ends_itself_is_replaced(submit: Submit) -> None:
    submission = submit("import os\ndef f(): os._exit(0)\ndef g(): return 2.0")
    with pytest.raises(StudentProblem, match="ended the whole Python process") as problem:
        submission.f()
    assert problem.value.outcome is Outcome.CRASHED
    submission.enter("the next exercise")
    assert submission.g(returns=NUMBER) == 2.0


def test_nothing_is_left_when_a_submission_ends(box: Sandbox) -> None:
    for _ in range(3):
        assert box.end(box.spawn()).memory > 0


def test_sets_and_hashes_come_in_the_same_order_every_time(box: Sandbox, submit: Submit) -> None:
    code = "def f(): return ' '.join({str(i) for i in range(50)})"
    first = submit(code).f(returns=TEXT)
    with open_level(box.level) as another:
        assert first == submit_to(another, code)


def submit_to(box: Sandbox, code: str) -> str:
    from autograder.core.cell import Cell
    from autograder.sandbox.submission import Submission

    submission = Submission(box, [Cell("a", code)])
    answer: str = submission.f(returns=TEXT)
    submission.close()
    return answer


def test_names_in_any_script_are_names(submit: Submit) -> None:
    assert submit("def f(): ﬁne, Ω, 变量 = 2.0, 3.0, 4.0; return fine * Ω * 变量").f(returns=NUMBER) == 24.0

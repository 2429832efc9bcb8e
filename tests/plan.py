"""Which tests run, in which order, in which worker, and what is said at the end.

`make test` leaves out what is marked `long`; `make test-long` (`pytest --long`) runs everything, and more of it: a test
that takes the fixture `long` tries more when it is true. tests/README.md lists what is left out, and why.
"""

import atexit
import compileall
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from . import proofs
from .leftovers import Leftovers
from .progress import Progress

# The tests of a file share its fixtures, and so a worker. These share little and take long: each goes to any worker.
APART = (
    "tests/autograder/authoring/test_scaffold.py",
    "tests/autograder/batch/test_run.py",
    "tests/autograder/whole/test_cycle.py",
    "tests/autograder/whole/test_faults.py",
    "tests/autograder/whole/test_teaching.py",
    "tests/course/test_run_all.py",
    "tests/course/test_unanswered.py",
)
# What takes longest begins first, so that the workers end together.
FIRST = (
    "tests/autograder/whole/",
    "tests/autograder/batch/",
    "tests/course/test_run_all.py",
    "tests/autograder/grading/test_recall.py",
    "tests/browser/",
    "tests/course/test_unanswered.py",
    "tests/attacks/",
    "tests/autograder/authoring/",
)

ROOMS = ("autograder", "course/gradwise")  # what processes import


_long = False  # set when pytest is configured, before tests are imported


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run everything, at full length (make test-long)")
    proofs.add_options(parser)


def is_long() -> bool:
    """Returns True in a run of `make test-long`: there is time to try more. Tests take the fixture `long`."""
    return _long


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    global _long
    _long = bool(config.getoption("--long"))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background by a script; commands inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "long(reason): is left to `make test-long`, for a reason")
    if config.option.dist != "no" and not hasattr(config, "workerinput") and not config.option.collectonly:
        for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # several processes run side by side already
            os.environ.setdefault(threads, "1")
        # Hundreds of processes start, and none compiles the project again. What tests write is compiled each time:
        # Python tells an old compilation by its second and its size, and tests are quicker than that.
        for room in ROOMS:
            compileall.compile_dir(Path(__file__).parent.parent / room, quiet=2)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        config.pluginmanager.register(Leftovers())
        config.pluginmanager.register(Progress(config.pluginmanager.get_plugin("terminalreporter")))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says how much need not run in full."""
    return proofs.words(proofs.read()) if config.option.trust_proofs else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Lets each worker keep what pytest makes of the tests' code, and of nothing later."""
    sys.dont_write_bytecode = False


def pytest_collection_finish(session: pytest.Session) -> None:
    sys.dont_write_bytecode = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Ends what a worker has begun: xdist ends a worker that needs ten seconds for it afterwards."""
    if hasattr(session.config, "workerinput"):
        atexit._run_exitfuncs()
    elif session.config.option.prove and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        proofs.write(_passed, _failed)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is long, and sorts the rest. The order within a file stays."""
    if not is_long():
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    out: set[str] = set()
    if config.option.prove:
        out = {item.nodeid for item in items if not proofs.proof_of(item.nodeid)}
    elif config.option.trust_proofs:
        out = proofs.left_out(items, proofs.read())
    if out:
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
        items[:] = [item for item in items if item.nodeid not in out]
    items.sort(key=lambda item: _place(item.nodeid))


_passed: list[str] = []
_failed: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed.append(report.nodeid)
    elif report.when == "call" and report.passed:
        _passed.append(report.nodeid)


def _place(nodeid: str) -> int:
    return next((place for place, start in enumerate(FIRST) if nodeid.startswith(start)), len(FIRST))


def worker_group(nodeid: str) -> str:
    """Returns what a test shares a worker with: its file, or more than that, or less."""
    file, _, name = nodeid.partition("::")
    for folder in ("tests/browser", "tests/autograder/service"):
        if file.startswith(f"{folder}/"):
            return folder  # its servers are started once
    if file in APART:
        return nodeid
    if file == "tests/attacks/test_corpus.py" and "[" in name:  # the attacks of a level share its sandbox
        return f"{file} {name[name.index('[') + 1 :].partition('-')[0]}"
    return file


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker one group of tests after another."""

    def _split_scope(self, nodeid: str) -> str:
        return worker_group(nodeid)


def pytest_xdist_auto_num_workers() -> int:
    """Returns the number of workers: one more than there are cores, for a third of the time they wait for others."""
    return min(len(os.sched_getaffinity(0)), 4) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    config.option.loadscopereorder = False  # the order is that of pytest_collection_modifyitems
    return _Scheduling(config, log)

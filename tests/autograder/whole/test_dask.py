"""Grading on a real Dask cluster of local processes: the same results, also while workers join and die."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.batch import executors
from autograder.batch.executors import grade_all, grade_on
from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault, UsageError
from autograder.grading.session import DIED_OVER, Task

from ...conftest import SEED, SLUG
from ..conftest import SmallCourse

PROJECT = Path(__file__).resolve().parents[3]


class Cluster:
    """A Dask scheduler and its workers, each a local process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                   "--scheduler-file", str(file))  # fmt: skip
        deadline = time.monotonic() + 60
        while not file.is_file() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.address = json.loads(file.read_text())["address"]

    def start(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        path = f"{PROJECT}{os.pathsep}{PROJECT / 'course'}"
        environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.folder)}
        process = subprocess.Popen([sys.executable, "-m", module, *words], cwd=self.folder, env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, *, nanny: bool = False) -> "subprocess.Popen[bytes]":
        return self.start("distributed.cli.dask_worker", self.address, "--nanny" if nanny else "--no-nanny",
                          "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard",
                          "--local-directory", str(self.folder))  # fmt: skip

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.close()


def tasks(topic: Topic, size: int) -> list[Task]:
    return [Task(f"s{i}", f"{SLUG}.ipynb", submission(topic, CLASS[i % 8]) + b"\n" * (i // 8)) for i in range(size)]


def scores(results: Iterator[object]) -> dict[str, float]:
    scores_by_student: dict[str, float] = {}
    for entry in results:
        assert entry.result.student not in scores_by_student, "graded twice"  # type: ignore[attr-defined]
        scores_by_student[entry.result.student] = entry.result.score  # type: ignore[attr-defined]
    return scores_by_student


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_cluster_gives_what_this_machine_gives_while_workers_die_and_join(topic: Topic, cluster: Cluster) -> None:
    """Takes up to 20 seconds: a scheduler and two workers start, and each imports PyTorch."""
    submissions = tasks(topic, 40)
    here = scores(grade_all(topic, submissions[:8], SEED, 1))
    first = cluster.worker()
    results = grade_on(cluster.address, topic, iter(submissions), SEED)
    scores_by_student = {}
    for number, entry in enumerate(results, start=1):
        assert entry.result.student not in scores_by_student
        scores_by_student[entry.result.student] = entry.result.score
        if number == 4:
            cluster.worker(nanny=True)
            time.sleep(3)
            first.kill()
    assert len(scores_by_student) == 40
    assert {student: scores_by_student[student] for student in here} == here


DIES = """
import os, pytest
from autograder.testing import expect, NUMBER
@pytest.mark.exercise("double", weight=3)
def test_it(submission):
    \"\"\"double doubles\"\"\"
    value = submission.double(1.0, returns=NUMBER)
    if value == 13:
        os.kill(os.getppid(), 9)
    while value == 14:
        pass
    expect.close(submission.double(2.0, returns=NUMBER), 4.0, "It is 2 x.")
"""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_submission_over_which_workers_die_costs_nobody_else_anything(
    small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes over 10 seconds: a scheduler and three workers start. Two of them die, for one death ends a task here.

    Nobody outlives the third: so what takes too much of our time has ended no worker.
    """
    small.write(small.topic.checks, DIES)
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    monkeypatch.setattr(executors, "MOST_SECONDS", 4.0)
    cluster = Cluster(tmp_path)
    for _ in range(3):
        cluster.worker()
    answers = {"ada": "2 * x", "eve": "13.0", "zoe": "2 * x", "ben": "14.0"}
    handed_in = [Task(name, "a.py", f"def double(x): return {code}\n".encode()) for name, code in answers.items()]
    try:
        results = {entry.result.student: entry.result for entry in grade_on(
            cluster.address, small.topic, iter(handed_in), SEED
        )}  # fmt: skip
    finally:
        cluster.close()
    assert {name: result.score for name, result in results.items()} == {
        "ada": 3.0,
        "ben": 0.0,
        "eve": 0.0,
        "zoe": 3.0,
    }
    assert {results[name].exercises[0].checks[0].message for name in ("ben", "eve")} == {DIED_OVER}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_fault_on_a_worker_is_the_teachers_to_read(small: SmallCourse, cluster: Cluster) -> None:
    small.write(small.topic.checks, "import pytest\n@pytest.mark.exercise('double')\ndef test_it(submission): 1 / 0\n")
    cluster.worker()
    with pytest.raises(GraderFault, match="The check test_it of double is broken"):
        list(grade_on(cluster.address, small.topic, iter([Task("a", "a.py", b"x = 1")]), SEED))


def test_without_dask_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "distributed"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match="--scheduler needs Dask: pip install"):
        list(grade_on("tcp://127.0.0.1:9", Topic(Path(), "01_small"), iter([]), SEED))


def test_no_scheduler_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match="No Dask scheduler answers at"):
        list(grade_on("tcp://127.0.0.1:9", Topic(Path(), "01_small"), iter([]), SEED))


_LAID_OUT = """
import sys, time
from autograder.batch.executors import Parcel, _laid_out
print(_laid_out(Parcel("01_small", (("solutions/01_small.py", b"the answers"),))).root, flush=True)
if sys.argv[1] == "killed":
    time.sleep(1000)
"""


@pytest.mark.parametrize("end", ["killed", "group", "ended"])
def test_nothing_secret_outlives_a_worker(end: str, tmp_path: Path) -> None:
    """A worker's folder, with solutions and checks, goes also if the worker, or its whole group, is killed."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-c", _LAID_OUT, "ended" if end == "ended" else "killed"]
    worker = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, text=True, start_new_session=True)
    assert worker.stdout is not None
    with worker.stdout:
        root = Path(worker.stdout.readline().strip())
        assert root.parent == tmp_path
        if end == "group":
            os.killpg(worker.pid, signal.SIGKILL)
        elif end == "killed":
            assert (root / "solutions" / "01_small.py").is_file(), "it is there while the worker lives"
            worker.kill()
        worker.wait()
    deadline = time.monotonic() + 60
    while root.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []

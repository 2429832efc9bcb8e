"""Grades many submissions: in several processes of this machine, or on a Dask cluster; one loop serves both.

On a cluster (`autograder grade TOPIC --scheduler tcp://host:8786`) a task carries everything that it
needs: the bytes of the submissions and the files of the topic. Workers need this package and a sandbox, but no access
to the teacher's disk. A worker grades in a process of its own, with the same limit of time as on this machine. If a
worker itself dies, another one runs its task again. If workers die over it again and again, its submissions are graded
one by one, and the one over which they die has no points.
"""

import atexit
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.core.course import Topic
from autograder.core.outcomes import UsageError
from autograder.grading import pool
from autograder.grading.kept_answers import are_kept
from autograder.grading.session import MOST_SECONDS, Graded, Task, give_up, give_up_unread, grade_one
from autograder.grading.workers import begin_to_load

if TYPE_CHECKING:
    from distributed import Client

TOGETHER = 4  # submissions in one task
IN_FLIGHT = 4  # tasks waiting or running, for each thread of the cluster
CONNECT_SECONDS = 10

_one_at_a_time = threading.Lock()  # a worker may have several threads; a sandbox takes one submission at a time


def grade_all(topic: Topic, tasks: Iterable[Task], seed: str, workers: int) -> Iterator[Graded]:
    """Grades submissions of one topic. Yields results as they are ready, and takes tasks as they are needed.

    Raises:
        GraderFault: nothing more can be graded; the text says why.
    """
    if workers > 1:
        begin_to_load(pytorch=not are_kept(topic, seed))
    instead = partial(give_up, topic, seed), partial(give_up_unread, topic, seed)
    yield from pool.spread(workers, pool.Attempts(partial(grade_one, topic, seed), instead, MOST_SECONDS), tasks)


# --- a cluster ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    """The files of a topic, to be written to the disk of a worker that has no clone of the course.

    Attributes:
        slug: the topic.
        files: each file's path in the course, and its contents.
    """

    slug: str
    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, topic: Topic) -> "Parcel":
        """Packs a topic whose instructor's notebook has been built."""
        paths = (topic.text, topic.source, topic.release, topic.checks, topic.misconceptions)
        return cls(topic.slug, tuple((str(path.relative_to(topic.root)), path.read_bytes()) for path in paths))


def grade_on(scheduler: str, topic: Topic, tasks: Iterable[Task], seed: str) -> Iterator[Graded]:
    """Grades submissions on the cluster of that scheduler. Yields results as they are ready.

    Raises:
        UsageError: no scheduler answers at that address, or Dask is not installed.
        GraderFault: nothing more can be graded; the text says why.
    """
    with connected(scheduler) as client:
        from distributed.scheduler import KilledWorker

        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        executor = client.get_executor(pure=False)
        most = IN_FLIGHT * max(1, sum(client.nthreads().values()))
        works, parcel = (grade_one, give_up, give_up_unread), Parcel.of(topic)
        attempts = [partial(grade_parcel, parcel, seed, works[first:], MOST_SECONDS) for first in (0, 0, 1, 2)]
        stop = partial(executor.shutdown, wait=False)
        for graded in pool.over(executor, attempts, _together(tasks), most, KilledWorker, stop):
            yield from graded


def is_of_dead_workers(error: BaseException) -> bool:
    """Tells whether a cluster gave a task up because workers died over it again and again."""
    from distributed.scheduler import KilledWorker

    return isinstance(error, KilledWorker)


def connected(scheduler: str) -> "Client":
    """Connects with a scheduler.

    Raises:
        UsageError: no scheduler answers at that address, or Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError('--scheduler needs Dask: pip install "gradwise[cluster]".') from None
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"No Dask scheduler answers at {scheduler}: {error}.") from None


def _together(tasks: Iterable[Task]) -> Iterator[tuple[Task, ...]]:
    """Yields a few submissions at a time, as one task of the cluster holds them."""
    source = iter(tasks)
    while piece := tuple(islice(source, TOGETHER)):
        yield piece


def grade_parcel(
    parcel: Parcel,
    seed: str,
    works: tuple[Callable[[Topic, str, Task], Graded], ...],
    seconds: float,
    tasks: tuple[Task, ...],
) -> list[Graded]:
    """Grades a few submissions of the topic in the parcel, or gives them up, on a worker.

    Args:
        parcel: the topic.
        seed: the course secret.
        works: what to do with a submission, and what instead if a process dies over it.
        seconds: of processor time for a submission.
        tasks: the submissions.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    with _one_at_a_time:
        topic = _laid_out(parcel)
        work, *instead = (partial(work, topic, seed) for work in works)
        attempts = pool.Attempts(work, tuple(instead), seconds)
        return [_apart().do(attempts, task) for task in tasks]


def on_worker(parcel: Parcel, work: "Callable[[Topic], tuple[pool.Attempts[Any, Any], Any]]") -> Any:
    """Does a piece of work with the topic in the parcel, on a worker, in its process for student code.

    Args:
        parcel: the topic.
        work: returns what to do, and the piece, given the topic as it lies on the worker's disk.
    """
    with _one_at_a_time:
        return _apart().do(*work(_laid_out(parcel)))


@cache
def _apart() -> pool.Apart:
    """Returns the process in which this worker grades.

    Dask's nanny starts a worker as a daemon, which Python allows no processes: they might stay when it ends. Ours ends
    with the worker, however that ends (`grading.workers.begin_worker`).
    """
    multiprocessing.current_process()._config.pop("daemon", None)  # type: ignore[attr-defined]
    return pool.Apart(forked=False)


@cache
def _laid_out(parcel: Parcel) -> Topic:
    root = Path(tempfile.mkdtemp(prefix="gradwise-"))
    _vanish_with_this_process(root)  # it holds solutions and hidden checks
    for name, data in parcel.files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Topic(root, parcel.slug)


# Waits until the process that started it has ended, by whatever signal, and removes a folder.
_SWEEPER = "import shutil, sys; sys.stdin.buffer.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"


def _vanish_with_this_process(folder: Path) -> None:
    """Has a folder removed when this process ends, also if it is killed: the kernel then closes the sweeper's pipe.

    The sweeper is in a session of its own, so that a signal to the worker's group does not reach it.
    """
    sweeper = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", _SWEEPER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    atexit.register(_swept, sweeper, folder)


def _swept(sweeper: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Removes the folder at an ordinary end, and waits for the sweeper."""
    shutil.rmtree(folder, ignore_errors=True)
    sweeper.communicate()

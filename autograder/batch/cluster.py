"""The same grading on a Dask cluster: `autograder grade TOPIC --scheduler tcp://host:8786`.

Tasks carry everything with them: the submissions' bytes and the files of the topic. Workers need this package and
bubblewrap, and no disk of the teacher's. A worker that dies costs its task nothing but time: another one takes it.
"""

import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault, UsageError
from autograder.grading.session import Graded, Task, grade_one

if TYPE_CHECKING:
    from distributed import Client

TOGETHER = 4  # submissions in one task
IN_FLIGHT = 4  # tasks for each thread of the cluster, waiting or running
CONNECT_SECONDS = 10

_one_at_a_time = threading.Lock()  # a worker may have threads; a sandbox takes one submission at a time


@dataclass(frozen=True)
class Parcel:
    """The files of a topic, to be laid out where there are none.

    Attributes:
        slug: the topic.
        files: each file's path in the course, and what is in it.
    """

    slug: str
    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, topic: Topic) -> "Parcel":
        """Packs a topic whose instructor's notebook has been built."""
        paths = (topic.text, topic.source, topic.release, topic.checks, topic.misconceptions)
        return cls(topic.slug, tuple((str(path.relative_to(topic.root)), path.read_bytes()) for path in paths))


def grade_on(scheduler: str, topic: Topic, tasks: Iterable[Task], seed: str) -> Iterator[Graded]:
    """Grades submissions on the cluster of that scheduler. Results come as they are ready.

    Raises:
        UsageError: there is no scheduler at that address, or Dask is not installed.
        GraderFault: nothing more can be graded; the text says why.
    """
    with _connected(scheduler) as client:
        yield from _over(client, Parcel.of(topic), seed, tasks)


def _connected(scheduler: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        raise UsageError('--scheduler needs Dask: pip install "gradwise[cluster]".') from None
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"No Dask scheduler answers at {scheduler}: {error}.") from None


def _over(client: "Client", parcel: Parcel, seed: str, tasks: Iterable[Task]) -> Iterator[Graded]:
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    source = iter(tasks)

    def submitted(most: int) -> list[Any]:
        pieces = (tuple(islice(source, TOGETHER)) for _ in range(most))
        return [client.submit(grade_parcel, parcel, seed, piece, pure=False) for piece in pieces if piece]

    client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    running = as_completed(submitted(IN_FLIGHT * max(1, sum(client.nthreads().values()))))
    try:
        for future in running:
            yield from future.result()
            running.update(submitted(1))
    except KilledWorker as error:
        raise GraderFault(f"Workers died again and again over the same submissions ({error}).") from None


def grade_parcel(parcel: Parcel, seed: str, tasks: tuple[Task, ...]) -> list[Graded]:
    """What a worker does: grades a few submissions of the topic in the parcel.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    with _one_at_a_time:
        topic = _laid_out(parcel)
        return [grade_one(topic, seed, task) for task in tasks]


@cache
def _laid_out(parcel: Parcel) -> Topic:
    root = Path(tempfile.mkdtemp(prefix="gradwise-"))
    for name, data in parcel.files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Topic(root, parcel.slug)

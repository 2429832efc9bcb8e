"""Several machines: attempts are graded by the workers of a Dask cluster, as `autograder grade --scheduler` does it.

The queue stays in the service: who comes next, what is charged and what is kept do not change. A worker needs this
package and a sandbox, and no access to the course: each task carries the files of its topic.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

from autograder.batch.executors import Parcel, connected, is_of_dead_workers, on_worker
from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault, UsageError
from autograder.grading.pool import Attempts
from autograder.grading.workers import Done, Work

from .work import Piece, give_up, give_up_unread

SECONDS = 10  # in which a worker must be there


class Cluster:
    """The workers of a cluster, in the place of `grading.workers.Workers`.

    Nothing is stopped early here: code that loops holds a worker until its own limit of time.

    Args:
        scheduler: the address of the scheduler.
        topics: the topics, by slug.

    Raises:
        UsageError: no scheduler answers there, it has no worker, or Dask is not installed.
    """

    def __init__(self, scheduler: str, topics: Mapping[str, Topic]) -> None:
        self._client = connected(scheduler)
        try:
            self._client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError:
            self._client.close()
            raise UsageError(f"The Dask scheduler at {scheduler} has no worker: start `dask worker` first.") from None
        self._executor = self._client.get_executor(pure=False)
        self._topics = dict(topics)

    def size(self) -> int:
        """Asks the scheduler how many workers the cluster has now.

        Raises:
            OSError: the scheduler does not answer.
        """
        return max(1, len(self._client.nthreads()))

    def submit(self, worker: int, work: Callable[[Work], Done], piece: Work, seconds: float | None) -> "Future[Done]":
        """Gives a piece to the cluster. If workers die over it again and again, the future says that its process died.

        Args:
            worker: not used: the scheduler chooses.
            work: what to do with the piece.
            piece: the attempt.
            seconds: of processor time; None for no limit.
        """
        assert isinstance(piece, Piece)
        parcel = Parcel.of(self._topics[piece.assignment])
        theirs, ours = self._executor.submit(graded_there, parcel, work, seconds, piece), Future[Done]()

        def done(finished: "Future[Done]") -> None:
            if finished.cancelled():  # as when the scheduler has gone
                ours.set_exception(GraderFault("The Dask cluster has gone. The attempt costs nothing."))
                return
            error = finished.exception()
            if error is not None and is_of_dead_workers(error):
                ours.set_exception(BrokenProcessPool(str(error)))
            elif error is not None:
                ours.set_exception(error)
            else:
                ours.set_result(finished.result())

        theirs.add_done_callback(done)
        return ours

    def next_attempt(self, worker: int, number: int) -> int:
        """Returns the number of the next attempt. Dask has tried the last one on several workers already."""
        return number + 1

    def kill(self, worker: int) -> None:
        """Does nothing: what runs on a worker ends by its own limits."""

    def stop(self) -> None:
        """Leaves the cluster, which goes on."""
        self._executor.shutdown(wait=False)
        self._client.close()


def graded_there(parcel: Parcel, work: Callable[[Piece], Any], seconds: float | None, piece: Piece) -> Any:
    """Grades an attempt on a worker, in a process of its own."""

    def attempts(topic: Topic) -> tuple[Attempts[Any, Any], Any]:
        return Attempts(work, (give_up, give_up_unread), seconds), replace(piece, root=topic.root)

    return on_worker(parcel, attempts)

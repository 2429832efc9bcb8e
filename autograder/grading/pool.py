"""Spreads work over worker processes: what a piece of it costs if a worker dies over it, and in which order it is done.

It is in `grading` and not in `batch`, because `authoring/mutants` starts workers, too, and may not import `batch`.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.util import Finalize
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Generic, Protocol

from autograder.core.outcomes import GraderFault

from .workers import Done, Work, Workers, has_died

EARLY = 100  # among what multiprocessing does at the end of a process: before it closes queues and waits for children
IN_FLIGHT = 4  # pieces of work for each worker, waiting or running
DIED = "A grading process died. What was graded before is kept; run again for the rest."


class Takes(Protocol):
    """What takes pieces of work: `Workers`, or a cluster."""

    def submit(self, worker: int, work: Callable[[Work], Done], piece: Work, seconds: float | None) -> "Future[Done]":
        """Begins a piece of work, with so many seconds of processor time; None for no limit."""


@dataclass(frozen=True)
class Attempts(Generic[Work, Done]):
    """What to do with a piece of work, and what if a worker dies over it.

    Attributes:
        work: the function that a worker calls with a piece. It is pickled. If a worker dies over it, it is tried once
            more, unless it took too much time.
        instead: what to do then: the next function if a worker dies again. Without any, a death is a fault.
        seconds: the processor time for a piece; None for no limit.
    """

    work: Callable[[Work], Done]
    instead: tuple[Callable[[Work], Done], ...] = ()
    seconds: float | None = None

    def begin(self, pool: Takes, worker: int, piece: Work, number: int = 0) -> "Future[Done]":
        """Gives a piece to a worker, for the attempt of that number.

        Raises:
            GraderFault: no attempt is left.
        """
        attempts = (self.work, self.work, *self.instead) if self.instead else (self.work,)
        if number >= len(attempts):
            raise GraderFault(DIED)
        return pool.submit(worker, attempts[number], piece, self.seconds)


class Apart:
    """One worker that stays, for one piece of work after another. It is started when first used.

    It ends by `close`, or with this process.

    Args:
        sandbox: whether the work runs student code.
        forked: whether it is forked from this process, which is quick, and unsafe in a process with threads.
    """

    def __init__(self, *, sandbox: bool = True, forked: bool = True) -> None:
        self._sandbox, self._forked = sandbox, forked
        self._pool: Workers | None = None

    def do(self, attempts: Attempts[Work, Done], piece: Work) -> Done:
        """Does a piece of work.

        Raises:
            GraderFault: the worker died, and there is nothing to do instead.
            SandboxUnavailable: no sandbox works on this machine.
        """
        if self._pool is None:
            self._pool = Workers(1, sandbox=self._sandbox, forked=self._forked)
            Finalize(self, self._pool.close, exitpriority=EARLY)
        number = 0
        while has_died(future := attempts.begin(self._pool, 0, piece, number)):
            number = self._pool.next_attempt(0, number)
        return future.result()

    def close(self) -> None:
        """Ends the worker, if there is one."""
        if self._pool is not None:
            self._pool.close()


def spread(workers: int, attempts: Attempts[Work, Done], pieces: Iterable[Work]) -> Iterator[Done]:
    """Does every piece of work in one of several workers, and yields results in the order in which they are ready.

    A worker takes its pieces one after another. So if it dies, it did so over the first that is not done.

    Args:
        workers: the number of workers.
        attempts: what to do with a piece.
        pieces: the pieces of work, taken from the iterator only as they are needed.

    Raises:
        GraderFault: a worker died, and there is nothing to do instead.
    """
    queues: list[deque[tuple[Work, int, Future[Done]]]] = [deque() for _ in range(workers)]
    # Ctrl-C in `concurrent.futures.wait` may leave its lock to nobody, over which the pool's own thread stumbles.
    done: SimpleQueue[Future[Done]] = SimpleQueue()
    source = iter(pieces)
    with _shared_folder() as shared:
        pool = Workers(workers, shared)

        def give(worker: int, piece: Work, number: int) -> None:
            queues[worker].append((piece, number, future := attempts.begin(pool, worker, piece, number)))
            future.add_done_callback(done.put)

        try:
            while True:
                while len(queue := min(queues, key=len)) < IN_FLIGHT and (rest := list(islice(source, 1))):
                    give(queues.index(queue), rest[0], 0)
                if not any(queues):
                    break
                done.get()
                for worker, queue in enumerate(queues):
                    while queue and queue[0][2].done() and not has_died(queue[0][2]):
                        yield queue.popleft()[2].result()
                    if queue and queue[0][2].done():
                        (piece, number, _), *others = queue
                        queue.clear()
                        give(worker, piece, pool.next_attempt(worker, number))
                        for other, tried, _ in others:
                            give(worker, other, tried)
            pool.close()
        except BaseException:  # Ctrl-C, a fault, or a caller that stops early
            pool.stop()
            raise


@contextmanager
def _shared_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="gradwise-", ignore_cleanup_errors=True) as folder:
        try:
            yield Path(folder)
        finally:
            with suppress(OSError):  # if workers could not start, it is empty; and there may be no descriptor for more
                os.rmdir(folder)


def over(
    executor: Executor,
    attempts: Sequence[Callable[[tuple[Work, ...]], Done]],
    pieces: Iterable[tuple[Work, ...]],
    most: int,
    died: type[Exception],
    stop: Callable[[], None],
) -> Iterator[Done]:
    """Hands groups of pieces to an executor, and yields results in the order in which they are ready.

    Args:
        executor: an executor of processes on a cluster, which tries work again if a worker dies over it.
        attempts: the function to call with a group, and those to call with each piece of it, one after another, if the
            executor gives up. A piece is then tried when nothing else runs: whatever a worker had before it when it
            died comes under suspicion.
        pieces: the groups, taken from the iterator only as they are needed.
        most: the number of groups submitted at a time.
        died: what a future raises if the executor gives up.
        stop: ends the work that still runs, after a fault or if the caller stops early.

    Raises:
        GraderFault: workers died over a piece, and no attempt is left.
    """
    waiting: dict[Future[Done], tuple[tuple[Work, ...], int]] = {}
    suspects: deque[tuple[tuple[Work, ...], int]] = deque()
    source = iter(pieces)
    try:
        while True:
            groups = [(group, 0) for group in islice(source, max(most - len(waiting), 0))]
            if not groups and not waiting and suspects:
                groups = [suspects.popleft()]
            waiting |= {executor.submit(attempts[number], group): (group, number) for group, number in groups}
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                group, number = waiting.pop(future)
                if not isinstance(future.exception(), died):
                    yield future.result()
                elif number + 1 == len(attempts):
                    raise GraderFault(DIED)
                else:
                    suspects += [((piece,), number + 1) for piece in group]
    except BaseException:  # Ctrl-C, a fault, a dead worker, or a caller that stops early
        stop()
        raise

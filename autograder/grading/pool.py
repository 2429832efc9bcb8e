"""Processes that work side by side, each with a warm sandbox of its own.

This says how they start, share the machine and end; what they do is the engine's business. It imports nothing heavy:
a command lets them load PyTorch while it still reads its arguments.
"""

import gc
import multiprocessing
import multiprocessing.connection
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import forkserver
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from autograder.core.outcomes import GraderFault
from autograder.sandbox import levels

from . import single_flight

IN_FLIGHT = 4  # pieces of work for each process, waiting or running

Work = TypeVar("Work")
Done = TypeVar("Done")


def cores() -> list[int]:
    """The processor cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


def begin_to_load() -> None:
    """Starts the process that all others are forked from: it imports PyTorch while this one does other work."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["autograder.grading.session", "autograder.grading.reference"]
    )
    forkserver.ensure_running()


@contextmanager
def open_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are ready to grade in the sandbox that this one has chosen.

    Args:
        workers: how many. If they take all cores, each has one, and its learners' processes are on the same: the two
            take turns, and to wake up another core takes longer than most calls.

    Raises:
        SandboxUnavailable: there is no sandbox here.
    """
    level = levels.chosen()
    levels.warn(level)
    begin_to_load()
    context = multiprocessing.get_context("forkserver")
    places: SimpleQueue[int | None] = context.SimpleQueue()
    for number in range(workers):
        places.put(cores()[number % len(cores())] if workers >= len(cores()) else None)
    with TemporaryDirectory(prefix="gradwise-", ignore_cleanup_errors=True) as shared:
        begin = partial(_begin_at, places, Path(shared), secrets.token_bytes(32), level)
        with ProcessPoolExecutor(workers, mp_context=context, initializer=begin) as pool:
            yield pool


def _begin_at(places: "SimpleQueue[int | None]", shared: Path, secret: bytes, level: str) -> None:
    if (core := places.get()) is not None:
        os.sched_setaffinity(0, {core})
    single_flight.share(shared, secret)
    begin_worker(level)


def begin_worker(level: str) -> None:
    """A worker opens that sandbox. It leaves Ctrl-C to the process that started it, and ends with that one."""
    gc.freeze()  # all that was loaded stays: to look for garbage in it takes 70 ms each time
    levels.use(level, quiet=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def spread(workers: int, work: Callable[[Work], Done], pieces: Iterable[Work]) -> Iterator[Done]:
    """Does every piece of work in one of several processes, and gives what is done as it comes.

    Args:
        workers: how many processes.
        work: what each does with a piece; it is sent to them.
        pieces: are asked for as they are needed.

    Raises:
        GraderFault: a process died.
    """
    with open_pool(workers) as pool:
        try:
            yield from over(pool, work, pieces, IN_FLIGHT * workers, stop=partial(_stop, pool))
        except BrokenProcessPool:
            raise GraderFault(
                "A grading process died. What was graded before is kept; run again for the rest."
            ) from None


def over(
    executor: Executor,
    work: Callable[[Work], Done],
    pieces: Iterable[Work],
    most: int,
    stop: Callable[[], None],
) -> Iterator[Done]:
    """Hands pieces of work to an executor, and gives what is done as it comes.

    Args:
        executor: of processes on this machine, or of a cluster.
        work: what is done with a piece.
        pieces: are asked for as they are needed.
        most: how many are under way at a time.
        stop: ends what is running, when that is of no use any more.
    """
    waiting: set[Future[Done]] = set()
    source = iter(pieces)
    try:
        while True:
            for piece in source:
                waiting.add(executor.submit(work, piece))
                if len(waiting) >= most:
                    break
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BaseException:  # Ctrl-C, a fault, a dead process, or nobody wants more
        stop()
        raise


def _stop(pool: Executor) -> None:
    tasks = getattr(pool, "_call_queue", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()
    # Before 3.11.5 the pool waits for ever for a thread that writes the next task to processes that are gone: with
    # nobody left to read, the thread ends (https://github.com/python/cpython/issues/94777). Later ones do this
    # themselves, and in a thread of theirs: done twice, it may close a file that has been opened in between.
    if sys.version_info < (3, 11, 5) and tasks is not None:
        tasks._reader.close()

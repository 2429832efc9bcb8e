"""Worker processes, each with a warm sandbox of its own: how they start, share the cores and end.

The work itself is passed in. This module imports nothing heavy, so that a command can start the workers, which load
PyTorch, before it imports the rest.

It is in `grading` and not in `batch`, because `authoring/mutants` starts such workers, too, and may not import `batch`.
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
from autograder.sandbox.policy import AUTO

from . import single_flight

IN_FLIGHT = 4  # pieces of work for each worker, waiting or running

Work = TypeVar("Work")
Done = TypeVar("Done")


def cores() -> list[int]:
    """Returns the processor cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


def begin_to_load() -> None:
    """Starts the process from which all workers are forked. It imports PyTorch while this process does other work.

    Ctrl-C reaches all processes of a terminal. That process and its forks are born deaf to it: they end with this one.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["autograder.grading.session", "autograder.grading.reference"]
    )
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def why_one_process() -> str:
    """Returns why this machine cannot grade in several processes; empty if it can."""
    try:
        multiprocessing.get_context("forkserver").Lock()
    except (ImportError, OSError) as error:
        return f"this machine has no shared memory for several processes ({error}): is /dev/shm mounted and writable?"
    return ""


@contextmanager
def open_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Opens a pool of workers that use the sandbox this process has chosen.

    Args:
        workers: the number of workers. If they take all cores, each is bound to one, with its learners' processes: the
            two take turns, and waking up another core takes longer than most calls.

    Raises:
        SandboxUnavailable: no sandbox works on this machine.
    """
    level = levels.chosen()
    levels.warn(level)
    begin_to_load()
    context = multiprocessing.get_context("forkserver")
    places: SimpleQueue[int | None] = context.SimpleQueue()
    for number in range(workers):
        places.put(cores()[number % len(cores())] if workers >= len(cores()) else None)
    with TemporaryDirectory(prefix="gradwise-", ignore_cleanup_errors=True) as shared:
        begin = partial(_begin_at, places, Path(shared), secrets.token_bytes(32), level, levels.named() == AUTO)
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=begin)
        try:
            yield pool
        except BaseException:  # do not wait for work that nobody wants
            _stop(pool)
            raise
        finally:
            pool.shutdown()


def _begin_at(places: "SimpleQueue[int | None]", shared: Path, secret: bytes, level: str, weaker: bool) -> None:
    if (core := places.get()) is not None:
        os.sched_setaffinity(0, {core})
    single_flight.share(shared, secret)
    begin_worker(level, weaker)


def begin_worker(level: str, weaker: bool = False) -> None:
    """Prepares a worker: it opens this sandbox, ignores Ctrl-C, and ends with the process that started it.

    Args:
        level: the sandbox.
        weaker: whether a weaker one may be taken if this one fails.
    """
    gc.freeze()  # what is loaded stays: a collection would take 70 ms each time to look through it
    levels.use(level, quiet=True, weaker=weaker)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def spread(workers: int, work: Callable[[Work], Done], pieces: Iterable[Work]) -> Iterator[Done]:
    """Does every piece of work in one of several workers, and yields results in the order in which they are ready.

    Args:
        workers: the number of workers.
        work: the function that a worker calls with a piece. It is pickled.
        pieces: the pieces of work, taken from the iterator only as they are needed.

    Raises:
        GraderFault: a worker died.
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
    """Hands pieces of work to an executor, and yields results in the order in which they are ready.

    Args:
        executor: an executor of processes on this machine, or of a cluster.
        work: the function to call with a piece.
        pieces: the pieces of work, taken from the iterator only as they are needed.
        most: the number of pieces submitted at a time.
        stop: ends the work that still runs, after a fault or if the caller stops early.
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
    except BaseException:  # Ctrl-C, a fault, a dead worker, or a caller that stops early
        stop()
        raise


def _stop(pool: Executor) -> None:
    """Ends the workers at once. A worker may be writing a result: what it has written is given up."""
    tasks, results = getattr(pool, "_call_queue", None), getattr(pool, "_result_queue", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()
    # The pool's thread reads results. If it has read half of one, it waits for the rest until the pipe ends, and the
    # pipe does not end as long as this process holds a writing end of it, which it never uses.
    if results is not None:
        results._writer.close()
    # Before Python 3.11.5 the pool waits for ever for a thread that writes the next task to workers that have ended.
    # Closing the reading end ends that thread (https://github.com/python/cpython/issues/94777). Later versions close it
    # themselves, in another thread; closing it twice might close a file that was opened in between.
    if sys.version_info < (3, 11, 5) and tasks is not None:
        tasks._reader.close()

"""Worker processes, each with a warm sandbox of its own: how they start, share the cores, die and end.

This module imports nothing heavy, so that a command can start the workers, which load PyTorch, before it imports the
rest.
"""

import gc
import multiprocessing
import multiprocessing.connection
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from autograder.core import limits
from autograder.sandbox import levels
from autograder.sandbox.policy import AUTO

from . import single_flight

Work = TypeVar("Work")
Done = TypeVar("Done")


def cores() -> list[int]:
    """Returns the processor cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


def begin_to_load(*, pytorch: bool = True, also: Sequence[str] = ()) -> None:
    """Starts the process from which all workers are forked. It imports what they need beside the work of this process.

    Ctrl-C reaches all processes of a terminal. That process and its forks are born deaf to it: they end with this one.

    Args:
        pytorch: whether it imports PyTorch, too, which takes two seconds.
        also: further modules that it imports.
    """
    modules = ["autograder.grading.session", *(["gradwise.reference"] if pytorch else []), *also]
    multiprocessing.get_context("forkserver").set_forkserver_preload(modules)
    resource_tracker.ensure_running()  # the fork server would start it, and let signals in again
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


class Workers:
    """Workers, numbered from 0, each an executor with one process, so that one can die and leave the others alone.

    Args:
        number: the number of workers. If they take all cores, each is bound to one, with its learners' processes: the
            two take turns, and waking up another core takes longer than most calls. A single one is forked from this
            process and shares what is imported here; several are forked from one that has loaded what they need.
        shared: a folder for the values that several workers need.
        sandbox: whether the workers run student code; without it none is looked for.
        forked: whether a single worker is forked from this process.
        bound: whether several that take all cores are bound to one each.

    Raises:
        SandboxUnavailable: no sandbox works on this machine.
    """

    def __init__(
        self,
        number: int,
        shared: Path | None = None,
        *,
        sandbox: bool = True,
        forked: bool = True,
        bound: bool = True,
    ) -> None:
        self._level = levels.chosen() if sandbox else None
        if self._level is not None:
            levels.warn(self._level)
        self._weaker = levels.named() == AUTO
        self._shared, self._secret = shared, secrets.token_bytes(32)
        self._alone = number == 1
        self._start = ("fork" if forked else "spawn") if self._alone else "forkserver"
        self._bound = bound and number >= len(cores()) and not self._alone
        if not self._alone:
            begin_to_load()
        self._processes: dict[int, BaseProcess] = {}
        self._executors = [self._open(worker) for worker in range(number)]

    def submit(self, worker: int, work: Callable[[Work], Done], piece: Work, seconds: float | None) -> "Future[Done]":
        """Gives a worker a piece of work, with so many seconds of processor time; None for no limit."""
        before = set(multiprocessing.active_children())
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # a process may be forked here
        try:
            future = self._executors[worker].submit(_limited, seconds, work, piece)
        except BrokenProcessPool as broken:  # it died over an earlier piece
            future = Future()
            future.set_exception(broken)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for process in set(multiprocessing.active_children()) - before:
            self._processes[worker] = process
        return future

    def next_attempt(self, worker: int, number: int) -> int:
        """Starts a worker anew that has died. Returns the number of the next attempt; after too much time one less."""
        self._executors[worker].shutdown()
        self._executors[worker] = self._open(worker)
        process = self._processes.pop(worker, None)
        outlasted = process is not None and process.exitcode == limits.OUTLASTED
        return max(number + 1, 2 if outlasted else 0)

    def kill(self, worker: int) -> None:
        """Kills a worker, with what it is doing. Its piece of work has then died."""
        if (process := self._processes.get(worker)) is not None:
            process.kill()

    def close(self) -> None:
        """Waits for the workers, and ends them."""
        for executor in self._executors:
            executor.shutdown()

    def stop(self) -> None:
        """Ends the workers and what they are doing."""
        for executor in self._executors:
            _stop(executor)
        self.close()

    def _open(self, worker: int) -> ProcessPoolExecutor:
        place = cores()[worker % len(cores())] if self._bound else None
        begin = partial(_begin_at, place, self._shared, self._secret, self._level, self._weaker)
        context = multiprocessing.get_context(self._start)
        return ProcessPoolExecutor(1, mp_context=context, initializer=begin)


def _limited(seconds: float | None, work: Callable[[Work], Done], piece: Work) -> Done:
    with limits.processor_time(seconds):
        return work(piece)


def _begin_at(core: int | None, shared: Path | None, secret: bytes, level: str | None, weaker: bool) -> None:
    if core is not None:
        os.sched_setaffinity(0, {core})
    if shared is not None:
        single_flight.share(shared, secret)
    begin_worker(level, weaker)


def begin_worker(level: str | None, weaker: bool = False) -> None:
    """Prepares a worker: it uses this sandbox, ignores Ctrl-C, and ends with the process that started it.

    Args:
        level: the sandbox; None if it runs no student code.
        weaker: whether a weaker one may be taken if this one fails.
    """
    gc.freeze()  # what is loaded stays: a collection would take 70 ms each time to look through it
    gc.set_threshold(20_000, 10, 10)  # what is loaded later stays, too, and is looked through rarely
    if level is not None:
        levels.use(level, quiet=True, weaker=weaker)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def has_died(future: "Future[Any]") -> bool:
    """Waits for a piece of work. Returns True if its worker died over it, or over an earlier piece."""
    return isinstance(future.exception(), BrokenProcessPool)


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

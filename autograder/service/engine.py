"""Grades what waits, in warm processes, in the order of `lanes`."""

import asyncio
import logging
import shutil
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from autograder.batch.attempts import secret_of
from autograder.core.course import Course
from autograder.grading.pool import Attempts
from autograder.grading.session import MOST_SECONDS
from autograder.grading.workers import Workers, begin_to_load

from .agreed import GRADED, HELD, SAME
from .ahead import Ahead
from .cluster import Cluster
from .lanes import FAST, SLOW, Running, choose, overdue, quick
from .store import Store
from .work import Finished, Piece, get_ready, give_up, give_up_unread, grade

IDLE = 0.05  # seconds between two looks whether nothing is running
FOLLOW = 2.0  # seconds between two looks at the size of a cluster
LOOK = 0.25  # seconds between two looks at what is running
AGAIN = 2.0  # seconds before a result that could not be written is written again
RECENT = 50  # attempts from whose times the waiting time is estimated

_ATTEMPTS = Attempts(grade, (give_up, give_up_unread), MOST_SECONDS)
_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


async def end(tasks: Iterable["asyncio.Task[None]"], pool: "Workers | Cluster | None") -> None:
    """Ends tasks, and then the processes that worked for them."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if pool is not None:
        await asyncio.to_thread(pool.stop)


@dataclass
class Engine:
    """The workers of the service, and what they are doing.

    Args:
        root: the course's folder.
        seed: the course secret.
        store: where attempts wait. It is used in one thread only, by `ask`.
        slugs: the topics.
        scheduler: the address of a Dask scheduler whose workers grade; empty for processes of this machine.
        fast: the number of workers in the fast lane; on a cluster there are as many as it has.
        slow: and in the slow lane.
        graded: is called when an attempt is graded, with its id.
    """

    root: Path
    seed: str
    store: Store
    slugs: tuple[str, ...]
    fast: int
    slow: int
    graded: Callable[[int], None]
    scheduler: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    _running: dict[int, Running] = field(default_factory=dict)  # by worker
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))

    def __post_init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: set[int] = set()
        self._pool: Workers | Cluster | None = None
        self._learning: int | None = None  # the worker that is looking at misconceptions
        workers = range(self.fast + self.slow)
        self.ahead = Ahead(self.root, self.seed, self.slugs, workers, self._when_idle)

    # --- for the rest of the service ---

    async def ask(self, question: Callable[[Store], _Answer]) -> _Answer:
        """Asks the store something, in its thread: one question after another."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self.store)

    def wake(self) -> None:
        """Looks soon whether something can be graded."""
        self._wake.set()

    @property
    def busy(self) -> list[dict[str, Any]]:
        """What is being graded: the worker, the lane and the seconds since it began."""
        now = time.monotonic()
        return [
            {"worker": run.worker, "lane": run.lane, "seconds": round(now - run.began, 1)}
            for run in self._running.values()
        ]

    def seconds_for(self, waiting: int) -> float:
        """Returns how long so many waiting attempts will take, judged by the latest ones."""
        each = sum(self._times) / len(self._times) if self._times else 0.5
        return max(1.0, waiting * each / self.fast)

    async def start(self) -> None:
        """Starts the workers, and makes them ready in the background."""
        if not self.scheduler:
            begin_to_load(also=("autograder.service.work",))
        recovered = await self.ask(Store.recover)
        if recovered:
            _log.warning("%d attempts were being graded when the service ended; they are graded now.", recovered)
        if self.scheduler:
            topics = {slug: Course(self.root).topic(slug) for slug in self.slugs}
            self._pool = cluster = await asyncio.to_thread(Cluster, self.scheduler, topics)
            self._begin(self._follow(cluster))
        else:
            shared = self.root / "build" / "service"  # what all workers need, such as how a misconception behaves
            shutil.rmtree(shared, ignore_errors=True)
            shared.mkdir(mode=0o700, parents=True)
            self._pool = await asyncio.to_thread(Workers, self.fast + self.slow, shared, bound=False)
            for worker in range(self.fast + self.slow):
                self._begin(self._make_ready(worker))
            self._begin(self._look_ahead())
        self._begin(self._dispatch())
        self._begin(self._look())

    async def stop(self) -> None:
        """Ends the workers. What they were doing is done when the service starts again."""
        await end(self._tasks, self._pool)
        self._thread.shutdown()

    async def ready(self) -> None:
        """Waits until every worker is ready."""
        while len(self._ready) < self.fast + self.slow:
            await asyncio.sleep(0.05)

    @property
    def is_ready(self) -> bool:
        """Whether every worker has all graders ready."""
        return len(self._ready) == self.fast + self.slow

    # --- the workers ---

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make_ready(self, worker: int) -> None:
        assert self._pool is not None
        work = partial(get_ready, self.root, self.seed)
        try:
            said = await asyncio.wrap_future(self._pool.submit(worker, work, self.slugs, None))
        except Exception as error:  # it is started again by the next attempt
            said = f"A worker could not be made ready: {error}"
        for sentence in filter(None, said.split("\n")):
            _log.warning("%s", sentence)
            self.faults[sentence.partition(" ")[0]] = sentence
        self._ready.add(worker)
        self.wake()

    async def _follow(self, cluster: Cluster) -> None:
        """Has as many workers in the fast lane as the cluster has. A thread asks the scheduler, which may be gone."""
        while True:
            try:
                self.fast = await asyncio.to_thread(cluster.size)
            except OSError as error:
                _log.error("The Dask scheduler does not answer: %s", error)
            else:
                self._ready = set(range(self.fast + self.slow))
                self.wake()
            await asyncio.sleep(FOLLOW)

    async def _look_ahead(self) -> None:
        await self.ready()
        await self.ahead.run()

    async def _when_idle(self, worker: int, work: Callable[..., Any], piece: Any) -> Any:
        """Has a worker do something as soon as nothing is being graded. Meanwhile the others grade."""
        assert self._pool is not None
        while self._running:
            await asyncio.sleep(IDLE)
        self._learning = worker
        try:
            return await asyncio.wrap_future(self._pool.submit(worker, work, piece, None))
        finally:
            self._learning = None
            self.wake()

    async def _dispatch(self) -> None:
        """Gives waiting attempts to workers, whenever something has changed."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while (chosen := await self._next()) is not None:
                    run, (row, earlier), details = chosen
                    self._begin(self._grade(run, row, earlier, details))
            except SQLAlchemyError as error:
                _log.error("The service's database cannot be used: %s", error)
                asyncio.get_running_loop().call_later(AGAIN, self.wake)

    @property
    def _room(self) -> dict[str, int]:
        return {FAST: self.fast, SLOW: self.slow}

    async def _next(self) -> Any:
        """Chooses the next attempt and a worker for it; None if there is none for now."""
        free = sorted(self._ready - self._running.keys() - {self._learning})
        if not free:
            return None
        waiting = await self.ask(Store.waiting)
        row = choose(waiting, self._running.values(), self._room)
        if row is None:
            return None
        run = self._running[free[0]] = Running(row.id, row.student, free[0], row.lane, time.monotonic())
        try:
            begun = await self.ask(lambda store: store.begin(row.id))
            attempt = begun[0]
            due = await self.ask(lambda store: store.due(attempt.assignment, attempt.student))
            terms = await self.ask(lambda store: store.terms(attempt.assignment))
        except BaseException:
            del self._running[free[0]]
            raise
        before = terms.shown(attempt.number, None, 0.0)
        after = terms.shown(attempt.number, 0.0, 1.0) if due is not None or terms.after_due else before
        return run, begun, (before,) if after == before else (before, after)

    async def _grade(self, run: Running, row: Any, earlier: dict[str, int], details: tuple[Any, ...]) -> None:
        assert self._pool is not None
        secret = secret_of(self.seed, row.assignment, row.student, row.number)
        piece = Piece(self.root, self.seed, row.assignment, row.student, row.data, secret, details, earlier)
        values = await self._tried(run, piece)
        while True:
            try:
                if values is None:
                    await self.ask(lambda store: store.put_back(run.id, SLOW))
                else:
                    await self.ask(lambda store: store.finish(run.id, time.time(), values))
                break
            except SQLAlchemyError as error:  # a full disk: the result waits here
                _log.error("A result could not be written: %s", getattr(error, "orig", error))
                await asyncio.sleep(AGAIN)
        del self._running[run.worker]
        if values is not None:
            self.graded(run.id)
        self.wake()

    async def _tried(self, run: Running, piece: Piece) -> dict[str, Any] | None:
        """Grades a piece, as often as a worker dies over it. Returns the columns to set; None if it was stopped."""
        assert self._pool is not None
        number = 0
        while True:
            try:
                finished = await asyncio.wrap_future(_ATTEMPTS.begin(self._pool, run.worker, piece, number))
            except BrokenProcessPool:
                number = await asyncio.to_thread(self._pool.next_attempt, run.worker, number)
                if run.stopped:
                    return None
            except Exception as fault:  # of the grader, not of the learner
                _log.error("%s is not graded: %s", piece.assignment, fault)
                self.faults[piece.assignment] = str(fault)
                return {"state": HELD, "charged": False, "fault": str(fault)}
            else:
                return self._columns(run, piece, finished)

    def _columns(self, run: Running, piece: Piece, finished: Finished) -> dict[str, Any]:
        seconds = time.monotonic() - run.began
        if finished.same_as is not None:
            return {"state": SAME, "charged": False, "content": finished.content, "same_as": finished.same_as}
        self.faults.pop(piece.assignment, None)
        usual = quick(self._times)
        self._times.append(seconds)
        values: dict[str, Any] = {
            "state": GRADED,
            "content": finished.content,
            "lane": SLOW if seconds > usual else FAST,
            "seconds": seconds,
            "score": finished.score,
            "max_score": finished.max_score,
            "mistakes": finished.mistakes,
            "result": finished.result,
            "pages": finished.pages,
        }
        return values | ({"charged": False, "fault": "a process died over it"} if finished.died else {})

    async def _look(self) -> None:
        """Moves what takes long into the slow lane, or stops it if that is full and others wait."""
        while True:
            await asyncio.sleep(LOOK)
            if all(run.lane == SLOW for run in self._running.values()):
                continue
            try:
                waiting = await self.ask(Store.waiting)
            except SQLAlchemyError:  # the next look may find the disk well again
                continue
            moved, stopped = overdue(waiting, self._running.values(), self._room, time.monotonic(), quick(self._times))
            for run in moved:
                run.lane = SLOW
            for run in stopped:
                run.stopped = True
                assert self._pool is not None
                self._pool.kill(run.worker)
            if moved:
                self.wake()

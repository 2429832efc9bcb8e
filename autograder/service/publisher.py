"""Has the attempts that count written into the gradebook, soon after they are graded, in a process of its own."""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

from autograder.grading.workers import Workers

from . import books
from .books import Counted, Due, Order
from .engine import Engine, end

TOGETHER = 200  # attempts that are written at a time
PAUSE = 3.0  # seconds between two times of writing: many together take hardly longer than one
AGAIN = 5.0  # seconds before what failed is tried again
DUE_EVERY = 60.0  # seconds between two looks at the due dates, which formgrader may change, too

_Piece = TypeVar("_Piece")
_Done = TypeVar("_Done")
_log = logging.getLogger(__name__)


class Publisher:
    """Writes into the gradebook what counts.

    Args:
        root: the course's folder.
        seed: the course secret.
        engine: asks the store.
    """

    def __init__(self, root: Path, seed: str, engine: Engine) -> None:
        self._root, self._seed, self._engine = root, seed, engine
        self._wake, self._lock = asyncio.Event(), asyncio.Lock()
        self._pool: Workers | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.trouble = ""

    async def start(self) -> None:
        """Starts the process, and begins."""
        self._pool = await asyncio.to_thread(Workers, 1, sandbox=False, forked=False)
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._read_due())]
        self._wake.set()

    async def stop(self) -> None:
        """Ends the process. What it was writing is written when the service starts again."""
        await end(self._tasks, self._pool)

    def wake(self) -> None:
        """Looks soon whether there is something to write."""
        self._wake.set()

    async def set_due(self, assignment: str, due: float | None) -> None:
        """Sets a due date, in the gradebook and in the store. What counts is reckoned anew.

        Raises:
            Exception: the gradebook cannot be written.
        """
        await self._do(books.set_due, Due(self._root, assignment, due))
        await self._engine.ask(lambda store: store.set_due(assignment, due))

    async def _do(self, work: Callable[[_Piece], _Done], piece: _Piece) -> _Done:
        assert self._pool is not None
        async with self._lock:
            try:
                return await asyncio.wrap_future(self._pool.submit(0, work, piece, None))
            except BrokenProcessPool:
                await asyncio.to_thread(self._pool.next_attempt, 0, 0)
                raise

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._write_all()
                self.trouble = ""
                await asyncio.sleep(PAUSE)
            except Exception as error:
                self.trouble = f"The gradebook is not written: {error}"
                _log.error("%s", self.trouble)
                asyncio.get_running_loop().call_later(AGAIN, self.wake)

    async def _write_all(self) -> None:
        if chosen := await self._engine.ask(lambda store: store.to_write(TOGETHER)):
            self._wake.set()  # there may be more by then
            for assignment, rows in chosen.items():
                await self._write_rows(assignment, rows)

    async def _write_rows(self, assignment: str, rows: list[Any]) -> None:
        extensions = await self._engine.ask(lambda store: store.extension(assignment))
        counted = tuple(
            Counted(row.student, row.number, row.data, row.received, json.loads(row.result)) for row in rows
        )
        for sentence in await self._do(books.write, Order(self._root, self._seed, assignment, counted, extensions)):
            _log.info("%s", sentence)
        await self._engine.ask(lambda store: store.written(assignment, rows))

    async def _read_due(self) -> None:
        while True:
            try:
                for assignment, due in (await self._do(books.due_dates, self._root)).items():
                    await self._engine.ask(lambda store, name=assignment, date=due: store.set_due(name, date))  # type: ignore[misc]
            except Exception as error:
                _log.warning("The due dates cannot be read: %s", error)
            await asyncio.sleep(DUE_EVERY)

"""Has the workers look at how misconceptions behave while nobody waits.

Otherwise the first learner with a mistake in an exercise waits until the checks have run on all its misconceptions. One
worker runs them, a misconception at a time, and the others read what it saw.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from .work import get_to_know, look_at, mistakes_in

PATIENCE = 30.0  # seconds that the workers are ready before it begins: a service may be started for one question

WhenIdle = Callable[[int, Callable[..., Any], Any], Awaitable[Any]]

_log = logging.getLogger(__name__)


class Ahead:
    """What has been looked at so far.

    Args:
        root: the course's folder.
        seed: the course secret.
        slugs: the topics.
        workers: the numbers of the workers; the last one runs the checks.
        when_idle: has a worker do a piece of work as soon as nothing is being graded.
    """

    def __init__(
        self, root: Path, seed: str, slugs: Sequence[str], workers: Sequence[int], when_idle: WhenIdle
    ) -> None:
        self._root, self._seed, self._slugs = root, seed, slugs
        self._workers, self._when_idle = workers, when_idle
        self._done, self._all = 0, 0

    @property
    def share(self) -> float:
        """The share of the misconceptions that every worker knows, 0 to 1."""
        return self._done / self._all if self._all else 0.0

    async def run(self) -> None:
        """Looks at all misconceptions of all topics."""
        await asyncio.sleep(PATIENCE)
        mistakes = {}
        for slug in self._slugs:
            mistakes[slug] = await self._tried(self._workers[-1], partial(mistakes_in, self._root), slug) or {}
        self._all = sum(len(entries) for of_topic in mistakes.values() for entries in of_topic.values())
        for slug, of_topic in mistakes.items():
            for exercise, entries in of_topic.items():
                for entry in (None, *entries):
                    look = partial(look_at, self._root, self._seed, slug, exercise)
                    await self._tried(self._workers[-1], look, entry)
                for worker in self._workers:
                    await self._tried(worker, partial(get_to_know, self._root, self._seed, slug), exercise)
                self._done += len(entries)

    async def _tried(self, worker: int, work: Callable[..., Any], piece: Any) -> Any:
        try:
            return await self._when_idle(worker, work, piece)
        except Exception as error:  # it is looked at when a learner needs it
            _log.warning("A misconception was not looked at ahead: %s", error)
            return None

"""While nobody waits, all workers learn how the misconceptions behave; while somebody is graded, they do not."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.core.course import Course
from autograder.grading import session
from autograder.service import ahead
from autograder.service.engine import Engine
from autograder.service.lanes import FAST, Running
from autograder.service.store import Store
from autograder.service.terms import Terms

from ...conftest import SEED
from ..conftest import SmallCourse

SLUG = "01_small"
WHILE = 0.5  # seconds: ten looks


def known(root: Path) -> set[tuple[str, str | None]]:
    """What a worker has seen: the exercise, and the misconception or None for the solution."""
    return set(session.ready(Course(root).topic(SLUG), SEED).catalogue._seen)


async def until_all_is_known(engine: Engine) -> None:
    while engine.ahead.share < 1:
        await asyncio.sleep(0.02)


def test_every_worker_knows_every_misconception_after_a_while(
    small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "PATIENCE", 0.0)
    root = small.topic.root
    engine = Engine(root, SEED, Store(f"sqlite:///{tmp_path}/s.db", Terms()), (SLUG,), 1, 1, lambda _: None)

    async def tried() -> list[Any]:
        await engine.start()
        engine._running[0] = Running(1, "ada", 0, FAST, time.monotonic())
        await engine.ready()
        await asyncio.sleep(WHILE)
        meanwhile = engine.ahead.share
        del engine._running[0]
        await asyncio.wait_for(until_all_is_known(engine), 60)
        seen = [await engine._when_idle(worker, known, root) for worker in (0, 1)]
        await engine.stop()
        return [meanwhile, *seen]

    meanwhile, *seen = asyncio.run(tried())
    assert meanwhile == 0
    assert seen == [{("double", None), ("double", "double-square"), ("double", "double-sum")}] * 2


def test_a_misconception_that_cannot_be_looked_at_does_not_stop_the_others(
    small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "PATIENCE", 0.0)
    asked = []

    async def when_idle(worker: int, work: Any, piece: Any) -> Any:
        asked.append((worker, piece))
        if piece == "double-square":
            raise RuntimeError("planted")
        return {"double": ["double-square", "double-sum"]} if piece == SLUG else None

    looking = ahead.Ahead(tmp_path, SEED, (SLUG,), (0, 1), when_idle)
    asyncio.run(looking.run())
    assert asked == [(1, SLUG), (1, None), (1, "double-square"), (1, "double-sum"), (0, "double"), (1, "double")]
    assert looking.share == 1

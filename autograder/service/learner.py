"""What learners ask of the service: their assignments, a new attempt, their attempts with the results."""

import asyncio
import hashlib
import time
from contextlib import suppress
from typing import Any

from . import views
from .agreed import GRADED, HELD
from .base import ANYONE, CSP_OF_FEEDBACK, Base, Problem
from .bodies import MOST_NOTEBOOK, WithBody
from .people import cannot_be
from .store import full_disk_named

MOST_WAIT = 30.0  # seconds that an answer may be waited for
MOST_WAITING = 3  # attempts of one learner


class Health(Base):
    """Tells that the service is there, to anyone."""

    may_ask = ANYONE

    async def get(self) -> None:
        """Answers whether the workers are ready, and how many of the misconceptions they know already."""
        engine = self.service.engine
        self.answer({"status": "ready" if engine.is_ready else "starting", "known": round(engine.ahead.share, 3)})


class OpenApi(Base):
    """The description of the API, to anyone."""

    may_ask = ANYONE

    async def get(self) -> None:
        """Answers with the OpenAPI file."""
        self.answer(self.service.openapi)


class Me(Base):
    """Who asks, and the assignments of the course."""

    async def get(self) -> None:
        """Answers with both."""
        trees = [await self.assignment(slug) for slug in self.service.topics]
        self.answer(
            {
                "name": self.person.name,
                "teacher": self.person.teaches,
                "course": self.service.course_id,
                "assignments": trees,
            }
        )

    async def assignment(self, slug: str) -> dict[str, Any]:
        """Returns the terms of an assignment for whoever asks."""
        name, now = self.person.name, time.time()
        terms, left, due, mine = await self.ask(
            lambda store: (
                store.terms(slug),
                store.left(slug, name, now),
                store.due(slug, name),
                store.attempts_of(slug, name),
            )
        )
        return views.assignment(slug, terms, left, due, len(mine) + 1)


class Assignment(Me):
    """The terms of one assignment."""

    async def get(self, slug: str) -> None:  # type: ignore[override]
        """Answers with them."""
        self.topic(slug)
        self.answer(await self.assignment(slug))


class OfAssignment(WithBody, Me):
    """The attempts of a learner at an assignment."""

    most = MOST_NOTEBOOK
    kinds = ("application/x-ipynb+json", "application/json", "application/octet-stream")

    async def prepare(self) -> None:
        """Refuses what cannot be accepted before the notebook is read."""
        await super().prepare()
        slug = self.path_args[0]
        self.topic(slug)
        if self.request.method == "POST":
            if sentence := cannot_be(self.person.name):
                raise Problem(400, "bad_name", sentence)
            await self._must_have_room()

    async def get(self, slug: str) -> None:  # type: ignore[override]
        """Answers with the attempts, the latest first."""
        name, now = self.person.name, time.time()
        rows, terms, due = await self.ask(
            lambda store: (store.attempts_of(slug, name), store.terms(slug), store.due(slug, name))
        )
        trees = [views.about(row, now=now, due=due, terms=terms) for row in rows]
        self.answer({"attempts": trees, "terms": await self.assignment(slug)})

    async def _must_have_room(self) -> None:
        depth = await self.ask(lambda store: store.depth())
        if depth >= self.service.most_waiting:
            seconds = self.service.engine.seconds_for(depth - self.service.most_waiting + 1)
            raise Problem(429, "full", "Very many submissions wait just now. Nothing was charged.", retry=seconds)

    async def post(self, slug: str) -> None:
        """Accepts a notebook: when this answers, it is on the disk."""
        body, name, now = self.body, self.person.name, time.time()
        if not _is_notebook(body):
            raise Problem(
                400, "not_a_notebook", "This is not a notebook: the file of a notebook is JSON with a list of cells."
            )
        digest = hashlib.sha256(body).hexdigest()

        def accept(store: Any) -> Any:
            with full_disk_named():
                return store.accept(slug, name, body, digest, now, MOST_WAITING)

        accepted = await self.ask(accept)
        self.service.engine.wake()
        terms, due = await self.ask(lambda store: (store.terms(slug), store.due(slug, name)))
        tree = views.about(accepted.row, now=now, due=due, terms=terms)
        tree["known"] = accepted.known
        tree["terms"] = await self.assignment(slug)
        self.set_header("Location", f"../../attempts/{accepted.row.key}")
        self.answer(tree, 200 if accepted.known else 202)


def _is_notebook(body: bytes) -> bool:
    """Tells whether a body begins as a notebook does. Whatever it is then, the grader can read it."""
    return body.lstrip()[:1] == b"{" and (b'"cells"' in body or b'"worksheets"' in body)


class OneAttempt(Base):
    """One attempt: its learner's, or any for a teacher."""

    async def row(self, key: str) -> Any:
        """Returns an attempt.

        Raises:
            Problem: there is none, or it is another's: both are answered alike.
        """
        row = await self.ask(lambda store: store.attempt(key))
        if row is None or (row.student != self.person.name and not self.person.teaches):
            raise Problem(404, "no_attempt", "You have no such attempt.")
        return row

    async def detail(self, row: Any) -> tuple[str, Any, float | None]:
        """Returns how much of an attempt may be read, its terms and its due date."""
        terms, due = await self.ask(lambda store: (store.terms(row.assignment), store.due(row.assignment, row.student)))
        return "full" if self.person.teaches else terms.shown(row.number, due, time.time()), terms, due


class Attempt(OneAttempt):
    """An attempt and its result."""

    async def get(self, key: str) -> None:
        """Answers with it; with `?wait=SECONDS` as soon as it is graded."""
        row = await self.row(key)
        until = time.monotonic() + self._wait()
        while row.state not in (GRADED, HELD) and (rest := until - time.monotonic()) > 0:
            news = self.service.news(row.id)
            row = await self.row(key)
            if row.state in (GRADED, HELD):
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), rest)
            row = await self.row(key)
        detail, terms, due = await self.detail(row)
        tree = views.about(row, now=time.time(), due=due, terms=terms)
        if row.state not in (GRADED, HELD):
            tree["queue"] = await self._queue(row)
        name, slug = row.student, row.assignment
        left = await self.ask(lambda store: store.left(slug, name, time.time()))
        self.answer({**tree, "result": views.result(row, detail), "attempts": left.to_json()})

    def _wait(self) -> float:
        text = self.get_query_argument("wait", "0")
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= MOST_WAIT:
            raise Problem(400, "bad_value", f"`wait` is a number of seconds, at most {MOST_WAIT:g}.")
        return seconds

    async def _queue(self, row: Any) -> dict[str, Any]:
        waiting = await self.ask(lambda store: store.waiting())
        ahead = sum(other.id < row.id for other in waiting)
        return {"ahead": ahead, "seconds": round(self.service.engine.seconds_for(ahead + 1), 1)}


class AttemptPage(OneAttempt):
    """The page of an attempt, as a browser shows it."""

    by_browser = True

    async def get(self, key: str) -> None:
        """Answers with the feedback page; while it is waited for, with one that looks again."""
        row = await self.row(key)
        detail, _, _ = await self.detail(row)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        if row.state == GRADED and (page := views.page(row, detail)):
            self.set_header("Content-Security-Policy", CSP_OF_FEEDBACK)
            self.finish(page)
            return
        if row.state != HELD:
            self.set_header("Refresh", "2")
        sentence = views.HELD_SENTENCE if row.state == HELD else "This attempt is being graded."
        self.finish(self.service.render("problem.html", self, sentence=sentence, status=None))


class Mine(Me):
    """A learner's page: the assignments, and all attempts at them."""

    by_browser = True

    async def get(self) -> None:
        """Answers with the page."""
        name, now = self.person.name, time.time()
        parts = []
        for slug in self.service.topics:
            rows, terms, due = await self.ask(
                lambda store, slug=slug: (store.attempts_of(slug, name), store.terms(slug), store.due(slug, name))  # type: ignore[misc]
            )
            attempts = [views.about(row, now=now, due=due, terms=terms) for row in rows]
            parts.append((slug, (await self.assignment(slug))["said"], attempts))
        self.finish(self.service.render("mine.html", self, parts=parts))

"""What teachers ask of the service: who has submitted, what the class misunderstands now, due dates, attempts."""

import json
import time
from collections import Counter
from typing import Any

from autograder.core.outcomes import UsageError

from .agreed import GRADED
from .base import TEACHERS, Base, Problem
from .bodies import WithBody
from .people import cannot_be
from .terms import iso, left, seconds_of

BARS = 10  # of the distribution of scores
MOST_GIVEN = 100  # attempts that are given back at once
MOST_EXTENSION = 366 * 24.0  # hours


class Overview:
    """What a teacher sees of an assignment, computed at most once a second."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def forget(self) -> None:
        """Computes everything anew when it is asked next."""
        self._known.clear()

    async def of(self, slug: str) -> dict[str, Any]:
        """Returns it as JSON types."""
        then, tree = self._known.get(slug, (0.0, {}))
        if time.monotonic() - then > 1.0:
            tree = await self._computed(slug)
            self._known[slug] = time.monotonic(), tree
        return {**tree, **self._now()}

    def _now(self) -> dict[str, Any]:
        engine = self._service.engine
        troubles = [*engine.faults.values(), *filter(None, [self._service.publisher.trouble])]
        return {"running": engine.busy, "workers": engine.fast + engine.slow, "troubles": troubles}

    async def _computed(self, slug: str) -> dict[str, Any]:
        rows, terms, due, extensions, waiting, gave = await self._service.ask(
            lambda store: (
                store.attempts_of(slug, None),
                store.terms(slug),
                store.due(slug),
                store.extension(slug),
                len(store.waiting()),
                store.given_back(slug),
            )
        )
        now = time.time()
        people: dict[str, list[Any]] = {student: [] for student in sorted({*extensions, *gave})}
        for row in rows:  # the latest first
            people.setdefault(row.student, []).append(row)
        latest = [next((row for row in mine if row.state == GRADED), None) for mine in people.values()]
        graded = [row for row in latest if row is not None]
        learners = [
            _learner(
                student, mine, left(terms, [row.received for row in mine if row.charged], gave.get(student, []), now)
            )
            | {"extension_hours": round(extensions.get(student, 0.0) / 3600, 2)}
            for student, mine in sorted(people.items())
        ]
        return {
            "assignment": slug,
            "terms": terms.to_json(),
            "due": None if due is None else iso(due),
            "submitted": sum(bool(mine) for mine in people.values()),
            "attempts": len(rows),
            "waiting": waiting,
            "scores": _distribution([learner["best"] for learner in learners if learner["best"] is not None], graded),
            "misconceptions": _mistakes(graded),
            "learners": learners,
        }


def _learner(student: str, mine: list[Any], left: Any) -> dict[str, Any]:
    scores = [row.score for row in mine if row.state == GRADED]
    return {
        "student": student,
        "attempts": len(mine),
        "state": mine[0].state if mine else "nothing yet",
        "last": round(scores[0], 2) if scores else None,
        "best": round(max(scores), 2) if scores else None,
        "received": iso(mine[0].received) if mine else None,
        "page": f"attempts/{mine[0].key}" if mine else None,
        **{"left": left.left, "next": left.to_json()["next"]},
    }


def _distribution(scores: list[float], graded: list[Any]) -> list[dict[str, float]]:
    most = max((row.max_score for row in graded), default=0.0)
    counts = Counter(min(int(score / most * BARS), BARS - 1) for score in scores) if most else Counter[int]()
    return [{"from": most * bar / BARS, "to": most * (bar + 1) / BARS, "learners": counts[bar]} for bar in range(BARS)]


def _mistakes(graded: list[Any]) -> list[dict[str, Any]]:
    """Returns what the latest attempts of the class misunderstand, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in graded:
        counts.update({tuple(mistake) for mistake in json.loads(row.mistakes)})
    return [
        {"exercise": exercise, "id": name, "sentence": sentence, "learners": number}
        for (exercise, name, sentence), number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


class Live(Base):
    """An assignment as it is now."""

    may_ask = TEACHERS

    async def get(self, slug: str) -> None:
        """Answers with it."""
        self.topic(slug)
        self.answer(await self.service.overview.of(slug))


class Change(WithBody):
    """A change by a teacher. Each class does one thing."""

    may_ask = TEACHERS

    def values(self) -> dict[str, Any]:
        """Returns the object in the body.

        Raises:
            Problem: it is not one.
        """
        try:
            tree = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            tree = None
        if not isinstance(tree, dict):
            raise Problem(400, "not_json", "The body is not a JSON object.")
        return tree

    def student(self, name: str) -> str:
        """Returns a learner's name of an address.

        Raises:
            Problem: nobody can be called that.
        """
        if sentence := cannot_be(name):
            raise Problem(400, "bad_name", sentence)
        return name

    def done(self, tree: Any) -> None:
        """Answers, and has everything computed anew."""
        self.service.overview.forget()
        self.service.publisher.wake()
        self.service.engine.wake()
        self.answer(tree)


class TermsOf(Change):
    """The terms of an assignment, and its due date."""

    async def patch(self, slug: str) -> None:
        """Changes those that the body names; `due` is a time, or null."""
        self.topic(slug)
        tree = self.values()
        try:
            due = seconds_of(tree["due"]) if tree.get("due") is not None else None
        except UsageError as error:
            raise Problem(400, "bad_value", str(error)) from None
        sets_due = "due" in tree
        tree.pop("due", None)
        terms = await self.ask(lambda store: store.set_terms(slug, tree))
        if sets_due:
            await self.service.publisher.set_due(slug, due)
        now = await self.ask(lambda store: store.due(slug))
        self.done({**terms.to_json(), "due": None if now is None else iso(now)})


class Extension(Change):
    """More time for one learner."""

    async def put(self, slug: str, name: str) -> None:
        """Sets it: `hours` after the due date; 0 takes it back."""
        self.topic(slug)
        hours = self.values().get("hours")
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= MOST_EXTENSION:
            raise Problem(400, "bad_value", f"`hours` is a number from 0 to {MOST_EXTENSION:g}.")
        student = self.student(name)
        await self.ask(lambda store: store.extend(slug, student, hours * 3600))
        self.done({"student": student, "hours": hours})


class GiveBack(Change):
    """Attempts that a learner gets back."""

    async def post(self, slug: str, name: str) -> None:
        """Gives `attempts` of them, one by default."""
        self.topic(slug)
        count = self.values().get("attempts", 1)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_GIVEN:
            raise Problem(400, "bad_value", f"`attempts` is a whole number from 1 to {MOST_GIVEN}.")
        student, teacher = self.student(name), self.person.name
        await self.ask(lambda store: store.give(slug, student, count, teacher, time.time()))
        left = await self.ask(lambda store: store.left(slug, student, time.time()))
        self.done({"student": student, "attempts": left.to_json()})


class Regrade(Change):
    """Grades again, with the same hidden inputs: after a check was mended."""

    async def post(self, slug: str) -> None:
        """Lets the attempts of all learners, or of `student`, wait again."""
        self.topic(slug)
        name = self.values().get("student")
        student = None if name is None else self.student(str(name))
        self.done({"waiting": await self.ask(lambda store: store.regrade(slug, student))})


class TeachersPage(Base):
    """The live page of an assignment."""

    may_ask = TEACHERS
    by_browser = True

    async def get(self, slug: str = "") -> None:
        """Answers with the page; of the first assignment with attempts, if none is named."""
        if not slug:
            every = {row.assignment for row in await self.ask(lambda store: store.attempts_of(None, None))}
            slug = next((name for name in self.service.topics if name in every), next(iter(self.service.topics)))
            self.redirect(f"{self.settings['prefix']}teacher/{slug}")
            return
        self.topic(slug)
        tree = await self.service.overview.of(slug)
        self.finish(self.service.render("teacher.html", self, now=tree, slug=slug, slugs=list(self.service.topics)))


class LivePart(Base):
    """The part of the live page that changes, as HTML."""

    may_ask = TEACHERS

    async def get(self, slug: str) -> None:
        """Answers with it."""
        self.topic(slug)
        tree = await self.service.overview.of(slug)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.service.render("live.html", self, now=tree))

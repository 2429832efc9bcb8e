"""What is agreed with learners: terms, due dates, extensions, attempts given back; and so, which attempt counts."""

import json
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.engine import Connection

from .tables import STALE, attempts, counted, extensions, given, terms
from .terms import Left, Terms, left

WAITING, RUNNING, GRADED, SAME, HELD = "waiting", "running", "graded", "same", "held"


class Agreed:
    """The part of the store that holds what is agreed.

    Args:
        engine: the database.
        defaults: the terms of an assignment for which no teacher has set others.
    """

    def __init__(self, engine: Engine, defaults: Terms) -> None:
        self._engine, self._defaults = engine, defaults

    def terms(self, assignment: str) -> Terms:
        """Returns the terms of an assignment."""
        with self._engine.begin() as db:
            return self._terms(db, assignment)

    def _terms(self, db: Connection, assignment: str) -> Terms:
        text = db.scalar(select(terms.c.terms).where(terms.c.assignment == assignment))
        return self._defaults.changed(json.loads(text)) if text else self._defaults

    def set_terms(self, assignment: str, tree: dict[str, Any]) -> Terms:
        """Changes some of the terms of an assignment. Returns all of them.

        Raises:
            UsageError: a name or a value cannot be used.
        """
        with self._engine.begin() as db:
            before = self._terms(db, assignment)
            after = before.changed(tree)
            self._put_terms(db, assignment, terms=json.dumps(after.to_json()))
            if after.counts != before.counts:
                mine = attempts.c.assignment == assignment
                for student in db.scalars(select(attempts.c.student).where(mine).distinct()).all():
                    self._count(db, assignment, student)
            return after

    def _put_terms(self, db: Connection, assignment: str, **values: Any) -> None:
        if db.execute(update(terms).where(terms.c.assignment == assignment).values(**values)).rowcount == 0:
            db.execute(insert(terms).values(**{"assignment": assignment, "terms": "{}", **values}))

    def due(self, assignment: str, student: str | None = None) -> float | None:
        """Returns the due date of an assignment, with a learner's extension; None if there is none."""
        with self._engine.begin() as db:
            return self._due(db, assignment, student)

    def _due(self, db: Connection, assignment: str, student: str | None) -> float | None:
        due = db.scalar(select(terms.c.due).where(terms.c.assignment == assignment))
        mine = (extensions.c.assignment == assignment) & (extensions.c.student == student)
        extension = db.scalar(select(extensions.c.seconds).where(mine)) or 0.0
        return None if due is None else float(due) + extension

    def set_due(self, assignment: str, due: float | None) -> None:
        """Notes the due date that stands in the gradebook. If it is another one, penalties are reckoned anew."""
        with self._engine.begin() as db:
            if db.scalar(select(terms.c.due).where(terms.c.assignment == assignment)) != due:
                self._put_terms(db, assignment, due=due)
                db.execute(update(counted).where(counted.c.assignment == assignment).values(**STALE))

    def extension(self, assignment: str) -> dict[str, float]:
        """Returns the extensions of an assignment by learner, in seconds."""
        with self._engine.begin() as db:
            query = select(extensions.c.student, extensions.c.seconds).where(extensions.c.assignment == assignment)
            return {row.student: row.seconds for row in db.execute(query)}

    def extend(self, assignment: str, student: str, seconds: float) -> None:
        """Gives a learner more time; 0 takes it back. The gradebook is written again for the learner."""
        with self._engine.begin() as db:
            mine = (extensions.c.assignment == assignment) & (extensions.c.student == student)
            if db.execute(update(extensions).where(mine).values(seconds=seconds)).rowcount == 0:
                db.execute(insert(extensions).values(assignment=assignment, student=student, seconds=seconds))
            self._count(db, assignment, student)
            place = (counted.c.assignment == assignment) & (counted.c.student == student)
            db.execute(update(counted).where(place).values(**STALE))

    def left(self, assignment: str, student: str, now: float) -> Left:
        """Returns the attempts that a learner has left."""
        with self._engine.begin() as db:
            return self._left(db, assignment, student, now)

    def _left(self, db: Connection, assignment: str, student: str, now: float) -> Left:
        mine = (attempts.c.assignment == assignment) & (attempts.c.student == student)
        charged = db.scalars(select(attempts.c.received).where(mine, attempts.c.charged)).all()
        back = (given.c.assignment == assignment) & (given.c.student == student)
        gave = [(row.given, row.attempts) for row in db.execute(select(given).where(back))]
        return left(self._terms(db, assignment), charged, gave, now)

    def given_back(self, assignment: str) -> dict[str, list[tuple[float, int]]]:
        """Returns by learner when attempts were given back, and how many."""
        gave: dict[str, list[tuple[float, int]]] = {}
        with self._engine.begin() as db:
            for row in db.execute(select(given).where(given.c.assignment == assignment)):
                gave.setdefault(row.student, []).append((row.given, row.attempts))
        return gave

    def give(self, assignment: str, student: str, count: int, teacher: str, now: float) -> None:
        """Gives a learner attempts back."""
        values = {"assignment": assignment, "student": student, "attempts": count, "given": now, "teacher": teacher}
        with self._engine.begin() as db:
            db.execute(insert(given).values(**values))

    def _count(self, db: Connection, assignment: str, student: str) -> None:
        mine = (attempts.c.assignment == assignment) & (attempts.c.student == student)
        graded = db.execute(
            select(attempts.c.id, attempts.c.score, attempts.c.received, attempts.c.number).where(
                mine, attempts.c.state == GRADED
            )
        ).all()
        if not graded:
            return
        due = self._due(db, assignment, student)
        if self._terms(db, assignment).counts == "last":
            best = max(graded, key=lambda row: row.number)
        else:  # the later one of two with the same points, unless only that one is late: words may have been added
            best = max(graded, key=lambda row: (row.score, due is None or row.received <= due, row.number))
        place = (counted.c.assignment == assignment) & (counted.c.student == student)
        if db.execute(update(counted).where(place).values(attempt=best.id)).rowcount == 0:
            db.execute(insert(counted).values(assignment=assignment, student=student, attempt=best.id))

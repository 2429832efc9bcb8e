"""What the service keeps: attempts, terms and extensions, in SQLite or another database, durably."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from autograder.core.outcomes import UsageError
from autograder.gradebook.state import naming_drivers

from .agreed import GRADED, HELD, RUNNING, SAME, WAITING, Agreed
from .lanes import FAST, SLOW
from .tables import STALE, attempts, counted, metadata
from .terms import Terms

_ABOUT = [column for column in attempts.c if column.name not in ("data", "result", "pages")]


@dataclass(frozen=True)
class Accepted:
    """An attempt that is on the disk: its row without the file, and whether it was there before."""

    row: Any
    known: bool


class Refused(Exception):
    """An attempt that is not accepted. Nothing is charged.

    Attributes:
        code: a word for programs.
        until: when it may be tried again, in seconds since 1970; None if that is not known.
    """

    def __init__(self, code: str, sentence: str, until: float | None = None) -> None:
        super().__init__(sentence)
        self.code, self.until = code, until


class Store(Agreed):
    """The database of the service. One thread uses it.

    Args:
        url: its address, as SQLAlchemy writes it.
        defaults: the terms of an assignment for which no teacher has set others.

    Raises:
        UsageError: the database cannot be used; the text says why.
    """

    def __init__(self, url: str, defaults: Terms) -> None:
        with naming_drivers():
            engine = create_engine(url)
        super().__init__(engine, defaults)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _durable)
            event.listen(self._engine, "begin", _writing)
        try:
            metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            raise UsageError(f"The service's database {self._engine.url!r} cannot be used: {_reason(error)}.") from None

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The database."""
        return self._engine

    # --- attempts ---

    def accept(self, assignment: str, student: str, data: bytes, digest: str, now: float, most: int) -> Accepted:
        """Writes an attempt down. When this returns, it is on the disk.

        The same file again is the attempt that it was before, whatever became of the answer to the first request.

        Args:
            assignment: the topic.
            student: the learner.
            data: the file.
            digest: of the file.
            now: the time, in seconds since 1970.
            most: at most so many attempts of a learner may wait.

        Raises:
            Refused: the terms do not allow another attempt.
        """
        mine = (attempts.c.assignment == assignment) & (attempts.c.student == student)
        with self._engine.begin() as db:
            same = select(*_ABOUT).where(mine, attempts.c.digest == digest).order_by(attempts.c.id.desc())
            if (row := db.execute(same).first()) is not None:
                if row.state == GRADED and row.fault:  # a process died over it
                    again = {"state": WAITING, "lane": SLOW, "fault": ""}
                    db.execute(update(attempts).where(attempts.c.id == row.id).values(**again))
                return Accepted(row, known=True)
            self._must_be_allowed(db, assignment, student, now, most)
            last = db.scalar(select(func.max(attempts.c.number)).where(mine)) or 0
            lane = db.scalar(
                select(attempts.c.lane).where(mine, attempts.c.state == GRADED).order_by(attempts.c.id.desc()).limit(1)
            )
            key = secrets.token_hex(16)
            db.execute(
                insert(attempts).values(
                    key=key,
                    assignment=assignment,
                    student=student,
                    number=last + 1,
                    received=now,
                    data=data,
                    digest=digest,
                    state=WAITING,
                    lane=lane or FAST,
                    charged=True,
                )
            )
            row = db.execute(select(*_ABOUT).where(attempts.c.key == key)).one()
        return Accepted(row, known=False)

    def _must_be_allowed(self, db: Connection, assignment: str, student: str, now: float, most: int) -> None:
        if self._terms(db, assignment).closed:
            raise Refused("closed", f"{assignment} is closed: nothing more is accepted. Ask your teacher.")
        remaining = self._left(db, assignment, student, now)
        if remaining.left == 0:
            when = "No further one comes." if remaining.next is None else "The next one comes later."
            raise Refused("no_attempts", f"You have no attempts left for {assignment}. {when}", remaining.next)
        waits = (attempts.c.student == student) & attempts.c.state.in_((WAITING, RUNNING))
        if (db.scalar(select(func.count()).select_from(attempts).where(waits)) or 0) >= most:
            raise Refused("busy", "Your earlier attempts are still being graded: wait for their results.", now + 5)

    def waiting(self) -> Sequence[Any]:
        """Returns the attempts that wait, the oldest first: id, student, lane."""
        with self._engine.begin() as db:
            query = select(attempts.c.id, attempts.c.student, attempts.c.lane).where(attempts.c.state == WAITING)
            return db.execute(query.order_by(attempts.c.id)).all()

    def depth(self) -> int:
        """Returns how many attempts wait or are being graded."""
        with self._engine.begin() as db:
            busy = attempts.c.state.in_((WAITING, RUNNING))
            return db.scalar(select(func.count()).select_from(attempts).where(busy)) or 0

    def begin(self, number: int) -> tuple[Any, dict[str, int]]:
        """Marks an attempt as being graded. Returns its row, and the contents of the learner's earlier ones by id."""
        with self._engine.begin() as db:
            db.execute(update(attempts).where(attempts.c.id == number).values(state=RUNNING))
            row = db.execute(select(attempts).where(attempts.c.id == number)).one()
            earlier = db.execute(
                select(attempts.c.content, func.min(attempts.c.id))
                .where(attempts.c.assignment == row.assignment, attempts.c.student == row.student)
                .where(attempts.c.state == GRADED, attempts.c.id < number)
                .group_by(attempts.c.content)
            )
            return row, {str(content): int(first) for content, first in earlier}

    def finish(self, number: int, now: float, values: dict[str, Any]) -> None:
        """Writes down what became of an attempt, and which attempt of the learner counts now: both or neither.

        Args:
            number: the attempt's id.
            now: the time, in seconds since 1970.
            values: the columns to set.
        """
        with self._engine.begin() as db:
            db.execute(update(attempts).where(attempts.c.id == number).values(finished=now, **values))
            row = db.execute(select(*_ABOUT).where(attempts.c.id == number)).one()
            self._count(db, row.assignment, row.student)

    def put_back(self, number: int, lane: str) -> None:
        """Lets an attempt wait again, in a lane."""
        with self._engine.begin() as db:
            db.execute(update(attempts).where(attempts.c.id == number).values(state=WAITING, lane=lane))

    def set_lane(self, number: int, lane: str) -> None:
        """Notes the lane that an attempt is in; the learner's next one begins there."""
        with self._engine.begin() as db:
            db.execute(update(attempts).where(attempts.c.id == number).values(lane=lane))

    def recover(self) -> int:
        """Lets what was being graded when the service ended wait again. Returns how much that is."""
        with self._engine.begin() as db:
            return db.execute(update(attempts).where(attempts.c.state == RUNNING).values(state=WAITING)).rowcount

    def regrade(self, assignment: str, student: str | None) -> int:
        """Lets graded and held attempts wait again, with the same hidden inputs. Returns how many."""
        chosen = (attempts.c.assignment == assignment) & attempts.c.state.in_((GRADED, HELD))
        if student is not None:
            chosen &= attempts.c.student == student
        with self._engine.begin() as db:
            count = db.execute(update(attempts).where(chosen).values(state=WAITING, fault="")).rowcount
            forget = update(counted).where(counted.c.assignment == assignment)
            db.execute((forget if student is None else forget.where(counted.c.student == student)).values(**STALE))
            return count

    def attempt(self, key: str) -> Any:
        """Returns the row of an attempt without the file, or None."""
        columns = [column for column in attempts.c if column.name != "data"]
        with self._engine.begin() as db:
            row = db.execute(select(*columns).where(attempts.c.key == key)).first()
            if row is not None and row.state == SAME:
                earlier = db.execute(select(*columns).where(attempts.c.id == row.same_as)).one()
                return _Same(row, earlier)
            return row

    def attempts_of(self, assignment: str | None, student: str | None) -> Sequence[Any]:
        """Returns attempts without files and results, the latest first."""
        query = select(*_ABOUT).order_by(attempts.c.id.desc())
        if assignment is not None:
            query = query.where(attempts.c.assignment == assignment)
        if student is not None:
            query = query.where(attempts.c.student == student)
        with self._engine.begin() as db:
            return db.execute(query).all()

    # --- what stands in the gradebook ---

    def to_write(self, most: int) -> dict[str, list[Any]]:
        """Returns rows of attempts that count and do not stand in the gradebook yet, by assignment."""
        behind = counted.c.written.is_(None) | (counted.c.written != counted.c.attempt)
        names = ("id", "assignment", "student", "number", "received", "data", "result")
        columns = [*(attempts.c[name] for name in names), counted.c.stamp]
        query = select(*columns).join(counted, counted.c.attempt == attempts.c.id).where(behind)
        chosen: dict[str, list[Any]] = {}
        with self._engine.begin() as db:
            for row in db.execute(query.where(attempts.c.state == GRADED).order_by(attempts.c.id).limit(most)):
                chosen.setdefault(row.assignment, []).append(row)
        return chosen

    def written(self, assignment: str, rows: Sequence[Any]) -> None:
        """Notes which attempts stand in the gradebook now."""
        with self._engine.begin() as db:
            for row in rows:
                place = (counted.c.assignment == assignment) & (counted.c.student == row.student)
                db.execute(update(counted).where(place, counted.c.stamp == row.stamp).values(written=row.id))


class _Same:
    """An attempt with the answers of an earlier one: what became of that one holds for it."""

    _own = ("id", "key", "number", "received", "charged", "same_as", "digest")

    def __init__(self, row: Any, earlier: Any) -> None:
        self._row, self._earlier = row, earlier

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row if name in self._own else self._earlier, name)


def _durable(connection: Any, _record: Any) -> None:
    """Has SQLite write to the disk before a transaction ends, and wait for another process instead of failing."""
    connection.isolation_level = None  # SQLAlchemy's `begin` is ours, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).rstrip(".")


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Names a full or broken disk, where a row could not be written.

    Raises:
        Refused: it could not.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise Refused("storage", f"The service could not keep your notebook: {_reason(error)}.") from error

"""nbgrader's exchange over HTTP: what its commands put into a shared folder and take from it, without that folder."""

import re
import time
from datetime import UTC, datetime
from typing import Any

from . import parcels
from .base import PEOPLE, TEACHERS, Base, Problem
from .bodies import WithBody
from .parcels import FEEDBACK, RELEASE, SUBMISSION, Parcel
from .people import cannot_be
from .store import full_disk_named
from .terms import iso

ZIP = "application/zip"
MOST_ARCHIVE = 64 * 2**20
MOST_PAGE = 32 * 2**20
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})? UTC")


class Packed(WithBody):
    """Something that is sent and taken as a whole."""

    most = MOST_ARCHIVE
    kinds: tuple[str, ...] = (ZIP,)

    def must_be_zip(self) -> None:
        """Refuses a body that is not an archive.

        Raises:
            Problem: it is none.
        """
        if not self.body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise Problem(400, "not_an_archive", "This is not a zip archive.")

    async def put_parcel(self, parcel: Parcel) -> bool:
        """Writes a parcel down: when this answers, it is on the disk."""

        def put(store: Any) -> bool:
            with full_disk_named():
                return parcels.put(store, parcel, time.time())

        return await self.ask(put)

    async def send(self, kind: str, name: str, number: int | None = None, content: str = ZIP) -> None:
        """Answers with a parcel."""
        data = await self.ask(lambda store: parcels.data_of(store, kind, name, number))
        if data is None:
            raise Problem(404, "no_parcel", f"There is no {kind} of that name.")
        self.set_header("Content-Type", content)
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
        self.set_header("Content-Disposition", "attachment")
        self.finish(data)


class Releases(Base):
    """The course's name, and what was released."""

    async def get(self) -> None:
        """Answers with both."""
        rows = await self.ask(lambda store: parcels.listed(store, RELEASE))
        trees = [{"assignment": row.assignment, "digest": row.digest, "stored": iso(row.stored)} for row in rows]
        self.answer({"course": self.service.course_id, "releases": trees})


class Release(Packed):
    """A released assignment. Learners take it, teachers send it."""

    async def prepare(self) -> None:
        """Lets only teachers send."""
        self.may_ask = TEACHERS if self.request.method == "PUT" else PEOPLE
        await super().prepare()

    async def get(self, name: str) -> None:
        """Answers with the archive."""
        await self.send(RELEASE, name)

    async def put(self, name: str) -> None:
        """Releases."""
        self.must_be_zip()
        if cannot_be(name):
            raise Problem(400, "bad_name", "An assignment cannot be called that.")
        await self.put_parcel(Parcel(RELEASE, name, self.body))
        self.answer({"assignment": name})


class Submissions(Packed):
    """Submissions of an assignment. Learners send their own, teachers see all."""

    async def prepare(self) -> None:
        """Lets only teachers look."""
        self.may_ask = TEACHERS if self.request.method == "GET" else PEOPLE
        await super().prepare()

    async def get(self, name: str) -> None:
        """Answers with a list of them."""
        rows = await self.ask(lambda store: parcels.listed(store, SUBMISSION, name))
        trees = [
            {"id": row.id, "student": row.student, "timestamp": row.timestamp, "stored": row.stored} for row in rows
        ]
        self.answer({"submissions": trees})

    async def post(self, name: str) -> None:
        """Accepts one: its learner is whoever sends it, its time is the service's, unless an earlier one is claimed."""
        self.must_be_zip()
        if sentence := cannot_be(self.person.name):
            raise Problem(400, "bad_name", sentence)
        if await self.ask(lambda store: parcels.data_of(store, RELEASE, name)) is None:
            raise Problem(404, "no_assignment", "There is no such assignment.")
        claimed = self.request.headers.get("X-Timestamp", "")
        stamp = claimed if _TIMESTAMP.fullmatch(claimed) else f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        fresh = await self.put_parcel(Parcel(SUBMISSION, name, self.body, self.person.name, stamp))
        self.answer({"student": self.person.name, "timestamp": stamp}, 201 if fresh else 200)


class Submission(Packed):
    """A submission, for teachers."""

    may_ask = TEACHERS

    async def get(self, name: str, number: str) -> None:
        """Answers with the archive."""
        await self.send(SUBMISSION, name, int(number))


class Feedback(Packed):
    """A page of feedback, under a name that only its learner can know: nbgrader makes it from a secret of theirs."""

    most = MOST_PAGE
    kinds = ("text/html",)

    async def prepare(self) -> None:
        """Lets only teachers send."""
        self.may_ask = TEACHERS if self.request.method == "PUT" else PEOPLE
        await super().prepare()

    async def get(self, name: str) -> None:
        """Answers with the page, to be saved."""
        await self.send(FEEDBACK, name, content="text/html; charset=utf-8")

    async def put(self, name: str) -> None:
        """Hands a page out."""
        await self.put_parcel(Parcel(FEEDBACK, name, self.body))
        self.answer({"feedback": name})

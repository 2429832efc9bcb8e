"""nbgrader's exchange in the store: what was released, submitted and given back, a folder each as a zip archive."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select

from .store import Refused, Store
from .tables import parcels

RELEASE, SUBMISSION, FEEDBACK = "release", "submission", "feedback"
MOST_SUBMISSIONS = 200  # of a learner for an assignment; they are kept, as in nbgrader's exchange
_ABOUT = [column for column in parcels.c if column.name != "data"]


@dataclass(frozen=True)
class Parcel:
    """A folder, packed.

    Attributes:
        kind: "release", "submission" or "feedback".
        assignment: the topic; for feedback the name of the page, which only its learner can know.
        student: whose; empty for a release and for feedback.
        timestamp: nbgrader's, as it writes it; empty for a release and for feedback.
        data: the archive, or the page.
    """

    kind: str
    assignment: str
    data: bytes
    student: str = ""
    timestamp: str = ""

    @property
    def digest(self) -> str:
        """A digest of the data."""
        return hashlib.sha256(self.data).hexdigest()


def put(store: Store, parcel: Parcel, now: float) -> bool:
    """Writes a parcel down. Returns False if the very same was there before.

    Raises:
        Refused: the learner has submitted very often.
    """
    mine = (
        (parcels.c.kind == parcel.kind)
        & (parcels.c.assignment == parcel.assignment)
        & (parcels.c.student == parcel.student)
    )
    with store.engine.begin() as db:
        place = mine & (parcels.c.timestamp == parcel.timestamp)
        if db.scalar(select(parcels.c.digest).where(place)) == parcel.digest:
            return False
        if parcel.kind == SUBMISSION:
            count = db.scalar(select(func.count()).select_from(parcels).where(mine)) or 0
            if count >= MOST_SUBMISSIONS:
                raise Refused("too_many", f"You have submitted {count} times: that is the most that is kept.")
        db.execute(delete(parcels).where(place))
        values = {name: getattr(parcel, name) for name in ("kind", "assignment", "student", "timestamp", "data")}
        db.execute(insert(parcels).values(digest=parcel.digest, stored=now, **values))
    return True


def listed(store: Store, kind: str, assignment: str | None = None, student: str | None = None) -> list[Any]:
    """Returns the rows of parcels without their data, the oldest first."""
    query = select(*_ABOUT).where(parcels.c.kind == kind).order_by(parcels.c.id)
    if assignment is not None:
        query = query.where(parcels.c.assignment == assignment)
    if student is not None:
        query = query.where(parcels.c.student == student)
    with store.engine.begin() as db:
        return list(db.execute(query))


def data_of(store: Store, kind: str, assignment: str, number: int | None = None) -> bytes | None:
    """Returns the data of a parcel: of that id, or the only one of an assignment; None if there is none."""
    query = select(parcels.c.data).where(parcels.c.kind == kind, parcels.c.assignment == assignment)
    if number is not None:
        query = query.where(parcels.c.id == number)
    with store.engine.begin() as db:
        return db.scalar(query)

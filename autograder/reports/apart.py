"""Work on what learners sent, in a process that may die: a failure costs one learner a sentence and ends nothing."""

from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Generic, TypeVar

from autograder.core.media import for_sentence
from autograder.core.outcomes import GraderFault
from autograder.core.text import clean
from autograder.grading.pool import Apart, Attempts

MOST_SECONDS = 10.0  # of processor time for one learner, a thousand times what a page takes
MORE_SECONDS = 0.1  # for each learner in what is made of a whole class
DIED = f"its process ended, or took more than {MOST_SECONDS:g} seconds"

Piece = TypeVar("Piece")
Made = TypeVar("Made")


class _Failed(Generic[Made]):
    """What is returned if a piece of work fails: the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class OneByOne:
    """One process that stays, for one learner after another. After a death another one takes its place.

    Use it in a `with` statement, at whose end the process ends.

    Args:
        sandbox: whether the work runs student code.
        forked: whether the process is forked from this one, which must have no threads then.

    Attributes:
        lost: for each learner whose data could not be worked on, the reason.
    """

    def __init__(self, *, sandbox: bool = False, forked: bool = True) -> None:
        self.lost: dict[str, str] = {}
        self._apart = Apart(sandbox=sandbox, forked=forked)

    def __enter__(self) -> "OneByOne":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._apart.close()

    def of(self, student: str, work: Callable[[Piece], Made], piece: Piece) -> Made | None:
        """Does a piece of work for one learner. Returns None if that fails for any reason, which is kept in `lost`."""
        made = self._do(work, piece, MOST_SECONDS)
        if isinstance(made, _Failed):
            self.lost[student] = made.reason
            return None
        return made

    def of_all(self, work: Callable[[dict[str, Piece]], Made], pieces: Mapping[str, Piece]) -> Made:
        """Does a piece of work for a whole class. If it fails, it is done without the learners for whom it fails alone.

        Args:
            work: is called with what there is of each learner.
            pieces: what there is of each learner, by name.

        Raises:
            GraderFault: the work fails, and it is not a single learner's data.
        """
        seconds = MOST_SECONDS + MORE_SECONDS * len(pieces)
        made = self._do(work, dict(pieces), seconds)
        if isinstance(made, _Failed):
            for student, piece in pieces.items():
                self.of(student, work, {student: piece})
            kept = {student: piece for student, piece in pieces.items() if student not in self.lost}
            made = self._do(work, kept, seconds) if 0 < len(kept) < len(pieces) else made
        if isinstance(made, _Failed):
            raise GraderFault(f"A page about all learners together could not be made ({made.reason}).")
        return made

    def sentences(self, what: str) -> list[str]:
        """Returns a sentence for each learner in `lost`, which begins with the name and says what was lost."""
        return [f"{for_sentence(student)}: {what} ({reason})." for student, reason in self.lost.items()]

    def _do(self, work: Callable[[Piece], Made], piece: Piece, seconds: float) -> Made | _Failed[Made]:
        return self._apart.do(Attempts(partial(_tried, work), (_died,), seconds), piece)


def _tried(work: Callable[[Piece], Made], piece: Piece) -> Made | _Failed[Made]:
    try:
        return work(piece)
    except Exception as error:  # nothing that a learner sends may stop a command
        return _Failed(clean(f"{type(error).__name__}: {error}", 200).rstrip("."))


def _died(_: object) -> _Failed[Made]:
    return _Failed(DIED)

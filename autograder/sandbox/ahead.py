"""Trusted side: what the checks of an exercise ask of everybody is asked ahead, in one message.

A message there and back takes longer than most calls. The inputs of a check come from the secret, and nothing of them
from the learner. So the requests that the checks make of the solution are those that they make of anybody's code, up to
where it fails. They cross together, in their order, and each reply waits until its check asks for it. A check that asks
something else asks by itself, as one does whose request refers to what the learner's code returned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .policy import LIMIT
from .wire.frames import Header
from .wire.packing import Blob
from .wire.types import ProtocolError

MOST_REQUESTS = 200  # in one message
MOST_BYTES = 1 << 20  # of them, and of the solution's replies
LEAST_SECONDS, TIMES = 0.5, 5.0  # of processor time for a message: at least, and as often as the solution's

Answer = tuple[Header, Blob]


@dataclass(frozen=True)
class Asked:
    """A request of a check to the solution.

    Attributes:
        check: the name of the check.
        request: the request.
        blobs: the bytes of its arrays.
        reply: the number of bytes of the solution's arrays in the reply.
        waits: whether it can't be made ahead: it holds an object of the learner's, or a function of the check's. What
            comes behind it isn't made before it.
    """

    check: str
    request: Header
    blobs: list[bytes]
    reply: int
    waits: bool

    @cached_property
    def crossing(self) -> Header:
        """The request as it crosses among others."""
        return {**self.request, "bytes": sum(map(len, self.blobs))}

    @cached_property
    def size(self) -> int:
        """About how many bytes the request and its reply take."""
        return self.reply + sum(map(len, self.blobs)) + len(repr(self.request))


@dataclass(frozen=True)
class Script:
    """What the checks of an exercise ask of the solution, in order.

    Attributes:
        asked: the requests.
        cpu: the seconds of processor time that the solution took for all of them.
    """

    asked: tuple[Asked, ...]
    cpu: float

    @property
    def share(self) -> float:
        """The time for a message of many calls, as a share of the time for one call.

        It is never more, so what is answered in time would be so call by call.
        """
        seconds: float = LIMIT["call_time"]
        return min(1.0, max(LEAST_SECONDS, TIMES * self.cpu) / seconds)


class Ahead:
    """What has been asked ahead of one submission, for one exercise.

    Args:
        script: what the checks of the exercise ask.
    """

    def __init__(self, script: Script) -> None:
        self.share = script.share
        self._asked = script.asked
        self._left: dict[str, list[int]] = {}  # the numbers of what each check has not asked yet
        self._answers: dict[int, Answer] = {}
        for number, asked in enumerate(script.asked):
            self._left.setdefault(asked.check, []).append(number)

    def number(self, check: str, request: Header, blobs: list[bytes]) -> int | None:
        """Returns the number of a check's request in the script, and goes on behind it; None if it isn't there."""
        left = self._left.get(check, [])
        for place, number in enumerate(left):
            asked = self._asked[number]
            if not asked.waits and asked.request == request and asked.blobs == blobs:
                del left[: place + 1]
                return number
        return None

    def following(self, number: int) -> list[Asked]:
        """Returns what may be asked in one message, from a request on."""
        some: list[Asked] = []
        size = 0
        for asked in self._asked[number : number + MOST_REQUESTS]:
            size += asked.size
            if asked.waits or size > MOST_BYTES:
                break
            some.append(asked)
        return some

    def keep(self, number: int, answers: Sequence[Answer]) -> None:
        """Keeps the answers to requests, from one on."""
        self._answers.update(enumerate(answers, start=number))

    def __contains__(self, number: int) -> bool:
        """Tells whether the answer to a request is there."""
        return number in self._answers

    def answer(self, number: int) -> Answer | None:
        """Returns the answer to a request, once; None if it isn't there."""
        return self._answers.pop(number, None)


def must_wait(request: Header) -> bool:
    """Tells whether a request holds an object of the learner's or a function of the check's."""
    return "handle" in request or _holds(request.get("args")) or _holds(request.get("series"))


def _holds(tree: object) -> bool:
    if isinstance(tree, dict):
        return not {"handle", "callback"}.isdisjoint(tree) or any(map(_holds, tree.values()))
    return isinstance(tree, list) and any(map(_holds, tree))


def answers(header: Header, blob: Blob, count: int) -> list[Answer]:
    """Returns the replies to so many requests, each with its part of the bytes.

    Raises:
        ProtocolError: they are something else.
    """
    replies = header.get("replies")
    if not isinstance(replies, list) or len(replies) != count or not all(isinstance(reply, dict) for reply in replies):
        raise ProtocolError("no replies to several requests")
    return [(reply, blob.part(reply.get("bytes"))) for reply in replies]

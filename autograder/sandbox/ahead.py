"""Trusted side: what the checks of an exercise ask of everybody is asked ahead, in one message.

A message there and back takes longer than most calls. The inputs of a check come from the secret, and nothing of them
from the learner. So the requests that the checks make of the solution are those that they make of anybody's code, up to
where it fails. They cross together, in their order, and each reply waits until its check asks for it. A check that asks
something else asks by itself.

An object of the learner's that a request makes stays in the process. In what is recorded it is known by a `Mark`, and
in the process by a number that follows from it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .policy import LIMIT
from .wire.frames import Header
from .wire.packing import Blob
from .wire.types import MAX_ITEMS, ProtocolError

MOST_REQUESTS = 200  # in one message
MOST_BYTES = 1 << 20  # of them, and of the solution's replies
LEAST_SECONDS, TIMES = 0.5, 5.0  # of processor time for a message: at least, and as often as the solution's
ROOM = 1 << 14  # numbers for the objects that one request makes
MESSAGE = 1 << 24  # numbers for those of one message
assert ROOM > MAX_ITEMS
assert MESSAGE > ROOM * MOST_REQUESTS

Answer = tuple[Header, Blob]


@dataclass(frozen=True)
class Message:
    """Several requests that cross at once.

    Attributes:
        requests: the requests. Each says how many of the bytes are its own ("bytes"), and the first number for the
            objects that it makes ("objects").
        blobs: the bytes of their arrays.
    """

    requests: list[Header]
    blobs: list[bytes]

    @property
    def header(self) -> Header:
        """The request for all of them."""
        return {"op": "several", "requests": self.requests}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.requests)


@dataclass(frozen=True)
class Mark:
    """An object of the learner's: the number of the request that made it, and which of its objects it is."""

    request: int
    place: int


@dataclass(frozen=True)
class Asked:
    """A request of a check to the solution.

    Attributes:
        check: the name of the check.
        request: the request, with marks for objects.
        blobs: the bytes of its arrays.
        reply: the number of bytes of the solution's arrays in the reply.
        waits: whether it can't be made ahead, because it holds a function of the check's. What comes behind it isn't
            made before it.
    """

    check: str
    request: Header
    blobs: list[bytes]
    reply: int = 0
    waits: bool = False

    @cached_property
    def bytes(self) -> int:
        """The bytes of its arrays."""
        return sum(map(len, self.blobs))

    @cached_property
    def size(self) -> int:
        """About how many bytes the request and its reply take."""
        return self.reply + self.bytes + len(repr(self.request))

    @cached_property
    def needs(self) -> frozenset[int]:
        """The numbers of the requests whose objects it holds."""
        return frozenset(mark.request for mark in objects_in(self.request))


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


class Recorder:
    """Records what checks ask of the solution."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._marks: dict[int, Mark] = {}  # by the numbers of the objects

    def note(self, check: str, request: Header, blobs: list[bytes], answer: Answer, *, waits: bool) -> None:
        """Notes a request and its answer."""
        marked = with_objects(request, self._marks.__getitem__)
        for place, number in enumerate(objects_in(answer[0])):
            self._marks[number] = Mark(len(self.asked), place)
        self.asked.append(Asked(check, marked, blobs, len(answer[1]), waits))


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
        self._first: dict[int, int] = {}  # the number of the first object of each request that was made ahead
        self._made: dict[int, int] = {}  # these requests, by these numbers
        for number, asked in enumerate(script.asked):
            self._left.setdefault(asked.check, []).append(number)

    def number(self, check: str, request: Header, blobs: list[bytes]) -> int | None:
        """Returns the number of a check's request in the script, and goes on behind it; None if it isn't there."""
        left = self._left.get(check, [])
        for place, number in enumerate(left):
            if self._is(self._asked[number], request, blobs):
                del left[: place + 1]
                return number
        return None

    def _is(self, asked: Asked, request: Header, blobs: list[bytes]) -> bool:
        if asked.waits or asked.blobs != blobs:
            return False
        return asked.request == (with_objects(request, self._mark) if asked.needs else request)

    def _mark(self, number: int) -> Mark | None:
        request = self._made.get(number - number % ROOM)
        return None if request is None else Mark(request, number % ROOM)

    def message(self, number: int, base: int) -> Message | None:
        """Returns the message of a request and of those that follow it; None if none may be asked with it.

        Args:
            number: the number of the request.
            base: the first number for the objects that they make, a multiple of `MESSAGE`.
        """
        some: list[Asked] = []
        size = 0
        for asked in self._asked[number : number + MOST_REQUESTS]:
            size += asked.size
            there = all(made in self._first or number <= made < number + len(some) for made in asked.needs)
            if asked.waits or not there or size > MOST_BYTES:
                break
            some.append(asked)
        if len(some) < 2:
            return None
        for place in range(len(some)):
            self._first[number + place] = base + place * ROOM
            self._made[base + place * ROOM] = number + place
        requests = [
            {**self._crossing(asked), "bytes": asked.bytes, "objects": base + place * ROOM}
            for place, asked in enumerate(some)
        ]
        return Message(requests, [blob for asked in some for blob in asked.blobs])

    def _crossing(self, asked: Asked) -> Header:
        if not asked.needs:
            return asked.request
        crossing: Header = with_objects(asked.request, lambda mark: self._first[mark.request] + mark.place)
        return crossing

    def keep(self, number: int, answers: Sequence[Answer]) -> None:
        """Keeps the answers to requests, from one on."""
        self._answers.update(enumerate(answers, start=number))

    def __contains__(self, number: int) -> bool:
        """Tells whether the answer to a request is there."""
        return number in self._answers

    def answer(self, number: int) -> Answer | None:
        """Returns the answer to a request, once; None if it isn't there."""
        return self._answers.pop(number, None)


def objects_in(tree: Any) -> Iterator[Any]:
    """Yields what stands for the objects in a request or a reply, in order."""
    if isinstance(tree, dict):
        for key, item in tree.items():
            if key == "handle":
                yield item
            else:
                yield from objects_in(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from objects_in(item)


def with_objects(tree: Any, other: Callable[[Any], Any]) -> Any:
    """Returns a request with something else for each object in it."""
    if isinstance(tree, dict):
        return {key: other(item) if key == "handle" else with_objects(item, other) for key, item in tree.items()}
    return [with_objects(item, other) for item in tree] if isinstance(tree, list) else tree


def answers(header: Header, blob: Blob, count: int) -> list[Answer]:
    """Returns the replies to so many requests, each with its part of the bytes.

    Raises:
        ProtocolError: they are something else.
    """
    replies = header.get("replies")
    if not isinstance(replies, list) or len(replies) != count or not all(isinstance(reply, dict) for reply in replies):
        raise ProtocolError("no replies to several requests")
    return [(reply, blob.part(reply.get("bytes"))) for reply in replies]

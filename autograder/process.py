"""One learner's process in the sandbox: asked questions, within a time, and started again when it has died."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import wording
from .outcomes import Outcome, StudentProblem
from .packing import Blob, pack, unpack_as
from .protocol import Closed, Header, Late, Pipe
from .sandbox.bubblewrap import Bubblewrap, End
from .sandbox.policy import LIMIT
from .values import ARRAY, ProtocolError, Spec


@dataclass(frozen=True)
class Callback:
    """A function of the check's that student code may call, and the types it takes, the last repeated."""

    function: Callable[..., Any]
    takes: tuple[Spec, ...] = (ARRAY,)


class Process:
    """A process that runs one learner's code.

    Attributes:
        spent: the seconds it was waited for, of all that the policy grants a submission.
        memory: the most bytes that it held.
    """

    def __init__(self, box: Bubblewrap) -> None:
        self.spent = 0.0
        self.memory = 0
        self._box = box
        self._pipe: Pipe | None = None
        self._request_id = 0

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._pipe is not None

    def start(self) -> None:
        """Starts a fresh one. That takes time, too: a cell that ends its process again and again pays for it."""
        started = time.monotonic()
        self._pipe = self._box.spawn()
        self.spent += time.monotonic() - started

    def close(self) -> None:
        """Ends it."""
        if self._pipe is not None:
            self._finish(self._pipe)

    def end(self, problem: StudentProblem) -> StudentProblem:
        """Ends it because of a problem; gives the problem, or what was behind it."""
        if self._pipe is not None and self._finish(self._pipe).cpu >= LIMIT["cpu_time"]:
            return wording.ended(Outcome.TIMED_OUT, LIMIT["cpu_time"])
        return problem

    def _finish(self, pipe: Pipe) -> End:
        self._pipe = None
        end = self._box.end(pipe)
        self.memory = max(self.memory, end.memory)
        return end

    def ask(
        self, request: Header, seconds: float, blobs: list[bytes], callbacks: list[Callback]
    ) -> tuple[Header, Blob]:
        """Sends a request and waits for its reply, serving callbacks on the way.

        Raises:
            StudentProblem: it ran out of time, died or talked nonsense, and was ended.
        """
        assert self._pipe is not None
        started = time.monotonic()
        seconds = max(min(seconds, LIMIT["submission_time"] - self.spent), 0.0)
        deadline = started + seconds
        self._request_id += 1
        try:
            self._pipe.send({"id": self._request_id, **request}, blobs, deadline)
            while True:
                header, blob = self._pipe.receive(deadline)
                if "callback" not in header:
                    break
                _serve(self._pipe, header, blob, callbacks, deadline)
            if header.get("id") != self._request_id:
                raise ProtocolError("a reply to another question")
            return header, blob
        except Late:
            raise self.end(wording.ended(Outcome.TIMED_OUT, seconds)) from None
        except Closed:
            raise self.end(wording.ended(Outcome.CRASHED, seconds)) from None
        except ProtocolError as error:
            raise self.end(wording.nonsense(error)) from None
        finally:
            self.spent += time.monotonic() - started


def _serve(pipe: Pipe, header: Header, blob: Blob, callbacks: list[Callback], deadline: float) -> None:
    """Answers one call of a function of the check's. An in-place change is sent back with the value."""
    number, trees = header["callback"], header.get("args")
    if type(number) is not int or not 0 <= number < len(callbacks) or not isinstance(trees, list):
        raise ProtocolError("a call of a function it was not given")
    callback = callbacks[number]
    specs = [callback.takes[min(index, len(callback.takes) - 1)] for index in range(len(trees))]
    args = [unpack_as(tree, spec, blob) for tree, spec in zip(trees, specs, strict=True)]
    before = [np.array(arg) if isinstance(arg, np.ndarray) else None for arg in args]
    blobs: list[bytes] = []
    try:
        value = pack(callback.function(*args), blobs)
    except Exception:  # the learner passed something that this function cannot take
        pipe.send({"error": "the function you were given cannot take that"}, [], deadline)
        return
    changed = [
        [index, pack(arg, blobs)]
        for index, (arg, old) in enumerate(zip(args, before, strict=True))
        if old is not None and arg.tobytes() != old.tobytes()
    ]
    pipe.send({"value": value, "changed": changed}, blobs, deadline)

"""One learner's process in the sandbox: asked questions, within a time, and started again when it has died."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem

from . import problems
from .policy import LIMIT, PATIENCE
from .supervisor import Child, End, Sandbox
from .wire.frames import Closed, Header, Late, Pipe
from .wire.packing import Blob, pack, unpack_as
from .wire.types import ARRAY, ProtocolError, Spec

# Seconds to wait at least before reading the process's CPU clock again.
_BLINK = 0.005
# Bytes that student code may hand to functions of a check in one call: a check may keep all of them.
MOST_CALLED = 64 << 20


class Budget:
    """Seconds that may be spent: processor time of the learner's process, and several times as much by the clock.

    Processor time is what counts, so that the same submission gets the same result on a busy machine.

    Attributes:
        row: the row of the policy that grants it.
        cpu: the processor time that is left.
        clock: the time by the clock that is left.
    """

    def __init__(self, row: str) -> None:
        self.row = row
        self.cpu: float = LIMIT[row]
        self.clock: float = PATIENCE[row]

    @property
    def used_up(self) -> bool:
        """Whether nothing is left."""
        return self.cpu <= 0 or self.clock <= 0

    def spend(self, cpu: float, clock: float) -> None:
        """Takes something out of it."""
        self.cpu -= cpu
        self.clock -= clock


@dataclass(frozen=True)
class Callback:
    """A function of the check's that student code may call, and the types it takes, the last repeated."""

    function: Callable[..., Any]
    takes: tuple[Spec, ...] = (ARRAY,)


class Process:
    """A process that runs one learner's code.

    Attributes:
        budget: what the policy grants the submission, less what was spent.
        memory: the most bytes that it held.
        killed: whether one was ended by somebody else: the machine may have run out of memory.
    """

    def __init__(self, box: Sandbox) -> None:
        self.budget = Budget("submission_time")
        self.memory = 0
        self.killed = False
        self._box = box
        self._child: Child | None = None
        self._cpu = 0.0  # what the child's clock showed when it was looked at last
        self._request_id = 0

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._child is not None

    def start(self) -> None:
        """Starts a fresh one. That takes time, too: a cell that ends its process again and again pays for it."""
        started = time.monotonic()
        self._child = self._box.spawn()
        self._cpu = self._child.cpu()
        self.budget.spend(self._cpu, time.monotonic() - started)

    def close(self) -> None:
        """Ends it."""
        if self._child is not None:
            self._finish(self._child)

    def end(self, problem: StudentProblem) -> StudentProblem:
        """Kills the process and returns `problem`, for `raise self.end(problem)`."""
        self.close()
        return problem

    def _died(self, child: Child) -> StudentProblem:
        """It is gone, and not because of us."""
        end = self._finish(child)
        if end.cpu >= LIMIT["cpu_time"]:
            return problems.late("submission_time", by_clock=False)
        if end.status == -signal.SIGKILL:
            self.killed = True
            return problems.killed()
        return problems.died()

    def _finish(self, child: Child) -> End:
        self._child = None
        end = self._box.end(child)
        self.memory = max(self.memory, end.memory)
        return end

    def ask(
        self, request: Header, budgets: tuple[Budget, ...], blobs: list[bytes], callbacks: list[Callback]
    ) -> tuple[Header, Blob]:
        """Sends a request and waits for its reply, serving callbacks on the way.

        Args:
            request: the question.
            budgets: what it may spend, besides what the submission has left.
            blobs: the bytes of its arrays.
            callbacks: functions of the check's, by number.

        Raises:
            StudentProblem: it ran out of time, died or talked nonsense, and was ended.
        """
        assert self._child is not None
        child, pipe = self._child, self._child.pipe
        budgets = (*budgets, self.budget)
        started, cpu_before, called = time.monotonic(), self._cpu, 0
        least = min(budgets, key=lambda budget: budget.cpu)
        shortest = min(budgets, key=lambda budget: budget.clock)
        end = started + max(shortest.clock, 0.0)
        self._request_id += 1
        try:
            pipe.send({"id": self._request_id, **request}, blobs, end)
            while True:
                header, blob = _receive(child, cpu_before + least.cpu, end, started + least.cpu)
                if "callback" not in header:
                    break
                called += len(blob)
                if called > MOST_CALLED:
                    raise ProtocolError("more calls of the function it was given than anybody needs")
                _serve(pipe, header, blob, callbacks, end)
            if header.get("id") != self._request_id:
                raise ProtocolError("a reply to another question")
            if child.cpu() - cpu_before > least.cpu:  # it came before anybody looked at the clock
                raise Late
            return header, blob
        except Late:
            by_clock = child.cpu() - cpu_before < least.cpu
            raise self.end(problems.late((shortest if by_clock else least).row, by_clock=by_clock)) from None
        except Closed:
            raise self._died(child) from None
        except ProtocolError as error:
            raise self.end(problems.nonsense(error)) from None
        finally:
            self._cpu = child.cpu()
            cpu, clock = self._cpu - cpu_before, time.monotonic() - started
            for budget in budgets:
                budget.spend(cpu, clock)


def _receive(child: Child, most: float, end: float, look: float) -> tuple[Header, Blob]:
    """Waits for a frame. The processor's clock is looked at only when the time may have run out.

    Args:
        child: whose frame.
        most: what the child's clock may come to.
        end: when to give up, whatever that shows.
        look: when to look at it first.

    Raises:
        Late: the time has run out.
    """
    while True:
        try:
            return child.pipe.receive(min(look, end))
        except Late:
            now, left = time.monotonic(), most - child.cpu()
            if left <= 0 or now >= end:
                raise
            look = now + max(left, _BLINK)


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

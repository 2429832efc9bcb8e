"""Trusted side: one learner's process in the sandbox. Sends requests, limits their time, and starts it again."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem

from . import problems
from .policy import LIMIT, PATIENCE
from .supervisor import Child, ExitReport, Sandbox
from .wire.frames import Closed, Header, Late, Pipe
from .wire.packing import Blob, pack, unpack_as
from .wire.types import ARRAY, ProtocolError, Spec

# Seconds to wait at least before reading the process's CPU clock again.
_BLINK = 0.005
# Bytes that student code may pass to a check's functions in one call. The check may keep all of them.
MOST_CALLED = 64 << 20


class Budget:
    """Seconds that may be spent: the learner's processor time, and several times as many by the clock.

    Processor time is what counts, so that the same submission gets the same result on a busy machine.

    Attributes:
        row: the name of the policy's row that grants it.
        cpu: the remaining seconds of processor time.
        clock: the remaining seconds by the clock.
    """

    def __init__(self, row: str) -> None:
        self.row = row
        self.cpu: float = LIMIT[row]
        self.clock: float = PATIENCE[row]

    @property
    def used_up(self) -> bool:
        """True if no processor time or no time by the clock is left."""
        return self.cpu <= 0 or self.clock <= 0

    def spend(self, cpu: float, clock: float) -> None:
        """Subtracts seconds of processor time and seconds by the clock."""
        self.cpu -= cpu
        self.clock -= clock


@dataclass(frozen=True)
class Callback:
    """A function of a check that student code may call.

    Attributes:
        function: the function.
        takes: the types of its arguments; further arguments have the last type.
    """

    function: Callable[..., Any]
    takes: tuple[Spec, ...] = (ARRAY,)


class Process:
    """The process that runs one learner's code. It may end and be started again.

    Attributes:
        budget: the remaining time of the submission.
        memory: the peak memory of the processes so far, in bytes.
        killed: True if a process was killed from outside: the machine may have run out of memory.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.budget = Budget("submission_time")
        self.memory = 0
        self.killed = False
        self._sandbox = sandbox
        self._child: Child | None = None
        self._cpu = 0.0  # the child's processor time when it was read last
        self._request_id = 0

    @property
    def alive(self) -> bool:
        """True if a process runs and can be asked."""
        return self._child is not None

    def start(self) -> None:
        """Starts a fresh process and subtracts the time: a cell that ends its process repeatedly uses up the budget."""
        started = time.monotonic()
        self._child = self._sandbox.spawn()
        self._cpu = self._child.cpu()
        self.budget.spend(self._cpu, time.monotonic() - started)

    def close(self) -> None:
        """Ends the process, if one runs."""
        if self._child is not None:
            self._finish(self._child)

    def end(self, problem: StudentProblem) -> StudentProblem:
        """Kills the process and returns `problem`, for `raise self.end(problem)`."""
        self.close()
        return problem

    def _died(self, child: Child) -> StudentProblem:
        """Finds out why a process ended that the grader did not end, and returns the problem."""
        report = self._finish(child)
        if report.cpu >= LIMIT["cpu_time"]:
            return problems.timed_out("submission_time", by_clock=False)
        if report.status == -signal.SIGKILL:
            self.killed = True
            return problems.killed()
        return problems.died()

    def _finish(self, child: Child) -> ExitReport:
        self._child = None
        report = self._sandbox.end(child)
        self.memory = max(self.memory, report.memory)
        return report

    def ask(
        self, request: Header, budgets: tuple[Budget, ...], blobs: list[bytes], callbacks: list[Callback]
    ) -> tuple[Header, Blob]:
        """Sends a request and waits for its reply, serving callbacks on the way.

        Args:
            request: the request's header.
            budgets: the times that the request may spend, besides the submission's.
            blobs: the bytes of its arrays.
            callbacks: the check's functions that student code may call, by number.

        Raises:
            StudentProblem: the process ran out of time, died or sent an invalid reply, and was ended.
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
            if child.cpu() - cpu_before > least.cpu:  # the reply came before the processor's clock was read
                raise Late
            return header, blob
        except Late:
            by_clock = child.cpu() - cpu_before < least.cpu
            raise self.end(problems.timed_out((shortest if by_clock else least).row, by_clock=by_clock)) from None
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
    """Waits for a frame. Reads the child's processor clock only when its time may have run out.

    Args:
        child: the sender.
        most: the processor time that the child may reach.
        end: the time at which to give up, by `time.monotonic`.
        look: the time at which to read the processor clock first.

    Raises:
        Late: the processor time or the time by the clock has run out.
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
    """Answers one call of a check's function. Sends arrays that it changed in place along with the value."""
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
    except Exception:  # the learner passed a value that this function cannot take
        pipe.send({"error": "the function you were given cannot take that"}, [], deadline)
        return
    changed = [
        [index, pack(arg, blobs)]
        for index, (arg, old) in enumerate(zip(args, before, strict=True))
        if old is not None and arg.tobytes() != old.tobytes()
    ]
    pipe.send({"value": value, "changed": changed}, blobs, deadline)

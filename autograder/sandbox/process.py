"""Trusted side: one learner's process in the sandbox. Sends requests, limits their time, and starts it again."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem

from . import problems
from .ahead import Answer, Message, answers
from .evidence import oom_kills
from .idleness import Idle, Idleness
from .policy import LIMIT, PATIENCE
from .supervisor import Child, ExitReport, Sandbox
from .wire.frames import Closed, Header, Late, Pipe
from .wire.packing import Blob, pack, unpack_as
from .wire.types import ARRAY, ProtocolError, Spec

# Seconds to wait at least before reading the process's CPU clock again.
_BLINK = 0.005
# A wait of so many seconds is not looked at; a longer one is, every so often.
_SHORT_WAIT, _LOOK_EVERY = 0.05, 0.25
# Bytes that student code may pass to a check's functions in one call. The check may keep all of them.
MOST_CALLED = 64 << 20


class Budget:
    """Seconds that may be spent: the learner's processor time, and several times as many by the clock.

    Processor time is what counts, so that the same submission gets the same result on a busy machine.

    Args:
        row: the name of the policy's row that grants it.
        times: how often, or a share of it.

    Attributes:
        row: the name of the policy's row.
        cpu: the remaining seconds of processor time.
        clock: the remaining seconds by the clock.
    """

    def __init__(self, row: str, times: float = 1) -> None:
        self.row = row
        self.cpu: float = times * LIMIT[row]
        self.clock: float = times * PATIENCE[row]

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
        idleness: the remaining time in which it may do nothing.
        killed: True if a process was killed, and not by the grader as far as it knows.
        out_of_memory: True if a process was killed while the kernel killed processes because memory ran out.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.budget = Budget("submission_time")
        self.memory = 0
        self.idleness = Idleness()
        self.killed = False
        self.out_of_memory = False
        self._sandbox = sandbox
        self._child: Child | None = None
        self._cpu = 0.0  # the child's processor time when it was read last
        self._oom_kills = 0  # of the machine, when the child was started
        self._request_id = 0
        self._idle_before = self.idleness.left  # when the child was started

    @property
    def alive(self) -> bool:
        """True if a process runs and can be asked."""
        return self._child is not None

    def start(self) -> None:
        """Starts a fresh process and subtracts the time: a cell that ends its process repeatedly uses up the budget."""
        started = time.monotonic()
        self._oom_kills = oom_kills()
        self._child = self._sandbox.spawn()
        self._cpu = self._child.cpu()
        self._idle_before = self.idleness.left
        self.idleness.watch(self._child.pid)
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
        """Finds out why a process ended that the grader did not end, and returns the problem.

        A process can kill itself, or close its pipe and be killed by `_finish`, so its status alone proves nothing.
        """
        report = self._finish(child)
        if report.cpu >= LIMIT["cpu_time"]:
            return problems.timed_out("submission_time", by_clock=False)
        if report.status == -signal.SIGKILL:
            self.killed = True
            if oom_kills() > self._oom_kills:
                self.out_of_memory = True
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
        child = self._child
        budgets = (*budgets, self.budget)
        started, cpu_before = time.monotonic(), self._cpu
        least = min(budgets, key=lambda budget: budget.cpu)
        shortest = min(budgets, key=lambda budget: budget.clock)
        deadlines = _Deadlines(started + max(shortest.clock, 0.0), started + least.cpu, cpu_before + least.cpu)
        self._request_id += 1
        try:
            return self._exchange(child, {"id": self._request_id, **request}, blobs, callbacks, deadlines)
        except Idle:
            raise self.end(problems.idle()) from None
        except Late:
            by_clock = child.cpu() - cpu_before < least.cpu
            if by_clock:
                self.idleness.left = 0.0  # it may have waited where nobody looked: until it read the request
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

    def ask_several(self, message: Message, budget: Budget) -> list[Answer] | None:
        """Sends several requests at once, and returns their answers; None if these did not come in time and in order.

        The process is ended then, and nothing is held against it, so that what follows may be asked one by one.

        Args:
            message: the requests.
            budget: the time for all of them, besides the submission's.
        """
        held_against = self._idle_before, self.killed, self.out_of_memory
        try:
            return answers(*self.ask(message.header, (budget,), message.blobs, []), message.count)
        except (StudentProblem, ProtocolError):
            self.close()
            self.idleness.left, self.killed, self.out_of_memory = held_against
            return None

    def _exchange(
        self, child: Child, request: Header, blobs: list[bytes], callbacks: list[Callback], deadlines: "_Deadlines"
    ) -> tuple[Header, Blob]:
        """Sends a request, serves callbacks, and returns the reply."""
        called = 0
        child.pipe.send(request, blobs, deadlines.end)
        while True:
            header, blob = _receive(child, deadlines, self.idleness)
            if "callback" not in header:
                break
            called += len(blob)
            if called > MOST_CALLED:
                raise ProtocolError("more calls of the function it was given than anybody needs")
            _serve(child.pipe, header, blob, callbacks, deadlines.end)
        if header.get("id") != request["id"]:
            raise ProtocolError("a reply to another question")
        if child.cpu() > deadlines.cpu:  # the reply came before the processor's clock was read
            raise Late
        return header, blob


@dataclass(frozen=True)
class _Deadlines:
    """When a request ends.

    Attributes:
        end: the time at which to give up, by `time.monotonic`.
        look: the time at which to read the process's processor clock first.
        cpu: the processor time that the process may reach.
    """

    end: float
    look: float
    cpu: float


def _receive(child: Child, deadlines: _Deadlines, idleness: Idleness) -> tuple[Header, Blob]:
    """Waits for a frame. Reads the child's processor clock only when its time may have run out, or when it waits long.

    Raises:
        Late: the processor time or the time by the clock has run out.
        Idle: the child has done nothing for too long.
    """
    look, idle_look = deadlines.look, time.monotonic() + _SHORT_WAIT
    idleness.begin(child.cpu())
    while True:
        try:
            frame = child.pipe.receive(min(look, idle_look, deadlines.end))
        except Late:
            frame = None
        now, cpu = time.monotonic(), child.cpu()
        if frame is None and (cpu >= deadlines.cpu or now >= deadlines.end):
            raise Late
        if now >= idle_look:
            idleness.look(cpu)
            idle_look = now + _LOOK_EVERY
        if frame is not None:
            return frame
        if idleness.left <= 0:
            raise Idle
        look = now + max(deadlines.cpu - cpu, _BLINK)


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

"""Trusted side: the proxy that a check uses. ``submission.elu(x, 1.0)`` is a call into the sandbox.

A call returns plain data of the type that the check asked for. In every other case (no function, an exception, a
time-out, a value of another type) it raises a `StudentProblem`, which ends the check and whose text the learner reads.
"""

import contextlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome, StudentProblem

from . import problems
from .plan import Plan, imported_names
from .process import Budget, Callback, Process
from .supervisor import Sandbox
from .wire.frames import Header
from .wire.packing import Blob, pack, unpack_as
from .wire.types import ARRAY, HANDLE, CallbackId, Handle, ProtocolError, Spec, spec_to_json

MOST_STARTS = 20  # of processes for one submission
MOST_LINES = 1024  # of code, in all cells, for which a check names the line that failed
MOST_PLANNED = 700_000  # characters of code whose statements are looked at
MOST_REPORTS = 10  # of statements of a cell that failed
MOST_TOLD = 3  # of these that a learner reads
MOST_OBSERVED = 64 << 20  # bytes of replies that are kept for the diagnosis


@dataclass(frozen=True)
class CellProblem:
    """A cell that did not run to its end, or a statement of it, and the sentence that says why.

    Attributes:
        name: the cell.
        outcome: how it ended.
        message: the sentence.
        kind: the kind of problem, as in `StudentProblem`.
        number: the number of the statement that was skipped; None if it is the cell as a whole.
        binds: the names that the statement would have defined.
    """

    name: str
    outcome: Outcome
    message: str
    kind: str
    number: int | None = None
    binds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reply:
    """Reply to a call.

    Attributes:
        value: plain data of the type that was asked for.
        type_name: the type's name on the far side, before it crossed (``"ndarray"``, ``"list"``).
        warnings: the texts of the warnings raised in the call.
        changed: the places of the array arguments changed in place: "0", or "1.2" for an item of a list.
    """

    value: Any
    type_name: str = ""
    warnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """One call, or one read of an attribute, as the diagnosis compares it.

    Attributes:
        function: the function, or the class with its method or attribute.
        reply: the reply; None if there was a problem.
        problem: the problem; None if there was a reply.
        args: the arguments of a function's call, if `Submission.keeps_args` was set.
        returns: the type that was asked for, if the arguments are kept.
    """

    function: str
    reply: Reply | None
    problem: StudentProblem | None
    args: tuple[Any, ...] | None = None
    returns: Spec = ARRAY


class Submission:
    """A learner's functions and classes, by name.

    Args:
        sandbox: the sandbox to run in; one submission at a time.
        cells: the learner's cells in order.
        wanted: the names that each exercise asks for. What no exercise needs is not run. None: everything is run.
    """

    def __init__(self, sandbox: Sandbox, cells: list[Cell], wanted: dict[str, list[str]] | None = None) -> None:
        self.cell_problems: list[CellProblem] = []
        self.observations: list[Observation] = []
        self.keeps_args = False  # True if observations hold the arguments
        self._sandbox = sandbox
        self._process = Process(sandbox)
        self._cells = {cell.name: cell for cell in cells}
        self._runnable = list(cells)
        self._exercise = ""
        self._exercise_time = Budget("exercise_time")
        self._ended: StudentProblem | None = None
        self._observed = 0  # bytes
        self._lines = sum(cell.text.count("\n") + 1 for cell in cells)
        self._starts = 0
        self._wanted = wanted or {}
        self._plan: Plan | None = None
        self._kept: list[str] = []
        self._imported = frozenset(imported_names([cell.text for cell in cells]))

    # --- what a check uses ---

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Returns a learner's function by its name. A call of it returns the value only."""
        if name.startswith("_"):
            raise AttributeError(name)

        def remote(*args: Any, returns: Spec = ARRAY) -> Any:
            return self.call(name, *args, returns=returns).value

        return remote

    def call(self, name: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a learner's function with positional arguments, so its parameters may have any names.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        return self.call_target(name, name, {}, args, returns)

    def new(self, name: str, *args: Any) -> "RemoteObject":
        """Makes an object of a learner's class and holds it.

        Raises:
            StudentProblem: the learner has no such class, or it raised an exception.
        """
        return RemoteObject(self, name, self.call(name, *args, returns=HANDLE).value)

    # --- what the grader uses ---

    @property
    def memory(self) -> int:
        """The peak memory of the learner's process in bytes, known once it is closed."""
        return self._process.memory

    @property
    def killed(self) -> bool:
        """True if a process was killed that the grader did not mean to end: from outside, or by itself."""
        return self._process.killed

    @property
    def out_of_memory(self) -> bool:
        """True if a process was killed while the machine had no memory left, which need not be the learner's fault."""
        return self._process.out_of_memory

    def enter(self, exercise: str) -> None:
        """Begins an exercise. It has a time of its own, and a time-out in it does not affect other exercises."""
        if exercise != self._exercise:
            self._exercise = exercise
            self._exercise_time = Budget("exercise_time")
            self._process.idleness.renew()
            self._ended = None

    def load(self) -> None:
        """Runs the learner's cells in a fresh process, unless one is alive. Notes cells that fail, and runs the others.

        Starts no process if the submission's time is used up or its process has ended too often.
        """
        while not self._process.alive:
            self._starts += 1
            if self._starts > MOST_STARTS or self._process.budget.used_up:
                return
            self._process.start()
            if self._wanted and not self._make_plan():
                continue
            for cell in list(self._runnable):
                if not self._run_cell(cell):
                    break

    def close(self) -> None:
        """Ends the learner's process."""
        self._process.close()

    def afresh(self) -> "Submission":
        """Returns the submission for a process of its own, which knows nothing of what this one was asked.

        The two share the time of the submission. A cell that ended its process is not run again.
        """
        fresh = Submission(self._sandbox, self._runnable, self._wanted)
        fresh._process.budget, fresh._process.idleness = self._process.budget, self._process.idleness
        return fresh

    # --- requests ---

    def call_target(self, shown: str, name: str, target: Header, args: tuple[Any, ...], returns: Spec) -> Reply:
        """Calls a function, or a method of a held object, and records the call.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        blobs: list[bytes] = []
        callbacks: list[Callback] = []
        tree = [pack(_prepare(arg, callbacks), blobs) for arg in args]
        request = {"op": "call", "name": name, "args": tree, "returns": spec_to_json(returns), **target}
        reply = self.observe(shown, request, returns, blobs, callbacks)
        if self.keeps_args and not target:
            self.observations[-1] = replace(self.observations[-1], args=copied(args), returns=returns)
        return reply

    def observe(
        self,
        shown: str,
        request: Header,
        returns: Spec,
        blobs: list[bytes] | None = None,
        callbacks: list[Callback] | None = None,
    ) -> Reply:
        """Sends a request and records its reply or problem for the diagnosis.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        try:
            reply = self.request(shown, request, returns, blobs, callbacks)
        except StudentProblem as problem:
            self.observations.append(Observation(shown, None, problem))
            raise
        self._record(shown, reply)
        return reply

    def _record(self, shown: str, reply: Reply) -> None:
        self._observed += _bytes_in(reply.value)
        if self._observed > MOST_OBSERVED:  # too much to keep, and no sensible answer is that large
            self.observations.append(Observation(shown, None, problems.too_much()))
        else:
            self.observations.append(Observation(shown, reply, None))

    def request(
        self,
        shown: str,
        request: Header,
        returns: Spec | None,
        blobs: list[bytes] | None = None,
        callbacks: list[Callback] | None = None,
    ) -> Reply:
        """Sends a request to the learner's code, within the remaining time of the exercise.

        Args:
            shown: the name of the function or attribute in messages.
            request: the header of the request.
            returns: the type of the value; None if none is wanted.
            blobs: the bytes of its arrays.
            callbacks: the check's functions that student code may call.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        if self._ended is not None:
            raise self._ended
        self.load()
        if not self._process.alive:
            raise problems.used_up()
        budgets = (Budget("call_time"), self._exercise_time)
        try:
            header, blob = self._process.ask(request, budgets, blobs or [], callbacks or [])
            return self._reply(shown, header, blob, returns)
        except ProtocolError as error:
            raise self._process.end(problems.nonsense(error)) from None
        except StudentProblem as problem:
            if not self._process.alive:  # without the process the rest of the exercise cannot be checked
                self._ended = problem
            if problem.outcome is Outcome.NOT_ATTEMPTED and (broken := self._broken_cell(shown)):
                raise StudentProblem(broken.outcome, broken.message, "BrokenCell") from None
            raise

    def _reply(self, shown: str, header: Header, blob: Blob, returns: Spec | None) -> Reply:
        """Decodes a reply. Checks every field, because all of them come from student code."""
        if "missing" in header:
            raise StudentProblem(Outcome.NOT_ATTEMPTED, f"There is no `{shown}` in your notebook.")
        if "error" in header:
            raise self._problem(header["error"], f"`{shown}`", with_text=False)
        if "mismatch" in header:
            raise problems.mismatch(shown, header["mismatch"], returns)
        if returns is None:
            return Reply(None)
        value = unpack_as(header.get("value"), returns, blob)
        type_name, texts, changed = header.get("type", ""), header.get("warnings", []), header.get("changed", [])
        for strings in ([type_name], texts, changed):
            if not isinstance(strings, list) or not all(isinstance(text, str) for text in strings):
                raise ProtocolError("a reply with a broken note")
        return Reply(
            value, type_name[:50], tuple(text[:200] for text in texts[:20]), tuple(text[:20] for text in changed[:100])
        )

    def _make_plan(self) -> bool:
        """Asks what the exercises need, before any of the learner's code runs. Returns False if that ended the process.

        Code that is too long or too involved for that is run as a whole.
        """
        cells = [[cell.name, cell.source, list(cell.rest)] for cell in self._cells.values()]
        wanted, self._wanted = self._wanted, {}
        if sum(len(cell.text) for cell in self._cells.values()) > MOST_PLANNED:
            return True
        with contextlib.suppress(StudentProblem, ProtocolError):
            header, _ = self._process.ask(
                {"op": "plan", "cells": cells, "wanted": wanted}, (Budget("cell_time"),), [], []
            )
            self._plan = Plan.of(header.get("plan"), wanted, self._cells)
            self._kept = [name for names in wanted.values() for name in names]
        return self._process.alive

    def problems_told(self, lost: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Returns for each cell with a problem its name and a sentence, if a lost exercise depends on what did not run.

        Args:
            lost: the exercises that were not passed.
        """
        told: dict[str, list[str]] = {}
        for problem in self.cell_problems:
            if self._plan.matters(problem, lost) if self._plan else problem.kind != "NotInTheGrader":
                told.setdefault(problem.name, []).append(problem.message)
        return tuple((name, " ".join(messages[:MOST_TOLD])) for name, messages in told.items())

    def _run_cell(self, cell: Cell) -> bool:
        """Runs one cell. Returns False if it ended the process; `load` then starts a new one without that cell."""
        only = self._plan.run[cell.name] if self._plan else None
        if only == []:
            return True
        subject = f"The cell `{cell.name}`"
        found: list[CellProblem] = []
        try:
            order = {
                "name": cell.name,
                "source": cell.source,
                "rest": list(cell.rest),
                "only": only,
                "keep": self._kept,
            }
            header, _ = self._process.ask({"op": "cell", "cell": order}, (Budget("cell_time"),), [], [])
            if "error" in header:
                problem = self._problem(header["error"], subject, with_text=True)
                found.append(CellProblem(cell.name, problem.outcome, str(problem), problem.kind))
            found += [self._skipped(cell, subject, report) for report in _list_of(header.get("failures", []))]
        except ProtocolError as error:
            found.append(_ended(cell, subject, self._process.end(problems.nonsense(error))))
        except StudentProblem as ending:
            found.append(_ended(cell, subject, ending))
        if not self._process.alive:
            self._runnable.remove(cell)
        known = {(problem.name, problem.number) for problem in self.cell_problems}
        self.cell_problems += [problem for problem in found if (problem.name, problem.number) not in known]
        return self._process.alive

    def _skipped(self, cell: Cell, subject: str, report: Any) -> CellProblem:
        """Makes the problem for a statement that failed, from the far side's report, which is checked here."""
        problem = self._problem(report, subject, with_text=True)
        number, names = report.get("number"), report.get("names")
        if type(number) is not int or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ProtocolError("a broken report of a statement")
        message = f"{problem} (skipped; the rest of the cell was run)"
        return CellProblem(cell.name, problem.outcome, message, problem.kind, number, frozenset(names))

    def _problem(self, report: Any, subject: str, *, with_text: bool) -> StudentProblem:
        """Makes the problem for an exception in the learner's code, from the far side's report, which is checked here.

        The text of an exception is shown for cells only, because cells know no hidden input. The same holds for its
        line if there are more lines than anybody writes, because the line's number could spell out a hidden input.
        """
        if not isinstance(report, dict):
            raise ProtocolError("an error report that is not an object")
        if not with_text:
            report = {**report, "text": None}
        cell = report.get("cell")
        source = self._cells[cell].text if isinstance(cell, str) and cell in self._cells else None
        if not with_text and self._lines > MOST_LINES:
            source = None
        return problems.raised(subject, report, cell if source is not None else None, source, self._imported)

    def _broken_cell(self, shown: str) -> CellProblem | None:
        """Returns the problem of the cell, or of the statement, that would have defined a name; None if none would."""
        name = shown.split(".")[0]
        definition = re.compile(rf"^[ \t]*(def|class)[ \t]+{re.escape(name)}\b", re.MULTILINE)
        for problem in self.cell_problems:
            if name in problem.binds or (problem.number is None and definition.search(self._cells[problem.name].text)):
                return problem
        return None


def _ended(cell: Cell, subject: str, problem: StudentProblem) -> CellProblem:
    return CellProblem(cell.name, problem.outcome, f"{subject}: {problem}", problem.kind)


def _list_of(reports: Any) -> list[Any]:
    if not isinstance(reports, list):
        raise ProtocolError("a broken list of reports")
    return reports[:MOST_REPORTS]


class RemoteObject:
    """A learner's object on the far side, made by `Submission.new`."""

    def __init__(self, submission: Submission, name: str, handle: Handle) -> None:
        self._submission = submission
        self._name = name
        self._target: Header = {"handle": handle.number}

    def __call__(self, *args: Any, returns: Spec = ARRAY) -> Any:
        """Calls the object itself, and returns the value only."""
        return self.call("__call__", *args, returns=returns).value

    def call(self, method: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a method.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        shown = self._name if method == "__call__" else f"{self._name}.{method}"
        return self._submission.call_target(shown, method, self._target, args, returns)

    def get(self, attribute: str, returns: Spec = ARRAY) -> Any:
        """Returns the value of an attribute.

        Raises:
            StudentProblem: the object has no such attribute, or not of the type `returns`.
        """
        request = {"op": "get", "name": attribute, "returns": spec_to_json(returns), **self._target}
        return self._submission.observe(f"{self._name}.{attribute}", request, returns).value

    def set(self, attribute: str, value: Any) -> None:
        """Sets an attribute.

        Raises:
            StudentProblem: the learner's class raised an exception.
        """
        blobs: list[bytes] = []
        request = {"op": "set", "name": attribute, "value": pack(value, blobs), **self._target}
        self._submission.request(f"{self._name}.{attribute}", request, None, blobs)


def copied(value: Any) -> Any:
    """Returns a value with copies of its arrays, which their owner may change later."""
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def _bytes_in(value: Any) -> int:
    if isinstance(value, list | tuple):
        return sum(map(_bytes_in, value))
    return value.nbytes if isinstance(value, np.ndarray) else 0


def _prepare(arg: Any, callbacks: list[Callback]) -> Any:
    """Returns an argument with each function replaced by a number that the far side can call back."""
    if isinstance(arg, list | tuple):
        return type(arg)(_prepare(item, callbacks) for item in arg)
    if isinstance(arg, dict):
        return {key: _prepare(item, callbacks) for key, item in arg.items()}
    if isinstance(arg, Callback) or callable(arg):
        callbacks.append(arg if isinstance(arg, Callback) else Callback(arg))
        return CallbackId(len(callbacks) - 1, callbacks[-1].takes)
    return arg

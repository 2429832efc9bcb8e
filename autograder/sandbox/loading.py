"""Trusted side: runs a learner's cells in a process, and says what of them did not run, and why."""

import contextlib
import re
from collections.abc import Collection
from typing import Any

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome, StudentProblem

from . import problems
from .ahead import Message
from .plan import CellProblem, Plan, imported_names
from .process import Budget, Process
from .turns import Turns
from .wire.frames import Header
from .wire.types import ProtocolError

MOST_LINES = 1024  # of code, in all cells, for which a check names the line that failed
MOST_PLANNED = 700_000  # characters of code whose statements are looked at
MOST_REPORTS = 10  # of statements of a cell that failed
MOST_TOLD = 3  # of these that a learner reads


class LearnersCells:
    """The cells of one submission.

    Args:
        cells: the cells in order.
        wanted: the names that each exercise asks for. What no exercise needs is not run. Empty: everything is run.
        in_turns: whether exercises that need slow cells may be put off, so that these cost no other exercise.

    Attributes:
        turns: what is run first, and what later.
        problems: what did not run, each thing once, whatever the number of processes.
        runnable: the cells that have not ended a process.
    """

    def __init__(self, cells: list[Cell], wanted: dict[str, list[str]], *, in_turns: bool = False) -> None:
        self.turns = Turns()
        self.problems: list[CellProblem] = []
        self.runnable = list(cells)
        self._cells = {cell.name: cell for cell in cells}
        self._lines = sum(cell.text.count("\n") + 1 for cell in cells)
        self._in_turns = in_turns
        self._wanted = wanted
        self._plan: Plan | None = None
        self._kept: list[str] = []
        self._tried = False  # to run all in one message
        self._imported = frozenset(imported_names([cell.text for cell in cells]))

    def run_in(self, process: Process) -> None:
        """Runs the cells that are needed. A cell that ends the process is left out from then on.

        The process has ended also where exercises were put off: the cells of the others are to be run again.
        """
        if self._wanted and not self._make_plan(process):
            return
        if self._together(process) or not process.alive:
            return
        for cell in list(self.runnable):
            left = process.budget.cpu
            runs = self._run(cell, process)
            if self._plan and self._in_turns:
                plan = self.turns.after(cell.name, left - process.budget.cpu, self._plan)
                if plan is not None:
                    self._plan = plan
                    process.close()
                    return
            if not runs:
                return

    @property
    def planned(self) -> Plan | None:
        """What is run, once it is known; None if that is everything."""
        return self._plan

    def again(self, plan: Plan | None) -> "LearnersCells":
        """Returns the cells for another process, without those that ended one.

        Args:
            plan: what is to be run.
        """
        again = LearnersCells(self.runnable, {})
        again._plan, again._kept, again._imported, again._tried = plan, self._kept, self._imported, self._tried
        return again

    def problem(self, report: Any, subject: str, *, with_text: bool) -> StudentProblem:
        """Makes the problem for an exception in the learner's code, from the far side's report, which is checked here.

        The text of an exception is shown for cells only, because cells know no hidden input. The same holds for its
        line if there are more lines than anybody writes, because the line's number could spell out a hidden input.

        Raises:
            ProtocolError: the report is malformed.
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

    def broken(self, shown: str) -> CellProblem | None:
        """Returns the problem of the cell, or of the statement, that would have defined a name; None if none would."""
        name = shown.split(".")[0]
        definition = re.compile(rf"^[ \t]*(def|class)[ \t]+{re.escape(name)}\b", re.MULTILINE)
        for problem in self.problems:
            if name in problem.binds or (problem.number is None and definition.search(self._cells[problem.name].text)):
                return problem
        return None

    def told(self, lost: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Returns for each cell with a problem its name and a sentence, if a lost exercise depends on what did not run.

        Args:
            lost: the exercises that were not passed.
        """
        told: dict[str, list[str]] = {}
        for problem in self.problems:
            if self._plan.matters(problem, lost) if self._plan else problem.kind != "NotInTheGrader":
                told.setdefault(problem.name, []).append(problem.message)
        return tuple((name, " ".join(messages[:MOST_TOLD])) for name, messages in told.items())

    def _make_plan(self, process: Process) -> bool:
        """Asks what the exercises need, before any of the learner's code runs. Returns False if that ended the process.

        Code that is too long or too involved for that is run as a whole.
        """
        cells = [[cell.name, cell.source, list(cell.rest)] for cell in self._cells.values()]
        wanted, self._wanted = self._wanted, {}
        if sum(len(cell.text) for cell in self._cells.values()) > MOST_PLANNED:
            return True
        with contextlib.suppress(StudentProblem, ProtocolError):
            late = {name: [n for n, cell in enumerate(self._cells.values()) if name in cell.checked] for name in wanted}
            order = {"op": "plan", "cells": cells, "wanted": wanted, "late": late}
            header, _ = process.ask(order, (Budget("cell_time"),), [], [])
            self._plan = Plan.of(header.get("plan"), wanted, self._cells)
            self._kept = [name for names in wanted.values() for name in names]
        return process.alive

    def _together(self, process: Process) -> bool:
        """Runs all cells in one message, the first time, which is enough for most. Returns False if it is not.

        The process is ended then, so that one cell after another runs in a fresh one, with its own time.
        """
        orders = [(cell, order) for cell in self.runnable if (order := self._order(cell)) is not None]
        if self._tried or len(orders) < 2:
            return False
        self._tried = True
        message = Message([{**order, "bytes": 0, "objects": 0} for _, order in orders], [])
        replies = process.ask_several(message, self.turns.budget_together())
        if replies is None:
            return False
        try:
            found = [self._found(cell, header) for (cell, _), (header, _) in zip(orders, replies, strict=True)]
        except ProtocolError:
            process.close()
            return False
        for problems_found in found:
            self._note(problems_found)
        return True

    def _order(self, cell: Cell) -> Header | None:
        """Returns the request that runs a cell; None if nothing of it is to run."""
        only = self._plan.run[cell.name] if self._plan else None
        if only == []:
            return None
        order = {"name": cell.name, "source": cell.source, "rest": list(cell.rest), "only": only, "keep": self._kept}
        return {"op": "cell", "cell": order}

    def _found(self, cell: Cell, header: Header) -> list[CellProblem]:
        """Returns what the reply to a cell's request says of what did not run.

        Raises:
            ProtocolError: the reply is malformed.
        """
        subject = f"The cell `{cell.name}`"
        found: list[CellProblem] = []
        if "error" in header:
            problem = self.problem(header["error"], subject, with_text=True)
            found.append(CellProblem(cell.name, problem.outcome, str(problem), problem.kind))
        return found + [self._skipped(cell, subject, report) for report in _list_of(header.get("failures", []))]

    def _note(self, found: list[CellProblem]) -> None:
        known = {(problem.name, problem.number) for problem in self.problems}
        self.problems += [problem for problem in found if (problem.name, problem.number) not in known]

    def _run(self, cell: Cell, process: Process) -> bool:
        """Runs one cell. Returns False if it ended the process."""
        order = self._order(cell)
        if order is None:
            return True
        subject = f"The cell `{cell.name}`"
        found: list[CellProblem] = []
        try:
            header, _ = process.ask(order, (self.turns.budget(),), [], [])
            found = self._found(cell, header)
        except ProtocolError as error:
            found.append(_ended(cell, subject, process.end(problems.nonsense(error))))
        except StudentProblem as ending:
            if self.turns.hurried and ending.outcome is Outcome.TIMED_OUT:
                return False  # it will have its time later
            found.append(_ended(cell, subject, ending))
        if not process.alive:
            self._leave_out(cell)
        self._note(found)
        return process.alive

    def _leave_out(self, cell: Cell) -> None:
        """Leaves out what of a cell no exercise depends on; all of it if that has been left out already."""
        if self._plan is not None:
            plan = self._plan.trimmed([cell.name])
            if plan.run[cell.name] and plan.run[cell.name] != self._plan.run[cell.name]:
                self._plan = plan
                return
        self.runnable.remove(cell)

    def _skipped(self, cell: Cell, subject: str, report: Any) -> CellProblem:
        """Makes the problem for a statement that failed, from the far side's report, which is checked here."""
        problem = self.problem(report, subject, with_text=True)
        number, names = report.get("number"), report.get("names")
        if type(number) is not int or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ProtocolError("a broken report of a statement")
        message = f"{problem} (skipped; the rest of the cell was run)"
        return CellProblem(cell.name, problem.outcome, message, problem.kind, number, frozenset(names))


def _ended(cell: Cell, subject: str, problem: StudentProblem) -> CellProblem:
    return CellProblem(cell.name, problem.outcome, f"{subject}: {problem}", problem.kind)


def _list_of(reports: Any) -> list[Any]:
    if not isinstance(reports, list):
        raise ProtocolError("a broken list of reports")
    return reports[:MOST_REPORTS]

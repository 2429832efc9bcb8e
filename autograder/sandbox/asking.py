"""Trusted side: asks the process of one submission, in the time that each exercise and the submission have.

It starts the process when it is needed, and asks ahead what everybody is asked (see `ahead`).
"""

from collections.abc import Callable, Mapping
from itertools import count
from typing import TypeVar

from autograder.core.outcomes import Outcome, StudentProblem

from . import problems
from .ahead import MESSAGE, Ahead, Answer, Recorder, Script
from .loading import LearnersCells
from .process import Budget, Callback, Process
from .wire.frames import Header
from .wire.packing import Blob
from .wire.types import ProtocolError

MOST_STARTS = 20  # of processes for one submission

Taken = TypeVar("Taken")


class Asking:
    """Sends the requests of one submission.

    Args:
        process: its process.
        cells: its cells, which run in each process before anything is asked.
        forget: forgets objects of the learner's, when a process with some has been ended so that another one starts.

    Attributes:
        check: the name of the check that asks.
        scripts: for each exercise what its checks ask of everybody.
        ended: the problem that ended the process, without which the rest of the exercise cannot be checked.
    """

    def __init__(self, process: Process, cells: LearnersCells, forget: Callable[[], None]) -> None:
        self.check = ""
        self.scripts: Mapping[str, Script] = {}
        self._process, self._cells, self._forget = process, cells, forget
        self._exercise = ""
        self._exercise_time = Budget("exercise_time")
        self.ended: StudentProblem | None = None
        self._starts = 0
        self._ahead: Ahead | None = None
        self._messages = count(1)  # that were sent ahead
        self._recorder: Recorder | None = None

    def enter(self, exercise: str) -> None:
        """Begins an exercise, with a time of its own."""
        if exercise != self._exercise:
            self._exercise = exercise
            self._exercise_time = Budget("exercise_time")
            self._process.idleness.renew()
            self.ended = None
            self._ahead = Ahead(self.scripts[exercise]) if exercise in self.scripts else None

    def record(self, run: Callable[[], object]) -> Script:
        """Returns what is asked while a function runs."""
        self._recorder, before = Recorder(), self._process.budget.cpu
        run()
        return Script(tuple(self._recorder.asked), before - self._process.budget.cpu)

    def load(self) -> None:
        """Runs the cells in a fresh process, unless one is alive.

        Starts no process if the submission's time is used up or its process has ended too often.
        """
        while not self._process.alive:
            self._starts += 1
            if self._starts > MOST_STARTS or self._process.budget.used_up:
                return
            self._process.start()
            self._cells.run_in(self._process)

    def ask(
        self,
        shown: str,
        request: Header,
        take: Callable[[Header, Blob], Taken],
        *,
        begins: bool,
        times: int = 1,
        blobs: list[bytes] | None = None,
        callbacks: list[Callback] | None = None,
    ) -> Taken:
        """Sends a request, and returns what `take` makes of the answer.

        Args:
            shown: the name of the function or attribute in messages.
            request: the header of the request.
            take: reads the answer.
            begins: whether it is the first request of a check, so that others may be asked ahead with it.
            times: the number of calls that the request holds.
            blobs: the bytes of its arrays.
            callbacks: the check's functions that student code may call.

        Raises:
            StudentProblem: there is no answer, or `take` raised one.
        """
        if self.ended is not None:
            raise self.ended
        blobs, callbacks = blobs or [], callbacks or []
        self._load_or_give_up()
        try:
            answer = self._answered_ahead(request, blobs, begins=begins)
            if answer is None:
                self._load_or_give_up()
                budgets = (Budget("call_time", times), self._exercise_time)
                answer = self._process.ask(request, budgets, blobs, callbacks)
            if self._recorder is not None:
                self._recorder.note(self.check, request, blobs, answer, waits=bool(callbacks))
            return take(*answer)
        except ProtocolError as error:
            raise self._process.end(problems.nonsense(error)) from None
        except StudentProblem as problem:
            if not self._process.alive:  # without the process the rest of the exercise cannot be checked
                self.ended = problem
            if problem.outcome is Outcome.NOT_ATTEMPTED and (broken := self._cells.broken(shown)):
                raise StudentProblem(broken.outcome, broken.message, "BrokenCell") from None
            raise

    def _load_or_give_up(self) -> None:
        self.load()
        if not self._process.alive:
            raise problems.used_up()

    def _answered_ahead(self, request: Header, blobs: list[bytes], *, begins: bool) -> Answer | None:
        """Returns the answer to a request that was made ahead, or is now, with those that follow; None if it wasn't.

        If the process does not answer all of them in a short time, it is ended. The checks ask one by one from then on,
        so that each result is what it would have been.
        """
        if self._ahead is None or (number := self._ahead.number(self.check, request, blobs)) is None:
            return None
        if number not in self._ahead and begins:
            budget = Budget("call_time", self._ahead.share)
            cpu, clock = budget.cpu, budget.clock
            if self._exercise_time.cpu < cpu:
                return None
            if (message := self._ahead.message(number, next(self._messages) * MESSAGE)) is None:
                return None
            if (found := self._process.ask_several(message, budget)) is None:
                self._forget()
                self.scripts, self._ahead = {}, None
                return None
            self._ahead.keep(number, found)
            self._exercise_time.spend(cpu - budget.cpu, clock - budget.clock)
        return self._ahead.answer(number)

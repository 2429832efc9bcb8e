"""Trusted side: the proxy that a check uses. ``submission.elu(x, 1.0)`` is a call into the sandbox.

A call returns plain data of the type that the check asked for. In every other case (no function, an exception, a
time-out, a value of another type) it raises a `StudentProblem`, which ends the check and whose text the learner reads.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome, StudentProblem

from . import problems
from .ahead import Script
from .asking import Asking, Taken
from .loading import LearnersCells
from .plan import CellProblem, Plan
from .process import Callback, Process
from .remote_object import RemoteObject
from .replies import Observation, Reply, bytes_in, copied, holds_integers
from .series import Args, parts, resolved
from .supervisor import Sandbox
from .wire.formulas import Formula
from .wire.frames import Header
from .wire.packing import Blob, pack, unpack_as
from .wire.types import ARRAY, HANDLE, CallbackId, Expression, ProtocolError, Spec, spec_to_json

MOST_OBSERVED = 64 << 20  # bytes of replies that are kept for the diagnosis


class Submission:
    """A learner's functions and classes, by name.

    Args:
        sandbox: the sandbox to run in; one submission at a time.
        cells: the learner's cells in order.
        wanted: the names that each exercise asks for. What no exercise needs is not run. None: everything is run.
        in_turns: whether exercises that need slow cells may be put off: `put_off` has them then.
    """

    def __init__(
        self, sandbox: Sandbox, cells: list[Cell], wanted: dict[str, list[str]] | None = None, *, in_turns: bool = False
    ) -> None:
        self.observations: list[Observation] = []
        self.keeps_args = False  # True if observations hold the arguments
        self._sandbox = sandbox
        self._process = Process(sandbox)
        self._observed = 0  # bytes
        self._replies: dict[Any, tuple[Reply, Observation]] = {}  # to calls that are made once
        self._cells = LearnersCells(cells, wanted or {}, in_turns=in_turns)
        self._asking = Asking(self._process, self._cells, self._replies.clear)

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

    def once(self, name: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a learner's function as `call` does, unless a check before made the same call: its reply is taken then.

        This is for checks that look at one drawing, or at one training, from several sides. The call is recorded for
        each of them. No argument may be a function that stays on the trusted side.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        blobs: list[bytes] = []
        tree = [pack(_prepare(arg, []), blobs) for arg in args]
        key = name, repr(tree), b"".join(blobs), returns
        if self._asking.ended is not None or key not in self._replies:
            reply = self.call(name, *args, returns=returns)
            self._replies[key] = reply, self.observations[-1]
            return reply
        reply, observation = self._replies[key]
        self.observations.append(observation)
        return reply

    def series(self, name: str, many: Sequence[Args], returns: Spec = ARRAY) -> list[Reply]:
        """Calls a learner's function several times in one message, which takes less time than as many messages.

        Args:
            name: the function.
            many: the arguments of each call. A `Previous` among them stands for what the call before returned. No
                argument may be a function that stays on the trusted side.
            returns: the type that each call is to return.

        Raises:
            StudentProblem: a call gave no value of this type. Those after it are not made.
        """
        return self.series_of(name, name, {}, many, returns)

    def new(self, name: str, *args: Any) -> RemoteObject:
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
        self._asking.enter(exercise)

    def begin(self, check: str) -> list[Observation]:
        """Begins a check, and returns the list that gets its calls."""
        self._asking.check = check
        self.observations = []
        return self.observations

    def follow(self, scripts: Mapping[str, Script]) -> None:
        """Asks ahead, from the next exercise on, what the checks ask of the solution. No value depends on it."""
        self._asking.scripts = scripts

    def record(self, run: Callable[[], object]) -> Script:
        """Returns what the checks ask of this submission, which is the solution, while a function runs them."""
        return self._asking.record(run)

    def load(self) -> None:
        """Runs the learner's cells in a fresh process, unless one is alive. Notes cells that fail, and runs the others.

        Starts no process if the submission's time is used up or its process has ended too often.
        """
        self._asking.load()

    @property
    def cell_problems(self) -> list[CellProblem]:
        """What of the cells did not run."""
        return self._cells.problems

    def problems_told(self, lost: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Returns for each cell with a problem its name and a sentence, if a lost exercise depends on what did not run.

        Args:
            lost: the exercises that were not passed.
        """
        return self._cells.told(lost)

    def close(self) -> None:
        """Ends the learner's process."""
        self._process.close()

    def afresh(self) -> "Submission":
        """Returns the submission for a process of its own, which knows nothing of what this one was asked.

        The two share the time of the submission. A cell that ended its process is not run again.
        """
        return self._with(self._cells.planned)

    @property
    def put_off(self) -> list[str]:
        """The exercises that were put off while the cells ran, because they need slow ones."""
        return self._cells.turns.put_off

    def later(self, lost: Collection[str]) -> "tuple[Submission, list[str]] | None":
        """Returns the submission for a process in which what was put off is run, and the exercises for which that is.

        The time is shared as in `afresh`. Returns None if there is nothing to run.

        Args:
            lost: the exercises that were not passed.
        """
        plan = self._cells.turns.later
        if plan is None:
            return None
        names = self.put_off or ([] if self._process.budget.used_up else [name for name in lost if name in plan.needs])
        return (self._with(plan.only_for(names)), names) if names else None

    def widened(self, lost: Collection[str]) -> "tuple[Submission, list[str]] | None":
        """Returns the submission for a process in which more of its cells run, and the exercises for which that is.

        These are cells that could change a value that a lost exercise uses, under another name. The time is shared as
        in `afresh`. Returns None if there are no such cells.

        Args:
            lost: the exercises that were not passed.
        """
        lost = [name for name in lost if name not in self.put_off]
        plan = self._cells.planned and self._cells.planned.widened(lost)
        if plan is None or self._process.budget.used_up:
            return None
        return self._with(plan), list(plan.depends)

    def at_its_check(self, exercise: str) -> "Submission | None":
        """Returns the submission for a process in which cells below the check of an exercise are not run.

        The time is shared as in `afresh`. Returns None if that is the same, or no time is left.

        Args:
            exercise: the exercise.
        """
        plan = self._cells.planned and self._cells.planned.at_its_check(exercise)
        return None if plan is None or self._process.budget.used_up else self._with(plan)

    def _with(self, plan: Plan | None) -> "Submission":
        fresh = Submission(self._sandbox, [])
        fresh._cells = self._cells.again(plan)
        fresh._process.budget, fresh._process.idleness = self._process.budget, self._process.idleness
        fresh._asking = Asking(fresh._process, fresh._cells, fresh._replies.clear)
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
        self._note(args, returns, keep=not target)
        return reply

    def _note(self, args: Args, returns: Spec, *, keep: bool) -> None:
        """Notes of the call that was observed last what the diagnosis and questions want to know of its arguments."""
        if holds_integers(args):
            self.observations[-1] = replace(self.observations[-1], integers=True)
        if self.keeps_args and keep:
            self.observations[-1] = replace(self.observations[-1], args=copied(args), returns=returns)

    def series_of(
        self,
        shown: str,
        name: str,
        target: Header,
        many: Sequence[Args],
        returns: Spec,
        until: bool | None = None,
    ) -> list[Reply]:
        """Makes a series of calls of a function or method in one message, and records each.

        Raises:
            StudentProblem: a call gave no value of the type `returns`.
        """
        blobs: list[bytes] = []
        trees = [[pack(_prepare(arg, []), blobs) for arg in args] for args in many]
        ends = None if until is None else pack(until, [])
        request = {
            "op": "series",
            "name": name,
            "series": trees,
            "returns": spec_to_json(returns),
            "until": ends,
            **target,
        }
        replies: list[Reply] = []

        def take(header: Header, blob: Blob) -> None:
            for number, part in enumerate(parts(header, len(many))):
                reply = self._reply(shown, part, blob, returns)
                self._record(shown, reply)
                self._note(resolved(many[number], replies[-1].value if replies else None), returns, keep=not target)
                replies.append(reply)
            if len(replies) < len(many) and (until is None or replies[-1].value != until):
                raise ProtocolError("fewer replies than calls")

        try:
            self._ask(shown, request, take, times=len(many), blobs=blobs)
        except StudentProblem as problem:
            self.observations.append(Observation(shown, None, problem))
            raise
        return replies

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
        self._observed += bytes_in(reply.value)
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
        return self._ask(
            shown,
            request,
            lambda header, blob: self._reply(shown, header, blob, returns),
            blobs=blobs,
            callbacks=callbacks,
        )

    def _ask(self, shown: str, request: Header, take: Callable[[Header, Blob], Taken], **options: Any) -> Taken:
        # Within a check that has asked before, an object of the learner's may be waiting in the process.
        return self._asking.ask(shown, request, take, begins=not self.observations, **options)

    def _reply(self, shown: str, header: Header, blob: Blob, returns: Spec | None) -> Reply:
        """Decodes a reply. Checks every field, because all of them come from student code."""
        if "missing" in header:
            raise StudentProblem(Outcome.NOT_ATTEMPTED, f"There is no `{shown}` in your notebook.")
        if "error" in header:
            raise self._cells.problem(header["error"], f"`{shown}`", with_text=False)
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


def _prepare(arg: Any, callbacks: list[Callback]) -> Any:
    """Returns an argument with each function replaced by a number that the far side can call back."""
    if isinstance(arg, list | tuple):
        return type(arg)(_prepare(item, callbacks) for item in arg)
    if isinstance(arg, dict):
        return {key: _prepare(item, callbacks) for key, item in arg.items()}
    if isinstance(arg, Formula):
        return Expression(arg.text, arg.of)
    if isinstance(arg, Callback) or callable(arg):
        callbacks.append(arg if isinstance(arg, Callback) else Callback(arg))
        return CallbackId(len(callbacks) - 1, callbacks[-1].takes)
    return arg

"""Far side: runs a learner's cells and answers calls into them.

The learner's code shares this process and may change anything in it: the trusted side believes nothing that it sends.
"""

import ast
import builtins
import contextlib
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from ..wire.formulas import function_of
from ..wire.frames import Header, Pipe
from ..wire.packing import Blob, pack_as, unpack
from ..wire.types import CallbackId, Expression, Handle, Mismatch, Previous, ProtocolError, Seed, spec_from_json
from .arguments import contents, differs
from .cells import WRITE, compiled, execute, statements
from .needs import Facts, Numbers, facts_of, facts_of_text, needed
from .scopes import bound
from .stubs import Missing, NotInTheGrader, StandIn, reject, swallow

_CHANGED_LIMIT = 100
_MOST_FAILURES = 10  # of a cell that are reported


class LearnerSession:
    """One learner's names, and the learner's objects that a check holds by handle."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._names: dict[str, Any] = {"__name__": "__main__", "np": np, **_JUPYTER}
        self._held: dict[int, Any] = {}
        self._next = 0  # the number of the next object that is held
        self._previous: tuple[Any, bytes] = None, b""  # what the last call of a series returned, as it crosses
        self._bound_in: dict[str, str] = {}  # the cell that bound a name last
        self._parsed: dict[str, list[ast.stmt]] = {}  # the cells that were planned and did not run yet

    def serve(self) -> None:
        """Answers requests until the other side closes the pipe, and then raises `Closed`."""
        while True:
            header, blob = self._pipe.receive()
            reply, blobs = self._reply(header, blob)
            try:
                self._pipe.send({"id": header["id"], **reply}, blobs)
            except ProtocolError as too_large:
                self._pipe.send({"id": header["id"], "mismatch": str(too_large)}, [])

    def _reply(self, header: Header, blob: Blob) -> tuple[Header, list[bytes]]:
        """Answers a request, whatever a learner's code does, and returns the bytes of the answer's arrays with it."""
        blobs: list[bytes] = []
        try:
            return self._answer(header, blob, blobs), blobs
        except Mismatch as mismatch:
            return {"mismatch": str(mismatch)}, []
        except BaseException as error:  # a learner may raise SystemExit or KeyboardInterrupt
            return {"error": _failure(error, with_text=header["op"] in ("cell", "plan"))}, []

    def _answer(self, header: Header, blob: Blob, blobs: list[bytes]) -> Header:
        if header["op"] == "plan":
            return {"plan": self._plan(header["cells"], header["wanted"], header["late"])}
        if header["op"] == "cell":
            return {"failures": self._run(**header["cell"])}
        if header["op"] == "several":
            return {"replies": [self._one_of(request, blob, blobs) for request in header["requests"]]}
        if header["op"] == "series":
            return {"replies": self._series(header, blob, blobs)}
        target = self._held[header["handle"]] if "handle" in header else None
        if header["op"] == "set":
            setattr(target, header["name"], self._argument(unpack(header["value"], blob)))
            return {}
        if target is None and header["name"] not in self._names:
            return {"missing": True}
        value = self._names[header["name"]] if target is None else getattr(target, header["name"])
        if header["op"] == "get":
            reject(value)
            return {"value": pack_as(value, spec_from_json(header["returns"]), blobs, self._hold)}
        return self._call(value, header, blob, blobs)

    def _one_of(self, request: Header, blob: Blob, blobs: list[bytes]) -> Header:
        """Answers one of several requests."""
        ordinary, self._next = self._next, request["objects"]
        reply, mine = self._reply(request, blob.part(request["bytes"]))
        self._next = ordinary
        blobs += mine
        return {**reply, "bytes": sum(map(len, mine))}

    def _series(self, header: Header, blob: Blob, blobs: list[bytes]) -> list[Header]:
        """Makes calls one after another, until one gives no value or the value that ends the series."""
        replies: list[Header] = []
        for args in header["series"]:
            reply, mine = self._reply({**header, "op": "call", "args": args}, blob)
            replies.append(reply)
            blobs += mine
            if "value" not in reply or reply["value"] == header["until"]:
                break
            self._previous = reply["value"], b"".join(mine)
        return replies

    def _run(self, name: str, source: str, rest: list[str], only: list[int] | None, keep: list[str]) -> list[Header]:
        """Runs a cell statement by statement. One that fails is skipped, because an answer may follow.

        Args:
            name: the cell's name.
            source: its code.
            rest: the code of the cells that may continue it.
            only: the numbers of the statements to run; None for all.
            keep: names that a stand-in must not take away from another cell. An import takes none away.

        Returns:
            A report for each of the first statements that failed.

        Raises:
            SyntaxError: the cell is not valid Python; nothing was run.
        """
        body = self._parsed.pop(name, None) or statements(source, rest, name)
        failures: list[Header] = []
        for number, (statement, code) in enumerate(zip(body, list(compiled(body, name)), strict=True)):
            if only is not None and number not in only:
                continue
            names = bound([statement])
            kept_names = names if isinstance(statement, ast.Import | ast.ImportFrom) else names.intersection(keep)
            before = {kept: self._names[kept] for kept in kept_names if kept in self._names}
            try:
                with _swallowing():
                    execute(code, self._names)
            except BaseException as error:  # a learner may raise SystemExit
                if len(failures) < _MOST_FAILURES:
                    about = {"number": number, "names": sorted(names)[:_MOST_FAILURES]}
                    failures.append({**_failure(error, with_text=True), **about})
            for kept, value in before.items():
                stands_in = isinstance(self._names.get(kept), Missing | StandIn)
                if stands_in and self._bound_in.get(kept) != name:
                    self._names[kept] = value
            self._bound_in.update(dict.fromkeys(names, name))
        return failures

    def _plan(
        self, cells: list[Any], wanted: dict[str, list[str]], late: dict[str, list[int]]
    ) -> dict[str, tuple[Numbers, Numbers, Numbers, Numbers]]:
        """Returns for each exercise the numbers of the statements to run, as `needed` does.

        Args:
            cells: the name, the source and the rest of each cell.
            wanted: the names that each exercise asks for.
            late: the numbers of the cells below the check of each exercise.
        """
        facts: list[list[Facts]] = []
        for name, source, rest in cells:
            try:
                body = self._parsed[name] = statements(source, rest, name)
                facts.append([facts_of(statement) for statement in body])
            except (SyntaxError, ValueError):
                facts.append([facts_of_text("\n".join([source, *rest]))])
        return needed(facts, wanted, late)

    def _call(self, function: Callable[..., Any], header: Header, blob: Blob, blobs: list[bytes]) -> Header:
        args = [self._argument(unpack(tree, blob)) for tree in header["args"]]
        before = contents(args)
        with warnings.catch_warnings(record=True) as caught, np.errstate(**_WARN):
            warnings.simplefilter("always")
            value = function(*args)
        reject(value)
        return {
            "value": pack_as(value, spec_from_json(header["returns"]), blobs, self._hold),
            "type": type(value).__name__,
            "warnings": [str(warning.message)[:200] for warning in caught[:20]],
            "changed": [path for path, kept, old in before if differs(kept, old)][:_CHANGED_LIMIT],
        }

    def _argument(self, value: Any) -> Any:
        """Returns the argument that a learner's function gets for a value that crossed."""
        if isinstance(value, list | tuple):
            return type(value)(self._argument(item) for item in value)
        if isinstance(value, dict):
            return {key: self._argument(item) for key, item in value.items()}
        if isinstance(value, Handle):
            return self._held[value.number]
        if isinstance(value, Previous):
            tree, data = self._previous
            returned = unpack(tree, Blob(data))
            return self._argument(returned if value.part is None else returned[value.part])
        if isinstance(value, Seed):
            return np.random.default_rng(value.entropy)
        if isinstance(value, Expression):
            return function_of(value.text, value.of)
        if isinstance(value, CallbackId):
            return self._callback(value)
        return value

    def _callback(self, callback: CallbackId) -> Callable[..., Any]:
        def call_back(*args: Any) -> Any:
            blobs: list[bytes] = []
            specs = [callback.takes[min(index, len(callback.takes) - 1)] for index in range(len(args))]
            try:
                trees = [pack_as(arg, spec, blobs, self._hold) for arg, spec in zip(args, specs, strict=True)]
            except Mismatch as mismatch:
                raise TypeError(f"the function you were given cannot take {mismatch}") from None
            self._pipe.send({"callback": callback.number, "args": trees}, blobs)
            header, blob = self._pipe.receive()
            if "error" in header:
                raise ValueError(header["error"])
            for index, tree in header["changed"]:  # an in-place change reaches the learner's own array
                np.copyto(args[index], unpack(tree, blob))
            return unpack(header["value"], blob)

        return call_back

    def _hold(self, value: Any) -> Handle:
        handle = Handle(self._next)
        self._next += 1
        self._held[handle.number] = value
        return handle


_written: dict[str, str] = {}  # the source of each module that cells have written


def _write_module(name: str, source: str, more: bool, filename: str) -> None:
    """Makes a module of what a cell writes into a file.

    Args:
        name: the module's name.
        source: the code in the cell.
        more: whether it comes behind what other cells have written there.
        filename: the cell's file name.
    """
    _written[name] = source = (_written.get(name, "") if more else "") + source
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, filename, "exec"), module.__dict__)


# Names that every notebook has. The first two do nothing.
_JUPYTER: dict[str, Any] = {
    "get_ipython": lambda: Missing("IPython"),
    "display": lambda *values, **options: None,
    WRITE: _write_module,
}

# A stable formula is meant to underflow to zero; all other numeric errors are worth a warning.
_WARN: dict[str, Any] = {"over": "warn", "invalid": "warn", "divide": "warn", "under": "ignore"}


@contextlib.contextmanager
def _swallowing() -> Iterator[None]:
    swallow(True)
    try:
        yield
    finally:
        swallow(False)


def _failure(error: BaseException, *, with_text: bool) -> Header:
    """Describes an exception: the built-in class, and the cell and line where the learner's code raised it.

    The text of the exception is included for cells only: inside a check it could carry a hidden input.
    """
    report: Header = {"type": _builtin_name(error), "cell": None, "line": None}
    if isinstance(error, SyntaxError):
        report["cell"], report["line"] = _cell_name(error.filename), error.lineno
    for frame in _frames(error.__traceback__):
        if (cell := _cell_name(frame.filename)) is not None:
            report["cell"], report["line"] = cell, frame.lineno
    if with_text:
        with contextlib.suppress(Exception):  # a learner's own __str__ may fail
            report["text"] = str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    if isinstance(error, NotInTheGrader):
        report["missing"] = error.module
    return report


def _frames(trace: TracebackType | None) -> traceback.StackSummary:
    walk = traceback.walk_tb(trace)
    return traceback.StackSummary.extract(walk, limit=200, lookup_lines=False)


def _cell_name(filename: str | None) -> str | None:
    match = re.fullmatch(r"<cell (.*)>", filename or "")
    return match[1] if match else None


def _builtin_name(error: BaseException) -> str:
    """Returns the name of the nearest built-in base class: a learner's own class could have any name."""
    names = [cls.__name__ for cls in type(error).__mro__ if getattr(builtins, cls.__name__, None) is cls]
    return names[0] if names else "Exception"

"""The bare limit: runs the same checks on the same code in one plain process, without any isolation.

There is no sandbox, no repair, no report and no gradebook. The remaining time is that of the learner's code and of the
checks themselves.
"""

import importlib.machinery
import importlib.util
import inspect
import itertools
import json
import pickle
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.core.course import find_course
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.grading.check import rng_for
from autograder.notebooks import reader
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.inside import stubs
from autograder.sandbox.inside.arguments import contents, differs
from autograder.sandbox.inside.cells import compiled, statements
from autograder.sandbox.process import Callback
from autograder.sandbox.remote_object import RemoteObject
from autograder.sandbox.replies import Reply
from autograder.sandbox.series import Args, one_by_one
from autograder.sandbox.wire.frames import Header
from autograder.sandbox.wire.packing import Blob, unpack
from autograder.sandbox.wire.types import ARRAY, HANDLE, NUMBER, Handle, ListOf, OrNone, Seed, Spec


class Bare:
    """Has the interface of a `Submission`, and calls the learner's functions directly."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._held: list[Any] = []
        self._replies: dict[bytes, Reply] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Returns a learner's function by its name. A call of it returns the value only."""
        return lambda *args, returns=ARRAY: self.call(name, *args, returns=returns).value

    def call(self, name: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a learner's function."""
        return self.call_target(name, name, {}, args, returns)

    def once(self, name: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a learner's function, or returns what the same call gave before."""
        key = pickle.dumps((name, args, returns))
        if key not in self._replies:
            self._replies[key] = self.call(name, *args, returns=returns)
        return self._replies[key]

    def series(self, name: str, many: Sequence[Args], returns: Spec = ARRAY) -> list[Reply]:
        """Calls a learner's function several times."""
        return self.series_of(name, name, {}, many, returns)

    def new(self, name: str, *args: Any) -> RemoteObject:
        """Makes an object of a learner's class."""
        return RemoteObject(self, name, self.call(name, *args, returns=HANDLE).value)  # type: ignore[arg-type]

    def call_target(self, shown: str, name: str, target: Header, args: tuple[Any, ...], returns: Spec) -> Reply:
        """Calls a function, or a method of a held object."""
        if "handle" in target:
            return self._called(getattr(self._held[target["handle"]], name), args, returns)
        if name not in self._names:
            raise StudentProblem(Outcome.NOT_ATTEMPTED, name)
        return self._called(self._names[name], args, returns)

    def series_of(
        self, shown: str, name: str, target: Header, many: Sequence[Args], returns: Spec, until: bool | None = None
    ) -> list[Reply]:
        """Makes a series of calls of a function or method."""
        return one_by_one(lambda args: self.call_target(shown, name, target, args, returns), many, until)

    def observe(self, shown: str, request: Header, returns: Spec) -> Reply:
        """Returns the value of an attribute."""
        return Reply(self._as(getattr(self._held[request["handle"]], request["name"]), returns))

    def request(self, shown: str, request: Header, returns: None, blobs: list[bytes]) -> None:
        """Sets an attribute."""
        setattr(self._held[request["handle"]], request["name"], unpack(request["value"], Blob(b"".join(blobs))))

    def _called(self, function: Callable[..., Any], args: tuple[Any, ...], returns: Spec) -> Reply:
        given = [self._argument(arg) for arg in args]
        before = contents(given)
        with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
            warnings.simplefilter("always")
            try:
                value = function(*given)
            except Exception as error:
                raise StudentProblem(Outcome.CRASHED, "", type(error).__name__) from error
        changed = tuple(place for place, kept, old in before if differs(kept, old))
        return Reply(self._as(value, returns), type(value).__name__, tuple(str(w.message) for w in caught), changed)

    def _argument(self, arg: Any) -> Any:
        if isinstance(arg, Seed):
            return np.random.default_rng(arg.entropy)
        if isinstance(arg, Callback):
            return arg.function
        if isinstance(arg, Handle):
            return self._held[arg.number]
        if isinstance(arg, list | tuple):
            return type(arg)(map(self._argument, arg))
        if isinstance(arg, dict):
            return {key: self._argument(item) for key, item in arg.items()}
        return arg.copy() if isinstance(arg, np.ndarray) else arg

    def _as(self, value: Any, spec: Spec) -> Any:
        if isinstance(spec, tuple):
            return tuple(self._as(part, part_spec) for part, part_spec in zip(value, spec, strict=True))
        if isinstance(spec, ListOf):
            return [self._as(part, spec.item) for part in value]
        if isinstance(spec, OrNone):
            return None if value is None else self._as(value, spec.item)
        if spec == HANDLE:
            self._held.append(value)
            return Handle(len(self._held) - 1)
        return np.array(value) if spec == ARRAY else float(value) if spec == NUMBER else value


# --- checks -----------------------------------------------------------------------------------------

Call = tuple[Callable[..., None], dict[str, Any], str]  # a check, its parameters, and pytest's name of it


def put(module: dict[str, Any], names: list[str], submission: Bare, seed: str) -> int:
    """Runs checks with the random inputs that the grader would give them. Returns the number of checks passed.

    Args:
        module: the names of the module that defines the checks.
        names: pytest's names of the checks to run, in its order.
        submission: the learner's code.
        seed: the course secret.
    """
    return sum(_passes(call, submission, seed) for call in _calls(module, tuple(names)))


_known: dict[tuple[str, ...], list[Call]] = {}


def _calls(module: dict[str, Any], names: tuple[str, ...]) -> list[Call]:
    if names not in _known:
        functions = [module[name] for name in dict.fromkeys(name.partition("[")[0] for name in names)]
        calls = [(function, params) for function in functions for params in _expanded(function)]
        _known[names] = [(*call, name) for call, name in zip(calls, names, strict=True)]
    return _known[names]


def _expanded(function: Callable[..., None]) -> list[dict[str, Any]]:
    """Returns the parameters of each check that pytest makes from a function."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    cases = [[_case(mark.args[0], values) for values in mark.args[1]] for mark in marks]
    return [
        {name: value for case in combined for name, value in case.items()} for combined in itertools.product(*cases)
    ]


def _case(names: str | tuple[str, ...], values: Any) -> dict[str, Any]:
    words = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    values = getattr(values, "values", values)  # the values of a pytest.param
    return dict(zip(words, values if len(words) > 1 else [values], strict=True))


def _passes(call: Call, submission: Bare, seed: str) -> bool:
    function, given, name = call
    if "rng" in inspect.signature(function).parameters:
        given = {**given, "rng": rng_for(seed, name)}
    if "shared" in inspect.signature(function).parameters:
        exercise = next(mark for mark in function.pytestmark if mark.name == "exercise")  # type: ignore[attr-defined]
        given = {**given, "shared": rng_for(seed, exercise.args[0])}
    try:
        function(**given, submission=submission)
    except (AssertionError, StudentProblem):
        return False
    return True


# --- a class ----------------------------------------------------------------------------------------


def run(slug: str, names: list[str], files: list[Path], seed: str) -> int:
    """Runs checks of a topic on some notebooks. Returns the number of checks passed."""
    topic = find_course().topic(slug)
    release = read_release(topic.release)
    spec = importlib.util.spec_from_file_location("checks", topic.checks)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return sum(put(vars(module), names, Bare(_names(file, release)), seed) for file in files)


class _NoPlots(stubs.Finder):
    """Finds stand-ins for plots and data, which a learner's first cell imports and grading does not need."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Returns a stand-in for a module that takes a second to import and is not used."""
        return super().find_spec(fullname, path, target) if _is_plots(fullname) else None


def _is_plots(module: str) -> bool:
    return module.partition(".")[0] in ("gradwise", "matplotlib", "sklearn")


def _names(file: Path, release: Release) -> dict[str, Any]:
    """Runs a learner's cells, and returns the names that they define."""
    names: dict[str, Any] = {"__name__": "__main__", "np": np}
    without_plots, loaded = _NoPlots(), set(sys.modules)
    sys.meta_path.insert(0, without_plots)
    for cell in learner_cells(reader.read(file.read_bytes()), release):
        for code in compiled(statements(cell.source, list(cell.rest), cell.name), cell.name):
            try:
                exec(code, names)
            except Exception:  # it may need a notebook
                break
    sys.meta_path.remove(without_plots)
    for name in sys.modules.keys() - loaded:
        if _is_plots(name):  # the reference needs the real modules
            del sys.modules[name]
    return names


if __name__ == "__main__":
    slug, seed, listed, *paths = sys.argv[1:]
    print(run(slug, json.loads(Path(listed).read_text("utf-8")), [Path(path) for path in paths], seed))

"""The bare limit: the same checks put to the same code in one plain process, without any isolation.

No sandbox, no repair, no report and no gradebook: what is left is the learner's work and the checks' own.
"""

import copy
import inspect
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from autograder import notebook
from autograder.collection import collect
from autograder.course import find_course
from autograder.grader import rng_for
from autograder.process import Callback
from autograder.repair import learner_cells, read_release
from autograder.submission import Reply
from autograder.values import ARRAY, HANDLE, NUMBER, ListOf, OrNone, Seed, Spec
from autograder.worker import compiled


class Bare:
    """Looks like a `Submission` to a check, and calls the learner's functions directly."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """A learner's function by its name."""
        return lambda *args, returns=ARRAY: self.call(name, *args, returns=returns).value

    def call(self, name: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a learner's function."""
        return _called(self._names[name], args, returns)

    def new(self, name: str, *args: Any) -> "BareObject":
        """Makes an object of a learner's class."""
        return BareObject(self._names[name](*map(_argument, args)))


class BareObject:
    """Looks like a `RemoteObject`."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __call__(self, *args: Any, returns: Spec = ARRAY) -> Any:
        """Calls the object itself."""
        return _called(self.thing, args, returns).value

    def call(self, method: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a method."""
        return _called(getattr(self.thing, method), args, returns)

    def get(self, attribute: str, returns: Spec = ARRAY) -> Any:
        """The value of an attribute."""
        return _as(getattr(self.thing, attribute), returns)

    def set(self, attribute: str, value: Any) -> None:
        """Sets an attribute."""
        setattr(self.thing, attribute, value)


def _called(function: Callable[..., Any], args: tuple[Any, ...], returns: Spec) -> Reply:
    given = [_argument(arg) for arg in args]
    before = [arg.tobytes() if isinstance(arg, np.ndarray) else None for arg in given]
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        value = function(*given)
    changed = [str(i) for i, arg in enumerate(given) if before[i] is not None and arg.tobytes() != before[i]]
    return Reply(_as(value, returns), type(value).__name__, tuple(str(w.message) for w in caught), tuple(changed))


def _argument(arg: Any) -> Any:
    if isinstance(arg, Seed):
        return np.random.default_rng(arg.entropy)
    if isinstance(arg, Callback):
        return arg.function
    if isinstance(arg, BareObject):
        return arg.thing
    return copy.deepcopy(arg) if isinstance(arg, np.ndarray | list | tuple) else arg


def _as(value: Any, spec: Spec) -> Any:
    if isinstance(spec, tuple):
        return tuple(_as(part, one) for part, one in zip(value, spec, strict=True))
    if isinstance(spec, ListOf):
        return [_as(part, spec.item) for part in value]
    if isinstance(spec, OrNone):
        return None if value is None else _as(value, spec.item)
    if spec == HANDLE:
        return BareObject(value)
    return np.asarray(value) if spec == ARRAY else float(value) if spec == NUMBER else value


def put(check: Callable[..., None], submission: Bare, seed: str) -> None:
    """Puts one check, with the random inputs that the grader would give it."""
    given = {"submission": submission, "rng": rng_for(seed, check.__name__)}
    check(**{name: given[name] for name in inspect.signature(check).parameters})


def run(slug: str, files: list[Path], seed: str) -> tuple[float, int]:
    """Puts all checks of a topic to some notebooks. Gives the seconds, and how many checks were passed."""
    topic = find_course().topic(slug)
    release, checks = read_release(topic.release), collect(topic)
    passed, started = 0, time.perf_counter()
    for file in files:
        names: dict[str, Any] = {"__name__": "__main__", "np": np}
        for cell in learner_cells(notebook.read(file.read_bytes()), release):
            for code in compiled(cell.source, list(cell.rest), cell.name):
                try:
                    exec(code, names)
                except Exception:  # what needs a notebook around it
                    break
        for check in checks:
            try:
                check.run(Bare(names), rng_for(seed, check.name))  # type: ignore[arg-type]
                passed += 1
            except (AssertionError, NotImplementedError, KeyError):
                pass
    return time.perf_counter() - started, passed


if __name__ == "__main__":
    print(*run(sys.argv[1], [Path(name) for name in sys.argv[3:]], sys.argv[2]))

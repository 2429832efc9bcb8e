"""The form of an exercise's public description, and where to find one."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

# What a hidden check can look at, and what that means.
KINDS = {
    "values": "the right numbers, for inputs that you have not seen",
    "edges": "special inputs: zeros, ties, integers, nan, a single example",
    "contract": "new arrays, arguments left alone, the right types, errors and defaults",
    "randomness": "the right distribution, drawn from the rng that is passed in",
    "stability": "very large and very small inputs: no overflow, no digit lost",
}


@dataclass(frozen=True)
class Tolerance:
    """Says how close is close enough, for a visible check, its words and its pictures alike.

    The hidden checks have tolerances of their own, in `close` of the grader's `grading/expect.py`.

    Attributes:
        rtol, atol: as in `numpy.allclose`.
    """

    rtol: float = 1e-7
    atol: float = 1e-12

    def near(self, got: npt.ArrayLike, wanted: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Tells for each number whether it is as close as it should be; nan is close to nan."""
        return np.asarray(np.isclose(got, wanted, rtol=self.rtol, atol=self.atol, equal_nan=True))


@dataclass(frozen=True)
class Case:
    """One visible call. What it should give is asked of `gradwise.reference`.

    Attributes:
        function: the learner's function.
        args: what it is called with.
        advice: one thing to try when the answer is wrong.
        rtol, atol: how close is close enough, as in `numpy.allclose`.
    """

    function: str
    args: tuple[Any, ...]
    advice: str
    rtol: float = Tolerance.rtol
    atol: float = Tolerance.atol

    @property
    def tolerance(self) -> Tolerance:
        """The tolerance of this case."""
        return Tolerance(self.rtol, self.atol)


@dataclass(frozen=True)
class Script:
    """Some visible lines with a learner's class or function in them; the last line is what they should give.

    The lines run twice, with the learner's function and with the one of `gradwise.reference`. They may use ``np``
    and ``reference``. For one call with plain arguments a `Case` says it better.

    Attributes:
        function: the learner's class or function.
        lines: what is run, as a learner could type it; the last line is an expression.
        advice: one thing to try when the answer is wrong.
        rtol, atol: how close is close enough, as in `numpy.allclose`.
    """

    function: str
    lines: str
    advice: str
    rtol: float = Tolerance.rtol
    atol: float = Tolerance.atol

    @property
    def tolerance(self) -> Tolerance:
        """The tolerance of this case."""
        return Tolerance(self.rtol, self.atol)


@dataclass(frozen=True)
class Property:
    """Something that holds for a function whose value is random.

    Attributes:
        function: the learner's function.
        call: how the call is shown.
        violation: takes the learner's function, gives what is wrong with it, or None.
        advice: one thing to try.
        drawn: gives many of a function's random numbers: a histogram of the learner's stands beside the reference's.
    """

    function: str
    call: str
    violation: Callable[[Callable[..., Any]], str | None]
    advice: str
    drawn: Callable[[Callable[..., Any]], Any] | None = None
    tolerance = Tolerance()  # of its function's curves, where it has some


@dataclass(frozen=True)
class Curve:
    """A function of one variable, with its other arguments: drawn from -REACH to REACH when a case of it fails."""

    REACH: ClassVar[float] = 4.0

    function: str
    args: tuple[Any, ...] = ()

    @property
    def label(self) -> str:
        """The call as a title: ``elu(x, 0.5)``."""
        return f"{self.function}({', '.join(['x', *map(str, self.args)])})"

    @classmethod
    def grid(cls, points: int = 401) -> npt.NDArray[np.float64]:
        """The places where curves are drawn: evenly spaced numbers from -REACH to REACH."""
        return np.linspace(-cls.REACH, cls.REACH, points)


@dataclass(frozen=True)
class Exercise:
    """The description of what a learner is asked to write.

    Attributes:
        id: its name, unique in the course; the notebook's grade cell is called after it.
        functions: the names that the learner defines.
        cases: what the visible check tries.
        hints: three, each saying more: a question, an equation, a skeleton.
        curves: what can be drawn.
        outputs: what the values are called, where its functions return several.
        alone: one thing to try when that value alone is wrong, by its name.
        side: whether it is a bonus exercise without points.
        derived: whether its formula is to be derived: the hints that come near it are given after an attempt.
        scenes: short calls with places for small integers, for the questions about a learner's own code; see
            `understanding/scenes.py`. Without them the questions use the visible calls.
        training: lines that train a single weight with the learner's function, as templates like `scenes`; the last
            line gives the losses.
    """

    id: str
    functions: tuple[str, ...]
    cases: tuple[Case | Script | Property, ...]
    hints: tuple[str, str, str]
    curves: tuple[Curve, ...] = ()
    outputs: tuple[str, ...] = ()
    alone: Mapping[str, str] = field(default_factory=dict)
    side: bool = False
    derived: bool = False
    scenes: tuple[str, ...] = ()
    training: tuple[str, ...] = ()


def topics() -> list[str]:
    """The slugs of all topics that have exercises, in teaching order."""
    package = importlib.import_module(__package__)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0].isdigit())


@cache
def of_topic(slug: str) -> tuple[Exercise, ...]:
    """The exercises of a topic, in the order of its notebook."""
    exercises: tuple[Exercise, ...] = importlib.import_module(f"{__package__}.{slug}").EXERCISES
    return exercises


def by_id(name: str) -> Exercise:
    """The exercise of that name, in any topic.

    Raises:
        KeyError: there is none.
    """
    for slug in topics():
        for exercise in of_topic(slug):
            if exercise.id == name:
                return exercise
    raise KeyError(name)

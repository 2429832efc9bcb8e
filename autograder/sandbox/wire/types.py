"""The closed list of types that may cross between the grader and student code, their names and their limits.

Handles cross both ways. A dictionary, a `CallbackId`, an `Expression`, a `Previous` and a `Seed` go in only, from the
check to student code: no spec asks for one, so none comes back.

Both sides use this file. It needs the standard library only.
"""

from dataclasses import dataclass
from typing import Any

# The types a check may ask for. A tuple of specs asks for a tuple of that length.
ARRAY = "array"  # any real array; a number is returned as a 0-d array
NUMBER = "number"  # a float
INTEGER = "integer"
BOOLEAN = "boolean"
TEXT = "text"
NOTHING = "nothing"  # None
HANDLE = "handle"  # an object that stays on the far side


@dataclass(frozen=True)
class ListOf:
    """Asks for a list or tuple of any length whose items all have one spec."""

    item: "Spec"


@dataclass(frozen=True)
class OrNone:
    """Asks for a value of a spec, or None."""

    item: "Spec"


Spec = str | ListOf | OrNone | tuple["Spec", ...]


def spec_to_json(spec: Spec) -> Any:
    """Returns a spec as JSON, for the request that asks for it."""
    if isinstance(spec, ListOf | OrNone):
        return {type(spec).__name__: spec_to_json(spec.item)}
    return [spec_to_json(part) for part in spec] if isinstance(spec, tuple) else spec


def spec_from_json(tree: Any) -> Spec:
    """Returns the spec that `spec_to_json` wrote. For the far side, which trusts the grader."""
    if isinstance(tree, dict):
        ((name, item),) = tree.items()
        return ListOf(spec_from_json(item)) if name == "ListOf" else OrNone(spec_from_json(item))
    return tuple(spec_from_json(part) for part in tree) if isinstance(tree, list) else str(tree)


DTYPES = frozenset({"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8"})
MAX_BYTES = 1 << 22
MAX_ITEMS = 10_000
MAX_NDIM = 8
MAX_TEXT = 10_000
MAX_INTEGER = 2**63


class ProtocolError(Exception):
    """The other side sent something that is neither a frame nor a value, or that breaks a limit."""


class Mismatch(Exception):
    """A value does not have the type that was asked for. The text describes the value."""


@dataclass(frozen=True)
class Handle:
    """A learner's object that the far side holds under a number."""

    number: int


@dataclass(frozen=True)
class CallbackId:
    """A function of a check that student code calls back over the pipe, and the types of its arguments.

    Attributes:
        number: its position among the functions passed in this call.
        takes: the types of the arguments; further arguments have the last type.
    """

    number: int
    takes: tuple["Spec", ...]


@dataclass(frozen=True)
class Expression:
    """A function that is written down as an expression of its parameters: see `formulas`."""

    text: str
    of: str


@dataclass(frozen=True)
class Previous:
    """What the call before returned, in a series of calls; or a part of it, if that was a tuple."""

    part: int | None = None


@dataclass(frozen=True)
class Seed:
    """A random generator, made on the far side: ``np.random.default_rng(entropy)``."""

    entropy: int

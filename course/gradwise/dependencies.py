"""Finds what a function uses that does not travel with its notebook."""

import dis
from collections.abc import Callable, Iterator
from types import CodeType, ModuleType
from typing import Any


def stays_behind(function: Callable[..., Any]) -> list[str]:
    """Names what a graded function uses, itself or by helpers, that neither NumPy, Python nor its notebook defines.

    Args:
        function: a function or a class.
    """
    if str(getattr(function, "__module__", "")).startswith("gradwise.reference"):
        return []  # the reference is not a learner's answer
    missing: set[str] = set()
    _look(function, missing, set())
    return sorted(missing)


def _look(thing: Any, missing: set[str], seen: set[int]) -> None:
    for code, names in _with_globals(thing):
        for name in outer_names(code) & names.keys():
            used = names[name]
            if id(used) in seen:
                continue
            seen.add(id(used))
            if _is_absent(used):
                missing.add(f"`{name}`")
            elif list(codes_of(used)):
                _look(used, missing, seen)


def _with_globals(thing: Any) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    members = vars(thing).values() if isinstance(thing, type) else [thing]
    for member in members:
        plain = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if isinstance(getattr(plain, "__code__", None), CodeType):
            yield plain.__code__, plain.__globals__


def outer_names(code: CodeType) -> set[str]:
    """The names that a code looks up outside of itself: neither attributes nor local names."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inner = (outer_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return names.union(*inner)


# Libraries that are absent where notebooks are graded. The sandbox has stand-ins for the same ones: a test compares.
ABSENT = frozenset(
    {
        *("IPython", "ipywidgets", "jax", "keras", "matplotlib", "pandas", "plotly", "scipy", "seaborn", "sklearn"),
        *("tensorflow", "torch", "torchvision", "tqdm"),
    }
)


def _is_absent(thing: Any) -> bool:
    module = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None) or ""
    return str(module).split(".")[0] in {*ABSENT, "gradwise"}


def codes_of(thing: Any) -> Iterator[CodeType]:
    """The code of a function, or of each method of a class."""
    if isinstance(thing, type):
        for member in vars(thing).values():
            yield from codes_of(getattr(member, "fget", None) or getattr(member, "__func__", member))
    elif isinstance(getattr(thing, "__code__", None), CodeType):
        yield thing.__code__

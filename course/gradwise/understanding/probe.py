"""Runs small calls of some code, and notes what its lines hold: the part that runs where the code runs.

The grader sends this file into the sandbox, with those that it imports. So they need Python and NumPy only, and what it
returns is plain data. Every value is noted twice, in two ways: a question is made only where both agree.
"""

import ast
import contextlib
import io
import json
import sys
import warnings
from collections.abc import Iterator
from types import CodeType
from typing import Any

import numpy as np

from .draws import Draws, Order
from .tracing import FILE, MOST_LINES, MOST_NOTED, Plan, Planted, TooLong, Tracer
from .values import exactly, is_easy, noted_value, numbers_in, told

UNFINISHED = ("it does not end", "it cannot be run")


def _run(names: dict[str, Any], scene: str) -> Any:
    """Runs a scene, and returns the value of its last line."""
    tree = ast.parse(scene)
    last: Any = tree.body.pop()
    exec(compile(tree, "<scene>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<scene>", "eval"), names)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _fresh(code: CodeType) -> dict[str, Any]:
    names = {"__name__": "your_code", "np": np, "Draws": Draws, "Order": Order}
    exec(code, names)
    return names


def _ended(names: dict[str, Any], scene: str) -> dict[str, Any]:
    try:
        value = _run(names, scene)
        return {"end": told(value), "exact": exactly(value), "easy": is_easy(value)}
    except TooLong:
        return {"end": None, "exact": UNFINISHED[0]}
    except RecursionError:
        return {"end": None, "exact": UNFINISHED[0]}
    except Exception as error:
        kind = next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins")
        return {"end": f"an error: {kind}", "exact": kind, "error": True}


def _traced(plan: Plan, code: CodeType, scene: str, *, deep: bool) -> dict[str, Any]:
    """Runs a scene by the interpreter's trace, and returns what was noted."""
    tracer, before = Tracer(plan, deep=deep), sys.gettrace()
    sys.settrace(tracer)
    try:
        names = _fresh(code)
        tracer.inputs.clear()
        tracer.lines, tracer.counts, tracer.seen, tracer.steps = 0, {}, {}, []
        result = _ended(names, scene)
    except (TooLong, Exception):
        result = {"end": None, "exact": UNFINISHED[1]}
    finally:
        sys.settrace(before)
    if result["exact"] in UNFINISHED:  # how far it came depends on the machine
        return {**result, "lines": MOST_LINES, "counts": {}, "seen": {}, "steps": [], "inputs": []}
    result["lines"] = tracer.lines
    if not deep:
        return result
    inputs = sorted({shape for shapes in tracer.inputs for shape in shapes})
    return {
        **result,
        "counts": tracer.counts,
        "seen": tracer.seen,
        "steps": tracer.steps,
        "inputs": inputs,
    }


def _again(source: str, scene: str) -> dict[str, Any]:
    """Runs a scene in code with planted statements. Returns what was noted, and the effort until then."""
    tree = ast.parse(source)
    seen: dict[int, list[Any]] = {}
    counts: dict[int, int] = {}
    effort = [0, 0]

    def counted(value: Any) -> Any:
        numbers = numbers_in(value)
        effort[0] += max(1, len(numbers))
        effort[1] += not is_easy(value)
        if effort[0] > 20 * MOST_LINES:
            raise TooLong
        return value

    def ran(number: int) -> None:
        counts[number] = counts.get(number, 0) + 1
        if counts[number] > MOST_LINES:
            raise TooLong

    def noted(number: int, value: Any) -> Any:
        notes = seen.setdefault(number, [])
        if len(notes) < MOST_NOTED:
            notes.append([*noted_value(value), *effort])
        return value

    try:
        code = compile(ast.fix_missing_locations(Planted(tree).visit(tree)), "<again>", "exec")
        names = {"__name__": "your_code", "np": np, "Draws": Draws, "Order": Order}
        names |= {"_counted_": counted, "_noted_": noted, "_ran_": ran}
        exec(code, names)
        effort[:] = 0, 0
        seen.clear()
        counts.clear()
        result = _ended(names, scene)
    except (TooLong, Exception):
        result = {"end": None, "exact": UNFINISHED[1]}
    return {**result, "seen": seen, "counts": counts, "effort": effort}


def _job(job: dict[str, Any]) -> list[Any] | None:
    try:
        plan = Plan(ast.parse(job["source"]))
        code = compile(job["source"], FILE, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    results = []
    for place, scene in enumerate(job["scenes"]):
        result = _traced(plan, code, scene, deep=place < job["deep"])
        if job["twice"]:
            result["again"] = _again(job["source"], scene)
        results.append(result)
    return results


def run_all(jobs: list[dict[str, Any]]) -> list[Any]:
    """Runs each job, and returns for each a list with what was noted of each scene; None for code that is not Python.

    Args:
        jobs: each with a source, its scenes, in how many of these its statements are noted, and whether twice.
    """
    with _quiet():
        return [_job(job) for job in jobs]


def run_packed(jobs: Any) -> Any:
    """Does what `run_all` does, with JSON as an array of bytes: so it crosses the grader's wire."""
    results = run_all(json.loads(np.asarray(jobs, np.uint8).tobytes()))
    return np.frombuffer(json.dumps(results).encode(), np.uint8)

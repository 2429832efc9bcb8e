"""Chooses whom to ask in an oral: by lot, and with more weight where a talk would tell most. It accuses nobody."""

import ast
import json
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.core.results import SubmissionResult
from autograder.core.text import counted

HIGH = 0.9  # the share of the points from which a score is high
FEW_RUNS = 1.5  # runs for each cell that was run: with fewer a notebook was hardly tried out
UNLIKE = 2.5  # times the usual distance of a class from its own earlier style
ENOUGH = 8  # learners without whom a usual distance says nothing
WEIGHT = 4.0  # of a learner with a reason, for each reason; of all others 1
ALIKE = 0.8  # the share of an answer from which it resembles another


@dataclass(frozen=True)
class Signs:
    """What is known of one learner besides the points.

    Attributes:
        runs: how many cells were run in all, by the numbers beside them; None if they are not there.
        cells: how many cells were run at least once.
        alike: the learner whose answers resemble these most, and the share; None if no share is known.
        style: the style of this submission, as `style_of` measures it.
        earlier: the style of each earlier submission.
    """

    runs: int | None = None
    cells: int = 0
    alike: tuple[str, float] | None = None
    style: tuple[float, ...] = ()
    earlier: tuple[tuple[float, ...], ...] = ()


def reasons_for(results: Mapping[str, SubmissionResult], signs: Mapping[str, Signs]) -> dict[str, list[str]]:
    """Returns for each learner the reasons, in sentences, why a talk would tell more than with others."""
    drift = {name: _distance(one.style, one.earlier) for name, one in signs.items()}
    known = [value for value in drift.values() if value is not None]
    usual = statistics.median(known) if len(known) >= ENOUGH else None
    reasons: dict[str, list[str]] = {}
    for name, result in results.items():
        one, told = signs.get(name, Signs()), reasons.setdefault(name, [])
        high = result.max_score > 0 and result.score >= HIGH * result.max_score
        if high and one.runs is not None and one.cells and one.runs <= FEW_RUNS * one.cells:
            told.append(
                f"A high score with few attempts: {counted(one.runs, 'run')} in all, of {counted(one.cells, 'cell')}. "
                "The code may have been written elsewhere, or right at once."
            )
        if one.alike is not None and one.alike[1] >= ALIKE:
            told.append(
                f"{one.alike[1]:.0%} of an answer resembles one by {one.alike[0]}. "
                "Short exercises have few right answers, and people may work together."
            )
        value = drift.get(name)
        if usual and value is not None and value > UNLIKE * usual:
            told.append(
                "The style is unlike that of the earlier submissions (comments, names, length of lines). "
                "People learn, and copy a style from what they read."
            )
    return reasons


def chosen(reasons: Mapping[str, Sequence[str]], number: int, seed: int, *, weighted: bool) -> list[str]:
    """Draws learners without repetition.

    Args:
        reasons: the reasons of each learner.
        number: how many are drawn; all if there are fewer.
        seed: of the lot.
        weighted: whether a learner with reasons is drawn more often.
    """
    rng = random.Random(seed)
    weights = {name: 1 + WEIGHT * len(told) * weighted for name, told in reasons.items()}
    drawn: list[str] = []
    while weights and len(drawn) < number:
        (name,) = rng.choices(list(weights), list(weights.values()))
        drawn.append(name)
        del weights[name]
    return drawn


def runs_in(data: bytes) -> tuple[int, int] | None:
    """Returns how many cells of a submitted notebook were run, and the number of runs; None if that is unknown."""
    try:
        cells = json.loads(data)["cells"]
        counts = [cell["execution_count"] for cell in cells if cell.get("execution_count") is not None]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    counts = [count for count in counts if type(count) is int and 0 < count < 10**6]
    return (len(counts), max(counts)) if counts and max(counts) >= len(counts) else None


def style_of(code: str) -> tuple[float, ...]:
    """Measures the style of code: comments, docstrings, type hints, length of names and lines, loops, blank lines.

    Returns an empty tuple for code that is not Python, or too short to have a style.
    """
    lines = [line for line in code.split("\n") if line.strip()]
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    if len(lines) < 10 or not functions:
        return ()
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    hints = sum(arg.annotation is not None for node in functions for arg in node.args.args)
    loops = sum(isinstance(node, ast.For | ast.While) for node in ast.walk(tree))
    return (
        sum("#" in line for line in lines) / len(lines),
        sum(ast.get_docstring(node) is not None for node in functions) / len(functions),
        hints / max(1, sum(len(node.args.args) for node in functions)),
        statistics.fmean(map(len, names)) / 10 if names else 0.0,
        statistics.fmean(map(len, lines)) / 40,
        loops / len(functions),
        (code.count("\n") + 1 - len(lines)) / len(lines),
    )


def _distance(style: tuple[float, ...], earlier: Sequence[tuple[float, ...]]) -> float | None:
    before = [one for one in earlier if one]
    if not style or not before:
        return None
    mean = [statistics.fmean(values) for values in zip(*before, strict=True)]
    return sum(abs(new - old) for new, old in zip(style, mean, strict=True))

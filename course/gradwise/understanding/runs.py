"""What a learner's function and its mutants do in small scenes: what all questions about it are made from."""

import ast
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises import Exercise
from ..mutants.planting import Mutant, mutants_of
from . import probe
from .scenes import drawn, templates
from .source import Code
from .tracing import header_end

Job = dict[str, Any]
Run = Callable[[list[Job]], list[Any]]  # runs jobs as `probe.run_all` does, here or in the grader's sandbox

DEEP = 2  # scenes in which the values of statements are noted
SCENES = 10  # in all, for one function
MOST_STATEMENTS = 8  # in which mistakes are planted
MOST_MUTANTS = 36
MOST_LINES = 16_000  # of code that are run for one function
SILLY = ('x"', "x'", " in []")  # a changed text, and a loop over nothing: nobody writes that by mistake


def run_here(jobs: list[Job]) -> list[Any]:
    """Runs jobs in this process, as a learner's notebook does."""
    packed = np.frombuffer(json.dumps(jobs).encode(), np.uint8)
    results: list[Any] = json.loads(probe.run_packed(packed).tobytes())
    return results


@dataclass(frozen=True)
class Runs:
    """What one function of an exercise does.

    Attributes:
        code: the learner's code.
        function: the function.
        scenes: what was run; in the first `deep` of them the values of statements are known.
        deep: the number of these.
        base: what the learner's own code did in each scene.
        mutants: changes of the code, each with what it did in each scene.
        training: lines that train a weight with the function; empty if the exercise has none.
        trained: what came of these lines, with the learner's own code first, and then with each mutant.
    """

    code: Code
    function: str
    scenes: list[str]
    deep: int
    base: list[dict[str, Any]]
    mutants: list[tuple[Mutant, list[dict[str, Any]]]]
    training: str = ""
    trained: tuple[Any, ...] = ()


def runs_of(exercise: Exercise, function: str, code: Code, rng: random.Random, run: Run) -> Runs | None:
    """Runs a function and its mutants; None if there is no scene in which the function runs to its end."""
    patterns = templates(exercise, function)
    if not patterns:
        return None
    scenes = list(dict.fromkeys(drawn(patterns[turn % len(patterns)], rng) for turn in range(2 * SCENES)))[:SCENES]
    job = {"source": code.text, "scenes": scenes, "deep": len(scenes), "twice": True}
    base = run([job])[0]
    if base is None:
        return None
    order = [place for place, one in enumerate(base) if is_steady(one) and one["end"] is not None]
    order = sorted(order, key=lambda place: base[place]["again"]["effort"])  # those that are least to compute first
    order += [place for place, one in enumerate(base) if is_steady(one) and place not in order]
    deep = min(DEEP, len(order))
    if not deep or not base[order[0]]["counts"]:
        return None
    lines = max(base[place]["lines"] for place in order[:deep])
    order = order[: max(deep + 2, MOST_LINES // (lines * MOST_MUTANTS))]
    scenes, base = [scenes[place] for place in order], [base[place] for place in order]
    most = max(12, min(MOST_MUTANTS, MOST_LINES // (lines * len(scenes))))
    mutants = _sampled(code, {int(number) for one in base for number in one["counts"]}, most, rng)
    jobs = [{"source": mutant.source, "scenes": scenes, "deep": deep, "twice": False} for mutant in mutants]
    results = run(jobs)
    kept = [(mutant, result) for mutant, result in zip(mutants, results, strict=True) if result is not None]
    training, trained = _trained(exercise, function, code, [mutant for mutant, _ in kept], rng, run)
    return Runs(code, function, scenes, deep, base, kept, training, trained)


def _trained(
    exercise: Exercise, function: str, code: Code, mutants: list[Mutant], rng: random.Random, run: Run
) -> tuple[str, tuple[Any, ...]]:
    fitting = [template for template in exercise.training if f"{function}(" in template]
    if not fitting:
        return "", ()
    scene = drawn(rng.choice(fitting), rng)
    sources = [code.text, *(mutant.source for mutant in mutants)]
    results = run([{"source": source, "scenes": [scene], "deep": 0, "twice": False} for source in sources])
    return scene, tuple(result[0] for result in results)


def is_steady(result: dict[str, Any]) -> bool:
    """Tells whether a scene ran to its end, and both ways of running it agree."""
    again = result.get("again", result)
    return result["exact"] not in probe.UNFINISHED and result["exact"] == again["exact"]


def _sampled(code: Code, executed: set[int], most: int, rng: random.Random) -> list[Mutant]:
    """Returns some mutants of the statements that are executed."""
    simple = sorted(number for number in executed if not isinstance(code.statements[number], ast.FunctionDef))
    chosen = simple if len(simple) <= MOST_STATEMENTS else rng.sample(simple, MOST_STATEMENTS)
    lines: set[int] = set()
    for number in chosen:
        node = code.statements[number]
        lines |= set(range(node.lineno, header_end(node) + 1))
    every = list(_sensible(mutants_of(code.text, lines=lines)))
    return every if len(every) <= most else sorted(rng.sample(every, most), key=lambda mutant: mutant.line)


def _sensible(mutants: Iterable[Mutant]) -> Iterable[Mutant]:
    """Yields the mutants that change a few lines in a way that a person could have written."""
    for mutant in mutants:
        lines = mutant.diff.split("\n")
        new = [line[1:].strip() for line in lines if line.startswith("+")]
        if len(new) <= 2 and len(lines) - len(new) <= 3 and not any(ending in mutant.diff for ending in SILLY):
            yield mutant

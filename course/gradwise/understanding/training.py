"""What training with a changed line looks like: the losses of one weight, in the few ways that a curve can go."""

import json
import random
from collections.abc import Iterator
from typing import Any

from . import showing
from .choosing import FEWEST
from .question import Question
from .runs import Runs

FALLS, STAYS, GROWS, SLOW = (
    "the loss falls to almost 0",
    "the loss does not change at all",
    "the loss grows",
    "the loss falls, and is still well above 0 at the end",
)
NEAR = 0.01  # of the first loss: almost 0
SAME = 0.001  # of the first loss: no change
CLEAR = 0.1  # of the first loss: well above 0


def outcome(result: dict[str, Any]) -> str | None:
    """Returns in words how the losses went; None if they are no curve, or one that is hard to tell."""
    try:
        losses = json.loads(result["exact"].replace("nan", "NaN").replace("inf", "Infinity"))
        first, last, most = float(losses[0]), float(losses[-1]), max(map(float, losses))
    except (ValueError, TypeError, IndexError):
        return None
    if last != last or (most > 2 * first and last > first):
        return GROWS
    if all(abs(loss - first) <= SAME * first for loss in losses):
        return STAYS
    if last <= NEAR * first:
        return FALLS
    return SLOW if CLEAR * first <= last < (1 - CLEAR) * first else None


def training(runs: Runs, rng: random.Random) -> Iterator[Question]:
    """What training will look like with one mistake planted; wrong is what other mistakes make of it."""
    if not runs.trained:
        return
    own, *others = map(outcome, runs.trained)
    found = sorted({one for one in (own, *others) if one is not None})
    if own is None or len(found) < FEWEST:
        return
    for (mutant, _), here in zip(runs.mutants, others, strict=True):
        if here is None or here == own:
            continue
        node, new = runs.code.statements[mutant.statement], showing.changed_lines(mutant)
        choices = tuple(rng.sample(found, len(found)))
        line = showing.line_words(runs.code, node)
        executed = {int(key) for key in runs.base[0]["counts"]}
        yield Question(
            "training", f"A mistake in {line}: the weight is trained with it. What will training look like?",
            showing.shown(runs.code, runs.function, node, executed), runs.training, f"the changed line: {new}",
            choices, choices.index(here),
            (f"With the mistake: {here}.", f"As your code stands: {own}."),
            "Which way the weight moves in the first step, and whether that step is too long.",
            "How would you notice this mistake in a real training run?",
            ("training", mutant.statement, new), 2,
            {"what": "training", "source": mutant.source, "scene": runs.training},
        )  # fmt: skip

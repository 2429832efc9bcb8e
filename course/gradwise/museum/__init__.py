"""The museum of real bugs: trainers that learners wrote, retold, each with the curve that gives it away.

``museum.names()`` lists them, ``museum.show(name)`` draws a broken trainer's curve over the healthy one and has its
numbered source ready, and ``museum.accuse(name, line)`` says whether that line is the bug.
"""

import html

from .. import kernel, plots
from . import evaluation, lab, layers, steps
from .exhibit import Exhibit, mean_of_end

__all__ = ["accuse", "exhibits", "names", "show"]

_STEP, _LOSS = "mean |step| / learning rate", "training loss"
_ALL = (
    Exhibit(
        layers.too_bright,
        lab.digits,
        "My dropout layer changes the mean of what goes through it. It should not.",
        "mean with dropout / without",
    ),
    Exhibit(
        layers.learns_by_heart,
        lab.moons,
        "I have dropout of one half, and it overfits as if there were none.",
        "test loss",
    ),
    Exhibit(
        steps.tires_early,
        lab.digits,
        "My Adam passed the test of the first step. Later it gets slow.",
        _STEP,
        "step",
    ),
    Exhibit(
        steps.falls_asleep,
        lab.digits,
        "My Adam makes the right first step. Then the loss does not move any more.",
        _LOSS,
        "step",
    ),
    Exhibit(
        steps.deaf_to_its_rate,
        lab.digits,
        "My RMSProp passed all tests at lr = 0.01. At 0.0001 its steps are far longer than they should be.",
        _STEP,
        "step",
    ),
    Exhibit(
        layers.nervous_at_the_exam,
        lab.digits,
        "Training is calm, and the test accuracy jumps up and down.",
        "test accuracy",
        "exam, one after 20 steps each",
    ),
    Exhibit(
        layers.forgets_at_the_exam,
        lab.digits,
        "The training loss is fine, the test loss is far above it, and it is not overfitting.",
        "test loss",
    ),
    Exhibit(steps.crawls, lab.digits, "It learns, but so slowly.", _LOSS),
    Exhibit(
        evaluation.still_rehearsing,
        lab.digits,
        "My test accuracy is poor, and it differs each time I ask.",
        "test accuracy",
    ),
    Exhibit(
        layers.fades_away,
        lab.digits,
        "With weight decay my batch normalization layer passes on less and less.",
        "mean |gamma|",
    ),
    Exhibit(
        evaluation.too_good_to_be_true,
        lab.coins,
        "The longer I try, the better my test accuracy. The classes are coin flips.",
        "reported test accuracy",
        "attempt",
    ),
    Exhibit(
        steps.only_the_first_time,
        lab.digits,
        "The first of my three runs is fine, the others are bad.",
        "test accuracy",
        "epoch, three runs in a row",
    ),
    Exhibit(
        evaluation.remembers_the_last,
        lab.moons,
        "I keep the best weights and restore them. They are no better than the last.",
        "validation loss of what is kept",
    ),
    Exhibit(evaluation.learns_nothing, lab.digits, "Everything runs, and nothing is learned.", "test loss"),
    Exhibit(
        steps.cannot_be_sure,
        lab.digits,
        "The accuracy is good, and the loss will not go below 1.46.",
        _LOSS,
    ),
)


def exhibits() -> tuple[Exhibit, ...]:
    """All broken trainers, in the order of the rooms."""
    return _ALL


def names() -> list[str]:
    """The names of the broken trainers, by what ails them, not by what is wrong."""
    return [exhibit.name for exhibit in _ALL]


def show(name: str) -> None:
    """Draws a broken trainer's curve over the healthy one, with its source behind a click, its lines numbered.

    Args:
        name: one of `names()`.
    """
    exhibit = _find(name)
    exhibit.run()
    figure, (ax,) = plots.figure(1, 3.6)
    plots.spread(ax, exhibit.healthy, "healthy", start=1)
    plots.spread(ax, exhibit.broken, "as it is", start=1, style="--")
    ax.set(xlabel=exhibit.every, ylabel=exhibit.measured, title=name)
    seen = [value for curve in exhibit.broken + exhibit.healthy for value in curve]
    if "accuracy" not in exhibit.measured and 0 < 20 * min(seen) < max(seen):
        ax.set_yscale("log")
    ended, mended = mean_of_end(exhibit.broken), mean_of_end(exhibit.healthy)
    plots.caption(
        figure,
        f"Its author says: “{exhibit.complaint}”\n"
        f"Last fifth: {ended:.3g} as it is, {mended:.3g} when healthy (mean of 3 seeds; bands: lowest to highest).",
    )
    source = (
        f"<details><summary>The source of {name}: which line is it?</summary>"
        f'<pre style="white-space: pre-wrap; color: inherit; background: none">{html.escape(exhibit.listing)}</pre>'
        "</details>"
    )
    kernel.show(plots.pictures() + source, exhibit.listing)


def accuse(name: str, line: int) -> str:
    """Says whether a line of a broken trainer is the bug: what the minimal fix is, or why the line is innocent.

    Args:
        name: one of `names()`.
        line: a number in the listing that `show` prints.

    Raises:
        ValueError: there is no such trainer or no such line.
    """
    return _find(name).verdict(line)


def _find(name: str) -> Exhibit:
    for exhibit in _ALL:
        if exhibit.name == name:
            return exhibit
    raise ValueError(f"The museum has no {name!r}. It has {', '.join(names())}.")

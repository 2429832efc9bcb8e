"""What a claim is: an experiment that is run with fresh seeds in two settings, and what must come out of it.

@claim(
    "4.6",
    "ReLU networks need He's weights: Xavier's learn less.",
    above("he", "xavier"),
    settings={"5 epochs": {"epochs": 5}, "10 epochs": {"epochs": 10}},
)
def he_beats_xavier(seed, epochs):
    return {"he": accuracy(he, seed, epochs), "xavier": accuracy(xavier, seed, epochs)}
"""

import importlib.util
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.core.course import Course, Topic
from autograder.core.outcomes import GraderFault

FEWEST = 12  # paired seeds of each setting
MOST_SETTINGS = 4  # each has a thousand seeds of its own in a generation
GENERATION = 1  # of the seeds that judge a claim, if it names no other

Experiment = Callable[..., Mapping[str, float]]


@dataclass(frozen=True)
class Comparison:
    """What must come out: the mean over seeds of arm `a`, or of `a` minus `b`, lies between two numbers.

    Attributes:
        a: an arm of the experiment.
        b: the arm that it is compared with, seed by seed; empty for none.
        low: the mean must be above this.
        high: the mean must be below this.
        only: the setting to which this applies; empty for all.
    """

    a: str
    b: str = ""
    low: float = -math.inf
    high: float = math.inf
    only: str = ""


def above(a: str, b: str = "", by: float = 0.0, *, only: str = "") -> Comparison:
    """Arm `a` is higher than arm `b` (or than 0, without one), by more than a number."""
    return Comparison(a, b, low=by, only=only)


def alike(a: str, b: str, within: float, *, only: str = "") -> Comparison:
    """Two arms differ by less than a number, whichever is higher."""
    return Comparison(a, b, -within, within, only)


def between(a: str, low: float, high: float, *, only: str = "") -> Comparison:
    """The mean of an arm lies between two numbers."""
    return Comparison(a, "", low, high, only)


@dataclass(frozen=True)
class Claim:
    """A row of the ledger.

    Attributes:
        name: the experiment's name, by which a text refers to the row.
        topic: the slug of the text.
        section: where in the text the claim stands.
        says: the claim, in a sentence for learners.
        comparisons: what must come out, each in all settings or in the one that it names.
        settings: a few words -> arguments of the experiment. The text's own setting is the first.
        seeds: number of seeds of each setting.
        generation: of its seeds. Texts were written from seeds below 100 and from generation 0. A claim that was put in
            other words after a run is judged by the next generation, which nobody has seen.
        experiment: ``(seed, **setting) -> {arm: number}``.
        path: the file of the experiment.
    """

    name: str
    topic: str
    section: str
    says: str
    comparisons: Sequence[Comparison]
    settings: Mapping[str, Mapping[str, Any]]
    seeds: int
    generation: int
    experiment: Experiment = field(compare=False)
    path: Path = field(compare=False)

    def seeds_of(self, setting: str) -> range:
        """The seeds of a setting: no two settings share one, and no two generations."""
        first = 10_000 * self.generation + 1_000 * (1 + list(self.settings).index(setting))
        return range(first, first + self.seeds)


def claim(
    section: str,
    says: str,
    *comparisons: Comparison,
    settings: Mapping[str, Mapping[str, Any]],
    seeds: int = FEWEST,
    generation: int = GENERATION,
) -> Callable[[Experiment], Experiment]:
    """Marks an experiment as a row of the ledger. See `Claim` for the arguments."""

    def mark(experiment: Experiment) -> Experiment:
        experiment.claim = (section, says, comparisons, settings, seeds, generation)  # type: ignore[attr-defined]
        return experiment

    return mark


def files_of(course: Course) -> list[Topic]:
    """Returns the topics that have a file of experiments, handouts included."""
    every = [*course.topics, *course.handouts.values()]
    return [topic for topic in every if topic.experiments.is_file()]


def claims_of(topic: Topic) -> list[Claim]:
    """Returns the claims of a topic, in the order of its file; none if it has no file.

    Raises:
        GraderFault: a claim lacks seeds, a second setting, or a comparison; the message says which.
    """
    if not topic.experiments.is_file():
        return []
    module = load(topic.experiments)
    claims = []
    for name, thing in vars(module).items():
        if hasattr(thing, "claim"):
            section, says, comparisons, settings, seeds, generation = thing.claim
            rest = settings, seeds, generation, thing, topic.experiments
            claims.append(Claim(name, topic.slug, section, says, comparisons, *rest))
    for row in claims:
        _must_be_whole(row)
    return claims


def load(path: Path) -> Any:
    """Runs a file of experiments as a module."""
    spec = importlib.util.spec_from_file_location(f"evidence_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _must_be_whole(row: Claim) -> None:
    where = f"{row.path.name}, {row.name}"
    if row.seeds < FEWEST:
        raise GraderFault(f"{where}: {row.seeds} seeds are too few. Take at least {FEWEST}.")
    if not 2 <= len(row.settings) <= MOST_SETTINGS:
        raise GraderFault(f"{where}: a claim needs two settings at least, and at most {MOST_SETTINGS}.")
    if not row.comparisons:
        raise GraderFault(f"{where}: say what must come out, with above, alike or between.")
    for comparison in row.comparisons:
        if comparison.only and comparison.only not in row.settings:
            raise GraderFault(f"{where}: there is no setting {comparison.only!r}.")
    for setting in row.settings:
        if all(comparison.only not in ("", setting) for comparison in row.comparisons):
            raise GraderFault(f"{where}: nothing must come out in the setting {setting!r}.")

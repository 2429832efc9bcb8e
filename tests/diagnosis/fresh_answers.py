"""Fresh wrong answers, from which the catalogue was not made: the names that each may get, and how well diagnosis does.

They stand beside this file: those for tuning the diagnosis, those held out, and under a date those of later measurings,
in which right answers stand too. Each begins with a line

    # %% elu: elu-alpha-ignored + elu-grad-plus-one
    # %% elu: elu-alpha-ignored | elu-bracket          either name is right
    # %% elu: elu-alpha-ignored | elu-bracket ?        either name, or nothing
    # %% elu: silence                                  a mistake that has no name
    # %% elu: right                                    a right answer
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.core.cell import Cell
from autograder.core.results import ExerciseResult
from autograder.grading.grader import Grader

FOLDER = Path(__file__).resolve().parent
SETS = sorted(path.name for path in FOLDER.iterdir() if any(path.glob("??_*.py")))


@dataclass(frozen=True)
class Answer:
    """A wrong answer.

    Attributes:
        set: its folder: "tuning", "held_out", or one with a date.
        names: for each mistake in it, the names that are right.
        optional: true if silence is right as well.
    """

    set: str
    slug: str
    exercise: str
    names: tuple[frozenset[str], ...]
    optional: bool
    source: str

    @cached_property
    def accepted(self) -> frozenset[str]:
        return frozenset().union(*self.names)

    def graded(self, grader: Grader) -> ExerciseResult:
        """Grades it in a notebook in which all other answers are right."""
        cells = [*grader.solution, Cell("fresh", f"import math\nimport numpy as np\n{self.source}")]
        (result,) = grader.grade_cells("learner", cells, [self.exercise]).exercises
        return result


def read_answers(slug: str) -> list[Answer]:
    """Reads the fresh wrong answers to a topic, of all sets."""
    answers = []
    for folder, exercise, named, source in _blocks(slug):
        if named != "right":
            terms = [] if named == "silence" else named.removesuffix(" ?").split(" + ")
            names = tuple(frozenset(term.split(" | ")) for term in terms)
            answers.append(Answer(folder, slug, exercise, names, named.endswith(" ?"), source))
    return answers


def read_right_answers(slug: str) -> list[Answer]:
    """Reads the fresh right answers to a topic."""
    blocks = _blocks(slug)
    return [
        Answer(folder, slug, exercise, (), False, source)
        for folder, exercise, named, source in blocks
        if named == "right"
    ]


def _blocks(slug: str) -> Iterator[tuple[str, str, str, str]]:
    """Yields the set, the exercise, what the head says, and the code of each answer to a topic."""
    for folder in SETS:
        path = FOLDER / folder / f"{slug}.py"
        if not path.is_file():
            continue
        for block in re.split(r"^# %% ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            head, source = block.split("\n", 1)
            exercise, named = head.split(": ")
            yield folder, exercise, named, source


@dataclass(frozen=True)
class Measured:
    """Counts of a diagnosis over many answers.

    Attributes:
        named: names that were given.
        right: those of `named` that were right.
        wanted: mistakes that have a name.
        recognised: those of `wanted` that got one of their names.
    """

    named: int
    right: int
    wanted: int
    recognised: int

    @property
    def precision(self) -> float:
        return self.right / self.named

    @property
    def recall(self) -> float:
        return self.recognised / self.wanted


def measure(diagnosed: Iterable[tuple[Answer, set[str]]]) -> Measured:
    """Counts, over answers and the names that the diagnosis gave them, what precision and recall need."""
    named = right = wanted = recognised = 0
    for answer, given in diagnosed:
        named += len(given)
        right += len(given & answer.accepted)
        if not answer.optional:
            wanted += len(answer.names)
            recognised += sum(bool(names & given) for names in answer.names)
    return Measured(named, right, wanted, recognised)

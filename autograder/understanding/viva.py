"""A sheet for a five-minute oral: questions about one learner's own submission, for the teacher alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from gradwise.exercises import of_topic
from gradwise.understanding.question import Question
from gradwise.understanding.source import gather

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault
from autograder.core.results import SubmissionResult
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.grading.understanding import probe_in, questions_again
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

QUESTIONS = 5


@dataclass(frozen=True)
class Item:
    """One question of a sheet.

    Attributes:
        exercise: the exercise.
        question: the question, with its answer and what the run of the code shows.
        mistake: the sentence of a misconception that is common there; empty if there is none.
    """

    exercise: str
    question: Question
    mistake: str


@dataclass(frozen=True)
class Sheet:
    """The sheet of one learner.

    Attributes:
        student: the learner.
        score, max_score: the points of the checks.
        reasons: why this learner was chosen, in sentences; empty if by name or by lot.
        items: the questions.
        note: a sentence, if there are fewer questions than there should be.
    """

    student: str
    score: float
    max_score: float
    reasons: tuple[str, ...]
    items: tuple[Item, ...]
    note: str = ""


def sheet_for(
    topic: Topic,
    result: SubmissionResult,
    cells: Sequence[Cell],
    sandbox: Sandbox,
    seed: int,
    reasons: Sequence[str] = (),
) -> Sheet:
    """Makes the sheet of one learner: about different exercises, those with most points first.

    Args:
        topic: the topic.
        result: the learner's result.
        cells: the learner's cells.
        sandbox: where the learner's code runs.
        seed: what the questions are drawn from.
        reasons: why this learner is asked.

    Raises:
        GraderFault: the sandbox is broken.
    """
    common: dict[str, list[Misconception]] = {}
    for entry in load_misconceptions(topic):
        common.setdefault(entry.exercise, []).append(entry)
    told = {one.exercise: [known.sentence for known in one.diagnoses] for one in result.exercises}
    order = sorted(result.exercises, key=lambda one: -one.points)
    by_name = {exercise.id: exercise for exercise in of_topic(topic.slug)}
    found: list[list[Item]] = []
    texts, probe = [cell.text for cell in cells], probe_in(sandbox)
    for place, one in enumerate(order):
        if sum(map(len, found)) >= 2 * QUESTIONS or one.exercise not in by_name:
            continue
        exercise = by_name[one.exercise]
        asked = _questions(topic, exercise.id, texts, seed, probe)
        sentences = told[one.exercise] or [entry.sentence for entry in common.get(one.exercise, [])]
        found.append(
            [
                Item(one.exercise, question, sentences[(place + number) % len(sentences)] if sentences else "")
                for number, question in enumerate(asked)
            ]
        )
    items = [group[turn] for turn in range(3) for group in found if turn < len(group)][:QUESTIONS]
    note = "" if len(items) == QUESTIONS else f"Only {len(items)} of {QUESTIONS} questions come out of this code."
    return Sheet(result.student, result.score, result.max_score, tuple(reasons), tuple(items), note)


def _questions(topic: Topic, name: str, texts: list[str], seed: int, probe: Submission) -> list[Question]:
    exercise = next(one for one in of_topic(topic.slug) if one.id == name)
    try:
        return questions_again(exercise, gather(texts, exercise.functions), seed, probe)
    except GraderFault:
        raise
    except Exception:  # what a learner's code does costs its own questions
        return []

"""Judges the questions about learners' own code, as a check is judged: made from every right answer in `answers/`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradwise.exercises import Exercise, of_topic
from gradwise.understanding import choosing, maker
from gradwise.understanding.proving import is_proved
from gradwise.understanding.question import Question
from gradwise.understanding.runs import Run, run_here
from gradwise.understanding.source import gather

from autograder.core.course import Topic
from autograder.core.text import counted

SEED = 1
FEWEST = 3  # different questions about each right answer
MOST_LINES = 60  # of code that one reads
MOST_SCENE = 10  # lines of a call
_IN_CALL = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class AnswerAudit:
    """The questions about one right answer.

    Attributes:
        exercise: the exercise.
        style: the name of the file that the answer stands in.
        questions: the questions.
        problems: a phrase for everything that is wrong with them.
    """

    exercise: str
    style: str
    questions: tuple[Question, ...]
    problems: tuple[str, ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many questions there are of each kind."""
        return Counter(question.kind for question in self.questions)


@dataclass(frozen=True)
class QuestionAudit:
    """The questions of one topic."""

    topic: str
    answers: tuple[AnswerAudit, ...]

    @property
    def number(self) -> int:
        """How many questions there are."""
        return sum(len(entry.questions) for entry in self.answers)

    @property
    def problems(self) -> tuple[str, ...]:
        """A phrase for everything that is wrong."""
        return tuple(f"{one.exercise}, {one.style}: {problem}" for one in self.answers for problem in one.problems)

    def to_json(self) -> dict[str, Any]:
        """The topic for ``--json``."""
        return {
            "topic": self.topic,
            "questions": [
                {
                    "exercise": entry.exercise,
                    "style": entry.style,
                    "kind": question.kind,
                    "text": question.text,
                    "choices": list(question.choices),
                    "right": question.right,
                    "because": list(question.because),
                }
                for entry in self.answers
                for question in entry.questions
            ],
            "problems": list(self.problems),
        }


def audit_questions(topic: Topic, seed: int = SEED) -> QuestionAudit:
    """Makes the questions about every right answer of a topic, and judges each."""
    answers = []
    for path in sorted(topic.answers.glob("*.py")):
        text = path.read_text("utf-8")
        for exercise in of_topic(topic.slug):
            if gather([text], exercise.functions).functions:
                answers.append(audit_answer(exercise, text, path.stem, seed))
    return QuestionAudit(topic.slug, tuple(answers))


def audit_answer(exercise: Exercise, text: str, style: str, seed: int = SEED, run: Run = run_here) -> AnswerAudit:
    """Makes the questions about one right answer, and judges each.

    Args:
        exercise: the exercise.
        text: the answer, with all that it needs.
        style: what it is called.
        seed: what the questions are drawn from.
        run: runs code.
    """
    asked = maker.questions(exercise, gather([text], exercise.functions), seed, run)
    problems = [f"{question.prompt} {problem}" for question in asked for problem in problems_of(question, run)]
    different = len({question.about for question in asked})
    if different < FEWEST:
        problems.append(f"only {different} different questions come out of it")
    return AnswerAudit(exercise.id, style, tuple(asked), tuple(problems))


def problems_of(question: Question, run: Run = run_here) -> Iterator[str]:
    """Yields a phrase for each rule that a question breaks."""
    if not choosing.FEWEST <= len(question.choices) <= choosing.CHOICES:
        yield f"has {len(question.choices)} choices"
    if len({_squeezed(choice) for choice in question.choices}) < len(question.choices):
        yield "has two choices that are the same"
    if not is_proved(question, run):
        yield "has another right answer, or none, when it is computed once more"
    if question.scene and choosing.is_readable(question.answer, question.prompt, question.scene, question.change):
        yield "can be answered by reading it"
    if any(not choice.strip() or "object at 0x" in choice or "…" in choice for choice in question.choices):
        yield "has a choice that tells nothing"
    if _identifiers(question) & set(question.choices):
        yield "asks for a name"
    if _marked(question) and all(line.lstrip().startswith(("#", '"""', "'''")) for line in _marked(question)):
        yield "asks about a comment"
    if question.kind not in ("shape", "cost") and question.effort > choosing.MOST_EFFORT:
        yield f"takes {counted(question.effort, 'number')} to compute"
    yield from _too_long(question)
    if not question.because:
        yield "does not explain its answer"


def _too_long(question: Question) -> Iterator[str]:
    if question.code.count("\n") >= MOST_LINES:
        yield "shows too much code"
    calls = [question.scene] if question.scene else list(question.choices)
    if any(call.count("\n") >= MOST_SCENE for call in calls):
        yield "shows too long a call"
    large = [number for call in calls for number in _IN_CALL.findall(call) if not _is_small(number)]
    if large:
        yield f"has the number {large[0]} in its call"


def _is_small(number: str) -> bool:
    """Tells whether a number has at most two digits that are not 0."""
    return len(re.sub(r"e.*|[.]", "", number).strip("0")) <= 2


def _squeezed(choice: str) -> str:
    return re.sub(r"\s|\.0(?!\d)", "", choice)


def _marked(question: Question) -> list[str]:
    return [line[6:] for line in question.code.split("\n") if line.startswith(">")]


def _identifiers(question: Question) -> set[str]:
    lines = (line[6:] for line in question.code.split("\n"))
    names = {name for line in lines for name in re.findall(r"[A-Za-z_]\w*", line)}
    return names - {"True", "False", "None", "nan", "inf"}

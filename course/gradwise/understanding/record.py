"""What `ask` writes into the notebook: the seed of its questions and the learner's answers, and no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

VERSION = 2  # of the questions: another version may ask something else for the same seed
MIME = "application/vnd.gradwise.understanding+json"
MOST_OUTPUTS = 100  # of a cell that are looked at
MOST_ANSWERS = 10
MOST_CHARACTERS = 2000  # of one answer


@dataclass(frozen=True)
class Record:
    """The answers to the questions about one exercise.

    Attributes:
        exercise: the exercise.
        seed: what the questions were drawn from.
        code: what the code was, as `maker.code_key` says it.
        questions: what the questions were, as `maker.questions_key` says it.
        answers: the text of each chosen answer; None where none was chosen.
    """

    exercise: str
    seed: int
    code: str
    questions: str
    answers: tuple[str | None, ...]

    def to_json(self) -> dict[str, Any]:
        """The record as JSON types."""
        return {
            "version": VERSION,
            "exercise": self.exercise,
            "seed": self.seed,
            "code": self.code,
            "questions": self.questions,
            "answers": list(self.answers),
        }


def record_of(tree: object) -> Record | None:
    """Reads what stands in a notebook, which anybody can have written; None if it is not a record."""
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        return None
    exercise, seed, code, asked, answers = (
        tree.get(key) for key in ("exercise", "seed", "code", "questions", "answers")
    )
    if type(seed) is not int or not 0 <= seed < 2**32 or not isinstance(answers, list) or len(answers) > MOST_ANSWERS:
        return None
    if not (isinstance(exercise, str) and isinstance(code, str) and isinstance(asked, str)):
        return None
    if any(len(text) > 100 for text in (exercise, code, asked)):
        return None
    if not all(answer is None or (isinstance(answer, str) and len(answer) <= MOST_CHARACTERS) for answer in answers):
        return None
    return Record(exercise, seed, code, asked, tuple(answers))


def records_in(outputs: object) -> list[Record]:
    """Returns the records among the outputs of a cell."""
    if not isinstance(outputs, list):
        return []
    bundles = [output.get("data") for output in outputs[:MOST_OUTPUTS] if isinstance(output, dict)]
    found = [record_of(bundle[MIME]) for bundle in bundles if isinstance(bundle, dict) and MIME in bundle]
    return [record for record in found if record is not None]


def last_of(records: Sequence[Record], exercise: str) -> Record | None:
    """Returns the record that counts: of several about an exercise the last one in the notebook."""
    return next((record for record in reversed(records) if record.exercise == exercise), None)

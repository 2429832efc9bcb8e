"""The report that a learner reads after grading: plain text in the grade cell of each exercise.

Names, titles and sentences are the course's own or were cleaned by `core.text`. Nothing of a hidden check is shown.
"""

import json
import textwrap
from dataclasses import replace

from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult, submission_from_json
from autograder.core.text import counted, number_text

from .foreign import doubt
from .reader import CellDict, Notebook, nbgrader_of
from .release import is_check

_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_ATTEMPTED: "○"}
_WIDTH = 96


def with_reports(repaired: Notebook, result: SubmissionResult) -> Notebook:
    """Returns the notebook with a report and the score in the output of each grade cell.

    nbgrader takes the score from a plain float in the output; a cell without one would get full points.
    """
    exercises = {exercise.exercise: exercise for exercise in result.exercises}
    problems = dict(result.cell_problems)
    repairs = list(result.repairs)
    cells: list[CellDict] = []
    for number, cell in enumerate(repaired.cells, start=1):
        name = nbgrader_of(cell).get("grade_id")
        outputs = []
        if is_check(cell):
            exercise = exercises[str(name)]
            outputs = [_stream(cell_report(exercise) + _mended(repairs)), _score(exercise.points)]
            repairs = []
        elif message := problems.get(name or f"cell {number}"):
            outputs = [_stream(f"{message}\n")]
        cells.append({**cell, "outputs": outputs} if cell["cell_type"] == "code" else cell)
    # The feedback page is made from this later. Time and memory are left out, because they differ from run to run. The
    # result is one string, because nbgrader's writer is slow with thousands of values, and sorts them.
    text = json.dumps(replace(result, seconds=0.0, memory=0).to_json(), ensure_ascii=False)
    kept = {**repaired.metadata.get("gradwise", {}), "result": text}
    return Notebook(cells, {**repaired.metadata, "gradwise": kept}, repaired.repairs)


def result_in(graded: Notebook) -> SubmissionResult | None:
    """Returns the result in the metadata of a graded notebook; None if an old version graded it, which stored none."""
    try:
        return submission_from_json(json.loads(graded.metadata["gradwise"]["result"]))
    except (KeyError, TypeError, ValueError):
        return None


def cell_report(exercise: ExerciseResult) -> str:
    """Returns the report of one exercise as text."""
    points = (
        f"{number_text(exercise.points)} of {counted(exercise.max_points, 'point')}" if exercise.max_points else "bonus"
    )
    lines = [f"{exercise.exercise}: {points}, {exercise.outcome}"]
    if exercise.outcome is Outcome.NOT_ATTEMPTED:
        return f"{lines[0]}\n{exercise.checks[0].message}\n"
    for diagnosis in exercise.diagnoses:
        lines += textwrap.wrap(diagnosis.sentence, _WIDTH, initial_indent="→ ", subsequent_indent="  ")
    messages = [check.message for check in exercise.checks if check.message]
    common = messages[0] if len(messages) > 1 and len(set(messages)) == 1 else ""
    if common:
        lines += textwrap.wrap(common, _WIDTH)
    for check in exercise.checks:
        lines += _check_lines(check, common)
    if sentence := understanding_words(exercise):
        lines += textwrap.wrap(sentence, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def understanding_words(exercise: ExerciseResult) -> str:
    """Returns a sentence about the answers to questions about the learner's own code; empty if there are none."""
    known = exercise.understanding
    if known is None:
        return ""
    return known.note or f"{known.right} of {known.asked} questions about your own code answered right"


def _check_lines(check: CheckResult, common: str) -> list[str]:
    """Returns the lines of one check. Leaves out its message if that is the common one, which stands above."""
    sign = _SIGNS.get(check.outcome, "✗")
    lines = [f"  {sign} {check.title}"]
    if check.message and check.message != common:
        lines += textwrap.wrap(check.message, _WIDTH, initial_indent="      ", subsequent_indent="      ")
    return lines


def _mended(repairs: list[str]) -> str:
    wrong = doubt(repairs)
    lines = [repair if repair == wrong else f"Your notebook was mended before grading: {repair}" for repair in repairs]
    return "".join(f"\n{line}" for line in lines) + "\n" * bool(repairs)


def _stream(text: str) -> CellDict:
    return {"name": "stdout", "output_type": "stream", "text": text}


def _score(points: float) -> CellDict:
    return {
        "data": {"text/plain": repr(float(points))},
        "execution_count": None,
        "metadata": {},
        "output_type": "execute_result",
    }

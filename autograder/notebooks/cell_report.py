"""What a learner reads after grading, as plain text: it stands in the grade cell of each exercise.

Names, titles and sentences come from us, or were cleaned by `core.text`; nothing of a hidden check is shown.
"""

import json
import textwrap
from dataclasses import replace

from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult, submission_from_json
from autograder.core.text import number_text

from .reader import CellDict, Notebook, nbgrader_of
from .release import is_check

_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_ATTEMPTED: "○"}
_WIDTH = 96


def with_reports(repaired: Notebook, result: SubmissionResult) -> Notebook:
    """The notebook with a report and the score in each grade cell.

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
    # For the page that nbgrader asks for later; without what differs from run to run. One text, for nbgrader's writer
    # takes long over thousands of values, and sorts them.
    text = json.dumps(replace(result, seconds=0.0, memory=0).to_json(), ensure_ascii=False)
    kept = {**repaired.metadata.get("gradwise", {}), "result": text}
    return Notebook(cells, {**repaired.metadata, "gradwise": kept}, repaired.repairs)


def result_in(graded: Notebook) -> SubmissionResult | None:
    """The result that a graded notebook carries; None if it was graded before notebooks carried theirs."""
    try:
        return submission_from_json(json.loads(graded.metadata["gradwise"]["result"]))
    except (KeyError, TypeError, ValueError):
        return None


def cell_report(exercise: ExerciseResult) -> str:
    """The report of one exercise."""
    points = (
        f"{number_text(exercise.points)} of {number_text(exercise.max_points)} points"
        if exercise.max_points
        else "bonus"
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
    return "\n".join(lines) + "\n"


def _check_lines(check: CheckResult, said: str) -> list[str]:
    """One check; its message, unless that was said already."""
    sign = _SIGNS.get(check.outcome, "✗")
    lines = [f"  {sign} {check.title}"]
    if check.message and check.message != said:
        lines += textwrap.wrap(check.message, _WIDTH, initial_indent="      ", subsequent_indent="      ")
    return lines


def _mended(repairs: list[str]) -> str:
    return "".join(f"\nYour notebook was mended before grading: {repair}" for repair in repairs) + "\n" * bool(repairs)


def _stream(text: str) -> CellDict:
    return {"name": "stdout", "output_type": "stream", "text": text}


def _score(points: float) -> CellDict:
    return {
        "data": {"text/plain": repr(float(points))},
        "execution_count": None,
        "metadata": {},
        "output_type": "execute_result",
    }

"""The report in the grade cell of an exercise."""

from autograder.core.results import ExerciseResult
from autograder.notebooks.cell_report import cell_report

from ..sample_results import HALF, NOTHING, RIGHT, SLOW


def test_the_report_of_an_exercise_names_each_property_and_the_misconception() -> None:
    assert cell_report(HALF) == (
        "elu: 1.5 of 3 points, failed\n→ Your `elu` forgets alpha.\n  ✓ property 0\n  ✗ property 1\n      It is 2 x.\n"
    )
    assert cell_report(NOTHING) == "elu: 0 of 3 points, not attempted\n`elu` is not written yet.\n"
    assert cell_report(SLOW) == (
        "elu: 0 of 3 points, timed out\n"
        "It needed more than 2 seconds of processor time. Is there a loop that does not end?\n"
        "  ✗ property 0\n  ✗ property 1\n"
    )
    assert cell_report(ExerciseResult("zoo", 0.0, RIGHT.checks)).startswith("zoo: bonus, passed")

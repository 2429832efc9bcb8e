"""What people read: the report of an exercise, the class table, the class report."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.feedback import report
from autograder.outcomes import Outcome
from autograder.report import summary, write_report
from autograder.results import CheckResult, Diagnosis, ExerciseResult, SubmissionResult
from autograder.tables import class_table


def exercise(*outcomes: Outcome, message: str = "It is 2 x.", diagnosis: str = "") -> ExerciseResult:
    checks = tuple(
        CheckResult(f"test_{i}", f"property {i}", 1.0, outcome, "" if outcome is Outcome.PASSED else message)
        for i, outcome in enumerate(outcomes)
    )
    return ExerciseResult("elu", 3.0, checks, (Diagnosis("elu-x", diagnosis),) if diagnosis else ())


def result(student: str, *exercises: ExerciseResult, repairs: tuple[str, ...] = ()) -> SubmissionResult:
    return SubmissionResult(student, "02_activations", exercises, 0.5, 50 << 20, repairs)


RIGHT = exercise(Outcome.PASSED, Outcome.PASSED)
HALF = exercise(Outcome.PASSED, Outcome.FAILED, diagnosis="Your `elu` forgets alpha.")
NOTHING = exercise(Outcome.NOT_ATTEMPTED, Outcome.NOT_ATTEMPTED, message="`elu` is not written yet.")
SLOW = exercise(Outcome.TIMED_OUT, Outcome.TIMED_OUT, message="It was still running after 2 seconds.")


def test_the_report_of_an_exercise_names_each_property_and_the_misconception() -> None:
    assert report(HALF) == (
        "elu: 1.5 of 3 points, failed\n→ Your `elu` forgets alpha.\n  ✓ property 0\n  ✗ property 1\n      It is 2 x.\n"
    )
    assert report(NOTHING) == "elu: 0 of 3 points, not attempted\n`elu` is not written yet.\n"
    assert report(SLOW) == (
        "elu: 0 of 3 points, timed out\nIt was still running after 2 seconds.\n  ✗ property 0\n  ✗ property 1\n"
    )
    assert report(ExerciseResult("zoo", 0.0, RIGHT.checks)).startswith("zoo: bonus, passed")


def test_the_class_table_has_a_line_for_each_and_the_most_telling_note() -> None:
    table = class_table(
        [result("ada", RIGHT), result("bo", HALF, repairs=("x",)), result("cy", NOTHING), result("di", SLOW)]
    )
    assert table == (
        "02_activations: elu\n"
        "  ada    3.0 / 3  ●\n"
        "  bo     1.5 / 3  ◐  elu-x, 1 repair\n"
        "  cy     0.0 / 3  ·\n"
        "  di     0.0 / 3  ○  elu timed out\n"
        "  4 graded, mean 1.1. ● all right  ◐ partly  ○ wrong  · not attempted"
    )
    assert class_table([]) == "Nothing was graded."


def test_the_class_report_counts_what_was_misunderstood() -> None:
    numbers = summary([result("ada", RIGHT), result("bo", HALF), result("cy", HALF), result("di", SLOW)])
    assert (numbers["learners"], numbers["mean"], numbers["max_score"]) == (4, 1.5, 3.0)
    assert numbers["misconceptions"] == [{"id": "elu-x", "count": 2, "sentence": "Your `elu` forgets alpha."}]
    assert [bin_["count"] for bin_ in numbers["bins"]] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 1]
    (only,) = numbers["exercises"]
    assert (only["attempted"], only["passed"]) == (4, 1)
    assert only["checks"][1] == {"title": "property 1", "passed": 1, "of": 4}
    assert dict(numbers["outcomes"])["timed out"] == 1


class Tags(HTMLParser):
    """Collects tags, and every address that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_stands_alone_names_nobody_and_runs_nothing(tmp_path: Path) -> None:
    evil = exercise(Outcome.FAILED, Outcome.FAILED, message="<script>1</script>", diagnosis="<img src=x onerror=1>")
    path = tmp_path / "a" / "report.html"
    write_report([result("<b>Ada</b>", evil, repairs=("Cell `<i>`: missing, put back.",)), result("bo", RIGHT)], path)
    page = path.read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    assert "Ada" not in page
    assert not {"script", "img", "link", "iframe"} & set(tags.tags)
    assert tags.loads == []
    assert "&lt;img src=x" in page


def test_a_report_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        write_report([], tmp_path / "x.html")

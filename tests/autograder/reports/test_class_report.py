"""The report of a class and of a course, for the teacher."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from autograder.core.outcomes import Outcome
from autograder.core.results import ExerciseResult
from autograder.reports import html
from autograder.reports.class_report import anonymous, course_report, course_summary, report, summary
from autograder.reports.item_analysis import discrimination

from ..sample_results import HALF, NOTHING, RIGHT, SLOW, exercise, result


def test_the_class_report_counts_what_was_misunderstood() -> None:
    numbers = summary([result("ada", RIGHT), result("bo", HALF), result("cy", HALF), result("di", SLOW)])
    assert (numbers["learners"], numbers["mean"], numbers["max_score"], numbers["all_right"]) == (4, 1.5, 3.0, 1)
    (told,) = numbers["misconceptions"]
    assert (told["id"], told["count"], told["sentence"]) == ("elu-x", 2, "Your `elu` forgets alpha.")
    assert told["learners"] == []  # nobody is named
    assert [bin_["count"] for bin_ in numbers["bins"]] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 1]
    (only,) = numbers["exercises"]
    assert (only["attempted"], only["passed"], only["mean"]) == (4, 1, 1.5)
    assert [(end, count) for end, count, _ in only["ends"]] == [
        ("all right", 1), ("partly", 2), ("wrong", 0), ("broke off", 1), ("not attempted", 0),
    ]  # fmt: skip
    assert only["checks"][1]["title"] == "property 1"
    assert (only["checks"][1]["passed"], only["checks"][1]["of"]) == (1, 4)
    assert dict(numbers["trouble"])["timed out"] == 1


def test_a_correlation_is_the_point_biserial_one_and_is_silent_where_it_says_nothing() -> None:
    passed = [True, True, True, False, False, False, True, False]
    rest = [9.0, 8.0, 7.0, 2.0, 3.0, 1.0, 4.0, 6.0]
    assert discrimination(passed, rest) == pytest.approx(np.corrcoef(passed, rest)[0, 1])
    assert discrimination([not outcome for outcome in passed], rest) == pytest.approx(-np.corrcoef(passed, rest)[0, 1])
    assert discrimination(passed[:7], rest[:7]) is None  # too few
    assert discrimination([True] * 8, rest) is None
    assert discrimination(passed, [5.0] * 8) is None


def test_checks_that_tell_nobody_apart_or_the_wrong_way_are_listed() -> None:
    first, second = (exercise(Outcome.PASSED, outcome) for outcome in (Outcome.PASSED, Outcome.FAILED))
    other = ExerciseResult("relu", 9.0, exercise(Outcome.PASSED).checks)
    lost = ExerciseResult("relu", 9.0, exercise(Outcome.FAILED).checks)
    weak = [result(f"w{i}", first, lost) for i in range(4)]
    strong = [result(f"s{i}", second, other) for i in range(4)]
    remarkable = summary([*weak, *strong])["remarkable"]
    assert {(check["exercise"], check["title"]) for check in remarkable["backwards"]} == {
        ("elu", "property 1"),
        ("relu", "property 0"),  # two checks that contradict each other are both shown
    }
    assert [(check["exercise"], check["title"]) for check in remarkable["nobody"]] == [("elu", "property 0")]
    assert remarkable["everybody"] == []
    assert [c["title"] for c in summary([result("a", lost)])["remarkable"]["everybody"]] == ["property 0"]


def test_a_bonus_that_nobody_tried_is_neither_hardest_nor_remarkable() -> None:
    bonus = ExerciseResult("zoo", 0.0, exercise(Outcome.NOT_ATTEMPTED).checks)
    assert summary([result("ada", HALF, bonus)])["remarkable"]["everybody"] != []
    assert all(check["exercise"] == "elu" for check in summary([result("a", HALF, bonus)])["remarkable"]["everybody"])
    assert course_summary({"01_a": [result("ada", HALF, bonus)]})["topics"][0]["hardest"]["name"] == "elu"


def test_those_with_less_than_half_or_code_that_broke_off_may_need_help() -> None:
    numbers = summary([result("ada", RIGHT), result("bo", HALF), result("cy", NOTHING), result("di", SLOW)])
    assert [(entry["called"], entry["open"], entry["broke"]) for entry in numbers["help"]] == [
        ("Learner 1", ["elu"], []),
        ("Learner 2", [], ["elu"]),
    ]
    named = summary([result("ada", RIGHT), result("bo", HALF), result("cy", NOTHING)], names=True)
    assert [entry["called"] for entry in named["help"]] == ["cy"]
    assert named["misconceptions"][0]["learners"] == ["bo"]


CODE = '''def elu(x):  # by Ada
    """Ada's."""
    if x == "Ada":
        "Ada"
    return x
'''


def test_an_example_holds_no_comment_and_no_text() -> None:
    assert anonymous(CODE) == "def elu(x):\n    if x == '…':\n        pass\n    return x"
    assert anonymous("def broken(:") == ""
    assert len(anonymous("def f():\n" + "    x = 1\n" * 99).split("\n")) == 31
    told = summary([result("ada", HALF)], code=lambda *asked: CODE if asked == ("ada", "elu", "elu-x") else "")
    assert "Ada" not in told["misconceptions"][0]["example"]
    assert told["misconceptions"][0]["example"].startswith("def elu(x):")


@pytest.mark.parametrize("results", [[RIGHT], [NOTHING], [HALF, SLOW]], ids=["one", "nothing", "two"])
def test_a_class_of_one_or_two_has_a_report(results: list[ExerciseResult]) -> None:
    page = report([result(f"x{i}", graded) for i, graded in enumerate(results)])
    assert "With fewer than 8 learners it says nothing" in page
    assert ("Nobody stands out" in page) == (results == [RIGHT])


def test_the_page_says_what_a_teacher_asks() -> None:
    page = report([result("ada", RIGHT), result("bo", HALF, repairs=("Cell `x`: missing, put back.",))])
    page = " ".join(page.split())
    assert "<b>2</b>submissions" in page
    assert "1.5 to 1.8: 1" in page
    assert 'aria-label="all right: 1; partly: 1"' in page
    assert "<blockquote>“Your <code>elu</code> forgets alpha.”</blockquote>" in page
    assert spoken_to(page) == []
    assert "1 × A cell: missing, put back." in page
    assert "<b>Nobody fails</b> 1: they confirm, and tell nobody apart." in page


def spoken_to(page: str) -> list[str]:
    """Returns each "you" and "your" of a page that stands outside of what is quoted as a learner's."""
    return re.findall(r"\byour?\b", re.sub(r"<blockquote>“.*?”</blockquote>|<[^>]*>", "", page), re.IGNORECASE)


def test_a_sentence_that_speaks_to_a_teacher_as_to_a_learner_is_noticed() -> None:
    assert spoken_to("<p>Your `elu` forgets alpha.</p><blockquote>“Your `elu` ...”</blockquote>") == ["Your"]


def test_code_that_broke_off_is_said_without_a_dash() -> None:
    page = report([result("ada", RIGHT), result("di", SLOW), result("cy", NOTHING)])
    assert "<td>broke off in elu</td>" in page
    assert "<td>–</td><td>elu</td>" in page  # nothing lost, one not attempted


def test_a_bonus_counts_against_nobody() -> None:
    bonus = ExerciseResult("zoo", 0.0, SLOW.checks)
    assert summary([result("ada", RIGHT, bonus)])["help"] == []
    (entry,) = summary([result("cy", NOTHING, bonus)])["help"]
    assert (entry["broke"], entry["open"], entry["lost"]) == ([], ["elu"], [])


def test_the_course_page_shows_each_assignment_and_each_learner() -> None:
    topics = {"01_a": [result("ada", RIGHT), result("bo", NOTHING)], "02_b": [result("ada", HALF)], "03_c": []}
    numbers = course_summary({slug: results for slug, results in topics.items() if results})
    assert [(row["called"], row["mean"], row["missing"]) for row in numbers["learners"]] == [
        ("Learner 1", 0.0, 1),
        ("Learner 2", 0.75, 0),
    ]
    assert [row["student"] for row in numbers["behind"]] == ["bo"]
    page = course_report(topics)
    assert '<a href="01_a.html">01_a</a>' in page
    assert "03_c" not in page
    assert "<blockquote>“Your <code>elu</code> forgets alpha.”</blockquote>" in page
    assert spoken_to(page) == []
    assert "ada" not in page
    assert "<td>ada</td>" in course_report(topics, names=True)
    with pytest.raises(ValueError, match="at least one"):
        course_report({"01_a": []})


class Tags(HTMLParser):
    """Collects tags, and every address that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_stands_alone_names_nobody_and_runs_nothing() -> None:
    evil = exercise(Outcome.FAILED, Outcome.FAILED, message="<script>1</script>", diagnosis="<img src=x onerror=1>")
    page = report([result("<b>Ada</b>", evil, repairs=("Cell `<i>`: missing, put back.",)), result("bo", RIGHT)])
    tags = Tags()
    tags.feed(page)
    assert "Ada" not in page
    assert not {"script", "img", "link", "iframe"} & set(tags.tags)
    assert tags.loads == []
    assert "&lt;img src=x" in page


def test_a_report_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        report([])


# --- colours ----------------------------------------------------------------------------------------


def test_every_page_takes_its_colours_from_the_one_theme() -> None:
    templates = Path(html.__file__).parent / "templates"
    theme = (templates / "theme.css").read_text()
    named = set(re.findall(r"(--[\w-]+):", theme))
    for path in templates.glob("*.html"):
        text = path.read_text()
        assert not re.findall(r"#[0-9a-fA-F]{3,6}\b(?=[;\s\"])", text), path
        assert "color-scheme" not in text, path
        assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= named, path
        assert ('{% include "theme.css" %}' in text) != ('{% extends "report_base.html" %}' in text), path
    dark = theme[theme.index("prefers-color-scheme: dark") : theme.index("@media print")]
    assert set(re.findall(r"(--[\w-]+):", dark)) == named, "each colour has one for the dark"


def test_a_page_holds_its_colours_itself() -> None:
    page = report([result("ada", RIGHT), result("bo", HALF)])
    assert "--cell-good: #" in page
    assert "<link" not in page
    assert "@import" not in page

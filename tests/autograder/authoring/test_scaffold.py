"""A new topic is complete: it builds, its audit holds, its checks find every mutant. No file is overwritten."""

import shutil
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from autograder.authoring.rendering import render
from autograder.authoring.scaffold import begin
from autograder.core.course import Course
from autograder.core.outcomes import UsageError

from ...conftest import SLUG
from ..temporary import TemporaryCourse

NEW = "09_attention"


def test_a_new_topic_builds_and_its_audit_holds(temporary: TemporaryCourse, course: Course) -> None:
    shutil.copytree(
        course.root / "course" / "gradwise",
        temporary.root / "course" / "gradwise",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    output = temporary.run("autograder", "new", NEW)
    assert output.endswith(f"Next: autograder build {NEW}, then autograder audit {NEW}.\n")
    temporary.run("autograder", "build", NEW)
    released = (temporary.root / "course" / "notebooks" / NEW / f"{NEW}.ipynb").read_text()
    assert "raise NotImplementedError" in released
    assert "9 · Attention" in released
    audited = temporary.run("autograder", "audit", NEW)
    assert f"{NEW}: solution 100%, release 0%" in audited
    assert "2 of 2 misconceptions rejected and diagnosed." in audited
    assert "100 %" in temporary.run("autograder", "audit", NEW, "--mutants", "--workers", "1")
    right = temporary.root / "autograder" / "answers" / NEW / "loops.py"
    assert "2.0 / 2" in temporary.run("autograder", "grade", str(right), "--assignment", NEW)


@pytest.mark.parametrize(
    "name", ["attention", "9_attention", "09-attention", "09_Attention", "09_", "../09_x", "09_a__b"]
)
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"is not a topic name\. Use two digits and lower-case words: 09_attention"):
        begin(Course(tmp_path), name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [SLUG, "02_attention", "99_activations"])
def test_a_number_or_name_that_is_taken_is_refused(course: Course, name: str) -> None:
    with pytest.raises(UsageError, match=f"There is {SLUG} already: choose another number and another name"):
        begin(course, name)


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "autograder" / "checks" / f"test_{NEW}.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(UsageError, match="is there already, and is left as it is"):
        begin(Course(tmp_path), NEW)
    assert mine.read_text() == "mine"
    assert not (tmp_path / "solutions").exists()


WORDS = {"slug": "09_a", "number": "9", "title": "A", "exercise": "f", "dashed": "f"}


def test_a_template_is_filled_as_it_is_and_ends_as_it_ends() -> None:
    checks = render("new_topic/checks.py", **{**WORDS, "exercise": "a<b>&'c'"})
    assert "def test_a<b>&'c'_values(" in checks
    assert checks.endswith("\n")
    assert "{{" not in checks
    assert render("learners/README.md").startswith("# Gradwise\n")


@pytest.mark.parametrize("missing", ["slug", "exercise"])
def test_a_word_that_is_missing_is_an_error(missing: str) -> None:
    words = {word: value for word, value in WORDS.items() if word != missing}
    with pytest.raises(UndefinedError, match=missing):
        render("new_topic/checks.py", **words)

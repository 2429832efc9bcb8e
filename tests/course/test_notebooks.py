"""The form of every notebook: its length, its exercises, its points and its parts."""

import ast
import itertools
import re

import pytest
from gradwise import exercises

from autograder.core.course import Course, Topic, find_course
from autograder.grading.collection import collect_checks
from autograder.notebooks import reader
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.release import is_check, is_manual, read_release

TOPICS = find_course().topics


@pytest.fixture(params=TOPICS, ids=lambda topic: topic.slug)
def every(request: pytest.FixtureRequest) -> Topic:
    topic: Topic = request.param
    return topic


def cells(topic: Topic) -> list[reader.CellDict]:
    return reader.read(topic.release.read_bytes()).cells


def words(topic: Topic) -> str:
    return "\n\n".join(cell["source"] for cell in cells(topic) if cell["cell_type"] == "markdown")


def test_a_notebook_has_some_fifty_cells_of_about_15_lines_and_ends_with_progress_and_submit(every: Topic) -> None:
    *before, progress, last = cells(every)
    assert progress["source"].startswith(f'progress("{every.slug}")')
    assert "\nsubmit()" in last["source"]
    assert last["metadata"]["tags"] == ["experiment"]  # Validate leaves it out
    assert 15 <= len(before) <= 60
    for cell in cells(every):
        if cell["cell_type"] == "code":
            lines = [line for line in cell["source"].split("\n") if line.strip() and not line.startswith("guessed(")]
            assert len(lines) <= 20, cell["id"]
            assert max(map(len, lines), default=0) <= 120, cell["id"]


def test_its_exercises_are_those_that_are_described(every: Topic) -> None:
    described = exercises.of_topic(every.slug)
    release = read_release(every.release)
    assert list(release.points) == [exercise.id for exercise in described]
    for exercise in described:
        given = release.structure[f"write_{exercise.id}"]
        assert tuple(re.findall(r"^(?:def|class) (\w+)", given["source"], re.M)) == exercise.functions
        assert (release.points[exercise.id] == 0) == exercise.side
        assert release.structure[exercise.id]["source"] == f'check("{exercise.id}")'
    assert 6 <= sum(not exercise.side for exercise in described) <= 9
    assert release.manual_points > 0


def test_each_exercise_says_how_hard_and_how_long_it_is(every: Topic) -> None:
    for exercise in exercises.of_topic(every.slug):
        if not exercise.side:
            points = read_release(every.release).points[exercise.id]
            title = rf"^### ✎ Exercise `{exercise.id}` · [★☆]{{3}} · \d+ minutes · {points:g} points$"
            assert re.search(title, words(every), re.M), exercise.id
    assert re.search(r"Bonus.*[★☆]{3}.*0 points", words(every))


def test_each_exercise_has_visible_cases_three_hints_and_hidden_checks(every: Topic) -> None:
    checked = {check.exercise for check in collect_checks(every)}
    for exercise in exercises.of_topic(every.slug):
        assert {case.function for case in exercise.cases} == set(exercise.functions)
        assert len(set(exercise.hints)) == 3
        assert exercise.hints[0].endswith("?")
        assert "..." in exercise.hints[2]
        assert exercise.id in checked


def test_the_arc_is_there(every: Topic) -> None:
    text = words(every)
    assert "## Why" in text
    assert text.count("**Predict first") >= 3
    assert text.count("<details><summary><b>Question") == 2
    for heading in ("## In PyTorch", "## Where the notes differ"):
        assert heading in text
    assert re.search(r"^<details><summary><b>E\d+", text, re.M)


def test_the_setup_brings_what_the_text_speaks_of(every: Topic) -> None:
    setup = read_release(every.release).structure["setup"]["source"]
    assert "import numpy as np" in setup
    assert "from gradwise.check import ask, check, guessed, hint, predict, progress" in setup


def test_headings_go_down_one_step_at_a_time(every: Topic) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", words(every), re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_one_question_is_answered_in_words(every: Topic) -> None:
    manual = [cell for cell in cells(every) if is_manual(cell)]
    assert len(manual) == 1
    assert "*Your answer here.*" in manual[0]["source"]
    assert all(cell["source"].startswith("check(") for cell in cells(every) if is_check(cell))


def test_code_that_learners_may_not_change_is_locked_and_parses(every: Topic) -> None:
    for cell in cells(every):
        if cell["cell_type"] == "code":
            ast.parse(cell["source"])
            meta = nbgrader_of(cell)
            if meta.get("locked"):
                assert cell["metadata"]["editable"] is False


def test_lectures_are_cited_by_their_course_and_never_by_a_deck_number(every: Topic, course: Course) -> None:
    for path in (every.text, every.checks, every.misconceptions, course.root / "course" / "README.md"):
        assert not re.search(r"\bdeck\b", path.read_text("utf-8"), re.I), path

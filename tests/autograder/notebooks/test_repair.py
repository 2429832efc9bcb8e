"""Repair: restores the structure of the release, and keeps the learner's code."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from autograder.authoring.sample_class import damage
from autograder.authoring.sample_class.answers import answered, read_style, write_cell
from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.notebooks import reader
from autograder.notebooks.reader import CellDict, Notebook, code_cell, nbgrader_of
from autograder.notebooks.release import Release, is_answer, read_release
from autograder.notebooks.repair import lost_answer, repair
from autograder.notebooks.runnable import learner_cells

from ...conftest import SLUG

DAMAGES = [value for name, value in vars(damage).items() if callable(value) and value.__module__ == damage.__name__
           and not name.startswith("_")]  # fmt: skip


@pytest.fixture(scope="module")
def styles(topic: Topic) -> Any:
    return topic.answers


@pytest.fixture
def submitted(release: Release, styles: Any) -> Notebook:
    return answered(release, *read_style(styles / "helpers.py"), "An answer in words.")


def code(cells: list[Cell]) -> set[str]:
    """Returns the lines that are not blank, stripped, of all cells."""
    return {line.strip() for cell in cells for line in cell.text.split("\n") if line.strip()}


def check_structure(repaired: Notebook, release: Release) -> None:
    """Asserts what nbgrader needs: each graded cell of the release once, unchanged except for answers."""
    graded: dict[str, CellDict] = {}
    for cell in repaired.cells:
        if meta := nbgrader_of(cell):
            assert meta["grade_id"] not in graded
            graded[meta["grade_id"]] = cell
    assert graded.keys() == release.structure.keys()
    for name, given_cell in release.structure.items():
        assert graded[name]["metadata"] == given_cell["metadata"]
        assert graded[name]["cell_type"] == given_cell["cell_type"]
        if not is_answer(given_cell):
            assert graded[name]["source"] == given_cell["source"]
    node = nbformat.reads(repaired.to_json(), as_version=4)
    nbformat.validate(node)
    MetadataValidator().validate_nb(node)


def test_an_intact_notebook_is_left_alone(submitted: Notebook, release: Release) -> None:
    repaired = repair(reader.read(submitted.to_json().encode()), release)
    assert repaired.cells == submitted.cells
    assert repaired.repairs == []
    assert repaired.metadata == release.metadata


@pytest.mark.parametrize("hurt", DAMAGES, ids=lambda hurt: hurt.__name__)
def test_every_damage_is_mended_and_keeps_the_code(
    hurt: Callable[[Notebook], bytes], submitted: Notebook, release: Release
) -> None:
    before = code(learner_cells(submitted, release))
    repaired = repair(reader.read(hurt(copy.deepcopy(submitted))), release)
    check_structure(repaired, release)
    assert before <= code(learner_cells(repaired, release)) or hurt is damage.cut_off
    assert bool(repaired.repairs) == (hurt is not damage.intact)


def test_the_release_itself_needs_no_repair(release: Release) -> None:
    repaired = repair(Notebook(copy.deepcopy(release.cells)), release)
    assert repaired.repairs == []
    check_structure(repaired, release)


def test_an_empty_notebook_becomes_the_release(release: Release) -> None:
    repaired = repair(Notebook(), release)
    check_structure(repaired, release)
    assert repaired.repairs == [
        "Cells `setup`, `ring`, `write_sigmoid`, and 25 more: missing, put back.",
        "Cell `xu_table`: an answer in words, missing; what was written there is not in the file.",
    ]
    assert lost_answer("xu_table", repaired.repairs)
    assert not lost_answer("setup", repaired.repairs)


def test_an_answer_in_words_survives_the_loss_of_its_name(submitted: Notebook, release: Release) -> None:
    repaired = repair(reader.read(damage.lost_metadata(submitted)), release)
    words = next(cell for cell in repaired.cells if nbgrader_of(cell).get("grade_id") == "xu_table")
    assert "An answer in words." in words["source"]


def test_of_two_copies_the_last_that_was_written_in_counts(submitted: Notebook, release: Release) -> None:
    stub = copy.deepcopy(release.structure["write_relu"])
    submitted.cells.append(stub)  # an unwritten copy at the end
    repaired = repair(submitted, release)
    kept = write_cell(repaired, "relu")
    assert "np.clip" in kept["source"]
    last = [cell for cell in learner_cells(repaired, release) if "def relu(" in cell.source][-1]
    assert "np.clip" in last.source


def test_code_in_a_locked_cell_is_kept(submitted: Notebook, release: Release) -> None:
    check = next(cell for cell in submitted.cells if nbgrader_of(cell).get("grade_id") == "elu")
    check["source"] = "def helper(x): return x\ncheck('elu')"
    repaired = repair(submitted, release)
    check_structure(repaired, release)
    assert any("def helper" in cell.source for cell in learner_cells(repaired, release))
    assert repaired.repairs == ["Cell `elu`: locked but changed, restored; what stood there was kept."]


def test_an_instructors_cell_is_not_run_again_and_its_copy_is_not_the_learners(
    submitted: Notebook, release: Release
) -> None:
    names = [cell.name for cell in learner_cells(submitted, release)]
    assert "ring" not in names
    assert "digits" not in names
    assert names[0] == "setup"
    submitted.cells.append({**copy.deepcopy(release.structure["ring"]), "metadata": {}, "id": "copy"})
    repaired = repair(submitted, release)
    assert [cell.name for cell in learner_cells(repaired, release)] == names
    assert repaired.repairs == ["Cell `ring`: there twice, the copy removed."]


def test_a_cell_that_begins_indented_is_the_rest_of_the_one_before(submitted: Notebook, release: Release) -> None:
    cell = write_cell(submitted, "elu")
    at = submitted.cells.index(cell)
    head, rest = cell["source"].split("\n", 1)
    cell["source"] = head
    submitted.cells.insert(at + 1, code_cell(rest, "rest"))
    joined = next(
        c for c in learner_cells(repair(submitted, release), release) if c.name == "write_elu" and rest in c.text
    )
    assert joined.text == f"{head}\n{rest}"


def test_answers_in_a_fenced_text_cell_are_code(submitted: Notebook, release: Release) -> None:
    cell = write_cell(submitted, "elu")
    source = cell["source"]
    cell |= {"cell_type": "markdown", "source": f"```python\n{source}\n```"}
    assert write_cell(repair(submitted, release), "elu")["source"] == source


def test_a_changed_number_of_points_does_not_count(submitted: Notebook, release: Release) -> None:
    check = next(cell for cell in submitted.cells if nbgrader_of(cell).get("grade_id") == "elu")
    check["metadata"]["nbgrader"]["points"] = 1000
    repaired = repair(submitted, release)
    check_structure(repaired, release)
    assert repaired.repairs == ["Cell `elu`: grading metadata changed, restored."]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_any_series_of_accidents_is_mended(seed: int, count: int) -> None:
    """Copies, deletions, moves, retypings, lost names and edits, in any order."""
    from autograder.core.course import find_course

    course = find_course()
    release = read_release(course.topic(SLUG).release)
    style = course.topic(SLUG).answers / "where.py"
    hurt = answered(release, *read_style(style))
    dice = random.Random(seed)
    for _ in range(count):
        accident(hurt, dice)
    check_structure(repair(reader.read(json.dumps({"cells": hurt.cells}).encode()), release), release)


def accident(hurt: Notebook, dice: random.Random) -> None:
    if not hurt.cells:
        return
    at = dice.randrange(len(hurt.cells))
    cell = hurt.cells[at]
    match dice.randrange(8):
        case 0:
            hurt.cells.insert(dice.randrange(len(hurt.cells)), copy.deepcopy(cell))
        case 1:
            del hurt.cells[at]
        case 2:
            hurt.cells.insert(dice.randrange(len(hurt.cells)), hurt.cells.pop(at))
        case 3:
            cell["cell_type"] = dice.choice(["code", "markdown", "raw", "nonsense"])
        case 4:
            cell["metadata"] = dice.choice([{}, {"nbgrader": 3}, {"nbgrader": {"grade_id": "elu"}}, None])
        case 5:
            cell.pop("id", None)
        case 6:
            cell["source"] = dice.choice(["", "x = 1", f"{cell['source']}\nmore", None])
        case _:
            cell["metadata"] = {"nbgrader": {"grade": True, "solution": False, "points": -3, "grade_id": "made up"}}

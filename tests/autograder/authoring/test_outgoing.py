"""Every way out refuses what was not built: a solved notebook, parts.py beside it, a solution in a cell of its own."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.outgoing import learners_files, must_be_built
from autograder.authoring.publish import publish
from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course, Topic
from autograder.core.outcomes import UsageError
from autograder.gradebook.config import nbgrader_config
from autograder.nbgrader_plugins.formgrader import press

from ...conftest import SLUG
from ..temporary import TemporaryCourse

LINE = "dx = dout * np.where(x > 0, 1.0, weight)\n"  # of a solution
PARTS = "def elu(x, alpha=1.0):\n    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))\n"


def solved(topic: Topic) -> Path:
    topic.release.write_bytes(submission(topic, CLASS[0]))
    return topic.release


def parts(topic: Topic) -> Path:
    path = topic.release.with_name("parts.py")
    path.write_text(PARTS)
    return path


def solution_cell(topic: Topic) -> Path:
    notebook = json.loads(topic.release.read_text())
    cell = {"cell_type": "code", "execution_count": None, "id": "mine", "metadata": {}, "outputs": [], "source": PARTS}
    topic.release.write_text(json.dumps({**notebook, "cells": [*notebook["cells"], cell]}))
    return topic.release


def second_notebook(topic: Topic) -> Path:
    return Path(shutil.copy(topic.source, topic.release.with_name("lecture.ipynb")))


def link(topic: Topic) -> Path:
    path = topic.release.with_name("data.txt")
    path.symlink_to(topic.text)
    return path


PLANTS = [solved, parts, solution_cell, second_notebook, link]
Plant = Callable[[Topic], Path]


def outbound(temporary: TemporaryCourse) -> list[Path]:
    return list((temporary.root / "build" / "exchange").rglob(f"{SLUG}/*"))


@pytest.mark.parametrize("plant", PLANTS)
def test_nbgrader_and_formgrader_release_only_what_was_built(temporary: TemporaryCourse, plant: Plant) -> None:
    topic = Course(temporary.root).topic(SLUG)
    must_be_built(topic)
    path = plant(topic)
    says = str(path.relative_to(temporary.root))
    output = temporary.run("nbgrader", "release_assignment", SLUG, fails=True)
    assert re.search(rf"{says} is not (part of )?what was built", output)
    if plant is solved:
        pressed = press("release_assignment", nbgrader_config(temporary.root), (SLUG,))
        assert not pressed["success"]
        assert f"{says} is not what was built: it may hold solutions. Copy it to another place" in pressed["log"]
    assert outbound(temporary) == []


def test_what_was_built_is_released_and_what_was_not_says_so(temporary: TemporaryCourse) -> None:
    record = temporary.root / "build" / "released" / f"{SLUG}.json"
    kept = record.rename(record.with_suffix(".away"))
    output = temporary.run("nbgrader", "release_assignment", SLUG, fails=True)
    assert f"{SLUG} has not been built here" in output
    assert f"Run `autograder build {SLUG}` first." in output
    kept.rename(record)
    temporary.run("nbgrader", "release_assignment", SLUG)
    assert [path.name for path in outbound(temporary)] == [f"{SLUG}.ipynb"]


def test_another_assignment_of_the_teacher_is_nbgraders_business(temporary: TemporaryCourse) -> None:
    folder = temporary.root / "course" / "notebooks" / "sheet"
    folder.mkdir()
    (folder / "sheet.txt").write_text("Read chapter 3.")
    temporary.run("nbgrader", "release_assignment", "sheet")
    assert (temporary.root / "build" / "exchange" / "gradwise" / "outbound" / "sheet" / "sheet.txt").is_file()


# --- the learners' repository -----------------------------------------------------------------------


@pytest.fixture
def clone(course: Course, tmp_path: Path) -> Course:
    """The files that go out, and what they are compared with: a clone that Git does not know."""
    root = tmp_path / "clone"
    away = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "parts.py")
    for room in ("course", "solutions", "autograder", "build/released", "build/source"):
        shutil.copytree(course.root / room, root / room, ignore=away)
    for name in ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "environment.yml", "hatch_build.py"):
        shutil.copy(course.root / name, root)
    return Course(root)


def in_the_library(name: str, text: str) -> Plant:
    def plant(topic: Topic) -> Path:
        path = topic.root / "course" / name
        path.write_text(text)
        return path

    return plant


STRANGERS: list[tuple[Plant, str]] = [
    *((plant, "not (part of )?what was built") for plant in PLANTS),
    (in_the_library("notebooks/parts.py", PARTS), "not among the files that learners get. Move it to another place"),
    (in_the_library("notebooks/mine.ipynb", "{}"), "not among the files that learners get"),
    (in_the_library("roster.csv", "ada,25"), "not among the files that learners get"),
    (in_the_library("demos.ipynb", "{}"), "not what was built"),
    (
        in_the_library("gradwise/mine.py", "def outer():\n    def elu(x): ...\n"),
        "defines elu, which learners are to write",
    ),
    (in_the_library("gradwise/mine.py", f"text = {LINE!r}"), "holds a line of a solution"),
    (in_the_library("README.md", LINE), "holds a line of a solution"),
]


@pytest.mark.parametrize(("plant", "says"), STRANGERS)
def test_only_known_files_are_published(clone: Course, tmp_path: Path, plant: Plant, says: str) -> None:
    path = plant(clone.topic(SLUG))
    with pytest.raises(UsageError, match=f"{path.relative_to(clone.root)}.*{says}|Somebody has worked in"):
        publish(clone, tmp_path / "learners")
    assert not (tmp_path / "learners").exists()


def test_what_git_does_not_know_is_named(clone: Course) -> None:
    assert learners_files(clone)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=clone.root, check=True)
    assert learners_files(clone)
    (clone.root / "course" / "gradwise" / "notes.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match=r"notes\.py is unknown to Git\. If learners need it, say `git add"):
        learners_files(clone)


@pytest.mark.parametrize("plant", [parts, solved])
def test_binder_makes_no_image_of_what_was_not_published(clone: Course, tmp_path: Path, plant: Plant) -> None:
    tree = tmp_path / "learners"
    publish(clone, tree)
    path = plant(Topic(tree, SLUG)) if plant is parts else tree / clone.topic(SLUG).release.relative_to(clone.root)
    if plant is solved:
        path.write_bytes(submission(clone.topic(SLUG), CLASS[0]))
    done = subprocess.run(["sh", "binder/postBuild"], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert str(path.relative_to(tree)) in done.stdout + done.stderr
    assert "not what was published: learners would read it. Run  make publish  again" in done.stderr


# --- the package ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "plant", "says"),
    [
        ("wheel", in_the_library("gradwise/mine.py", PARTS), "course/gradwise/mine.py defines elu"),
        ("wheel", in_the_library("gradwise/mine.ipynb", "{}"), "course/gradwise/mine.ipynb is not among the files"),
        ("sdist", in_the_library("../autograder/mine.py", LINE), "autograder/mine.py holds a line of a solution"),
        ("sdist", solved, ""),  # notebooks are not in the package
    ],
)
def test_the_package_is_not_built_with_a_secret_in_it(
    clone: Course, tmp_path: Path, target: str, plant: Plant, says: str
) -> None:
    plant(clone.topic(SLUG))
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(tmp_path / "dist")]
    done = subprocess.run(command, cwd=clone.root, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == bool(says)
    assert says in done.stderr
    assert ("The package is not built." in done.stderr) == bool(says)
    assert bool(list((tmp_path / "dist").glob("*"))) != bool(says)

"""The workspace of `make lab`: work in it is kept, what is new comes in, and nbgrader fetches and submits there."""

import json
import subprocess
from pathlib import Path

import pytest

from autograder.authoring.outgoing import must_be_built
from autograder.authoring.workspace import open_workspace
from autograder.core.course import Course

from ...conftest import SLUG
from ..temporary import TemporaryCourse


@pytest.fixture
def little(tmp_path: Path) -> Course:
    """A course of one notebook, built."""
    course = Course(tmp_path)
    for path in (course.root / "solutions" / f"{SLUG}.py", course.root / "course" / "README.md"):
        path.parent.mkdir()
        path.write_text("first\n")
    release(course, "first")
    return course


def release(course: Course, text: str) -> None:
    path = course.topic(SLUG).release
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def copy_of(course: Course) -> Path:
    return course.workspace / "notebooks" / SLUG / f"{SLUG}.ipynb"


def test_it_holds_the_handbook_and_the_notebooks_beside_it(little: Course) -> None:
    opened = open_workspace(little)
    assert (opened.folder / "README.md").read_text() == "first\n"
    assert copy_of(little).read_text() == "first"
    assert (opened.kept, opened.before) == ([], None)


def test_what_nobody_touched_is_renewed_and_work_stays(little: Course) -> None:
    open_workspace(little)
    release(little, "second")
    assert open_workspace(little).kept == []
    assert copy_of(little).read_text() == "second"

    copy_of(little).write_text("my work")
    assert open_workspace(little).kept == []
    release(little, "third")
    for _ in range(2):
        assert open_workspace(little).kept == [copy_of(little)]
        assert copy_of(little).read_text() == "my work"


def test_a_fresh_one_loses_nothing(little: Course) -> None:
    for number, work in enumerate(("my work", "more work"), start=1):
        open_workspace(little)
        copy_of(little).write_text(work)
        opened = open_workspace(little, fresh=True)
        assert opened.before == little.build / f"lab-{number}"
        assert (opened.before / copy_of(little).relative_to(little.workspace)).read_text() == work
        assert copy_of(little).read_text() == "first"


def test_nbgrader_fetches_to_it_and_submits_from_it_and_the_release_stays(temporary: TemporaryCourse) -> None:
    course = Course(temporary.root)
    temporary.run("nbgrader", "release_assignment", SLUG)
    temporary.run("nbgrader", "fetch_assignment", SLUG)
    assert not (temporary.root / SLUG).exists()
    copy_of(course).write_text(copy_of(course).read_text().replace("your code here", "mine"))
    work = copy_of(course).read_bytes()
    temporary.run("nbgrader", "submit", SLUG)
    (sent,) = temporary.root.glob(f"build/exchange/gradwise/inbound/*/{SLUG}.ipynb")
    assert sent.read_bytes() == work
    assert "place to work in" in temporary.run("autograder", "workspace")
    assert copy_of(course).read_bytes() == work
    must_be_built(course.topic(SLUG))


def test_make_lab_opens_it(course: Course) -> None:
    said = subprocess.run(["make", "-n", "lab", "FRESH=1"], cwd=course.root, capture_output=True, text=True, check=True)
    assert "autograder workspace --fresh\n" in said.stdout
    config = course.root / "autograder" / "nbgrader_plugins" / "jupyter"
    assert str(config) in said.stdout.split("JUPYTER_CONFIG_PATH=")[1]
    page = json.loads((config / "jupyter_lab_config.json").read_text())["LabApp"]["default_url"]
    assert page == f"/lab/tree/{(course.workspace / 'README.md').relative_to(course.root)}"


def test_make_clean_keeps_what_was_written_there(course: Course, little: Course) -> None:
    open_workspace(little)
    (little.root / "dist").mkdir()
    (little.root / "build" / "gradebook.db").touch()
    makefile = course.root / "Makefile"
    subprocess.run(["make", "-f", str(makefile), "clean"], cwd=little.root, capture_output=True, check=True)
    assert [path.name for path in little.build.iterdir()] == ["lab"]
    assert copy_of(little).is_file()
    assert not (little.root / "dist").exists()

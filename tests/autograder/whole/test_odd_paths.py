"""Odd names and odd machines: the same grade, in the course's own gradebook."""

import json
import os
import shutil

import pytest

from autograder.core.course import Course

from ...conftest import SLUG
from ..temporary import TemporaryCourse

ODD = "a [1] #2 ?x=1 100%41 ü"


@pytest.fixture
def odd(temporary: TemporaryCourse, course: Course) -> TemporaryCourse:
    """The course in a folder with characters that mean something to patterns, addresses and quoting."""
    place = temporary.root.with_name(ODD)
    shutil.move(temporary.root, place)
    moved = TemporaryCourse(place, course.root)
    moved.environment["TMPDIR"] = temporary.environment["TMPDIR"]
    return moved


def test_a_course_may_lie_in_a_folder_of_any_name(odd: TemporaryCourse) -> None:
    """Takes over 10 seconds: builds, and grades by both ways in."""
    odd.run("autograder", "build", SLUG)
    data = Course(odd.root).topic(SLUG).source.read_bytes()
    submitted = odd.hand_in("ada", data).parent
    (submitted / "link").symlink_to("/etc/hostname")
    odd.run("autograder", "grade", SLUG, "--json", "marks.json")
    (tree,) = json.loads((odd.root / "marks.json").read_text("utf-8"))
    assert tree["mark_after"] == 25.0
    rows = odd.rows()
    assert odd.score("ada") == 25.0
    (submitted / "link").symlink_to("/etc/hostname")
    odd.run("nbgrader", "autograde", SLUG, "--force")
    assert odd.rows() == rows
    assert not list(odd.root.rglob("link")), "links are removed there, too"
    odd.run("autograder", "feedback", SLUG)
    odd.run("autograder", "export", SLUG)
    assert list(odd.root.parent.iterdir()) == [odd.root], "nothing is written outside of the course"


def test_a_folder_of_the_topics_name_is_not_graded_in_the_place_of_the_class(temporary: TemporaryCourse) -> None:
    """Takes up to 10 seconds. `nbgrader fetch_assignment` leaves such a folder, and course/notebooks always has one."""
    topic = Course(temporary.root).topic(SLUG)
    temporary.hand_in("ada", topic.source.read_bytes())
    shutil.copytree(topic.release.parent, temporary.root / SLUG)
    output = temporary.run("autograder", "grade", SLUG, cwd=topic.release.parent.parent)
    assert f"{SLUG} is the topic, with all that was submitted for it." in output
    rows = temporary.rows()
    assert temporary.score("ada") == 25.0
    output = temporary.run("autograder", "grade", f"./{SLUG}")
    assert "is the topic" not in output
    assert temporary.rows() == rows, "a folder that is named is graded, and not written down"


# An ordinary machine is none of these; each variable is set to the oddest value that people were seen to have.
MACHINES = {
    "odd threads and pictures": {"OMP_NUM_THREADS": "0", "MPLBACKEND": "no.such.backend", "PYTHONSAFEPATH": "1"},
}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_grade_is_the_same_on_odd_machines(machine: str, temporary: TemporaryCourse) -> None:
    temporary.hand_in("ada", Course(temporary.root).topic(SLUG).source.read_bytes())
    for name, value in MACHINES[machine].items():
        temporary.environment.pop(name, None)
        if value is not None:
            temporary.environment[name] = value
    before = os.umask(0)  # the template of commands keeps its own; files that this test makes are open to all
    try:
        temporary.run("autograder", "grade", SLUG)
    finally:
        os.umask(before)
    assert temporary.score("ada") == 25.0

"""Building a release from its text: the same bytes every time, and a sentence for every mistake of an author."""

import json
import re
import shutil
from pathlib import Path

import pytest

from autograder.authoring.build import build, build_handouts, must_be_untouched
from autograder.core.course import Course, Topic
from autograder.core.outcomes import GraderFault, UsageError
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.source import EXPERIMENT, source_notebook

from ...conftest import SLUG
from ..conftest import TEXT, SmallCourse


@pytest.fixture(scope="module")
def rebuilt(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course, built once more in another folder."""
    root = tmp_path_factory.mktemp("rebuilt")
    shutil.copy(course.root / "nbgrader_config.py", root)
    shutil.copytree(course.root / "solutions", root / "solutions")
    again = Course(root)
    build(again, again.topics)
    build_handouts(again)
    return again


def stale(course: Course, rebuilt: Course) -> list[str]:
    """Returns the topics and pages whose committed notebook differs from a fresh build."""
    fresh = {topic.slug: topic.release for topic in rebuilt.topics} | {path.stem: path for path in rebuilt.handouts}
    return [
        name
        for name, path in fresh.items()
        if path.read_bytes() != (course.root / path.relative_to(rebuilt.root)).read_bytes()
    ]


def test_the_committed_notebooks_are_fresh(course: Course, rebuilt: Course) -> None:
    assert stale(course, rebuilt) == []


def test_a_notebook_that_was_edited_by_hand_is_found(course: Course, rebuilt: Course, tmp_path: Path) -> None:
    edited = Course(tmp_path)
    shutil.copytree(course.root / "solutions", tmp_path / "solutions")
    for topic in course.topics:
        target = edited.topic(topic.slug).release
        target.parent.mkdir(parents=True)
        shutil.copy(topic.release, target)
    for page in course.handouts:
        (tmp_path / "course" / page.name).write_text(page.read_text("utf-8").replace(" ", "  "))
    edited.topic(SLUG).release.write_text(edited.topic(SLUG).release.read_text().replace("sigmoid", "Sigmoid", 1))
    assert stale(edited, rebuilt) == [SLUG, "demos", "museum"]


def test_two_builds_are_the_same_to_the_byte(course: Course, rebuilt: Course) -> None:
    first = rebuilt.topic(SLUG).release.read_bytes()
    build(rebuilt, [rebuilt.topic(SLUG)])
    assert rebuilt.topic(SLUG).release.read_bytes() == first
    assert source_notebook(course.topic(SLUG)) == source_notebook(course.topic(SLUG))


def test_authors_say_in_a_word_what_a_cell_is(small: SmallCourse) -> None:
    cells = json.loads(small.topic.source.read_text())["cells"]
    meta = {cell["id"]: nbgrader_of(cell) for cell in cells}
    assert list(meta) == ["setup", "write-double", "double", "why"]
    assert meta["write-double"] == {
        "grade": False,
        "grade_id": "write_double",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert (meta["double"]["grade"], meta["double"]["points"], meta["double"]["solution"]) == (True, 3, False)
    assert (meta["why"]["grade"], meta["why"]["points"], meta["why"]["solution"]) == (True, 2, True)
    assert meta["setup"]["locked"]


def test_experiments_are_tagged_and_the_learners_nbgrader_skips_that_tag(course: Course) -> None:
    cells = {cell["id"]: cell["metadata"] for cell in json.loads(source_notebook(course.topic(SLUG)))["cells"]}
    tagged = [name for name, metadata in cells.items() if EXPERIMENT in metadata.get("tags", [])]
    assert tagged == ["ring", "explorer", "own-test", "who-dies", "digits", "seven", "patient", "submit"]
    config = json.loads((course.root / "course" / "jupyter" / "nbgrader_config.json").read_text())
    assert config["Execute"]["skip_cells_with_tag"] == EXPERIMENT


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (' locked="setup"', "", "say what it is, with one of locked, write, check, question, guess, free"),
        (' write="double"', ' write="double" free=true', "say what it is"),
        (' check="double" points=3', ' check="double"', "`points` belong to check and question cells"),
        (' write="double"', ' write="double" points=1', "`points` belong to check and question cells"),
        (' question="why"', ' question="double"', "more than one cell is called double"),
        (
            'check("double")\n',
            'check("double")\n\n# %% guess="race"\npredict("rice", "")\n',
            'holds predict("race", "")',
        ),
        (
            'check("double")\n',
            'check("double")\n\n# %% guess="race"\npredict("race", "me")\n',
            'holds predict("race", "")',
        ),
    ],
)
def test_a_cell_that_is_marked_wrongly_is_named(small: SmallCourse, before: str, after: str, says: str) -> None:
    small.write(small.topic.text, TEXT.replace(before, after))
    with pytest.raises(GraderFault, match=re.escape(says)) as fault:
        source_notebook(small.topic)
    assert "01_small.py" in str(fault.value)


def test_a_place_for_a_guess_is_the_learners_own_cell_and_not_on_slides(course: Course) -> None:
    cells = {cell["id"]: cell for cell in json.loads(source_notebook(course.topic(SLUG)))["cells"]}
    place = cells["guess-ring"]
    assert "".join(place["source"]).startswith('predict("ring", "")')
    assert place["metadata"] == {"slideshow": {"slide_type": "skip"}}


def test_a_missing_text_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(GraderFault, match=r"is missing\. It is the single source of a topic"):
        source_notebook(Topic(tmp_path, "09_nothing"))


def test_what_nbgrader_refuses_is_said_in_its_words(course: Course, tmp_path: Path) -> None:
    shutil.copy(course.root / "nbgrader_config.py", tmp_path)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_open.py").write_text(TEXT.replace("    ### END SOLUTION\n", ""))
    broken = Course(tmp_path)
    with pytest.raises(GraderFault, match=r"nbgrader could not release 01_open(.|\n)*no end solution statement found"):
        build(broken, broken.topics)


def test_a_release_that_somebody_has_worked_in_is_not_replaced(small: SmallCourse) -> None:
    small.topic.release.write_text(small.topic.release.read_text().replace("raise NotImplementedError", "return x + x"))
    (small.topic.release.parent / "notes.txt").write_text("mine")
    (small.topic.release.parent / ".ipynb_checkpoints").mkdir()
    with pytest.raises(UsageError) as caught:
        build(Course(small.topic.root), [small.topic])
    assert "there is notes.txt, write_double is written. Building would delete that." in str(caught.value)
    assert (small.topic.release.parent / "notes.txt").is_file()


def test_a_release_in_which_somebody_has_written_a_guess_is_not_replaced(small: SmallCourse) -> None:
    small.write(small.topic.text, TEXT + '\n# %% guess="race"\npredict("race", "")\n')
    small.release()
    text = small.topic.release.read_text().replace("NotImplementedError", "NotImplementedError  # your code here")
    small.write(small.topic.release, text)
    must_be_untouched(small.topic)
    small.write(small.topic.release, text.replace(r"predict(\"race\", \"\")", r"predict(\"race\", \"mine\")"))
    with pytest.raises(UsageError, match="a guess is written"):
        must_be_untouched(small.topic)

"""A course that is updated in the middle of a term: there are submissions, and its notebooks are built again."""

import shutil

import pytest

from autograder.authoring.build import build
from autograder.core.course import Course
from autograder.core.outcomes import GraderFault, UsageError
from autograder.gradebook.config import course_directory, open_gradebook
from autograder.gradebook.rebuilt import take_over
from autograder.notebooks.source import write_source

from ...conftest import find_course
from ..conftest import TEXT, SmallCourse

SLUG = "01_small"
LOCKED = '\n# %% locked="look"\nprint(double(2))\n'
EXERCISE = TEXT[TEXT.index('# %% write="double"') : TEXT.index("# %% [markdown]")].replace("double", "triple")


@pytest.fixture
def graded(small: SmallCourse) -> SmallCourse:
    """A course that was built, and whose gradebook holds one submission with a score by hand."""
    for configuration in find_course().root.glob("nbgrader_config.*"):
        shutil.copy(configuration, small.topic.root)
    shutil.rmtree(small.topic.release.parent)
    course = Course(small.topic.root)
    build(course, [small.topic])
    with open_gradebook(course_directory(course.root)) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(SLUG, "ada")
        gradebook.find_grade("why", SLUG, SLUG, "ada").manual_score = 1.5
        gradebook.db.commit()
    return small


def scores(small: SmallCourse) -> tuple[float, set[str]]:
    """Returns the score by hand, and the names of all cells that the gradebook knows."""
    with open_gradebook(course_directory(small.topic.root)) as gradebook:
        notebook = gradebook.find_notebook(SLUG, SLUG)
        by_hand = gradebook.find_grade("why", SLUG, SLUG, "ada").manual_score
        return by_hand, {cell.name for cell in notebook.source_cells}


def test_new_text_and_experiments_are_taken_over_and_marks_stay(graded: SmallCourse) -> None:
    before = scores(graded)
    graded.write(graded.topic.text, TEXT + LOCKED)
    build(Course(graded.topic.root), [graded.topic])
    assert "print(double(2))" in graded.topic.release.read_text()
    assert scores(graded) == (before[0], before[1] | {"look"})
    graded.write(graded.topic.text, TEXT)
    build(Course(graded.topic.root), [graded.topic])
    assert scores(graded) == before == (1.5, before[1])


def test_other_exercises_are_refused_and_nothing_is_lost(graded: SmallCourse) -> None:
    before = scores(graded), graded.topic.release.read_bytes(), graded.topic.source.read_bytes()
    graded.write(graded.topic.text, TEXT + "\n" + EXERCISE)
    with pytest.raises(UsageError) as caught:
        build(Course(graded.topic.root), [graded.topic])
    assert "holds 1 submission of 01_small, and its new notebook has other exercises: " in str(caught.value)
    assert "triple is new" in str(caught.value)
    assert "nbgrader db assignment remove 01_small --force" in str(caught.value)
    assert before == (scores(graded), graded.topic.release.read_bytes(), graded.topic.source.read_bytes())


def test_what_nbgrader_fails_to_make_stays_as_it_was(graded: SmallCourse) -> None:
    before = graded.topic.release.read_bytes(), graded.topic.source.read_bytes()
    graded.write(graded.topic.text, TEXT.replace("    ### END SOLUTION\n", ""))
    with pytest.raises(GraderFault, match="no end solution statement found"):
        build(Course(graded.topic.root), [graded.topic])
    assert before == (graded.topic.release.read_bytes(), graded.topic.source.read_bytes())


def test_nbgrader_alone_refuses_what_is_taken_over(graded: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.gradebook.rebuilt.take_over", lambda coursedir, topic: None)
    graded.write(graded.topic.text, TEXT + LOCKED)
    with pytest.raises(GraderFault, match="Cannot add or remove cells"):
        build(Course(graded.topic.root), [graded.topic])


def test_a_gradebook_without_submissions_is_nbgraders(small: SmallCourse) -> None:
    shutil.copy(find_course().root / "nbgrader_config.py", small.topic.root)
    write_source(small.topic)
    take_over(course_directory(small.topic.root), small.topic)

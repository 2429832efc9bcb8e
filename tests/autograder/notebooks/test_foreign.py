"""A notebook of another topic is recognised, and a damaged or empty one of the right topic is not taken for one."""

import itertools

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course, Topic
from autograder.notebooks import reader
from autograder.notebooks.foreign import doubt
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.repair import repair


def test_each_topic_is_told_from_each_other(course: Course) -> None:
    releases = {topic.slug: read_release(topic.release) for topic in course.topics}
    for (one, given), (other, release) in itertools.permutations(releases.items(), 2):
        told = repair(Notebook(given.cells, given.metadata), release).repairs
        assert told == [f"This notebook is that of {one}, not of {other}."]
    for release in releases.values():
        assert not doubt(repair(Notebook(release.cells, release.metadata), release).repairs)


def test_no_damage_makes_a_notebook_foreign(topic: Topic, release: Release) -> None:
    for student in CLASS:
        assert not doubt(repair(reader.read(submission(topic, student)), release).repairs), student.name


def test_a_notebook_with_nothing_of_the_topic_says_so(release: Release) -> None:
    told = repair(Notebook([reader.code_cell("import pandas", "a")]), release).repairs
    assert told == ["This notebook holds none of the exercises of 02_activations."]
    begun = [reader.code_cell("def relu(x):\n    return x", "a")]
    assert not doubt(repair(Notebook(begun), release).repairs)

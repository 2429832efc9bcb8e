"""Each accident of the corpus has one result, whether `autograder grade` or `nbgrader autograde` reads it."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.core.course import Course, Topic

from ..autograder.temporary import TABLES, TemporaryCourse
from . import corpus
from .runner import World
from .target import TargetCourse

FAMILIES = ("structure", "shipped", "feedback")  # what is read on our side
ODD = ("answers_forged", "attachments", "hundreds_of_cells", "link_to_the_secret")  # each was once read in two ways
SOME = 6  # one in so many in `make test`: nbgrader takes a third of a second for each

Read = tuple[dict[str, list[tuple[str, ...]]], dict[str, bytes]]


@pytest.fixture
def target(tmp_path: Path, course: Course) -> TemporaryCourse:
    """The attacked course, released by nbgrader."""
    made = TargetCourse(tmp_path / "target")
    made.topic.release.unlink()
    for configuration in course.root.glob("nbgrader_config.*"):
        shutil.copy(configuration, made.topic.root)
    temporary = TemporaryCourse(made.topic.root, course.root)
    temporary.run("autograder", "build", made.topic.slug)
    return temporary


def both_ways(temporary: TemporaryCourse, slug: str, before: Path) -> tuple[Read, Read]:
    """Returns the gradebook's rows and the graded notebooks, by `autograder grade` and by `nbgrader autograde`."""
    build, read = temporary.root / "build", list[Read]()
    shutil.copytree(build, before, symlinks=True)
    for command in ("autograder grade", "nbgrader autograde"):
        temporary.run(*command.split(), slug, fails=True)  # one folder is empty
        read.append((temporary.tables(), temporary.files()))
        shutil.rmtree(build)
        shutil.copytree(before, build, symlinks=True)
    ours, theirs = read
    return ours, theirs


def differences(ours: Read, theirs: Read) -> list[str]:
    """Returns the tables and the files that differ."""
    tables = [table for table in TABLES if ours[0][table] != theirs[0][table]]
    return tables + sorted(
        name for name in ours[1].keys() | theirs[1].keys() if ours[1].get(name) != theirs[1].get(name)
    )


def test_one_result_for_each_accident(target: TemporaryCourse, tmp_path: Path, long: bool) -> None:
    """Takes ten seconds: nbgrader's autograde grades some of the corpus, and all of it in a long run."""
    topic = Topic(target.root, "01_small")
    found = [attack for attack in corpus.load() if attack.family in FAMILIES]
    chosen = [attack for n, attack in enumerate(found) if long or n % SOME == 0 or attack.name in ODD]
    (tmp_path / "world").mkdir()
    places = dict.fromkeys(("PORT", "UDP_PORT", "ABSTRACT", "SOCKET", "PID", "MARK"), "1")
    places |= {name: str(World(tmp_path / "world").secret) for name in ("SECRET", "OTHER")}
    submitted = target.root / "build" / "submitted"
    for attack in chosen:
        attack.write(submitted / f"{attack.family}-{attack.name}" / topic.slug, places)
    (submitted / "nobody" / topic.slug).mkdir(parents=True)
    ours, theirs = both_ways(target, topic.slug, tmp_path / "before")
    assert differences(ours, theirs) == []
    rows, files = ours
    assert len({row[0] for row in rows["grade"]}) > len(chosen) // 2
    results = {
        name.split("/")[0]: json.loads(json.loads(data)["metadata"]["gradwise"]["result"])
        for name, data in files.items()
        if name.endswith(".ipynb")
    }
    assert results["structure-answers_forged"]["score"] == 14.0


def test_a_difference_between_the_ways_is_seen() -> None:
    one: Read = ({table: [("ada", "1")] for table in TABLES}, {"ada/a.ipynb": b"1", "ben/a.ipynb": b"1"})
    assert differences(one, one) == []
    rows = {table: [("ada", "0")] if table == "grade" else rows for table, rows in one[0].items()}
    assert differences(one, (rows, {**one[1], "ben/a.ipynb": b"2"})) == ["grade", "ben/a.ipynb"]
    assert differences(one, (one[0], {"ada/a.ipynb": b"1"})) == ["ben/a.ipynb"]

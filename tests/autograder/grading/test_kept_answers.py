"""What the reference answers is kept on disk: whoever has it grades without PyTorch, and as with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.core.course import find_course
from autograder.grading import kept_answers, reference
from autograder.grading.grader import Grader
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.grading.session import open_grader
from autograder.grading.single_flight import Shared
from autograder.notebooks.source import write_source

from ...conftest import SEED, SLUG

SLUGS = [topic.slug for topic in find_course().topics]
# Their answers record what they are given, so they are asked each time.
ASKED_EACH_TIME = {"fit_with_restore"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which answers are kept, with nothing in it and nothing remembered."""
    monkeypatch.setattr(kept_answers, "_folder", lambda topic: tmp_path)
    monkeypatch.setattr(reference, "_answers", {})
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the reference that were needed for an answer."""
    names: list[str] = []
    real = reference._real

    def counted(name: str) -> Any:
        names.append(name)
        return real(name)

    monkeypatch.setattr(reference, "_real", counted)
    return names


@pytest.fixture
def opened(folder: Path) -> Iterator[Grader]:
    topic = find_course().topic(SLUG)
    write_source(topic)
    with open_grader(topic, SEED) as grader:
        yield grader


def graded(grader: Grader, entry: Misconception | None = None) -> list[dict[str, Any]]:
    """Grades the solution, or a wrong answer's exercise."""
    if entry is None:
        results = grader.grade_cells("learner", grader.catalogue.solution)
    else:
        results = grader.grade_cells("learner", grader.catalogue.with_misconception(entry), [entry.exercise])
    return [exercise.to_json() for exercise in results.exercises]


def is_right(results: list[dict[str, Any]]) -> bool:
    return all(exercise["points"] == exercise["max_points"] for exercise in results)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_is_graded_without_the_reference_and_a_wrong_answer_as_with_it(
    slug: str, folder: Path, asked: list[str], long: bool
) -> None:
    if not long and SLUGS.index(slug) % 3:
        pytest.skip("`make test` tries three topics")
    topic = find_course().topic(slug)
    write_source(topic)
    wrong = load_misconceptions(topic)[10]
    with open_grader(topic, SEED) as grader:
        kept_answers.prepare(grader)
        assert asked
        before = graded(grader, wrong)
    reference._answers.clear()
    with open_grader(topic, SEED) as grader:
        kept_answers.prepare(grader)
        asked.clear()
        assert is_right(graded(grader))
        assert set(asked) <= ASKED_EACH_TIME
        assert graded(grader, wrong) == before  # it may ask: some code calls what it is given with values of its own
    assert not is_right(before)


def test_it_is_asked_once_and_holds_nothing_of_a_learner(opened: Grader, folder: Path, asked: list[str]) -> None:
    kept_answers.prepare(opened)
    (path,) = folder.glob("*.value")
    kept = path.read_bytes()
    asked.clear()
    graded(opened, load_misconceptions(opened.topic)[0])
    assert kept_answers.prepare(opened) == ""
    assert path.read_bytes() == kept
    assert not path.stat().st_mode & 0o077


def test_other_checks_and_another_secret_have_their_own(opened: Grader, folder: Path) -> None:
    topic = opened.topic
    assert not kept_answers.are_kept(topic, SEED)
    kept_answers.prepare(opened)
    assert kept_answers.are_kept(topic, SEED)
    assert not kept_answers.are_kept(topic, "another")


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: b"", lambda data: bytes(32) + data[32:]])
def test_a_damaged_or_foreign_file_is_ignored_with_a_sentence(spoil: Any, opened: Grader, folder: Path) -> None:
    kept_answers.prepare(opened)
    (path,) = folder.glob("*.value")
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    reference._answers.clear()
    with open_grader(opened.topic, SEED) as grader:
        assert "is damaged, or not of this course" in kept_answers.prepare(grader)
        assert len(path.read_bytes()) == len(whole)
        assert kept_answers.prepare(grader) == ""


def test_a_folder_that_cannot_be_written_costs_nothing(opened: Grader, folder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept_answers, "_folder", lambda topic: Path("/proc/no/such"))
    assert kept_answers.prepare(opened) == ""
    assert is_right(graded(opened))


def test_two_values_of_a_topic_stay(opened: Grader, folder: Path) -> None:
    for number in range(3):
        (folder / f"{number}.value").write_bytes(b"")
        (folder / f"{number}.lock").write_bytes(b"")
    kept_answers.prepare(opened)
    assert len(list(folder.glob("*.value"))) == len(list(folder.glob("*.lock"))) == 2
    assert kept_answers.are_kept(opened.topic, SEED)


def test_a_file_of_another_secret_is_foreign(opened: Grader, folder: Path) -> None:
    kept_answers.prepare(opened)
    (path,) = folder.glob("*.value")
    opened.seed = "another"
    foreign = Shared(folder, b"another")._path(kept_answers._name(opened.topic, "another"), "value")
    path.rename(foreign)
    assert "is damaged, or not of this course" in kept_answers.prepare(opened)

"""A learner whose data makes our own code raise, run for ever or die costs a sentence, and stops no command."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.apps.api import NbGraderAPI

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.cli.common import INCOMPLETE
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.core.outcomes import GraderFault
from autograder.gradebook.config import nbgrader_config
from autograder.grading import reading, session
from autograder.nbgrader_plugins import autograde, feedback
from autograder.notebooks.reader import Notebook
from autograder.reports import apart, feedback_page, item_analysis
from autograder.reports.apart import OneByOne
from autograder.reports.graded_code import Written

from ...conftest import SEED, SLUG
from ..temporary import TemporaryCourse


def raises() -> None:
    raise ValueError("planted")


def runs_for_ever() -> None:
    re.match(r"(a|a)*b", "a" * 40)  # one call into C, which asks for no signal


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


VIOLATIONS = {"raises": raises, "runs": runs_for_ever, "dies": dies}


def length(word: str) -> int:
    VIOLATIONS.get(word, len)(*([] if word in VIOLATIONS else [word]))
    return len(word)


def only_alone(words: dict[str, str]) -> int:
    return 1 // (len(words) == 1)


def lengths(words: dict[str, str]) -> list[int]:
    return [length(word) for word in words.values()]


@pytest.fixture(autouse=True)
def half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.5)


def test_each_failure_is_that_learners_and_the_next_one_is_served() -> None:
    words = ["ada", "raises", "ben", "runs", "dies", "zoe"]
    with OneByOne() as one_by_one:
        assert [one_by_one.of(word, length, word) for word in words] == [3, None, 3, None, None, 3]
        assert one_by_one.lost == {"raises": "ValueError: planted", "runs": apart.DIED, "dies": apart.DIED}
        assert one_by_one.sentences("no page")[0] == "raises: no page (ValueError: planted)."


@pytest.mark.parametrize("bad", VIOLATIONS)
def test_what_is_made_of_a_class_is_made_without_those_for_whom_it_fails(bad: str) -> None:
    with OneByOne() as one_by_one:
        assert one_by_one.of_all(lengths, {"ada": "ada", "eve": bad, "zoe": "zoe!"}) == [3, 4]
        assert list(one_by_one.lost) == ["eve"]


def test_what_fails_for_nobody_alone_is_a_fault() -> None:
    with OneByOne() as one_by_one, pytest.raises(GraderFault, match="ZeroDivisionError"):
        one_by_one.of_all(only_alone, {"ada": "a", "zoe": "z"})


# --- the commands -----------------------------------------------------------------------------------

Run = Callable[..., Any]


@pytest.fixture
def run(temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command in this process, so that what is planted here is there. Three learners have been graded."""
    for number, name in enumerate(("ada", "eve", "zoe")):
        temporary.hand_in(name, submission(Course(temporary.root).topic(SLUG), CLASS[number]))
    monkeypatch.chdir(temporary.root)
    monkeypatch.setenv("GRADWISE_SEED", SEED)

    def command(*words: str) -> Any:
        return CliRunner().invoke(main, [*words])

    assert command("grade", SLUG, "--workers", "1").exit_code == 0
    yield command
    session.forget()


def test_commands_name_the_learner_go_on_and_end_with_1(
    run: Run, temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes over 10 seconds: three learners are graded, and each of five commands meets each violation."""
    page_of, work, cells = feedback_page.feedback_page, item_analysis.work, Written._cells
    build = temporary.root / "build"
    (build / "feedback").mkdir(exist_ok=True)
    for violation in VIOLATIONS.values():

        def only_for(name: str, violation: Callable[[], None] = violation) -> None:
            if name == "eve":
                violation()

        def page(result: Any, *rest: Any, only_for: Any = only_for) -> str:
            only_for(result.student)
            return page_of(result, *rest)

        def classes(results: Any, only_for: Any = only_for) -> Any:
            for result in results:
                only_for(result.student)
            return work(results)

        def read(self: Written, student: str, only_for: Any = only_for) -> Any:
            only_for(student)
            return cells(self, student)

        monkeypatch.setattr(feedback_page, "feedback_page", page)
        monkeypatch.setattr(item_analysis, "work", classes)
        monkeypatch.setattr(Written, "_cells", read)
        for words, there in (
            (("feedback", SLUG), "eve: the page for 02_activations says only that it could not be made ("),
            (("report", SLUG, "--names"), "eve: left out of the report of 02_activations ("),
            (("similar", SLUG), "eve: the answer could not be compared ("),
            (("viva", SLUG, "--class", "--seed", "1"), "eve: no question could be made ("),
        ):
            done = run(*words)
            assert done.exit_code == INCOMPLETE, done.output
            assert there in done.output
            assert done.output.count("eve: ") == 1, done.output
        pages = {name: (build / "feedback" / name / SLUG / f"{SLUG}.html").read_text() for name in ("ada", "eve")}
        assert "What was checked" in pages["ada"]
        assert "Your feedback page could not be made" in pages["eve"]
        assert "Show this page to your teacher" in pages["eve"]
        assert "<b>2</b>submissions" in " ".join((build / "report" / f"{SLUG}.html").read_text().split())
        assert "No question could be made of this code" in (build / "report" / f"{SLUG}-viva.html").read_text()
        assert "2 answers were compared" in (build / "report" / f"{SLUG}-similar.html").read_text()

        feedback._one_by_one.cache_clear()
        assert NbGraderAPI(config=nbgrader_config(temporary.root)).generate_feedback(SLUG)["success"]
        assert (
            "Your feedback page could not be made" in (build / "feedback" / "eve" / SLUG / f"{SLUG}.html").read_text()
        )
        feedback._one_by_one().__exit__(None, None, None)
    feedback._one_by_one.cache_clear()


@pytest.fixture
def apart_anew() -> Iterator[None]:
    """The process in which nbgrader's steps grade is started in the test, and ended."""
    autograde._apart.cache_clear()
    yield
    autograde._apart().close()
    autograde._apart.cache_clear()


@pytest.mark.usefixtures("apart_anew")
def test_nbgrader_grades_the_others_when_reading_or_repairing_one_fails(
    temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes over 10 seconds: nbgrader grades three learners."""
    good = submission(Course(temporary.root).topic(SLUG), CLASS[0])
    for name in ("reading dies", "repair dies", "ada"):
        temporary.hand_in(
            name.replace(" ", "_"), good.replace(b'"nbformat": 4', b'"gw": "%s", "nbformat": 4' % name.encode())
        )
    read, repair = reading.reader.read, reading.repair

    def planted_read(data: bytes, name: str = "", *, known: bool = False) -> Notebook:
        if b"reading dies" in data:
            dies()
        notebook = read(data, name, known=known)
        notebook.metadata["dies"] = b"repair dies" in data
        return notebook

    def planted_repair(notebook: Notebook, release: Any) -> Notebook:
        if notebook.metadata.get("dies"):
            dies()
        return repair(notebook, release)

    monkeypatch.chdir(temporary.root)
    monkeypatch.setenv("GRADWISE_SEED", SEED)
    monkeypatch.setattr(reading.reader, "read", planted_read)
    monkeypatch.setattr(reading, "repair", planted_repair)
    api = NbGraderAPI(config=nbgrader_config(temporary.root))
    for name in ("reading_dies", "repair_dies", "ada"):
        result = api.autograde(SLUG, name)
        assert result["success"], result
        assert (
            "could not be read" in (temporary.root / f"build/autograded/{name}/{SLUG}/{SLUG}.ipynb").read_text()
        ) == (name != "ada")
    assert {name: temporary.score(name) for name in ("reading_dies", "repair_dies", "ada")} == {
        "reading_dies": 0.0,
        "repair_dies": 0.0,
        "ada": 25.0,
    }

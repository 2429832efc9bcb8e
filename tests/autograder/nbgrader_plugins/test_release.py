"""nbgrader's release_feedback: one submission that did not come through the exchange does not stop the others."""

import shutil
from pathlib import Path

from autograder.gradebook.intake import SECRET, TIMESTAMP

from ...conftest import SLUG
from ..temporary import TemporaryCourse


def page(temporary: TemporaryCourse, student: str, **files: str) -> Path:
    """Writes a learner's feedback folder."""
    folder = temporary.root / "build" / "feedback" / student / SLUG
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.html").write_text(f"the page of {student}")
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def released(temporary: TemporaryCourse) -> list[str]:
    folder = temporary.root / "build" / "exchange" / "gradwise" / "feedback"
    return sorted(path.read_text() for path in folder.glob("*.html"))


def test_who_did_not_submit_through_the_exchange_is_named_and_the_others_get_their_pages(
    temporary: TemporaryCourse,
) -> None:
    temporary.run("nbgrader", "release_assignment", SLUG)
    page(temporary, "ada", submission_secret="a", timestamp="2026-01-02 03:04:05 UTC")
    ben = page(temporary, "ben", submission_secret="b")
    cyd = page(temporary, "cyd", timestamp="2026-01-02 03:04:05 UTC")
    (temporary.root / "build" / "feedback" / "dan" / SLUG).mkdir(parents=True)  # has no page
    output = temporary.run("nbgrader", "release_feedback", SLUG)
    assert released(temporary) == ["the page of ada", "the page of ben"]
    assert f"cyd did not submit through nbgrader's exchange, so it cannot hand the page out. Send {cyd}." in output
    assert "Traceback" not in output
    assert "dan" not in output
    assert (ben / TIMESTAMP).is_file()

    shutil.rmtree(temporary.root / "build" / "exchange" / "gradwise" / "feedback")
    (cyd / SECRET).write_text("c")
    temporary.run("nbgrader", "release_feedback", SLUG, "--student", "cyd")
    assert released(temporary) == ["the page of cyd"]

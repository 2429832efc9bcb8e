"""Security holes of nbgrader that would reach our users, in a real course: each is closed where that is possible."""

import os
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course
from autograder.gradebook.config import nbgrader_config
from autograder.gradebook.intake import set_aside, time_of
from autograder.notebooks import reader
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release
from autograder.notebooks.repair import repair
from autograder.notebooks.unpacking import load
from autograder.reports.html import safe

from ...conftest import SLUG
from ..temporary import TemporaryCourse

SECRET = "marmalade"
EVIL = (
    "<script>gwevil()</script> <img src=x onerror=gwevil()> <iframe src='//gwevil'></iframe> [x](javascript:gwevil)\n\n"
    "<form action='//gwevil'><input id='elu' class='score'></form> <style>*{gwevil}</style> <svg onload=gwevil()>\n\n"
    "<a href='data:text/html,gwevil'>x</a> <p style='position:fixed' onclick=gwevil()>x</p>\n\n"
    "**bold** $a<b$ `x<y` ![p](data:image/png;base64,AA==) ![q](https://gwevil.example/pixel)\n"
)


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def everything_in(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


def test_collect_follows_no_link_and_believes_no_time(temporary: TemporaryCourse, secret: Path) -> None:
    inbound = temporary.root / "build" / "exchange" / "gradwise" / "inbound"
    sent = inbound / f"eve+{SLUG}+2020-01-02 03:04:05 UTC+abc"
    sent.mkdir(parents=True)
    (sent / f"{SLUG}.ipynb").write_bytes(submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    (sent / "timestamp.txt").write_text("2020-01-02 03:04:05 UTC")
    os.utime(sent / "timestamp.txt", (0, 0))
    (sent / "notes.txt").symlink_to(secret)
    (sent / "folder").symlink_to(secret.parent)
    (sent / "mine.txt").write_text("mine")
    os.mkfifo(sent / "pipe")
    (inbound / f"ann+{SLUG}+2020-01-02 03:04:05 UTC+abd").symlink_to(secret.parent)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    honest = shutil.copytree(sent, inbound / f"bob+{SLUG}+{now} UTC+abe", symlinks=True, ignore=lambda *_: ["pipe"])
    (honest / "timestamp.txt").write_text(f"{now} UTC")

    output = temporary.run("nbgrader", "collect", SLUG, "--course", "gradwise")

    submitted = temporary.root / "build" / "submitted"
    assert {path.name for path in (submitted / "eve" / SLUG).iterdir()} == {
        f"{SLUG}.ipynb",
        "timestamp.txt",
        "mine.txt",
    }
    assert SECRET not in everything_in(submitted)
    assert "notes.txt is not a plain file, and was not collected." in output
    assert "is a link, and is not collected." in output
    assert not (submitted / "ann" / SLUG).exists()
    arrived = time_of(submitted / "eve" / SLUG)
    assert arrived is not None
    assert abs((arrived - now).total_seconds()) < 120
    assert "claims to have been handed in at 2020-01-02 03:04:05; it was written at" in output
    assert time_of(submitted / "bob" / SLUG) == now


def test_a_time_that_is_none_and_a_link_stop_nobody(temporary: TemporaryCourse, secret: Path) -> None:
    topic = Course(temporary.root).topic(SLUG)

    def hand_in() -> None:
        for name in ("ada", "eve", "zoe"):
            path = temporary.hand_in(name, submission(topic, CLASS[0]))
            if name == "eve":
                (path.parent / "timestamp.txt").write_bytes(b"\xff yesterday")
                (path.parent / "notes.txt").symlink_to(secret)
                os.mkfifo(path.parent / "pipe")
        (temporary.root / "build" / "submitted" / "zoe" / SLUG / f"{SLUG}.ipynb").unlink()
        (temporary.root / "build" / "submitted" / "zoe" / SLUG / f"{SLUG}.ipynb").symlink_to(
            temporary.root / "build" / "submitted" / "ada" / SLUG / f"{SLUG}.ipynb"
        )

    hand_in()
    output = temporary.run("nbgrader", "autograde", SLUG, fails=True)
    assert f"zoe has no {SLUG}.ipynb: there is {SLUG}.ipynb (a link)." in output
    assert "timestamp.txt holds no time; it was renamed, and the submission counts as in time." in output
    assert "notes.txt was a link to" in output
    assert [temporary.score(name) for name in ("ada", "eve", "zoe")] == [25.0, 25.0, 0.0]
    temporary.run("nbgrader", "generate_feedback", SLUG)
    assert SECRET not in everything_in(temporary.root / "build" / "autograded")
    assert SECRET not in everything_in(temporary.root / "build" / "feedback")

    shutil.rmtree(temporary.root / "build" / "submitted")
    hand_in()
    temporary.run("autograder", "grade", SLUG, "--fresh", fails=True)  # zoe has no notebook
    temporary.run("autograder", "feedback", SLUG)
    assert [temporary.score(name) for name in ("ada", "eve")] == [25.0, 25.0]
    assert SECRET not in everything_in(temporary.root / "build" / "autograded")


def test_formgrader_shows_no_html_of_a_learners(course: Course, release: Release, tmp_path: Path) -> None:
    cells = [reader.code_cell("x = 1", "a"), *(dict(cell) for cell in release.cells)]
    cells += [
        {"cell_type": kind, "id": f"evil-{kind}", "metadata": {"raw_mimetype": "text/html"}, "source": EVIL}
        for kind in ("markdown", "raw")
    ]
    answer = next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == "xu_table")
    answer["source"] = EVIL
    path = tmp_path / "evil.ipynb"
    path.write_text(repair(Notebook(cells), release).to_json())

    page = formgrader(nbgrader_config(course.root), path)
    ours = set(_Tags(formgrader(nbgrader_config(course.root), write_release(release, tmp_path))).tags)
    theirs = [tag for tag in _Tags(page).tags if tag not in ours]
    assert not [tag for tag in theirs if "gwevil" in tag or tag.split()[0] in ("script", "style", "input", "form")]
    assert "<strong>bold</strong>" in page
    assert "data:image/png;base64,AA==" in page

    open_config = nbgrader_config(course.root)
    del open_config.HTMLExporter.filters
    assert "<script>gwevil()</script>" in formgrader(open_config, path)  # the page without our step


def write_release(release: Release, folder: Path) -> Path:
    path = folder / "release.ipynb"
    path.write_text(Notebook(release.cells).to_json())
    return path


def formgrader(config: Config, path: Path) -> str:
    """Returns a notebook as HTML, with the exporter and the resources of formgrader."""
    extra = Config()
    extra.HTMLExporter.template_name = "formgrade"
    extra.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.merge(extra)
    resources = {
        "base_url": "/",
        "index": 0,
        "total": 1,
        "notebook_id": "n",
        "assignment_id": "a",
        "submission_id": "s",
    }
    resources |= {"last_name": "", "first_name": "", "student": "", "unique_key": "n"}
    html, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    return str(html)


def test_cleaning_keeps_what_markdown_makes() -> None:
    kept = '<h2>A</h2><p>x <code>y</code> <a target="_blank" rel="noopener" href="https://a.org">b</a></p><table><tbody><tr><td>1</td></tr></tbody></table>'
    assert safe(kept) == kept


def test_a_time_is_read_or_is_none(tmp_path: Path) -> None:
    stamp = tmp_path / "timestamp.txt"
    assert time_of(tmp_path) is None
    huge = "T10h9999999999999999999999100002026"  # a number that Python's decimals cannot hold
    for text in ("", "9999-99-99", "yesterday", "x" * 10_000, "1e400 2 3", "\x00", huge):
        stamp.write_text(text)
        assert time_of(tmp_path) is None, text
    stamp.write_text("2026-01-02 03:04:05 UTC")
    assert time_of(tmp_path) == datetime(2026, 1, 2, 3, 4, 5)
    assert set_aside(tmp_path) == []
    assert stamp.is_file()


def test_a_notebook_of_any_size_is_read_up_to_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.ipynb"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    data = load(path)
    assert len(data) <= (20 << 20) + 1
    assert reader.read(data).repairs == ["The file is larger than 20 MiB and was not read."]

"""Hostile names in every output that there is: of learners, of their files, in the gradebook and in a roster."""

import ast
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import autograder
from autograder.authoring.sample_class.students import CLASS, submission
from autograder.cli import common
from autograder.cli.main import main
from autograder.core import media
from autograder.core.course import Course
from autograder.core.text import is_control
from autograder.grading import session

from ...conftest import SEED, SLUG
from ..core.test_media import runs
from ..temporary import TemporaryCourse

EVIL = "=1;=2\x1b[31m\x9b2J\u202e<gwevil gwevil=1>x&lt;\nForged: 25 of 25\t|=3"
Say = Callable[..., str]


@pytest.fixture
def hostile(temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch) -> Iterator[TemporaryCourse]:
    """A course in which two learners have hostile names and equal answers, and a third has no notebook."""
    topic = Course(temporary.root).topic(SLUG)
    wrong = submission(topic, CLASS[2])
    for name in (EVIL, f"{EVIL} the second"):
        (temporary.hand_in(name, wrong).parent / f"{EVIL}.txt").write_text("beside")
    (temporary.hand_in(f"{EVIL} the third", wrong)).rename(
        temporary.root / "build" / "submitted" / f"{EVIL} the third" / SLUG / f"{EVIL}.docx"
    )
    monkeypatch.chdir(temporary.root)
    monkeypatch.setenv("GRADWISE_SEED", SEED)
    yield temporary
    session.forget()


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts += [tag, *(name for name, _ in attrs)]


def dangers(medium: str, text: str) -> list[str]:
    """Lists what a medium would obey in a text, and lines that a name has forged."""
    found = [f"{medium} obeys {char!r}" for char in sorted({*text}) if is_control(char) and char not in "\n\t"]
    found += [f"{medium} shows a forged line" for _ in re.findall("^ *Forged", text, re.MULTILINE)]
    if medium == "a page":
        found = [danger for danger in found if "forged" not in danger]  # a line break is a blank there
        found += [f"{medium} obeys {part}" for part in _Tags(text).parts if "gwevil" in part]
    if medium == "a spreadsheet":
        found += [f"{medium} runs {cell}" for line in text.split("\n") for cell in runs(line) if cell != "x"]
    return found


def outputs(course: TemporaryCourse) -> Iterator[tuple[str, str]]:
    """Runs every command that shows learners' names, and yields each medium with what was written to it."""
    csv = f'Student,ID,SIS Login ID,"{EVIL}"\n"{EVIL}",1,"{EVIL.replace(chr(10), "")}",x\nb,2,{SLUG},y\n'
    (course.root / "roster.csv").write_text(csv, "utf-8")
    commands = (
        ("grade", SLUG, "--workers", "1"),
        ("grade", SLUG, "--workers", "1", "--json", "-"),
        ("grade", "build/submitted", "--workers", "1", "--student", f"{EVIL} nobody"),
        ("grade", f"build/{EVIL}.ipynb"),
        ("feedback", SLUG),
        ("report", SLUG, "--names"),
        ("similar", SLUG, "--at-least", "1"),
        *(("export", SLUG, "--format", style) for style in ("csv", "canvas", "moodle")),
        ("export", SLUG, "--format", "canvas", "--roster", "roster.csv", "--output", f"build/{EVIL[:20]}.csv"),
        ("new", EVIL),
        ("build", EVIL),
    )
    for words in commands:
        done = CliRunner().invoke(main, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        if "--json" in words:
            assert EVIL in [tree["student"] for tree in json.loads(done.stdout)]
        yield "a terminal", done.output
    for path in (course.root / "build").rglob("*"):
        if path.suffix == ".html":
            yield "a page", path.read_text("utf-8")
        if path.suffix == ".csv":
            yield "a spreadsheet", path.read_text("utf-8")


def name_in_gradebook(course: TemporaryCourse) -> None:
    with sqlite3.connect(course.root / "build" / "gradebook.db") as connection:
        connection.execute("update student set first_name = ?, last_name = ?, email = ?", (EVIL, EVIL, EVIL))
    connection.close()


def test_no_output_obeys_a_name(hostile: TemporaryCourse) -> None:
    """Takes up to 20 seconds: a dozen commands run, for three learners."""
    media_seen = set()
    for medium, text in outputs(hostile):
        media_seen.add(medium)
        assert dangers(medium, text) == [], text
        if "graded" in text:
            name_in_gradebook(hostile)
    assert media_seen == {"a terminal", "a page", "a spreadsheet"}


@pytest.mark.parametrize(
    ("module", "function", "words"),
    [
        (media, "without_controls", ("grade", f"{EVIL}.ipynb")),
        (common, "for_json", ("grade", SLUG, "--workers", "1", "--json", "-")),
    ],
)
def test_an_output_that_is_not_cleaned_is_found(
    module: object, function: str, words: tuple[str, ...], hostile: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without the function of a medium, the same look finds something."""
    plain = {"without_controls": str, "for_json": lambda tree: json.dumps(tree, ensure_ascii=False) + "\n"}
    monkeypatch.setattr(module, function, plain[function])
    assert dangers("a terminal", CliRunner().invoke(main, words).output)


def test_dangers_are_found() -> None:
    assert dangers("a terminal", "a\x1b[31m")
    assert dangers("a terminal", "a\n  Forged: 25")
    assert dangers("a page", "<b gwevil=1>")
    assert dangers("a spreadsheet", "a,b;=1")
    assert not dangers("a page", "&lt;b gwevil=1&gt;\nForged")


def calls(source: str) -> list[str]:
    """Returns the calls in a module that print without `say`, `warn` or `write_json`."""
    printing = {"echo", "secho", "print", "write", "pager", "echo_via_pager"}
    names = [
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    ]
    return [name for name in names if name in printing - {"write"} or name in ("stdout", "stderr")]


def test_commands_print_by_three_functions_only() -> None:
    folder = Path(autograder.__file__).parent / "cli"
    for path in sorted(folder.glob("*.py")):
        allowed = ["echo"] * 3 if path.name == "common.py" else []  # for JSON, and for the two streams
        assert calls(path.read_text("utf-8")) == allowed, path
    assert calls("import click\nclick.echo('x')\nprint(1)") == ["echo", "print"]

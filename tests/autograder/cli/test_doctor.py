"""`autograder doctor` names what is missing on a machine or in a course, and what to do."""

import json
import resource
import sqlite3
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from autograder.cli import checkup
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.sandbox import levels

from ..temporary import TemporaryCourse


def findings(temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch) -> tuple[int, dict[str, dict[str, str]]]:
    monkeypatch.chdir(temporary.root)
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, {tree["subject"]: tree for tree in json.loads(result.stdout)}


def test_a_course_that_can_be_graded_is_well(temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    code, found = findings(temporary, monkeypatch)
    assert code == 0
    assert "problem" not in {tree["state"] for tree in found.values()}
    wanted = {"versions", "sandbox", "cores", "memory", "/dev/shm", "open files", "course", "configuration"}
    assert {*wanted, "gradebook", "exchange", "time"} <= found.keys()
    text = CliRunner().invoke(main, ["doctor"]).stdout
    assert "✓ gradebook" in text


@pytest.fixture
def few_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_files")
def test_what_is_missing_has_its_line_and_its_advice(
    temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary.root / "pyproject.toml").write_text('[project]\ndependencies = ["numpy>=99.1", "no-such-thing>=1"]\n')
    with sqlite3.connect(temporary.root / "build" / "gradebook.db") as books:
        books.execute("alter table student drop column lms_user_id")
    books.close()
    (temporary.root / "build" / "exchange").chmod(0o700)
    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", missing)
    monkeypatch.setattr(checkup, "_free_memory", lambda: 2**28)
    code, found = findings(temporary, monkeypatch)
    assert code == 1
    assert "no-such-thing is missing" in found["versions"]["text"]
    assert "(needed: 99.1)" in found["versions"]["text"]
    assert found["gradebook"]["state"] == "problem"
    assert "nbgrader db upgrade" in found["gradebook"]["advice"]
    assert found["open files"]["advice"].startswith("ulimit -n ")
    assert found["memory"]["advice"].startswith("--workers 1")
    assert "is /dev/shm mounted" in found["/dev/shm"]["text"]

    output = temporary.run("autograder", "export", "02_activations", fails=True)
    assert "It is from another version of nbgrader: run `nbgrader db upgrade`" in output


def missing(*_: object, **__: object) -> None:
    raise FileNotFoundError(2, "No such file or directory")


def test_a_configuration_that_cannot_be_loaded_is_named(
    temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write("c.Exchange.root = no_such_name\n")
    code, found = findings(temporary, monkeypatch)
    assert code == 1
    assert "NameError: name 'no_such_name' is not defined" in found["configuration"]["text"]
    for words in (("nbgrader", "export"), ("nbgrader", "autograde", "02_activations"), ("autograder", "grade", "x")):
        output = temporary.run(*words, fails=True)
        if words[0] == "nbgrader":
            assert "cannot be loaded: NameError: name 'no_such_name' is not defined." in output
    assert not (temporary.root / "grades.csv").exists()
    assert not (temporary.root / "gradebook.db").exists()


def test_no_sandbox_and_a_weaker_one_are_told_with_the_reason(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "why_not", lambda level: "" if level == "seccomp" else f"no {level} here")
    (finding,) = checkup._sandbox(course)
    assert finding.state == "note"
    assert finding.advice == "for a stronger one: bubblewrap: no bubblewrap here landlock: no landlock here"
    monkeypatch.setattr(levels, "why_not", lambda level: f"no {level} here")
    (finding,) = checkup._sandbox(course)
    assert finding.state == "problem"

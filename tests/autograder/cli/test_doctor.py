"""`autograder doctor` names what is missing on a machine or in a course, and what to do."""

import json
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import checkup
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.gradebook.config import checked
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
    assert {*wanted, "gradebook", "exchange", "time", "temporary files"} <= found.keys()
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
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", "/no/such/folder")
    code, found = findings(temporary, monkeypatch)
    assert code == 1
    assert "no-such-thing is missing" in found["versions"]["text"]
    assert "(needed: 99.1)" in found["versions"]["text"]
    assert found["gradebook"]["state"] == "problem"
    assert "nbgrader db upgrade" in found["gradebook"]["advice"]
    assert found["open files"]["advice"].startswith("ulimit -n ")
    assert found["memory"]["advice"].startswith("--workers 1")
    assert "is /dev/shm mounted" in found["/dev/shm"]["text"]
    assert found["temporary files"]["text"].endswith("for TMPDIR is /no/such/folder, where nothing can be written")
    assert found["temporary files"]["state"] == "note"

    output = temporary.run("autograder", "export", "02_activations", fails=True)
    assert "It is from another version of nbgrader: run `nbgrader db upgrade`" in output


def missing(*_: object, **__: object) -> None:
    raise FileNotFoundError(2, "No such file or directory")


BROKEN = {
    "a name at the end": ("", "c.Exchange.root = no_such_name", "NameError: name 'no_such_name' is not defined"),
    "a sign too many": ("", "c.LateSubmissionPlugin.penalty_method = 'zero')", "SyntaxError: unmatched ')'"),
    "not UTF-8": ("", "x = '\udce9'", "SyntaxError: "),
    "above the first line": ("import no_such_library", "", "ModuleNotFoundError: No module named 'no_such_library'"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_configuration_that_cannot_be_loaded_is_named_and_nothing_else_happens(
    kind: str, temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Takes up to 20 seconds: six commands of nbgrader and ours, of which each stops."""
    first, last, reason = BROKEN[kind]
    config = temporary.root / "nbgrader_config.py"
    config.write_text(f"{first}\n{config.read_text()}\n{last}\n", "utf-8", "surrogateescape")
    before = everything(temporary.root)
    code, found = findings(temporary, monkeypatch)
    assert code == 1
    assert reason in found["configuration"]["text"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = f"--CourseDirectory.root={temporary.root}"
    commands = [
        (("nbgrader", "export"), temporary.root),
        (("nbgrader", "export", there), elsewhere),
        (("nbgrader", "autograde", "02_activations", "--create"), temporary.root),
        (("nbgrader", "db", "student", "add", "ada"), temporary.root),
        (("autograder", "grade", "02_activations"), temporary.root),
        (("autograder", "export", "02_activations"), temporary.root),
    ]
    for words, folder in commands[: None if kind == "a sign too many" else 2]:
        output = temporary.run(*words, cwd=folder, fails=True)
        assert f"cannot be loaded: {reason}" in " ".join(output.split()), words
        assert everything(temporary.root) == before, words
        assert not [*elsewhere.glob("*.*")], words


def everything(root: Path) -> dict[str, float]:
    """Returns what lies in the course's folder, and when the files of the build folder were written."""
    files = [*root.glob("*"), *(root / "build").rglob("*")]
    return {
        str(path): path.stat().st_mtime
        for path in files
        if path.is_file() and path.name not in (".nbgrader.log", "lock")
    }


def test_a_configuration_that_another_one_loads_is_checked(tmp_path: Path) -> None:
    config = tmp_path / "nbgrader_config.py"
    config.write_text("c = get_config()\n")
    assert checked(str(config)) == str(config)
    config.write_text("c = get_config(\n")
    with pytest.raises(SystemExit, match="line 1, cannot be loaded: SyntaxError"):
        checked(str(config))
    with pytest.raises(SystemExit, match="cannot be loaded: FileNotFoundError"):
        checked(str(tmp_path / "nowhere.py"))


def test_no_sandbox_and_a_weaker_one_are_told_with_the_reason(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "why_not", lambda level: "" if level == "seccomp" else f"no {level} here")
    (finding,) = checkup._sandbox(course)
    assert finding.state == "note"
    assert finding.advice == "for a stronger one: bubblewrap: no bubblewrap here landlock: no landlock here"
    monkeypatch.setattr(levels, "why_not", lambda level: f"no {level} here")
    (finding,) = checkup._sandbox(course)
    assert finding.state == "problem"

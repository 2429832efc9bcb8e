"""Output: signs that an encoding does not have, streams that are closed or full, readers that go away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import SmallCourse

START = f"exec {sys.executable} -c 'from autograder.cli.main import main; main()'"
SCRIPT = f"{START} grade in --assignment 01_small --workers 1"


@pytest.fixture
def folder(small: SmallCourse, tmp_path: Path) -> Path:
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "žofie.py").write_text("def double(x): return 2 * x\n", "utf-8")
    return tmp_path


def grade(folder: Path, redirection: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command by a shell, which closes or redirects its streams."""
    environment = {**os.environ, "GRADWISE_SEED": "s", "PYTHONWARNINGS": "ignore", **environment}
    words = ["sh", "-c", f"{SCRIPT} {redirection}"]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
    return done


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_an_encoding_does_not_have_becomes_a_question_mark(folder: Path, encoding: str) -> None:
    done = grade(folder, "--json out.json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert "1 graded, mean 3.0." in done.stdout.decode(encoding)
    assert json.loads((folder / "out.json").read_text("utf-8"))[0]["student"] == "žofie"


def test_json_on_such_a_stream_loses_nothing(folder: Path) -> None:
    done = grade(folder, "--json -", PYTHONIOENCODING="latin-1")
    assert json.loads(done.stdout.decode("latin-1"))[0]["student"] == "žofie"


@pytest.mark.parametrize(
    ("redirection", "code"), [("2>&-", 0), (">&-", 0), ("<&- >&- 2>&-", 0), (">/dev/full", 3), ("| true; exit 0", 0)]
)
def test_a_closed_or_full_stream_costs_no_result(folder: Path, redirection: str, code: int) -> None:
    assert grade(folder, f"--json out.json {redirection}").returncode == code
    if code == 0 and "|" not in redirection:
        assert json.loads((folder / "out.json").read_text("utf-8"))[0]["score"] == 3.0

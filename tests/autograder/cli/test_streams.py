"""Output and machines: signs that an encoding does not have, streams that are closed or full, readers that go away."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
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


def grade(folder: Path, redirection: str, before: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command from nothing by a shell, which closes or redirects its streams."""
    environment = {**os.environ, "GRADWISE_SEED": "s", "PYTHONWARNINGS": "ignore", **environment}
    words = ["sh", "-c", f"{before}{SCRIPT} {redirection}"]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode()
    return done


@pytest.fixture
def noexec(tmp_path: Path) -> Iterator[str]:
    """A folder for temporary files in which nothing can be executed, as on servers; if not root an ordinary one."""
    place = tmp_path / "noexec"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "noexec,mode=1777", "none", str(place)]
    mounted = os.getuid() == 0 and subprocess.run(words, capture_output=True, check=False).returncode == 0
    yield str(place)
    if mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_the_grade_is_the_same_where_nothing_is_as_usual(folder: Path, noexec: str) -> None:
    """An encoding that lacks a letter, no home, no language, rights for all, closed streams, no programs in TMPDIR."""
    odd = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "TMPDIR": noexec}
    done = grade(folder, "--json - <&- 2>&-", before="umask 000; unset HOME; ", **odd)
    assert done.returncode == 0
    (tree,) = json.loads(done.stdout.decode("latin-1"))
    assert (tree["student"], tree["score"]) == ("žofie", 3.0)
    assert not os.listdir(noexec)


@pytest.mark.parametrize(("redirection", "code"), [("<&- >&- 2>&-", 0), (">/dev/full", 3), ("| true; exit 0", 0)])
def test_a_closed_or_full_stream_costs_no_result(folder: Path, redirection: str, code: int) -> None:
    done = grade(folder, f"--json out.json {redirection}", PYTHONIOENCODING="cp1252")
    assert done.returncode == code
    if code == 0 and "|" not in redirection:
        assert json.loads((folder / "out.json").read_text("utf-8"))[0]["score"] == 3.0


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-", "<&-"])
def test_what_is_opened_next_does_not_take_the_place_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    """The process begins as the command does, and imports nothing else."""
    script = (
        "import sys; from autograder.cli import streams; streams.prepare(); "
        "file = open('file', 'w'); print('žofie'); print('žofie', file=sys.stderr); file.write(str(file.fileno()))"
    )
    words = ["sh", "-c", f'{sys.executable} -c "{script}" {closed}']
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int((tmp_path / "file").read_text()) > 2
    shown = {stream for stream in (done.stdout, done.stderr) if stream}
    assert shown <= {b"?ofie\n"}

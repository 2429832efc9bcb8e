"""The commands of docs/teaching.md run, in its order, in a temporary course."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.core.course import Course, find_course

from ..temporary import TemporaryCourse

PAGE = find_course().root / "docs" / "teaching.md"
KEPT = {"ada", "ben", "greta"}  # of the sample class


def commands(text: str) -> list[tuple[str, bool]]:
    """Returns every command of the page in order, with True for a command that is run only once, to set up."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [
        (line, block.startswith("# once"))
        for block in blocks
        for line in block.splitlines()
        if not line.startswith("#")
    ]


def test_every_block_of_the_page_is_one_that_is_run() -> None:
    text = PAGE.read_text("utf-8")
    assert text.count("```") == 2 * text.count("```sh\n")
    assert len(commands(text)) > 20
    assert commands("```sh\n# once\nmake x\n```\n```sh\na\nb\n```\n") == [("make x", True), ("a", False), ("b", False)]


@pytest.fixture
def fresh(tmp_path: Path, course: Course) -> TemporaryCourse:
    """A new clone: the files that Git knows, as they are now, and nothing else."""
    root = tmp_path / "clone"
    for name in git(course.root, "ls-files", "-z").split("\0"):
        if (course.root / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(course.root / name, root / name, follow_symlinks=False)
    git(root, "init", "-q")
    git(root, "add", "-A")
    return TemporaryCourse(root, course.root)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_every_command_of_the_page_runs_in_a_new_clone(fresh: TemporaryCourse, long: bool) -> None:
    """Takes half a minute: there are some forty commands, two of which grade all mutants of an exercise."""
    output = ""
    for command, once in commands(PAGE.read_text("utf-8")):
        output += run(command, fresh.root, fresh, dry=once)
        if "sample-class" in command and not long:  # three learners are enough
            for folder in (fresh.root / "build" / "submitted").iterdir():
                if folder.name not in KEPT:
                    shutil.rmtree(folder)
    build = fresh.root / "build"
    assert "Traceback" not in output
    assert "<td>greta</td>" in (build / "report" / "course.html").read_text()
    assert f"answers compared, {'0' if '0 pairs' in output else ''}" in output
    assert "    Points Possible,,,,,28" in (build / "grades-all-canvas.csv").read_text()
    assert "No mark changes." in output
    assert "09_attention: solution 100%, release 0%" in output
    assert "quentin did not submit through nbgrader's exchange, so it cannot hand the page out. Send" in output
    pages = [path.read_text() for path in (build / "exchange" / "gradwise" / "feedback").glob("*.html")]
    assert sum("greta" in page for page in pages) == 1

    changed = git(fresh.root, "status", "--porcelain", "-uall").splitlines()
    new = [line for line in changed if not line.startswith("A")]
    assert new
    assert [line for line in new if "09_attention" not in line] == []  # nobody's work, name or mark


def run(command: str, folder: Path, temporary: TemporaryCourse, *, dry: bool) -> str:
    """Runs a line in a shell, with `make --dry-run` if `dry`; a plain command of ours warm. Returns its output."""
    words = shlex.split(command, comments=True)
    if words[0] in ("autograder", "nbgrader") and not set(command) & set("|&;<>$*~"):
        return temporary.run(*words, cwd=folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    line = command.replace("make ", "make --dry-run ") if dry else command
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**temporary.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def test_a_command_that_does_not_work_would_be_found(temporary: TemporaryCourse) -> None:
    with pytest.raises(AssertionError, match="no topic"):
        run("autograder grade 02_activation", temporary.root, temporary, dry=False)


def test_the_readme_leads_to_the_page(course: Course) -> None:
    assert "[docs/teaching.md](docs/teaching.md)" in (course.root / "README.md").read_text("utf-8")

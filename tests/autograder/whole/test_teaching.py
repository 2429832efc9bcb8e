"""The commands of docs/teaching.md run, in its order, in a temporary course."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course, find_course

from ...conftest import SLUG
from ..temporary import TemporaryCourse

PAGE = find_course().root / "docs" / "teaching.md"
KEPT = {"ada", "ben", "greta"}  # learners of the sample class: three are enough here


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


def test_every_command_of_the_page_runs(temporary: TemporaryCourse, course: Course) -> None:
    """Takes half a minute: there are some forty commands, two of which grade all mutants of an exercise."""
    shutil.copytree(
        course.root / "course" / "gradwise",
        temporary.root / "course" / "gradwise",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    with zipfile.ZipFile(temporary.root / "class.zip", "w") as file:
        file.writestr(f"lovelaceada_1_17_{SLUG}-1.ipynb", submission(course.topic(SLUG), CLASS[0]))
    (temporary.root / "roster.csv").write_text("Student,ID,SIS Login ID\nAda,1,ada\nBen,2,ben\nGreta,3,greta\n")
    output = ""
    for command, once in commands(PAGE.read_text("utf-8")):
        if command.startswith("autograder grade"):
            as_the_exchange_leaves_them(temporary)
        output += run(command, course.root if once else temporary.root, temporary, dry=once)
        if "sample-class" in command:
            for folder in (temporary.root / "build" / "submitted").iterdir():
                if folder.name not in KEPT:
                    shutil.rmtree(folder)
    build = temporary.root / "build"
    assert "<td>greta</td>" in (build / "report" / "course.html").read_text()
    assert f"answers compared, {'0' if '0 pairs' in output else ''}" in output
    assert "    Points Possible,,,28" in (build / "grades-all-canvas.csv").read_text()
    assert "No mark changes." in output
    assert "09_attention: solution 100%, release 0%" in output


def as_the_exchange_leaves_them(temporary: TemporaryCourse) -> None:
    """Writes the two files that the exchange leaves beside a notebook, and that `release_feedback` needs."""
    for folder in (temporary.root / "build" / "submitted").glob(f"*/{SLUG}"):
        (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
        (folder / "submission_secret.txt").write_text("a secret")


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

"""The import contracts in pyproject.toml hold, and each finds a planted import."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.core.course import Course


def lint(root: Path) -> "subprocess.CompletedProcess[str]":
    """Runs import-linter with the contracts on the packages of a tree."""
    path = os.pathsep.join(map(str, (root, root / "course")))
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)


@pytest.fixture(scope="module")
def tree(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    shutil.copy(course.root / "pyproject.toml", root)
    for folder in ("autograder", "course/gradwise"):
        shutil.copytree(course.root / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_every_import_goes_down(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("autograder/core/files.py", "from autograder.notebooks import reader", "The layers of the grader"),
        ("autograder/grading/grader.py", "from autograder.batch.run import Run", "The layers of the grader"),
        ("autograder/reports/export.py", "from autograder.batch import history", "The layers of the grader"),
        ("autograder/shortcuts.py", "import autograder.core", "The layers of the grader"),
        ("course/gradwise/reference/capstone.py", "from gradwise.check import check", "The layers of the library"),
        ("course/gradwise/demos/frame.py", "from gradwise import parts", "The layers of the library"),
        ("course/gradwise/bridge/calling.py", "from ..experiments import seeds", "The layers of the library"),
        ("autograder/sandbox/inside/worker.py", "from autograder.core import text", "The far side"),
        ("autograder/sandbox/wire/packing.py", "from autograder.sandbox import problems", "The far side"),
        ("autograder/sandbox/wire/frames.py", "from autograder.sandbox.inside import linux", "The wire"),
    ],
)
def test_a_planted_import_is_found_also_inside_a_function(
    module: str, planted: str, contract: str, tree: Path, tmp_path: Path
) -> None:
    root = shutil.copytree(tree, tmp_path / "planted")
    path = root / module
    before = path.read_text() if path.is_file() else '"""A new module."""\n'
    path.write_text(f"{before}\n\ndef shortcut() -> None:\n    {planted}  # noqa: F401\n")
    done = lint(root)
    assert done.returncode == 1, done.stdout
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), done.stdout

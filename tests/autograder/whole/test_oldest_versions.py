"""The lower bounds of pyproject.toml are promises: with exactly these versions the course is built and graded."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from autograder.core.course import Course

from ...conftest import SEED, SLUG

COMMAND = "from autograder.cli.main import main; main()"
# What pip says of bounds that no versions fulfill together: a fault of pyproject.toml, not of the machine.
CONTRADICTION = re.compile(r"ResolutionImpossible|conflicting dependencies|requires a different Python")


def lowest(project: Path) -> tuple[str, list[str]]:
    """Returns the oldest promised Python, and what a teacher needs in exactly the oldest promised versions."""
    tree = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*tree["dependencies"], *tree["optional-dependencies"]["teach"]]
    assert all(re.fullmatch(r"[\w.-]+>=[\d.]+", one) for one in needed), needed
    return tree["requires-python"].removeprefix(">="), [one.replace(">=", "==") for one in needed]


def test_the_bounds_are_read_from_the_project(course: Course, tmp_path: Path) -> None:
    version, needed = lowest(course.root)
    assert version == "3.11"
    assert {"torch", "numpy", "nbgrader", "sqlalchemy"} <= {one.partition("==")[0] for one in needed}
    text = (course.root / "pyproject.toml").read_text("utf-8").replace('"numpy>=1.26"', '"numpy<3"')
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(AssertionError, match="numpy<3"):
        lowest(tmp_path)


def environment(folder: Path, project: Path) -> Path:
    """Makes an environment of the oldest versions, and returns its Python. Skips the test where that cannot be done."""
    version, needed = lowest(project)
    own = f"{sys.version_info.major}.{sys.version_info.minor}" == version
    python = sys.executable if own else shutil.which(f"python{version}")
    if python is None:
        pytest.skip(f"there is no python{version} on this machine")
    subprocess.run([python, "-m", "venv", folder], check=True)
    words = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *needed]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert not CONTRADICTION.search(done.stderr), done.stderr
    if done.returncode:
        pytest.skip(f"the oldest versions cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "python"


class Oldest:
    """A copy of the course, and the command of the environment with the oldest versions."""

    def __init__(self, root: Path, project: Path, python: Path) -> None:
        self.root, self.python = root, python
        for configuration in project.glob("nbgrader_config.*"):
            shutil.copy(configuration, root)
        for room in ("solutions", "autograder"):
            shutil.copytree(project / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
        self.environment = {
            **os.environ,
            "GRADWISE_SEED": SEED,
            "PATH": f"{python.parent}:{os.environ['PATH']}",
            "PYTHONPATH": f"{project}:{project / 'course'}",
            "PYTHONWARNINGS": "ignore",
        }

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [str(self.python), "-c", COMMAND, *words],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout


@pytest.mark.long("Installing PyTorch again, and building and grading every topic with it, takes some twenty minutes.")
def test_with_the_oldest_promised_versions_every_topic_is_built_and_graded(course: Course, tmp_path: Path) -> None:
    """Takes twenty minutes. Graded are the right answers of all topics, in every style of `autograder/answers`.

    Only one topic has a sample class; its wrong and damaged submissions get the points that today's versions give.
    """
    root = tmp_path / "course"
    root.mkdir()
    oldest = Oldest(root, course.root, environment(tmp_path / "environment", course.root))
    oldest.run("build")
    for topic in course.topics:
        words = ("grade", str(topic.answers), "--assignment", topic.slug, "--json", "-")
        trees = json.loads(oldest.run(*words))
        assert len(trees) == len([*topic.answers.glob("*.py")])
        assert {(tree["student"], tree["score"]) for tree in trees} == {
            (tree["student"], tree["max_score"]) for tree in trees
        }, topic.slug

    oldest.run("sample-class", SLUG, "class")
    words = ("grade", "class", "--assignment", SLUG, "--fresh", "--json", "-")
    points = [{tree["student"]: tree.get("score") for tree in json.loads(oldest.run(*words))}]
    oldest.python = Path(sys.executable)
    points.append({tree["student"]: tree.get("score") for tree in json.loads(oldest.run(*words))})
    assert points[0] == points[1]
    assert len(set(points[0].values())) > 3

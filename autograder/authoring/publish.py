"""Publishes a course: writes a folder with the learners' files and nothing else, ready to be pushed.

A public repository hides nothing, and neither does its history: solutions and hidden checks that were pushed once can
be read for ever. So learners get a repository of their own, which has never held them.
"""

import re
import shutil
from hashlib import sha256
from pathlib import Path

from autograder.core.course import Course
from autograder.core.outcomes import UsageError
from autograder.core.versions import LEARNERS_PYTHON

from .build import must_be_untouched
from .outgoing import learners_files
from .rendering import render

ENVIRONMENT = "environment.yml"
SUMS = "published.sha256"
# Packages in the teachers' part of environment.yml that learners need, too: to open, validate, submit and install.
_WITH_IT = ("jupyterlab", "nbgrader", "hatchling", "pip")


def publish(course: Course, folder: Path) -> list[Path]:
    """Writes the learners' tree. A `.git` in the folder stays, all else in it is replaced.

    Args:
        course: the course.
        folder: a folder that is new, empty, or was published before.

    Returns:
        The paths of all files that were written.

    Raises:
        UsageError: the folder holds other files, or the learners' room holds something that must not go out.
    """
    for topic in course.topics:
        must_be_untouched(topic)
    files = learners_files(course)
    _clear(folder)
    for path in files:
        copy = folder / path.relative_to(course.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    shutil.copy(course.root / "LICENSE", folder)
    (folder / "README.md").write_text(render("learners/README.md"), "utf-8")
    (folder / ".gitignore").write_text(render("learners/gitignore"), "utf-8")
    (folder / "pyproject.toml").write_text(_project((course.root / "pyproject.toml").read_text("utf-8")), "utf-8")
    binder = folder / "binder"
    binder.mkdir()
    environment = learners_environment((course.root / ENVIRONMENT).read_text("utf-8"))
    for place in (folder, binder):  # copies, for a link from one to the other may dangle while Binder builds its image
        (place / ENVIRONMENT).write_text(environment, "utf-8")
    for name in ("postBuild", "start"):
        (binder / name).write_text(render(f"learners/{name}"), "utf-8")
        (binder / name).chmod(0o755)
    written = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in written]
    (binder / SUMS).write_text("".join(sums), "utf-8")  # Binder's postBuild compares, before it makes an image
    return [*written, binder / SUMS]


def _clear(folder: Path) -> None:
    """Removes the files that were published before.

    Raises:
        UsageError: the folder holds other files, or is a whole course.
    """
    existing = [path for path in folder.glob("*") if path.name != ".git"]
    if existing and not (folder / "course" / "gradwise").is_dir():
        raise UsageError(f"{folder} holds something that was not published from here. Name a new folder.")
    if (folder / "solutions").exists() or (folder / "autograder").exists():
        raise UsageError(f"{folder} is a whole course, with its solutions. Name a new folder.")
    for path in existing:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def learners_environment(text: str) -> str:
    """Returns the part of environment.yml that a learner needs."""
    head, rest = text.split("  # what a teacher needs on top\n")
    head = re.sub(r"- python .*", f"- python ={LEARNERS_PYTHON[0]}.{LEARNERS_PYTHON[1]}", head)
    kept = [line for line in rest.splitlines() if re.match(rf"  - ({'|'.join(_WITH_IT)})\b(?![-:])", line)]
    body = head[head.index("name:") :].replace("  # what a learner needs\n", "")
    return "\n".join(
        ["# What the notebooks need, and what opens, validates and submits them.", body.rstrip(), *kept, ""]
    )


def _project(text: str) -> str:
    """Returns a pyproject.toml for the library alone. Its lists and strings are JSON, which is valid TOML."""
    import json
    import tomllib

    project = tomllib.loads(text)["project"]
    opening = [each for each in project["optional-dependencies"]["teach"] if re.match(r"(jupyterlab|nbgrader)\b", each)]
    return render(
        "learners/pyproject.toml",
        version=json.dumps(project["version"]),
        python=json.dumps(project["requires-python"]),
        dependencies=json.dumps([*project["dependencies"], *opening]),
    )

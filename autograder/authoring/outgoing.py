"""Compares what goes out to learners with what was built, and refuses everything else.

Ways out are nbgrader's release, formgrader's button, the learners' repository (and with it Binder), and the package.
The package is built where nothing is installed: this module imports the standard library only.
"""

import ast
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import digest, write_whole
from autograder.core.outcomes import UsageError
from autograder.notebooks.findings import LEDGER

HANDOUTS = "handouts"  # the record of the pages without exercises
_TOOLS = ("__pycache__", ".ipynb_checkpoints")  # folders that tools leave, and that are left out
_SECRET_ROOMS = {"answers", "checks", "equivalent", "misconceptions", "sample_class", "solutions", "tests"}
_LIBRARY_FILES = ("*.py", "py.typed", "exercises/generated/*.json", "datasets/*.csv")
_JUPYTER_FILES = (
    "nbgrader_config.py",
    "nbgrader_config.json",
    "jupyter_lab_config.json",
    "labconfig/default_setting_overrides.json",
)


# --- what was built ---------------------------------------------------------------------------------


def remember(course: Course, name: str, files: Iterable[Path]) -> None:
    """Keeps the digests of files that were just built, for `must_be_built`.

    Args:
        course: the course.
        name: a topic's slug, or `HANDOUTS`.
        files: all files that belong to it.
    """
    digests = {str(path.relative_to(course.root)): digest(path.read_bytes()) for path in sorted(files)}
    write_whole(_record(course, name), json.dumps(digests, indent=1) + "\n")


def released_files(folder: Path) -> list[Path]:
    """Returns all files below a folder, without those that tools leave there."""
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in files if not {*path.relative_to(folder).parts} & {*_TOOLS})


def must_be_built(topic: Topic) -> None:
    """Checks that the release folder of a topic holds what was built, to the byte, and nothing else.

    Raises:
        UsageError: it does not; the text names the file and says what to do.
    """
    course, files = Course(topic.root), released_files(topic.release.parent)
    _must_be_as_built(course, topic.slug, files)
    _must_hold_no_solution(course, [path for path in files if path.suffix != ".ipynb"])


def _must_be_as_built(course: Course, name: str, files: list[Path]) -> None:
    build = f"`autograder build{'' if name == HANDOUTS else ' ' + name}`"
    record = _record(course, name)
    if not record.is_file():
        raise UsageError(f"{name} has not been built here, so nothing says what may go out. Run {build} first.")
    built: dict[str, str] = json.loads(record.read_text("utf-8"))
    for path in files:
        place = str(path.relative_to(course.root))
        if place not in built:
            raise UsageError(
                f"{place} is not part of what was built. Move it to another place; learners must not get it."
            )
        if path.is_symlink() or digest(path.read_bytes()) != built[place]:
            raise UsageError(
                f"{place} is not what was built: it may hold solutions. Copy it to another place if you need what is "
                f"in it, delete it here, and run {build}."
            )
    for place in built.keys() - {str(path.relative_to(course.root)) for path in files}:
        raise UsageError(f"{place} is missing. Run {build}.")


def _record(course: Course, name: str) -> Path:
    return course.build / "released" / f"{name}.json"


# --- which files are known --------------------------------------------------------------------------


def pages(course: Course) -> list[Path]:
    """Returns what learners read: the handbook, the ledger, the handouts and the notebooks."""
    room = course.root / "course"
    return [
        room / "README.md",
        room / "QUESTIONS.md",
        room / LEDGER,
        *course.handouts,
        *(topic.release for topic in course.topics),
    ]


def learners_files(course: Course) -> list[Path]:
    """Returns the files of the learners' room that go out, each of them a known one.

    Raises:
        UsageError: there is another file, or one is not what was built; the text names it and says what to do.
    """
    room = course.root / "course"
    files = released_files(room)
    for topic in course.topics:
        _must_be_as_built(course, topic.slug, [path for path in files if topic.release.parent in path.parents])
    _must_be_as_built(course, HANDOUTS, [path for path in files if path in course.handouts])
    known = {*pages(course), *(room / "jupyter" / name for name in _JUPYTER_FILES)}
    known |= {path for pattern in _LIBRARY_FILES for path in (room / "gradwise").rglob(pattern)}
    release_folders = [topic.release.parent for topic in course.topics]
    for path in files:
        if path not in known and not any(folder in path.parents for folder in release_folders):
            _refuse_stranger(course.root, path)
    must_be_public(course.root, [path for path in files if path.suffix != ".ipynb"])
    return files


def _refuse_stranger(root: Path, path: Path) -> None:
    raise UsageError(
        f"{path.relative_to(root)} is not among the files that learners get. Move it to another place, and try again."
    )


def must_be_public(root: Path, files: Iterable[Path]) -> None:
    """Checks that no file is a secret, holds a line of a solution, or is unknown to Git.

    Args:
        root: the course's folder.
        files: files of the library, of the grader, and texts; no notebooks, which `must_be_built` compares.

    Raises:
        UsageError: a file must not go out; the text names it and says what to do.
    """
    files, tracked = list(files), _tracked(root)
    for path in files:
        place = path.relative_to(root)
        if path.is_symlink() or path.suffix == ".ipynb" or _SECRET_ROOMS & {*place.parts}:
            _refuse_stranger(root, path)
        if tracked is not None and str(place) not in tracked:
            raise UsageError(
                f"{place} is unknown to Git. If learners need it, say `git add {place}`; else move it to another place."
            )
    _must_hold_no_solution(Course(root), files)


def _must_hold_no_solution(course: Course, files: Iterable[Path]) -> None:
    lines, names = solution_lines(course), asked_for(course)
    for path in files:
        place = path.relative_to(course.root)
        if leaked := leaked_lines(lines, path):
            raise UsageError(
                f"{place} holds a line of a solution: {sorted(leaked)[0]}. Take the line out, or move the file."
            )
        in_the_room = path.suffix == ".py" and "course" in place.parts and "reference" not in place.parts
        if in_the_room and (leaked := defined(path) & names):
            raise UsageError(
                f"{place} defines {sorted(leaked)[0]}, which learners are to write. Rename it, or move the file."
            )


def _tracked(root: Path) -> set[str] | None:
    """Returns the paths that Git knows, with those of topics that are not committed yet; None without Git."""
    try:
        done = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    if done.returncode or not done.stdout:
        return None
    library = "course/gradwise/exercises"
    topics = [topic.slug for topic in Course(root).topics]
    mine = [f"{library}/{slug}.py" for slug in topics] + [f"{library}/generated/{slug}.json" for slug in topics]
    return {*done.stdout.split("\0"), *mine}


# --- what a solution looks like ---------------------------------------------------------------------


def solution_lines(course: Course) -> set[str]:
    """Returns the lines of all solutions that are long enough to be recognised, and compute something."""
    texts = (topic.text.read_text("utf-8") for topic in course.topics)
    regions = (region for text in texts for region in re.findall(r"BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.S))
    lines = {squeeze(line) for region in regions for line in region.splitlines()}
    return {line for line in lines if len(line) > 12 and re.search(r"[-+*/<>=(\[]", line)}


def squeeze(line: str) -> str:
    """Returns a line without its spaces, its comment and the mark of a text cell."""
    return re.sub(r"\s", "", line.split("  # ")[0].removeprefix("# "))


def leaked_lines(lines: set[str], path: Path) -> set[str]:
    """Returns those of the squeezed lines that a text file holds, also as a text in JSON."""
    text = path.read_text("utf-8", "replace").replace("\\n", "\n").replace('\\"', '"').replace('",', "")
    squeezed = "\n".join(squeeze(line) for line in text.splitlines())
    return {line for line in lines if line in squeezed}


def asked_for(course: Course) -> set[str]:
    """Returns every function and class that learners are to write."""
    cells = (cell for topic in course.topics for cell in _cells(topic.text.read_text("utf-8")))
    return {name for cell in cells for name in re.findall(r"^(?:def|class) (\w+)", cell, re.MULTILINE)}


def _cells(text: str) -> Iterator[str]:
    """Yields the cells of a text in which learners write."""
    for cell in re.split(r"^(?=# %%)", text, flags=re.MULTILINE):
        if re.match(r"# %% write=", cell):
            yield cell


def defined(path: Path) -> set[str]:
    """Returns every function, class and variable that a module defines, at any depth.

    Raises:
        UsageError: the file is not Python.
    """
    names = set()
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as Python: {error}. Correct it, or move it to another place."
        ) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names

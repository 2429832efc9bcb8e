"""The rooms: nothing that learners get gives an answer away."""

import ast
import importlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import gradwise
import pytest
from gradwise import exercises

from autograder.authoring import outgoing
from autograder.authoring.outgoing import defined, solution_lines
from autograder.core.course import Course
from autograder.notebooks import reader
from autograder.notebooks.reader import nbgrader_of

from ..conftest import SLUG

# --- names ------------------------------------------------------------------------------------------


def asked_for() -> set[str]:
    """Returns every name that learners are asked to define."""
    return {name for slug in exercises.topics() for exercise in exercises.of_topic(slug) for name in exercise.functions}


def leaked_names(library: Path) -> dict[str, set[str]]:
    """Returns by module the learners' names that the library defines outside of `reference`."""
    modules = [path for path in library.rglob("*.py") if "reference" not in path.relative_to(library).parts]
    names_by_module = {str(path): defined(path) & asked_for() for path in modules}
    return {path: names for path, names in names_by_module.items() if names}


def test_the_texts_and_the_library_ask_for_the_same_names(course: Course) -> None:
    assert asked_for() == outgoing.asked_for(course)


def test_nothing_that_is_asked_for_is_defined_in_the_library(course: Course) -> None:
    assert leaked_names(course.root / "course" / "gradwise") == {}


def test_a_leaked_name_would_be_found(course: Course, tmp_path: Path) -> None:
    library = shutil.copytree(course.root / "course" / "gradwise", tmp_path / "gradwise")
    with (library / "training.py").open("a") as file:
        file.write("\n\ndef helper():\n    def elu(x): ...\n")
    assert list(leaked_names(library).values()) == [{"elu"}]


def test_the_reference_answers_by_pytorch_and_knows_every_name(course: Course) -> None:
    reference = importlib.import_module("gradwise.reference")
    assert asked_for() <= set(reference.__all__)
    for path in (course.root / "course" / "gradwise" / "reference").glob("[a-z]*.py"):
        used = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not used & {"exp", "expm1", "where", "maximum", "minimum", "log1p", "clip"}, path


# --- lines ------------------------------------------------------------------------------------------


def leaked_lines(course: Course, files: Iterable[Path]) -> dict[str, set[str]]:
    """Returns by file the lines of solutions in it; `files` are files that learners get."""
    secret = solution_lines(course)
    lines_by_file = {str(path): outgoing.leaked_lines(secret, path) for path in files}
    return {path: lines for path, lines in lines_by_file.items() if lines}


def learners_files(root: Path) -> list[Path]:
    suffixes = (".py", ".ipynb", ".md")
    return [path for path in (root / "course").rglob("*") if path.suffix in suffixes and ".ipynb_" not in str(path)]


def test_no_line_of_a_solution_is_in_the_learners_room(course: Course) -> None:
    assert len(solution_lines(course)) > 25
    assert leaked_lines(course, learners_files(course.root)) == {}


def test_a_leaked_line_would_be_found(course: Course, tmp_path: Path) -> None:
    (tmp_path / "hints.py").write_text('HINT = "try left = alpha*np.expm1(np.minimum(x, 0)) and go on"\n')
    (tmp_path / "lib.py").write_text("def f(s):\n        return s * (1-s)  # the slope\n")
    leak = '{"source": ["a = 1\\n",\n "    dx = dout * np.where(x > 0, 1.0, weight)\\n"]}'
    (tmp_path / "note.ipynb").write_text(leak)
    assert len(leaked_lines(course, tmp_path.iterdir())) == 3


# --- packages ---------------------------------------------------------------------------------------


def test_the_wheel_holds_no_checks_misconceptions_or_solutions(course: Course, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    ]
    subprocess.run(command, cwd=course.root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("gradwise-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "gradwise/check/visible.py" in names
    assert "autograder/grading/pytest_plugin.py" in names
    assert "gradwise/datasets/auto_mpg.csv" in names
    templates = [path for path in (course.root / "autograder").glob("*/templates/**/*") if path.is_file()]
    assert {"theme.css", "feedback.html", "text.py.jinja", "README.md.jinja"} <= {path.name for path in templates}
    assert {str(path.relative_to(course.root)) for path in templates} <= set(names)
    assert secrets_in(names) == []


def secrets_in(names: Iterable[str]) -> list[str]:
    rooms = (
        "answers/",
        "checks/",
        "equivalent/",
        "misconceptions/",
        "sample_class/",
        "solutions/",
        "tests/",
    )
    return [name for name in names if name.endswith(".ipynb") or any(room in name for room in rooms)]


def test_a_wheel_with_a_secret_in_it_would_be_found() -> None:
    assert secrets_in(["gradwise/check/visible.py", "autograder/checks/test_02_activations.py"])


def test_the_learners_notebook_holds_no_answer_and_no_check(course: Course) -> None:
    for topic in course.topics:
        released = reader.read(topic.release.read_bytes())
        text = topic.release.read_text("utf-8")
        assert "BEGIN SOLUTION" not in text
        assert "autograder" not in text
        for cell in released.cells:
            meta = nbgrader_of(cell)
            if meta.get("solution") and cell["cell_type"] == "code":
                assert cell["source"].count("raise NotImplementedError") == len(
                    re.findall(r"^\s*def ", cell["source"], re.M)
                )


# --- the front door ---------------------------------------------------------------------------------


def test_the_front_door_is_sorted_and_every_part_can_be_imported() -> None:
    assert gradwise.__all__ == sorted(gradwise.__all__)
    assert dir(gradwise) == gradwise.__all__
    for name in gradwise.__all__:
        part = getattr(gradwise, name)
        names = getattr(part, "__all__", [])
        assert names == sorted(names, key=lambda name: (not name.isupper(), name)), part
    with pytest.raises(AttributeError, match="gradwise has no part 'nothing'; its parts are"):
        _ = gradwise.nothing


def test_importing_gradwise_is_light() -> None:
    code = "import sys, gradwise; print(sorted({'torch', 'matplotlib', 'ipywidgets', 'sklearn'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_slug_names_a_topic_in_every_room(course: Course) -> None:
    assert [topic.slug for topic in course.topics] == exercises.topics()
    for topic in course.topics:
        for path in (topic.text, topic.release, topic.checks, topic.misconceptions):
            assert path.is_file(), path
    assert SLUG in exercises.topics()

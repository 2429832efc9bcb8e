"""The command `autograder`: its output, the files that it writes, and its error messages."""

import json
import os
import resource
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import main

from ...conftest import SLUG
from ..conftest import CHECKS, SmallCourse

RIGHT = "import numpy as np\ndef double(x): return 2 * np.asarray(x)\n"
WRONG = "def double(x):\n    return x * x\n"


@pytest.fixture
def folder(small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course as the working directory."""
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADWISE_SEED", "s")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def written(folder: Path, name: str, source: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return str(path)


def test_python_files_are_graded_and_printed_as_a_table(folder: Path) -> None:
    files = [written(folder, "ada.py", RIGHT), written(folder, "ben.py", WRONG)]
    result = run("grade", *files, "--assignment", "01_small")
    assert result.exit_code == 0
    assert "ada    3.0 / 3  ●" in result.output
    assert "ben    0.0 / 3  ○  double-square" in result.output
    assert "2 graded, mean 1.5." in result.output


def test_json_holds_everything_about_every_submission(folder: Path) -> None:
    result = run("grade", written(folder, "ben.py", WRONG), "--assignment", "01_small", "--json", "-")
    assert result.exit_code == 0
    (tree,) = json.loads(result.stdout)
    assert {"student", "assignment", "score", "max_score", "seconds", "repairs", "exercises"} <= tree.keys()
    assert (tree["student"], tree["assignment"], tree["max_score"]) == ("ben", "01_small", 3.0)
    exercise = tree["exercises"]["double"]
    assert exercise["outcome"] == "failed"
    assert exercise["checks"][0].keys() >= {"name", "weight", "outcome", "message"}
    assert exercise["diagnosis"] == {"id": "double-square", "sentence": "Your `double` squares."}
    assert "ben" in result.stderr


def notebook_of(small: SmallCourse, source: str) -> str:
    return small.topic.release.read_text().replace("raise NotImplementedError", source)


def test_notebooks_are_graded_by_their_name_or_by_what_is_in_them(folder: Path, small: SmallCourse) -> None:
    named = written(folder, "ada 01_small.ipynb", notebook_of(small, "return x + x"))
    unnamed = written(folder, "homework.ipynb", notebook_of(small, "return x + x"))
    result = run("grade", named, unnamed, "--json", "out.json")
    assert result.exit_code == 0
    assert [tree["score"] for tree in json.loads((folder / "out.json").read_text())] == [3.0, 3.0]


def test_a_folder_of_submissions_is_graded_by_student(folder: Path, small: SmallCourse) -> None:
    for student in ("ada", "ben"):
        written(folder, f"in/{student}/01_small/01_small.ipynb", notebook_of(small, "return 2 * x"))
    written(folder, "in/renamed/01_small/my copy.ipynb", notebook_of(small, "return 2 * x"))
    result = run("grade", "in", "--json", "out.json")
    assert result.exit_code == 0
    assert [tree["student"] for tree in json.loads((folder / "out.json").read_text())] == ["ada", "ben", "renamed"]


def test_a_folder_of_loose_files_is_graded_too(folder: Path) -> None:
    written(folder, "in/ada.py", RIGHT)
    written(folder, "in/ben.py", WRONG)
    written(folder, "in/notes.txt", "not graded")
    written(folder, "in/report.pdf", "%PDF-1.7")
    written(folder, "in/.DS_Store", "x")
    result = run("grade", "in", "--assignment", "01_small", "--json", "out.json")
    assert result.exit_code == 1, result.output
    assert "2 graded, 2 not graded, mean 1.5." in result.output
    assert "Not graded: in/notes.txt is text, not a notebook." in result.output
    assert "Not graded: in/report.pdf is a PDF, not a notebook." in result.output
    left = [tree["not_graded"] for tree in json.loads((folder / "out.json").read_text()) if "not_graded" in tree]
    assert len(left) == 2


def test_what_lies_where_nobody_looks_is_named(folder: Path, small: SmallCourse) -> None:
    right = notebook_of(small, "return 2 * x")
    for place in (
        "in/ada/01_small/01_small.ipynb",
        "in/ben/01_Small (1)/01_small.ipynb",
        "in/cy/01_small.ipynb",
        "in/dora.ipynb",
        "in/emil/02_other/02_other.ipynb",
    ):
        written(folder, place, right)
    result = run("grade", "in")
    assert result.exit_code == 1
    assert "Not graded: ben/01_Small (1) is not called 01_small. Rename the folder." in result.output
    assert "Not graded: cy/01_small.ipynb lies above the topic's folder." in result.output
    assert "Not graded: dora.ipynb lies beside the learners' folders. Move it to LEARNER/01_small/" in result.output
    assert "emil" not in result.output
    assert "1 graded, 3 not graded, mean 3.0." in result.output


def test_a_class_of_whom_nobody_can_be_graded_is_named_in_the_json(folder: Path) -> None:
    written(folder, "in/ada/01_small/report.pdf", "%PDF-1.7")
    result = run("grade", "in", "--json", "out.json")
    assert result.exit_code == 1
    assert "Nothing was graded." in result.output
    (tree,) = json.loads((folder / "out.json").read_text())
    assert tree["not_graded"].startswith("ada has no 01_small.ipynb: there is report.pdf (a PDF).")


def test_a_class_in_one_archive_is_not_a_submission(folder: Path) -> None:
    with zipfile.ZipFile(folder / "class.zip", "w") as file:
        for name in ("ada", "ben"):
            file.writestr(f"{name}/01_small.ipynb", "{}")
    result = run("grade", "class.zip", "--assignment", "01_small")
    assert result.exit_code == 2
    assert "If it is a class's download, run `autograder collect`." in " ".join(result.output.split())


def test_a_notebook_of_another_topic_is_named(folder: Path, small: SmallCourse) -> None:
    other = notebook_of(small, "return 1").replace("double", "triple")
    small.write(small.topic.root / "course" / "notebooks" / "02_other" / "02_other.ipynb", other)
    files = [
        written(folder, "ada/01_small.ipynb", other),
        written(folder, "ben/01_small.ipynb", '{"cells": [{"cell_type": "code", "source": "import pandas"}]}'),
        written(folder, "cy/01_small.ipynb", notebook_of(small, "raise NotImplementedError")),
        written(folder, "di/01_small.ipynb", "%PDF"),
    ]
    result = run("grade", *files, "--json", "out.json")
    assert result.exit_code == 1
    trees = {tree["student"]: tree for tree in json.loads((folder / "out.json").read_text())}
    assert trees["ada"]["doubt"] == "This notebook is that of 02_other, not of 01_small."
    assert trees["ben"]["doubt"] == "This notebook holds none of the exercises of 01_small."
    assert trees["cy"]["doubt"] == ""
    assert trees["di"]["doubt"] == "The file is not a notebook: nothing in it could be read."
    assert "Graded as it is, with nothing in it: ada. This notebook is that of 02_other" in result.output
    assert "missing, put back" not in json.dumps(trees["ada"])


def test_files_that_are_called_after_the_topic_are_told_apart_by_their_folder(folder: Path, small: SmallCourse) -> None:
    files = [written(folder, f"{name}/01_small.ipynb", notebook_of(small, "pass")) for name in ("ada", "ben")]
    result = run("grade", *files, "--json", "out.json")
    assert [tree["student"] for tree in json.loads((folder / "out.json").read_text())] == ["ada", "ben"], result.output


def test_one_worker_or_two_give_the_same(folder: Path) -> None:
    files = [written(folder, f"s{i}.py", RIGHT if i % 2 else WRONG) for i in range(5)]

    def graded(workers: str) -> Any:
        run("grade", *files, "--assignment", "01_small", "--json", "out.json", "--workers", workers)
        return [{**tree, "seconds": 0, "memory": 0} for tree in json.loads((folder / "out.json").read_text())]

    assert graded("1") == graded("2")
    assert len(graded("1")) == 5


def test_the_seed_may_be_given(folder: Path) -> None:
    file = written(folder, "ben.py", WRONG)

    def message(seed: str) -> str:
        run("grade", file, "--assignment", "01_small", "--seed", seed, "--json", "out.json")
        (tree,) = json.loads((folder / "out.json").read_text())
        return str(tree["exercises"]["double"]["checks"][0]["message"])

    first, again, *others = [message(seed) for seed in "aabcde"]
    assert first == again
    assert {first} < {first, *others}  # a sentence tells one digit of what is wrong, so two may be alike


def test_without_a_seed_one_is_made_and_kept_to_oneself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADWISE_SEED")
    file = written(folder, "ben.py", WRONG)
    run("grade", file, "--assignment", "01_small")
    secret = folder / "build" / "seed"
    assert len(secret.read_text()) == 32
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade"], "Missing argument"),
        (["grade", "02_nothing"], "There is no topic '02_nothing'. There are: 01_small."),
        (["grade", "missing.ipynb"], "There is no file or folder missing.ipynb."),
        (["grade", "empty"], "empty holds no submissions: wanted are empty/STUDENT/TOPIC/TOPIC.ipynb, or loose files."),
        (["grade", "stray.py"], "Which topic is stray.py? Say it with --assignment."),
        (["grade", "stray.ipynb"], "Which topic is stray.ipynb? Say it with --assignment."),
        (["grade", "stray.py", "--assignment", "nothing"], "There is no topic 'nothing'."),
        (["grade", "stray.py", "--assignment", "01_small", "--json", "no/such/x.json"], "cannot be written"),
        (["grade", "stray.py", "--workers", "0"], "Invalid value for '--workers'"),
        (["grade", "stray.py", "--colour"], "No such option"),
        (["audit", "nothing"], "There is no topic 'nothing'."),
        (["build", "nothing"], "There is no topic 'nothing'."),
        (["report", "01_small"], "01_small has not been graded: run `autograder grade 01_small` first."),
        (["nonsense"], "No such command"),
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence_and_code_2(folder: Path, words: list[str], says: str) -> None:
    (folder / "empty").mkdir()
    written(folder, "stray.py", RIGHT)
    written(folder, "stray.ipynb", "{}")
    result = run(*words)
    assert result.exit_code == 2
    assert says in " ".join(result.output.split())


def test_a_fault_of_the_grader_is_code_3_and_writes_nothing(folder: Path, small: SmallCourse) -> None:
    small.write(small.topic.checks, CHECKS.replace('"It is 2 x.")', '"")\n    undefined'))
    result = run("grade", written(folder, "ada.py", RIGHT), "--assignment", "01_small", "--json", "out.json")
    assert result.exit_code == 3
    assert "\nThe grader is at fault, not a submission. The check test_values of double is broken" in result.output
    assert not (folder / "out.json").exists()


@pytest.mark.parametrize("free", [1, 2, 4, 10])
def test_too_few_open_files_are_named_whoever_wants_another(folder: Path, free: int) -> None:
    file = written(folder, "ada.py", RIGHT)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(name) for name in os.listdir("/proc/self/fd"))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(highest + 1)]  # also the numbers between
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1 + free, before[1]))
    try:
        result = run("grade", file, "--assignment", "01_small", "--workers", "1")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for number in taken:
            os.close(number)
    assert result.exit_code == 3
    assert "This process may not open more files. Raise the limit: ulimit -n 4096." in " ".join(result.stderr.split())


def test_outside_of_a_course_the_clone_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("grade", "nothing")
    assert SLUG in result.output


def test_help_says_what_each_command_does() -> None:
    for command in ("build", "grade", "audit", "report"):
        assert command in run("--help").output
        assert run(command, "-h").exit_code == 0

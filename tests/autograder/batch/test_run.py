"""Grading again: known results are used again, changes are graded, and no result is lost however a run ends."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.batch import executors, fingerprint
from autograder.batch.cache import Store
from autograder.batch.fingerprint import Digests
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.core.results import Diagnosis
from autograder.gradebook.writer import Books
from autograder.grading import session
from autograder.grading.behaviour import Observed
from autograder.grading.diagnosis import Diagnoser
from autograder.notebooks.unpacking import load

from ...conftest import SLUG
from ..conftest import CHECKS, MISCONCEPTIONS, SmallCourse
from ..temporary import TemporaryCourse

RIGHT = "import numpy as np\ndef double(x): return 2 * np.asarray(x)\n"
SQUARE = "def double(x):\n    return x * x\n"

# --- what a result depends on -----------------------------------------------------------------------

TWO = '''
import numpy as np
import pytest

SCALE = 2

def helper(x):
    return SCALE * x

@pytest.mark.exercise("double")
def test_one(submission):
    """one"""
    assert helper(1) == 2

@pytest.mark.exercise("triple")
def test_two(submission):
    """two"""
    assert True
'''


def keys(small: SmallCourse, checks: str = TWO, seed: str = "s", data: bytes = b"x") -> tuple[str, str]:
    small.write(small.topic.checks, checks)
    digests = Digests(small.topic)
    about = digests.of_submission("a.ipynb", data, seed)
    return digests.of_exercise("double", about), digests.of_exercise("triple", about)


def test_an_edit_changes_the_exercises_that_it_touches(small: SmallCourse) -> None:
    double, triple = keys(small)
    assert keys(small, TWO.replace("assert True", "assert 1")) == (double, keys(small, TWO.replace("True", "1"))[1])
    for edit in (("SCALE = 2", "SCALE = 3"), ("SCALE * x", "x * SCALE"), ('"""one"""', '"""eins"""')):
        edited = keys(small, TWO.replace(*edit))
        assert edited[0] != double
        assert edited[1] == triple
    assert keys(small, TWO + "\n# a remark\n") == (double, triple)


def test_a_result_depends_on_submission_secret_release_and_misconceptions(small: SmallCourse) -> None:
    double, triple = keys(small)
    assert not {double, triple} & {*keys(small, seed="t"), *keys(small, data=b"y")}
    small.write(small.topic.misconceptions, MISCONCEPTIONS.replace("x + 2", "x + 3"))
    assert keys(small)[0] != double
    assert keys(small)[1] == triple
    small.write(small.topic.release, small.topic.release.read_text() + " ")
    assert keys(small)[1] != triple


EDITS = '''
import numpy as np
from autograder.misconceptions import base, edit, wrong

LIMIT = 5

@base
def double(x):
    """A right answer."""
    return 2 * x

@base("double in a sum")
def double(x):
    return sum([x, x], LIMIT)

@base
def triple(x):
    return double(x) + x

@wrong("double", "double-not")
@edit("2 * x", "1 * x")
def double():
    """Your `double` does not."""

@wrong("triple", "triple-not")
@edit("double(x) + x", "double(x)")
def triple():
    """Your `triple` doubles."""

@wrong("triple", "double-sum", base="double in a sum")
@edit("[x, x]", "[x]")
def double():
    """Your `double` adds one."""
'''


@pytest.mark.parametrize(
    ("was", "becomes", "changed"),
    [
        ("return 2 * x", "return x * 2", [True, False]),  # a base
        ("1 * x", "3 * x", [True, False]),  # an edit of it
        ("does not", "does nothing", [True, False]),  # its sentence
        ("return double(x) + x", "return x + double(x)", [False, True]),  # a base that calls a function of another base
        ("triple-not", "triple-no", [False, True]),
        ("sum([x, x], LIMIT)", "sum((x, x), LIMIT)", [False, True]),  # a base with a name, of the same function
        ("LIMIT = 5", "LIMIT = 6", [False, True]),  # the value of that name
        ("# nothing", "# remark", [False, False]),
    ],
)
def test_an_exercise_depends_on_the_bases_and_edits_of_its_own_misconceptions(
    small: SmallCourse, was: str, becomes: str, changed: list[bool]
) -> None:
    def digests(text: str) -> tuple[str, str]:
        small.write(small.topic.misconceptions, text)
        return keys(small)

    text = EDITS + "# nothing\n"
    assert text.count(was) == 1
    before, after = digests(text), digests(text.replace(was, becomes))
    assert [old != new for old, new in zip(before, after, strict=True)] == changed


def test_checks_that_cannot_be_read_count_for_every_exercise(small: SmallCourse) -> None:
    double, triple = keys(small, "def broken(:")
    assert keys(small, "def broken(::")[0] != double
    assert keys(small, "def broken(::")[1] != triple


# --- the store --------------------------------------------------------------------------------------


def test_what_is_kept_is_there_and_a_damaged_entry_is_as_good_as_none(tmp_path: Path) -> None:
    warnings: list[str] = []
    store = Store(tmp_path / "store.db", warnings.append)
    store.put({"a": {"points": 1.5}, "b": [1, 2]})
    store.close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("update results set value = '{\"points\": 25}' where key = 'a'")
    connection.close()
    store = Store(tmp_path / "store.db", warnings.append)
    assert store.get(["a", "b", "c"]) == {"b": [1, 2]}
    assert len(warnings) == 1
    assert "A damaged entry of" in warnings[0]
    store.close()


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    warnings: list[str] = []
    (tmp_path / "store.db").write_bytes(b"no database" * 1000)
    store = Store(tmp_path / "store.db", warnings.append)
    store.put({"a": 1})
    assert store.get(["a"]) == {"a": 1}
    assert "is damaged" in warnings[0]
    assert (tmp_path / "store.damaged").is_file()
    store.close()


def test_where_nothing_can_be_kept_grading_goes_on(tmp_path: Path) -> None:
    warnings: list[str] = []
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "store.db", warnings.append)
    store.put({"a": 1})
    assert store.get(["a"]) == {}
    assert "cannot be kept" in warnings[0]


# --- loose files, again -----------------------------------------------------------------------------


@pytest.fixture
def folder(small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADWISE_SEED", "s")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.py").write_text(RIGHT)
    (tmp_path / "in" / "ben.py").write_text(SQUARE)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["grade", "in", "--assignment", "01_small", *words])


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records the students who were graded, and not taken from the store."""
    names: list[str] = []
    real = executors.grade_all

    def grade_all(topic: Any, tasks: Iterable[session.Task], seed: str, workers: int) -> Iterator[session.Graded]:
        return real(topic, (names.append(task.student) or task for task in tasks), seed, workers)

    monkeypatch.setattr(executors, "grade_all", grade_all)
    return names


def test_what_is_known_is_not_graded_again(folder: Path, graded: list[str]) -> None:
    first = run("--json", "one.json")
    assert sorted(graded) == ["ada", "ben"]
    second = run("--json", "two.json")
    assert sorted(graded) == ["ada", "ben"]
    assert first.stdout == second.stdout
    assert (folder / "one.json").read_text() == (folder / "two.json").read_text()
    run("--fresh")
    assert len(graded) == 4


def test_another_secret_or_another_submission_is_graded(folder: Path, graded: list[str]) -> None:
    run()
    run("--seed", "another")
    assert len(graded) == 4
    (folder / "in" / "ben.py").write_text(RIGHT + "# mine")
    assert "ben    3.0 / 3" in run().stdout
    assert graded[4:] == ["ben"]


def test_an_edited_check_is_put_again(folder: Path, small: SmallCourse, graded: list[str]) -> None:
    (folder / "in" / "ben.py").write_text("def double(x): return 2 * x if x.dtype == float else x + 1")
    assert "ben    1.8 / 3" in run().stdout
    small.write(small.topic.checks, CHECKS.replace("weight=3", "weight=1"))
    assert "ben    1.0 / 3" in run().stdout
    assert len(graded) == 4


def test_an_unforeseen_exception_costs_one_learner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> bytes:
        if path.name == "ben.py":
            raise RecursionError("planted")
        return load(path)

    monkeypatch.setattr("autograder.batch.run.load", read)
    result = run()
    assert result.exit_code == 1
    assert "ada    3.0 / 3" in result.stdout
    assert "ben.py cannot be read: it raises RecursionError in the grader." in result.output


def test_an_unforeseen_exception_in_the_books_costs_one_learner(
    temporary: TemporaryCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_class(temporary, 3)
    stage = Books.stage

    def planted(self: Books, student: str, *rest: Any) -> list[str]:
        if student == "s1":
            raise ValueError("planted")
        return stage(self, student, *rest)

    monkeypatch.setattr(Books, "stage", planted)
    monkeypatch.chdir(temporary.root)
    for name, value in temporary.environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["grade", SLUG])
    assert result.exit_code == 1
    assert "s1" in result.stdout
    assert "cannot be written into the books: it raises ValueError there." in result.output
    assert {row[0] for row in temporary.rows()} == {"s0", "s2"}


def test_one_student_or_a_few_may_be_graded(folder: Path, graded: list[str]) -> None:
    assert "1 left for another time" in run("--limit", "1").stdout
    assert len(graded) == 1
    assert "left" not in run("--limit", "1").stdout  # the known submission does not count
    assert "1 graded" in run("--student", "ben").stdout
    wrong = run("--student", "zoe")
    assert wrong.exit_code == 2
    assert "There is no submission of zoe for 01_small." in wrong.stderr
    assert run("--failed-only").exit_code == 2


def test_a_wrong_place_for_json_or_an_empty_secret_is_refused_before_grading(folder: Path, graded: list[str]) -> None:
    assert "there is no such folder" in run("--json", "missing/x.json").stderr
    assert "--seed is empty" in run("--seed", "").stderr
    assert graded == []


# --- what nobody has foreseen -----------------------------------------------------------------------


def hurt_by_a_square(monkeypatch: pytest.MonkeyPatch, hurt: Callable[[], object]) -> None:
    """Plants a fault on the trusted side: what squares, as the code of ben does, hurts the grader."""
    explain = Diagnoser.explain

    def explained(self: Diagnoser, exercise: str, observed: Observed, lost: Collection[str]) -> tuple[Diagnosis, ...]:
        if any(o.reply is not None and np.any(o.reply.value == 49) for calls in observed.values() for o in calls):
            hurt()
        return explain(self, exercise, observed, lost)

    monkeypatch.setattr(Diagnoser, "explain", explained)


def test_an_exception_over_one_submission_costs_its_explanation_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurt_by_a_square(monkeypatch, lambda: int("1" * 5000))
    for _ in range(2):  # and the next run works as well
        assert "2 graded" in run("--fresh").stdout


@pytest.mark.parametrize("hurt", [lambda: re.match("(a|a)*b", "a" * 40), lambda: os.kill(os.getpid(), 11)])
def test_a_submission_that_ends_the_grader_loses_its_points_and_costs_no_one_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, hurt: Callable[[], object]
) -> None:
    """Takes over ten seconds: a process is used up, and another one starts."""
    hurt_by_a_square(monkeypatch, hurt)
    monkeypatch.setattr(executors, "MOST_SECONDS", 3.0)
    result = run("--json", "out.json")
    assert "2 graded" in result.stdout
    ada, ben = json.loads((folder / "out.json").read_text())
    assert (ada["student"], ada["score"], ben["student"], ben["score"]) == ("ada", 3.0, "ben", 0.0)
    assert "The grader could not grade this notebook" in ben["exercises"]["double"]["checks"][0]["message"]
    assert "2 graded" in run().stdout, "the next run takes what is known"


# --- a real course ----------------------------------------------------------------------------------


def small_class(temporary: TemporaryCourse, size: int) -> list[str]:
    topic = Course(temporary.root).topic(SLUG)
    names = [f"s{number}" for number in range(size)]
    for number, name in enumerate(names):
        temporary.hand_in(name, submission(topic, CLASS[number % 8]))
    return names


def test_the_gradebook_is_written_once_and_marks_are_shown_before_they_change(temporary: TemporaryCourse) -> None:
    """Takes over 10 seconds: a class is graded six times."""
    small_class(temporary, 8)
    temporary.run("autograder", "grade", SLUG)
    rows, files, results = temporary.rows(), temporary.files(), stored(temporary)
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG)
    assert stored(temporary) == results, "what is known is not graded again"
    assert (temporary.rows(), temporary.files()) == (rows, files)

    checks = temporary.root / "autograder" / "checks" / f"test_{SLUG}.py"
    checks.write_text(checks.read_text().replace('("leaky_relu", weight=3)', '("leaky_relu", weight=1)'))
    output = temporary.run("autograder", "grade", SLUG, "--dry-run")
    assert "2 marks changed:" in output
    assert "  s6: 24" in output
    assert "(leaky_relu 2." in output
    assert (temporary.rows(), temporary.files()) == (rows, files)
    assert "2 marks changed:" in temporary.run("autograder", "grade", SLUG)
    assert temporary.rows() != rows
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG)

    (temporary.root / "build" / "gradebook.db").unlink()
    assert "Run `autograder build" in temporary.run("autograder", "grade", SLUG, fails=True)
    temporary.run("autograder", "build", SLUG)
    temporary.run("autograder", "grade", SLUG)
    assert len(temporary.rows()) == len(rows)


def test_a_deleted_page_comes_back_and_failed_only_takes_those_who_lost_points(temporary: TemporaryCourse) -> None:
    small_class(temporary, 8)
    temporary.run("autograder", "grade", SLUG)
    files = temporary.files()
    page = temporary.root / "build" / "autograded" / "s3" / SLUG / f"{SLUG}.ipynb"
    page.unlink()
    temporary.run("autograder", "grade", SLUG)
    assert temporary.files() == files
    output = temporary.run("autograder", "grade", SLUG, "--failed-only")
    assert "  s6" in output
    assert "  s0" not in output


def test_who_cannot_be_graded_is_named(temporary: TemporaryCourse) -> None:
    small_class(temporary, 2)
    for name in ("two (1).ipynb", "two (2).ipynb"):
        temporary.hand_in("two", name.encode()).rename(temporary.root / "build" / "submitted" / "two" / SLUG / name)
    temporary.hand_in("none", b"").unlink()
    link = temporary.hand_in("link", b"")
    link.unlink()
    link.symlink_to(temporary.root / "build" / "submitted" / "s0" / SLUG / f"{SLUG}.ipynb")
    output = temporary.run("autograder", "grade", SLUG, fails=True)
    assert f"Not graded: two has no {SLUG}.ipynb: there are two (1).ipynb, two (2).ipynb. Rename" in output
    assert f"Not graded: none has no {SLUG}.ipynb: the folder is empty. Ask for the notebook." in output
    assert f"Not graded: link has no {SLUG}.ipynb: there is {SLUG}.ipynb (a link)." in output
    assert re.search(r"^  none +not graded: the folder is empty\.", output, re.MULTILINE)
    assert "2 graded, 3 not graded, mean 25.0." in output
    assert temporary.score("s0") == 25.0


def different_class(temporary: TemporaryCourse, size: int, *, slow: bool = False) -> None:
    """Submits for a class in which no two submissions are equal; the last one sleeps for some seconds if `slow`."""
    for number, name in enumerate(small_class(temporary, size)):
        path = temporary.root / "build" / "submitted" / name / SLUG / f"{SLUG}.ipynb"
        tree = json.loads(path.read_text())
        tree["cells"][-1]["source"] = f"mine {number}"
        if slow and number == size - 1:
            answer = next(cell for cell in tree["cells"] if "def relu(" in "".join(cell["source"]))
            answer["source"] = "".join(answer["source"]) + "\nimport time\ntime.sleep(5)"
        path.write_text(json.dumps(tree))


def begun(temporary: TemporaryCourse) -> "subprocess.Popen[bytes]":
    command = [str(Path(sys.executable).with_name("autograder")), "grade", SLUG, "--workers", "2"]
    return subprocess.Popen(command, cwd=temporary.root, env=temporary.environment, start_new_session=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_however_a_run_ends_everything_is_graded_once(how: str, temporary: TemporaryCourse) -> None:
    """Takes 10 to 20 seconds: a class is graded by a command that is ended from outside, and then to its end."""
    size = 8
    different_class(temporary, size, slow=True)
    before = graded_when_it_was_ended(temporary, signal.Signals[how])
    assert 10 <= len(before) < size * 10
    assert temporary.rows() == []

    output = temporary.run("autograder", "grade", SLUG)
    assert f"{size} graded" in output
    assert before < set(stored(temporary))
    assert len(stored(temporary)) == size * 10
    assert len({row[0] for row in temporary.rows()}) == size


def graded_when_it_was_ended(temporary: TemporaryCourse, how: signal.Signals) -> set[str]:
    """Ends a run by a signal soon after its first results. Returns the keys of the results that it has kept."""
    process = begun(temporary)
    while process.poll() is None and len(stored(temporary)) < 10:
        time.sleep(0.02)
    process.send_signal(how)
    process.wait(60)
    deadline = time.monotonic() + 60
    while alive_in_group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive_in_group(process.pid) == []
    return set(stored(temporary))


def stored(temporary: TemporaryCourse) -> dict[str, str]:
    """Returns the stored results by key. A value holds its grading time, so grading again would change it."""
    path = temporary.root / "build" / "results" / "store.db"
    if not path.is_file():
        return {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            return dict(connection.execute("select key, value from results where key not like 'file %'"))
        except sqlite3.OperationalError:  # the table is not there yet
            return {}


def test_a_run_that_is_killed_at_any_moment_ends_as_if_nothing_had_happened(
    temporary: TemporaryCourse, long: bool
) -> None:
    """Takes 20 to 30 seconds: a class is graded by a command that is killed five times, and then to its end."""
    kills, size = (20, 24) if long else (3, 8)
    different_class(temporary, size)
    seed = random.randrange(1 << 32)
    print(f"moments from random.Random({seed})")
    moments = random.Random(seed)
    autograded = temporary.root / "build" / "autograded"
    while_publishing = False
    for attempt in range(kills + 2):
        before, process = stored(temporary), begun(temporary)
        if attempt < kills:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moments.uniform(0.2, 5.0))
        else:  # during the move of folders and the writing of rows
            while process.poll() is None and len(list(autograded.glob("*"))) < 3 * (attempt - kills + 1):
                time.sleep(0.001)
            while_publishing |= process.poll() is None
        process.kill()
        process.wait(60)
        after = stored(temporary)
        assert before.items() <= after.items(), "what was kept was graded again"
    assert while_publishing
    temporary.run("autograder", "grade", SLUG)
    assert len(stored(temporary)) == size * 10
    tables, files, results = temporary.tables(), temporary.files(), temporary.root / "build" / "results"
    record = sorted(json.loads(line)["student"] for line in (results / f"{SLUG}.jsonl").read_text().splitlines())
    assert len(record) == len(set(record)) == size

    for folder in (autograded, results):
        shutil.rmtree(folder)
    (temporary.root / "build" / "gradebook.db").unlink()
    temporary.run("autograder", "build", SLUG)
    temporary.run("autograder", "grade", SLUG)
    assert (temporary.tables(), temporary.files()) == (tables, files)


def alive_in_group(leader: int) -> list[str]:
    """Returns the names of the processes of a group that are not zombies."""
    commands = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = status.read_text().rpartition(")")
            state, _, group = rest.split()[:3]
            if int(group) == leader and state != "Z":
                commands.append(name)
    return commands


@pytest.mark.parametrize(
    "module", ["reference/stopping.py", "exercises/spec.py", "check/formatting.py", "bridge/calling.py"]
)
def test_an_edit_of_what_grading_takes_of_gradwise_makes_other_keys(
    module: str, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def key() -> str:
        fingerprint.of_machinery.cache_clear()
        return fingerprint.of_machinery()

    library = tmp_path / "course" / "gradwise"
    shutil.copytree(course.root / "course" / "gradwise", library, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "GRADER", tmp_path / "autograder")
    try:
        before = key()
        (library / "demos" / "gallery.py").write_text("# no part of grading\n")
        assert key() == before
        (library / module).write_text((library / module).read_text() + "\n# edited\n")
        assert key() != before
    finally:
        fingerprint.of_machinery.cache_clear()

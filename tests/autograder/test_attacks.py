"""Submissions that mean harm, or happen to do it: each costs its own learner points, and nobody else anything."""

import contextlib
import json
import time
from typing import Any

import numpy as np
import pytest

from autograder import engine, expect, notebook
from autograder.engine import Task, grade_all
from autograder.notebook import Notebook, code_cell
from autograder.outcomes import StudentProblem
from autograder.repair import Release, learner_cells, repair
from autograder.sandbox.box import Sandbox
from autograder.submission import Cell, Submission

from ..conftest import SEED, Submit
from .conftest import SmallCourse

RIGHT = "import numpy as np\ndef double(x): return 2 * np.asarray(x)\n"


@pytest.fixture
def grade(small: SmallCourse):  # type: ignore[no-untyped-def]
    """Grades the bytes of one notebook after another, as a class of its own with a good learner behind it."""

    def graded(*files: bytes) -> list[float]:
        good = small.topic.release.read_text().replace("raise NotImplementedError", "return 2 * x").encode()
        tasks = [Task(f"s{i}", "01_small.ipynb", data) for i, data in enumerate([*files, good])]
        results = [one.result for one in grade_all(small.topic, tasks, SEED, 1)]
        assert results[-1].score == results[-1].max_score, "the next learner must not suffer"
        return [result.score for result in results[:-1]]

    return graded


def with_cells(small: SmallCourse, *sources: str, **metadata: Any) -> bytes:
    cells = [code_cell(source, f"own-{i}") for i, source in enumerate(sources)]
    for cell in cells:
        cell["metadata"] = metadata
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document).encode()


@pytest.mark.parametrize("attack", ["os.kill(0, 9)", "os.killpg(0, 15)", "os.kill(os.getppid(), 9)", "os.kill(0, 19)"])
def test_a_signal_to_its_group_reaches_nobody_else(attack: str, box: Sandbox) -> None:
    submission = Submission(box, [Cell("bad", f"import os\n{attack}"), Cell("good", RIGHT)])
    with contextlib.suppress(StudentProblem):  # its own points may go
        submission.double(np.ones(2))
    submission.close()
    after = Submission(box, [Cell("good", RIGHT)])
    assert after.double(np.ones(2)).tolist() == [2.0, 2.0]
    after.close()


def test_blank_lines_take_no_time(submit: Submit) -> None:
    submission = submit("raise ValueError\n" + "\n" * 200_000)
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(StudentProblem):
            submission.f(1.0)
    assert time.monotonic() - started < 5


def test_ids_that_are_made_to_collide_come_apart(small: SmallCourse, release: Release) -> None:
    cells = [code_cell(f"x{i} = 1", "write-elu" + "-49" * i) for i in range(12)]
    cells[0]["id"] = "other"
    mended = repair(Notebook([*cells, code_cell("y = 1", "write-elu")]), release)
    ids = [cell["id"] for cell in mended.cells]
    assert len(set(ids)) == len(ids)


def test_an_empty_array_of_an_impossible_shape_is_nonsense(submit: Submit) -> None:
    forged = '{"id": ID, "value": {"array": ["<f8", [0, 4194304, 4194304, 4194304, 4194304, 4194304, 4194304]]}}'
    submission = submit(
        "import os, sys, struct\n"
        "def f(x):\n"
        "    frame = sys._getframe()\n"
        "    while 'header' not in frame.f_locals: frame = frame.f_back\n"
        f"    text = '{forged}'.replace('ID', str(frame.f_locals['header']['id'])).encode()\n"
        "    for size in ('>I', '<I', '>Q'):\n"
        "        os.write(3, struct.pack(size, len(text)) + struct.pack(size, 0) + text)\n"
    )
    with pytest.raises(StudentProblem):
        submission.f(1.0)


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(depth):
        tree = {"a": tree}
    return tree


@pytest.mark.parametrize(
    "metadata",
    [
        {"deep": nested(600)},
        {"nbgrader": {"grade_id": nested(300)}},
        {"nbgrader": {"grade_id": ["a", "b"]}},
        {"nbgrader": {"grade_id": "\ud800", "grade": True}},
        {"half": "\ud800", "\ud800": 1},
        {"infinite": float("inf")},
        {"nbgrader": {"grade_id": "\x1b[31mred\n"}},
    ],
    ids=["deep", "deep id", "list id", "half id", "half", "infinite", "escape"],
)
def test_strange_metadata_costs_nothing(metadata: dict[str, Any], small: SmallCourse, grade: Any) -> None:
    data = with_cells(small, RIGHT, **metadata)
    assert grade(data) == [3.0]
    mended = repair(notebook.read(data), Release(notebook.read(small.topic.release.read_bytes()).cells))
    json.loads(mended.to_json().encode(), parse_constant=lambda name: pytest.fail(name))
    assert all(text.isprintable() for text in mended.repairs)


def test_attachments_are_pictures_or_nothing() -> None:
    cell = {"cell_type": "markdown", "source": "", "attachments": {"a\ud800": {"image/png": "AA=="}, "b": nested(500)}}
    read = notebook.read(json.dumps({"cells": [cell], "nbformat": 4}).encode())
    assert read.cells[0]["attachments"] == {"a?": {"image/png": "AA=="}, "b": {}}


def test_a_renamed_answer_in_words_is_found_in_no_time(release: Release) -> None:
    given = next(cell for cell in release.cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == "xu_table")
    mixed = "".join(f"{char}{chr(0x4E00 + i % 20000)}" for i, char in enumerate((given["source"] * 20)[:5000]))
    cells = [{"cell_type": "markdown", "id": f"m{i}", "metadata": {}, "source": mixed + str(i)} for i in range(500)]
    started = time.monotonic()
    repair(Notebook(cells), release)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): return type(','.join('%.6g' % v for v in np.ravel(x)), (), {})()",
        "def f(x): return np.zeros((1415, 9, 3807))",
        "class E(ImportError): module = '3.1415'\ndef f(x): raise E",
    ],
)
def test_messages_cannot_spell_out_a_hidden_input(source: str, submit: Submit) -> None:
    submission = submit(source)

    def ask() -> None:
        expect.has_shape(submission.f(np.array([3.1415])), (1,), "")

    with pytest.raises(AssertionError) as caught:
        ask()
    assert "1415" not in str(caught.value)


def test_a_scratch_cell_that_is_indented_costs_nothing(release: Release) -> None:
    cells = [code_cell(RIGHT, "a"), code_cell("  y = 1\n  print(y)", "b"), code_cell("\n  1+1", "c")]
    (found,) = [cell for cell in learner_cells(Notebook(cells), release) if "double" in cell.text]
    assert found.rest == ("  y = 1\n  print(y)", "\n  1+1")


@pytest.mark.parametrize(
    "cell",
    [
        "    def f(x):\n        return 2 * x\n",
        "import asyncio\nawait asyncio.sleep(0)\ndef f(x): return 2 * x",
        "out = %timeit -o 1\nfiles = !ls\ndef f(x): return 2 * x",
        "display(1)\ndef f(x): return 2 * x",
        "import matplotlib.pyplot as plt\nplt.figure()\ndef f(x): return 2 * x",
        "%matplotlib inline\ndef f(x):\n    return np.multiply(2,  # really?\n                       x)",
        "from __future__ import annotations\ndef f(x: Unknown) -> Unknown: return 2 * x",
    ],
    ids=["indented", "await", "magics", "display", "figure", "question", "future"],
)
def test_what_jupyter_runs_is_run(cell: str, submit: Submit) -> None:
    assert submit(cell).f(np.array([1.5])).tolist() == [3.0]


def test_an_indented_rest_joins_or_stands_alone(box: Sandbox) -> None:
    split = Cell("a", "def f(x):\n    y = 2 * x", ("    return y",))
    apart = Cell("b", "def g(x):\n    return 2 * x", ("  z = 1\n  print(z)", "\n  1+1"))
    submission = Submission(box, [split, apart])
    assert submission.f(np.ones(1)).tolist() == [2.0]
    assert submission.g(np.ones(1)).tolist() == [2.0]
    assert submission.cell_problems == []
    submission.close()


def test_a_large_reply_is_refused_and_much_of_it_is_not_kept(submit: Submit) -> None:
    submission = submit("import numpy as np\ndef f(n): return np.zeros(int(n))")
    with pytest.raises(StudentProblem, match="too large"):
        submission.f(1 << 20)
    for _ in range(40):
        submission.f(500_000)
    assert sum(seen.reply.value.nbytes for seen in submission.observations if seen.reply) <= 64 << 20


def test_cells_that_end_their_process_again_and_again_are_given_up(small: SmallCourse, grade: Any) -> None:
    started = time.monotonic()
    assert grade(with_cells(small, *["import os; os._exit(0)"] * 300, RIGHT)) == [0.0]
    assert time.monotonic() - started < 15


def test_an_error_that_cannot_be_told_keeps_the_rest(submit: Submit) -> None:
    submission = submit(
        "def f(x): return 2 * x\nclass E(Exception):\n    def __str__(self): raise ValueError\nraise E()"
    )
    assert submission.f(np.ones(1)).tolist() == [2.0]


def test_a_huge_cell_is_emptied() -> None:
    read = notebook.read(json.dumps({"cells": [{"cell_type": "code", "source": "x" * 600_000}]}).encode())
    assert read.cells[0]["source"] == ""
    assert "emptied" in read.repairs[-1]


def test_python_files_are_cut_where_editors_cut_them(small: SmallCourse, grade: Any) -> None:
    script = (
        "#!/usr/bin/env python\n# # 1 · Title\n\n# In[1]:\n\nimport torch\ntorch.zeros(3).sum()\n\n# In[ ]:\n" + RIGHT
    )
    tasks = [Task("a", "a.py", b"\xef\xbb\xbf" + script.encode())]
    (graded,) = grade_all(small.topic, tasks, SEED, 1)
    assert graded.result.score == 3.0


def test_a_grader_survives_what_it_cannot_read(small: SmallCourse, grade: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "repair", lambda read, release: repair(read, release) if read.repairs else 1 / 0)
    (graded,) = grade_all(small.topic, [Task("a", "a.ipynb", with_cells(small, RIGHT))], SEED, 1)
    assert graded.result.score == 0.0
    assert "could not be read (ZeroDivisionError)" in graded.result.repairs[0]

"""A learner submits and reads the official result; the gradebook gets what `autograder grade` would write.

It takes half a minute: a server starts, with workers that load PyTorch.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from gradwise import handing_in, kernel
from gradwise.handing_in import connection

from autograder.core.course import Course

from ...conftest import SLUG
from .conftest import WRONG_RELU, Notebook
from .server import BOB, EVE, FAY, GIL, PEOPLE, TEACHER, Server


def test_a_mistake_is_named_at_once_and_mended_in_the_next_attempt(server: Server, notebook: Notebook) -> None:
    accepted = server.hand_in(FAY, notebook(write_relu=WRONG_RELU))
    assert accepted.status == 202
    assert accepted.tree["terms"]["attempts"]["left"] == 4
    first = server.result(FAY, accepted.tree["id"])
    relu = first["result"]["exercises"]["relu"]
    assert relu["points"] < relu["max_points"]
    assert any("absolute value" in sentence or "`relu`" in sentence for sentence in relu["diagnoses"])
    assert relu["example"]["called"].startswith("relu(")

    second = server.graded(FAY, notebook(right=True))
    assert second["number"] == 2
    assert second["score"] == second["max_score"] == 25
    assert second["attempts"]["left"] == 3
    page = server.ask(FAY, "GET", f"/{second['page']}")
    assert "25 of 28 points" in page.body.decode()
    assert page.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_gradebook_gets_the_best_attempt_as_grade_would_write_it(server: Server, notebook: Notebook) -> None:
    server.graded(EVE, notebook(right=True))
    server.graded(EVE, notebook(remark="worse", write_relu=WRONG_RELU))
    course = server.course
    server.wait_for(lambda: course.score(EVE) == 25)
    before = {name: data for name, data in course.files().items() if name.startswith(EVE)}
    rows = [row for row in course.rows() if row[0] == EVE]
    assert f"{EVE}/{SLUG}/timestamp.txt" in before

    output = course.run("autograder", "grade", SLUG, "--fresh", "--student", EVE)
    assert "25" in output
    assert [row for row in course.rows() if row[0] == EVE] == rows
    after = {name: data for name, data in course.files().items() if name.startswith(EVE)}
    assert _without_seconds(after) == _without_seconds(before)


def _without_seconds(files: dict[str, bytes]) -> dict[str, object]:
    trees = {name: json.loads(data) if name.endswith(".ipynb") else data for name, data in files.items()}
    for tree in trees.values():
        if isinstance(tree, dict):
            kept = tree["metadata"]["gradwise"]
            kept["result"] = json.loads(kept["result"]) | {"seconds": 0, "memory": 0}
    return trees


def test_the_same_answers_again_cost_nothing(server: Server, notebook: Notebook) -> None:
    data = notebook(write_relu="def relu(x):\n    return x * (x > 0)\n")
    first = server.graded(GIL, data)
    again = server.hand_in(GIL, data)
    assert (again.status, again.tree["known"], again.tree["id"]) == (200, True, first["id"])
    tree = json.loads(data)
    tree["metadata"]["opened_with"] = "another editor"
    same = server.graded(GIL, json.dumps(tree).encode())
    assert same["id"] != first["id"]
    assert same["charged"] is False
    assert same["score"] == first["score"]
    assert same["attempts"]["left"] == 4
    assert "cost nothing" in same["message"]


def test_submit_shows_the_result_and_submissions_lists_it(
    server: Server, notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(kernel, "show", lambda page, text: shown.append((page, text)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(connection.ADDRESS, server.url)
    monkeypatch.setenv(connection.TOKEN, PEOPLE[BOB])
    file = tmp_path / f"{SLUG}.ipynb"
    file.write_bytes(notebook(write_relu=WRONG_RELU))
    handing_in.submit(topic=SLUG)
    page, text = shown.pop()
    assert f"✗ {SLUG}: " in text
    assert "relu: " in text
    assert "attempts left" in text
    assert "<iframe sandbox" in page
    assert "srcdoc=" in page
    handing_in.submissions(SLUG)
    assert "attempts left" in shown[0][1]
    assert text.splitlines()[0] in shown[0][1]


def test_a_teacher_sees_the_class_and_changes_its_terms(server: Server, notebook: Notebook) -> None:
    server.graded(BOB, notebook(remark="seen", write_relu=WRONG_RELU))
    live = server.ask(TEACHER, "GET", f"/api/v1/teach/assignments/{SLUG}").tree
    learner = next(entry for entry in live["learners"] if entry["student"] == BOB)
    assert learner["attempts"] >= 1
    assert "relu-abs" in {mistake["id"] for mistake in live["misconceptions"]}
    assert sum(bar["learners"] for bar in live["scores"]) == sum(
        entry["best"] is not None for entry in live["learners"]
    )

    terms = f"/api/v1/teach/assignments/{SLUG}/terms"
    changed = server.ask(TEACHER, "PATCH", terms, {"due": "2020-01-01T00:00Z", "detail": "hints"})
    assert changed.tree["due"] == "2020-01-01T00:00:00Z"
    late = server.graded(EVE, notebook(remark="late", write_relu=WRONG_RELU))
    assert late["late"] is True
    assert late["result"]["exercises"]["relu"]["example"] is None
    assert books(server, "select duedate from assignment where name = ?", SLUG) == [("2020-01-01 00:00:00.000000",)]
    extended = server.ask(TEACHER, "PUT", f"/api/v1/teach/assignments/{SLUG}/{EVE}/extension", {"hours": 8000})
    assert extended.status == 200
    extension = "select extension from submitted_assignment where student_id = ?"
    server.wait_for(lambda: "1970-11-30" in str(books(server, extension, EVE)))  # nbgrader counts from 1970
    server.ask(TEACHER, "PATCH", terms, {"closed": True})
    refused = server.hand_in(EVE, notebook(remark="too late"))
    assert (refused.status, refused.code) == (403, "closed")
    server.ask(TEACHER, "PATCH", terms, {"closed": False, "due": None, "detail": "full"})


def test_a_score_that_a_teacher_gave_by_hand_is_kept(server: Server, notebook: Notebook) -> None:
    server.graded(BOB, notebook(remark="before", xu_table="My words."))
    server.wait_for(lambda: BOB in {row[0] for row in server.course.rows()})
    cell = """(select grade.id from grade join base_cell on grade.cell_id = base_cell.id
        join submitted_notebook sn on grade.notebook_id = sn.id
        join submitted_assignment sa on sn.assignment_id = sa.id
        where base_cell.name = 'xu_table' and sa.student_id = ?)"""
    books(server, f"update grade set manual_score = 2.5 where id = {cell}", BOB)
    server.graded(
        BOB, notebook(remark="after", xu_table="My words.", write_relu="def relu(x):\n    return x * (x > 0)")
    )
    server.wait_for(lambda: b"after" in server.course.files()[f"{BOB}/{SLUG}/{SLUG}.ipynb"])
    assert books(server, f"select manual_score from grade where id = {cell}", BOB) == [(2.5,)]


def books(server: Server, statement: str, *values: str) -> list[tuple[object, ...]]:
    """Asks the gradebook."""
    with closing(sqlite3.connect(server.course.root / "build" / "gradebook.db")) as connection, connection:
        return connection.execute(statement, values).fetchall()


def test_attempts_run_out_and_are_given_back(server: Server, notebook: Notebook) -> None:
    terms = f"/api/v1/teach/assignments/{SLUG}/terms"
    server.ask(TEACHER, "PATCH", terms, {"attempts": 1})
    server.hand_in(EVE, notebook(remark="the last one"))
    refused = server.hand_in(EVE, notebook(remark="one too many"))
    assert (refused.status, refused.code) == (403, "no_attempts")
    assert int(refused.headers["Retry-After"]) > 60
    given = server.ask(TEACHER, "POST", f"/api/v1/teach/assignments/{SLUG}/{EVE}/attempts", {"attempts": 2})
    assert given.tree["attempts"]["left"] == 2
    assert server.hand_in(EVE, notebook(remark="one too many")).status == 202
    server.ask(TEACHER, "PATCH", terms, {"attempts": 5})


def test_a_wrong_word_is_explained(server: Server) -> None:
    terms = f"/api/v1/teach/assignments/{SLUG}/terms"
    for tree, words in (
        ({"atempts": 3}, "'atempts' is not one of the terms"),
        ({"attempts": -1}, "whole number from 0"),
        ({"counts": "worst"}, "best, last"),
        ({"due": "tomorrow"}, "is not a time"),
    ):
        refused = server.ask(TEACHER, "PATCH", terms, tree)
        assert refused.status == 400
        assert words in refused.sentence


@pytest.mark.parametrize("variable", [connection.ADDRESS])
def test_without_a_service_submit_says_how_to_hand_in_otherwise(
    variable: str, course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(variable, raising=False)
    handing_in.submit()
    assert "hand in the file as your course says" in capsys.readouterr().out

"""What was accepted is graded once and charged once, whatever is killed, and when the disk is full.

It takes half a minute: a server starts twice, with workers that load PyTorch.
"""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from autograder.service.store import Refused, Store, full_disk_named
from autograder.service.terms import Terms

from ...conftest import SLUG
from ..temporary import TemporaryCourse
from .conftest import WRONG_RELU, Notebook
from .server import ADA, BOB, EVE, TEACHER, Server

SLOW = "LONG = sum(range(3 * 10**7))\n\n\ndef relu(x):\n    return np.maximum(x, 0) + 0 * LONG\n"


@pytest.fixture
def mortal(temporary: TemporaryCourse) -> Iterator[Server]:
    """A server that may be killed."""
    with Server(temporary, ("--workers", "1")) as running:
        yield running


def rows(server: Server) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.course.root / "build" / "service.db")) as connection:
        return connection.execute("select student, number, state, charged, score from gradwise_attempts").fetchall()


def workers(server: Server) -> list[int]:
    """Returns the processes that grade: they are forked from one that has loaded what they need."""
    return [number for number in server.left() if "forkserver" in _command(_parent(number) or 0)]


def _command(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent(number: int) -> int | None:
    try:
        return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def test_a_killed_server_loses_nothing_and_charges_nothing_twice(mortal: Server, notebook: Notebook) -> None:
    first = mortal.graded(ADA, notebook(right=True))
    assert first["score"] == 25
    sent = {name: notebook(remark=name, write_relu=WRONG_RELU) for name in (ADA, BOB, EVE)}
    keys = {name: mortal.hand_in(name, data).tree["id"] for name, data in sent.items()}
    mortal.kill()
    assert len(rows(mortal)) == 4

    mortal.start()
    for name, data in sent.items():  # a client that got no answer sends the same again
        again = mortal.hand_in(name, data)
        assert (again.status, again.tree["id"]) == (200, keys[name])
        assert mortal.result(name, keys[name])["state"] == "graded"
    known = rows(mortal)
    assert sorted((row[0], row[1]) for row in known) == [(ADA, 1), (ADA, 2), (BOB, 1), (EVE, 1)]
    assert all(row[2:4] == ("graded", 1) for row in known)
    mortal.wait_for(lambda: {row[0] for row in mortal.course.rows()} == {ADA, BOB, EVE})
    assert mortal.course.score(ADA) == 25

    key = mortal.hand_in(BOB, notebook(write_relu=SLOW)).tree["id"]
    mortal.wait_for(lambda: [row for row in rows(mortal) if row[2] == "running"])
    for number in mortal.wait_for(lambda: workers(mortal)):
        os.kill(number, signal.SIGKILL)
    killed = mortal.result(BOB, key)
    assert killed["state"] == "graded"
    assert killed["score"] > 0
    assert killed["charged"] is True
    assert killed["attempts"]["left"] == 3


@pytest.mark.long("Each start takes seconds.")
def test_killed_at_any_moment(mortal: Server, notebook: Notebook) -> None:
    """Takes minutes: what is killed is started again ten times."""
    chance, people = random.Random(1), (ADA, BOB, EVE)
    accepted: dict[str, str] = {}
    terms = f"/api/v1/teach/assignments/{SLUG}/terms"
    mortal.ask(TEACHER, "PATCH", terms, {"attempts": 0})
    for turn in range(10):
        for name in people:
            answer = mortal.hand_in(name, notebook(remark=f"{turn} {name}"))
            if answer.status == 202:
                accepted[answer.tree["id"]] = name
        time.sleep(chance.uniform(0, 1.5))
        mortal.kill()
        mortal.start()
    for key, name in accepted.items():
        assert mortal.result(name, key)["state"] == "graded"
    known = rows(mortal)
    assert len(known) == len(accepted) == len({row[:2] for row in known})


def test_a_full_disk_refuses_with_a_sentence_and_charges_nothing(notebook: Notebook, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/service.db", Terms())
    event.listen(store.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 40"))
    with full_disk_named():
        store.accept(SLUG, ADA, b"small", "d1", 1e9, 5)
    with pytest.raises(Refused, match=r"could not keep your notebook: .*full") as refused, full_disk_named():
        store.accept(SLUG, ADA, notebook(right=True) * 20, "d2", 1e9, 5)
    assert refused.value.code == "storage"
    assert store.left(SLUG, ADA, 1e9).left == 4
    assert len(store.attempts_of(SLUG, ADA)) == 1
    store.close()

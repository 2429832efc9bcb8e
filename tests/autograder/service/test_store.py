"""What the store accepts, counts, gives back and writes into the gradebook."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.core.outcomes import UsageError
from autograder.service.lanes import FAST, SLOW
from autograder.service.store import Refused, Store
from autograder.service.terms import Terms

SLUG, ADA, BOB = "02_activations", "ada", "bob"
NOW = 1_800_000_000.0
MOST = 3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/service.db", Terms())
    yield opened
    opened.close()


def accept(store: Store, who: str, digest: str, now: float = NOW) -> Any:
    return store.accept(SLUG, who, digest.encode(), digest, now, MOST)


def grade(store: Store, who: str, digest: str, score: float, now: float = NOW, **more: Any) -> int:
    number = int(accept(store, who, digest, now).row.id)
    store.begin(number)
    values = {"state": "graded", "score": score, "max_score": 25.0, "result": "{}", "content": digest, "lane": FAST}
    store.finish(number, now + 1, values | more)
    return number


def counted(store: Store) -> dict[str, int]:
    return {row.student: row.number for rows in store.to_write(100).values() for row in rows}


def check(store: Store) -> None:
    """Goes through all of it once: in a file here, on a server in `whole/test_postgres.py`."""
    first = accept(store, ADA, "one")
    assert (first.known, first.row.number) == (False, 1)
    assert accept(store, ADA, "one").known
    grade(store, BOB, "one", 10.0)  # the same file of another learner is another attempt
    assert [row.student for row in store.waiting()] == [ADA]
    store.begin(first.row.id)
    assert store.recover() == 1
    assert store.attempt(first.row.key).state == "waiting"
    store.begin(first.row.id)
    store.finish(first.row.id, NOW, {"state": "held", "charged": False, "fault": "broken"})
    assert store.left(SLUG, ADA, NOW).left == 5
    assert store.regrade(SLUG, ADA) == 1
    rows = store.to_write(10)[SLUG]
    assert [(row.student, bytes(row.data)) for row in rows] == [(BOB, b"one")]
    store.written(SLUG, rows)
    assert store.to_write(10) == {}
    store.set_due(SLUG, NOW - 10)
    assert counted(store) == {BOB: 1}  # its lateness is reckoned anew
    store.extend(SLUG, BOB, 3600.0)
    assert store.due(SLUG, BOB) == NOW - 10 + 3600
    store.give(SLUG, BOB, 2, "grace", NOW)
    assert store.left(SLUG, BOB, NOW).left == 6
    assert store.given_back(SLUG) == {BOB: [(NOW, 2)]}


def test_in_a_file(store: Store) -> None:
    check(store)


def test_the_best_or_the_last_counts(store: Store) -> None:
    for digest, score in (("a", 10.0), ("b", 20.0), ("c", 15.0)):
        grade(store, ADA, digest, score)
    assert counted(store) == {ADA: 2}
    grade(store, ADA, "d", 20.0)  # as many points: the later one, whose words may be better
    assert counted(store) == {ADA: 4}
    store.set_due(SLUG, NOW + 100)
    grade(store, ADA, "e", 20.0, NOW + 200)  # but not if only that one is late
    assert counted(store) == {ADA: 4}
    store.set_terms(SLUG, {"counts": "last"})
    assert counted(store) == {ADA: 5}


def test_a_learner_who_sends_much_waits_and_is_charged_nothing(store: Store) -> None:
    for number in range(MOST):
        accept(store, ADA, str(number))
    with pytest.raises(Refused, match="still being graded") as refused:
        accept(store, ADA, "one more")
    assert refused.value.code == "busy"
    assert store.left(SLUG, ADA, NOW).left == 5 - MOST
    accept(store, BOB, "mine")


def test_the_next_attempt_begins_in_the_lane_of_the_last(store: Store) -> None:
    grade(store, ADA, "a", 0.0, lane=SLOW)
    assert accept(store, ADA, "b").row.lane == SLOW
    assert accept(store, BOB, "b").row.lane == FAST


def test_a_change_while_the_gradebook_is_written_is_written_afterwards(store: Store) -> None:
    grade(store, ADA, "a", 10.0)
    rows = store.to_write(10)[SLUG]
    store.extend(SLUG, ADA, 3600.0)  # a teacher's, while these rows are being written
    store.written(SLUG, rows)
    rows = store.to_write(10)[SLUG]
    store.written(SLUG, rows)
    assert store.to_write(10) == {}


def test_what_a_process_died_over_is_tried_again_when_it_is_sent_again(store: Store) -> None:
    number = grade(store, ADA, "a", 0.0, fault="a process died over it", charged=False)
    again = accept(store, ADA, "a")
    assert again.row.id == number
    assert [row.id for row in store.waiting()] == [number]


def test_wrong_terms_change_nothing(store: Store) -> None:
    store.set_terms(SLUG, {"attempts": 3})
    with pytest.raises(UsageError):
        store.set_terms(SLUG, {"attempts": 4, "counts": "worst"})
    assert store.terms(SLUG) == Terms(attempts=3)


def test_a_database_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="service's database"):
        Store(f"sqlite:///{tmp_path}/no/such/folder.db", Terms())

"""How many attempts are left, and when the next comes; what is shown of each."""

import pytest

from autograder.core.outcomes import UsageError
from autograder.service.terms import Left, Terms, iso, left, seconds_of

NOW = 1_800_000_000.0
HOUR = 3600.0


@pytest.mark.parametrize(
    ("charged", "given", "expected"),
    [
        ([], [], Left(5, 5)),
        ([NOW], [], Left(4, 5, NOW + 2 * HOUR)),
        ([NOW] * 5, [], Left(0, 5, NOW + 2 * HOUR)),
        ([NOW - HOUR] * 5, [], Left(0, 5, NOW + HOUR)),
        ([NOW - 2 * HOUR] * 5, [], Left(1, 5, NOW + 2 * HOUR)),
        ([NOW - 3 * HOUR] * 5, [], Left(1, 5, NOW + HOUR)),
        ([NOW - 100 * HOUR] * 5, [], Left(5, 5)),
        ([NOW] * 5, [(NOW + 1, 2)], Left(2, 5, NOW + 2 * HOUR)),
        ([], [(NOW - HOUR, 2)], Left(7, 5)),
        ([NOW - HOUR], [(NOW - 2 * HOUR, 2)], Left(6, 5)),
    ],
)
def test_a_bucket_fills_again(charged: list[float], given: list[tuple[float, int]], expected: Left) -> None:
    found = left(Terms(), charged, given, NOW + (1 if given and given[0][0] > NOW else 0))
    assert found.left == expected.left
    assert (found.next is None) == (expected.next is None)
    if expected.next is not None:
        assert found.next == pytest.approx(expected.next, abs=0.01)


def test_no_further_one_comes_or_there_is_no_end() -> None:
    assert left(Terms(hours=0), [NOW - 1e9] * 5, [], NOW) == Left(0, 5)
    assert left(Terms(attempts=0), [NOW] * 50, [], NOW) == Left(None, 0)
    assert left(Terms(attempts=1), [NOW] * 5, [(NOW, 1)], NOW).left == 1  # there were more when they were used


def test_what_is_shown_depends_on_the_attempt_and_the_due_date() -> None:
    terms = Terms(detail=("score", "hints"), after_due="full")
    assert [terms.shown(number, None, NOW) for number in (1, 2, 3)] == ["score", "hints", "hints"]
    assert terms.shown(1, NOW - 1, NOW) == "full"
    assert terms.shown(1, NOW + 1, NOW) == "score"


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"attempts": True}, "whole number"),
        ({"attempts": 1.5}, "whole number"),
        ({"hours": float("nan")}, "number from 0"),
        ({"detail": []}, "a list of these"),
        ({"detail": ["full", 3]}, "a list of these"),
        ({"closed": 1}, "true or false"),
        ({"after_due": "all"}, "empty or one of"),
        ([], "JSON object"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tree: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Terms().changed(tree)


def test_times_are_utc() -> None:
    assert iso(seconds_of("2026-12-24T18:00Z")) == iso(seconds_of("2026-12-24T19:00+01:00")) == "2026-12-24T18:00:00Z"
    assert seconds_of("2026-12-24T18:00") == seconds_of("2026-12-24T18:00Z")

"""The reference with a cache: computes each answer once, and hands out copies that a check may change."""

from typing import Any

import gradwise.reference
import numpy as np
import pytest

from autograder.grading import reference as cached
from autograder.grading.reference import reference


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The arguments with which a function of the reference was called, and not answered from the cache."""
    calls: list[Any] = []

    def twice(x: Any, *functions: Any) -> Any:
        calls.append(x)
        return 2 * x

    monkeypatch.setattr(gradwise.reference, "twice", twice, raising=False)
    cached._answers.clear()
    return calls


def test_an_answer_is_computed_once_for_each_input(asked: list[Any]) -> None:
    for _ in range(3):
        assert reference.twice(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert reference.twice(np.array([1.0, 3.0])).tolist() == [2.0, 6.0]
    assert len(asked) == 2


def test_a_check_that_writes_into_an_answer_spoils_nothing(asked: list[Any]) -> None:
    reference.twice(np.array([1.0]))[0] = 7
    assert reference.twice(np.array([1.0])).tolist() == [2.0]


def test_inputs_that_are_told_apart_are_asked_for(asked: list[Any]) -> None:
    """Equal is not enough: 1 == 1.0 == True, and 0.0 == -0.0."""
    x = np.array([0.0, 1.0])
    different = [1, 1.0, True, 0.0, -0.0, np.float64(0.0), np.float64(-0.0), np.float32(0.0), x, -x, x[:, None]]
    different += [x.astype(np.float32), x.tolist(), tuple(x.tolist()), np.nan, [np.array(1.0)], [[1.0]]]
    for _ in range(2):
        for value in different:
            reference.twice(value) if not isinstance(value, list | tuple) else reference.twice(1, value)
    assert len(asked) == len(different)
    for _ in range(2):
        reference.twice(2, scaled)
        reference.twice(2, np.tanh)
    assert len(asked) == len(different) + 2


def test_the_reference_cannot_spoil_the_inputs_of_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradwise.reference, "twice", lambda x: x.fill(7), raising=False)
    x = np.array([1.0])
    reference.twice(x)
    assert x.tolist() == [1.0]


def test_a_generator_is_left_as_the_reference_leaves_it(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(rng: np.random.Generator, *, other: np.random.Generator) -> tuple[float, float]:
        asked.append(rng)
        return rng.normal(), other.normal()

    monkeypatch.setattr(gradwise.reference, "drawn", drawn, raising=False)
    draws = []
    for _ in range(3):
        rng, other = np.random.default_rng(1), np.random.default_rng(2)
        draws.append((*reference.drawn(rng, other=other), rng.normal(), other.normal()))
    assert len(asked) == 1
    assert draws[0] == draws[1] == draws[2]
    assert draws[0][2:] != draws[0][:2]
    reference.drawn(rng, other=other)  # in another state now
    assert len(asked) == 2


def test_a_generator_within_an_argument_is_asked_each_time(asked: list[Any]) -> None:
    for _ in range(2):
        assert reference.twice(1, [np.random.default_rng(1)]) == 2
    assert len(asked) == 2


def scaled(factor: float) -> Any:
    return lambda x: factor * x


def test_functions_made_on_the_spot_are_known_by_what_they_use(asked: list[Any]) -> None:
    for factor in (1.0, 1.0, 2.0, 1.0):
        assert reference.twice(1, scaled(factor)) == 2
    assert len(asked) == 2


def test_functions_that_may_do_more_than_return_a_value_are_passed_on_each_time(asked: list[Any]) -> None:
    seen: list[float] = []
    calls = 0

    def counts(x: float) -> float:
        nonlocal calls
        calls += 1
        return x

    for function in (lambda x: seen.append(x), counts):
        for _ in range(2):
            assert reference.twice(1, function) == 2
    assert len(asked) == 4


def test_functions_of_the_reference_are_known_by_their_names(asked: list[Any]) -> None:
    for function in (reference.relu, reference.relu, reference.elu, reference.relu):
        reference.twice(1.0, function)
    assert len(asked) == 2


def test_ufuncs_are_known_by_what_they_are(asked: list[Any]) -> None:
    for function in (np.exp, np.exp, np.tanh, np.exp):
        assert reference.twice(1.0, function) == 2
    assert len(asked) == 2


# --- objects ----------------------------------------------------------------------------------------


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The real objects that were made of a class of the reference, which counts."""
    made: list[Any] = []

    class Counter:
        def __init__(self, start: int) -> None:
            self.value, self.step = start, 1
            made.append(self)

        def __call__(self, times: int) -> int:
            if times < 0:
                self.value = 100
                raise ValueError("negative")
            self.value += times * self.step
            return self.value

        def peek(self) -> list[int]:
            return [self.value]

    monkeypatch.setattr(gradwise.reference, "Counter", Counter, raising=False)
    cached._answers.clear()
    return made


def test_an_object_is_not_made_for_what_is_known(made: list[Any]) -> None:
    for _ in range(3):
        counter = reference.Counter(10)
        assert counter(2) == 12
        counter.step = 5
        assert counter(1) == 17
        assert counter.value == 17
        counter.peek().append(0)
        assert counter.peek() == [17]
    assert len(made) == 1


def test_an_object_is_made_when_a_question_is_new_and_is_then_as_it_should_be(made: list[Any]) -> None:
    reference.Counter(10)(2)
    counter = reference.Counter(10)
    assert counter(2) == 12
    assert len(made) == 1
    counter.step = 7
    assert counter(1) == 19
    assert len(made) == 2
    assert counter(2) == 33
    assert reference.Counter(11)(2) == 13


def test_after_an_error_an_object_is_as_the_real_one(made: list[Any]) -> None:
    for _ in range(2):
        counter = reference.Counter(10)
        assert counter(1) == 11
        with pytest.raises(ValueError, match="negative"):
            counter(-1)
        assert counter(1) == 101
        assert counter.value == 101


def test_what_came_before_is_part_of_the_question(made: list[Any]) -> None:
    one, other = reference.Counter(0), reference.Counter(0)
    other(3)
    assert (one(1), other(1), one(1), other(1)) == (1, 4, 2, 5)

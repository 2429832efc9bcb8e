"""When the same wrong values say nothing, and when they do."""

import numpy as np
import pytest

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.misconceptions import Misconception
from autograder.sandbox.replies import Observation, Reply

ERROR = StudentProblem(Outcome.CRASHED, "`step` raised ValueError.", "ValueError")

Seen = dict[str, list[Observation]]


def named(catalogue: dict[str, Seen], mine: Seen, of_values: str = "values") -> list[str]:
    """Returns the names that a submission gets which loses every check. "right" is the solution."""
    entries = [Misconception(name, "step", "Stop", f"It is {name}.", "") for name in catalogue if name != "right"]
    diagnoser = Diagnoser(
        entries, [of_values], lambda _, wanted: [(catalogue[entry.id if entry else "right"], ()) for entry in wanted]
    )
    return [diagnosis.misconception for diagnosis in diagnoser.explain("step", mine, list(mine))]


def calls(*values: object, shown: str = "Stop") -> list[Observation]:
    return [
        Observation(shown, None, value) if isinstance(value, StudentProblem) else Observation(shown, Reply(value), None)
        for value in values
    ]


def test_a_word_that_differs_is_another_mistake_and_a_number_may_be_another_guard() -> None:
    for right, wrong, other in ((3, 4, 5), (True, False, True), ("vanishing", "exploding", "healthy"), (3, None, 3)):
        catalogue = {"right": {"edges": calls(*[right] * 8)}, "late": {"edges": calls(*[wrong] * 8)}}
        assert named(catalogue, {"edges": calls(*[wrong] * 7, other)}) == []
        assert named({**catalogue, "right": {"edges": calls(*[right] * 7, 9)}}, catalogue["late"]) == ["late"]
    catalogue = {"right": {"edges": calls(*[3.0] * 8)}, "late": {"edges": calls(*[4.0] * 8)}}
    assert named(catalogue, {"edges": calls(*[4.0] * 7, 5.0)}) == ["late"]


@pytest.mark.parametrize("nothing", [None, 0, False], ids=str)
def test_who_always_gives_the_same_word_has_not_made_a_mistake_that_gives_it_sometimes(nothing: object) -> None:
    catalogue = {
        "right": {"edges": calls(3, 5, 2, 4, 6)},
        "compares": {"edges": calls(nothing, nothing, 2, *[nothing] * 2)},
    }
    assert named(catalogue, {"edges": calls(nothing, nothing, 2, *[nothing] * 2)}) == ["compares"]
    assert named(catalogue, {"edges": calls(*[nothing] * 5)}) == []
    catalogue["never"] = {"edges": calls(*[nothing] * 5)}
    assert named(catalogue, {"edges": calls(*[nothing] * 5)}) == ["never"]


def test_exceptions_alone_are_not_a_mistake_that_gives_wrong_values_elsewhere() -> None:
    catalogue = {"right": {"values": calls(1.0, 2.0, 3.0)}, "transposed": {"values": calls(ERROR, ERROR, 7.0)}}
    assert named(catalogue, {"values": calls(ERROR, ERROR, 7.0)}) == ["transposed"]
    assert named(catalogue, {"values": calls(ERROR, ERROR), "edges": calls(4.0)}) == []
    catalogue["refuses"] = {"values": calls(ERROR, ERROR, 3.0)}
    assert named(catalogue, {"values": calls(ERROR, ERROR, 3.0)}) == ["refuses"]


def test_nan_alone_is_not_a_mistake_that_gives_wrong_numbers_elsewhere() -> None:
    nothing = np.array([np.nan, np.nan])
    right = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    catalogue = {"right": {"edges": calls(*right)}, "no-square": {"edges": calls(nothing, right[1] + 1)}}
    assert named(catalogue, {"edges": calls(nothing, right[1] + 1)}) == ["no-square"]
    assert named(catalogue, {"edges": calls(nothing)}) == []
    catalogue["divides-by-zero"] = {"edges": calls(nothing, right[1])}
    assert named(catalogue, {"edges": calls(nothing, right[1])}) == ["divides-by-zero"]


def test_a_word_of_an_object_whose_other_values_nobody_explains_has_no_name() -> None:
    def seen(stop: object, best: object) -> Seen:
        return {"values": [*calls(stop, shown="Stop.step"), *calls(best, shown="Stop.best_epoch")]}

    catalogue = {"right": seen(True, 3), "late": seen(False, 3), "first": seen(True, 4)}
    assert named(catalogue, seen(False, 3)) == ["late"]
    assert named(catalogue, seen(False, 4)) == ["late", "first"]
    assert named(catalogue, seen(False, 0)) == []  # the best epoch is wrong in a way that has no name
    numbers = {"right": seen(1.5, 3), "late": seen(2.5, 3)}
    assert named(numbers, seen(2.5, 0)) == ["late"]
    refusing = {"right": seen(ERROR, 3), "takes-any": seen(False, 3)}
    assert named(refusing, seen(False, 0)) == ["takes-any"]

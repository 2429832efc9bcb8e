"""Calls and values as text."""

import numpy as np
import pytest
from gradwise.check.formatting import show, show_call

from ...yardstick import small_network, times_as_long


def test_calls_are_shown_as_they_could_be_typed() -> None:
    args = (np.array([[1.0, -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)
    call = show_call("f", args)
    assert call == "f(np.array([[1., -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)"
    eval(call, {"np": np, "f": lambda *args: args})
    assert show_call("f", (np.zeros(100),)) == "f(an array of shape (100,))"


def test_of_many_items_the_first_are_shown() -> None:
    assert show(list(range(50)), digits=6).endswith(", 38, 39, …]")
    assert show([np.zeros(2)] * 41) == f"[{', '.join(['[0., 0.]'] * 40)}, …]"
    assert show(dict.fromkeys(range(41))).endswith(", 39: None, …}")
    assert show(np.zeros((2, 0))) == "[[], []]"


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((4_194_304, 0)),
        [np.zeros((4_194_304, 0))] * 10_000,
        [[1.0] * 100_000] * 100,
        dict.fromkeys(range(100_000), np.zeros((4_194_304, 0))),
    ],
    ids=["rows of nothing", "many arrays", "long lists", "a dictionary"],
)
def test_a_large_value_is_shown_as_quickly_as_a_small_one(value: object) -> None:
    assert times_as_long(lambda: show(value), small_network, most=300) <= 300

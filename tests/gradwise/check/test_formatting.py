"""Calls and values as text."""

import numpy as np
from gradwise.check.formatting import show_call


def test_calls_are_shown_as_they_could_be_typed() -> None:
    args = (np.array([[1.0, -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)
    call = show_call("f", args)
    assert call == "f(np.array([[1., -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)"
    eval(call, {"np": np, "f": lambda *args: args})
    assert show_call("f", (np.zeros(100),)) == "f(an array of shape (100,))"

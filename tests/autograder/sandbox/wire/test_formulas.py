"""Functions that cross as text: the same on both sides, quiet, and without a message for each call."""

import numpy as np
import pytest

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.grading.reference import reference
from autograder.sandbox.process import Callback
from autograder.sandbox.wire.formulas import Formula
from autograder.sandbox.wire.types import ARRAY, NUMBER

from ....conftest import Submit

WAVE = Formula("np.sin(x) + 0.5 * x")


def test_a_formula_gives_the_same_on_both_sides(submit: Submit) -> None:
    x = np.linspace(-3, 3, 7)
    got = submit("def apply(f, x): return f(x)").apply(WAVE, x)
    assert np.array_equal(got, WAVE(x))
    assert np.array_equal(WAVE(x), np.sin(x) + 0.5 * x)


def test_it_takes_what_a_function_of_the_checks_takes(submit: Submit) -> None:
    """A learner who gives it a list, a number or an integer gets the same array by either way."""
    far = submit("def apply(f): return np.concatenate([np.ravel(v) for v in (f([1, 2]), f(0.5), f(np.array([1, 2])))])")
    assert np.array_equal(far.apply(WAVE), far.apply(Callback(lambda x: np.sin(x) + 0.5 * x)))
    kinds = "def apply(f): return np.array([isinstance(f(v), np.ndarray) for v in ([1, 2], 0.5, np.array(2))])"
    assert submit(kinds).apply(WAVE).all()


@pytest.mark.parametrize("given", ["'a'", "None", "np.array(['a'])", "np.array([1j])"])
def test_what_is_not_a_number_raises_what_it_would_raise_over_the_pipe(submit: Submit, given: str) -> None:
    submission = submit(f"def apply(f): return f({given})")
    for function in (WAVE, Callback(WAVE)):
        with pytest.raises(StudentProblem) as caught:
            submission.apply(function)
        assert caught.value.outcome is Outcome.CRASHED
        assert caught.value.kind == "TypeError"


def test_its_argument_stays_as_it_is_and_its_value_is_new(submit: Submit) -> None:
    source = "def apply(f, x):\n    y = f(x)\n    y[0] = 9\n    return x"
    assert submit(source).apply(Formula("x"), np.ones(2)).tolist() == [1.0, 1.0]


def test_its_own_warnings_are_not_the_learners(submit: Submit) -> None:
    submission = submit("def apply(f, x): return f(x)\ndef own(f, x): return np.log(f(x))")
    assert submission.call("apply", Formula("np.log(x)"), np.zeros(2)).warnings == ()
    assert submission.call("own", Formula("x"), np.zeros(2)).warnings != ()


def test_a_function_of_numbers_gives_a_float(submit: Submit) -> None:
    rate = Formula("lr * 0.5**epoch", "lr, epoch")
    submission = submit(
        "def apply(f):\n    value = f(0.5, np.int64(2))\n    return value if type(value) is float else -1.0"
    )
    assert submission.apply(rate, returns=NUMBER) == 0.125 == rate(0.5, 2)


def test_no_call_of_it_crosses(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []
    monkeypatch.setattr("autograder.sandbox.process._serve", lambda *_: served.append(1))
    submit("def apply(f, x):\n    for _ in range(50):\n        x = f(x)\n    return x").apply(
        WAVE, np.ones(2), returns=ARRAY
    )
    assert served == []


def test_the_reference_remembers_what_it_answered_for_a_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    x, ws = 0.5, np.array([1.0, 2.0])
    first = reference.chain_gradient(x, ws, WAVE, Formula("np.cos(x) + 0.5"))
    monkeypatch.setattr("autograder.grading.reference._real", None)  # asking it once more fails
    assert np.array_equal(first, reference.chain_gradient(x, ws, Formula(WAVE.text), Formula("np.cos(x) + 0.5")))
    with pytest.raises(TypeError):
        reference.chain_gradient(x, ws, WAVE, Formula("np.cos(x) + 0.25"))

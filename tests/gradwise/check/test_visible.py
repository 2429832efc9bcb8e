"""The visible checks: every sentence that a learner can meet."""

import math
import re
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.check import check, hint
from gradwise.check import visible as checking
from gradwise.errors import CheckFailed, NotWrittenYet
from gradwise.exercises import Exercise, of_topic, topics

X = np.random.default_rng(0).normal([5.0, -100.0, 0.0], [0.1, 20.0, 3.0], (7, 3))


def test_a_class_with_an_unwritten_method_is_told_so_in_one_line() -> None:
    class BatchNorm(reference.BatchNorm):
        def __call__(self, X: object) -> object:
            raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="1 visible check passed so far; `BatchNorm` is not written yet"):
        check("batch_norm", {"BatchNorm": BatchNorm})


def test_a_class_that_reads_its_memory_in_training_is_shown_the_lines_that_say_so() -> None:
    class BatchNorm(reference.BatchNorm):
        def __call__(self, X: object) -> object:
            self._layer.eval()
            return super().__call__(X)

    with pytest.raises(CheckFailed) as caught:
        check("batch_norm", {"BatchNorm": BatchNorm})
    assert "called  bn = BatchNorm(2, 0.5, 0.3)" in str(caught.value)
    assert "In training the output is that of bn_forward_train" in str(caught.value)


def unwritten(*args: Any) -> Any:
    raise NotImplementedError


def says(exercise: str, **names: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        check(exercise, names)
    return str(caught.value)


RIGHT = {name: getattr(reference, name) for name in reference.__all__}


def test_a_right_answer_passes_and_hears_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    check("elu", RIGHT)
    assert capsys.readouterr().out == (
        "✓ elu: 6 visible checks passed. Hidden checks run when you submit.\n"
        "  hidden  2 on values, 2 on edges, 1 on contract, 4 on stability\n"
        '  next    `ask("elu")` asks you about your own code.\n'
    )


@pytest.mark.parametrize("exercise", [exercise.id for slug in topics() for exercise in of_topic(slug)])
def test_pytorch_passes_every_visible_check(exercise: str) -> None:
    check(exercise, RIGHT)


def test_what_is_missing_or_unwritten_is_friendly() -> None:
    assert says("elu") == "○ elu: there is no `elu` yet. Run the cell above, then this one."
    assert says("elu", elu=unwritten, elu_grad=unwritten) == (
        '○ elu: `elu` is not written yet. `hint("elu")` helps you to begin.'
    )
    half = says("elu", elu=reference.elu, elu_grad=unwritten)
    assert half.startswith("○ elu: 4 visible checks passed so far; `elu_grad` is not written yet.")
    with pytest.raises(NotWrittenYet):
        check("elu", {})


def test_the_message_shows_call_got_wanted_and_one_thing_to_try() -> None:
    wrong = {**RIGHT, "elu": lambda x, alpha: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))}
    assert says("elu", **wrong) == (
        "✗ elu: visible check 2 of 6\n"
        "  called  elu(np.array([-3., -0.5, 0., 0.5, 3.]), 0.5)\n"
        "  got     [-0.950213, -0.393469, 0., 0.5, 3.]\n"
        "  wanted  [-0.475106, -0.196735, 0., 0.5, 3.]\n"
        "  but     2 of 5 numbers differ, by up to 0.48\n"
        "  likely  Your `elu` does not use alpha: the left side always goes down to -1. It\n"
        "          should go down to -alpha: alpha·(e^x - 1).\n"
        "  try     alpha multiplies the whole left side, and only the left side."
    )


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (lambda x: None, "  try     Your function returns nothing: is a `return` missing?"),
        (lambda x: np.maximum(0, x)[0], "  but     the shape is (3,); wanted (2, 3)"),
        (lambda x: "text", "  but     expected numbers, got a str"),
        (lambda x: x.nothing, "  raised  AttributeError: 'numpy.ndarray' object has no attribute 'nothing'"),
        (lambda x: np.abs(x), "  but     3 of 6 numbers differ, by up to 3"),
        (
            lambda x: np.where(x > 0, x, np.nan),
            "  but     4 of 6 numbers are nan (not a number): from 0/0, inf - inf, 0 * inf, or",
        ),
        (lambda x: x > 0, "  try     It holds True and False: a comparison gives a mask, and the values are"),
        (
            lambda x: np.maximum(0, x).astype(int),
            "  try     It holds whole numbers: an array of integers cuts fractions off. Make it a",
        ),
    ],
)
def test_every_kind_of_wrong_value_has_its_line(function: Any, line: str) -> None:
    assert line in says("relu", **{**RIGHT, "relu": function}).split("\n")


def test_an_exception_shows_the_learners_own_line() -> None:
    def relu(x: Any) -> Any:
        return x[99]

    message = says("relu", **{**RIGHT, "relu": relu})
    assert re.search(r"  where   line \d+: return x\[99\]", message)


@pytest.mark.parametrize(
    ("relu", "advice"),
    [
        (lambda x: undefined(x), "Is the name spelled as where you defined it, and has that cell run?"),  # noqa: F821
        (lambda x: x if x > 0 else 0, "`if` and `max` look at one number; np.where and np.maximum"),
        (lambda x: math.fabs(x), "math.* takes one number; np.* takes arrays."),
        (lambda x: x + np.zeros(7), "Print the shapes of both sides"),
        (lambda x, y: x, "The function must take the arguments of the call above, in that order."),
        (lambda x: {}["a"], "The line above stopped with this error"),
    ],
)
def test_an_exception_gets_advice_of_its_own(relu: Any, advice: str) -> None:
    assert advice in " ".join(says("relu", **{**RIGHT, "relu": relu}).split())


def test_an_exception_deep_in_numpy_still_shows_the_learners_line() -> None:
    def relu(x: Any) -> Any:
        return np.max(0, x)

    assert "return np.max(0, x)" in says("relu", **{**RIGHT, "relu": relu})


def test_a_changed_argument_and_an_overflow_have_their_own_sentences() -> None:
    def in_place(x: Any) -> Any:
        x[x < 0] = 0
        return x

    message = says("relu", **{**RIGHT, "relu": in_place})
    assert "  but     it changed its argument\n" in message
    assert "np.where and x * ... make a new array" in " ".join(message.split())
    message = says("sigmoid", **{**RIGHT, "sigmoid": lambda x: 1 / (1 + np.exp(-x))})
    assert "  got     the right values, but on the way: overflow encountered in exp\n" in message
    assert "  means   A number became too large on the way" in message


def test_several_values_are_told_apart() -> None:
    def loss_only(Z: Any, y: Any) -> Any:
        loss, dZ = reference.softmax_cross_entropy(Z, y)
        return loss, dZ * len(y)

    message = says("softmax_cross_entropy", softmax_cross_entropy=loss_only)
    assert "  but     loss: exact\n          dZ:   6 of 6 numbers differ, by up to " in message
    message = says("softmax_cross_entropy", softmax_cross_entropy=lambda Z, y: 1.0)
    assert "2 values are wanted, separated by a comma behind `return`" in message


def test_a_value_that_is_right_but_for_rounding_is_close() -> None:
    def loss_only(Z: Any, y: Any) -> Any:
        loss, dZ = reference.softmax_cross_entropy(Z, y)
        return loss * (1 + 1e-12), -dZ

    assert "  but     loss: close (the largest difference is 1e-12)\n" in says(
        "softmax_cross_entropy", softmax_cross_entropy=loss_only
    )


def test_a_random_function_is_checked_by_its_properties() -> None:
    def one_slope(x: Any, lower: float, upper: float, training: bool, rng: Any) -> Any:
        return np.where(x > 0, x, (rng.uniform(lower, upper) if training else (lower + upper) / 2) * x)

    def ignores_rng(x: Any, lower: float, upper: float, training: bool, rng: Any) -> Any:
        slope = np.random.default_rng().uniform(lower, upper, x.shape) if training else (lower + upper) / 2
        return np.where(x > 0, x, slope * x)

    rest = dict.fromkeys(("crelu", "selu", "gelu", "silu", "mish"), unwritten)
    assert "entries share their slopes: each draws its own" in says("zoo", rrelu=one_slope, **rest)
    assert "two calls with equal generators differed" in says("zoo", rrelu=ignores_rng, **rest)


def test_a_bonus_may_be_done_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    check("zoo", {"silu": reference.silu, "mish": unwritten})
    assert "(Not written yet: rrelu, crelu, selu, gelu, mish.)" in capsys.readouterr().out
    assert "overflow" in says("zoo", silu=lambda x: x / (1 + np.exp(-x)))


def test_names_are_found_where_the_check_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    exec("check('dead_fraction')", {"check": check, "dead_fraction": reference.dead_fraction})
    assert "✓ dead_fraction" in capsys.readouterr().out


def test_an_unknown_exercise_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"There is no exercise 'elo'\. There are: .*sigmoid, relu"):
        check("elo", {})
    with pytest.raises(KeyError, match="There are"):
        hint("elo")


def test_in_a_notebook_only_the_message_is_shown() -> None:
    assert CheckFailed("one\ntwo")._render_traceback_() == ["one", "two"]


def test_where_a_formula_is_to_be_derived_hints_come_after_an_attempt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_hints_given", {})
    monkeypatch.setattr(checking, "_attempted", set())

    def unwritten(*args: Any) -> Any:
        raise NotImplementedError

    def hints() -> list[str]:
        capsys.readouterr()
        hint("bn_backward")
        return [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]

    assert hints() == ["hint 1 of 3"]
    assert hints() == ["hint 1 of 3", "next"]
    with pytest.raises(CheckFailed, match="not written yet"):
        check("bn_backward", {"bn_backward": unwritten}, draw=False)
    assert hints() == ["hint 1 of 3", "next"]
    with pytest.raises(CheckFailed):
        check("bn_backward", {"bn_backward": lambda dout, X, gamma, eps=1e-5: (dout, gamma, gamma)}, draw=False)
    assert hints() == ["hint 1 of 3", "hint 2 of 3"]
    assert hints() == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"]
    assert hints() == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"]


def test_hints_come_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    checking._hints_given.clear()
    for given in (1, 2, 3, 3):
        hint("prelu")
        lines = capsys.readouterr().out.splitlines()
        assert [line.split(":")[0] for line in lines] == [f"hint {n} of 3" for n in range(1, given + 1)]


EXERCISES = [spec for slug in topics() for spec in of_topic(slug)]


@pytest.mark.parametrize("spec", EXERCISES, ids=lambda spec: spec.id)
def test_hints_are_a_question_then_an_equation_then_a_skeleton(spec: Exercise) -> None:
    question, equation, skeleton = spec.hints
    assert "?" in question
    assert re.search(r"[=:·←→∈≤≥<>]", equation), equation
    assert re.search(r"\.\.\.|…", skeleton), skeleton
    assert not re.search(r"\.\.\.", question)


def test_what_differs_only_in_late_digits_is_shown_with_them() -> None:
    message = says("relu", **{**RIGHT, "relu": lambda x: np.maximum(x, 0) + 1e-6 * (x > 0)})
    got, wanted = re.search(r"got +(.*)\n +wanted +(.*)\n", message).groups()  # type: ignore[union-attr]
    assert got != wanted


@pytest.mark.parametrize(
    "spec", [spec for slug in topics() for spec in of_topic(slug) if spec.alone], ids=lambda spec: spec.id
)
def test_what_is_said_of_one_value_alone_belongs_to_a_value(spec: Exercise) -> None:
    assert set(spec.alone) <= set(spec.outputs)


def test_of_several_values_the_one_that_is_wrong_alone_gets_its_own_advice() -> None:
    def backward(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return dx, dweight / 2

    def wrong(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return 2 * dx, dweight / 2

    assert "try     dx is right. dweight sums" in says("prelu", prelu_backward=backward)
    assert "try     dx is dout times 1 or the slope." in says("prelu", prelu_backward=wrong)

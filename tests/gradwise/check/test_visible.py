"""The visible checks: every sentence that a learner can meet."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import reference
from gradwise.check import check, hint, progress
from gradwise.check import visible as checking
from gradwise.check.cases import Complaint, try_case
from gradwise.check.figures import draw_difference, table_in_words
from gradwise.check.formatting import show_call
from gradwise.check.overview import SIGNS
from gradwise.errors import CheckFailed, NotWrittenYet
from gradwise.exercises import Case, Exercise, Property, by_id, of_topic, topics


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
        (lambda x: "text", "  but     a str is no array of numbers"),
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


def test_a_random_function_is_judged_by_its_properties() -> None:
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


class HalfWritten:
    """Begins as an EarlyStopping should, and has a method that is not written."""

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        pass

    def step(self, value: float) -> bool:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("topic", "exercise", "names", "state"),
    [
        ("02_activations", "relu", {"relu": reference.relu, "relu_backward": reference.relu_backward}, "passed"),
        ("02_activations", "relu", {"relu": np.abs, "relu_backward": unwritten}, "failing"),
        ("02_activations", "relu", {"relu": reference.relu, "relu_backward": unwritten}, "not written"),
        ("02_activations", "relu", {"relu": unwritten}, "not written"),
        ("02_activations", "relu", {}, "not written"),
        ("07_stop_criteria", "early_stopping", {"EarlyStopping": HalfWritten}, "not written"),
        ("02_activations", "zoo", {}, "not written"),
        ("02_activations", "zoo", {"selu": reference.selu}, "passed"),
    ],
)
def test_check_and_progress_agree_on_what_is_written(
    topic: str, exercise: str, names: dict[str, Any], state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {name: state for name, state, *_ in progress(topic, names).rows}[exercise] == state
    assert capsys.readouterr().out == ""
    try:
        check(exercise, names, draw=False)
        text = capsys.readouterr().out
    except CheckFailed as failure:
        text = str(failure)
    assert text[0] == SIGNS[state]


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


def test_calls_are_shown_as_they_could_be_typed() -> None:
    args = (np.array([[1.0, -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)
    call = show_call("f", args)
    assert call == "f(np.array([[1., -2.5], [np.nan, np.inf]]), np.array([1, 2]), 0.5, None, True)"
    eval(call, {"np": np, "f": lambda *args: args})
    assert show_call("f", (np.zeros(100),)) == "f(an array of shape (100,))"


# --- pictures ---------------------------------------------------------------------------------------


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import IPython  # noqa: F401

    monkeypatch.setattr(plt, "show", lambda: None)
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.usefixtures("in_a_notebook")
def test_a_wrong_curve_is_drawn_over_the_right_one_with_the_region_marked() -> None:
    says("leaky_relu", **{**RIGHT, "leaky_relu": lambda x, a: np.maximum(a * x, x)})
    (figure,) = map(plt.figure, plt.get_fignums())
    left, right = figure.axes
    assert (left.get_title(), right.get_title()) == ("leaky_relu(x, 0.1)", "leaky_relu(x, 2.0)")
    for ax, wrong_everywhere in ((left, False), (right, True)):
        labels = [line.get_label() for line in ax.get_lines()]
        assert labels == ["expected", "yours"]
        (region,) = ax.collections
        assert bool(region.get_paths()) == wrong_everywhere
        assert ax.get_xlabel() == "x"


@pytest.mark.usefixtures("in_a_notebook")
def test_a_curve_that_cannot_be_computed_is_left_out_and_does_no_harm() -> None:
    def fails_on_the_grid(x: Any) -> Any:
        return np.abs(x) if x.size < 100 else x.nothing

    assert "wanted" in says("relu", **{**RIGHT, "relu": fails_on_the_grid})
    assert len(plt.get_fignums()) == 1


@pytest.mark.usefixtures("in_a_notebook")
def test_where_there_is_no_difference_to_see_there_is_no_picture() -> None:
    says("sigmoid", **{**RIGHT, "sigmoid": lambda x: 1 / (1 + np.exp(-x))})
    assert plt.get_fignums() == []


def titles() -> list[str]:
    """Of all panels that were drawn."""
    return [ax.get_title() for number in plt.get_fignums() for ax in plt.figure(number).axes if ax.get_title()]


@pytest.mark.usefixtures("in_a_notebook")
def test_a_wrong_table_is_drawn_beside_the_right_one_with_the_wrong_entries_framed() -> None:
    x = np.array([[1.0, -2.0, 3.0], [4.0, -5.0, 6.0]])
    case = Case("relu", (x,), "Try this.")
    wrong = np.where(x > 0, x, [[0.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    with pytest.raises(Complaint) as complaint:
        try_case(by_id("relu"), case, lambda x: wrong)
    draw_difference(replace(by_id("relu"), curves=()), case, complaint.value, lambda x: wrong)
    assert titles() == ["expected", "yours", "yours - expected"]
    right, yours, apart = plt.gcf().axes
    assert [len(ax.patches) for ax in (right, yours, apart)] == [0, 1, 1]
    assert yours.patches[0].get_xy() == (0.5, -0.5)  # row 0, column 1
    assert [text.get_text() for text in apart.texts] == ["0", "0.5", "0", "0", "0", "0"]
    assert table_in_words(complaint.value.pairs[0]) == (
        "expected, yours, and yours minus expected, entry by entry: 1 of 6 numbers differ, most at [0, 1]"
    )


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("case", [Case("relu", (), "Try this."), Case("relu", (), "Try this.", rtol=1e-4)])
@pytest.mark.parametrize("off", [5e-7, 5e-5, 5e-3])
def test_the_words_and_the_picture_count_the_same_numbers(case: Case, off: float) -> None:
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    case, wrong = replace(case, args=(x,)), (1 + off) * x
    if off <= case.rtol:
        return try_case(by_id("relu"), case, lambda x: wrong)
    with pytest.raises(Complaint) as complaint:
        try_case(by_id("relu"), case, lambda x: wrong)
    assert "  but     6 of 6 numbers differ" in str(complaint.value)
    draw_difference(replace(by_id("relu"), curves=()), case, complaint.value, lambda x: wrong)
    assert [len(ax.patches) for ax in plt.gcf().axes] == [0, 6, 6]
    assert "entry by entry: 6 of 6 numbers differ" in table_in_words(complaint.value.pairs[0])
    return None


@pytest.mark.usefixtures("in_a_notebook")
def test_a_curve_is_compared_as_its_case_is() -> None:
    says("relu", **{**RIGHT, "relu": lambda x: (1 + 5e-7) * np.maximum(x, 0)})
    (ax,) = plt.gcf().axes
    (region,) = ax.collections
    assert region.get_paths(), "the words say that numbers differ, so the picture marks where"


@pytest.mark.usefixtures("in_a_notebook")
def test_of_several_outputs_the_wrong_ones_are_drawn_under_their_names() -> None:
    def backward(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return 2 * dx, dweight

    says("prelu", prelu_backward=backward)
    assert titles() == ["dx: expected", "dx: yours", "yours - expected"]


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_a_table_with_numbers_that_are_none_is_drawn(strange: float) -> None:
    def backward(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return np.full_like(dx, strange), dweight

    says("prelu", prelu_backward=backward)
    assert {text.get_text() for text in plt.gcf().axes[1].texts} == {str(strange)}


@pytest.mark.usefixtures("in_a_notebook")
def test_wrong_random_numbers_are_drawn_as_a_histogram_over_the_right_ones() -> None:
    def twice(n_in: int, n_out: int, rng: np.random.Generator, gain: float = 1) -> Any:
        return 2 * reference.he_normal(n_in, n_out, rng, gain)

    says("he_normal", he_normal=twice)
    (title,) = titles()
    assert title.startswith("he_normal(")
    (ax,) = plt.gcf().axes
    assert ax.get_legend_handles_labels()[1] == ["expected", "yours"]
    expected, yours = (np.array([patch.get_height() for patch in ax.patches[:40]]), ax.patches[40].get_path().vertices)
    assert expected.sum() == pytest.approx(1.0)
    assert 0 < yours[:, 1].max() < 0.7 * expected.max()  # twice as wide, half as high


@pytest.mark.parametrize("spec", [spec for slug in topics() for spec in of_topic(slug)], ids=lambda spec: spec.id)
def test_what_is_drawn_of_random_numbers_is_what_the_reference_draws(spec: Exercise) -> None:
    for case in spec.cases:
        if isinstance(case, Property) and case.drawn is not None:
            values = np.asarray(case.drawn(getattr(reference, case.function)), dtype=float)
            assert np.isfinite(values).all(), case.call


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("broken", [lambda dout, x, weight: (dout[:1], weight), lambda dout, x, weight: None])
def test_what_has_no_picture_is_not_drawn(broken: Any) -> None:
    says("prelu", prelu_backward=broken)
    assert plt.get_fignums() == []


def test_what_differs_only_in_late_digits_is_shown_with_them() -> None:
    said = says("relu", **{**RIGHT, "relu": lambda x: np.maximum(x, 0) + 1e-6 * (x > 0)})
    got, wanted = re.search(r"got +(.*)\n +wanted +(.*)\n", said).groups()  # type: ignore[union-attr]
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

"""Diagnosis: recognises misconceptions in any style, is silent about other mistakes, and never changes a score."""

from collections.abc import Collection

import numpy as np
import pytest

from autograder.core.outcomes import Outcome
from autograder.grading.diagnosis import Diagnoser
from autograder.grading.grader import Grader
from autograder.grading.misconceptions import Misconception
from autograder.sandbox.replies import Observation, Reply
from autograder.sandbox.wire.types import Handle

from ..conftest import SmallCourse, graded


def diagnoses(grader: Grader, source: str) -> list[str]:
    result = graded(grader, source)
    return [diagnosis.misconception for exercise in result.exercises for diagnosis in exercise.diagnoses]


# The same mistakes as in the catalogue, as somebody else would write them.
OTHER_STYLES = {
    "leaky-max": """
def leaky_relu(z, s=0.01):
    return np.array([max(s * v, v) for v in z.ravel()]).reshape(z.shape)""",
    "elu-alpha-in-exponent": """
def elu(t, alpha):
    t = t.astype(float)
    n = t <= 0
    t[n] = np.exp(alpha * t[n]) - 1
    return t""",
    "softmax-gradient-summed": """
def softmax_cross_entropy(z, t):
    z = z - z.max(1)[:, None]
    e, n = np.exp(z), np.arange(len(t))
    p = e / e.sum(1)[:, None]
    p[n, t] -= 1
    return np.mean(np.log(e.sum(1)) - z[n, t]), p""",
    "prelu-mean": """
def prelu_backward(g, z, w):
    m = z > 0
    return g * m + g * w * (1 - m), np.mean(g * z * (1 - m), axis=0)""",
    "sigmoid-overflow": """
def sigmoid(t):
    return np.power(1.0 + np.exp(-1.0 * t), -1.0)""",
    "relu-in-place": """
def relu(a):
    for i in np.ndindex(a.shape):
        if a[i] < 0: a[i] = 0
    return a""",
    "dead-any": """
def dead_fraction(H):
    return sum(1 for c in H.T if min(c) <= 0) / H.shape[1]""",
    "tanh-grad-of-x": """
def tanh_grad(t):
    return (1 - t) * (1 + t)""",
    "relu-backward-without-dout": """
def relu_backward(d, z):
    r = np.zeros(z.shape)
    r[z > 0] = 1
    return r""",
    "elu-grad-one-at-zero": """
def elu_grad(t, a):
    r = np.ones(t.shape)
    r[t < 0] = a * np.exp(t[t < 0])
    return r""",
}


@pytest.mark.parametrize("name", OTHER_STYLES)
def test_a_misconception_is_recognised_in_another_style(grader: Grader, name: str) -> None:
    assert diagnoses(grader, OTHER_STYLES[name]) == [name]


# Mistakes that are not in the catalogue.
UNNAMED = [
    "def leaky_relu(x, a): return np.where(x > 0, x, a * x - 0.1)",
    "def elu(x, a): return np.where(x > 0, x, a * np.tanh(np.minimum(x, 0)))",
    "def dead_fraction(H): return 0.5",
    "def softmax_cross_entropy(Z, y): return 1.0, Z",
    "def sigmoid(x): return x",
    "def relu(x): return None",
    "def relu(x): return x[0]",
    "def prelu_backward(d, x, a): return d * d, a",
    "def relu_backward(d, x): raise ValueError",
]


@pytest.mark.parametrize("source", UNNAMED)
def test_what_is_wrong_in_a_new_way_is_not_explained(grader: Grader, source: str) -> None:
    assert diagnoses(grader, source) == []


def test_two_misconceptions_in_one_exercise_are_both_named(grader: Grader) -> None:
    source = """
def leaky_relu(x, a): return np.maximum(a * x, x)
def leaky_relu_grad(x, a): return np.where(x > 0, 1.0, a * x)
"""
    assert diagnoses(grader, source) == ["leaky-max", "leaky-grad-times-x"]


def test_a_function_that_only_calls_a_wrong_one_is_not_blamed(grader: Grader) -> None:
    source = """
def sigmoid(x):
    e = np.exp(np.asarray(x, float))
    return e / (1 + e)
def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 - s)
"""
    assert diagnoses(grader, source) == ["sigmoid-inf-over-inf"]


def test_a_wrong_formula_that_also_overflows_is_still_recognised(grader: Grader) -> None:
    """The warnings that the code causes on the way have a name of their own."""
    source = "def elu(x, a): return np.where(x > 0, x, np.exp(x) - 1)"  # ignores alpha, and takes exp of all x
    result = graded(grader, source)
    elu = next(exercise for exercise in result.exercises if exercise.exercise == "elu")
    assert elu.outcome is Outcome.FAILED
    assert [diagnosis.misconception for diagnosis in elu.diagnoses] == ["elu-alpha-ignored", "elu-unused-branch"]


def test_nothing_is_said_of_an_exercise_that_was_not_written(grader: Grader) -> None:
    assert diagnoses(grader, "") == []


def test_a_diagnosis_never_changes_a_score(small: SmallCourse) -> None:
    wrong = "def double(x): return x * x"
    with_names = small.grade(wrong)
    small.write(small.topic.misconceptions, '"""Nothing is named."""\n')
    without = small.grade(wrong)
    assert with_names.exercises[0].diagnoses[0].sentence == "Your `double` squares."
    assert without.exercises[0].diagnoses == ()
    assert with_names.score == without.score
    assert with_names.exercises[0].checks == without.exercises[0].checks


def test_held_objects_are_not_told_apart_by_their_numbers() -> None:
    def seen(weight: float, number: int) -> dict[str, list[Observation]]:
        return {"check": [Observation("step", Reply((np.array([weight]), Handle(number))), None)]}

    wrong = Misconception("half", "step", "step", "Your `step` goes half the way.", "")
    diagnoser = Diagnoser([wrong], [], lambda exercise, entries: [(seen(1.0, 0), ()), (seen(0.5, 1), ())])
    assert [diagnosis.misconception for diagnosis in diagnoser.explain("step", seen(0.5, 7), ())] == ["half"]
    assert diagnoser.explain("step", seen(0.7, 1), ()) == ()


# --- what is compared -------------------------------------------------------------------------------


def names_given(
    catalogue: dict[str, dict[str, list[Observation]]],
    mine: dict[str, list[Observation]],
    lost: Collection[str] | None = None,
    lost_by_all: Collection[str] = (),
) -> list[str]:
    """Returns the names that a submission gets. "right" is the solution, and "values" is a check of values.

    Args:
        catalogue: what the checks observe of the solution and of each entry.
        mine: what they observe of the submission.
        lost: the checks that it loses; all if there is nothing.
        lost_by_all: the checks that each entry loses.
    """
    entries = [Misconception(name, "step", "step", f"It is {name}.", "") for name in catalogue if name != "right"]
    diagnoser = Diagnoser(
        entries,
        ["values"],
        lambda _, wanted: [(catalogue[entry.id if entry else "right"], lost_by_all) for entry in wanted],
    )
    return [
        diagnosis.misconception for diagnosis in diagnoser.explain("step", mine, list(mine) if lost is None else lost)
    ]


def test_a_name_belongs_to_a_check_that_both_lose() -> None:
    """A check may accept two answers, as for an input without a right one: a value there is nobody's mistake."""

    def seen(value: float) -> dict[str, list[Observation]]:
        return {"edges": [Observation("step", Reply(value), None)]}

    catalogue = {"right": seen(1.0), "half": seen(0.5)}
    assert names_given(catalogue, seen(0.5), ["other"], ["edges"]) == []
    assert names_given(catalogue, seen(0.5), ["other", "edges"], ["edges"]) == ["half"]


def calls(*values: float, changed: tuple[str, ...] = ()) -> list[Observation]:
    return [Observation("step", Reply(value, changed=changed), None) for value in values]


def test_a_name_about_a_changed_argument_needs_the_change() -> None:
    catalogue = {"right": {"edges": calls(1.0)}, "in-place": {"edges": calls(2.0, changed=("w",))}}
    assert names_given(catalogue, {"edges": calls(2.0, changed=("w",))}) == ["in-place"]
    assert names_given(catalogue, {"edges": calls(2.0)}) == []


def test_no_name_wins_against_a_check_of_values() -> None:
    right = {"edges": calls(1.0), "stability": calls(1.0), "contract": calls(1.0), "values": calls(1.0)}
    wrong = {check: calls(2.0) for check in right}
    assert names_given({"right": right, "doubled": wrong}, wrong) == ["doubled"]
    assert names_given({"right": right, "doubled": wrong}, wrong | {"edges": calls(3.0)}) == ["doubled"]
    assert names_given({"right": right, "doubled": wrong}, wrong | {"values": calls(3.0)}) == []


def test_where_both_are_wrong_and_not_alike_a_guard_may_differ_but_no_value() -> None:
    right = {"values": calls(1.0, 1.0), "edges": calls(1.0)}
    guarded = {"values": calls(2.0, 2.0), "edges": calls(2.0)}
    both = {"right": {**right, "more": calls(1.0)}, "guarded": {**guarded, "more": calls(2.0)}}
    mine = {"values": calls(2.0, 2.0), "edges": calls(3.0), "more": calls(2.0)}
    assert names_given(both, mine) == ["guarded"]
    assert names_given(both, mine | {"edges": calls(1.0)}) == []  # it is right there, and the entry is not
    assert names_given(both, mine | {"values": calls(3.0, 3.0)}) == []


def test_no_name_is_given_to_an_answer_that_passes_a_check_which_the_name_loses() -> None:
    right = {"values": calls(1.0), "edges": calls(1.0)}
    wrong = {"values": calls(2.0), "edges": calls(2.0)}
    catalogue = {"right": right, "doubled": wrong}
    assert names_given(catalogue, wrong, lost=["values", "edges"], lost_by_all=["values", "edges"]) == ["doubled"]
    assert names_given(catalogue, wrong, lost=["values"], lost_by_all=["values", "edges"]) == ["doubled"]
    assert names_given(catalogue, wrong, lost=["edges"], lost_by_all=["values", "edges"]) == []


def test_numbers_that_are_zero_up_to_rounding_beside_others_do_not_tell_two_answers_apart() -> None:
    def gradients(slope: float, noise: float) -> list[Observation]:
        return [Observation("step", Reply([np.array([slope, 1.0]), np.array([noise, -noise])]), None)]

    catalogue = {"right": {"values": gradients(1.0, 1e-17)}, "half": {"values": gradients(0.5, -3e-17)}}
    assert names_given(catalogue, {"values": gradients(0.5, 2e-17)}) == ["half"]
    assert names_given(catalogue, {"values": gradients(0.5, 1e-3)}) == []


def test_of_two_names_that_agree_in_as_much_the_one_with_fewer_contradictions_wins() -> None:
    right = {"edges": calls(1.0, 1.0, 1.0, 1.0, 1.0)}
    more = {"edges": calls(2.0, 2.0, 2.0, 2.0, 9.0)}
    fewer = {"edges": calls(2.0, 2.0, 2.0, 2.0, 1.0)}
    mine = {"edges": calls(2.0, 2.0, 2.0, 2.0, 1.0)}
    assert names_given({"right": right, "more": more, "fewer": fewer}, mine) == ["fewer"]
    assert names_given({"right": right, "fewer": fewer, "more": more}, mine) == ["fewer"]


def test_an_answer_may_be_told_as_others(small: SmallCourse) -> None:
    entry = '''
@wrong("double", "double-usual", told_as="double-square")
def double(x):
    """Of a well-known tutorial."""
    return np.abs(x) ** 3
'''
    small.write(small.topic.misconceptions, small.topic.misconceptions.read_text("utf-8") + entry)
    (exercise,) = small.grade("def double(x): return np.abs(x) ** 3").exercises
    assert [(d.misconception, d.sentence) for d in exercise.diagnoses] == [("double-square", "Your `double` squares.")]


def test_rounded_results_have_a_name_whatever_the_function() -> None:
    right = np.array([[0.123456, 2.718281], [3.141592, -1.414213]])
    for places in (0, 2, 4):
        for returned in (np.round(right, places), [np.round(right[0], places), np.round(right[1], places)]):
            solution = right if isinstance(returned, np.ndarray) else [right[0], right[1]]
            catalogue = {"right": {"values": [Observation("step", Reply(solution), None)]}}
            assert names_given(catalogue, {"values": [Observation("step", Reply(returned), None)]}) == ["rounded-step"]
    catalogue = {"right": {"values": [Observation("step", Reply(right), None)]}}
    assert names_given(catalogue, {"values": [Observation("step", Reply(np.floor(right)), None)]}) == []
    assert names_given({"right": {"values": calls(0.123)}}, {"values": calls(0.12)}) == []
    tiny = {"right": {"values": calls(np.pi / 7, np.e), "stability": calls(1e-18, 1e-19, 1e-20, 1e-21)}}
    assert names_given(tiny, {"values": calls(np.pi / 7, np.e), "stability": calls(0.0, 0.0, 0.0, 0.0)}) == []
    assert names_given(tiny, {"values": calls(0.4, 2.7), "stability": calls(0.0, 0.0, 0.0, 0.0)}) == ["rounded-step"]


def numbers(value: object, *, integers: bool = False, **about: tuple[str, ...]) -> Observation:
    return Observation("step", Reply(value, **about), None, integers=integers)


FLOATS, WHOLE = np.array([0.5, -1.5, 2.25, 3.5]), np.array([1.75, -2.5, 0.5, 4.0])


def test_fractions_that_whole_numbers_lose_have_a_name_whatever_the_function() -> None:
    catalogue = {"right": {"values": [numbers(FLOATS)], "edges": [numbers(WHOLE, integers=True)]}}
    cut, other = np.trunc(WHOLE), np.floor(WHOLE)
    for floats, whole, name in (
        (FLOATS, cut, ["integers-step"]),
        (FLOATS, other, []),
        (FLOATS + 1, cut, []),  # floats are wrong, too
    ):
        mine = {"values": [numbers(floats)], "edges": [numbers(whole, integers=True)]}
        assert names_given(catalogue, mine) == name
    catalogue["right"]["edges"] = [numbers(WHOLE)]
    assert names_given(catalogue, {"values": [numbers(FLOATS)], "edges": [numbers(cut)]}) == []  # no integers in sight


def test_a_sign_and_a_factor_have_a_name_if_all_numbers_have_it() -> None:
    catalogue = {"right": {"values": [numbers((FLOATS, 1.0)), numbers((WHOLE, 2.0))]}}
    for factor, name in ((-1.0, ["negated-step"]), (2.0, ["scaled-step"]), (0.5, ["scaled-step"]), (1.7, [])):
        mine = {"values": [numbers((factor * FLOATS, 1.0)), numbers((factor * WHOLE, 2.0))]}
        assert names_given(catalogue, mine) == name
    assert names_given(catalogue, {"values": [numbers((-FLOATS, 1.0)), numbers((WHOLE, 2.0))]}) == []


def test_a_changed_argument_has_a_name_beside_that_of_wrong_values() -> None:
    catalogue = {"right": {"values": [numbers(1.0)]}, "doubled": {"values": [numbers(2.0)]}}
    assert names_given(catalogue, {"values": [numbers(2.0, changed=("1.0.",))]}) == ["doubled", "writes-step"]
    catalogue |= {"in-place": {"values": [numbers(1.0, changed=("1.0.",))]}}
    assert names_given(catalogue, {"values": [numbers(2.0, changed=("1.0.",))]}) == ["doubled", "in-place"]
    catalogue["doubled"] = {"values": [numbers(2.0, changed=("1.0.",))]}
    assert names_given(catalogue, {"values": [numbers(2.0, changed=("1.0.",))]}) == ["doubled"]


def test_a_warning_has_a_name_if_nothing_else_is_wrong() -> None:
    warns = ("overflow encountered in exp",)
    catalogue = {"right": {"values": [numbers(1.0)]}}
    assert names_given(catalogue, {"values": [numbers(1.0, warnings=warns)]}) == ["warns-step"]
    assert names_given(catalogue, {"values": [numbers(2.0, warnings=warns)]}) == []
    catalogue["overflow"] = {"values": [numbers(1.0, warnings=warns)]}
    assert names_given(catalogue, {"values": [numbers(1.0, warnings=warns)]}) == ["overflow"]
    both = (*warns, "invalid value encountered in divide")
    assert names_given(catalogue, {"values": [numbers(1.0, warnings=both)]}) == ["overflow"]


def test_what_an_answer_returns_where_a_check_is_passed_does_not_speak_against_a_name() -> None:
    right = {"values": calls(1.0), "edges": calls(1.0)}
    wrong = {"values": calls(2.0), "edges": calls(1.0)}
    mine = {"values": calls(2.0), "edges": calls(1.1)}
    catalogue = {"right": right, "doubled": wrong}
    assert names_given(catalogue, mine, lost=["values"], lost_by_all=["values"]) == ["doubled"]
    assert names_given(catalogue, mine, lost=["values", "edges"], lost_by_all=["values"]) == []


def test_a_number_may_differ_a_little_from_a_wrong_one_that_is_far_off() -> None:
    catalogue = {"right": {"values": calls(800.0)}, "capped": {"values": calls(18.4)}}
    assert names_given(catalogue, {"values": calls(20.7)}) == ["capped"]
    assert names_given(catalogue, {"values": calls(27.6)}) == []

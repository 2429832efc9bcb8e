"""Grading one submission by all checks: points, outcomes, and the faults that must stop the class."""

import os
import re
import signal

import numpy as np
import pytest

from autograder.core.cell import Cell
from autograder.core.course import Course
from autograder.core.outcomes import CheckFailed, GraderFault, Outcome
from autograder.core.results import (
    CheckResult,
    Diagnosis,
    ExerciseResult,
    SubmissionResult,
    exercise_from_json,
    submission_from_json,
)
from autograder.grading import expect
from autograder.grading.check import VALUES_FIRST, rng_for
from autograder.grading.collection import collect_checks
from autograder.grading.grader import Grader
from autograder.grading.session import open_grader
from autograder.notebooks import reader
from autograder.notebooks.reader import Notebook
from autograder.notebooks.repair import repair
from autograder.sandbox import levels
from autograder.sandbox.policy import BUBBLEWRAP
from autograder.sandbox.replies import Reply

from ...conftest import SEED
from ..conftest import CHECKS, SmallCourse, graded


def test_the_solution_gets_everything_and_the_release_nothing(small: SmallCourse) -> None:
    right = small.grade("def double(x): return x + x")
    assert (right.score, right.max_score) == (3.0, 3.0)
    assert [check.title for check in right.exercises[0].checks] == [
        "double doubles",
        "double takes 0",
        "double takes 7",
    ]
    nothing = small.grade("")
    assert nothing.score == 0.0
    assert nothing.exercises[0].outcome is Outcome.NOT_ATTEMPTED


def test_points_follow_the_weight_that_passed(small: SmallCourse) -> None:
    result = small.grade("def double(x): return 2 * x if x.ndim or x else x + 1")
    assert result.score == pytest.approx(3.0 * 4 / 5)
    assert result.exercises[0].outcome is Outcome.FAILED
    (values, check, other) = result.exercises[0].checks
    assert check.message.startswith("The value is wrong, by up to ")
    assert values.outcome is other.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.PASSED, Outcome.PASSED], Outcome.PASSED),
        ([Outcome.NOT_ATTEMPTED, Outcome.NOT_ATTEMPTED], Outcome.NOT_ATTEMPTED),
        ([Outcome.PASSED, Outcome.NOT_ATTEMPTED], Outcome.FAILED),
        ([Outcome.FAILED, Outcome.CRASHED, Outcome.PASSED], Outcome.CRASHED),
        ([Outcome.FAILED, Outcome.TIMED_OUT, Outcome.CRASHED], Outcome.TIMED_OUT),
        ([Outcome.OUT_OF_MEMORY, Outcome.CRASHED], Outcome.OUT_OF_MEMORY),
    ],
)
def test_an_exercise_is_named_after_the_gravest_thing(outcomes: list[Outcome], expected: Outcome) -> None:
    checks = tuple(CheckResult("c", "t", 1.0, outcome) for outcome in outcomes)
    assert ExerciseResult("e", 1.0, checks).outcome is expected


def test_thirds_never_add_up_to_more_than_the_points() -> None:
    for weights in ([0.1] * 7, [1 / 3] * 3, [0.7, 0.2, 0.1]):
        checks = tuple(CheckResult("c", "t", weight, Outcome.PASSED) for weight in weights)
        assert ExerciseResult("e", 3.0, checks).points == 3.0


def test_a_result_survives_json() -> None:
    checks = (CheckResult("c", "t", 1.0, Outcome.FAILED, "why"), CheckResult("d", "u", 2.0, Outcome.PASSED))
    exercise = ExerciseResult("e", 3.0, checks, (Diagnosis("m", "You did."),))
    result = SubmissionResult("s", "a", (exercise,), 0.25, 9, ("mended",), (("cell 1", "broke"),))
    assert submission_from_json(result.to_json()) == result
    tree = result.to_json()["exercises"]["e"]
    assert tree["points"] == 2.0
    assert tree["outcome"] == "failed"
    assert tree["diagnosis"] == {"id": "m", "sentence": "You did."}


def test_inputs_come_from_the_seed_and_the_check_alone() -> None:
    assert rng_for("s", "c").random() == rng_for("s", "c").random()
    assert len({rng_for(seed, check).random() for seed in "ab" for check in "cd"}) == 4


def test_the_same_submission_and_seed_give_the_same_result(small: SmallCourse) -> None:
    source = "def double(x): return x * x"
    first, second, other = small.grade(source, "s"), small.grade(source, "s"), small.grade(source, "t")
    assert first.exercises == second.exercises
    assert first.exercises != other.exercises  # the number in the message comes from other inputs


def test_a_value_that_breaks_a_check_costs_its_own_points_and_stops_nobody(
    small: SmallCourse, caplog: pytest.LogCaptureFixture
) -> None:
    picky = CHECKS.replace(
        "expect.close(submission.double(x), 2 * x", "expect.close(submission.double(x)[1, 2], 2 * x[1, 2]"
    )
    small.write(small.topic.checks, picky)
    result = small.grade("def double(x): return 7.0")
    assert result.score == 0.0
    assert result.exercises[0].checks[0].message == (
        "What came back has a shape or a type that this check can do nothing with."
    )
    assert "test_values of double is broken: IndexError" in caplog.text
    assert small.grade("def double(x): return 2 * x").score == 3.0


# --- faults: a clear message and no grade -----------------------------------------------------------


def broken(small: SmallCourse, checks: str) -> str:
    small.write(small.topic.checks, checks)
    with pytest.raises(GraderFault) as fault:
        small.grade("def double(x): return 2 * x")
    return str(fault.value)


def test_a_check_that_breaks_is_a_fault_and_no_failure_of_the_learner(small: SmallCourse) -> None:
    says = broken(small, CHECKS.replace('"It is 2 x.")', '"It is 2 x.")\n    undefined'))
    assert says.startswith("The check test_values of double is broken: NameError: name 'undefined' is not defined.")
    assert says.endswith("No grade was written.")


def test_checks_of_an_exercise_share_a_generator_and_a_call(small: SmallCourse) -> None:
    """The learner's function is right the first time only: both checks pass only if it is called once."""
    check = """
@pytest.mark.exercise("double")
def test_{0}(submission, {1}):
    x = {1}.normal(size=3)
    expect.close(submission.once("double", x).value, 2 * x, "It is 2 x.")
"""
    begin = "import pytest\nfrom autograder.testing import expect\n"
    once = "def double(x, calls=[]):\n    calls.append(1)\n    return 2 * x if len(calls) == 1 else x"
    for generator, outcome in (("shared", Outcome.PASSED), ("rng", Outcome.FAILED)):
        small.write(small.topic.checks, begin + check.format("first", generator) + check.format("second", generator))
        assert [each.outcome for each in small.grade(once).exercises[0].checks] == [Outcome.PASSED, outcome]


def test_checks_that_cannot_be_read_are_a_fault(small: SmallCourse) -> None:
    assert "could not be read" in broken(small, "def test_x(:")
    assert "could not be read" in broken(small, "")


def test_a_check_without_its_marker_is_a_fault(small: SmallCourse) -> None:
    assert "give it the `exercise` marker" in broken(small, CHECKS + "\ndef test_stray(submission): pass")


def test_a_check_that_asks_for_more_than_it_can_have_is_a_fault(small: SmallCourse) -> None:
    says = broken(small, CHECKS.replace("(submission, rng)", "(submission, rng, tmp_path)"))
    assert "uses the fixture tmp_path; a check may use `submission`, `rng` and `shared` only" in says


def test_checks_without_a_cell_and_a_cell_without_checks_are_faults(small: SmallCourse) -> None:
    assert "no grade cell belongs to the checks of triple" in broken(
        small, CHECKS + '\n@pytest.mark.exercise("triple")\ndef test_t(submission): pass'
    )
    assert "no check belongs to the grade cell double" in broken(small, CHECKS.replace('"double"', '"triple"'))


def test_a_missing_release_is_a_fault(small: SmallCourse) -> None:
    small.topic.release.unlink()
    with pytest.raises(GraderFault, match=r"is missing\. Run `autograder build` first"):
        small.grade("")


def test_a_missing_sandbox_is_a_fault(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = levels.named()
    levels.use(BUBBLEWRAP)
    monkeypatch.setenv("PATH", "/nowhere")
    try:
        with pytest.raises(GraderFault, match="bubblewrap is missing"):
            small.grade("")
    finally:
        levels.use(before)


def test_a_sandbox_that_dies_is_a_fault(small: SmallCourse) -> None:
    with open_grader(small.topic, SEED) as grader:
        os.kill(grader.sandbox.pid, signal.SIGKILL)
        with pytest.raises(GraderFault, match="The sandbox died"):
            grader.grade_cells("learner", [Cell("file", "")])


def test_a_bare_assert_fails_the_learner_and_tells_nothing(small: SmallCourse) -> None:
    bare = "assert submission.double(x)[0, 0] == 2 * x[0, 0]"
    small.write(small.topic.checks, CHECKS.replace('expect.close(submission.double(x), 2 * x, "It is 2 x.")', bare))
    result = small.grade("def double(x): return x * x")
    assert (result.exercises[0].checks[0].outcome, result.exercises[0].checks[0].message) == (Outcome.FAILED, "")


# --- no learner can make a check fault --------------------------------------------------------------

STRANGE = """
import numpy as np
def strange(*args): return {value}
"""


@pytest.mark.parametrize(
    "value",
    [
        "np.nan",
        "np.zeros(0)",
        "np.zeros((0, 3))",
        "np.full((7, 7, 7), np.inf)",
        "np.array(3)",
        "True",
        "[[1, 2], [3, 4]]",
        "(np.zeros(2), np.zeros(3))",
        "(1.0, np.full((2, 2), np.nan))",
        "(np.inf, np.zeros(0))",
        "np.array(['a'])",
        "np.uint8(200)",
        "2**62",
        "-1e308 * 10",
        "args[0]",
        "np.float16(3)",
    ],
)
def test_whatever_a_function_returns_no_check_breaks(grader: Grader, value: str) -> None:
    names = [name for cell in grader.solution for name in re.findall(r"^def (\w+)", cell.source, re.MULTILINE)]
    source = STRANGE.format(value=value) + "\n".join(f"{name} = strange" for name in names)
    result = graded(grader, source)
    assert result.score < result.max_score / 4


# --- what checks demand -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "want", "says"),
    [
        ([1.0, 2.0], [1.0, 2.5], r"1 of 2 values is wrong, by up to 0\.5 \(shape \(2,\)\)\. Why\."),
        ([[1.0]], [1.0], r"The shape is \(1, 1\); wanted \(1,\)\. Why\."),
        ([np.nan], [1.0], r"1 of 1 value is not finite \(shape \(1,\)\)\. Why\."),
        ([1.0], [np.nan], r"1 of 1 value is wrong \(shape \(1,\)\)\. Why\."),
        (3.0, 4.0, r"The value is wrong, by up to 1\. Why\."),
    ],
)
def test_close_says_which_property_fails_with_one_number(got: object, want: object, says: str) -> None:
    with pytest.raises(CheckFailed, match=f"^{says}$"):
        expect.close(got, want, "Why.")


def test_close_accepts_rounding_and_nan_where_it_is_wanted() -> None:
    expect.close([1.0 + 1e-9, np.nan, np.inf], [1.0, np.nan, np.inf], "")
    with pytest.raises(CheckFailed):
        expect.close([2e-18], [4e-18], "", atol=0.0)


def test_the_other_demands_have_sentences_too() -> None:
    with pytest.raises(CheckFailed, match="overflows on the way"):
        expect.quiet(Reply(1.0, warnings=("overflow encountered in exp",)), "")
    with pytest.raises(CheckFailed, match="writes into its second argument"):
        expect.unchanged(Reply(1.0, changed=("1.3",)))
    with pytest.raises(CheckFailed, match=r"writes into a list in its second argument\. Work on a new list"):
        expect.unchanged(Reply(1.0, changed=("1.0.",)))
    with pytest.raises(CheckFailed, match="writes into its first argument"):
        expect.unchanged(Reply(1.0, changed=("1.0.", "0")))
    with pytest.raises(CheckFailed, match="writes into its own argument"):
        expect.unchanged(Reply(1.0, changed=("<script>",)))
    with pytest.raises(CheckFailed, match="returns a list"):
        expect.is_array(Reply(1.0, type_name="list"))


# --- what a check looks at --------------------------------------------------------------------------


ZEROS = "import numpy as np\ndef double(x):\n    return np.zeros(x.shape)"


def test_a_form_without_values_gives_no_points(small: SmallCourse) -> None:
    (exercise,) = small.grade(ZEROS).exercises
    assert exercise.points == 0
    zero = {check.name: check for check in exercise.checks}["test_integers[0]"]
    assert zero.outcome is Outcome.FAILED
    assert zero.message == ("This is right, and counts as soon as a check of the values of `double` is passed, too.")


def test_a_form_counts_for_each_function_that_has_values(small: SmallCourse) -> None:
    """A function whose values are right keeps its points, whatever another function of the exercise does."""
    both = """
@pytest.mark.exercise("double", kind="{kind}")
def test_{kind}_of_{name}(submission):
    \"\"\"{name}: {kind}\"\"\"
    expect.close(submission.{name}(np.arange({size})), 2.0 * np.arange({size}), "It is 2 x.")
"""
    added = [both.format(kind=kind, name="other", size=size) for kind, size in (("values", 5), ("contract", 1))]
    small.write(small.topic.checks, CHECKS + "".join(added))
    (exercise,) = small.grade("def double(x):\n    return 2 * x\ndef other(x):\n    return 0 * x").exercises
    lost = [check.name for check in exercise.checks if check.outcome is not Outcome.PASSED]
    assert lost == ["test_values_of_other", "test_contract_of_other"]


def test_a_check_says_what_it_looks_at(small: SmallCourse) -> None:
    kinds = CHECKS.replace("weight=3", 'weight=3, kind="stability"')
    small.write(small.topic.checks, kinds)
    assert [check.kind for check in collect_checks(small.topic)] == ["stability", "edges", "edges"]
    (exercise,) = small.grade("def double(x): return 2 * x").exercises
    assert [check.kind for check in exercise.checks] == ["stability", "edges", "edges"]
    assert exercise_from_json("double", exercise.to_json()) == exercise


def test_an_unknown_kind_of_check_is_a_fault_that_lists_the_known_ones(small: SmallCourse) -> None:
    small.write(small.topic.checks, CHECKS.replace("weight=3", 'weight=3, kind="speed"'))
    with pytest.raises(GraderFault, match="kind 'speed'; there are values, edges, contract, randomness, stability"):
        collect_checks(small.topic)


def test_checks_of_contract_and_overflow_are_of_that_kind(course: Course) -> None:
    for topic in course.topics:
        for check in collect_checks(topic):
            if check.name.endswith(("_overflow", "_far_out")):
                assert check.kind == "stability", check.name
            if "leave" in check.title and "alone" in check.title and "evaluation" not in check.title:
                assert check.kind == "contract", check.name


def test_the_usual_cause_is_said_where_it_can_be_the_cause(small: SmallCourse) -> None:
    def messages(source: str) -> dict[str, str]:
        return {check.name: check.message for check in small.grade(source).exercises[0].checks}

    told = messages("def double(x): return 2 * x if x.dtype == float else x + 1")  # wrong for integers only
    assert told["test_integers[7]"].endswith("Integers too.")
    told = messages("def double(x): return x + 1")  # wrong everywhere
    assert told["test_values"].endswith("It is 2 x.")
    assert told["test_integers[7]"].endswith(VALUES_FIRST)
    assert "Integers" not in told["test_integers[7]"]
    told = messages("def double(x): return np.append(2 * x, 0)")  # of another shape everywhere
    assert told["test_integers[7]"].startswith("The shape is ")
    assert told["test_integers[7]"].endswith(VALUES_FIRST)


def test_a_check_of_an_edge_is_not_lost_for_a_small_error_everywhere(small: SmallCourse) -> None:
    result = small.grade("def double(x): return 2 * x * (1 + 1e-6)")
    lost = [check.name for check in result.exercises[0].checks if check.outcome is not Outcome.PASSED]
    assert "test_values" in lost
    result = small.grade("def double(x): return 2 * x * (1 + 1e-6 * (x.dtype != float))")
    assert {check.outcome for check in result.exercises[0].checks} == {Outcome.PASSED}


BELOW = {
    "a constant": ("k = 2\ndef double(x): return k * x", "k = 3\nprint(double(1.0))"),
    "the variable of a loop": ("k = 2\ndef double(x): return k * x", "for k in range(5): pass"),
    "a helper": ("def twice(x): return 2 * x\ndef double(x): return twice(x)", "def twice(x): return x ** 2"),
    "the answer itself": ("def double(x): return 2 * x", "def double(x): return torch.add(x, x)"),
    "nothing is left": ("def double(x): return 2 * x", "del double"),
}


@pytest.mark.parametrize("case", BELOW)
def test_an_answer_that_a_cell_below_its_check_changes_counts_as_it_was(small: SmallCourse, case: str) -> None:
    """As in nbgrader, where the check runs in its place. What is right only with the cells below counts, too."""
    answer, below = BELOW[case]
    with open_grader(small.topic, SEED) as grader:

        def score(*cells: str) -> float:
            sources = dict(zip(("write_double", "double", "mine", "more"), cells, strict=False))
            found = [reader.code_cell(text, name) for name, text in sources.items()]
            for cell in found[:2]:
                cell["metadata"] = {"nbgrader": grader.release.structure[cell["id"]]["metadata"]["nbgrader"]}
            return grader.grade("ada", repair(Notebook(found), grader.release)).score

        check = 'check("double")'
        assert score(answer, check, below) == 3.0
        assert score("", check, f"{below}\n{answer}") == 3.0
        assert score(f"{answer}\n{below}", check, "x = 1") < 3.0

"""A check that expects an exception (the learner's code should refuse a bad argument), and a failure's usual cause."""

import ast

import pytest

from autograder.core.course import find_course
from autograder.core.outcomes import CheckFailed, Outcome, StudentProblem
from autograder.grading import expect
from autograder.sandbox.wire.types import NUMBER

from ...conftest import Submit


def refuses(submit: Submit, source: str, kind: str = "ValueError") -> None:
    submission = submit(source)
    expect.raises(lambda: submission.f(-1.0, returns=NUMBER), kind, "Look at the sign.")


def test_the_exception_that_is_wanted_is_right(submit: Submit) -> None:
    refuses(submit, "def f(x):\n    if x < 0: raise ValueError('negative')\n    return x")
    refuses(submit, "class Bad(ValueError): pass\ndef f(x): raise Bad(x)")


@pytest.mark.parametrize("source", ["def f(x): return x", "def f(x): return None", "def f(x): return 'ValueError'"])
def test_a_value_of_any_type_is_none(submit: Submit, source: str) -> None:
    with pytest.raises(CheckFailed, match=r"^It raises no ValueError\. Look at the sign\.$"):
        refuses(submit, source)


def test_another_exception_says_its_own_name_and_line(submit: Submit) -> None:
    with pytest.raises(StudentProblem, match=r"`f` raised KeyError in line 1") as caught:
        refuses(submit, "def f(x): return {}[x]")
    assert caught.value.outcome is Outcome.CRASHED


def test_what_is_not_written_is_not_attempted(submit: Submit) -> None:
    with pytest.raises(StudentProblem) as caught:
        refuses(submit, "def f(x): raise NotImplementedError")
    assert caught.value.outcome is Outcome.NOT_ATTEMPTED


def test_a_constructor_may_be_the_one_that_refuses(submit: Submit) -> None:
    submission = submit("class C:\n    def __init__(self, mode):\n        if mode != 'min': raise ValueError(mode)")
    submission.new("C", "min")
    expect.raises(lambda: submission.new("C", "max"), "ValueError", "")


def with_cause_in_the_fact(source: str) -> list[int]:
    """Returns the line of each `expect.true` whose first sentence ends with a cause, which could not be left out."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("expect.true", "CheckFailed")
        for text in ast.walk(node)
        if isinstance(text, ast.JoinedStr) and ast.unparse(text).rstrip("'\"").endswith("{cause}")
    ]


def test_a_usual_cause_is_apart_from_the_fact_so_that_it_can_be_left_out() -> None:
    with pytest.raises(CheckFailed) as failure:
        expect.true(False, "It stops too late.", "nan < tol is False.")
    assert (str(failure.value), failure.value.cause) == (
        "It stops too late. nan < tol is False.",
        "nan < tol is False.",
    )
    checks = sorted((find_course().root / "autograder" / "checks").glob("test_*.py"))
    assert len(checks) == 8
    assert {path.stem: lines for path in checks if (lines := with_cause_in_the_fact(path.read_text("utf-8")))} == {}
    assert with_cause_in_the_fact('expect.true(x, f"It stops {n} too late. {cause}")') == [1]

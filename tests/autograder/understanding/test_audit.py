"""The audit of questions: what it finds in bad ones, and that those about our right answers are good."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner
from gradwise.exercises import by_id
from gradwise.understanding import maker
from gradwise.understanding.question import Question
from gradwise.understanding.source import gather

from autograder.cli.main import main
from autograder.core.course import Course
from autograder.understanding.audit import audit_answer, audit_questions, problems_of

from ...gradwise.understanding.test_maker import LOOP, VECTOR

LEAST = 300  # questions about all right answers together


@pytest.fixture(scope="module")
def good() -> Question:
    code = gather([LOOP], ("elu",))
    return next(one for seed in range(9) for one in maker.questions(by_id("elu"), code, seed) if one.scene)


def with_choice(question: Question, text: str) -> Question:
    """The question with another text in the place of a wrong choice."""
    choices = list(question.choices)
    choices[(question.right + 1) % len(choices)] = text
    return replace(question, choices=tuple(choices))


BROKEN: dict[str, Callable[[Question], Question]] = {
    "choices": lambda good: replace(good, choices=good.choices[:2], right=0),
    "same": lambda good: with_choice(good, good.answer),
    "proof": lambda good: replace(good, right=(good.right + 1) % len(good.choices)),
    "readable": lambda good: replace(good, scene=f"{good.scene}\n{good.answer}"),
    "nothing": lambda good: with_choice(good, "<function elu> object at 0x7f"),
    "name": lambda good: with_choice(replace(good, code=f"{good.code}\n   9  math = 1"), "math"),
    "comment": lambda good: replace(good, code=">  1  # a comment"),
    "effort": lambda good: replace(good, kind="trace", effort=1000),
    "code": lambda good: replace(good, code="\n" * 100),
    "call": lambda good: replace(good, scene=good.scene + "\n" * 20),
    "number": lambda good: replace(good, scene=f"{good.scene} # 12345"),
    "because": lambda good: replace(good, because=()),
}
RULES = {
    "choices": "has 2 choices",
    "same": "has two choices that are the same",
    "proof": "has another right answer",
    "readable": "can be answered by reading it",
    "nothing": "has a choice that tells nothing",
    "name": "asks for a name",
    "comment": "asks about a comment",
    "effort": "takes 1000 numbers to compute",
    "code": "shows too much code",
    "call": "shows too long a call",
    "number": "has the number 12345 in its call",
    "because": "does not explain its answer",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_question_that_breaks_a_rule_is_found(rule: str, good: Question) -> None:
    assert list(problems_of(good)) == []
    assert any(RULES[rule] in problem for problem in problems_of(BROKEN[rule](good)))


def test_an_answer_without_three_questions_is_found() -> None:
    nothing = audit_answer(by_id("elu"), "def elu(x, alpha=1.0):\n    return x", "plain")
    assert nothing.problems[-1].endswith("different questions come out of it")
    assert audit_answer(by_id("elu"), VECTOR, "vector").problems == ()


@pytest.mark.parametrize("slug", ["02_activations"])
def test_the_command_says_how_many_questions_there_are_and_ends_as_an_audit_does(
    slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One topic's elu only; the whole is `test_every_right_answer_has_good_questions`."""
    elu = by_id("elu")
    monkeypatch.setattr("autograder.understanding.audit.of_topic", lambda _: (replace(elu, functions=("elu_grad",)),))
    done = CliRunner().invoke(main, ["audit", "--questions", slug])
    assert done.exit_code == 0, done.output
    assert f"{slug}: 18 questions about 6 right answers" in done.output
    assert "✓ elu  helpers: " in done.output


@pytest.mark.long("A minute")
def test_every_right_answer_has_good_questions(course: Course) -> None:
    reports = [audit_questions(topic) for topic in course.topics]
    assert [problem for report in reports for problem in report.problems] == []
    assert sum(report.number for report in reports) >= LEAST

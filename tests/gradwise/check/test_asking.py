"""`ask` as a learner meets it without widgets: questions, letters, what is stored, and what is refused."""

import linecache
import re
from typing import Any

import pytest
from gradwise.check import CheckFailed, ask, asking
from gradwise.understanding.record import VERSION, last_of, record_of, records_in

from ..understanding.test_maker import LOOP, VECTOR


def defined(text: str) -> dict[str, Any]:
    """Defines what a cell defines, and keeps its text where IPython keeps it."""
    name = f"<cell {hash(text)}>"
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), names)
    return names


def test_questions_come_with_letters_and_the_answers_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    names = defined(VECTOR)
    ask("elu", names=names)
    shown = capsys.readouterr().out
    assert re.findall(r"^Question (\d)\.", shown, re.M) == ["1", "2", "3"]
    assert 'Answer with a letter for each question: ask("elu", "b b b")' in shown
    asked = asking._last["elu"]
    letters = " ".join(asking.LETTERS[question.right] for question in asked.questions)
    ask("elu", letters, names=names)
    shown = capsys.readouterr().out
    assert shown.startswith("✓ elu: 3 of 3 questions right\n1. Right. The run says:\n")
    ask("elu", "- - -", names=names)
    assert capsys.readouterr().out == "○ elu: 3 questions about your own code, none answered yet\n"


def test_what_is_stored_can_be_read_again_and_names_nobody() -> None:
    names = defined(VECTOR)
    ask("elu", names=names)
    asked = asking._last["elu"]
    asked.answers[0] = asked.questions[0].answer
    output = {"output_type": "display_data", "data": asked.bundle}
    (record,) = records_in([output, {"data": {"text/plain": "1"}}, 7])
    assert record == asked.record
    assert set(record.to_json()) == {"version", "exercise", "seed", "code", "questions", "answers"}
    assert last_of([record], "elu") == record
    assert last_of([record], "relu") is None


@pytest.mark.parametrize(
    "change",
    [
        {"seed": -1}, {"seed": 2**40}, {"seed": "1"}, {"seed": True}, {"answers": ["a"] * 99}, {"answers": [1]},
        {"answers": ["a" * 9999]}, {"answers": "abc"}, {"version": 0}, {"code": None}, {"exercise": "x" * 999},
    ],
)  # fmt: skip
def test_a_record_that_nobody_can_have_stored_is_passed_over(change: dict[str, Any]) -> None:
    good = {"version": VERSION, "exercise": "elu", "seed": 1, "code": "a", "questions": "b", "answers": ["c", None]}
    assert record_of(good) is not None
    assert record_of(good | change) is None


def test_questions_come_only_when_the_check_is_green() -> None:
    with pytest.raises(CheckFailed, match="questions come when the visible check is green"):
        ask("elu", names=defined(LOOP))  # without its slope


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ("b a", 'give 3 letters, as in "b a c"'),
        ("a b z", "has the answers a to [cd], not z"),
        ("abc", "give 3 letters"),
    ],
)
def test_letters_that_fit_no_question_are_refused_with_a_sentence(letters: str, says: str) -> None:
    names = defined(VECTOR)
    ask("elu", names=names)
    with pytest.raises(CheckFailed, match=says):
        ask("elu", letters, names=names)


def test_answers_before_any_question_are_refused() -> None:
    asking._last.pop("relu", None)
    with pytest.raises(CheckFailed, match=r'Nothing was asked about relu in this notebook yet: run ask\("relu"\)'):
        ask("relu", "a b c", names={})

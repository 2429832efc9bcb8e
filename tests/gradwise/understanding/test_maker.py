"""Questions about code in any style: the same for a seed, one right answer, nothing that can be read off."""

import random
import re
from functools import cache

import numpy as np
import pytest
from gradwise.exercises import by_id
from gradwise.understanding import kinds, maker
from gradwise.understanding.question import Question
from gradwise.understanding.scenes import drawn
from gradwise.understanding.source import Code, gather
from gradwise.understanding.values import told

VECTOR = """
import numpy as np

def elu(x, alpha=1.0):
    negative = np.minimum(x, 0)  # exp sees nothing that grows
    return np.where(x > 0, x, alpha * np.expm1(negative))

def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))
"""
LOOP = """
import math

def elu(x, alpha=1.0):
    out = []
    for value in x:
        if value > 0:
            out.append(value)
        else:
            out.append(alpha * math.expm1(value))
    return np.array(out)
"""
CLASS = """
class Elu:
    def __init__(self, alpha):
        self.alpha = alpha

    def one(self, value):
        return value if value > 0 else self.alpha * np.expm1(value)

def elu(x, alpha=1.0):
    unit = Elu(alpha)
    return np.array([unit.one(value) for value in x])
"""
RECURSIVE = """
def elu(x, alpha=1.0):
    if len(x) == 0:
        return np.zeros(0)
    first = x[0] if x[0] > 0 else alpha * np.expm1(x[0])
    return np.concatenate([[first], elu(x[1:], alpha)])
"""
STYLES = {"vector": VECTOR, "loop": LOOP, "class": CLASS, "recursive": RECURSIVE}


def code(text: str, name: str = "elu") -> Code:
    return gather([text], by_id(name).functions)


@cache
def asked(text: str, seed: int = 1) -> list[Question]:
    return maker.questions(by_id("elu"), code(text), seed)


@pytest.mark.parametrize("style", STYLES)
def test_three_different_questions_come_out_of_every_style(style: str) -> None:
    questions = asked(STYLES[style])
    assert len({question.about for question in questions}) == maker.QUESTIONS
    for question in questions:
        assert kinds.FEWEST <= len(question.choices) <= kinds.CHOICES
        assert len(set(question.choices)) == len(question.choices)
        assert question.effort <= kinds.MOST_EFFORT or question.kind == "cost"
        assert question.because


def test_the_same_seed_gives_the_same_questions_and_another_seed_others() -> None:
    assert asked(VECTOR, 5) == maker.questions(by_id("elu"), code(VECTOR), 5)
    assert asked(VECTOR, 5) != asked(VECTOR, 6)


def test_the_right_answer_is_what_python_gives() -> None:
    compared = 0
    for text in STYLES.values():
        for question in asked(text):
            if question.proof["what"] == "end":
                names: dict[str, object] = {"np": np}
                exec(question.proof["source"], names)
                assert told(eval(question.scene, names)) == question.answer
                compared += 1
    assert compared


def test_a_purpose_is_asked_for_by_the_check_that_would_fail() -> None:
    purposes = [one for seed in range(1, 7) for one in asked(VECTOR, seed) if one.kind == "purpose"]
    assert purposes
    for question in purposes:
        assert re.search(
            r"Each call below is a check of the result[.] Which check (fails|still passes) then[?]$", question.prompt
        )


def test_no_change_is_shown_that_nobody_would_write() -> None:
    nothing = [one for seed in range(1, 9) for one in asked(LOOP, seed)]
    assert not [one.change for one in nothing if re.search(r" in \[\]:|if (True|False):", one.change)]


def test_code_that_is_not_written_gives_no_question() -> None:
    assert asked("def elu(x, alpha=1.0):\n    raise NotImplementedError") == []
    assert asked("elu = ") == []
    assert asked("def elu(x, alpha=1.0):\n    while True:\n        x = x + 1") == []


def test_comments_and_layout_do_not_change_the_code_and_a_number_does() -> None:
    key = maker.code_key(code(VECTOR))
    assert (
        maker.code_key(code(VECTOR.replace("  # exp sees nothing that grows", "").replace("(x, 0)", "( x,0 )"))) == key
    )
    assert maker.code_key(code(VECTOR.replace("(x, 0)", "(x, 1)"))) != key


def test_code_is_gathered_with_what_it_needs_and_as_it_was_defined_last() -> None:
    cells = [
        "%matplotlib inline\nimport numpy as np\nslope, unused = 2, open('nowhere')",
        "def elu(x): return None",
        "def helper(x):\n    return slope * x",
        "this is not Python",
        "%%time\ndef elu(x):\n    return helper(x)",
        "helper.note = 1",
        "%%bash\ndef elu(x): return 0",
    ]
    text = gather(cells, ("elu", "elu_grad")).text
    assert "return helper(x)" in text
    assert "slope * x" in text
    assert "helper.note = 1" in text
    assert "return None" not in text
    assert gather(cells, ("elu", "elu_grad")).functions == ("elu",)


@pytest.mark.parametrize(
    ("answer", "text", "readable"),
    [
        ("3", "elu(np.array([3, 1]), 2)", True),
        ("[3, 1]", "elu(np.array([3, 1]), 2)", True),
        ("[3, 1]", "elu(np.array([3.0, 1.0]), 2)", True),
        ("3", "elu(np.array([-3, 1.3]), 33)", False),
        ("[1, 3]", "elu(np.array([3, 1]), 2)", False),
    ],
)
def test_an_answer_that_stands_in_the_question_is_found(answer: str, text: str, readable: bool) -> None:
    assert kinds.is_readable(answer, text) is readable


def test_no_answer_can_be_read_off_its_question() -> None:
    for text in STYLES.values():
        for question in asked(text):
            if question.scene:
                assert not kinds.is_readable(question.answer, question.scene, question.change)


def test_the_numbers_of_a_scene_are_drawn_and_a_named_one_is_the_same_again() -> None:
    text = drawn("f(<a=1..9>, <a>, -<b=-3..-3>, <x|y>)", random.Random(1))
    first, second, third, fourth = text.removeprefix("f(").removesuffix(")").split(", ")
    assert first == second
    assert third == "3"
    assert fourth in ("x", "y")

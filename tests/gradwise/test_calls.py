"""Visible calls with lists, functions and objects in them."""

from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.calls import Complaint, try_case
from gradwise.exercises import Case, Exercise, Script


class Counter:
    def __init__(self, start: float) -> None:
        self.total = np.array(start)

    def __call__(self, x: Any) -> Any:
        self.total = self.total + x.sum()
        return x


class Forgetful(Counter):
    def __call__(self, x: Any) -> Any:
        return x


SCRIPT = Script("Counter", "counter = Counter(1.0)\ncounter(np.array([2.0, 3.0]))\ncounter.total", "Add up.")
LISTS = Case("halves", ([np.array([2.0]), np.array([4.0, 6.0])], np.tanh), "Halve each.")


def halves(arrays: Any, function: Any) -> Any:
    return [array / 2 for array in arrays], {"count": len(arrays)}["count"]


@pytest.fixture(autouse=True)
def _references(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "Counter", Counter, raising=False)
    monkeypatch.setattr(reference, "halves", halves, raising=False)


def complaint(case: Case | Script, function: Any) -> str:
    exercise = Exercise("it", (case.function,), (case,), ("", "", ""), outputs=("halves", "count"))
    with pytest.raises(Complaint) as caught:
        try_case(exercise, case, function)
    return str(caught.value)


def test_a_script_tells_a_right_class_from_a_wrong_one() -> None:
    try_case(Exercise("it", ("Counter",), (SCRIPT,), ("", "", "")), SCRIPT, Counter)
    assert complaint(SCRIPT, Forgetful) == (
        "  called  counter = Counter(1.0)\n"
        "          counter(np.array([2.0, 3.0]))\n"
        "          counter.total\n"
        "  got     1.\n"
        "  wanted  6.\n"
        "  but     the number differs"
    )


def test_lists_are_compared_entry_by_entry_and_shown_as_code() -> None:
    try_case(Exercise("it", ("halves",), (LISTS,), ("", "", ""), outputs=("halves", "count")), LISTS, halves)
    text = complaint(LISTS, lambda arrays, function: ([arrays[0] / 2, arrays[1]], 2))
    assert "called  halves([np.array([2.]), np.array([4., 6.])], np.tanh)" in text
    assert "but     halves: entry 1: 2 of 2 numbers differ, by up to 3" in text
    assert "          count:  right" in text or "          count:  exact" in text
    short = complaint(LISTS, lambda arrays, function: ([arrays[0] / 2], 2))
    assert "a list with 2 entries is wanted, and this is one with 1" in short


def test_writing_into_an_array_of_a_list_is_seen() -> None:
    def in_place(arrays: Any, function: Any) -> Any:
        for array in arrays:
            array /= 2
        return arrays, 2

    assert "it changed its argument" in complaint(LISTS, in_place)


def named(value: Any) -> Any:
    return np.array([1.0, 2.0]), "non-finite"


@pytest.mark.parametrize("word", [np.str_("non-finite"), np.array("non-finite")])
def test_a_word_may_be_numpys(word: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "named", named, raising=False)
    case = Case("named", (0.0,), "Name it.")
    try_case(Exercise("it", ("named",), (case,), ("", "", "")), case, lambda value: (np.array([1.0, 2.0]), word))


@pytest.mark.parametrize(
    ("got", "advice"),
    [
        ((np.array([1.0, 2.0]), "Non_Finite"), "Spell it as in the text: 'non-finite'"),
        ((np.array([1.0, 2.0]), "vanishing"), None),
        ((np.array([[1.0], [2.0]]), "vanishing"), "As many numbers as wanted, but in another shape"),
        ((np.array([1.0, 3.0]), "Non-finite"), None),
        ((np.array([1.0, 2.0, 3.0]), "non-finite"), None),
        (([[1.0], [2.0, 3.0]], "non-finite"), None),
        (np.array([1.0, 2.0]), None),
    ],
)
def test_a_wrong_form_has_an_advice_of_its_own(got: Any, advice: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "named", named, raising=False)
    case = Case("named", (0.0,), "Name it.")
    with pytest.raises(Complaint) as caught:
        try_case(Exercise("it", ("named",), (case,), ("", "", "")), case, lambda value: got)
    assert caught.value.advice is None if advice is None else advice in str(caught.value.advice)

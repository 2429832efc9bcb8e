"""Visible calls with lists, functions and objects in them."""

import linecache
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.check.cases import Complaint, try_case
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


# --- what is shown of a wrong value -----------------------------------------------------------------


def layers(depth: int) -> Any:
    return 0.5, [[np.full((4, 3), 1.23456 * layer), np.full(3, 2.34567)] for layer in range(1, depth + 1)]


def told(monkeypatch: pytest.MonkeyPatch, theirs: Any, mine: Any, *cases: Case | Script, **spec: Any) -> Complaint:
    """Tries the last case on `mine`, with `theirs` as the reference, and returns the complaint."""
    monkeypatch.setattr(reference, cases[-1].function, theirs, raising=False)
    exercise = Exercise("it", (cases[-1].function,), cases, ("", "", ""), **spec)
    with pytest.raises(Complaint) as caught:
        try_case(exercise, cases[-1], mine)
    return caught.value


def test_of_a_long_value_the_first_wrong_part_is_shown_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(depth: int) -> Any:
        loss, grads = layers(depth)
        return loss, [[grads[0][0], grads[0][1] + 1], *([W * 2, b] for W, b in grads[1:])]

    case = Case("layers", (9,), "Go on.")
    text = str(told(monkeypatch, layers, wrong, case, outputs=("loss", "grads")))
    assert "  got     grads[0][1]: [3.34567, 3.34567, 3.34567]\n  wanted  grads[0][1]: [2.34567, 2.34567" in text
    assert "but     loss:  exact\n" in text
    assert "grads: entry [0][1]: 3 of 3 numbers differ, by up to 1; wrong, too: [1][0], [2][0], [3][0]" in text
    assert text.endswith("[5][0] and 3 more")
    nameless = str(told(monkeypatch, layers, wrong, case))
    assert "  got     entry [1][0][1]: [3.3" in nameless


def test_a_short_value_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("pair", (), "Go on.")
    text = str(told(monkeypatch, lambda: (1.0, 2.0), lambda: (1.0, 3.0), case, outputs=("a", "b")))
    assert "  got     (1., 3.)\n  wanted  (1., 2.)\n" in text


@pytest.mark.parametrize(
    ("theirs", "mine", "phrase"),
    [
        ([1.0, 2.0, 3.0], [1.0, 4.0, 5.0], "2 of 3 numbers differ, by up to 2"),
        ([True, False, True], [False, True, True], "2 of 3 entries are wrong; entry 0: True is wanted"),
        (["ValueError", 1], ["ValueError", 2], "entry 1: 1 is wanted"),
        (np.array([np.nan, 1.0]), np.array([0.0, 1.0]), "1 of 2 numbers should be nan (not a number)"),
        (np.nan, 0.0, "it should be nan (not a number)"),
        (1.0, np.nan, "it is nan (not a number): from 0/0"),
        ((np.ones(2),), np.ones(2), "a tuple of one value is wanted: `return (value,)`"),
        (np.array([0.0]), np.array([-1.0]), "1 of 1 number differs, by up to 1"),
    ],
)
def test_each_kind_of_value_has_its_phrase(
    theirs: Any, mine: Any, phrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = str(told(monkeypatch, lambda: theirs, lambda: mine, Case("kind", (), "Go on.")))
    assert f"  but     {phrase}" in text


def test_zero_has_no_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    text = str(told(monkeypatch, lambda: np.array([-0.0, 1.0]), lambda: np.array([0.5, 1.0]), Case("z", (), "Go on.")))
    assert "wanted  [0., 1.]" in text


def test_nothing_may_be_an_answer_where_it_is_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(epoch: int) -> int | None:
        return epoch if epoch > 1 else None

    late, never = Case("stop", (3,), "Count."), Case("stop", (0,), "Count.")
    assert (
        told(monkeypatch, stop, lambda epoch: None, late).advice == "Your function returns nothing: is a `return` "
        "missing?"
    )
    legitimate = told(monkeypatch, stop, lambda epoch: None, never, late)
    assert legitimate.advice is None
    assert "got     None\n  wanted  3" in str(legitimate)


def test_the_values_of_a_script_are_called_as_its_last_line_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(
        "Counter", "counter = Counter(1.0)\ncounter(np.array([2.0]))\n(counter.total, counter.total > 2)", ""
    )
    text = str(told(monkeypatch, Counter, Forgetful, script))
    assert "but     counter.total:     the number differs\n          counter.total > 2:" in text


def test_what_is_right_is_said_before_the_advice_of_a_later_case(monkeypatch: pytest.MonkeyPatch) -> None:
    first, far = Case("two", (1.0,), "The plain case."), Case("two", (1e3,), "Far out.")
    spec = {"outputs": ("loss", "slope"), "alone": {"loss": "The slope is right. The loss is a mean."}}

    def wrong(x: float) -> Any:
        return x + 1, x

    assert told(monkeypatch, lambda x: (x, x), wrong, first, **spec).advice == spec["alone"]["loss"]
    assert told(monkeypatch, lambda x: (x, x), wrong, first, far, **spec).advice == "slope is right. Far out."


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("assert x > 1", None),
        ("raise RuntimeError('not that')", None),
        ("x.append(1)", "It stopped with this error"),
        ("np.ones((2, 3)) @ np.ones((2, 3))", "the inner two must agree"),
        ("None.shape", "Something here is None"),
        ("[1, 2][x + 5]", "counting begins at 0"),
        ("{}[x]", "the keys that the dictionary has"),
        ("np.ones(3)[0, 0]", "fewer axes than you ask for"),
    ],
)
def test_an_error_has_the_advice_that_helps(line: str, advice: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {"np": np}
    source = f"def crash(x):\n    {line}\n"
    linecache.cache["a cell"] = (len(source), None, source.splitlines(keepends=True), "a cell")
    exec(compile(source, "a cell", "exec"), names)
    told_of = told(monkeypatch, lambda x: x, names["crash"], Case("crash", (0,), "Once more."))
    assert f"where   line 2: {line}" in str(told_of)
    assert told_of.advice is None if advice is None else advice in str(told_of.advice)

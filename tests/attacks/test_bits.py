"""What a hidden check tells of its inputs: for each check of every topic, how many texts a learner can make it say.

An adversary answers each check in many ways. The texts are sorted into forms: equal but for their numbers. A number
that varies within a form counts as the whole closed list that it is from, so a form that was seen counts all its texts.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.core.course import Topic, find_course
from autograder.core.outcomes import Outcome
from autograder.core.text import _LIST, _NUMBER, MOST_IN_A_LIST, ONE_DIGIT, TOLD, TOLD_IN_A_LIST
from autograder.grading.check import UNREADABLE, Check
from autograder.sandbox import problems
from autograder.sandbox.loading import MOST_LINES
from autograder.sandbox.replies import Reply
from autograder.sandbox.supervisor import Sandbox

from ..conftest import SEED
from .haunted import Answer, Haunted
from .test_hostile_values import recorded

TOPICS = find_course().topics
TRIES = 16  # for each check
FEW = 8  # values of a number that says where in a check something happened
MOST_BITS = 20  # of a check
CRASHES = len(problems._EXCEPTIONS) * MOST_LINES  # a name and a line
SECURITY = Path(__file__).resolve().parents[2] / "docs" / "security.md"
SLOT = re.compile(rf"(?P<list>{_LIST.pattern})|(?P<number>≈?{_NUMBER}|a very large number|almost 0)")


class Noisy(Haunted):
    """Repeats the solution's answers with errors of many sizes in them."""

    def request(self, shown: str, request: object, returns: object, *rest: object, **options: object) -> Reply:
        reply = super().request(shown, request, returns, *rest, **options)  # type: ignore[arg-type]
        return replace(reply, value=self._noisy(reply.value))

    def _noisy(self, value: object) -> object:
        if isinstance(value, tuple | list):
            return type(value)(map(self._noisy, value))
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            wrong = self._rng.uniform(size=value.shape) < self._rng.uniform()
            return value + wrong * 10.0 ** self._rng.uniform(-6, 6) * self._rng.normal(size=value.shape)
        if type(value) is float:
            return value + 10.0 ** float(self._rng.uniform(-6, 6))
        return value


def texts(check: Check, answers: list[Answer], number: int) -> set[str]:
    """Returns what an adversary made a check say."""
    found = set()
    for attempt in range(TRIES):
        kind = Noisy if attempt % 2 else Haunted
        with np.errstate(all="ignore"), suppress(Exception):
            outcome, fact, cause = check.outcome(kind(answers, np.random.default_rng([number, attempt])), SEED)
            if outcome is not Outcome.PASSED:
                found.add(f"{fact} {cause}")
    return found or {UNREADABLE}


def free_numbers(check: Check, said: Iterable[str]) -> list[str]:
    """Returns the numbers of texts that are neither in the check's own text nor in a closed list."""
    closed = {f"{float(text):g}" for text in TOLD}
    free = []
    for text in said:
        for match in SLOT.finditer(text):
            numbers = re.findall(_NUMBER, match[0])
            free += [n for n in numbers if n not in check.numbers and f"{float(n):g}" not in closed]
    return free


def bits(said: Iterable[str]) -> float:
    """Returns the bits that the choice of one of a check's texts can carry."""
    forms: dict[str, list[list[str]]] = defaultdict(list)
    for text in said:
        forms[SLOT.sub("#", text)].append([match[0] for match in SLOT.finditer(text)])
    return math.log2(1 + sum(_texts_of(form, list(zip(*slots, strict=True))) for form, slots in forms.items()))


def _texts_of(form: str, slots: list[tuple[str, ...]]) -> int:
    """Returns the number of texts of a form: the product of the closed lists of all numbers that vary in it."""
    before = form.split("#")
    return math.prod(_size(words, values) for words, values in zip(before, slots, strict=False))


def _size(before: str, values: tuple[str, ...]) -> int:
    if before.endswith("The shape is "):
        return 2**16  # of a learner's value
    if len(set(values)) <= FEW:
        return len(set(values))  # it says where in the check this happened, as the place of a layer or a step
    if any(value[0] in "([" for value in values):
        return len(TOLD_IN_A_LIST) ** min(MOST_IN_A_LIST, max(value.count(",") + 1 for value in values))
    whole = all(re.fullmatch(r"\d+", value) for value in values)
    if whole and max(map(float, values)) < 50:
        return 50
    return len(ONE_DIGIT) + 3 if before.endswith("by up to ") else len(TOLD)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_a_check_tells_is_little(topic: Topic, box: Sandbox) -> None:
    """It takes long, because each check is answered in many ways."""
    told = {}
    for number, (check, answers) in enumerate(recorded(topic, box)):
        said = texts(check, answers, number)
        assert not free_numbers(check, said), check.name
        told[check.name] = math.log2(2 ** bits(said) + CRASHES)
    assert max(told.values()) <= MOST_BITS, max(told, key=lambda name: told[name])
    assert sum(told.values()) <= promised()


def promised() -> float:
    """Returns the bits that a whole submission may carry, as docs/security.md says."""
    text = " ".join(SECURITY.read_text("utf-8").split())
    match = re.search(r"at most (\d+) bits for a submission", text)
    assert match
    assert f"at most {MOST_BITS} bits for a check" in text
    return float(match[1])


def test_a_crash_and_a_wrong_type_tell_little() -> None:
    assert math.log2(CRASHES) <= MOST_BITS
    shapes = _shapes(problems.MOST_AXES, problems.MOST_IN_A_SHAPE)
    dtypes = 20  # of those that a sentence names
    assert math.log2(shapes * dtypes) <= MOST_BITS
    assert math.log2(2 * 1000) <= MOST_BITS  # a list or a tuple, and its length


def _shapes(axes: int, most: int) -> int:
    return 1 if axes == 0 else 1 + sum(_shapes(axes - 1, most // (n + 1)) for n in range(most) if n < most)


# Planted violations: each must be found.


def planted(words: str) -> Check:
    def run(submission: object, seed: str) -> None:
        value = submission.request("f", {}, "number").value  # type: ignore[attr-defined]
        raise AssertionError(words.format(value, submission=submission))

    return Check("test_planted", "planted", "exercise", 1.0, run)


ANSWERS: list[Answer] = [("number", Reply(0.25))]


def test_a_free_number_is_rounded_to_the_closed_list() -> None:
    check = planted("It is {:.17g}, and this is too much.")
    assert free_numbers(check, texts(check, ANSWERS, 0)) == []
    assert free_numbers(check, ["It is 0.12345678, and this is too much."]) == ["0.12345678"]


def test_many_free_numbers_are_too_many_bits() -> None:
    said = {f"It is 0.{n}, 0.{n + 1} and 0.{n + 2}, and this is too much." for n in range(10, 40)}
    assert bits(said) > MOST_BITS


def test_words_of_a_learner_are_counted_one_by_one() -> None:
    said = {f"It is {chr(97 + first)}{chr(97 + second)}." for first in range(26) for second in range(26)}
    assert 9 < bits(said) < 10

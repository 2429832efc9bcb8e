"""What is asked ahead of a submission changes none of its results: misconceptions, with and without it."""

from dataclasses import replace

import pytest

from autograder.core.course import Topic, find_course
from autograder.grading.behaviour import Observed
from autograder.grading.check import run_checks
from autograder.grading.grader import Grader
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.grading.session import open_grader
from autograder.sandbox.ahead import Ahead, Answer
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.types import Handle

from ...conftest import SEED
from ..conftest import SmallCourse

TOPICS = find_course().topics
FEW = 8  # misconceptions of a topic; all in `make test-long`
# Calls of these share a state, so what a check asks when it has failed already is seen by the next one.
OF_STATE = {"layer-shared-state", "adam-global-t", "forward-mask-global-random"}


def _seen(grader: Grader, entry: Misconception, *, ahead: bool) -> str:
    """What the checks of its exercise see of a misconception, and what they say."""
    submission = Submission(grader.sandbox, grader.catalogue.with_misconception(entry))
    if ahead:
        submission.follow(grader.catalogue.scripts([entry.exercise]))
    try:
        submission.load()
        results, observed = run_checks(grader.checks[entry.exercise], entry.exercise, submission, grader.seed)
    finally:
        submission.close()
    return repr((results, _without_numbers(observed)))


def _without_numbers(observed: Observed) -> Observed:
    """The calls without the numbers under which objects are held."""

    def plain(value: object) -> object:
        if isinstance(value, Handle):
            return "an object"
        return type(value)(map(plain, value)) if isinstance(value, tuple | list) else value

    return {
        check: [
            call if call.reply is None else replace(call, reply=replace(call.reply, value=plain(call.reply.value)))
            for call in calls
        ]
        for check, calls in observed.items()
    }


def _differing(grader: Grader, topic: Topic, step: int) -> list[str]:
    entries = load_misconceptions(topic)[::step]
    return [e.id for e in entries if _seen(grader, e, ahead=True) != _seen(grader, e, ahead=False)]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_a_misconception_gets_the_same_with_and_without_it(topic: Topic, long: bool) -> None:
    step = 1 if long else len(load_misconceptions(topic)) // FEW
    with open_grader(topic, SEED) as grader:
        assert set(_differing(grader, topic, step)) <= OF_STATE


def test_answers_that_go_to_others_are_noticed(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_grader(small.topic, SEED) as grader:
        assert _differing(grader, small.topic, 1) == []
        answer = Ahead.answer

        def of_another(self: Ahead, number: int) -> Answer | None:
            return answer(self, number + 1) or answer(self, number)

        monkeypatch.setattr(Ahead, "answer", of_another)
        assert _differing(grader, small.topic, 1)

"""One hidden check: its random inputs, and its outcome for a submission."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.core.outcomes import CheckFailed, GraderFault, Outcome, StudentProblem
from autograder.core.results import CheckResult
from autograder.core.text import clean, with_few_numbers, with_short_numbers
from autograder.sandbox.submission import Submission

from . import expect
from .behaviour import Observed

UNREADABLE = "What came back has a shape or a type that this check can do nothing with."
VALUES_FIRST = "Mend the ordinary values first."
WITHOUT_VALUES = "This is right, and counts as soon as a check of the values of {} is passed, too."

MAIN = "values"
_PART = re.compile(r"This is [^.]*\. ")  # names the part of a result that is wrong
Called = dict[str, set[str]]  # the functions that each check calls

_log = logging.getLogger(__name__)


class BrokenCheck(GraderFault):
    """A check raised an exception that no check may raise."""


@dataclass(frozen=True)
class Check:
    """One hidden check: an ordinary pytest test with the `exercise` marker.

    Attributes:
        name: pytest's name of it, with parameters.
        title: the first line of its docstring, the property in a learner's words.
        exercise: the exercise that it belongs to.
        weight: its share of the exercise's points, relative to the other checks.
        run: calls it with a submission and the course secret, from which its random inputs are drawn.
        kind: the kind of property, one of `gradwise.exercises.KINDS`.
        numbers: the numbers in its text, which its sentences may tell as they are.
    """

    name: str
    title: str
    exercise: str
    weight: float
    run: Callable[[Submission, str], None]
    kind: str = "values"
    numbers: frozenset[str] = frozenset()

    def outcome(self, submission: Submission, seed: str) -> tuple[Outcome, str, str]:
        """Runs the check on a submission. Returns its outcome, the reason why it was not passed, and the usual cause.

        Raises:
            BrokenCheck: the check itself is broken.
        """
        try:
            with expect.of_kind(self.kind):
                self.run(submission, seed)
        except CheckFailed as failure:
            fact, cause = str(failure).removesuffix(failure.cause).rstrip(), failure.cause
            return failure.outcome, self._worded(fact, failure), self._worded(cause, failure)
        except AssertionError as failure:
            # After a bare `assert` pytest's text holds the values that it compared, which must stay secret.
            lines = str(failure).splitlines() or [""]
            told = with_few_numbers(with_short_numbers(lines[0]), self.numbers)
            return Outcome.FAILED, "" if lines[0].startswith("assert ") else told, ""
        except GraderFault:
            raise
        except Exception as error:
            raise BrokenCheck(
                f"The check {self.name} of {self.exercise} is broken: {type(error).__name__}: {error}. "
                "No grade was written."
            ) from error
        return Outcome.PASSED, "", ""

    def _worded(self, text: str, failure: CheckFailed) -> str:
        """Returns a sentence of a failure; the numbers in it come from closed lists.

        The sentences of a `StudentProblem` do so already: see `sandbox.problems`.
        """
        text = with_short_numbers(text)
        return text if isinstance(failure, StudentProblem) else with_few_numbers(text, self.numbers)


@lru_cache(1024)
def _bits_for(seed: str, check: str) -> tuple[np.random.PCG64, Any]:
    digest = hashlib.sha256(f"{seed}\0{check}".encode()).digest()
    bits = np.random.PCG64(int.from_bytes(digest[:16], "big"))
    return bits, bits.state


def rng_for(seed: str, check: str) -> np.random.Generator:
    """Returns the generator of a check's random inputs: the same for every learner of a run, and known to none.

    A check has one generator, which is reset each time: making one takes as long as a call into the sandbox.
    """
    bits, beginning = _bits_for(seed, check)
    bits.state = beginning
    return np.random.Generator(bits)


def run_checks(
    checks: Iterable[Check], exercise: str, submission: Submission, seed: str, *, learner: str = ""
) -> tuple[list[CheckResult], Observed]:
    """Runs the checks of an exercise on a submission. Returns the result of each, and the calls that it made.

    A passed check of a form (an argument left alone, no overflow) counts only beside right values: see `_counting`.

    If a check breaks on a learner's submission, it counts as failed, and the class goes on. The checks of an exercise
    that is not passed run on the solution, too: if the check itself is broken, it shows there.

    Args:
        checks: the checks, in order.
        exercise: the exercise, which has a time of its own.
        submission: the submission.
        seed: the course secret.
        learner: whose submission it is, for the log; empty for code of the course.

    Raises:
        BrokenCheck: a check is broken, and the submission is not a learner's.
    """
    results: list[CheckResult] = []
    causes: list[str] = []
    observed: Observed = {}
    submission.enter(exercise)
    for check in checks:
        observed[check.name] = submission.begin(check.name)
        try:
            outcome, fact, cause = check.outcome(submission, seed)
        except BrokenCheck as fault:
            if not learner:
                raise
            outcome, fact, cause = Outcome.FAILED, UNREADABLE, ""
            _log.warning("%s", clean(f"{learner}: {fault} It may be what the submission sent back.", 500))
        results.append(CheckResult(check.name, check.title, check.weight, outcome, fact, check.kind))
        causes.append(cause)
    called = {name: {call.function.split(".")[0] for call in calls} for name, calls in observed.items()}
    return _counting(_with_causes(results, causes, called), called), observed


def _with_causes(results: list[CheckResult], causes: list[str], called: Called) -> list[CheckResult]:
    """Returns the results with the usual cause of each failure, where it can be the cause.

    A function with wrong values on ordinary inputs loses the checks of edges and of stability for the same reason. What
    these say of integers, of nan or of a batch of one would lead its author astray.
    """
    lost = [called[result.name] for result in results if result.kind == MAIN and result.outcome is not Outcome.PASSED]
    wrong = set[str]().union(*lost)
    told = []
    for result, cause in zip(results, causes, strict=True):
        if cause and result.kind != MAIN and called[result.name] & wrong:
            part = _PART.match(cause)
            cause = f"{part[0] if part else ''}{VALUES_FIRST}"
        told.append(replace(result, message=f"{result.message} {cause}") if cause else result)
    return told


def _counting(results: list[CheckResult], called: Called) -> list[CheckResult]:
    """Returns the results with each passed check lost that gives points for a form without content.

    `return 0.0` leaves every argument alone, overflows nowhere and gives equal values for equal generators. So a check
    that does not look at values counts only if, for each function that it calls, a check of values is passed, too.
    Where an exercise has no such check, those of randomness take their place.
    """
    kinds = {result.kind for result in results}
    main = next((kind for kind in (MAIN, "randomness") if kind in kinds), None)
    looked_at = set().union(*(called[result.name] for result in results if result.kind == main))
    passed = [called[result.name] for result in results if result.kind == main and result.outcome is Outcome.PASSED]
    right = set().union(*passed)
    counted = []
    for result in results:
        if main is not None and result.kind != main and result.outcome is Outcome.PASSED:
            without = sorted(
                name for name in called[result.name] if name not in right and (name in looked_at or not passed)
            )
            if without:
                words = WITHOUT_VALUES.format(" and ".join(f"`{name}`" for name in without))
                result = replace(result, outcome=Outcome.FAILED, message=words)
        counted.append(result)
    return counted

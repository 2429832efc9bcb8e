"""One hidden check: its random inputs, and what comes of putting it to a submission."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.core.outcomes import CheckFailed, GraderFault, Outcome
from autograder.core.results import CheckResult
from autograder.core.text import clean
from autograder.sandbox.submission import Submission

from .behaviour import Observed

UNREADABLE = "What came back has a shape or a type that this check can do nothing with."

_log = logging.getLogger(__name__)


class BrokenCheck(GraderFault):
    """A check raised what no check should raise."""


@dataclass(frozen=True)
class Check:
    """One hidden check: an ordinary pytest test with the `exercise` marker.

    Attributes:
        name: pytest's name of it, with parameters.
        title: the first line of its docstring, the property in a learner's words.
        run: calls it with a submission and the course secret, which its random inputs come from.
        kind: what it looks at, one of `gradwise.exercises.KINDS`.
    """

    name: str
    title: str
    exercise: str
    weight: float
    run: Callable[[Submission, str], None]
    kind: str = "values"

    def outcome(self, submission: Submission, seed: str) -> tuple[Outcome, str]:
        """Puts the check to a submission, and says what became of it, and why.

        Raises:
            BrokenCheck: the check itself is broken.
        """
        try:
            self.run(submission, seed)
        except CheckFailed as failure:
            return failure.outcome, str(failure)
        except AssertionError as failure:
            # A bare `assert`: pytest fills in the values it compared, and those are nobody's business.
            lines = str(failure).splitlines() or [""]
            return Outcome.FAILED, "" if lines[0].startswith("assert ") else lines[0]
        except GraderFault:
            raise
        except Exception as error:
            raise BrokenCheck(
                f"The check {self.name} of {self.exercise} is broken: {type(error).__name__}: {error}. "
                "No grade was written."
            ) from error
        return Outcome.PASSED, ""


@lru_cache(1024)
def _bits_for(seed: str, check: str) -> tuple[np.random.PCG64, Any]:
    digest = hashlib.sha256(f"{seed}\0{check}".encode()).digest()
    bits = np.random.PCG64(int.from_bytes(digest[:16], "big"))
    return bits, bits.state


def rng_for(seed: str, check: str) -> np.random.Generator:
    """The random inputs of a check: the same for every learner of a run, and known to none of them.

    A check has one generator, set back to its beginning each time: making one takes as long as a call into the sandbox.
    """
    bits, beginning = _bits_for(seed, check)
    bits.state = beginning
    return np.random.Generator(bits)


def run_checks(
    checks: Iterable[Check], exercise: str, submission: Submission, seed: str, *, learners: bool = False
) -> tuple[list[CheckResult], Observed]:
    """Puts the checks of an exercise to a submission: what each found, and the calls that it made.

    A check that breaks on what a learner sends back is lost, and does not stop the class: whether it is the check
    that is broken shows when it is put to the solution, as all that is lost is.

    Raises:
        BrokenCheck: a check is broken, and the submission is not a learner's.
    """
    results: list[CheckResult] = []
    observed: Observed = {}
    submission.enter(exercise)
    for check in checks:
        submission.observations = observed[check.name] = []
        try:
            outcome, message = check.outcome(submission, seed)
        except BrokenCheck as fault:
            if not learners:
                raise
            outcome, message = Outcome.FAILED, UNREADABLE
            _log.warning("%s", clean(f"{fault} It may be what a submission sent back.", 500))
        results.append(CheckResult(check.name, check.title, check.weight, outcome, message, check.kind))
    return results, observed

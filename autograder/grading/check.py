"""One hidden check: its random inputs, and what comes of putting it to a submission."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.core.outcomes import CheckFailed, GraderFault, Outcome
from autograder.sandbox.submission import Submission


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


def judge(check: Check, submission: Submission, seed: str) -> tuple[Outcome, str]:
    """Runs one check.

    Raises:
        BrokenCheck: the check itself is broken.
    """
    try:
        check.run(submission, seed)
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
            f"The check {check.name} of {check.exercise} is broken: {type(error).__name__}: {error}. "
            "No grade was written."
        ) from error
    return Outcome.PASSED, ""

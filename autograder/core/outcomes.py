"""What can become of a check, and the one thing that is never the learner's doing."""

import enum


class Outcome(enum.StrEnum):
    """How a check, or an exercise, ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"


class GraderFault(Exception):
    """The grader is broken, not the submission: nothing may be graded. The text says what to do."""


class SandboxUnavailable(GraderFault):
    """No sandbox can be started here. The text says why and what to do."""


class CheckFailed(AssertionError):
    """A check found that a property does not hold. The text is what the learner reads."""

    outcome = Outcome.FAILED


class StudentProblem(CheckFailed):
    """The learner's code gave no value to look at. The text is what the learner reads.

    Attributes:
        outcome: what became of the call.
        kind: the built-in exception behind it, if there was one.
    """

    def __init__(self, outcome: Outcome, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.outcome = outcome
        self.kind = kind

    def __reduce__(self) -> tuple[type["StudentProblem"], tuple[Outcome, str, str]]:
        return type(self), (self.outcome, str(self), self.kind)


class UsageError(Exception):
    """The command was given something it cannot work with. The text says what, and what to do."""

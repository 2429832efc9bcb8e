"""Outcomes of a check, and the exceptions that tell a wrong answer from a broken grader."""

import enum


class Outcome(enum.StrEnum):
    """Outcome of a check or of an exercise."""

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
    """A check found that a property does not hold. The text is what the learner reads.

    Attributes:
        cause: the end of the text, which says the usual cause; empty if the text is all fact.
    """

    outcome = Outcome.FAILED

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(f"{message} {cause}" if cause else message)
        self.cause = cause


class StudentProblem(CheckFailed):
    """The learner's code gave no value that could be compared. The text is what the learner reads.

    Attributes:
        outcome: the outcome of the call.
        kind: the name of the built-in exception that caused it; empty if none did.
    """

    def __init__(self, outcome: Outcome, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.outcome = outcome
        self.kind = kind

    def __reduce__(self) -> tuple[type["StudentProblem"], tuple[Outcome, str, str]]:
        return type(self), (self.outcome, str(self), self.kind)


class UsageError(Exception):
    """A command got an argument that it cannot work with. The text says which, and what to do."""


class CourseBusy(Exception):
    """Another command is at work on the course. The text says whose, and since when."""

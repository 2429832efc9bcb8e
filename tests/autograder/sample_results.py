"""Results of made-up submissions: one exercise that is right, half right, not attempted or too slow."""

from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, Diagnosis, ExerciseResult, SubmissionResult
from autograder.sandbox.problems import timed_out


def exercise(*outcomes: Outcome, message: str = "It is 2 x.", diagnosis: str = "") -> ExerciseResult:
    checks = tuple(
        CheckResult(f"test_{i}", f"property {i}", 1.0, outcome, "" if outcome is Outcome.PASSED else message)
        for i, outcome in enumerate(outcomes)
    )
    return ExerciseResult("elu", 3.0, checks, (Diagnosis("elu-x", diagnosis),) if diagnosis else ())


def result(student: str, *exercises: ExerciseResult, repairs: tuple[str, ...] = ()) -> SubmissionResult:
    return SubmissionResult(student, "02_activations", exercises, 0.5, 50 << 20, repairs)


RIGHT = exercise(Outcome.PASSED, Outcome.PASSED)
HALF = exercise(Outcome.PASSED, Outcome.FAILED, diagnosis="Your `elu` forgets alpha.")
NOTHING = exercise(Outcome.NOT_ATTEMPTED, Outcome.NOT_ATTEMPTED, message="`elu` is not written yet.")
SLOW = exercise(Outcome.TIMED_OUT, Outcome.TIMED_OUT, message=str(timed_out("call_time", by_clock=False)))

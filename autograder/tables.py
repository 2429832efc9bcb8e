"""Tables for the terminal."""

from .audit import TopicAudit
from .outcomes import Outcome
from .results import ExerciseResult, SubmissionResult
from .wording import clean

_SIGNS = {Outcome.PASSED: "●", Outcome.NOT_ATTEMPTED: "·"}
_NAME = 60  # characters of a learner's name that are shown
_ROUNDING = 1e-9
_LEGEND = "● all right  ◐ partly  ○ wrong  · not attempted"


def class_table(results: list[SubmissionResult]) -> str:
    """Who got what: a line each, with a sign for every exercise and the most telling note."""
    if not results:
        return "Nothing was graded."
    names = [clean(result.student, _NAME) for result in results]
    width = max(map(len, names))
    header = ", ".join(exercise.exercise for exercise in results[0].exercises)
    lines = [f"{results[0].assignment}: {header}"]
    for name, result in zip(names, results, strict=True):
        signs = "".join(_sign(exercise) for exercise in result.exercises)
        score = f"{result.score:5.1f} / {result.max_score:g}"
        lines.append(f"  {name:{width}}  {score}  {signs}  {_note(result)}".rstrip())
    mean = sum(result.score for result in results) / len(results)
    return "\n".join([*lines, f"  {len(results)} graded, mean {mean:.1f}. {_LEGEND}"])


def changes_table(earlier: dict[str, SubmissionResult], results: list[SubmissionResult]) -> str:
    """Whose mark changes, from what to what, and in which exercise."""
    lines = []
    for result in results:
        before = earlier.get(result.student)
        if before is not None and abs(before.score - result.score) > _ROUNDING:
            old = {exercise.exercise: exercise.points for exercise in before.exercises}
            where = [
                f"{exercise.exercise} {old.get(exercise.exercise, 0):.2f} -> {exercise.points:.2f}"
                for exercise in result.exercises
                if abs(old.get(exercise.exercise, 0) - exercise.points) > _ROUNDING
            ]
            lines.append(
                f"  {clean(result.student, _NAME)}: {before.score:.2f} -> {result.score:.2f} ({', '.join(where)})"
            )
    new = sum(result.student not in earlier for result in results)
    fresh = f" {new} graded for the first time." if new else ""
    if not lines:
        return f"  No mark changes.{fresh}"
    return "\n".join([f"  {len(lines)} mark{'s' if lines[1:] else ''} changed:{fresh}", *lines])


def audit_table(audit: TopicAudit) -> str:
    """The audit of one topic: the two ends, every misconception, and what falls short."""
    lines = [f"{audit.topic}: solution {audit.solution:.0%}, release {audit.release:.0%}"]
    width = max((len(entry.misconception.id) for entry in audit.misconceptions), default=0)
    for entry in audit.misconceptions:
        verdict = entry.problem or f"loses {len(entry.rejected_by)}, diagnosed"
        twin = f" (twin of {entry.misconception.twin_of})" if entry.misconception.twin_of else ""
        lines.append(f"  {'✗' if entry.problem else '✓'} {entry.misconception.id:{width}}  {verdict}{twin}")
    lines += [f"  ✗ {problem}" for problem in audit.problems]
    good = sum(not entry.problem for entry in audit.misconceptions)
    return "\n".join([*lines, f"  {good} of {len(audit.misconceptions)} misconceptions rejected and diagnosed."])


def _sign(exercise: ExerciseResult) -> str:
    if any(check.outcome is Outcome.PASSED for check in exercise.checks):
        return _SIGNS.get(exercise.outcome, "◐")
    return _SIGNS.get(exercise.outcome, "○")


def _note(result: SubmissionResult) -> str:
    notes = [diagnosis.misconception for exercise in result.exercises for diagnosis in exercise.diagnoses]
    bad = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY)
    notes += [f"{exercise.exercise} {exercise.outcome}" for exercise in result.exercises if exercise.outcome in bad]
    if all(exercise.outcome is Outcome.NOT_ATTEMPTED for exercise in result.exercises):
        notes += [repair for repair in result.repairs if not repair.startswith("Cell")][:1]
    elif result.repairs:
        notes.append(f"{len(result.repairs)} repair{'s' if len(result.repairs) > 1 else ''}")
    return ", ".join(notes)

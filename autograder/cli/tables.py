"""All tables for the terminal: a class, changed marks, an audit, mutants."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autograder.core.outcomes import Outcome
from autograder.core.results import ExerciseResult, SubmissionResult
from autograder.core.text import clean, counted
from autograder.notebooks.foreign import doubt

if TYPE_CHECKING:  # these import the grader, which takes seconds
    from autograder.authoring.audit import TopicAudit
    from autograder.authoring.mutants.trial import MutantAudit, Trial
    from autograder.gradebook.marks import Mark
    from autograder.understanding.audit import QuestionAudit

_SIGNS = {Outcome.PASSED: "●", Outcome.NOT_ATTEMPTED: "·"}
_NAME = 60  # at most so many characters of a learner's name are shown
_REASON = 120  # at most so many characters of why a submission was not graded
_ROUNDING = 1e-9
_LEGEND = "● all right  ◐ partly  ○ wrong  · not attempted"


class ClassTable:
    """The table of a class: a line for each learner with the points, a sign for every exercise, and notes.

    Only the lines are kept and not the results, for a class may be large.
    """

    def __init__(self) -> None:
        self._header = ""
        self._lines: list[tuple[str, str]] = []  # a name, and what follows it
        self._total = 0.0
        self._graded = 0

    def add(self, result: SubmissionResult, remarks: Iterable[str] = ()) -> None:
        """Adds a result to the table, with remarks about the files that were submitted."""
        self._graded += 1
        self._header = f"{result.assignment}: {', '.join(exercise.exercise for exercise in result.exercises)}"
        signs = "".join(_sign(exercise) for exercise in result.exercises)
        points = (
            f"{result.score:5.1f} / {result.max_score:g}  {signs}  {', '.join(filter(None, [_note(result), *remarks]))}"
        )
        self._lines.append((clean(result.student, _NAME), points))
        self._total += result.score

    def leave_out(self, student: str, sentence: str) -> None:
        """Adds a line for a student whose submission could not be graded, with what the sentence says lies there."""
        self._lines.append((clean(student, _NAME), f"  not graded: {clean(sentence.split(': ', 1)[-1], _REASON)}"))

    def __str__(self) -> str:
        """The table, sorted by name."""
        if not self._graded:
            return "Nothing was graded."
        width = max(len(name) for name, _ in self._lines)
        lines = [f"  {name:{width}}  {points}".rstrip() for name, points in sorted(self._lines)]
        mean = self._total / self._graded
        left = len(lines) - self._graded
        not_graded = f", {left} not graded" if left else ""
        return "\n".join([self._header, *lines, f"  {self._graded} graded{not_graded}, mean {mean:.1f}. {_LEGEND}"])


class ChangesTable:
    """The table of changed marks: for each student the old mark, the new one, and what made the difference.

    Args:
        before: the marks by student before a run.
        after: the marks after it.
    """

    def __init__(self, before: Mapping[str, "Mark"], after: Mapping[str, "Mark"]) -> None:
        self._before = before
        self._after = after
        self._lines = sorted(
            _changed(student, before[student], mark)
            for student, mark in after.items()
            if student in before and abs(before[student].score - mark.score) > _ROUNDING
        )

    def of(self, student: str) -> dict[str, float | None]:
        """Returns a student's mark before and after the run, for `--json`; None where it is not known."""
        before, after = self._before.get(student), self._after.get(student)
        return {
            "mark_before": None if before is None else before.score,
            "mark_after": None if after is None else after.score,
        }

    def __str__(self) -> str:
        """The table, sorted by name; empty if nobody was graded before."""
        if self._after and not self._before:
            return ""
        new = len(self._after.keys() - self._before.keys())
        fresh = f" {new} graded for the first time." if new else ""
        if not self._lines:
            return f"  No mark changes.{fresh}"
        head = f"  {counted(len(self._lines), 'mark')} changed:{fresh}"
        return "\n".join([head, *self._lines])


def _changed(student: str, before: "Mark", after: "Mark") -> str:
    names = dict.fromkeys([*before.cells, *after.cells])
    points = {name: (before.cells.get(name, 0.0), after.cells.get(name, 0.0)) for name in names}
    points["taken off for lateness"] = before.penalty, after.penalty
    where = ", ".join(
        f"{name} {old:.2f} -> {new:.2f}" for name, (old, new) in points.items() if abs(old - new) > _ROUNDING
    )
    return f"  {clean(student, _NAME)}: {before.score:.2f} -> {after.score:.2f} ({where})"


def audit_table(audit: "TopicAudit") -> str:
    """Returns the table of a topic's audit: the shares of solution and release, every misconception, all problems."""
    lines = [f"{audit.topic}: solution {audit.solution:.0%}, release {audit.release:.0%}"]
    width = max((len(entry.misconception.id) for entry in audit.misconceptions), default=0)
    for entry in audit.misconceptions:
        verdict = entry.problem or f"loses {len(entry.rejected_by)}, diagnosed"
        twin = f" (twin of {entry.misconception.twin_of})" if entry.misconception.twin_of else ""
        lines.append(f"  {'✗' if entry.problem else '✓'} {entry.misconception.id:{width}}  {verdict}{twin}")
    lines += [f"  ✗ {problem}" for problem in audit.problems]
    good = sum(not entry.problem for entry in audit.misconceptions)
    return "\n".join(
        [*lines, f"  {good} of {counted(len(audit.misconceptions), 'misconception')} rejected and diagnosed."]
    )


def mutant_table(audit: "MutantAudit") -> str:
    """Returns the table of a topic's mutants: how many the checks find, and for each survivor what to test."""
    from autograder.authoring.mutants.trial import TARGET

    equal = f", {audit.equivalent} marked as no mistake" if audit.equivalent else ""
    lines = [
        f"{audit.topic}: {counted(len(audit.trials), 'mutant')}{equal}; {audit.found} found, {_percent(audit.score)}"
    ]
    width = max(map(len, audit.checks), default=0)
    for exercise, checks in audit.checks.items():
        part = audit.of_exercise(exercise)
        of = len(part.trials) - part.equivalent
        lines.append(f"  {'✗' if part.survivors else '✓'} {exercise:{width}}  {part.found} of {of}")
        lines += [f"      {line}" for check in checks for line in _kills(audit, check)]
        lines += [f"      {line}" for trial in part.survivors for line in _survivor(trial)]
    lines += [f"  ✗ {problem}" for problem in audit.problems]
    if audit.score < TARGET:
        lines.append(f"  ✗ {_percent(audit.score)} is less than the {TARGET:.0%} that the checks are to find.")
    return "\n".join(lines)


def question_table(audit: "QuestionAudit") -> str:
    """Returns the table of a topic's questions: how many come out of each right answer, and what is wrong with them."""
    lines = [f"{audit.topic}: {counted(audit.number, 'question')} about {counted(len(audit.answers), 'right answer')}"]
    width = max((len(entry.exercise) for entry in audit.answers), default=0)
    for entry in audit.answers:
        kinds = ", ".join(f"{number} {kind}" for kind, number in entry.kinds.items())
        lines.append(f"  {'✗' if entry.problems else '✓'} {entry.exercise:{width}}  {entry.style}: {kinds or 'none'}")
        lines += [f"      {problem}" for problem in entry.problems]
    return "\n".join(lines)


def _sign(exercise: ExerciseResult) -> str:
    if any(check.outcome is Outcome.PASSED for check in exercise.checks):
        return _SIGNS.get(exercise.outcome, "◐")
    return _SIGNS.get(exercise.outcome, "○")


def _note(result: SubmissionResult) -> str:
    notes = [diagnosis.misconception for exercise in result.exercises for diagnosis in exercise.diagnoses]
    bad = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY)
    notes += [f"{exercise.exercise} {exercise.outcome}" for exercise in result.exercises if exercise.outcome in bad]
    if wrong := doubt(result.repairs):
        notes.append(wrong)
    elif all(exercise.outcome is Outcome.NOT_ATTEMPTED for exercise in result.exercises):
        notes += [repair for repair in result.repairs if not repair.startswith("Cell")][:1]
    elif result.repairs:
        notes.append(counted(len(result.repairs), "repair"))
    return ", ".join(notes)


def _percent(share: float) -> str:
    """Rounds down to a tenth of a percent, so that 100 % means all of them."""
    return f"{int(1000 * share) / 10:g} %"


def _kills(audit: "MutantAudit", check: str) -> list[str]:
    if not audit.all_checks:
        return []
    kills, alone = audit.kills(check)
    only = f", {alone} of them alone" if alone else ""
    return [f"{kills:4} {check}{only}"]


def _survivor(trial: "Trial") -> list[str]:
    mutant = trial.mutant
    which = f" (number {mutant.place} of its kind)" if mutant.place > 1 else ""
    return [
        f"passes every check: {mutant.operator.name} in {mutant.function}{which}",
        *(f"  {line}" for line in mutant.diff.split("\n")),
        f"  {mutant.operator.test}",
    ]

"""Writes grades as a CSV file, for Canvas, for Moodle, or a plain one.

Scores are the gradebook's: given by checks and by hand, less the penalty for lateness, as `nbgrader export` has them.
A roster, a CSV file from the platform, gives each learner's names and numbers there; without it the gradebook's names
are used. Nothing is written if it cannot be told whose a score is (`gradebook.roster`).
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.core.course import Course, Topic
from autograder.core.media import for_sentence, for_spreadsheet
from autograder.core.outcomes import UsageError
from autograder.core.text import number_text
from autograder.gradebook.config import course_directory, open_gradebook
from autograder.gradebook.roster import Roster, match

Format = Literal["canvas", "moodle", "csv"]
_IDENTITY = {
    "canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
    "moodle": ("First name", "Last name", "ID number", "Email address"),
    "csv": ("Student",),
}
_CANVAS_TOO = ("LastName", "FirstName", "Integration ID", "Root Account")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_POINTS = "    Points Possible"  # Canvas writes it with these blanks


@dataclass
class Person:
    """A learner as the gradebook knows them.

    Attributes:
        scores: points by assignment; without the assignments that were not submitted.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""
    scores: dict[str, float] = field(default_factory=dict)


@dataclass
class Grades:
    """The grades of a class.

    Attributes:
        people: the learners, with their points.
        possible: the points of each assignment.
        waiting: for each assignment the number of submissions that still wait for a score by hand.
    """

    people: list[Person]
    possible: dict[str, float]
    waiting: dict[str, int]


def read_grades(course: Course, topics: list[Topic]) -> Grades:
    """Reads the grades of these assignments from the gradebook.

    Raises:
        UsageError: the gradebook does not know an assignment.
    """
    from nbgrader.api import MissingEntry

    with open_gradebook(course_directory(course.root)) as gradebook:
        people = {
            row.id: Person(row.id, row.first_name or "", row.last_name or "", row.email or "", row.lms_user_id or "")
            for row in gradebook.students
        }
        possible, waiting = {}, {}
        for topic in topics:
            try:
                assignment = gradebook.find_assignment(topic.slug)
            except MissingEntry:
                raise UsageError(
                    f"The gradebook does not know {topic.slug}. Run `autograder build {topic.slug}` and "
                    f"`autograder grade {topic.slug}`."
                ) from None
            possible[topic.slug] = float(assignment.max_score)
            waiting[topic.slug] = sum(bool(row.needs_manual_grade) for row in assignment.submissions)
            for row in assignment.submissions:
                score = max(0.0, row.score - row.late_submission_penalty)
                people[row.student_id].scores[topic.slug] = score
    return Grades(sorted(people.values(), key=lambda person: person.student), possible, waiting)


def table(
    grades: Grades, style: Format, roster: Roster | None = None, decimal: str = "."
) -> tuple[list[list[str]], list[str]]:
    """Returns the rows of the file, and a sentence for each thing that a teacher should know.

    Args:
        grades: the grades.
        style: the platform.
        roster: the platform's list of learners; its columns are kept.
        decimal: what stands before the decimals.

    Raises:
        UsageError: the roster has none of the platform's columns, or none of the learners, or it cannot be told
            which row is whose.
    """
    columns = list(_IDENTITY[style])
    notes = [
        f"{slug}: {number} still to be read by hand; a score that is not given yet counts as 0."
        for slug, number in grades.waiting.items()
        if number
    ]
    identities, scores = _without_roster(grades, style), [person.scores for person in grades.people]
    if roster is None:
        notes += _without_doubles(identities)
    else:
        key = roster.key_for(person.student for person in grades.people)
        columns = _kept_columns(roster, style, key)
        identities, scores, missing = _with_roster(grades, roster, key)
        if missing:
            notes.append(f"Not in the roster, and not in the file: {', '.join(map(for_sentence, missing))}.")
    headings = [_heading(slug, style, roster) for slug in grades.possible]
    rows = [[*columns, *headings]]
    if style == "canvas":
        rows.append(
            [
                _POINTS,
                *[""] * (len(columns) - 1),
                *(_number(grades.possible[slug], decimal) for slug in grades.possible),
            ]
        )
    for identity, of_person in zip(identities, scores, strict=True):
        cells = [identity.get(name, "") for name in columns]
        rows.append(
            [*cells, *(_number(of_person[slug], decimal) if slug in of_person else "" for slug in grades.possible)]
        )
    return rows, notes


def _without_roster(grades: Grades, style: Format) -> list[dict[str, str]]:
    return [
        {
            "Student": person.student if style == "csv" else _full_name(person),
            "SIS User ID": person.number,
            "SIS Login ID": person.student,
            "First name": person.first_name,
            "Last name": person.last_name,
            "ID number": person.number or person.student,
            "Email address": person.email,
        }
        for person in grades.people
    ]


def _full_name(person: Person) -> str:
    """Returns a name in Canvas's form, "Lovelace, Ada"; without a name the student's id."""
    return ", ".join(name for name in (person.last_name, person.first_name) if name) or person.student


def _without_doubles(identities: list[dict[str, str]]) -> list[str]:
    """Empties what two learners share and a platform could match by, and returns a sentence for each."""
    notes = []
    for name in ("SIS User ID", "ID number", "Email address"):
        counts = Counter(identity[name].casefold() for identity in identities)
        for double in sorted(value for value, count in counts.items() if value and count > 1):
            alike = [identity for identity in identities if identity[name].casefold() == double]
            who = ", ".join(for_sentence(identity["SIS Login ID"]) for identity in alike)
            notes.append(
                f"{who} have the same {name}, {for_sentence(double)}. It is left out: correct it in the gradebook."
            )
            for identity in alike:
                identity[name] = ""
    return notes


def _kept_columns(roster: Roster, style: Format, key: str) -> list[str]:
    """Returns the columns of the roster that say who a learner is.

    Canvas imports its own headings only. Moodle lets a teacher map any heading, so that its own language is kept.

    Raises:
        UsageError: Canvas would know none of them.
    """
    if style == "canvas":
        kept = [name for name in roster.heading if name in {*_IDENTITY[style], *_CANVAS_TOO}]
        if not kept:
            known, has = ", ".join(_IDENTITY[style]), ", ".join(map(for_sentence, roster.heading[:8]))
            raise UsageError(f"The roster has none of the columns that canvas knows: {known}. It has: {has}.")
        return kept
    added = "student" if style == "moodle" else ""  # a teacher's own column, for `key`
    return [name for name in roster.identity() if name.casefold() != added] or [key]


def _with_roster(
    grades: Grades, roster: Roster, key: str
) -> tuple[list[dict[str, str]], list[dict[str, float]], list[str]]:
    """Returns the roster's rows, the scores of each row's learner, and the graded learners that have no row."""
    people = {person.student: person for person in grades.people}
    graded = {student for student, person in people.items() if person.scores}
    matched = match([row[key] for row in roster.rows if row[key].strip()], people, graded)
    students = [matched.get(row[key]) for row in roster.rows]
    missing = sorted(graded - set(students))
    return roster.rows, [people[student].scores if student else {} for student in students], missing


def _heading(slug: str, style: Format, roster: Roster | None) -> str:
    """Returns the name of the assignment's column: Canvas's own, "topic (number)", if the roster has it."""
    if style == "canvas" and roster is not None:
        for name in roster.heading:
            if re.fullmatch(rf"{re.escape(slug)}( \(\d+\))?", name):
                return name
    return slug


def _number(value: float, decimal: str) -> str:
    return number_text(value, digits=4).replace(".", decimal)


def write(rows: list[list[str]], path: Path, separator: str = ",", *, bom: bool = False) -> None:
    """Writes rows as CSV, each cell so that no spreadsheet takes it for a formula.

    Args:
        rows: the rows, with the heading.
        path: the file.
        separator: what stands between two cells.
        bom: whether the file begins with a byte order mark, without which Excel does not take it for UTF-8.

    Raises:
        UsageError: the file cannot be written.
    """
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(map(for_spreadsheet, row) for row in rows)
    try:
        path.write_text(text.getvalue(), "utf-8-sig" if bom else "utf-8")
    except OSError as error:
        other = "Say --output with a file in another folder."
        raise UsageError(f"{for_sentence(path)} cannot be written: {error.strerror}. {other}") from None

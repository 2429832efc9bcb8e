"""Writes grades as a CSV file, for Canvas, for Moodle, or a plain one.

Scores are the gradebook's: given by checks and by hand, less the penalty for lateness, as `nbgrader export` has them.
A roster, a CSV file from the platform, gives each learner's names and numbers there; without it the gradebook's names
are used.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.core.course import Course, Topic
from autograder.core.outcomes import UsageError
from autograder.core.text import number_text
from autograder.gradebook.config import course_directory
from autograder.gradebook.state import naming_drivers

Format = Literal["canvas", "moodle", "csv"]
_IDENTITY = {
    "canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
    "moodle": ("First name", "Last name", "ID number", "Email address"),
    "csv": ("Student",),
}
_KEEP = {"canvas": {"Root Account"}, "moodle": {"Username", "Institution", "Department"}, "csv": set[str]()}
_POINTS = "    Points Possible"  # Canvas writes it with these blanks
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


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


@dataclass(frozen=True)
class Roster:
    """The platform's list of learners: the names of the columns, and a row for each learner."""

    heading: list[str]
    rows: list[dict[str, str]]

    def key_for(self, students: Iterable[str]) -> str:
        """Returns the column that holds most of the gradebook's names of learners.

        Raises:
            UsageError: no column holds any of them.
        """
        known = {student.casefold() for student in students}
        hits = {name: sum(row[name].strip().casefold() in known for row in self.rows) for name in self.heading}
        best = max(hits, key=lambda name: hits[name])
        if not hits[best]:
            raise UsageError(
                "No column of the roster holds the names that the gradebook uses "
                f"({', '.join(sorted(known)[:3])} ...). Add one, called student."
            )
        return best


def read_grades(course: Course, topics: list[Topic]) -> Grades:
    """Reads the grades of these assignments from the gradebook.

    Raises:
        UsageError: the gradebook does not know an assignment.
    """
    from nbgrader.api import Gradebook, MissingEntry

    coursedir = course_directory(course.root)
    with naming_drivers():
        connection = Gradebook(coursedir.db_url, coursedir.course_id)
    with connection as gradebook:
        people = {
            row.id: Person(row.id, row.first_name or "", row.last_name or "", row.email or "", row.lms_user_id or "")
            for row in gradebook.students
        }
        possible, waiting = {}, {}
        for topic in topics:
            try:
                assignment = gradebook.find_assignment(topic.slug)
            except MissingEntry:
                raise UsageError(f"The gradebook does not know {topic.slug}: grade it first.") from None
            possible[topic.slug] = float(assignment.max_score)
            waiting[topic.slug] = sum(bool(row.needs_manual_grade) for row in assignment.submissions)
            for row in assignment.submissions:
                score = max(0.0, row.score - row.late_submission_penalty)
                people[row.student_id].scores[topic.slug] = score
    return Grades(sorted(people.values(), key=lambda person: person.student), possible, waiting)


def read_roster(path: Path) -> Roster:
    """Reads a roster: any CSV file with a heading.

    Raises:
        UsageError: the file cannot be read, or has no heading or no rows.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text: save it as CSV UTF-8.") from None
    lines = text.splitlines()
    separator = max(",;\t", key=(lines or [""])[0].count)
    table = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in row)]
    if len(table) < 2:
        raise UsageError(f"{path} is not a roster: it needs a heading and a row for each learner.")
    heading = [name.strip() for name in table[0]]
    rows = [dict(zip(heading, row + [""] * len(heading), strict=False)) for row in table[1:]]
    return Roster(heading, [row for row in rows if "points possible" not in row[heading[0]].casefold()])


def table(grades: Grades, style: Format, roster: Roster | None = None) -> tuple[list[list[str]], list[str]]:
    """Returns the rows of the file, and a sentence for each thing that a teacher should know.

    Args:
        grades: the grades.
        style: the platform.
        roster: the platform's list of learners; its columns are kept.

    Raises:
        UsageError: the roster has none of the platform's columns, or none of the learners.
    """
    columns = list(_IDENTITY[style])
    notes = [
        f"{slug}: {number} still to be read by hand; a score that is not given yet counts as 0."
        for slug, number in grades.waiting.items()
        if number
    ]
    identities, scores = _without_roster(grades, style), [person.scores for person in grades.people]
    if roster is not None:
        columns = [name for name in roster.heading if name in {*columns, *_KEEP[style]}]
        if not columns:
            raise UsageError(f"The roster has none of the columns that {style} knows: {', '.join(_IDENTITY[style])}.")
        identities, scores, missing = _with_roster(grades, roster)
        if missing:
            notes.append(f"Not in the roster, and not in the file: {', '.join(missing)}.")
    headings = [_heading(slug, style, roster) for slug in grades.possible]
    rows = [[*columns, *headings]]
    if style == "canvas":
        rows.append(
            [_POINTS, *[""] * (len(columns) - 1), *(_number(grades.possible[slug]) for slug in grades.possible)]
        )
    for identity, of_person in zip(identities, scores, strict=True):
        cells = [without_formula(identity.get(name, "")) for name in columns]
        rows.append([*cells, *(_number(of_person[slug]) if slug in of_person else "" for slug in grades.possible)])
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


def _with_roster(grades: Grades, roster: Roster) -> tuple[list[dict[str, str]], list[dict[str, float]], list[str]]:
    """Returns the roster's rows, the scores of each row's learner, and the graded learners that have no row."""
    key = roster.key_for(person.student for person in grades.people)
    people = {person.student.casefold(): person for person in grades.people}
    matches = [people.get(row[key].strip().casefold()) for row in roster.rows]
    listed = {person.student for person in matches if person}
    missing = [person.student for person in grades.people if person.scores and person.student not in listed]
    return roster.rows, [person.scores if person else {} for person in matches], missing


def _heading(slug: str, style: Format, roster: Roster | None) -> str:
    """Returns the name of the assignment's column: Canvas's own, "topic (number)", if the roster has it."""
    if style == "canvas" and roster is not None:
        for name in roster.heading:
            if re.fullmatch(rf"{re.escape(slug)}( \(\d+\))?", name):
                return name
    return slug


def _number(value: float) -> str:
    return number_text(value, digits=4)


def without_formula(text: str) -> str:
    """Returns text that no spreadsheet takes for a formula: a quote stands before a sign that would begin one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def write(rows: list[list[str]], path: Path) -> None:
    """Writes rows as CSV.

    Raises:
        UsageError: the file cannot be written.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    try:
        path.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None

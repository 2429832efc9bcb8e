"""Exported grades: files that Canvas and Moodle import, without formulas that a spreadsheet would run."""

import csv
import sqlite3
from pathlib import Path

import pytest

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course
from autograder.core.outcomes import UsageError
from autograder.gradebook.roster import Roster, read_roster
from autograder.reports.export import Grades, Person, read_grades, table, write

from ...conftest import SLUG
from ..temporary import TemporaryCourse

MARKS = Grades(
    [
        Person("ada", "Ada", "Lovelace", "ada@x.edu", "7", {"01_a": 3.5, "02_b": 0.0}),
        Person("bo", scores={"01_a": 2 / 3}),
        Person("=cmd()", "=1+1", scores={}),
    ],
    {"01_a": 4.0, "02_b": 10.0},
    {"01_a": 0, "02_b": 2},
)
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01_a (4711),Final
Points Possible,,,,,4.0,
"Lovelace, Ada",101,s7,ADA,M1,,
"Nobody, Else",102,s8,else,M1,,
"""


def roster(tmp_path: Path, text: str) -> Roster:
    (tmp_path / "roster.csv").write_text(text, "utf-8-sig")
    return read_roster(tmp_path / "roster.csv")


def test_canvas_gets_its_own_columns_and_the_points_possible(tmp_path: Path) -> None:
    rows, told = table(MARKS, "canvas", roster(tmp_path, CANVAS))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_a (4711)", "02_b"],
        ["    Points Possible", "", "", "", "", "4", "10"],
        ["Lovelace, Ada", "101", "s7", "ADA", "M1", "3.5", "0"],
        ["Nobody, Else", "102", "s8", "else", "M1", "", ""],
    ]
    assert told == [
        "02_b: 2 still to be read by hand; a score that is not given yet counts as 0.",
        "Not in the roster, and not in the file: bo.",
    ]


def test_without_a_roster_the_gradebooks_names_have_to_do() -> None:
    rows, _ = table(MARKS, "canvas")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_a", "02_b"]
    assert rows[2] == ["Lovelace, Ada", "", "7", "ada", "", "3.5", "0"]
    rows, _ = table(MARKS, "moodle")
    assert rows[:3] == [
        ["First name", "Last name", "ID number", "Email address", "01_a", "02_b"],
        ["Ada", "Lovelace", "7", "ada@x.edu", "3.5", "0"],
        ["", "", "bo", "", "0.6667", ""],
    ]
    assert table(MARKS, "csv")[0][:2] == [["Student", "01_a", "02_b"], ["ada", "3.5", "0"]]


def test_moodle_takes_a_roster_by_email_and_with_semicolons(tmp_path: Path) -> None:
    rows, _ = table(
        MARKS, "moodle", roster(tmp_path, "student;Email address;Department\nada;a@x.edu;CS\nbo;b@x.edu;CS\n")
    )
    assert rows[0] == ["Email address", "Department", "01_a", "02_b"]
    assert rows[1:] == [["a@x.edu", "CS", "3.5", "0"], ["b@x.edu", "CS", "0.6667", ""]]


def test_formulas_in_names_do_not_reach_the_file_and_the_numbers_come_back(tmp_path: Path) -> None:
    for style in ("canvas", "moodle", "csv"):
        rows, _ = table(MARKS, style)
        write(rows, tmp_path / "g.csv")
        with (tmp_path / "g.csv").open(encoding="utf-8", newline="") as file:
            again = list(csv.reader(file))
        assert [[cell.replace("'=", "=") for cell in row] for row in again] == rows
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in again for cell in row)
        assert any("'=" in cell for row in again for cell in row)
        ada = next(row for row in again if "ada" in row or "Ada" in row or "Lovelace, Ada" in row)
        assert [float(cell) for cell in ada[-2:]] == [3.5, 0.0]


def test_a_file_for_excel_begins_with_its_mark(tmp_path: Path) -> None:
    rows = [["Student", "01_a"], ["žofie", "3"]]
    write(rows, tmp_path / "g.csv", bom=True)
    assert (tmp_path / "g.csv").read_bytes() == b"\xef\xbb\xbf" + "Student,01_a\nžofie,3\n".encode()
    write(rows, tmp_path / "g.csv")
    assert (tmp_path / "g.csv").read_text("utf-8") == "Student,01_a\nžofie,3\n"
    assert read_roster(tmp_path / "g.csv").rows == [{"Student": "žofie", "01_a": "3"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_roster_in_unicode_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "r.csv").write_text("student\tName\nžofie\tŽofie Łuczak\n", encoding)
    assert read_roster(tmp_path / "r.csv").rows == [{"student": "žofie", "Name": "Žofie Łuczak"}]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"student\n", "is not a roster: it needs a heading and a row for each learner."),
        (b"", "is not a roster"),
        (b"\xff\xfe\x00", "is not UTF-8 text: save it as CSV UTF-8."),
        ("student;Name\njörg;Jörg\n".encode("cp1252"), "is not UTF-8 text: save it as CSV UTF-8."),
        ("student;Name\nada;Ada\n".encode("utf-16-le"), "is not UTF-8 text: save it as CSV UTF-8."),
        (b"PK\x03\x04\x00\x00", "is not UTF-8 text: save it as CSV UTF-8."),
    ],
)
def test_a_roster_that_is_none_is_refused(tmp_path: Path, data: bytes | None, says: str) -> None:
    if data is not None:
        (tmp_path / "r.csv").write_bytes(data)
    with pytest.raises(UsageError, match=says.replace(".", r"\.")):
        read_roster(tmp_path / "r.csv")


def test_a_roster_of_strangers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No column of the roster holds the names that the gradebook uses"):
        table(MARKS, "canvas", roster(tmp_path, "Student,ID\nX,1\n"))
    with pytest.raises(UsageError, match=r"none of the columns that canvas knows: Student.* It has: pupil, colour\."):
        table(MARKS, "canvas", roster(tmp_path, "pupil,colour\nada,1\n"))


def test_a_line_that_canvas_adds_is_nobodys(tmp_path: Path) -> None:
    posted = CANVAS.replace("Points Possible", ",,,,,Manual Posting,\n    Points Possible")
    assert table(MARKS, "canvas", roster(tmp_path, posted)) == table(MARKS, "canvas", roster(tmp_path, CANVAS))
    others = "LastName,FirstName,ID,SIS Login ID,Section,01_a (4711)\n,,,,,Manual Posting\nLovelace,Ada,101,ada,S,\n"
    rows, _ = table(MARKS, "canvas", roster(tmp_path, others))
    assert [row[:3] for row in rows[2:]] == [["Lovelace", "Ada", "101"]]


@pytest.mark.parametrize(
    "heading",
    [
        "Vorname;Nachname;ID-Nummer;E-Mail-Adresse",
        "Prénom;Nom;Numéro d'identification;Adresse de courriel",
        "Nombre;Apellido(s);Número de ID;Dirección de correo",
    ],
)
def test_moodles_own_language_is_kept(tmp_path: Path, heading: str) -> None:
    rows, _ = table(MARKS, "moodle", roster(tmp_path, f"{heading};Aufgabe: x (Punkte)\nAda;Lovelace;ada;a@x.edu;3\n"))
    assert rows == [[*heading.split(";"), "01_a", "02_b"], ["Ada", "Lovelace", "ada", "a@x.edu", "3.5", "0"]]


def test_an_identity_that_two_share_is_left_out(tmp_path: Path) -> None:
    twins = Grades([Person("ada", email="A@x"), Person("bo", email="a@x", scores={"01_a": 1.0})], {"01_a": 4.0}, {})
    rows, told = table(twins, "moodle")
    assert [row[3] for row in rows[1:]] == ["", ""]
    assert told == ["ada, bo have the same Email address, a@x. It is left out: correct it in the gradebook."]


def test_a_spreadsheet_gets_its_own_separator_and_decimals(tmp_path: Path) -> None:
    rows, _ = table(MARKS, "csv", decimal=",")
    write(rows, tmp_path / "grades.csv", ";")
    assert (tmp_path / "grades.csv").read_text() == "Student;01_a;02_b\nada;3,5;0\nbo;0,6667;\n'=cmd();;\n"


def test_the_totals_are_those_of_nbgraders_own_export(temporary: TemporaryCourse) -> None:
    topic = Course(temporary.root).topic(SLUG)
    for student in (CLASS[0], CLASS[6]):
        temporary.hand_in(student.name, submission(topic, student))
    temporary.run("autograder", "grade", SLUG)
    with sqlite3.connect(temporary.root / "build" / "gradebook.db") as books:  # a score by hand, and a late one
        books.execute(
            "update grade set manual_score = 2, needs_manual_grade = 0 where id in (select grade.id from grade "
            "join base_cell on cell_id = base_cell.id where auto_score is null)"
        )
        books.execute("update submitted_notebook set late_submission_penalty = 1.5 where rowid = 1")
    books.close()
    output = temporary.run("autograder", "export", SLUG, "--format", "moodle")
    assert f"2 learners, {SLUG}: " in output
    temporary.run("nbgrader", "export")
    with (temporary.root / "grades.csv").open(newline="") as file:
        theirs = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["assignment"] == SLUG}
    ours = {person.student: person.scores[SLUG] for person in read_grades(Course(temporary.root), [topic]).people}
    assert ours == pytest.approx(theirs)
    assert len({round(score, 3) for score in ours.values()}) == 2
    with (temporary.root / "build" / f"grades-{SLUG}-moodle.csv").open(newline="") as file:
        written = {row["ID number"]: float(row[SLUG]) for row in csv.DictReader(file)}
    assert written == pytest.approx(theirs, abs=1e-4)

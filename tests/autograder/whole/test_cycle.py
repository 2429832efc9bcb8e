"""The whole cycle of the real nbgrader in a temporary course: release, fetch, submit, collect, grade, feed back."""

import json
import os
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.authoring.sample_class.students import CLASS, Student, submission
from autograder.batch.history import load
from autograder.core.course import Course
from autograder.notebooks.reader import Notebook, nbgrader_of
from autograder.notebooks.release import read_release
from autograder.reports.apart import OneByOne
from autograder.reports.feedback_page import write_pages
from autograder.sandbox import levels

from ...conftest import SLUG
from ..temporary import TABLES, TemporaryCourse


def test_the_whole_cycle(temporary: TemporaryCourse, tmp_path: Path) -> None:
    """Takes over 10 seconds: it runs eleven commands of nbgrader and ours, some with a sandbox."""
    temporary.run("nbgrader", "generate_assignment", SLUG, "--force")
    temporary.run("nbgrader", "release_assignment", SLUG, "--course", "gradwise")

    learner = tmp_path / "learner"
    learner.mkdir()
    shutil.copy(temporary.root / "nbgrader_config.py", learner)
    (learner / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'gradwise'\n"
        f"c.Exchange.root = {str(temporary.root / 'build' / 'exchange')!r}\n"
    )
    temporary.run("nbgrader", "fetch_assignment", SLUG, "--course", "gradwise", cwd=learner)
    fetched = learner / SLUG / f"{SLUG}.ipynb"
    assert "raise NotImplementedError" in fetched.read_text()
    fetched.write_bytes(submission(Course(temporary.root).topic(SLUG), CLASS[6]))  # greta: leaky-max
    temporary.run("nbgrader", "submit", SLUG, "--course", "gradwise", cwd=learner)
    temporary.run("nbgrader", "collect", SLUG, "--course", "gradwise")
    (student,) = (path.name for path in (temporary.root / "build" / "submitted").iterdir())

    temporary.run("nbgrader", "autograde", SLUG)
    assert 24 < temporary.score(student) < 25
    temporary.run("nbgrader", "generate_feedback", SLUG)
    page = (temporary.root / "build" / "feedback" / student / SLUG / f"{SLUG}.html").read_text()
    assert "Your <code>leaky_relu</code> takes the larger of slope·x and x." in " ".join(page.split())
    assert "leaky_relu has the right values for small slopes" in page
    assert "For example" in page
    temporary.run("autograder", "grade", SLUG)
    path = temporary.root / "build" / "feedback" / student / SLUG / f"{SLUG}.html"
    path.unlink()
    course = Course(temporary.root)
    usual = os.umask(0o077)  # as on a shared server
    try:
        with OneByOne() as one_by_one:
            write_pages(course, course.topic(SLUG), load(course, course.topic(SLUG)).values(), "full", one_by_one)
    finally:
        os.umask(usual)
    assert path.read_text() == page
    assert path.stat().st_mode & 0o777 == 0o644  # its learner has another account
    temporary.run("autograder", "feedback", SLUG)
    temporary.run("nbgrader", "release_feedback", SLUG, "--course", "gradwise")
    temporary.run("nbgrader", "fetch_feedback", SLUG, "--course", "gradwise", cwd=learner)
    (page,) = (path.read_text() for path in learner.rglob("*.html"))
    assert "What was checked" in page
    temporary.run("nbgrader", "export")
    assert f"{SLUG},,".split(",")[0] in (temporary.root / "grades.csv").read_text()


def test_what_nbgrader_graded_is_reported_and_what_was_removed_is_said(temporary: TemporaryCourse) -> None:
    """Takes over 10 seconds: it runs nine commands, two of them graders."""
    topic = Course(temporary.root).topic(SLUG)
    temporary.hand_in("ada", submission(topic, CLASS[6]))
    temporary.run("nbgrader", "autograde", SLUG)
    page = temporary.root / "build" / "feedback" / "ada" / SLUG / f"{SLUG}.html"
    temporary.run("autograder", "feedback", SLUG)
    assert "takes the larger" in page.read_text()
    assert f"{SLUG}: build/report/{SLUG}.html" in temporary.run("autograder", "report", SLUG)
    assert f"1 learner, {SLUG}: " in temporary.run("autograder", "export", "all")

    temporary.run("autograder", "grade", SLUG)  # then another attempt, graded by formgrader's button
    temporary.hand_in("ada", submission(topic, CLASS[0]))
    temporary.run("nbgrader", "autograde", SLUG, "--force")
    temporary.run("autograder", "feedback", SLUG)
    assert "takes the larger" not in page.read_text()

    temporary.run("nbgrader", "db", "assignment", "remove", SLUG, "--force")
    for command in (("feedback", SLUG), ("export", SLUG), ("export", "all")):
        output = temporary.run("autograder", *command, fails=True)
        assert "The gradebook does not know 02_activations" in " ".join(output.split()), command
        assert "autograder build 02_activations" in " ".join(output.split())
        assert "Traceback" not in output


def test_a_teacher_says_in_the_configuration_how_much_learners_read(temporary: TemporaryCourse) -> None:
    """Takes up to 10 seconds: feedback is made by both commands, in each detail."""
    temporary.hand_in("greta", submission(Course(temporary.root).topic(SLUG), CLASS[6]))
    temporary.run("autograder", "grade", SLUG)
    page = temporary.root / "build" / "feedback" / "greta" / SLUG / f"{SLUG}.html"
    config = temporary.root / "nbgrader_config.py"
    for policy, told, example in (("hints", True, False), ("score", False, False)):
        config.write_text(f"{config.read_text()}\nc.FeedbackPage.feedback = {policy!r}\n")
        for command in (("nbgrader", "generate_feedback", SLUG, "--force"), ("autograder", "feedback", SLUG)):
            page.unlink(missing_ok=True)
            temporary.run(*command)
            text = page.read_text()
            assert ("takes the larger" in text) == told, (policy, command)
            assert ("For example" in text) == example, (policy, command)
    config.write_text(f"{config.read_text()}\nc.FeedbackPage.feedback = 'all'\n")
    output = temporary.run("autograder", "feedback", SLUG, fails=True)
    assert "c.FeedbackPage.feedback is 'all'; it can be full, hints, score." in output


def test_downloads_of_a_learning_platform_are_collected(temporary: TemporaryCourse) -> None:
    folder = temporary.root / "downloaded" / SLUG / "archive"
    folder.mkdir(parents=True)
    topic = Course(temporary.root).topic(SLUG)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for student in CLASS[:2]:
            archive.writestr(f"{student.name}_{SLUG}.ipynb", submission(topic, student))
    temporary.run(
        "nbgrader",
        "zip_collect",
        SLUG,
        r"--FileNameCollectorPlugin.named_regexp=.*/(?P<student_id>[a-z]+)_(?P<file_id>02_activations)\.ipynb",
    )
    temporary.run("nbgrader", "autograde", SLUG)
    assert [temporary.score(student.name) for student in CLASS[:2]] == [25.0, 25.0]


def test_both_ways_in_leave_the_same_books_for_the_sample_class(
    temporary: TemporaryCourse, tmp_path: Path, long: bool
) -> None:
    """Takes 20 seconds: a third of the sample class, or all of it, is graded twice, once by nbgrader's autograde."""
    students = CLASS if long else CLASS[::3]
    empty = late_class(temporary, students, tmp_path)

    temporary.run("autograder", "grade", SLUG)
    ours, our_files = temporary.tables(), temporary.files()
    start_again(temporary, empty)
    temporary.run("nbgrader", "autograde", SLUG)

    theirs = temporary.tables()
    for table in TABLES:
        assert ours[table] == theirs[table], table
    assert our_files == temporary.files()
    assert [len(ours[table]) for table in TABLES] == [len(students) * n for n in (1, 1, 1, 10, 10)]
    penalties = {student: penalty for student, _, penalty in ours["submitted_notebook"]}
    assert penalties["ada"] == "25"  # late: the penalty takes all points
    assert {penalty for student, penalty in penalties.items() if student > "m"} == {"None"}


def test_both_ways_in_keep_the_same_of_what_a_person_wrote(temporary: TemporaryCourse, tmp_path: Path) -> None:
    """Takes up to 20 seconds: each way in grades a class twice, before and after a person's marks."""
    few = [student for student in CLASS if student.name in ("ada", "greta", "noor")]
    empty = late_class(temporary, few, tmp_path)
    states = []
    for command in (("autograder", "grade", SLUG), ("nbgrader", "autograde", SLUG, "--force")):
        temporary.run(*command)
        before = temporary.tables()
        grade_by_hand(temporary, few)
        temporary.run(*command, *(["--fresh"] if command[0] == "autograder" else []))
        temporary.run("nbgrader", "generate_feedback", SLUG)
        states.append((before, temporary.tables(), temporary.files(), temporary.files("feedback")))
        start_again(temporary, empty)
    (ours_before, ours, our_files, our_pages), (theirs_before, theirs, their_files, their_pages) = states
    assert ours_before == theirs_before
    for table in TABLES:
        assert ours[table] == theirs[table], table
    assert our_files == their_files
    assert our_pages == their_pages
    assert len(our_pages) == len(few) * 3  # the page, and the files beside it
    # the scores are kept, and marked for manual grading
    assert {(row[3], row[5]) for row in ours["grade"] if row[1] == "elu"} == {("1", "1")}
    assert {row[4] for row in ours["grade"] if row[1] == "relu"} == {"0.5"}
    assert {row[3] for row in ours["comment"] if row[1] == "write_elu"} == {"neat"}


def late_class(temporary: TemporaryCourse, students: Sequence[Student], tmp_path: Path) -> Path:
    """Submits for a class, half of it late, with a file beside each notebook. Returns a copy of the build folder."""
    topic = Course(temporary.root).topic(SLUG)
    for student in students:
        path = temporary.hand_in(student.name, submission(topic, student))
        late = student.name[0] < "m"
        (path.parent / "timestamp.txt").write_text(f"2026-01-{'20' if late else '02'} 03:04:05 UTC")
        (path.parent / "notes.txt").write_text("a file of their own")
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    temporary.run("nbgrader", "db", "assignment", "add", SLUG, "--duedate", "2026-01-10 00:00:00 UTC")
    return Path(shutil.copytree(temporary.root / "build", tmp_path / "empty"))


def start_again(temporary: TemporaryCourse, empty: Path) -> None:
    shutil.rmtree(temporary.root / "build")
    shutil.copytree(empty, temporary.root / "build")


def grade_by_hand(temporary: TemporaryCourse, students: Sequence[Student]) -> None:
    """Writes a teacher's scores and comments, and changes an automatic score in the database."""
    with Gradebook(f"sqlite:///{temporary.root}/build/gradebook.db", "gradwise") as gradebook:
        for student in students:
            gradebook.find_grade("xu_table", SLUG, SLUG, student.name).manual_score = 2.5
            gradebook.find_grade("elu", SLUG, SLUG, student.name).manual_score = 1.0
            gradebook.find_grade("relu", SLUG, SLUG, student.name).auto_score = 0.25
            gradebook.find_grade("relu", SLUG, SLUG, student.name).extra_credit = 0.5
            gradebook.find_comment("write_elu", SLUG, SLUG, student.name).manual_comment = "neat"
        gradebook.db.commit()


def test_a_broken_notebook_never_stops_the_class(temporary: TemporaryCourse) -> None:
    topic = Course(temporary.root).topic(SLUG)
    temporary.hand_in("ada", submission(topic, CLASS[0]))
    temporary.hand_in("binary", b"\x00\xff" * 1000)
    temporary.hand_in("empty", b"")
    temporary.hand_in("list", b"[]")
    temporary.hand_in("schema", json.dumps({"cells": [{"cell_type": "code"}], "nbformat": 99}).encode())
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.RunHiddenChecks.sandbox = {levels.available()[-1]!r}\n")
    output = temporary.run("nbgrader", "autograde", SLUG)
    assert output.count(f"Sandbox: {levels.words(levels.available()[-1])}.") == 1
    assert "Repaired: The file is not a notebook: nothing in it could be read." in output
    assert [temporary.score(name) for name in ("ada", "binary", "empty", "list", "schema")] == [25.0, 0, 0, 0, 0]


def test_every_grade_cell_has_a_report_and_a_plain_number(temporary: TemporaryCourse) -> None:
    temporary.hand_in("greta", submission(Course(temporary.root).topic(SLUG), CLASS[6]))
    temporary.run("autograder", "grade", SLUG)
    path = temporary.root / "build" / "autograded" / "greta" / SLUG / f"{SLUG}.ipynb"
    graded = json.loads(path.read_text())
    cells = [cell for cell in graded["cells"] if nbgrader_of(cell).get("grade") and cell["cell_type"] == "code"]
    assert len(cells) == 9
    for cell in cells:
        report, score = cell["outputs"]
        assert report["text"][0].startswith(f"{nbgrader_of(cell)['grade_id']}: ")
        assert float("".join(score["data"]["text/plain"])) <= nbgrader_of(cell)["points"]
    assert path.stat().st_mode & 0o777 == 0o444


def test_manual_scores_and_comments_are_kept_when_a_class_is_graded_again(temporary: TemporaryCourse) -> None:
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    temporary.run("autograder", "grade", SLUG)
    with Gradebook(f"sqlite:///{temporary.root}/build/gradebook.db", "gradwise") as gradebook:
        grade = gradebook.find_grade("xu_table", SLUG, SLUG, "ada")
        assert grade.auto_score is None
        assert grade.needs_manual_grade
        grade.manual_score = 2.5
        gradebook.find_comment("write_elu", SLUG, SLUG, "ada").manual_comment = "neat"
        gradebook.db.commit()
    temporary.run("autograder", "grade", SLUG)
    assert [row for row in temporary.rows() if row[1] == "xu_table" and row[3] == 2.5]
    assert [row for row in temporary.rows() if row[1] == "write_elu" and row[3] == "neat"]

    temporary.run("autograder", "feedback", SLUG)
    page = (temporary.root / "build" / "feedback" / "ada" / SLUG / f"{SLUG}.html").read_text()
    assert "27.5 of 28 points" in page
    assert re.search(r"<h3>From your teacher</h3>\s*(<p>)?neat", page)


def test_a_fault_stops_nbgrader_with_its_sentence_and_writes_no_grade(temporary: TemporaryCourse) -> None:
    """Takes up to 10 seconds: nbgrader's autograde runs once for each fault."""
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    checks = temporary.root / "autograder" / "checks" / f"test_{SLUG}.py"
    whole = checks.read_text()

    checks.write_text(whole + "\n\ndef test_stray(submission): pass\n")
    output = temporary.run("nbgrader", "autograde", SLUG, fails=True)
    assert "test_stray does not say its exercise: give it the `exercise` marker." in output
    assert "Traceback" not in output

    checks.write_text(whole + "\n\nundefined = 1 / 0\n")
    assert "ZeroDivisionError" in temporary.run("nbgrader", "autograde", SLUG, fails=True)

    body = 'expect.close(submission.elu(FAR, 0.6), reference.elu(FAR, 0.6), "0 times infinity is nan.")'
    checks.write_text(whole.replace(body, "missing_name"))
    assert "is broken: NameError" in temporary.run("nbgrader", "autograde", SLUG, fails=True)
    assert temporary.score("ada") == 0.0
    assert not temporary.files()
    checks.write_text(whole)

    temporary.environment |= {"PATH": "/nowhere", "GRADWISE_SANDBOX": "bubblewrap"}
    assert "bubblewrap is missing" in temporary.run("nbgrader", "autograde", SLUG, fails=True)
    assert "bubblewrap is missing" in temporary.run("autograder", "grade", SLUG, fails=True)
    assert temporary.score("ada") == 0.0


def test_validate_runs_the_visible_checks_and_shows_their_sentence(temporary: TemporaryCourse, tmp_path: Path) -> None:
    """Takes over 10 seconds: Validate starts a kernel for each of three notebooks."""
    release = read_release(Course(temporary.root).topic(SLUG).release)
    cells = [release.structure[name] for name in ("setup", "write_dead_fraction", "dead_fraction")]
    path = tmp_path / "part.ipynb"

    def validated(answer: str) -> str:
        written = {**cells[1], "source": f"def dead_fraction(H):\n    {answer}"}
        path.write_text(Notebook([cells[0], written, cells[2]], release.metadata).to_json())
        return temporary.run("nbgrader", "validate", str(path), cwd=tmp_path)

    assert "Success! Your notebook passes all the tests." in validated("return float((H <= 0).all(axis=0).mean())")
    assert "is not written yet" in validated("raise NotImplementedError")
    wrong = validated("return float((H <= 0).mean())")
    assert "✗ dead_fraction: visible check 1 of 2" in wrong
    assert "A unit is a column, dead if it is silent for every example." in " ".join(wrong.split())

"""Whose mark changes: what the gradebook exports, with what people gave and less what lateness costs."""

import json
import os

from nbgrader.api import Gradebook

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course

from ...conftest import SLUG
from ..temporary import TemporaryCourse


def test_a_late_mark_that_a_person_raised_changes_and_a_dry_run_says_so(temporary: TemporaryCourse) -> None:
    """Takes over 10 seconds: a class is graded five times."""
    topic = Course(temporary.root).topic(SLUG)
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    temporary.run("nbgrader", "db", "assignment", "add", SLUG, "--duedate", "2026-01-05 10:00:00 UTC")
    late = temporary.hand_in("ada", submission(topic, CLASS[0]))
    (late.parent / "timestamp.txt").write_text("2026-01-06 10:00:00 UTC")
    temporary.hand_in("greta", submission(topic, CLASS[6]))
    temporary.run("autograder", "grade", SLUG)
    with Gradebook(f"sqlite:///{temporary.root}/build/gradebook.db", "gradwise") as book:
        words = book.find_grade("xu_table", SLUG, SLUG, "ada")
        words.manual_score, words.needs_manual_grade = 2, False
        book.find_grade("relu", SLUG, SLUG, "greta").extra_credit = 0.5
        book.db.commit()
    tables, files = temporary.tables(), temporary.files()
    changed = "ada: 2.00 -> 0.00 (taken off for lateness 25.00 -> 27.00)"
    for _ in range(2):  # a dry run twice: the first one has written nothing
        output = temporary.run("autograder", "grade", SLUG, "--dry-run", "--json", "marks.json")
        assert f"1 mark changed:\n  {changed}" in output
    assert (temporary.tables(), temporary.files()) == (tables, files)
    trees = {tree["student"]: tree for tree in json.loads((temporary.root / "marks.json").read_text())}
    assert (trees["ada"]["mark_before"], trees["ada"]["mark_after"]) == (2.0, 0.0)
    assert trees["greta"]["mark_before"] == trees["greta"]["mark_after"] > 24.5

    assert f"1 mark changed:\n  {changed}" in temporary.run("autograder", "grade", SLUG)
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG, "--dry-run")
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG)


def test_what_is_done_to_a_submission_is_said(temporary: TemporaryCourse) -> None:
    path = temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    (path.parent / "timestamp.txt").write_text("yesterday, I swear")
    (path.parent / "data.txt").symlink_to("/etc/hostname")
    os.mkfifo(path.parent / "pipe")
    output = temporary.run("autograder", "grade", SLUG)
    assert "pipe was a named pipe; it was removed." in output
    assert "timestamp.txt holds no time; it was renamed, and the submission counts as in time." in output
    assert "data.txt was a link to '/etc/hostname'; it was removed, and not followed." in output

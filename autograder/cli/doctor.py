"""The command ``autograder doctor``: looks at all that building and grading need, and says what to do."""

import sys
from dataclasses import asdict

import click

from autograder.core.course import find_course

from .checkup import PROBLEM, examine
from .common import INCOMPLETE, guarded, say, write_json

_SIGNS = {"well": "✓", "note": "·", PROBLEM: "✗"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@guarded
def doctor(as_json: bool) -> None:
    """Looks at all that grading needs on this machine and in this course: what is well, and what to do.

    Nothing is changed. The exit code is 1 if something keeps the course from being graded.
    """
    findings = examine(find_course())
    if as_json:
        write_json([asdict(finding) for finding in findings], "-")
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            say(f"{_SIGNS[finding.state]} {finding.subject:{width}}  {finding.text}")
            if finding.advice:
                say(f"  {'':{width}}  -> {finding.advice}")
    if any(finding.state == PROBLEM for finding in findings):
        sys.exit(INCOMPLETE)

"""The command: ``autograder build | grade | audit | report``.

Exit codes: 0 when everything was done (whatever the scores), 1 when an audit falls short, 2 for a usage error,
3 for a fault of the grader.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from .course import Course, Topic, UsageError, find_course
from .engine import Graded, Job, course_seed, grade_all
from .outcomes import GraderFault
from .results import SubmissionResult, submission_from_json
from .submissions import find_jobs
from .tables import audit_table, class_table

FAULT = 3


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns our two kinds of error into a sentence and an exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from None
        except GraderFault as fault:
            click.echo(f"The grader is at fault, not a submission. {fault}", err=True)
            sys.exit(FAULT)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradwise")
def main() -> None:
    """Builds, grades and audits a course of notebooks."""


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@_guarded
def build(slugs: tuple[str, ...]) -> None:
    """Builds the learners' notebooks from the instructors' texts (all topics, if none is named)."""
    from .build import build as build_topics

    course = find_course()
    for topic in _topics(course, slugs):
        build_topics(course, [topic])
        click.echo(f"{topic.slug}: {_short(topic.release, course)}")


@main.command()
@click.argument("what", nargs=-1, required=True, metavar="TOPIC|FOLDER|FILE...")
@click.option("--assignment", metavar="TOPIC", help="The topic that loose files belong to.")
@click.option("--json", "json_path", metavar="FILE", help="Also write the results as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes grade; by default one a core.")
@_guarded
def grade(
    what: tuple[str, ...], assignment: str | None, json_path: str | None, seed: str | None, workers: int | None
) -> None:
    """Grades a topic's submitted folder, a folder like it, notebooks, or Python files.

    Of a course's own submissions the gradebook and the autograded notebooks are written too.
    """
    course = find_course()
    results: list[SubmissionResult] = []
    with _quiet_if(json_path == "-"):
        for topic, jobs, books in find_jobs(course, what, assignment):
            graded = _grade_topic(course, topic, jobs, seed, workers)
            if books is not None:
                from .gradebook import Entry  # nbgrader takes two seconds to import

                folders = books.submitted
                books.record([Entry(one.result.student, one.notebook, folders[one.result.student]) for one in graded])
            here = sorted((one.result for one in graded), key=lambda result: result.student)
            results += here
            click.echo(class_table(here))
            if books is not None:
                _keep(course, topic, here)
    if json_path is not None:
        _write_json([result.to_json() for result in results], json_path)


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--json", "json_path", metavar="FILE", help="Also write the audit as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@_guarded
def audit(slugs: tuple[str, ...], json_path: str | None, seed: str | None) -> None:
    """Proves the checks: the solution gets all points, the release none, every misconception loses."""
    from .audit import audit as audit_topic
    from .build import write_source

    course = find_course()
    audits = []
    for topic in tqdm(_topics(course, slugs), unit="topic", disable=None, leave=False):
        write_source(topic)
        audits.append(audit_topic(topic, seed or course_seed(course)))
    with _quiet_if(json_path == "-"):
        for one in audits:
            click.echo(audit_table(one))
    if json_path is not None:
        _write_json([one.to_json() for one in audits], json_path)
    if any(one.problems for one in audits):
        sys.exit(1)


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@_guarded
def report(slugs: tuple[str, ...]) -> None:
    """Writes the class report of graded topics as a web page (of all, if none is named)."""
    from .report import write_report

    course = find_course()
    for topic in _topics(course, slugs):
        kept = _results_path(course, topic)
        if not kept.is_file():
            if slugs:
                raise UsageError(f"{topic.slug} has not been graded: run `autograder grade {topic.slug}` first.")
            continue
        results = [submission_from_json(tree) for tree in json.loads(kept.read_text("utf-8"))]
        path = course.build / "report" / f"{topic.slug}.html"
        write_report(results, path)
        click.echo(f"{topic.slug}: {_short(path, course)}")


# --- helpers ----------------------------------------------------------------------------------------


def _topics(course: Course, slugs: tuple[str, ...]) -> list[Topic]:
    return [course.topic(slug) for slug in slugs] or course.topics


def _grade_topic(course: Course, topic: Topic, jobs: list[Job], seed: str | None, workers: int | None) -> list[Graded]:
    from .build import write_source

    write_source(topic)
    every = grade_all(topic, jobs, seed or course_seed(course), workers)
    return list(tqdm(every, total=len(jobs), desc=topic.slug, unit="submission", disable=None, leave=False))


def _keep(course: Course, topic: Topic, results: list[SubmissionResult]) -> None:
    path = _results_path(course, topic)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_json([result.to_json() for result in results], str(path))


def _results_path(course: Course, topic: Topic) -> Path:
    return course.build / "results" / f"{topic.slug}.json"


def _write_json(tree: Any, path: str) -> None:
    text = json.dumps(tree, indent=1, ensure_ascii=False) + "\n"
    if path == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def _short(path: Path, course: Course) -> str:
    return str(path.relative_to(course.root))


@contextmanager
def _quiet_if(silent: bool) -> Iterator[None]:
    """Keeps tables off the standard output when that carries JSON."""
    from contextlib import redirect_stdout

    if not silent:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield

"""The command: ``autograder build | grade | audit | report``.

Exit codes: 0 when everything was done (whatever the scores), 1 when an audit falls short, 2 for a usage error,
3 for a fault of the grader.
"""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from . import records
from .course import Course, Topic, UsageError, course_seed, find_course
from .outcomes import GraderFault
from .results import SubmissionResult
from .run import Options, Run, begin_early
from .sandbox import levels
from .sandbox.policy import AUTO, CHOICES
from .submissions import Batch, find_batches
from .tables import audit_table, changes_table, class_table

if TYPE_CHECKING:
    from .pages import Detail

# Exit codes. 0: all was graded, whatever the scores; 2 (click's own): the command was wrong.
INCOMPLETE = 1
FAULT = 3
STOPPED = 130
TERMINATED = 143


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns our two kinds of error into a sentence and an exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from None
        except GraderFault as fault:
            _warn(f"The grader is at fault, not a submission. {fault}")
            sys.exit(FAULT)
        except OSError as error:
            _warn(f"{error.filename or 'A file'} cannot be used: {error.strerror}. What was graded is kept.")
            sys.exit(FAULT)
        except Exception as error:
            if not type(error).__module__.startswith("sqlalchemy"):
                raise
            _warn(f"The gradebook cannot be used: {getattr(error, 'orig', error)}. What was graded is kept.")
            sys.exit(FAULT)

    return run


def _use(context: click.Context, option: click.Parameter, name: str) -> None:
    levels.use(name)


_sandbox = click.option(
    "--sandbox",
    type=click.Choice(CHOICES),
    default=AUTO,
    show_default=True,
    envvar=levels.VARIABLE,
    expose_value=False,
    callback=_use,
    help="What keeps student code in; none is for code that you would run yourself.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradwise")
def main() -> None:
    """Builds, grades and audits a course of notebooks."""


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@_guarded
def build(slugs: tuple[str, ...]) -> None:
    """Builds the learners' notebooks from the instructors' texts (all topics and pages, if none is named)."""
    from .build import build as build_topics
    from .build import build_pages

    course = find_course()
    for topic in _topics(course, slugs):
        build_topics(course, [topic])
        click.echo(f"{topic.slug}: {_short(topic.release, course)}")
    if not slugs:
        build_pages(course)


@main.command()
@click.argument("what", nargs=-1, required=True, metavar="TOPIC|FOLDER|FILE...")
@click.option("--assignment", metavar="TOPIC", help="The topic that loose files belong to.")
@click.option("--json", "json_path", metavar="FILE", help="Also write the results as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes grade; by default one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler, tcp://host:8786.")
@click.option("--student", "students", multiple=True, metavar="NAME", help="Only this student; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="Grade at most so many; the rest is left for another time.")
@click.option("--failed-only", is_flag=True, help="Only those who lost points when they were graded last.")
@click.option("--fresh", is_flag=True, help="Grade again what is known already.")
@click.option("--dry-run", is_flag=True, help="Show whose mark would change, and write nothing into the gradebook.")
@_sandbox
@_guarded
def grade(
    what: tuple[str, ...],
    assignment: str | None,
    json_path: str | None,
    seed: str | None,
    students: tuple[str, ...],
    failed_only: bool,
    **options: Any,
) -> None:
    """Grades a topic's submitted folder, a folder like it, notebooks, or Python files.

    Of a course's own submissions the gradebook and the autograded notebooks are written too. What was graded
    before is not graded again unless it, or what judges it, has changed.
    """
    course = find_course()
    _must_be_writable(json_path)
    if seed == "":
        raise UsageError("--seed is empty: leave it out to use the course's own secret.")
    how = Options(seed or course_seed(course), **options)
    results: list[SubmissionResult] = []
    complete = True
    begin_early(course, what, how)
    with _quiet_if(json_path == "-"), _ended_by_sigterm():
        for batch in find_batches(course, what, assignment):
            earlier = records.load(course, batch.topic) if batch.own else {}
            records.choose(batch, earlier, students, failed_only)
            here = _grade_batch(course, batch, how, earlier)
            results += here
            for sentence in batch.left_out:
                _warn(f"Not graded: {sentence}")
                complete = False
    if json_path is not None:
        _write_json([result.to_json() for result in results], json_path)
    if not complete:
        sys.exit(INCOMPLETE)


def _grade_batch(
    course: Course, batch: Batch, how: Options, earlier: dict[str, SubmissionResult]
) -> list[SubmissionResult]:
    results: list[SubmissionResult] = []
    run = Run(course, batch, how, _warn)
    progress = {"total": len(batch.jobs), "desc": batch.topic.slug, "unit": "submission", "disable": None}
    try:
        results.extend(tqdm(run.results(), **progress, leave=False))
        results.sort(key=lambda result: result.student)
        click.echo(class_table(results))
        if earlier:
            click.echo(changes_table(earlier, results))
        if run.left:
            click.echo(f"  {run.left} left for another time.")
        if batch.own and not how.dry_run:
            run.publish()
            records.save(course, batch, earlier, results)
    except KeyboardInterrupt:
        _warn("Stopped. What was graded is kept, and the gradebook is as it was: run the same again to go on.")
        sys.exit(STOPPED)
    finally:
        run.close()
    return results


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--json", "json_path", metavar="FILE", help="Also write the audit as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@_sandbox
@_guarded
def audit(slugs: tuple[str, ...], json_path: str | None, seed: str | None) -> None:
    """Proves the checks: the solution gets all points, the release none, every misconception loses."""
    from .audit import audit as audit_topic
    from .build import write_source

    course = find_course()
    _warn(levels.announcement())
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
@click.option(
    "--detail",
    type=click.Choice(["full", "hints", "score"]),
    default="full",
    show_default=True,
    help="What learners read: all of it; only what they misunderstood and which checks they lost; or points.",
)
@_guarded
def feedback(slugs: tuple[str, ...], detail: "Detail") -> None:
    """Writes the page that each learner reads, where `nbgrader release_feedback` takes it from."""
    from .pages import write_pages

    course = find_course()
    for topic in _topics(course, slugs):
        if results := _graded(course, topic, required=bool(slugs)):
            paths = write_pages(course, topic, tqdm(results, unit="page", disable=None, leave=False), detail)
            click.echo(f"{topic.slug}: {len(paths)} pages, {_short(paths[0], course)} and so on")


@main.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@_guarded
def report(slugs: tuple[str, ...]) -> None:
    """Writes the class report of graded topics as a web page (of all, if none is named)."""
    from .report import write_report

    course = find_course()
    for topic in _topics(course, slugs):
        if results := _graded(course, topic, required=bool(slugs)):
            path = course.build / "report" / f"{topic.slug}.html"
            write_report(results, path)
            click.echo(f"{topic.slug}: {_short(path, course)}")


# --- helpers ----------------------------------------------------------------------------------------


def _graded(course: Course, topic: Topic, *, required: bool) -> list[SubmissionResult]:
    results = list(records.load(course, topic).values())
    if not results and required:
        raise UsageError(f"{topic.slug} has not been graded: run `autograder grade {topic.slug}` first.")
    return results


def _topics(course: Course, slugs: tuple[str, ...]) -> list[Topic]:
    return [course.topic(slug) for slug in slugs] or course.topics


def _write_json(tree: Any, path: str) -> None:
    text = json.dumps(tree, indent=1, ensure_ascii=False) + "\n"
    if path == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def _must_be_writable(path: str | None) -> None:
    """Better now than after an hour of grading."""
    if path not in (None, "-") and not Path(str(path)).resolve().parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no such folder.")


def _warn(sentence: str) -> None:
    click.echo(sentence, err=True)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: with its processes."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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

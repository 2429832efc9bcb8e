"""The commands that a teacher needs besides grading: ``autograder audit | report | export | similar | new``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from autograder.core.course import Course, Topic, course_seed, find_course
from autograder.core.outcomes import UsageError

from .commands import INCOMPLETE, graded, guarded, must_be_writable, quiet_if, sandbox, short, topics, warn, write_json
from .sandbox import levels

if TYPE_CHECKING:
    from autograder.reports.export import Format


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--json", "json_path", metavar="FILE", help="Also write the audit as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--mutants", is_flag=True, help="Plant one small mistake after another in the solutions instead.")
@click.option("--all-checks", is_flag=True, help="With --mutants: put every check to each, and count what it finds.")
@click.option("--exercise", "only", multiple=True, metavar="NAME", help="With --mutants: only this one; repeatable.")
@click.option("--workers", type=click.IntRange(min=1), help="With --mutants: so many processes; by default one a core.")
@sandbox
@guarded
def audit(slugs: tuple[str, ...], json_path: str | None, seed: str | None, mutants: bool, **options: Any) -> None:
    """Proves the checks: the solution gets all points, the release none, every misconception loses.

    With --mutants: how many small mistakes in the solutions the checks find, and which ones they let pass.
    """
    from autograder.notebooks.source import write_source

    course = find_course()
    must_be_writable(json_path)
    secret = seed or course_seed(course)
    warn(levels.announcement())
    trees, holds = [], True
    with quiet_if(json_path == "-"):
        for topic in topics(course, slugs):
            write_source(topic)
            one = _mutants(topic, secret, **options) if mutants else _misconceptions(topic, secret)
            click.echo(one.table)
            trees.append(one.tree)
            holds = holds and one.holds
    if json_path is not None:
        write_json(trees, json_path)
    if not holds:
        sys.exit(INCOMPLETE)


class _Audited(NamedTuple):
    table: str
    tree: dict[str, Any]
    holds: bool


def _misconceptions(topic: Topic, seed: str) -> _Audited:
    from .audit import audit as audit_topic
    from .tables import audit_table

    one = audit_topic(topic, seed)
    return _Audited(audit_table(one), one.to_json(), not one.problems)


def _mutants(topic: Topic, seed: str, all_checks: bool, only: tuple[str, ...], workers: int | None) -> _Audited:
    from tqdm import tqdm

    from autograder.grading.pool import cores

    from .mutants.table import mutant_table
    from .mutants.trial import try_mutants

    with tqdm(desc=topic.slug, unit="mutant", disable=None, leave=False) as bar:
        number = workers or len(cores())
        one = try_mutants(topic, seed, only=only, all_checks=all_checks, workers=number, progress=bar.update)
    return _Audited(mutant_table(one), one.to_json(), one.holds)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--names", is_flag=True, help="Name the learners; without it they are numbers.")
@guarded
def report(slugs: tuple[str, ...], names: bool) -> None:
    """Writes a page for each graded topic, and one for the course: how the class did and what it misunderstood."""
    from autograder.reports.answers import Written
    from autograder.reports.class_report import write_course_report, write_report

    course = find_course()
    folder = course.build / "report"
    for topic in topics(course, slugs):
        if results := graded(course, topic, required=bool(slugs)):
            path = folder / f"{topic.slug}.html"
            write_report(results, path, names=names, code=Written(course, topic).function)
            click.echo(f"{topic.slug}: {short(path, course)}")
    everything = {topic.slug: graded(course, topic, required=False) for topic in course.topics}
    if not any(everything.values()):
        raise UsageError("Nothing has been graded yet: run `autograder grade TOPIC` first.")
    write_course_report(everything, folder / "course.html", names=names)
    click.echo(f"course: {short(folder / 'course.html', course)}")


@click.command()
@click.argument("what", metavar="TOPIC|all")
@click.option("--format", "style", type=click.Choice(["canvas", "moodle", "csv"]), default="csv", show_default=True)
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="The platform's list of learners, CSV.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it; else into build/.")
@guarded
def export(what: str, style: "Format", roster: Path | None, output: Path | None) -> None:
    """Writes the grades as a CSV file that Canvas or Moodle imports."""
    from autograder.reports import export as grades

    course = find_course()
    chosen = _in_gradebook(course) if what == "all" else [course.topic(what)]
    marks = grades.read_marks(course, chosen)
    rows, told = grades.table(marks, style, grades.read_roster(roster) if roster else None)
    path = output or course.build / f"grades-{what}-{style}.csv"
    grades.write(rows, path)
    click.echo(f"{len(marks.people)} learners, {', '.join(marks.possible)}: {path}")
    for sentence in told:
        warn(sentence)


def _in_gradebook(course: Course) -> list[Topic]:
    """The topics that have been graded."""
    found = [topic for topic in course.topics if graded(course, topic, required=False)]
    if not found:
        raise UsageError("Nothing has been graded yet: run `autograder grade TOPIC` first.")
    return found


@click.command()
@click.argument("slug", metavar="TOPIC")
@click.option("--at-least", type=click.IntRange(1, 100), default=80, show_default=True, help="Percent to be listed.")
@guarded
def similar(slug: str, at_least: int) -> None:
    """Lists answers that resemble each other, and writes a page to read them side by side."""
    from autograder.reports.answers import Written
    from autograder.reports.similarity import answer_of, boilerplate_of, write_similar
    from autograder.reports.similarity import similar as compared

    course = find_course()
    topic = course.topic(slug)
    written = Written(course, topic)
    answers = {student: answer_of(written.cells(student)) for student in written.students()}
    if not answers:
        raise UsageError(f"{slug} has not been graded: run `autograder grade {slug}` first.")
    pairs = compared(answers, boilerplate_of(topic), at_least / 100)
    path = course.build / "report" / f"{slug}-similar.html"
    write_similar(topic, pairs, len(answers), at_least / 100, path)
    for pair in pairs:
        click.echo(f"  {pair.share:4.0%}  {pair.one}  {pair.other}")
    click.echo(f"{len(answers)} answers compared, {len(pairs)} pairs to read: {short(path, course)}")


@click.command()
@click.argument("slug", metavar="TOPIC")
@guarded
def new(slug: str) -> None:
    """Begins a new topic: a text with one small exercise, its checks, wrong answers and a right one."""
    from .new import begin

    course = find_course()
    for path in begin(course, slug):
        click.echo(short(path, course))
    click.echo(f"Next: autograder build {slug}, then autograder audit {slug}.")


COMMANDS = (audit, report, export, similar, new)

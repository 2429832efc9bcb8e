"""Commands for reading and handing out the results: ``autograder feedback | report | export | similar``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.core.course import Course, Topic
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError

from .common import find_course, graded, guarded, progress, say, short, topics, warn

if TYPE_CHECKING:
    from autograder.reports.export import Format
    from autograder.reports.feedback_page import Detail


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option(
    "--detail",
    type=click.Choice(["full", "hints", "score"]),
    help="What learners read: all of it; only what they misunderstood and which checks they lost; or points. "
    "By default what nbgrader_config.py says in c.FeedbackPage.feedback.",
)
@guarded
def feedback(slugs: tuple[str, ...], detail: "Detail | None") -> None:
    """Writes the page that each learner reads, where `nbgrader release_feedback` takes it from."""
    from autograder.reports.feedback_page import feedback_detail, write_pages

    course = find_course()
    detail = detail or feedback_detail(course)
    for topic in topics(course, slugs):
        if results := graded(course, topic, required=bool(slugs)):
            paths = write_pages(course, topic, progress(results, topic.slug, "page"), detail)
            say(f"{topic.slug}: {len(paths)} pages, {short(paths[0], course)} and so on")


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--names", is_flag=True, help="Name the learners; without it they are numbers.")
@guarded
def report(slugs: tuple[str, ...], names: bool) -> None:
    """Writes a page for each graded topic, and one for the course: how the class did and what it misunderstood."""
    from autograder.reports.class_report import write_course_report, write_report
    from autograder.reports.graded_code import Written

    course = find_course()
    folder = course.build / "report"
    for topic in topics(course, slugs):
        if results := graded(course, topic, required=bool(slugs)):
            path = folder / f"{topic.slug}.html"
            write_report(results, path, names=names, code=Written(course, topic).function)
            say(f"{topic.slug}: {short(path, course)}")
    everything = {topic.slug: graded(course, topic, required=False) for topic in course.topics}
    if not any(everything.values()):
        raise UsageError("Nothing has been graded yet: run `autograder grade TOPIC` first.")
    write_course_report(everything, folder / "course.html", names=names)
    say(f"course: {short(folder / 'course.html', course)}")


@click.command()
@click.argument("what", metavar="TOPIC|all")
@click.option("--format", "style", type=click.Choice(["canvas", "moodle", "csv"]), default="csv", show_default=True)
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="The platform's list of learners, CSV.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it; else into build/.")
@click.option(
    "--separator",
    type=click.Choice(["comma", "semicolon", "tab"]),
    default="comma",
    show_default=True,
    help="What stands between two columns; spreadsheets of many languages want a semicolon.",
)
@click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    default="point",
    show_default=True,
    help="What stands before the decimals of a score.",
)
@guarded
def export(what: str, style: "Format", roster: Path | None, output: Path | None, separator: str, decimal: str) -> None:
    """Writes the grades as a CSV file that Canvas, Moodle or a spreadsheet reads."""
    from autograder.gradebook.roster import read_roster
    from autograder.reports import export as grades

    course = find_course()
    chosen = _in_gradebook(course) if what == "all" else [course.topic(what)]
    of_class = grades.read_grades(course, chosen)
    point = {"point": ".", "comma": ","}[decimal]
    rows, warnings = grades.table(of_class, style, read_roster(roster) if roster else None, point)
    path = output or course.build / f"grades-{what}-{style}.csv"
    grades.write(rows, path, grades.SEPARATORS[separator])
    say(f"{len(of_class.people)} learners, {', '.join(of_class.possible)}: {for_sentence(path)}")
    for sentence in warnings:
        warn(sentence)


def _in_gradebook(course: Course) -> list[Topic]:
    """Returns the topics that have been graded.

    Raises:
        UsageError: there are none.
    """
    topics_graded = [topic for topic in course.topics if graded(course, topic, required=False)]
    if not topics_graded:
        raise UsageError("Nothing has been graded yet: run `autograder grade TOPIC` first.")
    return topics_graded


@click.command()
@click.argument("slug", metavar="TOPIC")
@click.option("--at-least", type=click.IntRange(1, 100), default=80, show_default=True, help="Percent to be listed.")
@guarded
def similar(slug: str, at_least: int) -> None:
    """Lists answers that resemble each other, and writes a page to read them side by side."""
    from autograder.reports.graded_code import Written
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
        say(f"  {pair.share:4.0%}  {for_sentence(pair.first)}  {for_sentence(pair.second)}")
    say(f"{len(answers)} answers compared, {len(pairs)} pairs to read: {short(path, course)}")

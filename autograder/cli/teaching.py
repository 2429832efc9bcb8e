"""Commands for reading and handing out the results: ``autograder feedback | report | export | similar``."""

from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.core.results import SubmissionResult
from autograder.core.text import counted

from .common import end_with, find_course, graded, guarded, progress, say, short, topics, warn

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
    from autograder.reports.apart import OneByOne
    from autograder.reports.feedback_page import feedback_detail, write_pages

    course = find_course()
    detail = detail or feedback_detail(course)
    sentences: list[str] = []
    for topic in topics(course, slugs):
        if results := graded(course, topic, required=bool(slugs)):
            with OneByOne() as one_by_one:
                paths = write_pages(course, topic, progress(results, topic.slug, "page"), detail, one_by_one)
            more = " and so on" if paths[1:] else ""
            say(f"{topic.slug}: {counted(len(paths), 'page')}, {short(paths[0], course)}{more}")
            sentences += one_by_one.sentences(f"the page for {topic.slug} says only that it could not be made")
    end_with(sentences)


@click.command()
@click.argument("slugs", nargs=-1, metavar="[TOPIC]...")
@click.option("--names", is_flag=True, help="Name the learners; without it they are numbers.")
@guarded
def report(slugs: tuple[str, ...], names: bool) -> None:
    """Writes a page for each graded topic, and one for the course: how the class did and what it misunderstood."""
    from autograder.reports.apart import OneByOne
    from autograder.reports.class_report import course_report_of, report_of

    course = find_course()
    folder = course.build / "report"
    sentences: list[str] = []
    known: dict[str, list[SubmissionResult]] = {}
    for topic in topics(course, slugs):
        if results := known.setdefault(topic.slug, graded(course, topic, required=bool(slugs))):
            path = folder / f"{topic.slug}.html"
            of_topic = {result.student: result for result in results}
            with OneByOne() as one_by_one:
                write_whole(path, one_by_one.of_all(partial(report_of, course.root, topic, names), of_topic))
            say(f"{topic.slug}: {short(path, course)}")
            sentences += one_by_one.sentences(f"left out of the report of {topic.slug}")
    of_course: dict[str, list[SubmissionResult]] = {}
    for topic in course.topics:
        if topic.slug not in known:
            known[topic.slug] = graded(course, topic, required=False)
    for result in chain.from_iterable(known[topic.slug] for topic in course.topics):
        of_course.setdefault(result.student, []).append(result)
    if not of_course:
        raise UsageError("Nothing has been graded yet: run `autograder grade TOPIC` first.")
    with OneByOne() as one_by_one:
        write_whole(folder / "course.html", one_by_one.of_all(partial(course_report_of, names), of_course))
    say(f"course: {short(folder / 'course.html', course)}")
    end_with(sentences + one_by_one.sentences("left out of the report of the course"))


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
@click.option("--bom", is_flag=True, help="Begin with a byte order mark: Excel shows ä, é and ł only then.")
@guarded
def export(
    what: str, style: "Format", roster: Path | None, output: Path | None, separator: str, decimal: str, *, bom: bool
) -> None:
    """Writes the grades as a CSV file that Canvas, Moodle or a spreadsheet reads."""
    from autograder.gradebook.roster import read_roster
    from autograder.reports import export as grades

    course = find_course()
    chosen = _in_gradebook(course) if what == "all" else [course.topic(what)]
    of_class = grades.read_grades(course, chosen)
    point = {"point": ".", "comma": ","}[decimal]
    rows, warnings = grades.table(of_class, style, read_roster(roster) if roster else None, point)
    path = output or course.build / f"grades-{what}-{style}.csv"
    grades.write(rows, path, grades.SEPARATORS[separator], bom=bom)
    say(f"{counted(len(of_class.people), 'learner')}, {', '.join(of_class.possible)}: {for_sentence(path)}")
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
    from autograder.reports.apart import OneByOne
    from autograder.reports.graded_code import Written
    from autograder.reports.similarity import can_be_read, similar_in

    course = find_course()
    topic = course.topic(slug)
    students = Written(course, topic).students()
    if not students:
        raise UsageError(f"{slug} has not been graded: run `autograder grade {slug}` first.")
    with OneByOne() as one_by_one:
        kept = {name: name for name in students if one_by_one.of(name, partial(can_be_read, course.root, topic), name)}
        page, pairs = one_by_one.of_all(partial(similar_in, course.root, topic, at_least / 100), kept)
    path = course.build / "report" / f"{slug}-similar.html"
    write_whole(path, page)
    for first, second, share in pairs:
        say(f"  {share:4.0%}  {for_sentence(first)}  {for_sentence(second)}")
    compared = len(students) - len(one_by_one.lost)
    say(f"{counted(compared, 'answer')} compared, {counted(len(pairs), 'pair')} to read: {short(path, course)}")
    end_with(one_by_one.sentences("the answer could not be compared"))

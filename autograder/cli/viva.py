"""The command ``autograder viva``: sheets for an oral, and whom to ask."""

import secrets
from collections.abc import Collection
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.core.results import SubmissionResult
from autograder.core.text import counted
from autograder.sandbox import levels

from .common import end_with, find_course, graded, guarded, progress, sandbox, say, short, warn

if TYPE_CHECKING:
    from autograder.reports.apart import OneByOne
    from autograder.understanding.sampling import Signs
    from autograder.understanding.viva import Sheet


@click.command()
@click.argument("slug", metavar="TOPIC")
@click.option("--student", "students", multiple=True, metavar="NAME", help="A sheet for this learner; may be repeated.")
@click.option("--class", "whole_class", is_flag=True, help="A sheet for everybody.")
@click.option("--sample", type=click.IntRange(min=1), metavar="NUMBER", help="Sheets for so many learners, by lot.")
@click.option("--weighted", is_flag=True, help="With --sample: rather those of whom a talk would tell most.")
@click.option(
    "--seed", type=int, help="The number that the lot and the questions are drawn from; by default a new one."
)
@sandbox
@guarded
def viva(
    slug: str, students: tuple[str, ...], whole_class: bool, sample: int | None, weighted: bool, seed: int | None
) -> None:
    """Writes a sheet for a five-minute oral: questions on a learner's own submission, with the answers."""
    from autograder.reports.apart import OneByOne
    from autograder.understanding.sampling import chosen, reasons_for

    if [bool(students), whole_class, sample is not None].count(True) != 1:
        raise UsageError("Say whom to ask: --student NAME, or --class, or --sample NUMBER.")
    if weighted and sample is None:
        raise UsageError("--weighted belongs to --sample: it says how the lot is drawn.")
    course = find_course()
    topic = course.topic(slug)
    results = {result.student: result for result in graded(course, topic, required=True)}
    if unknown := [name for name in students if name not in results]:
        raise UsageError(f"{for_sentence(unknown[0])} has no graded submission of {slug}.")
    number = seed if seed is not None else secrets.randbelow(2**31)
    reasons: dict[str, list[str]] = {name: [] for name in results}
    asked = list(students) or list(results)
    warn(levels.announcement())
    with OneByOne(sandbox=True) as one_by_one:
        if weighted:
            reasons = reasons_for(results, one_by_one.of_all(partial(_signs, course, topic), results))
        if sample is not None:
            asked = chosen(reasons, sample, number, weighted=weighted)
        sheets = [
            _sheet(one_by_one, course, topic, results[name], number, reasons[name])
            for name in progress(asked, slug, "sheet", len(asked))
        ]
        of_sheets = {sheet.student: _plain(sheet) for sheet in sheets}
        page = one_by_one.of_all(partial(_page, slug), of_sheets)
    name = f"{slug}-viva-{_file_word(asked[0])}" if len(asked) == 1 else f"{slug}-viva"
    path = course.build / "report" / f"{name}.html"
    write_whole(path, page)
    for sheet in sheets:
        why = f": {' '.join(sheet.reasons)}" if sheet.reasons else ""
        say(f"  {for_sentence(sheet.student)}, {counted(len(sheet.items), 'question')}{for_sentence(why)}")
    say(f"{counted(len(sheets), 'sheet')}, with the answers: {short(path, course)} (seed {number})")
    end_with(one_by_one.sentences("no question could be made"))


def _sheet(
    one_by_one: "OneByOne", course: Course, topic: Topic, result: SubmissionResult, seed: int, reasons: list[str]
) -> "Sheet":
    """Returns the sheet of one learner, made in a process that may die; without questions if that fails."""
    from autograder.understanding.viva import Sheet

    made = one_by_one.of(result.student, partial(_sheet_here, course, topic, seed, reasons), result)
    if made is not None:
        return made
    note = f"No question could be made of this code ({one_by_one.lost[result.student]})."
    return Sheet(result.student, result.score, result.max_score, tuple(reasons), (), note)


def _sheet_here(course: Course, topic: Topic, seed: int, reasons: list[str], result: SubmissionResult) -> "Sheet":
    from autograder.grading.session import warm_sandbox
    from autograder.reports.graded_code import written
    from autograder.understanding.viva import sheet_for

    cells = written(course.root, topic).cells(result.student)
    return sheet_for(topic, result, cells, warm_sandbox(), seed, reasons)


def _page(slug: str, sheets: dict[str, dict[str, Any]]) -> str:
    from autograder.reports.viva_page import viva_page

    return viva_page(slug, list(sheets.values()))


def _plain(sheet: "Sheet") -> dict[str, Any]:
    tree = asdict(sheet)
    for item, of in zip(tree["items"], sheet.items, strict=True):
        item.update(item["question"], body=of.question.body)
    return tree


def _file_word(name: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "-" for char in name)[:60] or "learner"


def _signs(course: Course, topic: Topic, students: Collection[str]) -> "dict[str, Signs]":
    """Collects what is known of each learner: runs, resemblance, and style now and in earlier topics."""
    from autograder.reports.graded_code import Written
    from autograder.reports.similarity import answer_of, answer_to, similar
    from autograder.understanding.sampling import ALIKE, Signs, runs_in, style_of

    written = Written(course, topic)
    before = [Written(course, other) for other in course.topics if other.slug < topic.slug and other.release.is_file()]
    alike: dict[str, tuple[str, float]] = {}
    for pair in similar({name: answer_to(course.root, topic, name) for name in students}, ALIKE):
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            alike.setdefault(one, (other, pair.share))
    signs = {}
    for name in students:
        submitted = _submitted(course, topic, name)
        cells, runs = (runs_in(submitted.read_bytes()) if submitted else None) or (0, None)
        earlier = tuple(style_of(answer_of(one.cells(name))) for one in before)
        signs[name] = Signs(runs, cells, alike.get(name), style_of(answer_of(written.cells(name))), earlier)
    return signs


def _submitted(course: Course, topic: Topic, student: str) -> Path | None:
    from autograder.gradebook.config import course_directory

    folder = course_directory(course.root)
    path = Path(folder.format_path(folder.submitted_directory, student, topic.slug)) / f"{topic.slug}.ipynb"
    return path if path.is_file() and not path.is_symlink() else None

"""The command ``autograder collect``: a platform's download, understood, shown, and written for nbgrader."""

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.core.course import Course, Topic
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.core.text import clean, counted

from .common import INCOMPLETE, find_course, guarded, quiet_if, say, warn, write_json

if TYPE_CHECKING:
    from autograder.gradebook.archive import Item
    from autograder.gradebook.downloads import Submission

_NAME = 60  # letters of a name in the table


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[TOPIC] ARCHIVE")
@click.option(
    "--from",
    "platform",
    required=True,
    type=click.Choice(["moodle", "canvas", "blackboard", "gradescope", "folder"]),
    help="Whose names the files have; folder: a folder for each learner, or LEARNER_TOPIC.ipynb.",
)
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="The platform's list of learners, CSV.")
@click.option("--name-column", metavar="COLUMN", help="The roster's column with the names that the gradebook uses.")
@click.option("--timezone", metavar="ZONE", help="Where the platform's times are from, as Europe/Zurich; else here.")
@click.option("--json", "json_path", metavar="FILE", help="Also write what was understood as JSON; - for stdout.")
@click.option("--dry-run", is_flag=True, help="Show what was understood, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without a question.")
@guarded
def collect(
    words: tuple[str, ...],
    platform: str,
    roster: Path | None,
    name_column: str | None,
    timezone: str | None,
    json_path: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Takes submissions out of a platform's download: a zip archive, or the folder it was unpacked into.

    Shows who handed in what before anything is written. The last attempt counts; what lay there before is kept in
    build/replaced.
    """
    from autograder.gradebook.archive import open_archive
    from autograder.gradebook.downloads import plan
    from autograder.gradebook.platforms import READERS
    from autograder.gradebook.roster import read_roster

    course = find_course()
    archive, topic = _words(course, words)
    contents = open_archive(archive)
    topic = topic or _topic_of(course, contents.items)
    pieces, strange = READERS[platform](contents.items, topic.slug, _zone(timezone))
    coursedir, known = _places(course, topic)
    understood = plan(pieces, read_roster(roster) if roster else None, name_column, known)
    problems = [*contents.refused, *strange, *understood.refused]
    with quiet_if(json_path == "-"):
        say(_table(topic, understood.submissions))
        for sentence in problems:
            warn(f"Not collected: {for_sentence(sentence)}")
        for one in understood.submissions:
            if not one.notebooks:
                names = ", ".join(piece.file.name for piece in one.pieces[:4])
                warn(f"{for_sentence(one.student)} handed in no notebook: {for_sentence(names)}.")
        if json_path is not None:
            left = [{"not_collected": sentence} for sentence in problems]
            write_json([*map(_tree, understood.submissions), *left], json_path)
        if understood.refused and not understood.submissions:
            raise UsageError("Nothing was written: of none of these files it can be told whose they are.")
        if not understood.submissions:
            raise UsageError(f"Nothing in {for_sentence(archive)} is named as {platform} names submissions.")
        if not dry_run:
            _confirm(yes, len(understood.submissions))
            problems += _write(course, topic, understood.submissions, coursedir)
    if problems or not all(one.notebooks for one in understood.submissions):
        sys.exit(INCOMPLETE)


def _words(course: Course, words: tuple[str, ...]) -> tuple[Path, Topic | None]:
    topics = [topic for topic in course.topics if topic.slug in words]
    archives = [word for word in words if word not in [topic.slug for topic in topics]]
    if len(archives) != 1 or len(topics) > 1 or len(words) > 2:
        raise UsageError("Give the topic and one archive: autograder collect 02_activations class.zip --from moodle.")
    return Path(archives[0]), topics[0] if topics else None


def _topic_of(course: Course, items: "list[Item]") -> Topic:
    """Returns the only topic that is named in the names of the files.

    Raises:
        UsageError: no topic is named, or several are.
    """
    named = [topic for topic in course.topics if any(topic.slug in str(item.path).lower() for item in items)]
    if len(named) != 1:
        raise UsageError("Which topic is it? Say it before the archive: autograder collect 02_activations class.zip.")
    return named[0]


def _zone(name: str | None) -> tzinfo:
    if name is None:
        zone = datetime.now().astimezone().tzinfo
        assert zone is not None
        return zone
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"There is no time zone {name!r}. Zones are named as in Europe/Zurich or UTC.") from None


def _places(course: Course, topic: Topic) -> tuple[Any, set[str]]:
    """Returns nbgrader's view of the folders, and the names of learners that it has already."""
    from autograder.gradebook.config import across_students, course_directory
    from autograder.gradebook.marks import students

    coursedir = course_directory(course.root)
    parent, _ = across_students(coursedir.format_path(coursedir.submitted_directory, "*", topic.slug))
    folders = {path.name for path in parent.glob("*") if path.is_dir() and not path.name.startswith(".")}
    return coursedir, folders | students(course)


def _table(topic: Topic, submissions: "list[Submission]") -> str:
    """Returns a line for each learner: who the platform says it is, the notebook, when, and what was left aside."""
    rows = [
        (
            clean(one.student, _NAME),
            clean(one.who.name if one.who.name == one.who.key else f"{one.who.name} ({one.who.key})", _NAME),
            _what(one),
        )
        for one in submissions
    ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in (0, 1)]
    lines = [f"  {name:{widths[0]}}  {who:{widths[1]}}  {what}" for name, who, what in rows]
    return "\n".join([f"{topic.slug}: {counted(len(rows), 'learner')}", *lines])


def _what(one: "Submission") -> str:
    names = [piece.item.path.name if not one.when else piece.file.name for piece in one.notebooks]
    others = len(one.pieces) - len(names)
    parts = [clean(", ".join(names), 120) or "no notebook"]
    parts += [counted(others, "other file")] if others else []
    parts += [f"{one.when:%Y-%m-%d %H:%M} UTC"] if one.when else []
    parts += ["late"] if one.late else []
    parts += [f"earlier, not taken: {clean(', '.join(one.earlier), 120)}"] if one.earlier else []
    return ", ".join(parts)


def _tree(one: "Submission") -> dict[str, Any]:
    return {
        "student": one.student,
        "platform_name": one.who.name,
        "platform_id": one.who.key,
        "files": [str(piece.item.path) for piece in one.pieces],
        "earlier": one.earlier,
        "when": one.when and one.when.isoformat(),
        "late": one.late,
    }


def _confirm(yes: bool, number: int) -> None:
    if yes:
        return
    try:
        agreed = click.confirm(f"Write {counted(number, 'submission')}?", err=True)
    except click.Abort:
        agreed = False
    if not agreed:
        warn("Nothing was written. Say --yes to write without a question.")
        sys.exit(INCOMPLETE)


def _write(course: Course, topic: Topic, submissions: "list[Submission]", coursedir: Any) -> list[str]:
    """Writes the submissions, prints how many are new, and returns a sentence for each that could not be written."""
    from autograder.gradebook.downloads import write
    from autograder.gradebook.marks import due_date

    due = due_date(course, topic)
    late_at = due + timedelta(seconds=1) if due else None
    now = f"{datetime.now():%Y-%m-%d-%H%M%S}"
    counts: dict[str, int] = {}
    problems = []
    for one in submissions:
        place = Path(coursedir.format_path(coursedir.submitted_directory, one.student, topic.slug))
        done = write(one, place, topic.slug, course.build / "replaced" / now / one.student / topic.slug, late_at)
        if done.problem:
            problems.append(f"{one.student}: {done.problem}")
            warn(f"Not collected: {for_sentence(problems[-1])}")
        else:
            counts[done.what] = counts.get(done.what, 0) + 1
    if timeless := [one.student for one in submissions if one.late and one.when is None]:
        counted = "one second after the due date" if late_at else "in time, because the gradebook has no due date"
        names = ", ".join(timeless[:5]) + (" and others" if timeless[5:] else "")
        warn(f"The platform says that these came late, not when, so they count as {counted}: {for_sentence(names)}.")
    say("  " + ", ".join(f"{number} {what}" for what, number in counts.items()) + ".")
    return problems

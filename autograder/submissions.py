"""Finds what is to be graded: a topic's submitted folder, a folder like it, or loose files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import notebook
from .course import Course, Topic, UsageError
from .engine import Job
from .notebook import nbgrader_of
from .repair import read_release

if TYPE_CHECKING:
    from .gradebook import Books

Batch = tuple[Topic, list[Job], "Books | None"]


def find_jobs(course: Course, what: tuple[str, ...], assignment: str | None) -> Iterator[Batch]:
    """The submissions that the words of a command mean, topic by topic, with the gradebook they belong in.

    Raises:
        UsageError: a word means nothing, or nothing was found.
    """
    only = course.topic(assignment) if assignment else None
    loose: dict[Topic, list[Job]] = {}
    for word in what:
        path = Path(word)
        if path.is_dir() and (batches := list(_from_folder(course, path, only))):
            yield from batches
        elif path.exists():
            for file in _files_in(path):
                topic = only or _topic_of(course, file)
                loose.setdefault(topic, []).append(_job(file, _student_of(file, topic)))
        elif path.suffix in (".ipynb", ".py") or "/" in word:
            raise UsageError(f"There is no file or folder {word}.")
        else:
            yield _submitted(course, course.topic(word))
    for topic, jobs in loose.items():
        yield topic, jobs, None


def _submitted(course: Course, topic: Topic) -> Batch:
    """What learners have submitted to the course itself."""
    from .gradebook import Books  # nbgrader takes two seconds to import

    books = Books(course.root, topic.slug)
    jobs = [_job(file, student) for student, folder in books.submitted.items() if (file := _notebook_in(folder, topic))]
    if not jobs:
        raise UsageError(f"Nobody has submitted {topic.slug}: collect the submissions first.")
    return topic, jobs, books


def _from_folder(course: Course, folder: Path, only: Topic | None) -> Iterator[Batch]:
    """A folder of folders by student, each with one for every assignment, as nbgrader has it."""
    topics = [only] if only else course.topics
    own = folder.resolve() == (course.build / "submitted").resolve()
    for topic in topics:
        folders = sorted(folder.glob(f"*/{topic.slug}"))
        jobs = [_job(file, place.parent.name) for place in folders if (file := _notebook_in(place, topic))]
        if jobs:
            yield _submitted(course, topic) if own else (topic, jobs, None)


def _files_in(path: Path) -> list[Path]:
    """A loose file, or those that lie loose in a folder."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in (".ipynb", ".py") and file.is_file())
    if not files:
        raise UsageError(f"{path} holds no submissions: wanted are {path}/STUDENT/TOPIC/TOPIC.ipynb, or loose files.")
    return files


def _notebook_in(folder: Path, topic: Topic) -> Path | None:
    """The notebook of that name; or the only one there is, if it was renamed."""
    named = folder / f"{topic.slug}.ipynb"
    if named.is_file():
        return named
    others = [path for path in folder.glob("*.ipynb") if path.is_file()]
    return others[0] if len(others) == 1 else None


def _job(path: Path, student: str) -> Job:
    try:
        return Job(student, path.name, path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None


def _student_of(path: Path, topic: Topic) -> str:
    """Whose a loose file is: its name says it, unless that is the topic's; then a folder's does."""
    names = [path.stem, *(folder.name for folder in path.resolve().parents)]
    return next(name for name in names if name != topic.slug)


def _topic_of(course: Course, path: Path) -> Topic:
    """The topic that a loose notebook belongs to: by its name, else by the graded cells in it."""
    for topic in course.topics:
        if topic.slug in path.name:
            return topic
    if path.suffix == ".ipynb":
        ids = {nbgrader_of(cell).get("grade_id") for cell in notebook.read(path.read_bytes()).cells}
        likeness = {topic: len(ids & read_release(topic.release).points.keys()) for topic in course.topics}
        best = max(likeness, key=lambda topic: likeness[topic], default=None)
        if best is not None and likeness[best]:
            return best
    raise UsageError(f"Which topic is {path}? Say it with --assignment.")

"""Finds what is to be graded: a topic's submitted folder, a folder like it, or loose files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.outcomes import UsageError
from autograder.gradebook import state
from autograder.notebooks import reader
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.release import read_release


@dataclass(frozen=True)
class Job:
    """A submission to grade: whose it is, and its file."""

    student: str
    path: Path


@dataclass
class Batch:
    """Submissions of one topic.

    Attributes:
        own: whether they were submitted to the course itself, whose gradebook is to be written then.
        left_out: what lies there and cannot be graded, a sentence each.
        everyone: all students who are there, whether they are to be graded now or not.
    """

    topic: Topic
    jobs: list[Job] = field(default_factory=list)
    own: bool = False
    left_out: list[str] = field(default_factory=list)
    everyone: set[str] = field(default_factory=set)


def find_batches(course: Course, what: tuple[str, ...], assignment: str | None) -> Iterator[Batch]:
    """The submissions that the words of a command mean, topic by topic.

    Raises:
        UsageError: a word means nothing, or nothing was found.
    """
    only = course.topic(assignment) if assignment else None
    loose: dict[Topic, Batch] = {}
    for word in what:
        path = Path(word)
        if path.is_dir() and (batches := list(_in_folder(course, path, only))):
            yield from batches
        elif path.exists():
            for file in _files_in(path):
                topic = only or _topic_of(course, file)
                loose.setdefault(topic, Batch(topic)).jobs.append(Job(_student_of(file, topic), file))
        elif path.suffix in (".ipynb", ".py") or "/" in word:
            raise UsageError(f"There is no file or folder {word}.")
        else:
            yield _submitted(course, course.topic(word))
    for batch in loose.values():
        _tell_apart(batch)
        yield batch


def _submitted(course: Course, topic: Topic) -> Batch:
    """What learners have submitted to the course itself."""
    pattern = state.load(course, topic).submitted
    if not pattern:
        from autograder.gradebook.writer import Books  # nbgrader takes two seconds to import

        pattern = Books(course, topic).submitted
    parent, rest = Path(pattern.split("*")[0]), "*" + pattern.partition("*")[2]
    batch = _batch(topic, sorted(folder for folder in parent.glob(rest) if folder.is_dir()))
    if not batch.jobs:
        _say_why(batch)
        raise UsageError(f"Nobody has submitted {topic.slug}: collect the submissions first.")
    batch.own = True
    return batch


def _say_why(batch: Batch) -> None:
    if batch.left_out:
        raise UsageError(f"Nothing of {batch.topic.slug} can be graded: {' '.join(batch.left_out)}")


def _in_folder(course: Course, folder: Path, only: Topic | None) -> Iterator[Batch]:
    """A folder of folders by student, each with one for every assignment, as nbgrader has it."""
    own = folder.resolve() == (course.build / "submitted").resolve()
    for topic in [only] if only else course.topics:
        batch = _batch(topic, sorted(folder.glob(f"*/{topic.slug}")))
        if batch.jobs:
            yield _submitted(course, topic) if own else batch


def _batch(topic: Topic, folders: list[Path]) -> Batch:
    batch = Batch(topic)
    for folder in folders:
        files, student = _candidates(folder, topic), folder.parent.name
        batch.everyone.add(student)
        if len(files) == 1:
            batch.jobs.append(Job(student, files[0]))
        else:
            there = f"there are {', '.join(file.name for file in files)}" if files else "there is no notebook"
            batch.left_out.append(f"{student} has no {topic.slug}.ipynb: {there}.")
    return batch


def _candidates(folder: Path, topic: Topic) -> list[Path]:
    """The notebook of that name; else those there are, or Python files. A link could point to anyone's: none counts."""
    named = folder / f"{topic.slug}.ipynb"
    if named.is_file() and not named.is_symlink():
        return [named]
    for kind in ("*.ipynb", "*.py"):
        if files := sorted(path for path in folder.glob(kind) if path.is_file() and not path.is_symlink()):
            return files
    return []


def _files_in(path: Path) -> list[Path]:
    """A loose file, or those that lie loose in a folder."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in (".ipynb", ".py") and file.is_file())
    if not files:
        raise UsageError(f"{path} holds no submissions: wanted are {path}/STUDENT/TOPIC/TOPIC.ipynb, or loose files.")
    return files


def _student_of(path: Path, topic: Topic) -> str:
    """Whose a loose file is: its name says it, unless that is the topic's; then a folder's does."""
    names = [path.stem, *(folder.name for folder in path.resolve().parents)]
    name = next(name for name in names if name != topic.slug)
    return name.encode("utf-8", errors="replace").decode()  # zip files bring names that are not text


def _tell_apart(batch: Batch) -> None:
    """Files of the same name are called by their path."""
    names = [job.student for job in batch.jobs]
    batch.jobs = [Job(str(job.path), job.path) if names.count(job.student) > 1 else job for job in batch.jobs]
    batch.everyone = {job.student for job in batch.jobs}


def _topic_of(course: Course, path: Path) -> Topic:
    """The topic that a loose notebook belongs to: by its name, else by the graded cells in it."""
    for topic in course.topics:
        if topic.slug in path.name:
            return topic
    said = ""
    if path.suffix == ".ipynb":
        read = reader.read(path.read_bytes())
        said = " ".join(["", *read.repairs])
        ids = {nbgrader_of(cell).get("grade_id") for cell in read.cells}
        likeness = {topic: len(ids & read_release(topic.release).points.keys()) for topic in course.topics}
        best = max(likeness, key=lambda topic: likeness[topic], default=None)
        if best is not None and likeness[best]:
            return best
    raise UsageError(f"Which topic is {path}? Say it with --assignment.{said}")

"""Finds the submissions to be graded: in a topic's submitted folder, in a folder like it, or as loose files."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.folders import not_a_student
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.gradebook import state
from autograder.gradebook.config import across_students
from autograder.notebooks import reader
from autograder.notebooks.choice import choose, is_candidate, kind_of
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.release import read_release
from autograder.notebooks.unpacking import load, rank, stem_of, why_not

from .misplaced import misplaced


@dataclass(frozen=True)
class Job:
    """A submission to grade: the student's name, and the file."""

    student: str
    path: Path


@dataclass(frozen=True)
class LeftOut:
    """A submission that cannot be graded: the student's name, and a sentence that says why and what to do."""

    student: str
    sentence: str


@dataclass
class Batch:
    """Submissions of one topic.

    Attributes:
        topic: the topic.
        jobs: the submissions to grade.
        own: whether they come from the course's submitted folder; then its gradebook is written.
        left_out: the submissions that cannot be graded.
        everyone: all students who have submitted, whether they are to be graded now or not.
        doubtful: those that were graded, though the file is not the topic's notebook.
        remarks: sentences by student about the files that they submitted.
    """

    topic: Topic
    jobs: list[Job] = field(default_factory=list)
    own: bool = False
    left_out: list[LeftOut] = field(default_factory=list)
    everyone: set[str] = field(default_factory=set)
    doubtful: list[LeftOut] = field(default_factory=list)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find_batches(course: Course, what: tuple[str, ...], assignment: str | None) -> Iterator[Batch]:
    """Yields the submissions that the words of a command name, topic by topic.

    Args:
        course: the course.
        what: topics, folders and files, in any order. A topic's name is the topic; the folder of that name here is
            NAME/ or ./NAME.
        assignment: the topic that loose files belong to; None if their names or cells tell it.

    Raises:
        UsageError: a word names nothing, or a topic or folder holds no submissions.
    """
    only = course.topic(assignment) if assignment else None
    loose: dict[Topic, Batch] = {}
    left: list[LeftOut] = []
    slugs = [topic.slug for topic in course.topics]
    for word in what:
        path = Path(word)
        if word in slugs:  # the topic, even if there is such a folder: nbgrader's Fetch makes one
            yield _submitted(course, course.topic(word))
        elif path.is_dir() and (batches := list(_in_folder(course, path, only))):
            yield from batches
        elif path.exists():
            for file in _files_in(path):
                if reason := _why_not_graded(file):
                    left.append(LeftOut(for_sentence(stem_of(file.name)), f"{for_sentence(file)} {reason}"))
                    continue
                topic = only or _topic_of(course, file)
                loose.setdefault(topic, Batch(topic)).jobs.append(Job(_student_of(file, topic), file))
        elif rank(path.name) is not None or "/" in word:
            raise UsageError(f"There is no file or folder {for_sentence(word)}.")
        else:
            yield _submitted(course, course.topic(word))
    if left and not loose:
        raise UsageError(f"Nothing of it can be graded: {' '.join(file.sentence for file in left)}")
    for batch in loose.values():
        _tell_apart(batch)
        batch.left_out, left = left, []
        yield batch


def _submitted(course: Course, topic: Topic) -> Batch:
    """Returns the submissions in the course's own submitted folder.

    Raises:
        UsageError: there are none.
    """
    pattern = state.load(course, topic).submitted
    if not pattern:
        from autograder.gradebook.writer import Books  # imports nbgrader, which takes two seconds

        pattern = Books(course, topic).submitted
    parent, below = across_students(pattern)
    batch = _batch(topic, _folders(parent, below))
    if below == f"*/{topic.slug}":
        batch.left_out += [LeftOut(*strayed) for strayed in misplaced(parent, topic)]
    if not batch.jobs and not batch.left_out:
        raise UsageError(f"Nobody has submitted {topic.slug}: collect the submissions first.")
    batch.own = True
    return batch


def _in_folder(course: Course, folder: Path, only: Topic | None) -> Iterator[Batch]:
    """Yields the submissions in a folder STUDENT/TOPIC/, nbgrader's layout, topic by topic."""
    own = folder.resolve() == (course.build / "submitted").resolve()
    for topic in [only] if only else course.topics:
        batch = _batch(topic, _folders(folder, f"*/{topic.slug}"))
        if not batch.jobs and not batch.left_out:
            continue
        if own:
            yield _submitted(course, topic)
        else:
            batch.left_out += [LeftOut(*strayed) for strayed in misplaced(folder, topic)]
            yield batch


def _folders(place: Path, pattern: str) -> list[Path]:
    """Returns the submitted folders; also links, even to nowhere, so that their learners are named."""
    found = map(place.joinpath, glob(pattern, root_dir=place, include_hidden=True))
    return sorted(folder for folder in found if folder.is_dir() or folder.is_symlink())


def _batch(topic: Topic, folders: list[Path]) -> Batch:
    batch = Batch(topic)
    for folder in folders:
        student = folder.parent.name
        if sentence := not_a_student(student):
            batch.left_out.append(LeftOut(student, sentence))
            continue
        choice = choose(folder, topic.slug)
        batch.everyone.add(student)
        if choice.path is not None:
            batch.jobs.append(Job(student, choice.path))
            batch.remarks[student] = choice.remarks(topic.slug)
        else:
            batch.left_out.append(
                LeftOut(student, f"{for_sentence(student)} has no {topic.slug}.ipynb: {choice.reason}")
            )
    return batch


def _files_in(path: Path) -> list[Path]:
    """Returns a loose file itself, or what lies directly in a folder, without what systems leave there."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if not file.name.startswith(".") and not file.is_dir())
    if not any(is_candidate(file) for file in files):
        place = for_sentence(path)
        raise UsageError(f"{place} holds no submissions: wanted are {place}/STUDENT/TOPIC/TOPIC.ipynb, or loose files.")
    return files


def _why_not_graded(file: Path) -> str:
    """Says why a loose file is not a notebook, and what to do, as the end of a sentence; empty if it is one."""
    if rank(file.name) is None:
        return f"is {kind_of(file)}, not a notebook. Ask for the notebook: in Jupyter, File > Download."
    if reason := why_not(file):
        whole = " If it is a class's download, run `autograder collect`." if "notebooks" in reason else ""
        return f"is not a notebook that can be graded. {reason}{whole}"
    return ""


def _student_of(path: Path, topic: Topic) -> str:
    """Returns the student's name for a loose file: the file's name, or the nearest folder's that is not the topic's."""
    names = [stem_of(path.name), *(folder.name for folder in path.resolve().parents)]
    name = next(name for name in names if name != topic.slug)
    return name.encode("utf-8", errors="replace").decode()  # file names from zip archives need not be valid Unicode


def _tell_apart(batch: Batch) -> None:
    """Names students by the path of their file where several files have one name."""
    names = Counter(job.student for job in batch.jobs)
    batch.jobs = [Job(str(job.path), job.path) if names[job.student] > 1 else job for job in batch.jobs]
    batch.everyone = {job.student for job in batch.jobs}


def _topic_of(course: Course, path: Path) -> Topic:
    """Returns the topic of a loose notebook: the one in its name, else the one with most of its graded cells.

    Raises:
        UsageError: neither tells the topic.
    """
    for topic in course.topics:
        if topic.slug in path.name:
            return topic
    repairs = ""
    if rank(path.name) is not None:
        read = reader.read(load(path), path.name)
        repairs = " ".join(["", *read.repairs])
        ids = {nbgrader_of(cell).get("grade_id") for cell in read.cells}
        matches = {topic: len(ids & read_release(topic.release).points.keys()) for topic in course.topics}
        best = max(matches, key=lambda topic: matches[topic], default=None)
        if best is not None and matches[best]:
            return best
    raise UsageError(f"Which topic is {for_sentence(path)}? Say it with --assignment.{repairs}")

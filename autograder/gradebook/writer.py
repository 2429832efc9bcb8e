"""Writes what `nbgrader autograde` would write: the autograded folder, and the rows of the gradebook (`rows`)."""

import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties

from autograder.core.course import Course, Topic
from autograder.core.folders import contents
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.notebooks.reader import Notebook

from . import state
from .config import course_directory, nbgrader_config, open_gradebook
from .intake import set_aside, time_of
from .rows import Entry, Rows, cell_rows

READ_ONLY = 0o444
TOGETHER = 200  # submissions that are written in one transaction


class Books:
    """The gradebook and the autograded folder of a course, for one topic.

    Graded notebooks are first put into a staging folder (`stage`). `publish` moves them into place when the run ends.

    Raises:
        UsageError: the gradebook does not know the assignment.
    """

    def __init__(self, course: Course, topic: Topic) -> None:
        self._course, self._topic = course, topic
        self._assignment = topic.slug
        self._config = nbgrader_config(course.root)
        self._coursedir = course_directory(course.root)
        self._staging = course.build / "staging" / topic.slug
        self._list = self._staging.with_suffix(".jsonl")  # the entries, on disk because a class may be large
        self._state = state.load(course, topic)
        with self._gradebook() as gradebook:
            if topic.slug not in [known.name for known in gradebook.assignments]:
                raise UsageError(f"The gradebook does not know {topic.slug}. Run `autograder build {topic.slug}`.")

    @property
    def submitted(self) -> str:
        """The submitted folders, as a pattern with * for the student."""
        return str(self._coursedir.format_path(self._coursedir.submitted_directory, "*", self._assignment))

    def stage(self, student: str, graded: Notebook, submitted: Path, key: str) -> list[str]:
        """Writes a graded notebook, and the files that were submitted with it, into the staging folder.

        Args:
            student: whose.
            graded: the notebook, with scores and reports in it.
            submitted: the folder that was submitted.
            key: a digest of what the notebook was made from.

        Returns:
            A sentence for each file that was removed, renamed, moved or left out.
        """
        coursedir = self._coursedir
        sentences = set_aside(submitted)
        source = Path(coursedir.format_path(coursedir.source_directory, ".", self._assignment))
        target = self._staging / student
        if target.exists():
            shutil.rmtree(target)
        target.mkdir(parents=True)
        for folder in (submitted, source):  # the instructor's files replace the learner's
            sentences += _copy_files(folder, target, [*coursedir.ignore, "[!.]*.ipynb"])  # nbgrader keeps hidden ones
        (target / f"{self._assignment}.ipynb").write_text(graded.to_json(), "utf-8")
        for path in target.rglob("*"):
            if path.is_file():
                path.chmod(READ_ONLY)
        entry = Entry(student, cell_rows(graded.cells), time_of(submitted), key)
        with self._list.open("a", encoding="utf-8") as file:
            file.write(entry.to_line())
        return sentences

    def publish(self) -> None:
        """Moves the staged notebooks into the autograded folder, and writes the rows of the gradebook."""
        stamps: dict[str, list[Any]] = {}
        for entries in self._entries():
            for entry in entries:
                place = self._place(entry.student)
                if place.exists():
                    shutil.rmtree(place)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(self._staging / entry.student, place)
                stamps[entry.student] = state.file_stamp(place / f"{self._assignment}.ipynb", entry.key)
            with self._gradebook() as gradebook:
                Rows(gradebook, self._assignment, entries).write(AssignLatePenalties(config=self._config))
        self._remember(stamps)
        self.discard()

    def discard(self) -> None:
        """Deletes the staging folder."""
        shutil.rmtree(self._staging, ignore_errors=True)
        self._list.unlink(missing_ok=True)

    def _entries(self) -> Iterator[list[Entry]]:
        """Yields the staged entries, as many at a time as are written in one transaction."""
        if self._list.is_file():
            with self._list.open(encoding="utf-8") as file:
                while entries := [Entry.of_line(line) for line in islice(file, TOGETHER)]:
                    yield entries

    def _remember(self, stamps: dict[str, list[Any]]) -> None:
        database = self._coursedir.db_url
        written = state.State(
            state.config_digest(self._course),
            self.submitted,
            database,
            state.rows_digest(database, self._assignment),
            {**self._state.pages, **stamps},
        )
        written.save(state.path_of(self._course, self._topic))

    def _place(self, student: str) -> Path:
        coursedir = self._coursedir
        return Path(coursedir.format_path(coursedir.autograded_directory, student, self._assignment))

    def _gradebook(self) -> Gradebook:
        return open_gradebook(self._coursedir)


def _copy_files(folder: Path, target: Path, ignored: list[str]) -> list[str]:
    """Copies the plain files of a folder. Returns a sentence for each that cannot be read.

    Args:
        folder: the folder.
        target: the folder to copy to.
        ignored: patterns of names of files and folders that are not copied.
    """
    sentences = []
    for found in contents(folder).files:
        place = found.path.relative_to(folder)
        if any(fnmatch(part, pattern) for part in place.parts for pattern in ignored):
            continue
        try:
            file = found.path.open("rb")
        except OSError as error:
            sentences.append(f"{for_sentence(found.path)} cannot be read: {error.strerror}. It was left out.")
            continue
        copy = target / place
        with file:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.unlink(missing_ok=True)
            with copy.open("wb") as written:
                shutil.copyfileobj(file, written)
    return sentences

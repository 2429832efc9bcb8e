"""Writes what `nbgrader autograde` would write: rows of the gradebook, and the autograded folder.

nbgrader's own steps compute what goes into the rows (flags, comments, late penalties; manual scores are kept),
so that the two ways in cannot drift apart.
"""

import shutil
import warnings
from pathlib import Path

from nbformat import from_dict
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import find_all_files
from sqlalchemy.exc import SAWarning

from .build import nbgrader_config
from .notebook import Notebook
from .outcomes import GraderFault
from .results import SubmissionResult

READ_ONLY = 0o444


class Books:
    """The gradebook and the autograded folder of a course.

    Raises:
        GraderFault: the gradebook does not know the assignment.
    """

    def __init__(self, root: Path, assignment: str) -> None:
        self._config = nbgrader_config(root)
        self._coursedir = CourseDirectory(config=self._config)
        self._assignment = assignment
        with self._gradebook() as gradebook:
            if assignment not in [known.name for known in gradebook.assignments]:
                raise GraderFault(f"The gradebook does not know {assignment}. Run `autograder build {assignment}`.")

    @property
    def submitted(self) -> dict[str, Path]:
        """The folder of each student who has submitted, by name."""
        pattern = self._coursedir.format_path(self._coursedir.submitted_directory, "*", self._assignment)
        folders = sorted(Path(self._coursedir.root).glob(str(Path(pattern).relative_to(self._coursedir.root))))
        return {folder.parent.name: folder for folder in folders if folder.is_dir()}

    def record(self, result: SubmissionResult, graded: Notebook, submitted: Path) -> None:
        """Writes one graded submission: first its files, then its rows."""
        timestamp = self._coursedir.get_existing_timestamp(str(submitted))
        known = {"timestamp": timestamp} if timestamp else {}
        self._write_files(result.student, graded, submitted)
        with self._gradebook() as gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own way with its session
            gradebook.update_or_create_student(result.student)
            gradebook.update_or_create_submission(self._assignment, result.student, **known)
        node = from_dict({"cells": graded.cells, "metadata": graded.metadata, "nbformat": 4, "nbformat_minor": 5})
        resources = {
            "nbgrader": {
                "student": result.student,
                "assignment": self._assignment,
                "notebook": self._assignment,
                "db_url": self._coursedir.db_url,
            }
        }
        for step in (SaveAutoGrades, AssignLatePenalties):
            step(config=self._config).preprocess(node, resources)

    def _write_files(self, student: str, graded: Notebook, submitted: Path) -> None:
        coursedir = self._coursedir
        target = Path(coursedir.format_path(coursedir.autograded_directory, student, self._assignment))
        source = Path(coursedir.format_path(coursedir.source_directory, ".", self._assignment))
        if target.exists():
            shutil.rmtree(target)
        target.mkdir(parents=True)
        for folder in (submitted, source):  # the instructor's files win
            for name in find_all_files(str(folder), [*coursedir.ignore, "*.ipynb"]):
                if not Path(name).is_symlink():  # a link could point anywhere on this machine
                    copy = target / Path(name).relative_to(folder)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.unlink(missing_ok=True)
                    shutil.copy(name, copy)
        (target / f"{self._assignment}.ipynb").write_text(graded.to_json(), "utf-8")
        for path in target.rglob("*"):
            if path.is_file():
                path.chmod(READ_ONLY)

    def _gradebook(self) -> Gradebook:
        return Gradebook(self._coursedir.db_url, self._coursedir.course_id)

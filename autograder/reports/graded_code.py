"""Reads the code that learners wrote from their graded notebooks, for the reports."""

import ast
from functools import cache, lru_cache
from pathlib import Path

from autograder.core.cell import Cell
from autograder.core.course import Course, Topic
from autograder.gradebook.config import course_directory
from autograder.grading.misconceptions import load_misconceptions
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.repair import repair
from autograder.notebooks.runnable import learner_cells


@cache
def written(root: Path, topic: Topic) -> "Written":
    """Returns what was written for a topic, read once in a process.

    Args:
        root: the course's folder.
        topic: the assignment.
    """
    return Written(Course(root), topic)


class Written:
    """The cells that learners wrote for a topic.

    Args:
        course: the course whose autograded folder is read.
        topic: the assignment.
    """

    def __init__(self, course: Course, topic: Topic) -> None:
        coursedir = course_directory(course.root)
        self._pattern = str(coursedir.format_path(coursedir.autograded_directory, "*", topic.slug))
        self._topic = topic
        self._release = read_release(topic.release)
        self._functions = {entry.id: entry.function for entry in load_misconceptions(topic)}
        self.cells = lru_cache(None)(self._cells)

    def students(self) -> list[str]:
        """Returns the names of all students whose notebook has been graded, sorted."""
        before, after = self._pattern.split("*")
        parent = Path(before)
        folders = (path for path in parent.glob(f"*{after}") if (path / f"{self._topic.slug}.ipynb").is_file())
        return sorted(path.relative_to(parent).parts[0] for path in folders)

    def _cells(self, student: str) -> tuple[Cell, ...]:
        path = Path(self._pattern.replace("*", student)) / f"{self._topic.slug}.ipynb"
        if not path.is_file():
            return ()
        given = {nbcell["source"] for nbcell in self._release.cells}
        cells = learner_cells(repair(reader.read(path.read_bytes()), self._release), self._release)
        return tuple(cell for cell in cells if cell.source not in given)

    def function(self, student: str, exercise: str, misconception: str) -> str:
        """Returns the source of the function or class that shows a misconception; empty if it is not in the notebook.

        Args:
            student: the learner.
            exercise: not used; the misconception says which function it is.
            misconception: the id of the misconception.
        """
        name = self._functions.get(misconception, "")
        for cell in reversed(self.cells(student)):
            try:
                body = ast.parse(cell.text).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # the latter two: nested too deep
                continue
            for node in body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                    return ast.get_source_segment(cell.text, node) or ""
        return ""

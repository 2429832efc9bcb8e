"""A gradebook with submissions, and a notebook that is built again after an update of the course.

nbgrader refuses every change of a notebook's cells once there are submissions. New text and new experiments concern no
mark, so here the gradebook takes them over. Other exercises are refused, before anything is done.
"""

from collections.abc import Iterable
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory

from autograder.core.course import Topic
from autograder.core.outcomes import UsageError
from autograder.core.text import counted
from autograder.notebooks import reader
from autograder.notebooks.reader import CellDict, nbgrader_of

from .config import open_gradebook


def take_over(coursedir: CourseDirectory, topic: Topic) -> None:
    """Lets the gradebook hold the cells of a topic that was built again, if no exercise came or went.

    Args:
        coursedir: nbgrader's view of the course.
        topic: the topic, with its instructor's notebook written anew.

    Raises:
        UsageError: the gradebook has submissions, and the new notebook has other exercises.
    """
    cells = {}
    for cell in reader.read(topic.source.read_bytes()).cells:
        if (marks := nbgrader_of(cell)) and any(marks.get(kind) for kind in ("grade", "solution", "locked", "task")):
            cells[marks["grade_id"]] = cell
    with open_gradebook(coursedir) as gradebook:
        try:
            notebook = gradebook.find_notebook(topic.slug, topic.slug)
        except MissingEntry:
            return
        if not notebook.submissions:
            return
        changes = [
            *_changes(notebook.solution_cells, cells, "solution"),
            *_changes([*notebook.grade_cells, *notebook.task_cells], cells, "grade", "task"),
        ]
        if changes:
            raise UsageError(_refusal(topic, len(notebook.submissions), changes))
        known = {cell.name: cell for cell in notebook.source_cells}
        for name in known.keys() - cells.keys():
            gradebook.db.delete(known[name])
        for name in cells.keys() - known.keys():
            gradebook.add_source_cell(name, topic.slug, topic.slug, cell_type=cells[name]["cell_type"])
        gradebook.db.commit()


def _changes(before: Iterable[Any], cells: dict[str, CellDict], *kinds: str) -> list[str]:
    old = {cell.name for cell in before}
    new = {name for name, cell in cells.items() if any(nbgrader_of(cell).get(kind) for kind in kinds)}
    return [f"{name} is new" for name in sorted(new - old)] + [f"{name} is gone" for name in sorted(old - new)]


def _refusal(topic: Topic, submissions: int, changes: list[str]) -> str:
    more = f", and {counted(len(changes) - 4, 'more change')}" if len(changes) > 4 else ""
    return (
        f"The gradebook holds {counted(submissions, 'submission')} of {topic.slug}, and its new notebook has other "
        f"exercises: {', '.join(changes[:4])}{more}. Nothing was built, and the release is as it was. To keep these "
        "marks, go on with the version of the course that you released. To begin anew, which deletes these marks, "
        f"say `nbgrader db assignment remove {topic.slug} --force`, and build again."
    )

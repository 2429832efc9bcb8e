"""nbgrader's generate_feedback, with our page in the place of the printed notebook.

`nbgrader_config.py` names the exporter. A notebook that an older version graded carries no results; nbgrader's own page
is shown for it.
"""

from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import HTMLExporter
from nbgrader.coursedir import CourseDirectory
from traitlets import Enum

from autograder.core.course import find_course
from autograder.core.media import clean_log
from autograder.gradebook.manual import ByHand, by_hand_of
from autograder.notebooks import reader
from autograder.notebooks.cell_report import result_in
from autograder.reports.feedback_page import Detail, feedback_page


class FeedbackPage(HTMLExporter):  # type: ignore[misc]
    """Makes the page that a learner reads out of an autograded notebook and the gradebook."""

    feedback = Enum(
        ["full", "hints", "score"],
        "full",
        help="What learners read. full: what was checked, why it was lost, and an example. hints: what was "
        "misunderstood, and which checks were lost. score: points.",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        clean_log(self.log)

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Returns the page, and nbconvert's resources."""
        read = reader.read(Path(filename).read_bytes())
        result = result_in(read)
        if result is None:
            return super().from_filename(filename, resources, **kwargs)
        coursedir: CourseDirectory = self.parent.coursedir
        topic = find_course(Path(coursedir.root)).topic(result.assignment)
        by_hand = by_hand_of(coursedir, topic).get(result.student, ByHand())
        resources = {**(resources or {}), "output_extension": self.file_extension, "outputs": {}}
        detail = cast("Detail", self.feedback)
        return feedback_page(result, read.cells, by_hand, detail), resources

"""nbgrader's generate_feedback, with our page in the place of the printed notebook.

`nbgrader_config.py` names the exporter. A notebook that an older version graded carries no results; nbgrader's own page
is shown for it.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets import Enum

from autograder.core.course import find_course
from autograder.core.media import clean_log
from autograder.gradebook.manual import ByHand, by_hand_of
from autograder.reports.apart import OneByOne
from autograder.reports.feedback_page import Detail, lost_page, page_of_notebook

from . import sources


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
        resources = {**(resources or {}), "output_extension": self.file_extension, "outputs": {}}
        coursedir: CourseDirectory = self.parent.coursedir
        student, assignment = (resources["nbgrader"][word] for word in ("student", "assignment"))
        by_hand = by_hand_of(coursedir, find_course(Path(coursedir.root)).topic(assignment)).get(student, ByHand())
        detail = cast("Detail", self.feedback)
        page = _one_by_one().of(student, partial(page_of_notebook, by_hand, detail), Path(filename))
        if page is None:
            for sentence in _one_by_one().sentences("the feedback page could not be made"):
                self.log.error("%s", sentence)
            _one_by_one().lost.clear()
            return lost_page(student, assignment), resources
        if not page:
            return super().from_filename(filename, resources, **kwargs)
        return page, resources


def _init_notebooks(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """Returns nbgrader's method so that it finds each learner's notebooks by the learner's name."""

    @wraps(original)
    def method(self: Any) -> None:
        if not issubclass(self.exporter_class, FeedbackPage):
            original(self)
            return
        clean_log(self.log)
        sources.must_be_writable(self)
        wanted = f"{self.coursedir.notebook_id}.ipynb"
        found = {
            str(folder): sorted(str(path) for path in folder.glob("*.ipynb") if fnmatchcase(path.name, wanted))
            for folder in sources.folders(self)
        }
        self.notebooks, self.assignments = [], {folder: notebooks for folder, notebooks in found.items() if notebooks}
        if not self.assignments:
            original(self)  # it says that nobody has been graded

    return method


sources.install()
GenerateFeedback.init_notebooks = _init_notebooks(GenerateFeedback.init_notebooks)


@cache
def _one_by_one() -> OneByOne:
    """Returns the process that makes the pages, so that no notebook can end nbgrader's."""
    return OneByOne()

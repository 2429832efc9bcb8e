"""nbgrader's `release_assignment`, which refuses whatever is not what was built.

`nbgrader_config.py` names the class, so the command and formgrader's button both use it.
"""

from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseAssignment

from autograder.authoring.outgoing import must_be_built
from autograder.core.course import Course
from autograder.core.outcomes import UsageError


class CarefulRelease(ExchangeReleaseAssignment):  # type: ignore[misc]
    """Releases a topic only as it was built: without work, solutions or files that came into its folder later."""

    def init_src(self) -> None:
        """Looks at the released folder of a topic; any other assignment of the teacher is nbgrader's business."""
        super().init_src()
        for topic in Course(Path(self.coursedir.root)).topics:
            if topic.slug == self.coursedir.assignment_id:
                try:
                    must_be_built(topic)
                except UsageError as error:
                    self.fail(str(error))

"""nbgrader's two releases: of an assignment, only as it was built; of feedback, whatever one submission lacks.

`nbgrader_config.py` names the classes, so the commands and formgrader's buttons both use them.
"""

from datetime import UTC, datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeReleaseFeedback

from autograder.authoring.outgoing import must_be_built
from autograder.core.course import Course
from autograder.core.outcomes import UsageError
from autograder.gradebook.intake import SECRET, TIMESTAMP, time_of


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


class CarefulReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Releases the feedback of all who submitted through the exchange, and names the others instead of stopping."""

    def copy_files(self) -> None:
        """Sets pages without a secret aside: no learner could find them. A missing time is no reason to stop."""
        folders = self._folders()
        others = [folder for folder in folders if not (folder / SECRET).is_file()]
        for folder in folders:
            if time_of(folder) is None:
                (folder / TIMESTAMP).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        for folder in others:
            self.log.warning(
                "%s did not submit through nbgrader's exchange, so it cannot hand the page out. Send %s.",
                folder.parent.name,
                folder,
            )
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(filter(None, [before, *(path.parent.name for path in others)]))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before

    def _folders(self) -> list[Path]:
        """Returns the folders of all learners who have a page to be released."""
        assignment = self.coursedir.assignment_id
        everybody = Path(self.coursedir.format_path(self.coursedir.feedback_directory, ".", assignment)).parent
        only = self.coursedir.student_id
        folders = [folder / assignment for folder in sorted(everybody.glob("*")) if only in ("", "*", folder.name)]
        return [folder for folder in folders if any(folder.glob("*.html"))]

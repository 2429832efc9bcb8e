"""nbgrader's two releases: of an assignment, only as it was built; of feedback, whatever one submission lacks.

`nbgrader_config.py` names the classes, so the commands and formgrader's buttons both use them.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

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
        """Copies the pages, each under a name that its learner alone can work out from the secret of handing in.

        A page without a secret is left: no learner could find it. A missing time is no reason to stop.
        """
        excluded = set(self.coursedir.student_id_exclude.split(","))
        for folder in self._folders():
            student = folder.parent.name
            if student in excluded:
                continue
            if time_of(folder) is None:
                (folder / TIMESTAMP).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
            if (folder / SECRET).is_file():
                for page in sorted(folder.glob("*.html")):
                    self._release(page, student)
            else:
                self.log.warning(
                    "%s did not submit through nbgrader's exchange, so it cannot hand the page out. Send %s.",
                    student,
                    folder,
                )

    def _release(self, page: Path, student: str) -> None:
        name = notebook_hash(secret=(page.parent / SECRET).read_text(), notebook_id=page.stem)
        draft = Path(self.dest_path, f"{name}-tmp.html")
        shutil.copy(page, draft)
        draft.replace(Path(self.dest_path, f"{name}.html"))  # no learner ever sees half of a page
        self.log.info("Feedback of %s released to %s.html", student, Path(self.dest_path, name))

    def _folders(self) -> list[Path]:
        """Returns the folders of all learners who have a page to be released."""
        assignment = self.coursedir.assignment_id
        everybody = Path(self.coursedir.format_path(self.coursedir.feedback_directory, ".", assignment)).parent
        only = self.coursedir.student_id
        folders = [folder / assignment for folder in sorted(everybody.glob("*")) if only in ("", "*", folder.name)]
        return [folder for folder in folders if any(folder.glob("*.html"))]

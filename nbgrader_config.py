"""nbgrader's configuration of this course: where the rooms are, and our two steps in the place of its own."""

from autograder.core.files import is_shared
from autograder.gradebook.config import database_url, exchange_folder, prepare

# Stops with a sentence if this file cannot be loaded: nbgrader would go on with its defaults, in another gradebook.
root = prepare(__file__)

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.CourseDirectory.course_id = "gradwise"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "course/notebooks"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/autograded"
c.CourseDirectory.feedback_directory = "build/feedback"
c.CourseDirectory.db_url = database_url(root / "build" / "gradebook.db")
c.CourseDirectory.groupshared = is_shared(root)  # a setgid folder that its group may write: several teachers

# Where assignments are fetched to and submitted from: the workspace of `make lab`.
c.Exchange.assignment_dir = str(root / "build" / "lab" / "notebooks")

# On a JupyterHub the folder that teachers and learners share is nbgrader's own, if the administrator has made it
# (docs/hub.md). One teacher on one machine has a folder in the clone.
c.Exchange.root = str(exchange_folder(root))

# Links are not followed, and a time of handing in is believed no further than the file system bears it out.
c.ExchangeFactory.collect = "autograder.nbgrader_plugins.collect.CarefulCollect"
# Only what was built goes out: no solution that somebody wrote into the release.
c.ExchangeFactory.release_assignment = "autograder.nbgrader_plugins.release.CarefulRelease"
# Feedback goes out to all who submitted through the exchange; the others are named.
c.ExchangeFactory.release_feedback = "autograder.nbgrader_plugins.release.CarefulReleaseFeedback"

# Of an archive that is damaged, huge or deep, what cannot be unpacked is left out, and the class goes on.
c.ZipCollectApp.extractor_plugin = "autograder.nbgrader_plugins.extract.CarefulExtractor"

# Learners' Markdown is cleaned before formgrader and nbgrader's own feedback show it, and takes no more time than its
# length: nbconvert's own filters take minutes for some texts.
c.HTMLExporter.filters = {
    "markdown2html": "autograder.reports.markdown.for_nbgrader",
    "highlight_code": "autograder.reports.highlight.for_nbgrader",
    "strip_files_prefix": "autograder.reports.html.safe",
}

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# A damaged notebook is read and repaired first. No notebook is ever executed: the hidden checks are put to the
# learner's functions in a sandbox instead.
c.Autograde.exporter_class = "autograder.nbgrader_plugins.autograde.LenientExporter"
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_plugins.autograde.RepairNotebook",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# What learners read: "full", "hints" (no example and no numbers) or "score".
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugins.feedback.FeedbackPage"
c.FeedbackPage.feedback = "full"

c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugins.autograde.RunHiddenChecks",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

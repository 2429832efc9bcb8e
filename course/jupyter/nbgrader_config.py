"""Where a learner's assignments are. The file beside this one says that Validate runs no experiments."""

from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.Exchange.assignment_dir = str(Path(__file__).resolve().parents[1] / "notebooks")

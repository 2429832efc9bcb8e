"""What a teacher would download of the sample class from Canvas: some submissions, and the gradebook as a roster."""

import csv
import zipfile
from pathlib import Path

from autograder.core.course import Topic

from .students import CLASS, submission

DOWNLOAD, ROSTER = "class.zip", "roster.csv"
LATE = CLASS[16:20]  # those who had not finished; the others have submitted through nbgrader
_FIRST = 100  # Canvas numbers its users


def write_download(topic: Topic, folder: Path) -> list[str]:
    """Writes the archive and the roster. Returns the names of those whose notebooks are in the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {student.name: _FIRST + number for number, student in enumerate(CLASS, start=1)}
    with zipfile.ZipFile(folder / DOWNLOAD, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in LATE:
            number = numbers[student.name]
            archive.writestr(f"{student.name}_{number}_{9000 + number}_{topic.slug}.ipynb", submission(topic, student))
    with (folder / ROSTER).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"])
        rows.writerow(["    Points Possible", "", "", "", ""])
        rows.writerows([name, number, f"s{number}", name, "A"] for name, number in numbers.items())
    return [student.name for student in LATE]

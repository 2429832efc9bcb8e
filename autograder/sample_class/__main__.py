"""``python -m autograder.sample_class TOPIC FOLDER`` writes the sample class's submissions."""

import sys
from pathlib import Path

from autograder.core.course import find_course

from .students import write_class

if __name__ == "__main__":
    _, slug, folder = sys.argv
    written = write_class(find_course().topic(slug), Path(folder))
    print(f"{len(written)} learners have submitted {slug}.")

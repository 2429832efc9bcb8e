"""Builds a topic: makes the notebook that learners get from the instructor's text.

`solutions/<slug>.py` -> (notebooks.source) -> `build/source` -> (nbgrader's generate_assignment) -> `course/notebooks`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import GraderFault, UsageError
from autograder.gradebook.config import nbgrader_config
from autograder.notebooks import reader
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.release import is_answer
from autograder.notebooks.source import source_notebook, write_source

from .outgoing import HANDOUTS, released_files, remember

STUB = "your code here"  # the text that nbgrader_config.py puts in the place of a solution


def build(course: Course, topics: list[Topic]) -> None:
    """Builds topics: the instructor's notebook, then nbgrader's release of it.

    Raises:
        UsageError: somebody has worked in a released notebook, which building would replace; or there are submissions,
            and other exercises than they have.
        GraderFault: nbgrader could not release a topic; the text holds nbgrader's log.
    """
    from nbgrader.apps.api import NbGraderAPI  # takes a second to import

    from autograder.gradebook.rebuilt import take_over

    for topic in topics:
        must_be_untouched(topic)
    api = NbGraderAPI(config=nbgrader_config(course.root))
    for topic in topics:
        with _all_or_nothing(topic):
            topic.source.unlink(missing_ok=True)
            write_source(topic)
            take_over(api.coursedir, topic)
            result = api.generate_assignment(topic.slug, force=True, create=True)
            if not result["success"]:
                message = result.get("log") or result.get("error") or "nothing"
                raise GraderFault(f"nbgrader could not release {topic.slug}. It said:\n{message}")
        finish(topic)


@contextmanager
def _all_or_nothing(topic: Topic) -> Iterator[None]:
    """Puts a topic's two notebooks back if they cannot be built: nbgrader deletes what it fails to make."""
    before = {path: path.read_text("utf-8") for path in (topic.source, topic.release) if path.is_file()}
    try:
        yield
    except BaseException:
        for path, text in before.items():
            write_whole(path, text)
        raise


def finish(topic: Topic) -> None:
    """Does what belongs to a topic's new release: its generated file, and the record of what may go out."""
    write_generated(topic)
    remember(Course(topic.root), topic.slug, released_files(topic.release.parent))


def generated_path(topic: Topic) -> Path:
    """Returns the path of the file from which the library knows a topic's checks, cells and mistakes."""
    return topic.root / "course" / "gradwise" / "exercises" / "generated" / f"{topic.slug}.json"


def write_generated(topic: Topic) -> None:
    """Rewrites what the library knows of a topic's checks, cells and mistakes, if it has changed."""
    from gradwise.exercises import topics

    path = generated_path(topic)
    if topic.slug not in topics() or not path.parent.parent.is_dir():  # a topic that the library does not know
        return
    before = path.read_text("ascii") if path.is_file() else "{}"
    text = generated_text(topic, json.loads(before))
    if text != before:
        write_whole(path, text)


def generated_text(topic: Topic, known: dict[str, Any] | None = None) -> str:
    """Returns the counts of hidden checks, the names in cells, the places for guesses and the sealed mistakes, as JSON.

    Args:
        topic: the topic, with its notebooks built.
        known: the tree that was generated before; its seals are kept if they were made of the same files.
    """
    from .cell_names import cell_names, predictions
    from .check_counts import check_counts
    from .seals import made_of, seals

    digest = made_of(topic)
    sealed = known["seals"] if known and known.get("made_of") == digest else seals(topic)
    tree = {
        "made_of": digest,
        "check_counts": check_counts(topic),
        "cell_names": cell_names(topic),
        "predictions": predictions(topic),
        "seals": sealed,
    }
    return json.dumps(tree, indent=1) + "\n"


def build_handouts(course: Course) -> None:
    """Builds the handouts: notebooks without exercises, which nbgrader need not know.

    Raises:
        GraderFault: a cell of a text is not marked well; the message says which.
    """
    for path, text in course.handouts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(source_notebook(text), "utf-8")
    remember(course, HANDOUTS, course.handouts)


def must_be_untouched(topic: Topic) -> None:
    """Checks that nobody has worked in the released notebook of a topic.

    nbgrader deletes the release folder when it builds it again, with all work in it.

    Raises:
        UsageError: somebody has worked in it; the message says what there is and what to do.
    """
    folder = topic.release.parent
    visible = sorted(path.name for path in folder.glob("*") if not path.name.startswith("."))
    released = {topic.release.name, *(path.name for path in topic.source.parent.glob("*"))}
    work = [f"there is {name}" for name in visible if name not in released]
    for cell in reader.read(topic.release.read_bytes()).cells if topic.release.is_file() else ():
        if cell["cell_type"] == "code" and is_answer(cell) and STUB not in cell["source"]:
            work.append(f"{nbgrader_of(cell)['grade_id']} is written")
        if cell["source"].startswith("predict(") and not re.match(r'predict\("\w+", ""\)', cell["source"]):
            work.append("a guess is written")
    if work:
        raise UsageError(
            f"Somebody has worked in {folder}: {', '.join(work[:4])}. Building would delete that. "
            "Copy the folder to another place, delete it here, and build again."
        )

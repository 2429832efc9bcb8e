"""Turns an instructor's text into the instructor's notebook.

Authors mark the kind of a cell with one word, and this module fills in nbgrader's metadata. Two builds of one text
give the same bytes: a cell's id comes from its name, or from its place if it has no name.

    # %% locked="ring"                         instructor's code, run as it is; the first is "setup"
    # %% write="elu"                           learners write here, between BEGIN SOLUTION and END SOLUTION
    # %% check="elu" points=3                  the visible check; its points are given by the hidden checks
    # %% check="elu" points=3 understanding=1  a point more, for answers about the learner's own code
    # %% [markdown] question="xu_table" points=2   answered in words, graded by a person
    # %% guess="ring"                          learners write a guess here, before that experiment: predict("ring", "")
    # %% free=true                             code to play with, never graded

A number that an experiment has found is not typed: `findings.py` fills it in, from a name in double braces. How long
the notebook takes is computed, too: `reading_time.py` fills in `{{how long}}`. The table
"Where the notes differ" becomes lines that open at a click (`errata.py`).

Each cell also gets its place in the slides that `autograder slides` makes from the notebook. The
instructor's experiments get a tag, by which nbgrader's Validate skips them.
"""

import re
from typing import Any

from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault

from .errata import folded
from .findings import filled, read_findings
from .reader import Notebook
from .reading_time import PLACE, how_long, minutes

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
EXPERIMENT = "experiment"  # course/jupyter/nbgrader_config.json names this tag, too
SUBMIT = "submit"  # the last cell, which hands in: Validate leaves it out, as it does experiments
_FRAME = ("setup", "progress", SUBMIT)  # instructor's cells that are not experiments: the first one and the last ones
_KINDS = ("locked", "write", "check", "question", "guess", "free")


def source_notebook(topic: Topic) -> str:
    """Returns the instructor's notebook of a topic, as JSON text.

    Raises:
        GraderFault: the instructor's text is missing, a cell in it is marked wrongly, or a number has no finding behind
            it; the message says which.
    """
    import jupytext  # takes a second to import, and only building needs it

    document = jupytext.read(need(topic.text, "It is the single source of a topic."))
    findings, time = read_findings(topic), how_long(minutes(document.cells))
    for cell in document.cells:
        cell.source = folded(filled(cell.source.replace(PLACE, time), topic, findings), str(topic.text))
    cells = [_cell(cell, topic, index) for index, cell in enumerate(document.cells)]
    names = [cell["id"] for cell in cells]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise GraderFault(f"{topic.text}: more than one cell is called {', '.join(repeated)}.")
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return Notebook(cells, metadata).to_json()


def write_source(topic: Topic) -> None:
    """Writes the instructor's notebook, unless the file is newer than the text and the findings in it."""
    made_of = [need(topic.text, ""), *([topic.findings] if topic.findings.is_file() else [])]
    if topic.source.is_file() and topic.source.stat().st_mtime > max(path.stat().st_mtime for path in made_of):
        return
    topic.source.parent.mkdir(parents=True, exist_ok=True)
    topic.source.write_text(source_notebook(topic), "utf-8")


# --- one cell ---------------------------------------------------------------------------------------


def _cell(cell: Any, topic: Topic, index: int) -> dict[str, Any]:
    marks = dict(cell.metadata)
    kinds = [kind for kind in _KINDS if kind in marks]
    where = f"{topic.text}, cell {index + 1} ({cell.source.splitlines()[0] if cell.source else 'empty'!r})"
    if len(kinds) > 1 or (not kinds and cell.cell_type == "code"):
        raise GraderFault(f"{where}: say what it is, with one of {', '.join(_KINDS)}.")
    kind = kinds[0] if kinds else "text"
    mark = marks.pop(kind, None)
    points = marks.pop("points", None)
    if (points is not None) != (kind in ("check", "question")):
        raise GraderFault(f"{where}: `points` belong to check and question cells, and to each of them.")
    if kind == "guess" and not re.fullmatch(rf'predict\("{mark}", ""\)(  # .*)?', cell.source):
        raise GraderFault(f'{where}: a place for a guess holds predict("{mark}", "") and no more.')
    place = f"{topic.slug}-{index}"
    name = {"write": f"write_{mark}", "guess": f"guess_{mark}", "text": place, "free": place}.get(kind, mark)
    understanding = _understanding(marks.pop("understanding", 0), kind, where)
    built: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": str(name).replace("_", "-"),
        "metadata": marks,
        "source": cell.source,
    }
    if cell.cell_type == "code":
        built |= {"execution_count": None, "outputs": []}
    if kind not in ("text", "guess", "free"):
        marks["nbgrader"] = _nbgrader(kind, str(name), points if points is None else points + understanding)
    if understanding:
        marks["gradwise"] = {"understanding": understanding}
    is_frame = kind == "locked" and mark in _FRAME
    if kind == "locked" and (not is_frame or mark == SUBMIT):
        marks["tags"] = [EXPERIMENT]
    marks["slideshow"] = {"slide_type": _slide(kind, cell.source, is_frame)}
    return built


def _understanding(points: object, kind: str, where: str) -> float:
    """Returns the points for questions about the learner's own code, which only a check cell may have."""
    is_number = isinstance(points, int | float) and not isinstance(points, bool) and points >= 0
    if not is_number or (points and kind != "check"):
        raise GraderFault(f"{where}: `understanding` is a number of points, and belongs to check cells.")
    assert isinstance(points, int | float)
    return points


def _slide(kind: str, source: str, is_frame: bool) -> str:
    """Returns nbconvert's slide type: a heading begins a slide, experiments go below it, exercises are skipped."""
    if is_frame or kind in ("write", "check", "question", "guess"):
        return "skip"
    if kind != "text":
        return "subslide"
    return "slide" if re.search(r"^##? ", source, re.MULTILINE) else "-"


def _nbgrader(kind: str, name: str, points: float | None) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "grade": kind in ("check", "question"),
        "grade_id": name,
        "locked": kind in ("locked", "check"),
        "schema_version": 3,
        "solution": kind in ("write", "question"),
        "task": False,
    }
    if points is not None:
        meta["points"] = points
    return meta

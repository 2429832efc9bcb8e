"""Every notebook with its solutions in it runs from top to bottom, without an error, a warning or a heap of outputs.

Training is quick here (`gradwise.training.quick`): nobody reads the figures. At full length: `make test-long`.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.core.course import find_course
from autograder.notebooks.source import source_notebook

from ..execution import executed
from ..outputs import crowded
from ..plan import is_long

COURSE = find_course()
MUSEUM = COURSE.root / "course" / "museum.ipynb"


def complaints(nb: Any) -> list[str]:
    """Lists the errors and warnings of an executed notebook, each with its cell."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    outputs = [(cell.id, output) for cell in cells for output in cell.outputs]
    errors = [f"{id}: {output.ename}: {output.evalue}" for id, output in outputs if output.output_type == "error"]
    printed = [(id, output) for id, output in outputs if output.output_type == "stream" and output.name == "stderr"]
    return errors + [f"{id}: {output.text}" for id, output in printed if "Warning" in output.text]


def said(nb: Any) -> list[tuple[str, str]]:
    """Lists all texts and pictures of an executed notebook, each with its cell; widgets have random names."""
    kinds = ("text/plain", "text/html", "image/png")
    found = []
    for cell in (cell for cell in nb.cells if cell.cell_type == "code"):
        for output in cell.outputs:
            data = output.get("data", {})
            if "application/vnd.jupyter.widget-view+json" not in data:
                found += [(cell.id, data[kind]) for kind in kinds if kind in data]
            if output.get("name") == "stdout":
                found.append((cell.id, output.text))
    return found


def topics_to_repeat() -> list[str]:
    """Returns the topics that are run twice: all at full length; else one, which changes with the texts."""
    slugs = [topic.slug for topic in COURSE.topics]
    if is_long():
        return slugs
    return [min(slugs, key=lambda slug: sha256(COURSE.topic(slug).text.read_bytes()).hexdigest())]


@pytest.mark.parametrize("name", [*(topic.slug for topic in COURSE.topics), MUSEUM.stem])
def test_a_notebook_runs_from_top_to_bottom_and_some_give_the_same_to_the_digit_again(
    name: str, tmp_path: Path, long: bool
) -> None:
    """Takes up to 40 seconds: a kernel starts, PyTorch is imported, and all experiments run; with some, twice."""
    text = MUSEUM.read_text("utf-8") if name == MUSEUM.stem else source_notebook(COURSE.topic(name))
    runs = []
    for number in range(2 if name in topics_to_repeat() else 1):
        place = tmp_path / str(number) / name  # the notebook's own folder: it saves the learner's parts beside it
        place.mkdir(parents=True)
        runs.append(executed(nbformat.reads(text, as_version=4), place, long=long))
    assert complaints(runs[0]) == []
    assert crowded(runs[0]) == []
    assert said(runs[0]) == said(runs[-1])
    assert len(said(runs[0])) > 5


def test_a_number_from_an_unseeded_generator_would_be_found(tmp_path: Path) -> None:
    nb = nbformat.v4.new_notebook()
    nb.cells = [nbformat.v4.new_code_cell("import random; print(random.random())", id="draw")]
    first, second = (said(executed(nb, tmp_path)) for _ in range(2))
    assert len(first) == 1
    assert first != second


def test_a_cell_that_fails_or_warns_would_be_found(tmp_path: Path) -> None:
    nb = nbformat.v4.new_notebook()
    nb.cells = [
        nbformat.v4.new_code_cell("1 / 0", id="division"),
        nbformat.v4.new_code_cell("import warnings; warnings.warn('overflow')", id="warning"),
        nbformat.v4.new_code_cell("print(1)\n2", id="heap"),
        nbformat.v4.new_code_cell("from tqdm.notebook import tqdm\nfor _ in tqdm([1]): pass", id="bar"),
        nbformat.v4.new_code_cell("1 + 1", id="well"),
    ]
    division, warning = complaints(executed(nb, tmp_path))
    assert crowded(nb) == ["heap: text, text", "bar: demo"]
    assert division == "division: ZeroDivisionError: division by zero"
    assert warning.startswith("warning: ")
    assert "UserWarning: overflow" in warning

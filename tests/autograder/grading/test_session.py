"""Grading a file: whatever a notebook was saved as, it gets the points of its code."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import jupytext
import nbformat
import pytest
from nbconvert.exporters import PythonExporter

from autograder.core.course import Topic
from autograder.grading.grader import Grader
from autograder.grading.reading import read_submission
from autograder.notebooks.outputs import MAX_BYTES

Write = Callable[[nbformat.NotebookNode], bytes]


def as_json(notebook: nbformat.NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def as_zip(notebook: nbformat.NotebookNode) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("homework/02_activations.ipynb", as_json(notebook))
    return packed.getvalue()


def with_large_outputs(notebook: nbformat.NotebookNode) -> bytes:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "A" * (MAX_BYTES // 20)})]
    data = as_json(notebook)
    assert len(data) > MAX_BYTES
    return data


def in_format_3(notebook: nbformat.NotebookNode) -> bytes:
    for cell in notebook.cells:
        cell.metadata = {}
    return nbformat.v3.writes_json(nbformat.convert(notebook, 3)).encode()


WAYS: dict[str, tuple[str, Write]] = {
    "large outputs": ("a.ipynb", with_large_outputs),
    "capital letters": ("a.IPYNB", as_json),
    "as text": ("a.ipynb.txt", as_json),
    "gzip": ("a.ipynb.gz", lambda notebook: gzip.compress(as_json(notebook))),
    "zip": ("a.zip", as_zip),
    "UTF-16": ("a.ipynb", lambda notebook: as_json(notebook).decode().encode("utf-16")),
    "JSON in JSON": ("a.ipynb", lambda notebook: json.dumps(as_json(notebook).decode()).encode()),
    "format 3": ("a.ipynb", in_format_3),
    "percent": ("a.py", lambda notebook: jupytext.writes(notebook, "py:percent").encode()),
    "light": ("a.py", lambda notebook: jupytext.writes(notebook, "py:light").encode()),
    "sphinx": ("a.py", lambda notebook: jupytext.writes(notebook, "py:sphinx").encode()),
    "markdown": ("a.md", lambda notebook: jupytext.writes(notebook, "md").encode()),
    "nbconvert's script": ("a.py", lambda notebook: PythonExporter().from_notebook_node(notebook)[0].encode()),
}


@pytest.mark.parametrize("way", WAYS)
def test_right_answers_get_full_points_in_whatever_way_they_were_saved(grader: Grader, topic: Topic, way: str) -> None:
    """Takes over ten seconds in all, because each way is graded."""
    notebook = nbformat.reads(topic.source.read_text("utf-8"), as_version=4)
    notebook.cells[1].source = "%matplotlib inline\n!pip install gradwise\n" + notebook.cells[1].source
    name, write = WAYS[way]
    result = grader.grade("ada", read_submission(name, write(notebook), grader.release))
    assert result.score == result.max_score == 25

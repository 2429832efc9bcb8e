"""Damages a notebook as it happens on the way to a grader, one function for each kind of damage."""

import copy
import json
from collections.abc import Callable
from typing import Any

from autograder.notebooks.reader import CellDict, Notebook, nbgrader_of

from .answers import write_cell

Damage = Callable[[Notebook], bytes]


def intact(notebook: Notebook) -> bytes:
    """Leaves the notebook as it is."""
    return notebook.to_json().encode()


def copied_cells(notebook: Notebook) -> bytes:
    """Copies an answer and its check with their metadata; the first copy is an older attempt."""
    cell = write_cell(notebook, "relu")
    at = notebook.cells.index(cell)
    older = copy.deepcopy(notebook.cells[at : at + 2])
    older[0]["source"] = "def relu(x):\n    return abs(x)"
    notebook.cells[at:at] = older
    return intact(notebook)


def split_cell(notebook: Notebook) -> bytes:
    """Splits an answer in the middle of a function; both halves carry its metadata."""
    cell = write_cell(notebook, "softmax_cross_entropy")
    at = notebook.cells.index(cell)
    lines = cell["source"].split("\n")
    rest = copy.deepcopy(cell)
    cell["source"], rest["source"] = "\n".join(lines[:3]), "\n".join(lines[3:])
    notebook.cells.insert(at + 1, rest)
    return intact(notebook)


def deleted_checks(notebook: Notebook) -> bytes:
    """Deletes all check cells, the setup and the experiments."""
    notebook.cells = [cell for cell in notebook.cells if not nbgrader_of(cell).get("locked")]
    return intact(notebook)


def lost_metadata(notebook: Notebook) -> bytes:
    """Drops every cell's metadata and id, as some editors do."""
    for cell in notebook.cells:
        cell["metadata"] = {}
    return _without_ids(notebook)


def moved_cells(notebook: Notebook) -> bytes:
    """Reverses the order of the cells."""
    notebook.cells.reverse()
    return intact(notebook)


def old_format(notebook: Notebook) -> bytes:
    """Saves the notebook in nbformat 3."""
    cells = [_as_version_3(cell) for cell in notebook.cells]
    document = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}
    return json.dumps(document).encode()


def cut_off(notebook: Notebook) -> bytes:
    """Cuts the file off after 70 % of the bytes, as a broken upload does."""
    whole = intact(notebook)
    return whole[: 7 * len(whole) // 10]


def retyped_cells(notebook: Notebook) -> bytes:
    """Turns two answers into text cells, adds tags that skip execution, and adds keys of another tool."""
    for name, kind in (("elu", "markdown"), ("relu", "raw")):
        cell = write_cell(notebook, name)
        cell["cell_type"] = kind
        cell.pop("outputs"), cell.pop("execution_count")
    for cell in notebook.cells:
        cell["metadata"]["tags"] = ["skip-execution"]
        cell["extra"] = {"tool": 1}
    return intact(notebook)


def old_schema(notebook: Notebook) -> bytes:
    """Puts nbgrader's metadata back to its first schema, and raises the points."""
    for cell in notebook.cells:
        meta = nbgrader_of(cell)
        if meta:
            meta["schema_version"] = 1
            meta.pop("task", None)
            if "points" in meta:
                meta["points"] = 100
    return intact(notebook)


def _without_ids(notebook: Notebook) -> bytes:
    document: dict[str, Any] = json.loads(notebook.to_json())
    for cell in document["cells"]:
        del cell["id"]
    return json.dumps({**document, "nbformat_minor": 4}).encode()


def _as_version_3(cell: CellDict) -> CellDict:
    if cell["cell_type"] == "code":
        return {"cell_type": "code", "input": cell["source"], "language": "python", "metadata": {}, "outputs": []}
    return {"cell_type": cell["cell_type"], "metadata": {}, "source": cell["source"]}

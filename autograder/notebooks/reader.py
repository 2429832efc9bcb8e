"""Reads any notebook that a learner may hand in: old, broken, cut off. `read` raises nothing, whatever the bytes are.

It uses `json` and not nbformat, which takes seconds to import and refuses the notebooks that need repair most.
"""

import itertools
import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from gradwise.understanding.record import Record, records_in

from . import scripts, unpacking
from .salvage import salvaged
from .unpacking import Unreadable
from .writer import notebook_text

MAX_CELLS = 2_000
MAX_SOURCE = 500_000  # characters in one cell
MAX_SOURCES = 2_000_000  # characters in all cells
MAX_DEPTH = 20  # of metadata
MAX_METADATA = 500  # values in the metadata of one cell, or of the notebook
MAX_RECORDS = 200  # of answers to questions; of more the last ones count
MAX_PICTURES = 100  # attached to one cell

CellDict = dict[str, Any]


@dataclass
class Notebook:
    """A notebook as plain nbformat 4.5 cells.

    Attributes:
        cells: every cell has an id, a type, a metadata dict and its source as one string; outputs are dropped.
        metadata: the notebook's own metadata.
        repairs: one sentence for each kind of damage that was mended while it was read.
        records: the answers to questions about the learner's own code, from the outputs.
        is_script: True if it was read from a Python or Markdown file, which keeps no names of cells.
    """

    cells: list[CellDict] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    is_script: bool = False
    records: list[Record] = field(default_factory=list)

    def to_json(self) -> str:
        """Returns the notebook as text, exactly as nbformat writes it."""
        return notebook_text(self.cells, self.metadata)


def read(data: bytes, name: str = "", *, known: bool = False) -> Notebook:
    """Reads a submitted file. Returns a notebook without cells if nothing in it can be read.

    Args:
        data: its bytes.
        name: its name: a Python file and a Markdown file are known by it.
        known: whether it was read before, and repaired, so that nothing is to be cut off.
    """
    notebook = Notebook()
    try:
        saved = unpacking.unpacked(data, name)
    except Unreadable as reason:
        notebook.repairs.append(str(reason))
        return notebook
    notebook.repairs = saved.repairs
    if saved.kind == unpacking.NOTEBOOK:
        document = _document(saved.text, notebook.repairs)
        notebook.metadata = _plain_metadata(document.get("metadata"))
        cells = _cells(document, notebook.repairs)
    else:
        notebook.is_script = True
        cells = _script(saved)
    if len(cells) > MAX_CELLS and not known:
        notebook.repairs.append(f"Only the first {MAX_CELLS} cells were read.")
        cells = cells[:MAX_CELLS]
    seen: set[str] = set()
    for index, cell in enumerate(cells):
        if isinstance(cell, dict):
            notebook.cells.append(_normal_cell(cell, index, seen))
            notebook.records += records_in(cell.get("outputs"))
    del notebook.records[:-MAX_RECORDS]
    if not known:
        _empty_large(notebook)
    if not notebook.cells and not notebook.repairs:
        notebook.repairs.append("The notebook holds no cells.")
    return notebook


def _empty_large(notebook: Notebook) -> None:
    """Empties cells that are longer than anybody would write: mending and writing them would delay the class."""
    total = 0
    for cell in notebook.cells:
        length = len(cell["source"])
        total += length
        if length > MAX_SOURCE or total > MAX_SOURCES:
            cell["source"] = ""
            which = f"A cell of more than {MAX_SOURCE}" if length > MAX_SOURCE else f"What follows {MAX_SOURCES}"
            notebook.repairs.append(f"{which} characters was emptied.")
    notebook.repairs[:] = dict.fromkeys(notebook.repairs)


def _script(saved: unpacking.Saved) -> list[Any]:
    if len(saved.text) > MAX_SOURCE:
        saved.repairs.append(f"The file is longer than {MAX_SOURCE} characters and was not read.")
        return []
    cells = scripts.python_cells(saved.text) if saved.kind == unpacking.PYTHON else scripts.markdown_cells(saved.text)
    return [{"cell_type": kind, "source": source} for kind, source in cells]


def code_cell(source: str, identifier: str) -> CellDict:
    """Returns a code cell without outputs."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def nbgrader_of(cell: CellDict) -> dict[str, Any]:
    """Returns the cell's nbgrader metadata; empty if the cell has no valid ones."""
    metadata = cell["metadata"].get("nbgrader")
    return metadata if isinstance(metadata, dict) else {}


# --- the file ---------------------------------------------------------------------------------------


def _document(text: str, repairs: list[str]) -> dict[str, Any]:
    try:
        document = unpacking.unwrapped(json.loads(text))
    except RecursionError:  # the deep nesting may be in an output, after good cells
        document = salvaged(text, repairs, MAX_CELLS)
        document = document if document and document["cells"] else None
    except ValueError:
        document = salvaged(text, repairs, MAX_CELLS)
    if isinstance(document, dict):
        return document
    repairs.append("The file is not a notebook: nothing in it could be read.")
    return {}


def _cells(document: dict[str, Any], repairs: list[str]) -> list[Any]:
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    worksheets = document.get("worksheets")  # nbformat 3 and older
    if isinstance(worksheets, list):
        repairs.append("The notebook is in an old format; it was read as the current one.")
        sheets = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
        return [cell for cells in sheets if isinstance(cells, list) for cell in cells]
    return []


# --- a cell -----------------------------------------------------------------------------------------


def _normal_cell(cell: CellDict, index: int, seen: set[str]) -> CellDict:
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "markdown" if kind == "heading" else "raw"
    identifier = cell.get("id")
    if not isinstance(identifier, str) or not re.fullmatch(r"[\w-]{1,64}", identifier, re.ASCII) or identifier in seen:
        identifier = _free_id(index, seen)
    seen.add(identifier)
    normal: CellDict = {
        "cell_type": kind,
        "id": identifier,
        "metadata": _plain_metadata(cell.get("metadata")),
        "source": _source(cell),
    }
    if kind == "code":
        normal |= {"execution_count": None, "outputs": []}
    elif attachments := _attachments(cell.get("attachments")):
        normal["attachments"] = attachments
    return normal


def _free_id(index: int, seen: set[str]) -> str:
    identifier = f"submitted-{index}"
    while identifier in seen:
        identifier += "x"
    return identifier


def _source(cell: CellDict) -> str:
    source = cell.get("source", cell.get("input", ""))  # `input` in nbformat 3
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        ends = len(lines) < 2 or any("\n" in line for line in lines)  # a program may write lines without their ends
        source = ("" if ends else "\n").join(lines)
    if not isinstance(source, str):
        return ""
    return _writable(source)


def _writable(text: str) -> str:
    """Replaces halves of surrogate pairs, which cannot be encoded."""
    return text.encode("utf-8", errors="replace").decode()


def _attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """Returns the pictures by name and MIME type. Drops every other value."""
    pictures = itertools.islice(attachments.items(), MAX_PICTURES) if isinstance(attachments, dict) else ()
    return {
        _writable(name): {_writable(kind): text for kind, data in bundle.items() if (text := _text(data)) is not None}
        for name, bundle in pictures
        if isinstance(bundle, dict)
    }


def _text(data: Any) -> str | None:
    """Returns a text, which nbformat may have written as a list of lines; None if it is something else."""
    if isinstance(data, list) and all(isinstance(line, str) for line in data):
        data = "".join(data)
    return _writable(data) if isinstance(data, str) else None


def _plain_metadata(metadata: Any) -> dict[str, Any]:
    small = isinstance(metadata, dict) and _is_small(metadata)
    plain: dict[str, Any] = _plain(metadata, MAX_DEPTH) if small else {}
    nbgrader = plain.get("nbgrader")
    if isinstance(nbgrader, dict):  # nbgrader writes only strings, numbers and booleans
        plain["nbgrader"] = {key: value for key, value in nbgrader.items() if not isinstance(value, dict | list)}
    return plain


def _is_small(metadata: CellDict) -> bool:
    waiting: list[Any] = [metadata]
    for _ in range(MAX_METADATA):
        if not waiting:
            return True
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not waiting


def _plain(value: Any, depth: int) -> Any:
    """Returns a copy that any JSON reader accepts: of limited depth, without lone surrogates and infinite numbers."""
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, dict):
        return {_writable(key): _plain(item, depth - 1) for key, item in value.items()} if depth else {}
    if isinstance(value, list):
        return [_plain(item, depth - 1) for item in value] if depth else []
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

"""formgrader's page of a submission, made in a process beside the server that may die: see `reports/apart.py`.

nbgrader makes the page in the server's only thread. What a learner wrote could keep that busy, and all pages with it.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.core import limits
from autograder.reports.apart import OneByOne

MOST_SHOWN = 500  # characters of a cell, on a page that could not be made as a whole
CUT = "**This page could not be made as a whole** ({}). Of long cells only the beginning is shown, and no picture is."
NOTHING = "**This page could not be made** ({}). The notebook is `{}`: read it in an editor, and do not run it."

Asked = tuple[Config, str, dict[str, Any]]  # nbconvert's configuration, the notebook's path, what the template needs


class Desk:
    """Makes one page after another, in a process that is started when it is first needed."""

    def __init__(self) -> None:
        self._one_by_one = OneByOne(forked=False)
        self._busy = asyncio.Lock()

    async def page(self, asked: Asked) -> str:
        """Returns a page without keeping the server: see `make`."""
        async with self._busy:
            return await asyncio.to_thread(self.make, asked)

    def make(self, asked: Asked) -> str:
        """Returns a page: as a whole, or else with long cells cut, or else with a sentence alone."""
        student = asked[2]["student"]
        page, reason = self._one_by_one.of(student, whole, asked), ""
        for shorter in (cut, nothing):
            if page is None:
                reason = reason or self._one_by_one.lost.pop(student)
                page = self._one_by_one.of(student, partial(shorter, reason), asked)
        return page or ""

    def close(self) -> None:
        """Ends the process."""
        self._one_by_one.__exit__(None, None, None)


# --- in the process ---------------------------------------------------------------------------------


def whole(asked: Asked) -> str:
    """Returns the page as nbgrader makes it."""
    config, path, resources = asked
    return str(_exporter(config).from_filename(path, resources=resources)[0])


def cut(reason: str, asked: Asked) -> str:
    """Returns the page with long cells cut and without outputs but for texts. Points can be given on it."""
    notebook = nbformat.read(asked[1], as_version=4)
    for cell in notebook.cells:
        if len(cell.source) > MOST_SHOWN:
            cell.source = f"{cell.source[:MOST_SHOWN]} ..."
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.output_type == "stream"]
            for output in cell.outputs:
                output.text = output.text[:MOST_SHOWN]
    return _below(CUT.format(reason), notebook, asked)


def nothing(reason: str, asked: Asked) -> str:
    """Returns a page with a sentence and nothing of the submission."""
    return _below(NOTHING.format(reason, asked[1]), nbformat.v4.new_notebook(), asked)


def _below(sentence: str, notebook: nbformat.NotebookNode, asked: Asked) -> str:
    config, path, resources = asked
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(sentence))
    about = {"name": Path(path).stem, "path": str(Path(path).parent)}
    return str(_exporter(config).from_notebook_node(notebook, resources={**resources, "metadata": about})[0])


def _exporter(config: Config) -> HTMLExporter:
    key = repr(config)
    if key not in _exporters:
        with limits.uncounted():
            _exporters[key] = HTMLExporter(config=config)
    return _exporters[key]


_exporters: dict[str, HTMLExporter] = {}  # of this process, by their configuration

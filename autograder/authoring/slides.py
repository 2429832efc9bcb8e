"""Makes a lecture of a topic: slides in one HTML file that needs no network, with formulas and figures in it.

Text and experiments are shown. Exercises, their checks and their solutions are run and not shown.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from autograder.core.course import Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import GraderFault
from autograder.notebooks.findings import without_links
from autograder.notebooks.source import source_notebook

from .rendering import render

_SECONDS = 1800  # for a cell: an experiment at full length
# What is said to somebody who writes: an exercise up to the next heading of another kind, and how notebooks work.
_EXERCISE = re.compile(r"^### (?:✎|Bonus).*?(?=^##? |^### (?!✎|Bonus)|\Z)", re.MULTILINE | re.DOTALL)
_HOW_IT_WORKS = re.compile(r"^\*\*How it works\.\*\*.*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_HOW_LONG = re.compile(r"^(# .*) · about .*(?:hour|minute)s?$", re.MULTILINE)
_NEW_SLIDE = re.compile(r"^(?=##? )", re.MULTILINE)


def write_slides(topic: Topic, path: Path, *, quick: bool = False) -> int:
    """Runs the instructor's notebook and writes its slides.

    Args:
        topic: the topic.
        path: the HTML file.
        quick: train for a short time only, to look at the slides.

    Returns:
        The number of slides.

    Raises:
        GraderFault: a cell failed; the text says which.
    """
    import nbformat

    notebook = nbformat.reads(source_notebook(topic), as_version=4)
    execute(notebook, quick=quick)
    slides = slides_of(notebook.cells)
    write_whole(path, page(topic.slug, slides))
    return len(slides)


def page(title: str, slides: list[str]) -> str:
    """Returns the HTML file with these slides."""
    return render(
        "slides.html", title=escape(title), slides="\n".join(f"<section>\n{one}\n</section>" for one in slides)
    )


def slides_of(cells: list[Any]) -> list[str]:
    """Returns the slides of an instructor's notebook as HTML: one for each heading, and one for each experiment."""
    slides: list[str] = []
    for cell in cells:
        if cell["metadata"]["slideshow"]["slide_type"] == "skip":
            continue
        if cell["cell_type"] == "code":
            slides.append(_experiment(cell))
            continue
        for number, text in enumerate(_NEW_SLIDE.split(without_exercises(without_links(cell["source"])))):
            if not text.strip():
                continue
            if number or re.match(r"##? ", text) or not slides:
                slides.append("")
            slides[-1] += _markdown().render(text)
    return [one for one in slides if one]


def without_exercises(text: str) -> str:
    """Returns a cell's Markdown without its exercises, and without how and how long a notebook is used."""
    return _HOW_LONG.sub(r"\1", _HOW_IT_WORKS.sub("", _EXERCISE.sub("", text)))


@cache
def _markdown() -> Any:
    from latex2mathml.converter import convert
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def formula(text: str, options: dict[str, Any]) -> str:
        math: str = convert(text, display="block" if options["display_mode"] else "inline")
        return math

    return MarkdownIt("commonmark", {"html": True}).enable(["table"]).use(dollarmath_plugin, renderer=formula)


def _experiment(cell: Any) -> str:
    code = f"<details><summary>Code</summary><pre>{escape(cell['source'])}</pre></details>"
    shown = [part for output in cell.get("outputs", ()) for part in _output(output)]
    if not shown and cell.get("execution_count") is not None:
        return ""  # a demo that shows nothing without its kernel
    return "\n".join([*shown, code])


def _output(output: Any) -> Iterator[str]:
    """Yields an output as HTML: a picture, else HTML, else text. A widget without one of them is left out."""
    data = output.get("data", {})
    if picture := data.get("image/png"):
        words, source = escape(data.get("text/plain", "")), "".join(picture.split())
        yield f'<img alt="{words}" src="data:image/png;base64,{source}">'
    elif "text/html" in data:
        yield "".join(data["text/html"])
    elif "application/vnd.jupyter.widget-view+json" not in data and "text/plain" in data:
        yield f"<pre>{escape(data['text/plain'])}</pre>"
    elif output["output_type"] == "stream" and output["name"] == "stdout":
        yield f"<pre>{escape(output['text'])}</pre>"


def execute(notebook: Any, *, quick: bool) -> None:
    """Runs all cells of a notebook, as if it lay in a learner's folder of the course.

    Raises:
        GraderFault: a cell failed.
        KeyboardInterrupt: somebody pressed Ctrl-C, or told the process to terminate.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "notebooks", "topic")  # parts.save writes two folders above a notebook's file
        place.mkdir(parents=True)
        client = NotebookClient(
            notebook,
            timeout=_SECONDS,
            resources={"metadata": {"path": str(place)}},
            extra_arguments=["--log-level=ERROR"],  # a warning about encryption on loopback says nothing to a teacher
        )
        try:
            client.execute(env={**os.environ, "GRADWISE_QUICK": "1" if quick else "0"})
        except CellExecutionError as error:
            raise GraderFault(f"A cell of the lecture failed: {error.ename}: {error.evalue}") from None
        except Exception:
            # nbclient hears Ctrl-C and SIGTERM itself, takes its kernel away, and trips over that
            if client.km is None:
                raise KeyboardInterrupt from None
            raise

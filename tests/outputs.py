"""What the cells of an executed notebook show: figures, tables, lines of text, demos, guesses."""

import itertools
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


def kinds(cell: Any) -> list[str]:
    """Returns the kind of each output of a cell, in order; what is printed in several pieces is one text."""
    found = [(_kind(output), output.get("name")) for output in cell.outputs]
    return [kind for (kind, _), _ in itertools.groupby(found)]


def _kind(output: Any) -> str:
    if output.output_type in ("stream", "error"):
        return {"stream": "text", "error": "error"}[output.output_type]
    page = output.data.get("text/html", "")
    if WIDGET in output.data:
        return "demo"
    for kind in ("still", "guess"):
        if f"gradwise-{kind}" in page:
            return kind
    if "<img" in page or any(kind.startswith("image/") for kind in output.data):
        return "figure"
    if "<table" in page:
        return "table"
    return "text" if output.data else "empty"


def crowded(nb: Any) -> list[str]:
    """Returns the cells of a notebook that show more than one figure, table, text and guess, or a demo and a guess."""
    shown = [(cell, kinds(cell)) for cell in nb.cells if cell.cell_type == "code"]
    return [
        f"{cell.id}: {', '.join(some)}"
        for cell, some in shown
        if len(set(some)) < len(some) or "empty" in some or ("demo" in some and some[:2] != ["demo", "still"])
    ]

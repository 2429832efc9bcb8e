"""The table "Where the notes differ" as learners see it: a line for each erratum, and what is right at a click."""

import html
import re

from autograder.core.outcomes import GraderFault

HEAD = "| | Lecture, slide | says | It is |\n|---|---|---|---|\n"
_CELLS = re.compile(r"(?<!\\)\|")
_PIECES = re.compile(r"\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*")
_TAGS = {"`": ("code", 1), "**": ("b", 2), "*": ("i", 1)}


def folded(source: str, where: str = "") -> str:
    """Turns the rows of the table into lines that open at a click; a text without the table stays as it is.

    Args:
        source: of a markdown cell.
        where: for messages.

    Raises:
        GraderFault: a row has not four cells.
    """
    before, head, rest = source.partition(HEAD)
    if not head:
        return source
    rows = re.match(r"(\|.*(\n|$))*", rest)
    table = rows.group() if rows else ""
    return before + "\n".join(_line(row, where) for row in table.splitlines()) + "\n" + rest[len(table) :]


def _line(row: str, where: str) -> str:
    cells = [cell.strip().replace(r"\|", "|") for cell in _CELLS.split(row)[1:-1]]
    if len(cells) != 4:
        raise GraderFault(f"{where}: a row of errata has four cells: number, lecture, what it says, what it is.")
    number, lecture, says, right = (as_html(cell) for cell in cells)
    return f"<details><summary><b>{number}</b> · {lecture}: {says}</summary>It is: {right}</details>"


def as_html(text: str) -> str:
    """Inline markdown as HTML, because markdown is not read within HTML; formulas stay as they are."""
    parts, end = [], 0
    for piece in _PIECES.finditer(text):
        parts += [html.escape(text[end : piece.start()], quote=False), _piece(piece.group())]
        end = piece.end()
    return "".join([*parts, html.escape(text[end:], quote=False)])


def _piece(text: str) -> str:
    if text.startswith("$"):
        return text
    tag, width = _TAGS["**" if text.startswith("**") else text[0]]
    return f"<{tag}>{html.escape(text[width:-width], quote=False)}</{tag}>"

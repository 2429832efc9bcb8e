"""Finds what a text says about experiments without naming a row of the ledger.

A number that an experiment has found comes from the ledger. So no decimal number, percentage or count of seeds is
typed in prose or in a caption: what follows from a formula stands in `$...$`, and a setting in backticks. The text
right behind an experiment says what it shows, so its first paragraphs name a row, or they say with `NO_CLAIM` that
they only explain what was computed.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from autograder.core.course import Topic, need
from autograder.notebooks.findings import NO_CLAIM, PLACE

_NUMBER = re.compile(r"(?<![\w.])[-+−±]?\d+\.\d+(?!\.?\d)|\d+(?:\.\d+)?\s?%|\bper cent\b|\b\d+ of \d+\b|\b\d+e[-+]\d+")
_EXEMPT = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|```.*?```|`[^`]*`|<!--.*?-->|\{\{.*?\}\}|<code>.*?</code>|\]\([^)]*\)|"
    r"\b(?:section|notebook|experiment)s? \d[\d.]*(?: (?:and|to) \d[\d.]*)*|^#+ [^\n]*|\(\d{4}\)",
    re.S | re.M | re.I,
)
_REFERENCE = ("## In PyTorch", "## Where the notes differ", "## References")  # tables of names, and of others' numbers


def unsupported(topic: Topic) -> list[str]:
    """Says for each number or finding of a text that no experiment stands behind where it is."""
    import jupytext

    cells = jupytext.read(need(topic.text, "It is the single source of a topic.")).cells
    sentences = []
    for before, cell in zip([None, *cells], cells, strict=False):
        name = cell.source.strip().splitlines()[0][:60] if cell.source.strip() else ""
        sentences += [f"{name!r}: {number!r} is typed" for number in typed_numbers(cell, topic.slug[1])]
        if before is not None and _is_experiment(before) and cell.cell_type == "markdown" and not _is_backed(cell):
            sentences.append(f"{name!r}: says what an experiment shows, and names no row")
    return sentences


def typed_numbers(cell: Any, chapter: str = "0") -> list[str]:
    """Returns the numbers in the prose of a cell, or in its captions, that look like results and are typed.

    Args:
        cell: a text or code cell.
        chapter: the notebook's number; sections of it, as 6.2 in notebook 6, are not results.
    """
    parts = [_prose(cell.source)] if cell.cell_type == "markdown" else list(_captions(cell.source))
    numbers = [match[0] for part in parts for match in _NUMBER.finditer(_EXEMPT.sub(" ", part))]
    return [number for number in numbers if not re.fullmatch(rf"{chapter}\.[1-9]", number)]


def rows_named(topic: Topic) -> set[str]:
    """Returns the rows of the ledger that a text names."""
    return {match[1] for match in PLACE.finditer(topic.text.read_text("utf-8"))}


def _prose(source: str) -> str:
    """Returns what a text cell says itself, without its tables of references and the solution of a question."""
    source = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", source, flags=re.S)
    sections = re.split(r"^(?=## )", source, flags=re.M)
    return "\n".join(section for section in sections if not section.startswith(_REFERENCE))


def _captions(code: str) -> Iterator[str]:
    """Yields the typed parts of the captions of a cell."""
    for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", code, flags=re.M))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "caption":
            typed = [part for arg in node.args for part in getattr(arg, "values", [arg])]
            yield from (part.value for part in typed if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _is_experiment(cell: Any) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("locked") not in (None, "setup", "parts", "progress")


def _is_backed(cell: Any) -> bool:
    """Whether a text cell names a row before it goes on to something else, which begins with a heading."""
    beginning = re.split(r"^#", cell.source, maxsplit=1, flags=re.M)[0]
    return PLACE.search(beginning) is not None or NO_CLAIM in beginning or not beginning.strip()

"""Reads what can be read of a notebook that is not valid JSON: cut off, damaged, or with the marks of a merge."""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_BROKEN = 50  # cells that cannot be read; each may be as long as the file

CUT_OFF = "The file is cut off or damaged; the cells before the damage were kept."
WITH_GAPS = "The file is damaged in the middle; the cells that are whole were kept."
MERGED = "The file held the marks of a merge; of two versions the first was kept."
NOTHING = "The file is damaged: no cell of it could be read."

_BEGINNING = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:')


def salvaged(text: str, repairs: list[str], most: int) -> dict[str, Any] | None:
    """Returns the whole cells of a notebook that is not valid JSON; None if it has no list of cells.

    Args:
        text: the file.
        repairs: gets a sentence about what was done.
        most: how many cells are read; one more is, to tell that there are more.
    """
    if "\n<<<<<<<" in text:
        text = "".join(_first_version(text.splitlines(keepends=True)))
        repairs.append(MERGED)
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            pass
        else:
            return document if isinstance(document, dict) else None
    start = re.search(r'"cells"\s*:\s*\[', text)
    if start is None:
        return None
    cells, gaps = _whole_cells(text, start.end(), most)
    repairs.append(NOTHING if not cells else WITH_GAPS if gaps else CUT_OFF)
    return {"cells": cells}


def _whole_cells(text: str, at: int, most: int) -> tuple[list[Any], bool]:
    """Returns the cells that can be read behind a place, and whether there are some behind one that cannot."""
    decoder, cells, broken, gaps = json.JSONDecoder(), list[Any](), 0, False
    while len(cells) <= most and broken < MOST_BROKEN and (match := _BEGINNING.search(text, at)):
        try:
            cell, at = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            broken, at = broken + 1, match.end()
            continue
        if "cell_type" in cell and ("source" in cell or "input" in cell):  # and not a part of a broken cell
            cells.append(cell)
            gaps = gaps or broken > 0
    return cells, gaps


def _first_version(lines: list[str]) -> Iterator[str]:
    """Yields the lines without the marks of version control, and without the second of two versions."""
    keep = True
    for line in lines:
        mark = line[:7]
        if mark == "<<<<<<<":
            keep = True
        elif mark in ("|||||||", "=======") and line.rstrip("\r\n")[7:8] in ("", " "):
            keep = False
        elif mark == ">>>>>>>":
            keep = True
        elif keep:
            yield line

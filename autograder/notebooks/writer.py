"""Writes a notebook exactly as nbformat does, without importing it."""

import json
from functools import lru_cache
from typing import Any

MAX_COMMON = 5_000  # characters of a cell whose written form is cached
_TEXTS = ("application/javascript", "image/svg+xml")  # which nbformat writes as lines, besides text/...
MOST_COMMON = 500  # cells whose written form is cached


def notebook_text(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> str:
    """Returns the text of a notebook of format 4.5, exactly as nbformat writes it."""
    text = _indented({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    if cells:
        written = ",\n  ".join(_cell_written(json.dumps(cell)) for cell in cells)
        text = text.replace('"cells": []', f'"cells": [\n  {written}\n ]', 1)
    return text + "\n"


def _indented(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)


def _cell_written(packed: str) -> str:
    """Returns a cell, given as JSON, as a file holds it: with indents, and with its text as a list of lines."""
    return _common_cell_written(packed) if len(packed) <= MAX_COMMON else _split_and_indented(packed)


@lru_cache(MOST_COMMON)
def _common_cell_written(packed: str) -> str:
    """Caches the written form: most cells of a class are the released ones, and `json` is slow with indents."""
    return _split_and_indented(packed)


def _split_and_indented(packed: str) -> str:
    return _indented(_lines_split(json.loads(packed))).replace("\n", "\n  ")


def _lines_split(cell: dict[str, Any]) -> dict[str, Any]:
    """Returns a cell with its source, and the text of its outputs and attachments, as lists of lines."""
    split = {**cell, "source": cell["source"].splitlines(keepends=True)}
    if cell.get("outputs"):
        split["outputs"] = [_output_split(output) for output in cell["outputs"]]
    if cell.get("attachments"):
        split["attachments"] = {name: _attachment_split(bundle) for name, bundle in cell["attachments"].items()}
    return split


def _attachment_split(bundle: dict[str, str]) -> dict[str, Any]:
    lines = {kind for kind in bundle if kind.startswith("text/") or kind in _TEXTS}
    return {kind: text.splitlines(keepends=True) if kind in lines else text for kind, text in bundle.items()}


def _output_split(output: dict[str, Any]) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": output["text"].splitlines(keepends=True)}
    return {**output, "data": {kind: text.splitlines(keepends=True) for kind, text in output["data"].items()}}

"""Puts answers into a released notebook, as a learner would."""

import ast
import copy
import re
from pathlib import Path

from autograder.core.course import Topic
from autograder.grading.edits import lines_of, without_docstring
from autograder.grading.misconceptions import load_misconceptions
from autograder.notebooks.reader import CellDict, Notebook, code_cell, nbgrader_of
from autograder.notebooks.release import Release, is_answer, is_manual

Functions = dict[str, str]
_STUB = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)


def read_style(path: Path) -> tuple[str, Functions]:
    """Reads a file of right answers.

    Returns:
        The imports and helpers as one text, and the source of each public function or class by its name.
    """
    source = path.read_text("utf-8")
    helpers, functions = [], {}
    for node in ast.parse(source).body:
        piece = lines_of(node, source, decorators=True)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            functions[node.name] = piece
        elif not isinstance(node, ast.Expr):  # a docstring is left out
            helpers.append(piece)
    return "\n\n\n".join(helpers), functions


def wrong_answers(topic: Topic, names: tuple[str, ...]) -> Functions:
    """Returns the functions of these misconceptions, without the docstring, which would give them away."""
    entries = {entry.id: entry for entry in load_misconceptions(topic)}
    return {entries[name].function: without_docstring(entries[name].source) for name in names}


def answered(release: Release, helpers: str, functions: Functions, words: str = "") -> Notebook:
    """Returns the release with these functions written into its cells; the other functions stay unwritten.

    Helpers, and functions that no cell asks for, are in a cell of their own before the first answer.

    Args:
        release: the released notebook.
        helpers: imports and helper functions.
        functions: sources by name.
        words: the answer in words; empty to leave it unwritten.
    """
    cells = copy.deepcopy(release.cells)
    first = next(i for i, cell in enumerate(cells) if is_answer(cell))
    asked = {name for cell in cells if is_answer(cell) for name in _STUB.findall(cell["source"])}
    helpers = "\n\n\n".join(
        filter(None, [helpers, *(source for name, source in functions.items() if name not in asked)])
    )
    for cell in cells:
        if is_manual(cell):
            cell["source"] = cell["source"].replace("*Your answer here.*", words or "*Your answer here.*")
        elif is_answer(cell):
            cell["source"] = _fill(cell["source"], functions)
    if helpers:
        cells.insert(first, code_cell(helpers, "own-helpers"))
    return Notebook(cells, dict(release.metadata))


def write_cell(notebook: Notebook, name: str) -> CellDict:
    """Returns the cell in which learners write the answer to an exercise."""
    return next(cell for cell in notebook.cells if nbgrader_of(cell).get("grade_id") == f"write_{name}")


def _fill(source: str, functions: Functions) -> str:
    names = _STUB.findall(source)
    if not any(name in functions for name in names):
        return source
    stubs = dict(zip(names, re.split(r"(?=^(?:def|class) )", source, flags=re.MULTILINE)[1:], strict=True))
    return "\n\n\n".join(functions.get(name, stubs[name].rstrip()) for name in names)

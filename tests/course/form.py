"""Rules for the form of an instructor's text: each returns a sentence for each violation."""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeGuard

MOST_LINES = 12  # of an experiment's cell
_PREDICT = re.compile(r"\*\*Predict\s+first")
_EXERCISE = re.compile(r"^### ✎ Exercise `(\w+)`.*$", re.M)
_FRAME = ("setup", "parts", "progress")


def kind_of(cell: Any) -> tuple[str, str]:
    """Returns the kind of a cell of a text, and its name."""
    for kind in ("locked", "write", "check", "question", "guess", "free"):
        if kind in cell.metadata:
            return kind, str(cell.metadata[kind])
    return "text", ""


def without_guesses(cells: list[Any]) -> Iterator[str]:
    """Yields what is wrong with the places for guesses.

    Each "Predict first" is followed by a place, with nothing but the setup between. Its experiment comes after it and
    shows the guess.
    """
    kinds = [kind_of(cell) for cell in cells]
    for number, cell in enumerate(cells):
        if kinds[number][0] != "text" or not _PREDICT.search(cell.source):
            continue
        after = [kind for kind in kinds[number + 1 : number + 3] if kind != ("locked", "setup")]
        if not after or after[0][0] != "guess":
            yield f"{_first(cell)}: no place for the guess follows"
        if len(_PREDICT.findall(cell.source)) > 1:
            yield f"{_first(cell)}: asks for two guesses"
    for number, (kind, name) in enumerate(kinds):
        if kind == "guess" and not any(f'guessed("{name}")' in cell.source for cell in cells[number:]):
            yield f"{name}: the guess is not shown again"
        if kind == "guess" and not any(_PREDICT.search(cell.source) for cell in cells[max(0, number - 2) : number]):
            yield f"{name}: no text asks for this guess"


def stacked(cells: list[Any]) -> Iterator[str]:
    """Yields the exercises with points whose text does not end right before the cell in which they are written."""
    side = {kind_of(cell)[1] for cell in cells if cell.metadata.get("points") == 0}
    for before, cell in pairwise(cells):
        kind, name = kind_of(cell)
        if kind != "write" or name in side:
            continue
        titles = list(_EXERCISE.finditer(before.source)) if kind_of(before)[0] == "text" else []
        if [title[1] for title in titles] != [name]:
            yield f"{name}: its text does not stand right before its cell"
        elif re.search(r"^##? |\*\*Predict", before.source[titles[0].end() :], re.M):
            yield f"{name}: another text comes between it and its cell"


def _first(cell: Any) -> str:
    return repr(cell.source.strip().split("\n")[0][:60])


def experiments(cells: list[Any]) -> Iterator[tuple[str, str]]:
    """Yields the name and the code of each experiment."""
    for cell in cells:
        kind, name = kind_of(cell)
        if kind == "locked" and name not in _FRAME:
            yield name, cell.source


def unreadable(name: str, code: str) -> Iterator[str]:
    """Yields what makes an experiment's code hard to read: too many lines, or a lambda within a lambda."""
    lines = [line for line in code.split("\n") if line.strip() and not line.strip().startswith("#")]
    if len(lines) > MOST_LINES:
        yield f"{name}: {len(lines)} lines"
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Lambda) and any(isinstance(part, ast.Lambda) for part in ast.walk(node.body)):
            yield f"{name}, line {node.lineno}: a lambda within a lambda"


def hidden_demos(cells: list[Any]) -> Iterator[str]:
    """Yields a sentence for each demo that a notebook would not show: Jupyter shows the last line's value only."""
    for cell in cells:
        lines = cell.source.rstrip().split("\n") if cell.cell_type == "code" else []
        yield from (
            f"{line} is not the last line of its cell" for line in lines[:-1] if re.match(r"demos\.\w+\(", line)
        )


SAW = "**What you saw:** "
_LONGEST = 260  # characters: two lines of a notebook
_PLACE = re.compile(r"\{\{[^}]*\}\}")


def drawing(modules: Iterable[str]) -> set[str]:
    """Returns the names of the functions in some modules that show a figure."""
    return {
        node.name
        for module in modules
        for node in ast.parse(module).body
        if isinstance(node, ast.FunctionDef) and "plots.show(" in ast.unparse(node)
    }


def unsaid(cells: list[Any], drawing: set[str]) -> Iterator[str]:
    """Yields the experiments that show a figure, and have no two lines behind them that say what was to be seen."""
    for cell, after in pairwise(cells):
        kind, name = kind_of(cell)
        if kind != "locked" or name in _FRAME:
            continue
        calls = {node.func.attr for node in ast.walk(ast.parse(cell.source)) if _is_method(node)}
        if not calls & drawing and "plots.show(" not in cell.source:
            continue
        first = after.source.removeprefix("<!-- no claim -->").split("\n\n")[0]
        if kind_of(after)[0] != "text" or not first.startswith(SAW):
            yield f"{name}: no text behind the figure says what was to be seen"
        elif len(_PLACE.sub("evidence", first)) > _LONGEST:
            yield f"{name}: says in more than two lines what was to be seen"


def _is_method(node: ast.AST) -> TypeGuard[Any]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)

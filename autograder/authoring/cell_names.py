"""Says what the cells of a release hold: which defines which name, and before which experiments a guess is written."""

import ast
import re
import symtable
from collections.abc import Iterator

from autograder.core.course import Topic
from autograder.notebooks.reader import CellDict
from autograder.notebooks.release import is_answer, is_check, read_release


def cell_names(topic: Topic) -> dict[str, dict[str, list[str]]]:
    """Returns the names that cells define, by a cell's first line: for the learner's cells, and for those given."""
    found: dict[str, dict[str, list[str]]] = {"learners": {}, "given": {}}
    for cell in read_release(topic.release).cells:
        if cell["cell_type"] == "code" and not is_check(cell):
            kind = "learners" if is_answer(cell) else "given"
            found[kind].setdefault(first_line(cell), []).extend(_defined(cell))
    return found


def predictions(topic: Topic) -> list[str]:
    """Returns the names of the experiments before which learners write a guess, in order."""
    cells = [cell["source"] for cell in read_release(topic.release).cells if cell["cell_type"] == "code"]
    return [found[1] for source in cells if (found := re.match(r'predict\("(\w+)"', source))]


def first_line(cell: CellDict) -> str:
    """Returns the first line of a cell, by which people find it."""
    source: str = cell["source"]
    return source.strip().partition("\n")[0]


def _defined(cell: CellDict) -> list[str]:
    """Returns the names that a cell defines. From Python 3.12 on a symbol table holds those of comprehensions, too."""
    symbols = symtable.symtable(cell["source"], "cell", "exec").get_symbols()
    tree = ast.parse(cell["source"])
    inner = {*_in_comprehensions(tree, inside=True)} - {*_in_comprehensions(tree, inside=False)}
    defined = (symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported())
    return [name for name in defined if name not in inner]


def _in_comprehensions(node: ast.AST, *, inside: bool) -> Iterator[str]:
    """Yields the variables of a cell's own comprehensions, or all names that it sets outside of them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            targets = (part for part in ast.walk(child.target) if isinstance(part, ast.Name))
            yield from (part.id for part in targets if inside)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store) and not inside:
            yield child.id
        elif not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from _in_comprehensions(child, inside=inside)

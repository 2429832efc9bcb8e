"""Says what the cells of a release hold: which defines which name, and before which experiments a guess is written."""

import re
import symtable

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
    symbols = symtable.symtable(cell["source"], "cell", "exec").get_symbols()
    return [symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()]

"""Gathers a learner's own code from the cells of a notebook: an exercise's functions, and what these need."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..dependencies import outer_names

MOST_CHARACTERS = 20_000  # of code that is asked about
MOST_STATEMENTS = 400  # that an exercise's functions may need
_GIVEN = {"np", "Draws", "Order"}  # names that every scene has


@dataclass(frozen=True)
class Piece:
    """A statement of a cell: its text, and what it binds and needs."""

    text: str
    binds: frozenset[str]
    changes: frozenset[str]
    needs: frozenset[str]


@dataclass(frozen=True)
class Code:
    """A learner's functions as one text that runs by itself.

    Attributes:
        text: the text.
        functions: the functions of the exercise that are in it.
    """

    text: str
    functions: tuple[str, ...]

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """All statements, in the order of `ast.walk`."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @property
    def key(self) -> str:
        """What tells whether the code has changed: its syntax tree, without comments and layout."""
        return ast.dump(self.tree)

    def definition_of(self, statement: ast.stmt) -> ast.FunctionDef | ast.ClassDef | ast.stmt:
        """Returns the top-level definition that a statement stands in."""
        line = statement.lineno
        return next(node for node in self.tree.body if first_line(node) <= line <= (node.end_lineno or line))


def first_line(node: ast.stmt) -> int:
    """Returns the first line of a statement, its decorators included."""
    return int(min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))]))


def gather(cells: Iterable[str], functions: Sequence[str]) -> Code:
    """Returns the functions of an exercise as the cells leave them, with what they need before them.

    Args:
        cells: the cells' texts, in the order in which they run; a cell that is not Python is passed over.
        functions: the names of the exercise's functions; those that are missing or not written are left out.
    """
    pieces = [piece for cell in cells for piece in pieces_of(cell)]
    last = {name: place for place, piece in enumerate(pieces) for name in piece.binds}
    functions = [name for name in functions if name in last and not _is_stub(pieces[last[name]].text)]
    chosen: set[int] = set()
    waiting = list(functions)
    seen = set(waiting) | _GIVEN
    while waiting and len(chosen) <= MOST_STATEMENTS:
        name = waiting.pop()
        later = {place for place, piece in enumerate(pieces) if place > last[name] and name in piece.changes}
        found = {last[name], *later}
        for place in found - chosen:
            chosen.add(place)
            new = {needed for needed in pieces[place].needs if needed in last} - seen
            seen |= new
            waiting += new
    star = {place for place, piece in enumerate(pieces) if "*" in piece.binds}
    text = "\n\n".join(pieces[place].text for place in sorted(chosen | (star if chosen else set())))
    return Code(text, tuple(functions))


def _is_stub(text: str) -> bool:
    """Tells whether a function is as learners get it: it does no more than raise NotImplementedError."""
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef):
        return False
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0])


def pieces_of(cell: str) -> Iterator[Piece]:
    """Yields the statements of a cell that bind or change a name; none for a cell that is not Python."""
    python = without_magics(cell)
    try:
        body = ast.parse(python).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = python.split("\n")
    for node in body:
        binds, changes = _bound(node), _changed(node)
        if not binds and not changes:
            continue
        text = "\n".join(lines[first_line(node) - 1 : node.end_lineno])
        try:
            needs = outer_names(compile(ast.Module([node], []), "<part>", "exec"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield Piece(text, frozenset(binds), frozenset(changes), frozenset(needs) - {"__name__"})


def without_magics(cell: str) -> str:
    """Replaces Jupyter's magics by `pass`, which keeps the line numbers; a cell in another language becomes empty."""
    lines = cell.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not re.match(r"%%(time|timeit|capture|prun)\b", lines[first]):
            return ""
        lines[first] = "pass"
    magic = re.compile(r"[ \t]*([%!?]|[\w.]+\?{1,2}[ \t]*$)")
    return "\n".join(line[: len(line) - len(line.lstrip())] + "pass" if magic.match(line) else line for line in lines)


def _bound(node: ast.stmt) -> set[str]:
    """Returns the names that a statement sets; "*" for an import of everything."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    if isinstance(node, ast.If | ast.Try | ast.With):
        inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)]
        return set().union(*map(_bound, inner)) if inner else set()
    return set()


def _changed(node: ast.stmt) -> set[str]:
    """Returns the names whose objects a statement changes: ``BatchNorm.__call__ = forward``, ``table[1] = 2``."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    roots = set()
    for target in targets:
        inner: ast.expr = target
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if isinstance(inner, ast.Name) and (inner is not target or isinstance(node, ast.AugAssign)):
            roots.add(inner.id)
    return roots

"""Makes the mutants of a text: its author's own code with one mistake planted in it."""

import ast
import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .operators import OPERATORS, Operator, know_names

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_LOOSE = (ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.IfExp, ast.Lambda, ast.NamedExpr)
_BINDING = (ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.Attribute, ast.Subscript, ast.Call, ast.IfExp)
_WORDS = {"axis", "keepdims", "ddof", "correction", "dtype"}  # keyword arguments with operators of their own


@dataclass(frozen=True)
class Mutant:
    """Code with one mistake.

    Attributes:
        exercise: the exercise it belongs to.
        function: the function, or the class and method, that the mistake is in.
        operator: the kind of mistake, and what to test.
        was: the right statement, in a normal form that does not depend on its layout.
        becomes: the statement with the mistake, in the same form.
        place: its number, from 1, among the mutants with the same key.
        line: the line of the text, from 1.
        statement: the number of the statement, from 0, in the order of `ast.walk`.
        source: the text with the mistake.
        diff: the changed lines, as a diff of the author's text.
    """

    exercise: str
    function: str
    operator: Operator
    was: str
    becomes: str
    place: int
    line: int
    statement: int
    source: str
    diff: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The function and the two statements, by which a mark in `equivalent/` names it."""
        return self.function, self.was, self.becomes


def mutants_of(source: str, exercise: str = "", lines: Collection[int] | None = None) -> Iterator[Mutant]:
    """Yields the mutants of a text, in the order of its lines, one for each different syntax tree.

    Args:
        source: the text.
        exercise: the exercise it belongs to.
        lines: the lines to change, from 1. By default those between the marks of a solution; the learner has the others
            already.

    Raises:
        SyntaxError: the text is not Python.
    """
    tree = ast.parse(source)
    know_names(tree)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    number = {id(statement): index for index, statement in enumerate(statements)}
    within = _solution_lines(source) if lines is None else lines
    seen: set[str] = {ast.dump(tree)}
    places: dict[tuple[str, str, str], int] = {}
    for place in _places(tree):
        if place.node.lineno not in within:
            continue
        for operator in OPERATORS:
            for wrong in operator.change(place.node):
                mutated = _spliced(source, place.node, _text(wrong, place.parent))
                try:
                    changed = ast.parse(mutated)
                except SyntaxError:
                    continue
                if (dump := ast.dump(changed)) in seen:
                    continue
                seen.add(dump)
                after = [node for node in ast.walk(changed) if isinstance(node, ast.stmt)]
                was, becomes = headline(place.statement), headline(after[number[id(place.statement)]])
                key = (place.function, was, becomes)
                places[key] = places.get(key, 0) + 1
                yield Mutant(
                    exercise, *(place.function, operator, was, becomes), places[key], place.node.lineno,
                    number[id(place.statement)], mutated, _diff(source, mutated),
                )  # fmt: skip


def headline(statement: ast.stmt) -> str:
    """Returns a statement in its normal form; for a compound statement only the first line."""
    return ast.unparse(statement).partition("\n")[0]


# --- places -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """A node that can hold a mistake, with its parent, the statement that it is in, and the function's name."""

    node: ast.expr | ast.stmt
    parent: ast.AST
    statement: ast.stmt
    function: str


def _places(tree: ast.Module) -> Iterator[_Place]:
    """Yields every expression and statement that can hold a mistake."""

    def visit(node: ast.AST, parent: ast.AST, statement: ast.stmt | None, function: str) -> Iterator[_Place]:
        if isinstance(node, ast.stmt):
            statement = node
        if isinstance(node, ast.expr | ast.stmt) and statement is not None:
            yield _Place(node, parent, statement, function)
        inside = function
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inside = f"{function}.{node.name}" if function else node.name
        for child in _children(node):
            yield from visit(child, node, statement, inside)

    yield from visit(tree, tree, None, "")


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yields the children of a node that affect what it computes: not docstrings, types, decorators and messages."""
    if isinstance(node, ast.Raise | ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue  # a docstring
            if isinstance(child, ast.keyword) and child.arg in _WORDS:
                continue
            if isinstance(child, ast.AST):
                yield child


def _solution_lines(source: str) -> set[int]:
    inside, lines = False, set()
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip() == BEGIN:
            inside = True
        elif line.strip() == END:
            inside = False
        elif inside:
            lines.add(number)
    return lines


# --- text -------------------------------------------------------------------------------------------


def _text(wrong: ast.AST, parent: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(wrong))
    return f"({text})" if isinstance(wrong, _LOOSE) and isinstance(parent, _BINDING) else text


def _spliced(source: str, node: ast.expr | ast.stmt, text: str) -> str:
    """Returns the source with `text` in the place of a node. A node's columns count bytes."""
    lines = source.split("\n")
    assert node.end_lineno is not None
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    if isinstance(node, ast.If | ast.For | ast.While):  # only the first line of a compound statement is replaced
        head = text.partition("\n")[0]
        kept = "\n".join(lines[node.body[0].lineno - 1 :])
        return "\n".join([*lines[: node.lineno - 1], first[: node.col_offset].decode() + head, kept])
    before, after = first[: node.col_offset].decode(), last[node.end_col_offset :].decode()
    if before.endswith("(") and after.startswith(")") and text.startswith("("):
        text = text[1:-1]  # the source has the parentheses already
    middle = before + text.replace("\n", "\n" + " " * node.col_offset) + after
    return "\n".join([*lines[: node.lineno - 1], middle, *lines[node.end_lineno :]])


def _diff(source: str, mutated: str) -> str:
    lines = list(difflib.unified_diff(source.split("\n"), mutated.split("\n"), lineterm="", n=0))
    return "\n".join(line for line in lines[2:] if not line.startswith("@@"))

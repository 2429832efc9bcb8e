"""Notes what statements leave behind: by the interpreter's trace, and by statements that are planted in the code.

The grader sends this file into the sandbox.
"""

import ast
from collections.abc import Iterator
from types import FrameType
from typing import Any

import numpy as np

from .values import noted_value

MOST_LINES = 6000  # of the code that are run in one call
MOST_NOTED = 24  # values of one statement
MOST_STEPS = 40
FILE = "<your code>"


class TooLong(BaseException):
    """The code has run more lines than a small call needs."""


_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr, ast.Raise, ast.Break, ast.Continue, ast.Pass)


def watched(tree: ast.AST) -> Iterator[tuple[int, ast.stmt]]:
    """Yields the number and the node of each statement in a function whose value can be asked for."""
    for number, node in in_functions(tree):
        if (isinstance(node, ast.Return) and node.value is not None) or target_of(node):
            yield number, node


def in_functions(tree: ast.AST) -> Iterator[tuple[int, ast.stmt]]:
    """Yields the number and the node of each statement in a function."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            inside |= {id(part) for part in ast.walk(node) if isinstance(part, ast.stmt)} - {id(node)}
    for number, node in enumerate(statement for statement in ast.walk(tree) if isinstance(statement, ast.stmt)):
        if id(node) in inside:
            yield number, node


def header_end(node: ast.stmt) -> int:
    """Returns the last line of a statement; of a compound statement the last line before its body."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return max(node.lineno, int(last))


def target_of(node: Any) -> str:
    """Returns the name or the attribute of `self` that a statement sets; "" for other statements."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
        target = node.target
    else:
        return ""
    while isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return f"self.{target.attr}"
    return ""


def _held(target: str, names: dict[str, Any]) -> Any:
    if target.startswith("self."):
        return getattr(names.get("self"), target[5:], None)
    return names.get(target)


class Plan:
    """Which statement stands on a line, and which statements are watched."""

    def __init__(self, tree: ast.AST) -> None:
        self.at: dict[int, int] = {}
        self.nodes: dict[int, Any] = {}
        self.watch = dict(watched(tree))
        for number, node in enumerate(statement for statement in ast.walk(tree) if isinstance(statement, ast.stmt)):
            for line in range(node.lineno, header_end(node) + 1):
                above = self.at.get(line)  # a body on the line of its `def` is what runs there
                free = above is None or (above >= 0 and isinstance(self.nodes[above], ast.FunctionDef))
                self.at[line] = number if free else -1
            self.nodes[number] = node

    def is_short(self, number: int) -> bool:
        """Tells whether a statement has one line: a second event on that line is a second run of it."""
        node = self.nodes[number] if number >= 0 else None
        return node is not None and not hasattr(node, "body") and node.end_lineno == node.lineno


class Tracer:
    """Notes, by the interpreter's trace, what statements leave behind and how often lines run."""

    def __init__(self, plan: Plan, *, deep: bool) -> None:
        self.plan, self.deep, self.lines = plan, deep, 0
        self.counts: dict[int, int] = {}
        self.seen: dict[int, list[Any]] = {}
        self.steps: list[list[int]] = []
        self.inputs: list[list[str]] = []

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Is called by the interpreter when a function begins, and returns what is called for each of its lines."""
        if frame.f_code.co_filename != FILE:
            return None
        if not self.deep or frame.f_code.co_name.startswith("<"):
            return self._count
        if not self.inputs:  # of the call itself: what its functions call gets shapes that one has to think about
            given = [value for value in frame.f_locals.values() if isinstance(value, np.ndarray)]
            self.inputs.append([str(value.shape) for value in given])
        at, nodes, is_short = self.plan.at, self.plan.nodes, self.plan.is_short
        before = None  # the statement that runs

        def local(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal before
            self._count(frame, event, arg)
            number = at.get(frame.f_lineno)
            if event == "line":
                again = number == before and number is not None and is_short(number)
                if before is not None and (number != before or again):
                    self._leave(before, frame)
                if number is not None and number >= 0 and (number != before or again):
                    self.counts[number] = self.counts.get(number, 0) + 1
                before = number
            elif event == "return" and before is not None and before >= 0:
                if isinstance(nodes[before], ast.Return):
                    self._note(before, arg)
                else:
                    self._leave(before, frame)
            return local

        return local

    def _count(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines > MOST_LINES:
                raise TooLong
        return self._count

    def _leave(self, number: int, frame: FrameType) -> None:
        node = self.plan.watch.get(number)
        if node is not None and not isinstance(node, ast.Return):
            self._note(number, _held(target_of(node), frame.f_locals))

    def _note(self, number: int, value: Any) -> None:
        notes = self.seen.setdefault(number, [])
        if len(notes) < MOST_NOTED:
            notes.append(noted_value(value))
            if len(self.steps) < MOST_STEPS:
                self.steps.append([number, len(notes) - 1])


class Planted(ast.NodeTransformer):
    """Plants statements in the code that note what it computes: the second way to the same values."""

    def __init__(self, tree: ast.AST) -> None:
        self._numbers = {id(node): number for number, node in watched(tree)}
        self._all = {id(node): number for number, node in in_functions(tree) if isinstance(node, _SIMPLE)}

    def generic_visit(self, node: Any) -> Any:
        """Visits the children of a node, but for types and decorators."""
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            if isinstance(value, list):
                new = []
                for item in value:
                    result = self.visit(item) if isinstance(item, ast.AST) else item
                    new += result if isinstance(result, list) else [result]
                value[:] = new
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def visit(self, node: Any) -> Any:
        """Returns a node with what is planted in it; a list if a statement follows it."""
        number, place = self._numbers.get(id(node)), self._all.get(id(node))
        if isinstance(node, ast.JoinedStr | ast.pattern):
            return node
        new = self.generic_visit(node)
        if isinstance(node, ast.BinOp | ast.Compare | ast.Call | ast.UnaryOp):
            return call_of("_counted_", new)
        if place is None:
            return new
        ran = ast.Expr(call_of("_ran_", ast.Constant(place)))
        if number is None:
            return [ran, new]
        if isinstance(node, ast.Return):
            new.value = call_of("_noted_", ast.Constant(number), new.value)
            return [ran, new]
        value = ast.parse(target_of(node), mode="eval").body
        return [ran, new, ast.Expr(call_of("_noted_", ast.Constant(number), value))]


def call_of(name: str, *args: Any) -> ast.Call:
    """Returns the node of a call."""
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])

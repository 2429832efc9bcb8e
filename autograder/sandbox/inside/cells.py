"""Far side: compiles a notebook's cells as Jupyter would run them."""

import __future__

import ast
import contextlib
import inspect
import re
import textwrap
from types import CodeType
from typing import Any


def compiled(source: str, rest: list[str], name: str) -> list[CodeType]:
    """Compiles a cell, a code object for each statement; what only Jupyter understands is left out.

    Args:
        source: the cell.
        rest: what follows it and begins indented: the rest of a split cell, if all of it makes sense together,
            else cells that Jupyter would take on their own.
        name: the cell's name, for error messages.

    Raises:
        SyntaxError: it is not Python.
    """
    try:
        return _statements("\n".join([source, *rest]), name)
    except SyntaxError:
        if not rest:
            raise
    pieces, above = [], ""
    for piece in (source, *rest):
        pieces += _statements(above + textwrap.dedent(piece), name)
        above += "\n" * (piece.count("\n") + 1)  # so that the numbers of lines stay
    return pieces


def _statements(source: str, name: str) -> list[CodeType]:
    filename = f"<cell {name}>"
    if not _NEEDS_CARE.search(source):
        with contextlib.suppress(SyntaxError):  # Jupyter may understand it
            return [compile(source, filename, "exec", dont_inherit=True)]
    flags, codes = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, []
    for statement in _parse(source, filename).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                flags |= getattr(__future__, alias.name).compiler_flag
        codes.append(compile(ast.Module([statement], []), filename, "exec", flags=flags, dont_inherit=True))
    return codes


# An import may fail and the rest go on; `await` is for Jupyter only. Without them a cell is compiled in half the time.
_NEEDS_CARE = re.compile("import|await|async")

_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def _parse(source: str, filename: str) -> ast.Module:
    """Parses what Jupyter would run: plain, without its own lines, or with an indentation that all lines share."""
    plain = without_magics(source)
    error = None
    for text in dict.fromkeys((source, plain, textwrap.dedent(source), textwrap.dedent(plain))):
        try:
            tree: ast.Module = compile(text, filename, "exec", flags=_PARSE, dont_inherit=True)
            return tree
        except SyntaxError as caught:
            error = error or caught
    assert error is not None
    raise error


def execute(code: CodeType, names: dict[str, Any]) -> None:
    """Runs one statement; one with an ``await`` in it is driven to its end."""
    waiting = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        with contextlib.suppress(StopIteration):
            while True:
                waiting.send(None)


def without_magics(source: str) -> str:
    """Replaces Jupyter's own lines by `pass`, so that line numbers stay.

    A cell magic that only times or captures is dropped; any other (``%%bash``) makes the cell empty.
    """
    lines = source.split("\n")
    if lines[0].startswith("%%"):
        if not re.match(r"%%(time|timeit|capture|prun)\b", lines[0]):
            return ""
        lines[0] = "pass"
    return "\n".join(_without_magic(line) for line in lines)


_MAGIC = re.compile(r"[ \t]*([%!?]|[\w.]+\?{1,2}[ \t]*$)")

_MAGIC_VALUE = re.compile(r"([ \t]*[\w, ]+= ?)[ \t]*[%!]")


def _without_magic(line: str) -> str:
    if _MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    if value := _MAGIC_VALUE.match(line):
        return f"{value[1]}None"
    return line

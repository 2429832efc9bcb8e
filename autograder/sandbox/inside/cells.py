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
    """Compiles a cell to a code object for each statement, without the syntax that only Jupyter understands.

    Args:
        source: the cell.
        rest: the cells after it that begin with an indented line. If all of them compile as one text, they are the
            rest of a split cell; else each is compiled on its own, as Jupyter would.
        name: the cell's name, for error messages.

    Raises:
        SyntaxError: the cell is not valid Python.
    """
    try:
        return _statements("\n".join([source, *rest]), name)
    except SyntaxError:
        if not rest:
            raise
    pieces, above = [], ""
    for piece in (source, *rest):
        pieces += _statements(above + textwrap.dedent(piece), name)
        above += "\n" * (piece.count("\n") + 1)  # keeps the line numbers
    return pieces


def _statements(source: str, name: str) -> list[CodeType]:
    filename = f"<cell {name}>"
    if not _NEEDS_CARE.search(source):
        with contextlib.suppress(SyntaxError):  # Jupyter may accept it
            return [compile(source, filename, "exec", dont_inherit=True)]
    flags, codes = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, []
    for statement in _parse(source, filename).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                flags |= getattr(__future__, alias.name).compiler_flag
        codes.append(compile(ast.Module([statement], []), filename, "exec", flags=flags, dont_inherit=True))
    return codes


# After an import that fails the rest of the cell still runs, so the statements are compiled one by one; and Jupyter
# allows `await` at top level. A cell without these words is compiled as a whole, in half the time.
_NEEDS_CARE = re.compile("import|await|async")

_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def _parse(source: str, filename: str) -> ast.Module:
    """Parses a cell as Jupyter would: also without its magics, and without an indentation that all lines share.

    Raises:
        SyntaxError: none of these is valid Python.
    """
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
    """Runs one statement. If it awaits something, its coroutine is run to the end."""
    coroutine = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        with contextlib.suppress(StopIteration):
            while True:
                coroutine.send(None)


def without_magics(source: str) -> str:
    """Replaces lines with Jupyter's magics by `pass`, which keeps the line numbers.

    A cell magic that only times or captures is dropped. A cell with any other (``%%bash``) becomes empty.
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

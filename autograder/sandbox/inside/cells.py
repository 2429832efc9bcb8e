"""Far side: takes a notebook's cells apart into statements, as Jupyter would run them."""

import __future__

import ast
import contextlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any


def statements(source: str, rest: list[str], name: str) -> list[ast.stmt]:
    """Parses a cell, without the syntax that only Jupyter understands.

    Args:
        source: the cell.
        rest: the cells after it that begin with an indented line. If all of them parse as one text, they are the rest
            of a split cell; else each is parsed on its own, as Jupyter would.
        name: the cell's name, for error messages.

    Raises:
        SyntaxError: the cell is not valid Python.
    """
    if written := written_module(source, name):
        return [written]
    try:
        return _parse("\n".join([source, *rest]), filename(name))
    except SyntaxError:
        if not rest:
            raise
    pieces, above = list[ast.stmt](), ""
    for piece in (source, *rest):
        pieces += _parse(above + textwrap.dedent(piece), filename(name))
        above += "\n" * (piece.count("\n") + 1)  # keeps the line numbers
    return pieces


WRITE = "__write_module__"  # the name of the function that makes a module of a cell with %%writefile
_WRITEFILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(-a[ \t]+|--append[ \t]+)?[\"']?(?:\./)?([^\W\d]\w*)\.py\b.*\n")


def written_module(source: str, name: str) -> ast.stmt | None:
    """Returns the statement that makes the module that a cell writes into a file; None if it writes none.

    Args:
        source: the cell.
        name: the cell's name, for error messages.
    """
    if not (match := _WRITEFILE.match(source)):
        return None
    lines = "\n" * source[: match.end()].count("\n")  # keeps the line numbers
    call = f"{WRITE}({match[2]!r}, {lines + source[match.end() :]!r}, {bool(match[1])}, {filename(name)!r})"
    return ast.parse(call).body[0]


def filename(name: str) -> str:
    """Returns the file name under which a cell's code is compiled."""
    return f"<cell {name}>"


def compiled(body: list[ast.stmt], name: str) -> Iterator[CodeType]:
    """Yields a code object for each statement, so that the others can run if one fails.

    Raises:
        SyntaxError: a statement cannot be compiled, as a `return` outside of a function.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for statement in body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                with contextlib.suppress(AttributeError):  # an unknown feature is a SyntaxError below
                    flags |= getattr(__future__, alias.name).compiler_flag
        yield compile(ast.Module([statement], []), filename(name), "exec", flags=flags, dont_inherit=True)


_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def _parse(source: str, where: str) -> list[ast.stmt]:
    """Parses a cell as Jupyter would: also without its magics, and without an indentation that all lines share.

    Raises:
        SyntaxError: none of these is valid Python.
    """
    source = without_prompts(source)
    plain = without_magics(source)
    error = None
    texts = (source, plain, textwrap.dedent(source), textwrap.dedent(plain), _AUTOMAGIC.sub("pass", plain))
    for text in dict.fromkeys(texts):
        try:
            tree: ast.Module = compile(text, where, "exec", flags=_PARSE, dont_inherit=True)
        except SyntaxError as caught:
            error = error or caught
        else:
            return [statement for given in tree.body for statement in _as_run(given, where)]
    assert error is not None
    if (older := _without_new_strings(plain, where)) is not None:
        return older
    raise error


# What stands before pasted lines: the prompts of Python and of IPython, and how a pasted session begins.
_PROMPTS = (
    (re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE), re.compile(r"^>>>(?: |$)", re.MULTILINE)),
    (
        re.compile(r"^(?:(?:\[(?:nav|ins)\] )?In \[\d+\]: |[ \t]*\.{3,}: ?)", re.MULTILINE),
        re.compile(r"^(?:\[(?:nav|ins)\] )?In \[\d+\]: ", re.MULTILINE),
    ),
)


def without_prompts(source: str) -> str:
    """Returns a cell without the prompts of a session that was pasted into it, which Jupyter takes off, too."""
    for prompt, first in _PROMPTS:
        if first.search("\n".join(source.split("\n", 2)[:2])):
            return prompt.sub("", source)
    return source


_FSTRING = re.compile(r"\b(?:f|fr|rf)[\"']", re.IGNORECASE)
_MOST_LINES = 20  # with such strings, in a cell


def _without_new_strings(source: str, where: str) -> list[ast.stmt] | None:
    """Parses a cell whose f-strings need Python 3.12 or newer: each line with one raises its SyntaxError when it runs.

    Returns None if that is not what is wrong.
    """
    lines = source.split("\n")
    for _ in range(_MOST_LINES if sys.version_info < (3, 12) else 0):
        try:
            tree: ast.Module = compile("\n".join(lines), where, "exec", flags=_PARSE, dont_inherit=True)
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines) or not _FSTRING.search(lines[at]):
                return None
            margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
            lines[at] = f"{margin}raise SyntaxError({str(error.msg)!r})"
        else:
            return tree.body
    return None


def _as_run(statement: ast.stmt, where: str) -> list[ast.stmt]:
    """Returns a statement; if nbconvert has wrapped code in the call of a magic that runs it, the code's statements."""
    match statement:
        case ast.Expr(
            ast.Call(ast.Attribute(attr="run_cell_magic"), [ast.Constant(str(magic)), _, ast.Constant(str(code))])
        ) if magic in _RUNS:
            return _parse(code, where)
        case ast.Expr(ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant("time"), ast.Constant(str(code))])):
            return _parse(code, where)
    return [statement]


def execute(code: CodeType, names: dict[str, Any]) -> None:
    """Runs one statement. If it awaits something, its coroutine is run to the end."""
    coroutine = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        with contextlib.suppress(StopIteration):
            while True:
                coroutine.send(None)


_RUNS = ("time", "timeit", "capture", "prun")  # magics for a cell that run it


def without_magics(source: str) -> str:
    """Replaces lines with Jupyter's magics by `pass`, which keeps the line numbers.

    A cell magic that only times or captures is dropped. A cell with any other (``%%bash``) becomes empty.
    """
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not re.match(rf"%%({'|'.join(_RUNS)})\b", lines[first]):
            return ""
        lines[first] = "pass"
    goes_on = False
    for number, line in enumerate(lines):
        if goes_on:
            lines[number] = ""
        else:
            lines[number] = _without_magic(line)
        goes_on = line.endswith("\\") and (goes_on or lines[number] != line)
    return "\n".join(lines)


# Commands that IPython understands without %. They are looked for only in a cell that is not Python.
_AUTOMAGIC = re.compile(
    r"^(?:pip|conda|mamba|uv|cd|ls|ll|cat|cp|mv|rm|mkdir|rmdir|env|set_env|matplotlib|load_ext|reload_ext|autoreload|config|"
    r"run|time|timeit|who|whos|history|hist|pinfo|pdoc|psource|precision|reset)[ \t]+(?![=,:(\[]).*$",
    re.MULTILINE,
)
_PYLAB = re.compile(r"([ \t]*)%pylab\b")
_MAGIC = re.compile(r"[ \t]*([%!?]|[\w.]+\?{1,2}[ \t]*$)")
_TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=[A-Za-z_(\[])")

_MAGIC_VALUE = re.compile(r"([ \t]*[\w, ]+= ?)[ \t]*[%!]")


def _without_magic(line: str) -> str:
    if timed := _TIMED.match(line):
        return timed[1] + line[timed.end() :]
    if pylab := _PYLAB.match(line):
        return f"{pylab[1]}from pylab import *"
    if _MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    if value := _MAGIC_VALUE.match(line):
        return f"{value[1]}None"
    return line

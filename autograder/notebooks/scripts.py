"""Reads Python files and Markdown files as notebooks: what jupytext, nbconvert and editors write, and plain code."""

import ast
import re
from collections.abc import Iterator

# A line that begins a cell: `# %%` of editors and jupytext, `# In[3]:` of nbconvert, `# +` and `# region` of jupytext.
_MARK = re.compile(r"#[ \t]?(?:%%|In ?\[|\+(?:[ \t]|$)|region\b|\{\{\{)")
_END = re.compile(r"#[ \t]?(?:-[ \t]*$|endregion\b|\}\}\})")
_TEXT = re.compile(r"#[ \t]?(?:%%|\+|region\b).*\[(markdown|md|raw)\]")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*(.*)$")
# Fences of Python: `python`; and, where a file has such, only `{python}` or `{code-cell} ipython3`.
_PYTHON = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})[ \t]*(?:i?python\d?|py)\b", re.IGNORECASE)
_BRACES = re.compile(
    r"[ \t]{0,3}(?:`{3,}|~{3,})[ \t]*(?:\{i?python\d?\b|\{code-cell\}[ \t]*(?:i?python|$))", re.IGNORECASE
)

Cell = tuple[str, str]  # its type, "code" or "markdown", and its source


def python_cells(source: str) -> list[Cell]:
    """Returns the cells of a Python file. Where no mark begins a cell, each paragraph is one."""
    lines = _without_header(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    cells, piece, mark = list[Cell](), list[str](), ""
    for line in lines:
        if _MARK.match(line) or _END.match(line):
            cells += _cells(piece, mark)
            piece, mark = [], "" if _END.match(line) else line
        else:
            piece.append(line)
    return [*cells, *_cells(piece, mark)]


def _without_header(lines: list[str]) -> list[str]:
    """Drops the lines that are for the system, and the header of jupytext, between `# ---` and `# ---`."""
    while re.match(r"#!|#.{0,9}coding[:=]", lines[0]) and lines[1:]:
        lines = lines[1:]
    if lines[0].rstrip() != "# ---":
        return lines
    for end, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "# ---":
            return lines[end + 1 :]
        if not line.startswith("#"):
            break
    return lines


def _cells(lines: list[str], mark: str) -> Iterator[Cell]:
    """Yields the cells of some lines, below the mark that begins them; empty if no mark does."""
    for piece in [lines] if mark else _paragraphs(lines):
        source = "\n".join(piece).strip("\n")
        # nbconvert and jupytext's light format write text as comments without a mark
        if _TEXT.match(mark) or all(not line.strip() or line.startswith("#") for line in piece):
            quoted = re.fullmatch(r'\s*r?("""|\'\'\')\n?(.*?)\n?\1\s*', source, re.DOTALL)
            yield from _not_empty("markdown", quoted[2] if quoted else re.sub(r"^# ?", "", source, flags=re.MULTILINE))
        else:
            yield from _not_empty("code", source)


def _not_empty(kind: str, source: str) -> Iterator[Cell]:
    if source.strip():
        yield kind, source


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Cuts code at empty lines between statements; code that does not parse is cut before definitions."""
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        starts = set(_definitions(lines))
    else:
        inside = {n for statement in body for n in range(_first_line(statement) + 1, (statement.end_lineno or 0) + 1)}
        starts = {n for n in range(1, len(lines) + 1) if n not in inside and lines[n - 1].strip()}
    begin = 0
    for at in range(1, len(lines)):
        if at + 1 in starts and not lines[at - 1].strip():
            yield lines[begin:at]
            begin = at
    yield lines[begin:]


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _definitions(lines: list[str]) -> list[int]:
    """Returns the numbers of the lines that begin a definition at the left margin, outside of long strings."""
    starts, quote = [], ""
    for number, line in enumerate(lines, start=1):
        if not quote and re.match(r"(?:def|class|async|import|from)\s|@", line):
            starts.append(number)
        for mark in re.findall(r'"""|\'\'\'', line):
            quote = "" if quote == mark else quote or mark
    return starts


def markdown_cells(source: str) -> list[Cell]:
    """Returns the cells of a Markdown file: Python between fences is code, and the rest is text."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() == "---":  # the header of jupytext
        end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
        lines = lines[end + 1 :] if end else lines
    return [cell for kind, text in _fenced_cells(lines) for cell in _not_empty(kind, text)]


def _fenced_cells(lines: list[str]) -> Iterator[Cell]:
    only = _BRACES if any(_BRACES.match(line) for line in lines) else _PYTHON
    piece, fence, is_code, in_text = list[str](), "", False, False
    for line in lines:
        match = _FENCE.match(line)
        if fence:
            ends = match and not match[2].strip() and match[1].startswith(fence)
            fence = "" if ends else fence
            if ends and is_code:
                yield "code", _without_options(piece)
                piece = []
            else:
                piece.append(line)
        elif match and (in_text or not only.match(line)):
            fence, is_code = match[1], False
            piece.append(line)
        elif match or re.match(r"<!-- #(?:end)?region", line) or (not in_text and not line and piece[-1:] == [""]):
            yield "markdown", "\n".join(piece).strip("\n")
            piece, in_text = [], line.startswith("<!-- #region")
            fence, is_code = (match[1], True) if match else ("", False)
        else:
            piece.append(line)
    yield ("code" if fence and is_code else "markdown"), "\n".join(piece).strip("\n")


def _without_options(lines: list[str]) -> str:
    """Returns the code of a cell without the options that MyST writes above it."""
    at = 0
    if lines[:1] == ["---"] and "---" in lines[1:]:
        at = lines.index("---", 1) + 1
    while lines[at : at + 1] and re.match(r":[\w-]+:", lines[at]):
        at += 1
    return "\n".join(lines[at:]).strip("\n")

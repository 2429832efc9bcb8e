"""The content key of an experiment: it changes with its code, or with any code of ours that it uses.

Comments, docstrings, annotations of claims and the form of the code do not count, and neither do figures and bars.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.core.files import digest

_NO_NUMBERS = {"plots", "progress_bar", "kernel", "check", "demos"}  # parts of the library that change no number


def code_key(path: Path, name: str, library: Path, settings: Any) -> str:
    """Returns the key of an experiment.

    Args:
        path: the file that defines it.
        name: its name there.
        library: the folder of `gradwise`.
        settings: its arguments; they belong to the key.
    """
    found: dict[tuple[Path, str], str] = {}
    _follow(path, name, library, found)
    parts = sorted(f"{file.name}:{word}:{code}" for (file, word), code in found.items())
    return digest("\n".join([*parts, repr(settings)]).encode())[:16]


def _follow(path: Path, name: str, library: Path, found: dict[tuple[Path, str], str]) -> None:
    """Adds the code of a name, and of all names that it uses, to what was found."""
    if (path, name) in found:
        return
    module = _module(path)
    if name in module.imports:
        _follow_import(path, module.imports[name], name, library, found)
        return
    nodes = module.definitions.get(name)
    if nodes is None:  # made in some other way: then the whole file counts
        found[path, name] = squeezed(path.read_text("utf-8"))
        return
    found[path, name] = "\n".join(_code(module.text, node) for node in nodes)
    for used, attribute in (pair for node in nodes for pair in _names(node)):
        if used in module.imports:
            _follow_import(path, module.imports[used], attribute, library, found)
        elif used in module.definitions:
            _follow(path, used, library, found)


def _follow_import(
    path: Path, what: tuple[int, str, str], attribute: str, library: Path, found: dict[tuple[Path, str], str]
) -> None:
    level, dotted, name = what
    if level:
        folder = path.parents[level - 1]
    elif dotted.split(".")[0] == library.name:
        folder, dotted = library, dotted.partition(".")[2]
    else:
        return
    place = folder.joinpath(*filter(None, dotted.split(".")))
    for file, word in ((_file(place / name), attribute), (_file(place), name)):
        if file is not None and library in file.parents:
            if not _NO_NUMBERS & {*file.relative_to(library).with_suffix("").parts}:
                _follow(file, word or name, library, found)
            return


def _file(place: Path) -> Path | None:
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None


class _Module:
    """The text of a module, its definitions by name, and its imports: (level, module, name) by the name used."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.imports: dict[str, tuple[int, str, str]] = {}
        for node in ast.parse(text).body:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (node.level, node.module or "", alias.name)
            else:
                for name in _defines(node):
                    self.definitions.setdefault(name, []).append(node)


def _module(path: Path) -> _Module:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, _when: int) -> _Module:
    return _Module(path.read_text("utf-8"))


def _defines(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def _names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yields each name in a piece of code, with the attribute that is taken of it, or an empty text."""
    bare = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield part.value.id, part.attr
            bare.add(part.value)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part not in bare:
            yield part.id, ""


def _code(text: str, node: ast.stmt) -> str:
    """Returns the code of a definition, without decorators and docstrings, squeezed."""
    documented = (ast.FunctionDef, ast.ClassDef)
    lines = text.splitlines(keepends=True)
    for part in ast.walk(node):
        if isinstance(part, documented) and ast.get_docstring(part) is not None:
            first = part.body[0]
            for number in range(first.lineno - 1, first.end_lineno or first.lineno):
                lines[number] = "\n"
    return squeezed("".join(lines[node.lineno - 1 : node.end_lineno]))


def squeezed(code: str) -> str:
    """Returns code without comments, white space and commas before a bracket."""
    lines = code.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, IndentationError):
        pass
    text = "".join("".join(lines).split())
    return text.replace(",)", ")").replace(",]", "]").replace(",}", "}")

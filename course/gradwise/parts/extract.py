"""The source of a definition, with all that it needs."""

import ast
import contextlib
import linecache
import re
import textwrap
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from ..dependencies import codes_of, outer_names

HOME = "gradwise.parts.loaded"  # the module that loaded functions say they are from
_CELL_MAGICS = re.compile(r"\A(\s*%%.*\n)+")


class CannotSave:
    """The reason why a part has no source that would run by itself."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def source_with_needs(name: str, names: dict[str, Any]) -> str | CannotSave | None:
    """A definition with the imports, helpers and numbers it needs before it; None if there is no such name."""
    if name not in names:
        return None
    pieces: dict[str, str] = {}
    trouble = _collect(name, names, pieces)
    if trouble:
        return CannotSave(trouble)
    imports = [piece for piece in pieces.values() if piece.startswith(("import ", "from "))]
    return "\n\n".join([*dict.fromkeys(imports), *(piece for piece in pieces.values() if piece not in imports)])


def _collect(name: str, names: dict[str, Any], pieces: dict[str, str]) -> str:
    """Adds what stands for a name, its needs first. Returns what is in the way, or nothing."""
    thing = names[name]
    if name in pieces:
        return ""
    if plain := _as_a_line(name, thing):
        pieces[name] = plain
        return ""
    source = _definition(name, thing)
    if source is None:
        return f"it uses `{name}`, which is not a function, module or number"
    pieces[name] = ""  # a function may call itself
    for needed in sorted(_global_names(source) & names.keys() - {name}):
        if trouble := _collect(needed, names, pieces):
            return trouble
    del pieces[name]
    pieces[name] = source
    return ""


def _as_a_line(name: str, thing: Any) -> str:
    """An import or an assignment that gives this thing its name; empty if there is none."""
    if isinstance(thing, ModuleType):
        return f"import {thing.__name__}" if thing.__name__ == name else f"import {thing.__name__} as {name}"
    if isinstance(thing, bool | int | float | str | None):
        return f"{name} = {thing!r}".replace("= inf", '= float("inf")').replace("= nan", '= float("nan")')
    if isinstance(thing, tuple) and all(isinstance(item, int | float | str) for item in thing):
        return f"{name} = {thing!r}"
    if type(thing).__name__ == "ufunc":
        return f"from numpy import {thing.__name__} as {name}"
    module, known_as = getattr(thing, "__module__", None), getattr(thing, "__name__", None)
    if callable(thing) and module and known_as and module != HOME and _file(thing) is None and module != "__main__":
        return f"from {module} import {known_as} as {name}"
    return ""


def _definition(name: str, thing: Any) -> str | None:
    """The source of a function or class that a cell defines under this name."""
    file = _file(thing)
    if file is None:
        return None
    for text in _cells(file):
        with contextlib.suppress(SyntaxError):
            for statement, source in reversed(statements(_as_python(text))):
                if name in _bound(statement):
                    return source
    return None


def statements(text: str) -> list[tuple[ast.stmt, str]]:
    """Takes Python apart into its top-level statements, each with its source, which begins with its decorators.

    Raises:
        SyntaxError: it is not Python.
    """
    lines, pairs = text.split("\n"), []
    for node in ast.parse(text).body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        pairs.append((node, "\n".join(lines[first - 1 : node.end_lineno])))
    return pairs


def _cells(file: str) -> Iterator[str]:
    """The cell of this name; and, for a cell whose magic hides its name (``%%time``), all that ran, the last first."""
    if lines := linecache.getlines(file):
        yield "".join(lines)
    elif (shell := running_shell()) is not None:
        yield from reversed(shell.history_manager.input_hist_raw)


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _as_python(text: str) -> str:
    """Turns a cell into Python as IPython does; of a cell magic, such as ``%%time``, the rest of the cell counts."""
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:  # then there are no magics
        return text
    python: str = TransformerManager().transform_cell(_CELL_MAGICS.sub("", text))  # type: ignore[no-untyped-call]
    return python


def _file(thing: Any) -> str | None:
    """The cell or module that a function or class was written in, if that was in a notebook or a test of ours."""
    codes = list(codes_of(thing))
    name = codes[0].co_filename if codes else None
    return name if name is not None and (_in_a_cell(name) or getattr(thing, "__module__", "") == "__main__") else None


def _in_a_cell(filename: str) -> bool:
    return filename.startswith("<") or "ipykernel" in filename


def _global_names(source: str) -> set[str]:
    """The names that a definition looks up outside of itself, its decorators and defaults included."""
    names = outer_names(compile(textwrap.dedent(source), "<part>", "exec"))
    return {name for name in names if not name.startswith("__")}  # a class body asks for __name__


def running_shell() -> Any:
    """The running notebook, if there is one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()

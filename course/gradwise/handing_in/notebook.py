"""The notebook in its file: where it is, what has been run and is not in it, and what of it is sent."""

import ast
import json
import os
import symtable
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import kernel
from ..exercises import of_topic
from ..understanding.record import records_in
from .connection import Trouble

__all__ = ["Saved", "find", "unsaved"]


@dataclass(frozen=True)
class Saved:
    """A notebook as it is in its file: the path, when it was saved, and its contents."""

    path: Path
    when: datetime
    tree: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Saved":
        """Reads a notebook.

        Raises:
            Trouble: it cannot be read.
        """
        try:
            tree = json.loads(path.read_bytes())
            when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except (OSError, ValueError, RecursionError) as error:
            raise Trouble(f"{path} cannot be read as a notebook: {error}.") from None
        if not isinstance(tree, dict) or not isinstance(tree.get("cells"), list):
            raise Trouble(f"{path} is not a notebook: it has no list of cells.")
        return cls(path, when, tree)

    @property
    def code(self) -> list[str]:
        """The sources of its code cells."""
        cells = [cell for cell in self.tree["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
        return [_source(cell) for cell in cells]

    def to_send(self) -> bytes:
        """Returns what is handed in: all of it but what its cells have shown. Answers that `ask` has stored stay."""
        cells = [_without_outputs(cell) if isinstance(cell, dict) else cell for cell in self.tree["cells"]]
        return json.dumps({**self.tree, "cells": cells}, ensure_ascii=False, sort_keys=True).encode()


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _without_outputs(cell: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in cell.items() if name != "attachments"}
    if cell.get("cell_type") == "code":
        outputs = cell.get("outputs")
        kept = [output for output in outputs if records_in([output])] if isinstance(outputs, list) else []
        plain |= {"outputs": kept, "execution_count": None}
    return plain


def find(topic: str, names: Mapping[str, Any]) -> Path:
    """Returns the file of the notebook that one is in.

    Args:
        topic: the slug of its topic.
        names: the notebook's.

    Raises:
        Trouble: nothing tells which file it is.
    """
    for told in (os.environ.get("JPY_SESSION_NAME", ""), str(names.get("__vsc_ipynb_file__", ""))):
        path = Path(told)
        if path.suffix == ".ipynb" and path.is_file():
            return path.resolve()
    here = sorted(path for path in Path.cwd().glob("*.ipynb") if topic in path.stem)
    if len(here) == 1:
        return here[0].resolve()
    found = (
        f"There are {', '.join(path.name for path in here)}." if here else f"There is none of {topic} in {Path.cwd()}."
    )
    raise Trouble(f'Which file is this notebook? {found} Say it: submit("NAME.ipynb").')


def unsaved(topic: str, run: Iterable[str], saved: Saved) -> list[str]:
    """Returns the names whose latest definition has been run and is not in the file.

    Only names matter that the exercises ask for, or that the code in the file uses: what was tried in a cell that is
    gone is left out.

    Args:
        topic: the slug of the topic.
        run: the sources of the cells that have been run, in order.
        saved: the file.
    """
    latest: dict[str, str] = {}
    for source in run:
        latest.update(dict.fromkeys(_defined(source), source))
    in_file = {_plain(source) for source in saved.code}
    matters = {name for spec in of_topic(topic) for name in spec.functions}
    for source in saved.code:
        matters |= _used_by_functions(source)
    return sorted(name for name, source in latest.items() if name in matters and _plain(source) not in in_file)


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _plain_python(source: str) -> str:
    """Returns a cell without Jupyter's own syntax."""
    shell = kernel.shell()
    return str(shell.transform_cell(source)) if shell is not None else source


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(_plain_python(source))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _defined(source: str) -> set[str]:
    """Returns the names that a cell defines: functions, classes, and what is assigned at its top."""
    names: set[str] = set()
    for node in _tree(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return names


def _used_by_functions(source: str) -> set[str]:
    """Returns the names from outside that the functions and classes of a cell use."""
    try:
        cell = symtable.symtable(_plain_python(source), "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names: set[str] = set()
    inner = list(cell.get_children())
    while inner:
        table = inner.pop()
        inner += table.get_children()
        names |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return names

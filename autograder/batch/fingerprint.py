"""Digests of all that a result depends on: a stored result is valid as long as its digest is the same.

A result is kept for each exercise of a submission. It depends on the submission, on the released notebook and
the course secret, on our own code and the libraries (the limits are part of the code), on the solution, and on
those checks and misconceptions that belong to the exercise.
"""

import ast
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.core.course import Topic
from autograder.grading.edits import base_of, decorator_name, is_base
from autograder.sandbox import levels
from autograder.sandbox.policy import NONE

if TYPE_CHECKING:
    from .cache import Store
from autograder.core.files import digest

GRADER = Path(__file__).resolve().parents[1]
# Checks and misconceptions have digests for each exercise (`Digests`); the other folders do not change a result.
_LEFT_OUT = {
    *("answers", "authoring", "checks", "cli", "equivalent", "misconceptions", "nbgrader_plugins", "reports"),
    *("service", "understanding"),
}
# Folders of gradwise from which grading takes answers, curves, tolerances and messages.
_OF_GRADWISE = ("bridge", "check", "exercises", "mutants", "reference", "understanding")
_LIBRARIES = ("numpy", "torch")


@cache
def of_machinery() -> str:
    """Returns a digest of the grader's code, of the code of gradwise that it uses, and of the libraries' versions."""
    sources = [path for path in sorted(GRADER.rglob("*.py")) if path.relative_to(GRADER).parts[0] not in _LEFT_OUT]
    for folder in _OF_GRADWISE:
        sources += sorted((GRADER.parent / "course" / "gradwise" / folder).rglob("*.py"))
    versions = [f"{library} {metadata.version(library)}" for library in _LIBRARIES]
    return digest(platform.python_version(), *versions, *(path.read_bytes() for path in sources))


class Digests:
    """Keys of the results for one topic.

    Args:
        topic: the topic.
        store: keeps the digests of a file's exercises for the next run.
    """

    def __init__(self, topic: Topic, store: "Store | None" = None) -> None:
        self._common = digest(of_machinery(), _read(topic.release), _read(topic.text))
        self._checks = _remembered(_read(topic.checks), store)
        self._misconceptions = _remembered(_read(topic.misconceptions), store)

    def of_submission(self, name: str, data: bytes, seed: str) -> str:
        """Returns a digest of all that matters for every exercise of a submission.

        Args:
            name: the file's name, of which only the ending matters.
            data: the file's contents.
            seed: the course secret.
        """
        # without a sandbox student code could have tampered with its result: never reuse it in a sandboxed run
        return digest(self._common, seed, Path(name).suffix, data, "unsafe" if levels.named() == NONE else "")

    def of_exercise(self, exercise: str, submission: str) -> str:
        """Returns the key of the result for one exercise; `submission` is the digest that `of_submission` returns."""
        parts = (room.get(exercise, "") + room.get("", "") for room in (self._checks, self._misconceptions))
        return digest(submission, exercise, *parts)


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _remembered(source: bytes, store: "Store | None") -> dict[str, str]:
    if store is None:
        return _by_exercise(source)
    key = f"file {digest(of_machinery(), source)}"
    if (digests := store.get([key]).get(key)) is None:
        digests = _by_exercise(source)
        store.put({key: digests})
    return dict(digests)


def _by_exercise(source: bytes) -> dict[str, str]:
    """Returns a digest for each exercise of a file whose functions name their exercise in a decorator.

    The digest covers the functions of the exercise, what these refer to in the module, and the bases that they edit. A
    test whose decorator names no exercise has the key "" and counts for every exercise.
    """
    text = source.decode("utf-8", errors="replace")
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return {"": digest(text)}
    pieces = {id(node): ast.dump(node) for node in body}
    names = {id(node): _used(node) for node in body}
    definitions: dict[str, list[ast.stmt]] = {}
    for node in body:
        for name in _defined(node):
            definitions.setdefault(name, []).append(node)
    parts_of: dict[str, list[str]] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (exercise := _exercise(node)) is not None:
            needed = [pieces[id(statement)] for statement in _needed(node, definitions, names)]
            parts_of.setdefault(exercise, []).extend([pieces[id(node)], *sorted(needed)])
    return {exercise: digest(*parts) for exercise, parts in parts_of.items()}


def _exercise(node: ast.FunctionDef | ast.ClassDef) -> str | None:
    """Returns the exercise that a decorator names, ``@exercise("elu")`` or ``@wrong("elu")``.

    "" if the name is not a literal, or for a test without such a decorator; None for other definitions.
    """
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and decorator_name(decorator) in ("exercise", "wrong"):
            first = decorator.args[0] if decorator.args else None
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return "" if node.name.startswith("test") and not is_base(node) else None


def _used(node: ast.stmt) -> set[str]:
    """Returns the names that a statement refers to. An edit also refers to its base, as "base NAME"."""
    names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    base = base_of(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else None
    return names if base is None else names | {f"base {base}"}


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        if is_base(node):
            return {f"base {base_of(node)}"}
        return {node.name} if _exercise(node) is None else set()
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}


def _needed(node: ast.stmt, definitions: dict[str, list[ast.stmt]], names: dict[int, set[str]]) -> list[ast.stmt]:
    """Returns the statements of the module that a statement refers to, directly or through others."""
    seen: dict[int, ast.stmt] = {}
    waiting = [node]
    while waiting:
        for name in names[id(waiting.pop())]:
            for definition in definitions.get(name, []):
                if id(definition) not in seen:
                    seen[id(definition)] = definition
                    waiting.append(definition)
    return list(seen.values())

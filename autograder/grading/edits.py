"""Code that wrong answers edit, and their edits, read and applied.

The docstring of `autograder.misconceptions` shows how both are written.
"""

import ast
import textwrap
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

Definition = ast.FunctionDef | ast.ClassDef


class Malformed(Exception):
    """An entry is not as it should be written; the line is that of its definition."""

    def __init__(self, node: Definition, problem: str) -> None:
        super().__init__(problem)
        self.line = node.lineno


@dataclass(frozen=True)
class Base:
    """Code that wrong answers edit.

    Attributes:
        name: the name by which entries refer to it.
        function: the function or class that it defines.
        source: its code, without decorators and docstring.
    """

    name: str
    function: str
    source: str


# --- decorators -------------------------------------------------------------------------------------


def decorator_name(decorator: ast.expr) -> str:
    """Returns the last name of a decorator: "exercise" for ``@pytest.mark.exercise("elu")``."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called).split(".")[-1]


def is_base(node: Definition) -> bool:
    """Tells whether a definition is code for wrong answers to edit."""
    return any(decorator_name(decorator) == "base" for decorator in node.decorator_list)


def base_of(node: Definition) -> str | None:
    """Returns the name of a base, or of the base that a wrong answer edits; None for code that needs no base."""
    calls = {decorator_name(decorator): decorator for decorator in node.decorator_list}
    if is_base(node):
        words = arguments(calls["base"])[0]
        return words[0] if words and isinstance(words[0], str) else node.name
    if "edit" in calls and "wrong" in calls:
        name = arguments(calls["wrong"])[1].get("base")
        return name if isinstance(name, str) else node.name
    return None


def arguments(decorator: ast.expr) -> tuple[list[Any], dict[str | None, Any]]:
    """Returns the arguments of a decorator, by position and by name. An argument that is not a constant is None."""
    if not isinstance(decorator, ast.Call):
        return [], {}

    def value(node: ast.expr) -> Any:
        return node.value if isinstance(node, ast.Constant) else None

    return [value(arg) for arg in decorator.args], {word.arg: value(word.value) for word in decorator.keywords}


def are_texts(values: list[Any], count: int) -> bool:
    """Tells whether values are so many texts, none of them empty."""
    return len(values) == count and all(isinstance(value, str) and value for value in values)


# --- bases ------------------------------------------------------------------------------------------


def bases_of(nodes: list[Definition], source: str) -> dict[str, Base]:
    """Returns the bases of a file by name.

    Raises:
        Malformed: a base has no code, or no name of its own.
    """
    bases: dict[str, Base] = {}
    for node in nodes:
        words, options = arguments(node.decorator_list[0])
        is_called = isinstance(node.decorator_list[0], ast.Call)
        if len(node.decorator_list) > 1 or options or (is_called and not are_texts(words, 1)):
            raise Malformed(node, f'The base `{node.name}` has one decorator, @base or @base("a name").')
        name = base_of(node) or node.name
        if name in bases:
            raise Malformed(node, f'There are two bases called "{name}". Give the second a name: @base("...").')
        if len(node.body) == 1 and ast.get_docstring(node) is not None:
            raise Malformed(node, f"The base `{node.name}` has no code.")
        bases[name] = Base(name, node.name, without_docstring(lines_of(node, source)))
    return bases


def lines_of(node: ast.stmt, source: str, *, decorators: bool = False) -> str:
    """Returns the lines of a statement; with `decorators` also those of its decorators, which stand before it."""
    marks = getattr(node, "decorator_list", []) if decorators else []
    first = min([node.lineno, *(mark.lineno for mark in marks)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def without_docstring(source: str) -> str:
    """Returns the code of a function or class without its docstring."""
    definition = ast.parse(source).body[0]
    assert isinstance(definition, Definition)
    if ast.get_docstring(definition) is None:
        return source
    docstring, lines = definition.body[0], source.split("\n")
    after = lines[docstring.end_lineno :]
    while after and not after[0].strip():
        del after[0]
    return "\n".join([*lines[: docstring.lineno - 1], *after])


# --- edits -----------------------------------------------------------------------------------------


class Edit(NamedTuple):
    """A text of a base, and the text that takes its place."""

    was: str
    becomes: str


def edit_of(node: Definition, name: str, decorator: ast.expr) -> Edit:
    """Returns the edit that a decorator of the entry of this name states.

    Raises:
        Malformed: the decorator is not an edit, or changes nothing.
    """
    words, options = arguments(decorator)
    texts = [*words, *options.values()]
    is_edit = decorator_name(decorator) == "edit" and [*options] in ([], ["becomes"], ["was", "becomes"])
    if not is_edit or len(texts) != 2 or not all(isinstance(text, str) for text in texts) or not texts[0].strip():
        raise Malformed(
            node, f'{name}: `@{ast.unparse(decorator)}` is not an edit. Write @edit("was", "becomes"), two strings.'
        )
    edit = Edit(*map(_snippet, texts))
    if edit.was == edit.becomes:
        raise Malformed(node, f"{name}: an edit changes nothing: {_quoted(edit.was)} stays as it is.")
    return edit


def _snippet(text: str) -> str:
    return textwrap.dedent(text).strip("\n").rstrip() if "\n" in text else text


def _quoted(snippet: str) -> str:
    first, *rest = snippet.split("\n")
    return f"`{first}`" + (" and what follows it" if rest else "")


# --- applying edits ---------------------------------------------------------------------------------


class _Place(NamedTuple):
    start: int
    end: int
    becomes: str


def edited(node: Definition, name: str, edits: list[Edit], bases: dict[str, Base]) -> str:
    """Returns the code of an entry: its base's, with the edits.

    Raises:
        Malformed: an edit does not fit, two overlap, or the result is not one definition of the entry's function.
    """
    base = _base_for(node, name, bases)
    places = sorted(_place(node, name, edit, base) for edit in edits)
    if any(before.end > after.start for before, after in pairwise(places)):
        raise Malformed(node, f"{name}: two of its edits overlap. Merge them into one.")
    code = base.source
    for place in reversed(places):
        code = code[: place.start] + place.becomes + code[place.end :]
    if _parsed(node, name, code) == _parsed(node, name, base.source):
        raise Malformed(node, f"{name}: its edits change nothing in the code, a comment or a space at most.")
    return code.rstrip("\n")


def _base_for(node: Definition, name: str, bases: dict[str, Base]) -> Base:
    if ast.get_docstring(node) is None or len(node.body) > 1 or _has_arguments(node):
        raise Malformed(
            node, f"{name} has an @edit, so its code is its base's: leave it a docstring, no parameters and no code."
        )
    wanted = base_of(node) or node.name
    if wanted not in bases:
        known = ", ".join(f'"{base}"' for base in bases) or "none"
        raise Malformed(node, f'{name} edits the base "{wanted}", which is not there. The bases are: {known}.')
    if bases[wanted].function != node.name:
        raise Malformed(
            node, f'{name}: the base "{wanted}" defines `{bases[wanted].function}`, and the entry is `{node.name}`.'
        )
    return bases[wanted]


def _has_arguments(node: Definition) -> bool:
    return bool(node.bases or node.keywords) if isinstance(node, ast.ClassDef) else ast.unparse(node.args) != ""


def _place(node: Definition, name: str, edit: Edit, base: Base) -> _Place:
    places = _places(edit, base.source)
    if len(places) == 1:
        return places[0]
    wanted = f'in the base "{base.name}"; exactly one is wanted'
    advice = "Take in what stands around it." if places else "Copy it from the base as it is now."
    raise Malformed(node, f"{name}: {_quoted(edit.was)} occurs {len(places)} times {wanted}. {advice}")


def _places(edit: Edit, code: str) -> list[_Place]:
    """Returns all places of an edit in a base. Its further lines are indented there like the line where it begins."""
    places = []
    first = edit.was.split("\n")[0]
    start = code.find(first)
    while start >= 0:
        line_start = code.rfind("\n", 0, start) + 1
        before = code[line_start:start]
        indent = before[: len(before) - len(before.lstrip(" "))]
        was, becomes = (textwrap.indent(text, indent).removeprefix(indent) for text in edit)
        if code.startswith(was, start):
            end = start + len(was)
            is_whole = not before.strip() and code[end : end + 1] in ("", "\n")
            places.append(_Place(line_start, end + 1, "") if not becomes and is_whole else _Place(start, end, becomes))
        start = code.find(first, start + 1)
    return places


def _parsed(node: Definition, name: str, code: str) -> str:
    """Returns the syntax tree of edited code as text. The code must be one valid definition of the entry's name."""
    try:
        definitions = ast.parse(code).body
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise Malformed(node, f"{name}: its edits make invalid Python: {error.msg}, in `{line}`.") from None
    if len(definitions) != 1 or getattr(definitions[0], "name", None) != node.name:
        raise Malformed(node, f"{name}: its edits leave something else than one definition of `{node.name}`.")
    return ast.dump(definitions[0])

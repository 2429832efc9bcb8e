"""A learner's parts: what one notebook defined, kept as source, for another notebook.

A notebook's last experiment calls ``parts.save("06_optimizers")``: each function and class that its exercises ask
for goes into one file, ``parts.py``, beside the notebooks' folders, with all that it needs. The capstone calls
``mine = parts.load("elu", "adam")``: ``mine.elu`` is the learner's, if it is there, runs, and passes its visible
checks; otherwise it is PyTorch's, and a sentence says why. Nothing is replaced silently.

What was loaded is not in the notebook, so it does not travel to the grader with it: ``parts.paste("adam")`` makes a
cell with the source in it, and `stays_behind` names what a graded function would miss.
"""

import ast
import contextlib
import dis
import inspect
import linecache
import os
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

__all__ = ["Parts", "load", "paste", "save", "stays_behind"]

_HEAD = '''"""My parts. Each notebook writes its own blocks anew when it runs parts.save."""
'''
_MARK = re.compile(r"^# %% (\d\d_[a-z_]+): (\w+)$", re.MULTILINE)
_HOME = "gradwise.parts.loaded"  # the module that loaded functions say they are from


class Parts:
    """Functions and classes by their names, a learner's or, where there is none, PyTorch's.

    Attributes:
        missing: for each part that is PyTorch's, why.
    """

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f'there is no part {name!r} here: ask for it with parts.load("{name}")')


# --- saving -----------------------------------------------------------------------------------------


def save(topic: str, names: dict[str, Any] | None = None, path: Path | None = None) -> None:
    """Writes a notebook's exercises into ``parts.py``; a part that is not there now stays as it was.

    Args:
        topic: the notebook's slug.
        names: where the functions are; by default the notebook's.
        path: the file; by default ``parts.py`` beside the notebooks' folders.

    Raises:
        KeyError: there is no such topic.
    """
    from ..exercises import of_topic, topics

    if topic not in topics():
        raise KeyError(f"There is no topic {topic!r}. There are: {', '.join(topics())}")
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    file = path or _place()
    blocks, saved, left = _blocks(file), [], []
    for name in (name for exercise in of_topic(topic) for name in exercise.functions):
        source = _source_with_needs(name, names)
        if isinstance(source, str) and _is_written(name, names[name]):
            blocks[name] = (topic, source)
            saved.append(name)
        elif name in names and source is not None:
            left.append(name)
    if saved:
        _write(file, blocks)
        print(f"Saved to {_short(file)}: {', '.join(saved)}.")
    else:
        print(f"Nothing of {topic} is written yet, so nothing was saved.")
    for name in left:
        source = _source_with_needs(name, names)
        print(f"Not saved: {name} ({source.reason if isinstance(source, _CannotSave) else 'not written yet'}).")


class _CannotSave:
    """Why a part has no source that would run by itself."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _source_with_needs(name: str, names: dict[str, Any]) -> str | _CannotSave | None:
    """A definition with the imports, helpers and numbers it needs before it; None if there is no such name."""
    if name not in names:
        return None
    pieces: dict[str, str] = {}
    trouble = _collect(name, names, pieces)
    if trouble:
        return _CannotSave(trouble)
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
        return f"it uses `{name}`, which is no function, module or number"
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
    if callable(thing) and module and known_as and module != _HOME and _file(thing) is None and module != "__main__":
        return f"from {module} import {known_as} as {name}"
    return ""


def _definition(name: str, thing: Any) -> str | None:
    """The source of a function or class that a cell defines under this name."""
    file = _file(thing)
    if file is None:
        return None
    for text in _cells(file):
        with contextlib.suppress(SyntaxError):
            for node in reversed(ast.parse(_without_magics(text)).body):
                if name in _bound(node):
                    first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", []))])
                    return "\n".join(text.split("\n")[first - 1 : node.end_lineno])
    return None


def _cells(file: str) -> Iterator[str]:
    """The cell of this name; and, for a cell whose magic hides its name (``%%time``), all that ran, the last first."""
    if lines := linecache.getlines(file):
        yield "".join(lines)
    elif (shell := _shell()) is not None:
        yield from reversed(shell.history_manager.input_hist_raw)


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _without_magics(text: str) -> str:
    return re.sub(r"^[ \t]*[%!?].*$", "pass", text, flags=re.MULTILINE)


def _file(thing: Any) -> str | None:
    """The cell or module that a function or class was written in, if that was in a notebook or a test of ours."""
    codes = list(_codes(thing))
    name = codes[0].co_filename if codes else None
    return name if name is not None and (_in_a_cell(name) or getattr(thing, "__module__", "") == "__main__") else None


def _in_a_cell(filename: str) -> bool:
    return filename.startswith("<") or "ipykernel" in filename


def _codes(thing: Any) -> Iterator[CodeType]:
    """The code of a function, or of each method of a class."""
    if isinstance(thing, type):
        for member in vars(thing).values():
            yield from _codes(getattr(member, "fget", None) or getattr(member, "__func__", member))
    elif isinstance(getattr(thing, "__code__", None), CodeType):
        yield thing.__code__


def _global_names(source: str) -> set[str]:
    """The names that a definition looks up outside of itself, its decorators and defaults included."""
    names = _all_names(compile(textwrap.dedent(source), "<part>", "exec"))
    return {name for name in names if not name.startswith("__")}  # a class body asks for __name__


def _is_written(name: str, thing: Any) -> bool:
    """Whether a part does more than say that it is not written."""
    try:
        _try(name, thing)
    except NotImplementedError:
        return False
    except Exception:
        pass  # wrong is written, too: `load` says what is wrong
    return True


# --- loading ----------------------------------------------------------------------------------------


def load(*wanted: str, path: Path | None = None) -> Parts:
    """The learner's parts of these names; where one is missing or wrong, PyTorch's, and why.

    Args:
        wanted: names of functions and classes that exercises ask for.
        path: the file; by default ``parts.py`` beside the notebooks' folders.

    Raises:
        KeyError: no exercise asks for a name.
    """
    homes = _homes()
    if strange := [name for name in wanted if name not in homes]:
        raise KeyError(f"No exercise asks for {', '.join(strange)}.")
    file = path or _place()
    blocks, found = _blocks(file), Parts()
    for name in wanted:
        topic = homes[name]
        try:
            if name not in blocks:
                where = f"it is not in {_short(file)}" if file.is_file() else f"there is no {_short(file)} yet"
                raise LookupError(f"{where}. The cell with parts.save in {topic} puts it there")
            setattr(found, name, _checked(name, blocks[name][1], topic))
        except LookupError as reason:
            found.missing[name] = str(reason)
            from .. import reference

            setattr(found, name, getattr(reference, name))
    yours = [name for name in wanted if name not in found.missing]
    print(f"Yours: {', '.join(yours) or 'none'}.")
    for name, why in found.missing.items():
        print(textwrap.fill(f"○ {name} is PyTorch's here, because {why}.", 100, subsequent_indent="  "))
    return found


def _checked(name: str, source: str, topic: str) -> Any:
    """The part that a block defines, if it runs and passes its visible checks.

    Raises:
        LookupError: it does not; the text says why.
    """
    names: dict[str, Any] = {"__name__": _HOME}
    try:
        exec(compile(source, f"<your {name}>", "exec"), names)
        part = names[name]
    except Exception as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise LookupError(f"yours does not run ({type(error).__name__}: {_first_line(error)}{line})") from None
    try:
        _try(name, part)
    except Exception:
        raise LookupError(f'yours does not pass its visible checks: check("{_exercise(name)}") in {topic} says what is '
                          "wrong") from None  # fmt: skip
    return part


def _first_line(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return text.split("\n")[0][:120]


def _try(name: str, part: Any) -> None:
    """Puts the visible checks of a part to it.

    Raises:
        Exception: whatever they find.
    """
    from ..check.cases import try_case
    from ..exercises import by_id

    exercise = by_id(_exercise(name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in exercise.cases:
            if case.function == name:
                try_case(exercise, case, part)


def paste(*names: str, path: Path | None = None) -> None:
    """Makes a cell below this one that defines the learner's parts of these names: it travels with the notebook.

    Args:
        names: of the parts.
        path: the file; by default ``parts.py`` beside the notebooks' folders.

    Raises:
        LookupError: one of them was not saved; nothing is pasted then.
    """
    file = path or _place()
    blocks, homes = _blocks(file), _homes()
    for name in names:
        if name not in blocks:
            topic = homes.get(name, "its notebook")
            raise LookupError(f"{name} is not in {_short(file)}: run the cell with parts.save in {topic}.")
    pieces = [piece for name in names for piece in _statements(blocks[name][1])]
    text = "\n\n\n".join(["# my parts, by parts.paste", *dict.fromkeys(pieces)])
    shell = _shell()
    if shell is None:
        print(text)
        return
    shell.set_next_input(text)
    print(f"The cell below defines {', '.join(names)}. Run it; it is yours now, and travels with this notebook.")


def _shell() -> Any:
    """The running notebook, if there is one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _statements(source: str) -> list[str]:
    """The top-level statements of a block, so that what two parts share is pasted once."""
    lines = source.split("\n")
    pieces = []
    for node in ast.parse(source).body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        pieces.append("\n".join(lines[first - 1 : node.end_lineno]))
    return pieces


# --- what does not travel ---------------------------------------------------------------------------


def stays_behind(function: Callable[..., Any]) -> list[str]:
    """What a graded function uses, itself or through helpers, that neither NumPy, Python nor its notebook defines.

    Args:
        function: a function or a class.
    """
    if str(getattr(function, "__module__", "")).startswith("gradwise.reference"):
        return []  # the judge is no learner's answer
    found: set[str] = set()
    _look(function, found, set())
    return sorted(found)


def _look(thing: Any, found: set[str], seen: set[int]) -> None:
    for code, names in _with_globals(thing):
        for name in _all_names(code) & names.keys():
            used = names[name]
            if id(used) in seen:
                continue
            seen.add(id(used))
            if _is_not_there(used):
                found.add(f"`{name}`")
            elif list(_codes(used)):
                _look(used, found, seen)


def _with_globals(thing: Any) -> Iterator[tuple[CodeType, dict[str, Any]]]:
    members = vars(thing).values() if isinstance(thing, type) else [thing]
    for member in members:
        plain = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if isinstance(getattr(plain, "__code__", None), CodeType):
            yield plain.__code__, plain.__globals__


def _all_names(code: CodeType) -> set[str]:
    """The names that a code looks up outside of itself: neither attributes nor local names."""
    found = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inner = (_all_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return found.union(*inner)


_NOT_THERE = ("gradwise", "torch", "sklearn", "scipy", "pandas", "matplotlib")  # where notebooks are graded


def _is_not_there(thing: Any) -> bool:
    if isinstance(thing, Parts):
        return True
    module = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None) or ""
    return str(module).split(".")[0] in _NOT_THERE


# --- the file ---------------------------------------------------------------------------------------


def _place() -> Path:
    """``parts.py`` beside the notebooks' folders, or where GRADWISE_PARTS says."""
    if given := os.environ.get("GRADWISE_PARTS"):
        return Path(given)
    here = Path.cwd()
    return (here.parent if re.fullmatch(r"\d\d_[a-z_]+", here.name) else here) / "parts.py"


def _short(file: Path) -> str:
    return os.path.relpath(file)


def _blocks(file: Path) -> dict[str, tuple[str, str]]:
    """The topic and the source of each part in the file, by its name."""
    if not file.is_file():
        return {}
    _, *pieces = _MARK.split(file.read_text("utf-8"))
    return {pieces[i + 1]: (pieces[i], pieces[i + 2].strip("\n")) for i in range(0, len(pieces), 3)}


def _write(file: Path, blocks: dict[str, tuple[str, str]]) -> None:
    """Writes the file whole or not at all."""
    order = sorted(blocks.items(), key=lambda item: item[1][0])  # by topic; within it as the notebook has them
    text = "\n\n".join([_HEAD, *(f"# %% {topic}: {name}\n{source}\n" for name, (topic, source) in order)])
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(text, "utf-8")
    fresh.replace(file)


def _homes() -> dict[str, str]:
    """The topic that asks for each name."""
    from ..exercises import of_topic, topics

    return {name: topic for topic in topics() for exercise in of_topic(topic) for name in exercise.functions}


def _exercise(name: str) -> str:
    from ..exercises import of_topic, topics

    return next(e.id for topic in topics() for e in of_topic(topic) if name in e.functions)

"""The file ``parts.py``: a learner's parts are saved in it, loaded from it, and pasted into a cell."""

import inspect
import os
import re
import textwrap
import warnings
from pathlib import Path
from typing import Any

from ..check.cases import Trial, try_all
from ..exercises import Exercise, of_topic, topics
from ..kept_files import place, write
from .extract import HOME, CannotSave, running_shell, source_with_needs, statements

__all__ = ["Parts", "load", "paste", "save"]

_HEAD = '''"""My parts. Each notebook writes its own blocks anew when it runs parts.save."""
'''

_MARK = re.compile(r"^# %% (\d\d_[a-z_]+): (\w+)$", re.MULTILINE)


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
    if topic not in topics():
        raise KeyError(f"There is no topic {topic!r}. There are: {', '.join(topics())}")
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    file = path or place("parts.py")
    blocks, saved, left = _blocks(file), [], []
    for name in (name for exercise in of_topic(topic) for name in exercise.functions):
        source = source_with_needs(name, names)
        if isinstance(source, str) and _is_written(_tried(name, names[name])):
            blocks[name] = (topic, source)
            saved.append(name)
        elif name in names and source is not None:
            left.append(name)
    if saved:
        try:
            _write(file, blocks)
        except OSError as error:
            print(f"Not saved: {_short(file)} cannot be written ({error.strerror}). Work in a folder of your own.")
            return
        print(f"Saved to {_short(file)}: {', '.join(saved)}.")
    else:
        print(f"Nothing of {topic} is written yet, so nothing was saved.")
    for name in left:
        source = source_with_needs(name, names)
        print(f"Not saved: {name} ({source.reason if isinstance(source, CannotSave) else 'not written yet'}).")


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
    file = path or place("parts.py")
    blocks, loaded = _blocks(file), Parts()
    for name in wanted:
        topic = homes[name]
        try:
            if name not in blocks:
                where = f"it is not in {_short(file)}" if file.is_file() else f"there is no {_short(file)} yet"
                raise LookupError(f"{where}. The cell with parts.save in {topic} puts it there")
            setattr(loaded, name, _checked(name, blocks[name][1], topic))
        except LookupError as reason:
            loaded.missing[name] = str(reason)
            from .. import reference

            setattr(loaded, name, getattr(reference, name))
    yours = [name for name in wanted if name not in loaded.missing]
    print(f"Yours: {', '.join(yours) or 'none'}.")
    for name, why in loaded.missing.items():
        print(textwrap.fill(f"○ {name} is PyTorch's here, because {why}.", 100, subsequent_indent="  "))
    return loaded


def _checked(name: str, source: str, topic: str) -> Any:
    """The part that a block defines, if it runs and passes its visible checks.

    Raises:
        LookupError: it does not; the text says why.
    """
    names: dict[str, Any] = {"__name__": HOME}
    try:
        exec(compile(source, f"<your {name}>", "exec"), names)
        part = names[name]
    except Exception as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise LookupError(f"yours does not run ({type(error).__name__}: {_first_line(error)}{line})") from None
    if not is_right(name, part):
        wrong = f'check("{_exercise(name).id}") in {topic} says what is wrong'
        raise LookupError(f"yours does not pass its visible checks: {wrong}")
    return part


def _first_line(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return text.split("\n")[0][:120]


def _tried(name: str, part: Any) -> Trial:
    """Puts the visible cases of a part to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return try_all(_exercise(name), [name], {name: part})


def is_right(name: str, part: Any) -> bool:
    """Tells whether a part is written, and passes its visible checks."""
    trial = _tried(name, part)
    return not trial.missing and trial.stopped_at is None


def _is_written(trial: Trial) -> bool:
    """Tells whether a part is written, right or wrong, with all of its methods: `load` says what is wrong."""
    return not trial.missing and (trial.stopped_at is None or trial.complaint is not None)


def paste(*names: str, path: Path | None = None) -> None:
    """Makes a cell below this one that defines the learner's parts of these names: it travels with the notebook.

    Args:
        names: of the parts.
        path: the file; by default ``parts.py`` beside the notebooks' folders.

    Raises:
        LookupError: one of them was not saved; nothing is pasted then.
    """
    file = path or place("parts.py")
    blocks, homes = _blocks(file), _homes()
    for name in names:
        if name not in blocks:
            topic = homes.get(name, "its notebook")
            raise LookupError(f"{name} is not in {_short(file)}: run the cell with parts.save in {topic}.")
    pieces = [
        piece for name in names for _, piece in statements(blocks[name][1])
    ]  # what two parts share is pasted once
    text = "\n\n\n".join(["# my parts, by parts.paste", *dict.fromkeys(pieces)])  # what two parts share is pasted once
    shell = running_shell()
    if shell is None:
        print(text)
        return
    shell.set_next_input(text)
    print(f"The cell below defines {', '.join(names)}. Run it; it is yours now, and travels with this notebook.")


# --- the file ---------------------------------------------------------------------------------------


def _short(file: Path) -> str:
    return os.path.relpath(file)


def _blocks(file: Path) -> dict[str, tuple[str, str]]:
    """The topic and the source of each part in the file, by its name."""
    if not file.is_file():
        return {}
    _, *pieces = _MARK.split(file.read_text("utf-8"))
    return {pieces[i + 1]: (pieces[i], pieces[i + 2].strip("\n")) for i in range(0, len(pieces), 3)}


def _write(file: Path, blocks: dict[str, tuple[str, str]]) -> None:
    order = sorted(blocks.items(), key=lambda item: item[1][0])  # by topic; within it as the notebook has them
    text = "\n\n".join([_HEAD, *(f"# %% {topic}: {name}\n{source}\n" for name, (topic, source) in order)])
    write(file, text)


def _homes() -> dict[str, str]:
    """The topic that asks for each name."""
    return {name: topic for topic in topics() for exercise in of_topic(topic) for name in exercise.functions}


def _exercise(name: str) -> Exercise:
    """The exercise that asks for a name."""
    return next(spec for topic in topics() for spec in of_topic(topic) if name in spec.functions)

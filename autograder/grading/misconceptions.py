"""Reads the named wrong answers of a topic, `misconceptions/<slug>.py`. They are data: the file is never run.

An entry holds its whole code, or edits of a base. The docstring of `autograder.misconceptions` describes both forms.
"""

import ast
import inspect
from dataclasses import dataclass, replace

from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault

from .edits import (
    Base,
    Definition,
    Malformed,
    are_texts,
    arguments,
    bases_of,
    decorator_name,
    edit_of,
    edited,
    is_base,
    lines_of,
)


@dataclass(frozen=True)
class Misconception:
    """A named wrong answer.

    Attributes:
        id: its name, unique in the topic.
        exercise: the exercise it answers wrongly.
        function: the learner's function or class that it replaces.
        sentence: the diagnosis that the learner reads.
        source: the wrong answer as a learner would write it.
        twin_of: the id of a misconception with the same outputs, if the file names one.
        told_as: the ids of the misconceptions that the learner is told instead; none for most.
    """

    id: str
    exercise: str
    function: str
    sentence: str
    source: str
    twin_of: str | None = None
    told_as: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The ids that the learner is told: its own, or those in its place."""
        return self.told_as or (self.id,)


def load_misconceptions(topic: Topic) -> list[Misconception]:
    """Reads a topic's wrong answers, in the order of the file.

    Raises:
        GraderFault: the file is missing, or an entry in it is malformed.
    """
    return _read(topic)[1]


def load_bases(topic: Topic) -> list[Base]:
    """Reads the code that a topic's wrong answers edit.

    Raises:
        GraderFault: the file is missing, or an entry in it is malformed.
    """
    return _read(topic)[0]


def _read(topic: Topic) -> tuple[list[Base], list[Misconception]]:
    path = need(topic.misconceptions, "Every topic needs one.")
    source = path.read_text("utf-8")
    try:
        marked = [node for node in ast.parse(source).body if isinstance(node, Definition) and node.decorator_list]
        bases = bases_of([node for node in marked if is_base(node)], source)
        wrong = [node for node in marked if not is_base(node)]
        entries = [_entry(node, source, bases) for node in wrong]
        _must_differ([entry.id for entry in entries], wrong)
        told = [_told(node, entry, entries) for node, entry in zip(wrong, entries, strict=True)]
    except SyntaxError as error:
        raise GraderFault(f"{path}:{error.lineno}: {error.msg}.") from None
    except Malformed as error:
        raise GraderFault(f"{path}:{error.line}: {error}") from None
    return list(bases.values()), told


# --- entries ----------------------------------------------------------------------------------------


def _entry(node: Definition, source: str, bases: dict[str, Base]) -> Misconception:
    marks = [decorator for decorator in node.decorator_list if decorator_name(decorator) == "wrong"]
    words, options = arguments(marks[0]) if len(marks) == 1 else ([], {})
    if not are_texts(words, 2) or not options.keys() <= {"twin_of", "told_as", "base"} or not all(options.values()):
        raise Malformed(
            node, f'`{node.name}` is not a well-formed misconception: it needs @wrong("exercise", "id") once.'
        )
    exercise, name = words
    sentence = " ".join(inspect.cleandoc(ast.get_docstring(node) or "").split())
    if not sentence:
        raise Malformed(node, f"{name} has no sentence for the learner. Write it as the docstring.")
    edits = [edit_of(node, name, decorator) for decorator in node.decorator_list if decorator not in marks]
    if edits:
        code = edited(node, name, edits, bases)
    elif "base" in options:
        raise Malformed(node, f"{name} names a base and does not edit it. Add an @edit, or leave out base=.")
    else:
        code = lines_of(node, source)
    told_as = tuple(options["told_as"].split(" + ")) if "told_as" in options else ()
    return Misconception(name, exercise, node.name, sentence, code, options.get("twin_of"), told_as)


def _told(node: Definition, entry: Misconception, entries: list[Misconception]) -> Misconception:
    """Returns an entry with the sentences of those that are told in its place."""
    if not entry.told_as:
        return entry
    known = {other.id: other for other in entries if other.exercise == entry.exercise and not other.told_as}
    if unknown := [name for name in entry.told_as if name not in known]:
        raise Malformed(
            node,
            f"{entry.id} is told as {unknown[0]}, which is no entry of {entry.exercise} with a sentence of its own.",
        )
    return replace(entry, sentence=" ".join(known[name].sentence for name in entry.told_as))


def _must_differ(ids: list[str], nodes: list[Definition]) -> None:
    for number, (name, node) in enumerate(zip(ids, nodes, strict=True)):
        if name in ids[:number]:
            raise Malformed(node, f"More than one misconception is called {name}. Choose another id.")

"""Reads the named wrong answers of a topic."""

import ast
import inspect
from dataclasses import dataclass

from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault


@dataclass(frozen=True)
class Misconception:
    """A named wrong answer.

    Attributes:
        id: its name, unique in the topic.
        exercise: the exercise it answers wrongly.
        function: the name that it defines, a learner's function or class.
        sentence: what to tell the learner.
        source: the wrong answer as a learner would write it.
        twin_of: another misconception with the same outputs, if there is one.
    """

    id: str
    exercise: str
    function: str
    sentence: str
    source: str
    twin_of: str | None = None


def load_misconceptions(topic: Topic) -> list[Misconception]:
    """Reads a topic's wrong answers. They are data: the file is read and not run.

    Raises:
        GraderFault: the file is missing, or an entry in it is malformed.
    """
    path = need(topic.misconceptions, "Every topic needs one.")
    source = path.read_text("utf-8")
    entries = []
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise GraderFault(f"{path}:{error.lineno}: {error.msg}.") from None
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            try:
                entries.append(_entry(node, source))
            except (ValueError, AttributeError, IndexError):
                raise GraderFault(f"{path}:{node.lineno}: `{node.name}` is not a well-formed misconception.") from None
    ids = [entry.id for entry in entries]
    if double := sorted({name for name in ids if ids.count(name) > 1}):
        raise GraderFault(f"{path}: more than one misconception is called {', '.join(double)}.")
    return entries


def _entry(node: ast.FunctionDef | ast.ClassDef, source: str) -> Misconception:
    (decorator,) = node.decorator_list
    assert isinstance(decorator, ast.Call)
    exercise, name = (ast.literal_eval(arg) for arg in decorator.args)
    options = {word.arg: ast.literal_eval(word.value) for word in decorator.keywords}
    sentence = " ".join(inspect.cleandoc(ast.get_docstring(node) or "").split())
    if not sentence:
        raise ValueError("no sentence")
    lines = source.split("\n")[node.lineno - 1 : node.end_lineno]
    return Misconception(name, exercise, node.name, sentence, "\n".join(lines), options.get("twin_of"))

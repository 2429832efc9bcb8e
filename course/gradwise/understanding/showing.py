"""How a learner's lines, a changed line and the steps of a run are shown in a question."""

import ast
import re
from typing import Any

from ..mutants.planting import Mutant
from .source import Code, first_line
from .tracing import header_end, target_of

MOST_LINES = 40  # of code that are shown
_ALWAYS = re.compile(r"(?:el)?(?:if|while) (True|False):")


def place_of(code: Code, statement: ast.stmt) -> tuple[str, int]:
    """Returns the definition that a statement stands in, and its line there, counted from 1."""
    definition = code.definition_of(statement)
    return getattr(definition, "name", "your code"), statement.lineno - first_line(definition) + 1


def line_words(code: Code, statement: ast.stmt) -> str:
    """Returns ``line 3 of `elu```."""
    name, line = place_of(code, statement)
    return f"line {line} of `{name}`"


def shown(code: Code, function: str, statement: ast.stmt, executed: set[int]) -> str:
    """Returns the definition of a statement, and others that are run if there is room, with numbered lines.

    Args:
        code: the learner's code.
        function: the function that is called.
        statement: the statement in question, whose line gets a mark.
        executed: the numbers of the statements that are run.
    """
    own = code.definition_of(statement)
    run = {id(code.definition_of(code.statements[number])) for number in executed}
    parts, room = {id(own): _numbered(code, own, statement)}, MOST_LINES
    room -= len(parts[id(own)])
    for definition in code.tree.body:
        name = getattr(definition, "name", "")
        if definition is own or (id(definition) not in run and name != function):
            continue
        lines = _numbered(code, definition, None)
        if len(lines) <= room:
            parts[id(definition)] = lines
            room -= len(lines)
    return "\n\n".join("\n".join(parts[id(node)]) for node in code.tree.body if id(node) in parts)


def _numbered(code: Code, definition: ast.stmt, statement: ast.stmt | None) -> list[str]:
    first, last = first_line(definition), definition.end_lineno or definition.lineno
    lines = range(first, last + 1)
    if len(lines) > MOST_LINES and statement is not None:  # of a long class the method, of a long function the middle
        inner = [node for node in ast.walk(definition) if isinstance(node, ast.FunctionDef) and node is not definition]
        around = [node for node in inner if first_line(node) <= statement.lineno <= (node.end_lineno or 0)]
        if around:
            lines = range(first_line(around[-1]), (around[-1].end_lineno or last) + 1)
        if len(lines) > MOST_LINES:
            begin = max(lines[0], min(statement.lineno - MOST_LINES // 2, lines[-1] - MOST_LINES))
            lines = range(begin, begin + MOST_LINES)
    kept = list(dict.fromkeys([first, *lines]))
    marked = set(range(statement.lineno, header_end(statement) + 1)) if statement is not None else set()
    result = []
    for before, line in zip([first - 1, *kept], kept, strict=False):
        if line > before + 1:
            result.append("      ...")
        result.append(f"{'>' if line in marked else ' '}{line - first + 1:3}  {code.lines[line - 1]}".rstrip())
    return result


def changed_lines(mutant: Mutant) -> str:
    """Returns the new lines of a mutant, without their indentation."""
    return "\n".join(line[1:].strip() for line in mutant.diff.split("\n") if line.startswith("+"))


def change_words(code: Code, mutant: Mutant) -> tuple[str, str]:
    """Returns a sentence that says what a mutant changes, and the changed line where the sentence does not say all."""
    line, new = line_words(code, code.statements[mutant.statement]), changed_lines(mutant)
    if new == "pass":
        return f"Suppose {line} were missing.", ""
    if constant := _ALWAYS.fullmatch(new):
        return f"Suppose the condition in {line} were {'always' if constant[1] == 'True' else 'never'} true.", ""
    return f"One line is changed: {line}.", f"the changed line: {new}"


def old_lines(mutant: Mutant) -> str:
    """Returns the lines that a mutant replaces, without their indentation."""
    return "\n".join(line[1:].strip() for line in mutant.diff.split("\n") if line.startswith("-"))


def steps(code: Code, result: dict[str, Any], until: tuple[int, int] | None = None, most: int = 12) -> tuple[str, ...]:
    """Returns what the lines hold, in the order of the run, up to one of them; of many the last ones.

    Args:
        code: the learner's code.
        result: what was noted of one scene.
        until: the number of a statement, and of its turn.
        most: how many lines are returned.
    """
    lines = []
    for number, turn in result.get("steps", []):
        text, _, shape = result["seen"][str(number)][turn]
        node = code.statements[number]
        what = "returns" if isinstance(node, ast.Return) else f"{target_of(node)} ="
        value = text if text is not None else f"an array of shape {shape}" if shape else "…"
        lines.append(f"{line_words(code, node)}: {what} {value}")
        if (number, turn) == until:
            break
    return tuple(lines[-most:])

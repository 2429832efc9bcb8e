"""A message that counts says "1 learner" and "2 learners": one function writes it on each side of the project."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradwise import wording

from autograder.core.course import Course
from autograder.core.text import counted

THINGS = [
    "answer",
    "array",
    "assignment",
    "cell",
    "character",
    "check",
    "entry",
    "epoch",
    "example",
    "exercise",
    "file",
    "fold",
    "forward_pass",
    "gradient",
    "index",
    "layer",
    "learner",
    "line",
    "mark",
    "misconception",
    "mutant",
    "notebook",
    "number",
    "page",
    "pair",
    "place",
    "point",
    "repair",
    "result",
    "run",
    "seed",
    "slide",
    "step",
    "student",
    "submission",
    "topic",
    "value",
    "visible_check",
]
SEVERAL = {"entry": "entries", "index": "indices", "pass": "passes"}
PLURAL = re.compile(
    rf" (?:[a-z]+ )?({'|'.join(SEVERAL.get(thing, f'{thing}s') for thing in THINGS).replace('_', ' ')})\b"
)
TEMPLATE = re.compile(r"\}\}(?:</b>)? ?([a-z]+)(s\b|\{\{ ?\"s)")
# Counts that are never 1, with the reason.
NEVER_ONE = {
    "{len(Ws)} arrays": "the check's own list",
    "{n} indices": "the check's own number",
    "{len(flat)} indices": "of some hundred examples",
    "{sum(wanted)} examples": "the check's own number",
    "{n} examples": "the check's own number",
    "{len(right)} configurations": "the check's own list",
    "{len(wanted)} entries": "said where several are wrong",
    "{len(wanted)} values": "a tuple of one value has a sentence of its own",
    "{len(drawn.got)} points": "a curve",
    "{len(sizes)} sizes": "the check's own list",
    "{len(pairs)} layers": "the check's own list",
    "{distinct} different slopes": "the check's own number",
    "{len(spec)} values": "a tuple of one is not asked for",
    "{out.size} entries": "the check's own array",
    "{same.size} values": "said of many",
    "{lengths} arrays": "a list of numbers",
    "{abs(epochs)} epochs": "one has a sentence of its own",
    "{len(val)} indices": "part of a sum",
    "{len(items)} values": "one has a sentence of its own",
    "{which} characters": "a constant",
    "{len(found)} notebooks": "said of several",
    "{row.seeds} seeds": "a number below the fewest is named with it",
    "{len(few)} seeds": "the label of a bar: claims about experiments depend on this code",
    "{better.size} seeds": "claims about experiments depend on this code",
    "{seeds} seeds": "two at least, or as above",
    "{len(losses)} runs": "the notebook's own number",
    "{len(runs)} seeds": "the notebook's own number",
    "{mask.size} entries": "the demo's own array",
    "{verb} visible checks": "the verb is counted",
    "{platform} names submissions": "a verb",
    "{self.name} has lines": "a name",
}


def counts(tree: ast.AST) -> Iterator[str]:
    """Yields each value of an f-string behind which a plural stands, but for constants."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, behind in zip(node.values, node.values[1:], strict=False):
            if not (isinstance(value, ast.FormattedValue) and isinstance(behind, ast.Constant)):
                continue
            said = ast.unparse(value.value)
            plural = PLURAL.match(str(behind.value))
            if plural and not said.isupper() and not said.startswith("counted("):
                yield f"{{{said}}}{plural[0]}"


def sources(course: Course) -> list[Path]:
    content = {"misconceptions", "answers", "equivalent"}
    found = [*course.root.glob("autograder/**/*.py"), *course.root.glob("course/gradwise/**/*.py")]
    return [path for path in found if not content & set(path.relative_to(course.root).parts)]


def test_what_is_counted_is_in_the_singular_where_it_is_one(course: Course) -> None:
    found = {(path.name, count) for path in sources(course) for count in counts(ast.parse(path.read_text("utf-8")))}
    assert {(name, count) for name, count in found if count not in NEVER_ONE} == set()


def test_a_plural_behind_a_count_would_be_found() -> None:
    text = 'f"{len(rows)} learners"; f"{n} new pages"; f"{LIMIT} files"; f"{counted(1, \'page\')} pages"; f"{a} passes"'
    assert list(counts(ast.parse(text))) == ["{len(rows)} learners", "{n} new pages"]


def test_templates_count_by_the_filter(course: Course) -> None:
    for path in course.root.glob("autograder/*/templates/*.html"):
        assert not TEMPLATE.search(path.read_text("utf-8")), path
    assert TEMPLATE.search('{{ count }} learner{{ "s" if count != 1 }}')
    assert TEMPLATE.search("{{ points | number }} points")


@pytest.mark.parametrize("function", [counted, wording.counted])
def test_both_sides_count_alike(function: object) -> None:
    assert callable(function)
    assert [function(n, "page") for n in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]
    assert [function(n, "index", "indices") for n in (1, 1.0, 2.5)] == ["1 index", "1 index", "2.5 indices"]

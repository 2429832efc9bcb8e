"""The file of named wrong answers: code written out or edits of a base, and a message for each mistake of an author."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest

import autograder.misconceptions as forms
from autograder.core.cell import Cell
from autograder.core.course import Topic, find_course
from autograder.core.outcomes import GraderFault, Outcome
from autograder.grading.edits import without_docstring
from autograder.grading.misconceptions import load_bases, load_misconceptions
from autograder.grading.session import open_grader

from ...conftest import SEED
from ..conftest import SmallCourse

TOPICS = find_course().topics

WRITTEN_OUT = '''
from autograder.misconceptions import base, edit, wrong

@wrong("double", "double-square")
def double(x):
    """Your `double`
    squares."""
    return x * x

@wrong("double", "double-power", twin_of="double-square")
def double(x):
    """Your `double` takes a power."""
    return x**2
'''

BASE = '''
from autograder.misconceptions import base, edit, wrong

@base
def spread(rows, ddof=1):
    """A right answer."""
    total = 0.0  # of squares
    for row in rows:
        if row:
            mean = sum(row) / len(row)
            total += sum((x - mean) ** 2 for x in row)
    return total / (len(rows) - ddof)

'''

ENTRY = '''
@wrong("spread", "spread-{id}")
{edits}
def spread():
    """Your `spread` is wrong."""
'''


def edited(*edits: str, base: str = BASE, id: str = "odd") -> str:
    return base + ENTRY.format(id=id, edits="\n".join(f"@edit({edit})" for edit in edits))


@pytest.fixture
def load(small: SmallCourse) -> Callable[[str], Any]:
    """Returns a function that loads the entries of a file with a given text."""

    def loaded(text: str) -> Any:
        small.write(small.topic.misconceptions, text)
        return load_misconceptions(small.topic)

    return loaded


@pytest.fixture
def source(load: Callable[[str], Any]) -> Callable[..., str]:
    """The code of a single entry with these edits."""
    return lambda *edits: load(edited(*edits))[0].source


def lines(source: str) -> list[str]:
    return [line.strip() for line in source.split("\n")]


# --- the forms --------------------------------------------------------------------------------------


def test_an_entry_is_its_source_without_the_decorator(load: Callable[[str], Any]) -> None:
    first, second = load(WRITTEN_OUT)
    assert (first.id, first.exercise, first.function, first.twin_of) == ("double-square", "double", "double", None)
    assert first.source.startswith("def double(x):")
    assert first.source.endswith("return x * x")
    assert first.sentence == "Your `double` squares."
    assert second.twin_of == "double-square"


def test_undecorated_code_is_not_an_entry(load: Callable[[str], Any]) -> None:
    assert load("def double(x): return 3") == []


def test_an_edit_is_the_base_with_the_change_and_without_decorator_and_docstring(load: Callable[[str], Any]) -> None:
    text = edited('"len(rows) - ddof", "len(rows)"').replace('"spread-odd"', '"spread-odd", twin_of="spread-even"')
    (entry,) = load(text)
    assert (entry.id, entry.exercise, entry.function) == ("spread-odd", "spread", "spread")
    assert (entry.sentence, entry.twin_of) == ("Your `spread` is wrong.", "spread-even")
    assert lines(entry.source)[:2] == ["def spread(rows, ddof=1):", "total = 0.0  # of squares"]
    assert lines(entry.source)[-1] == "return total / (len(rows))"


def test_a_base_is_an_entry_of_its_own_list(small: SmallCourse, load: Callable[[str], Any]) -> None:
    assert load(BASE) == []
    (base,) = load_bases(small.topic)
    assert (base.name, base.function) == ("spread", "spread")
    assert "A right answer" not in base.source


def test_two_places_are_changed_in_any_order(source: Callable[..., str]) -> None:
    pair = ['"total = 0.0", "total = 1.0"', '"return total / ", "return total * "']
    assert source(*pair) == source(*reversed(pair))
    assert "total = 1.0  # of squares" in source(*pair)
    assert "return total * (len(rows) - ddof)" in source(*pair)


def test_an_edit_is_looked_for_in_the_base_and_not_in_what_another_edit_writes(source: Callable[..., str]) -> None:
    changed = source('"total = 0.0", "total = len(rows)"', '"len(rows) - ddof", "1"')
    assert "total = len(rows)  # of squares" in changed
    assert "return total / (1)" in changed


def test_several_lines_may_stand_at_any_depth(source: Callable[..., str]) -> None:
    changed = source('''
    """
    if row:
        mean = sum(row) / len(row)
        total += sum((x - mean) ** 2 for x in row)
    """,
    """
    mean = sum(row)

    for x in row:
        total += x - mean
    """,
''')
    assert "\n        mean = sum(row)\n\n        for x in row:\n            total += x - mean\n    return" in changed


def test_several_lines_may_begin_in_the_middle_of_a_line(source: Callable[..., str]) -> None:
    changed = source(r'"= sum(row) / len(row)\ntotal += sum", "= row[0]\ntotal = sum"')
    assert "            mean = row[0]\n            total = sum((x - mean)" in changed


def test_new_lines_stand_as_deep_as_the_line_that_they_replace(source: Callable[..., str]) -> None:
    changed = source('"mean = sum(row) / len(row)", """\n        n = len(row)\n        mean = sum(row) / n\n    """')
    assert "\n            n = len(row)\n            mean = sum(row) / n\n            total +=" in changed


def test_whole_lines_that_become_nothing_go_and_parts_leave_their_line(source: Callable[..., str]) -> None:
    assert source('"mean = sum(row) / len(row)", ""') == source(
        '"""\n    mean = sum(row) / len(row)\n    total +=\n""", "total +="'
    )
    assert "mean = sum(row)\n" in source('" / len(row)", ""')
    last = source('"return total / (len(rows) - ddof)", ""')
    assert last.endswith("for x in row)")


def test_the_head_of_a_function_may_change_and_its_name_may_not(
    load: Callable[[str], Any], source: Callable[..., str]
) -> None:
    assert source('"ddof=1", "ddof=0"').startswith("def spread(rows, ddof=0):")
    with pytest.raises(GraderFault, match="leave something else than one definition of `spread`"):
        load(edited('"def spread(rows", "def spreads(rows"'))


CLASS = '''
from autograder.misconceptions import base, edit, wrong

@base
class Counter:
    """A right answer."""

    def __init__(self):
        self.count = 0

    @property
    def twice(self):
        """Twice."""
        return 2 * self.count

@wrong("counting", "counter-shared")
@edit(
    """
    def __init__(self):
        self.count = 0
    """,
    "count = 0",
)
class Counter:
    """Your `Counter`s count together."""
'''


def test_a_class_is_edited_like_a_function(load: Callable[[str], Any]) -> None:
    (entry,) = load(CLASS)
    assert (entry.function, entry.sentence) == ("Counter", "Your `Counter`s count together.")
    assert entry.source.startswith("class Counter:\n    count = 0\n\n    @property\n")
    assert '"""Twice."""' in entry.source


def test_a_function_may_have_several_bases_and_an_exercise_several_functions(load: Callable[[str], Any]) -> None:
    text = (
        edited('"total = 0.0", "total = 9.0"')
        + '''
@base("spread in a line")
def spread(rows):
    return sum(max(row) for row in rows)

@base
def width(row):
    return max(row) - min(row)

@wrong("spread", "spread-min", base="spread in a line")
@edit("max", "min")
def spread():
    """Your `spread` takes the smallest."""

@wrong("spread", "width-max")
@edit(" - min(row)", "")
def width():
    """Your `width` takes the largest."""
'''
    )
    first, second, third = load(text)
    assert (first.source.count("9.0"), first.function) == (1, "spread")
    assert second.source == "def spread(rows):\n    return sum(min(row) for row in rows)"
    assert (third.exercise, third.function) == ("spread", "width")
    assert third.source == "def width(row):\n    return max(row)"


def test_a_base_may_stand_below_its_edits(load: Callable[[str], Any]) -> None:
    entry = ENTRY.format(id="odd", edits='@edit("total = 0.0", "total = 9.0")')
    (mistake,) = load(entry + BASE)
    assert "9.0" in mistake.source


def test_the_decorators_return_what_they_mark() -> None:
    def marked() -> None: ...

    assert forms.wrong("exercise", "id", twin_of="other", base="base")(marked) is marked
    assert forms.edit("was", "becomes")(marked) is marked
    assert forms.base(marked) is marked
    assert forms.base("name")(marked) is marked


def test_without_a_docstring_a_comment_and_a_decorator_stay() -> None:
    text = 'class A:\n    """Says\n    much."""\n\n    # why\n    @property\n    def a(self): ...'
    assert without_docstring(text) == "class A:\n    # why\n    @property\n    def a(self): ..."
    assert without_docstring("def f():\n    return 1") == "def f():\n    return 1"


# --- faults -----------------------------------------------------------------------------------------

FINE = edited('"total = 0.0", "total = 9.0"')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@wrong(\n", "01_small.py:1: '(' was never closed."),
        (
            WRITTEN_OUT.replace('"double", "double-square")', '"double")'),
            '01_small.py:5: `double` is not a well-formed misconception: it needs @wrong("exercise", "id") once.',
        ),
        (WRITTEN_OUT.replace("twin_of=", "twin="), ":11: `double` is not a well-formed misconception"),
        (WRITTEN_OUT.replace('twin_of="double-square"', "twin_of=None"), "`double` is not a well-formed misconception"),
        (
            WRITTEN_OUT.replace('twin_of="double-square"', 'told_as="other"'),
            "double-power is told as other, which is no",
        ),
        (WRITTEN_OUT.replace('"double-power"', "POWER"), "`double` is not a well-formed misconception"),
        (WRITTEN_OUT.replace("@wrong", "@right", 1), "`double` is not a well-formed misconception"),
        (WRITTEN_OUT.replace('"""Your `double` takes a power."""', "pass"), "double-power has no sentence"),
        (WRITTEN_OUT.replace("Your `double` takes a power.", " "), "double-power has no sentence for the learner."),
        (FINE.replace('"""Your `spread` is wrong."""', "pass"), "spread-odd has no sentence for the learner. Write it"),
        (
            WRITTEN_OUT.replace('"double-power"', '"double-square"'),
            ":11: More than one misconception is called double-square. Choose another id.",
        ),
        (
            WRITTEN_OUT.replace('twin_of="double-square"', 'base="double"'),
            "double-power names a base and does not edit it. Add an @edit, or leave out base=.",
        ),
        (FINE.replace(', "total = 9.0"', ""), "spread-odd: `@edit('total = 0.0')` is not an edit. Write @edit("),
        (FINE.replace('"total = 9.0"', "NINE"), "spread-odd: `@edit('total = 0.0', NINE)` is not an edit"),
        (FINE.replace('@edit("total = 0.0"', '@edit(""'), "is not an edit"),
        (FINE.replace('@edit("total = 0.0", ', '@edit(old="total = 0.0", becomes='), "is not an edit"),
        (FINE.replace("@edit", "@change"), "`@change('total = 0.0', 'total = 9.0')` is not an edit"),
        (FINE.replace("9.0", "0.0"), "spread-odd: an edit changes nothing: `total = 0.0` stays as it is."),
        (edited('"# of squares", "# of all squares"'), "spread-odd: its edits change nothing in the code, a comment"),
        (
            FINE.replace('@edit("total = 0.0"', '@edit("total = 1.0"'),
            ':17: spread-odd: `total = 1.0` occurs 0 times in the base "spread"; exactly one is wanted. '
            "Copy it from the base as it is now.",
        ),
        (
            FINE.replace('@edit("total = 0.0"', '@edit("row"'),
            '`row` occurs 8 times in the base "spread"; exactly one is wanted. Take in what stands around it.',
        ),
        (
            edited('"""\n    mean = sum(row) / len(row)\n        total\n""", "pass"'),
            "`mean = sum(row) / len(row)` and what follows it occurs 0 times",
        ),
        (
            edited('"total = 0.0", "total = 9.0"', '"0.0  # of squares", "2.0"'),
            "spread-odd: two of its edits overlap. Merge them into one.",
        ),
        (
            edited('"if row:", "if row"'),
            "spread-odd: its edits make invalid Python: expected ':', in `if row`.",
        ),
        (
            FINE.replace("def spread():", "def spread(rows):"),
            "spread-odd has an @edit, so its code is its base's: leave it a docstring, no parameters and no code.",
        ),
        (FINE + "    return 1\n", "leave it a docstring, no parameters and no code."),
        (
            FINE.replace("def spread():", "def width():"),
            'spread-odd edits the base "width", which is not there. The bases are: "spread".',
        ),
        (FINE.replace("@base\n", ""), 'edits the base "spread", which is not there. The bases are: none.'),
        (
            FINE.replace('"spread-odd")', '"spread-odd", base="spread")').replace("def spread():", "def width():"),
            'spread-odd: the base "spread" defines `spread`, and the entry is `width`.',
        ),
        (BASE.replace("@base", "@base()"), 'The base `spread` has one decorator, @base or @base("a name").'),
        (BASE.replace("@base", "@base\n@wrong('a', 'b')"), "The base `spread` has one decorator"),
        (BASE.replace("@base", "@base(NAME)"), "The base `spread` has one decorator"),
        (BASE + BASE, ':18: There are two bases called "spread". Give the second a name: @base("...").'),
        ('@base\ndef spread():\n    """Nothing."""', "The base `spread` has no code."),
    ],
)
def test_a_malformed_file_is_a_fault_that_says_where_and_what(
    load: Callable[[str], Any], text: str, problem: str
) -> None:
    with pytest.raises(GraderFault) as caught:
        load(text)
    assert problem in str(caught.value)


def test_what_the_faults_are_planted_in_is_fine(load: Callable[[str], Any]) -> None:
    assert len(load(WRITTEN_OUT)) == 2
    assert len(load(FINE)) == 1


# --- our own files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_base_is_a_right_answer_that_some_entry_edits(topic: Topic) -> None:
    text = topic.misconceptions.read_text("utf-8")
    exercises = {entry.function: entry.exercise for entry in load_misconceptions(topic)}
    with open_grader(topic, SEED) as grader:
        for base in load_bases(topic):
            cell = Cell("base", f"import math\nimport numpy as np\n{base.source}")
            (result,) = grader.grade_cells("base", [*grader.solution, cell], [exercises[base.function]]).exercises
            assert result.outcome is Outcome.PASSED, base.name
            assert base.name == base.function or f'base="{base.name}")' in text, base.name


def test_the_forms_in_the_docstring_are_as_a_file_has_them(load: Callable[[str], Any]) -> None:
    docstring = inspect.getdoc(forms)
    assert docstring is not None
    blocks = docstring.split("::\n")[1:]
    code = "\n".join(line[4:] for block in blocks for line in block.split("\n") if line.startswith("    ") or not line)
    ast.parse(code)
    assert [entry.id for entry in load(code)] == ["relu-abs", "clip-no-root"]

"""Code in nbgrader's pages: in colors, and in time that grows with its length."""

from typing import Any

import pytest
from nbconvert.filters.highlight import Highlight2HTML
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.core.course import Course
from autograder.reports import highlight
from autograder.reports.highlight import MOST_BLANKS, MOST_CODE, MOST_MARKDOWN, for_nbgrader
from autograder.reports.markdown import from_markdown

from ...yardstick import times_as_long
from .test_markdown import exporter

BLANKS = "\n "
COLORED = '<span class="k">def</span>'


def steep(characters: int) -> float:
    """Returns how long blank lines take, in times of what a thousand take in nbconvert's own filter."""
    own = Highlight2HTML(pygments_lexer="ipython3")
    return times_as_long(
        lambda: for_nbgrader({}, BLANKS * (characters // 2)), lambda: own(BLANKS * 500), most=1.0, attempts=3
    )


def test_blank_lines_take_no_more_time_than_their_length() -> None:
    assert steep(MOST_CODE) <= 1.0


def test_time_that_grows_with_the_square_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlight, "MOST_BLANKS", 10**9)
    assert steep(6_000) > 1.0


def test_code_is_colored_and_what_would_take_long_is_there_as_typed(course: Course) -> None:
    code = "def f(): return '<b>'\n"
    assert COLORED in for_nbgrader({}, code)
    assert "<b>" not in for_nbgrader({}, code)
    for long in (code + BLANKS * MOST_BLANKS, code * (MOST_CODE // len(code) + 1)):
        plain = for_nbgrader({}, long)
        assert COLORED not in plain
        assert "def f(): return '&lt;b&gt;'" in plain
    assert from_markdown("**a** <b>" * MOST_MARKDOWN).startswith("<pre>**a** &lt;b&gt;")


def test_what_is_on_a_page_is_counted_together(course: Course) -> None:
    half = "def f(): return 1\n" * (MOST_CODE // 36)
    words = ("**bold** " + "word " * 40) * (MOST_MARKDOWN // 418)
    cells: list[Any] = [*(new_code_cell(half) for _ in range(3)), *(new_markdown_cell(words) for _ in range(3))]
    for _ in range(2):  # what one page has used is there for the next
        page, _ = exporter(course).from_notebook_node(new_notebook(cells=cells), {})
        assert page.count(COLORED) == 2 * (MOST_CODE // 36)
        assert page.count("<strong>bold") == 2 * (MOST_MARKDOWN // 418)
        assert page.count("def f(): return 1") == MOST_CODE // 36

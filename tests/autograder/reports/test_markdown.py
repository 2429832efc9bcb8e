"""A learner's Markdown as HTML: formulas, pictures, and time that grows with the length, whatever is typed."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import strip_files_prefix
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import PyFileConfigLoader

from autograder.core.course import Course, find_course
from autograder.notebooks.reader import CellDict
from autograder.notebooks.release import read_release
from autograder.reports.html import MOST_TAGS, safe
from autograder.reports.markdown import for_nbgrader, from_markdown

from ...yardstick import times_as_long


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("$$x_1 * y * z_1$$", "$$x_1 * y * z_1$$"),
        ("$a_1 * b$ and $c * d_1$", "$a_1 * b$ and $c * d_1$"),
        ("$$\na\n- b\n= c\n$$", "$$\na\n- b\n= c\n$$"),
        ("\\\\(a_1 * b * c_1\\\\)", "$a_1 * b * c_1$"),
        (
            "so \\begin{align} a_1 &= b \\\\ c_1 &= d \\end{align}",
            "\\begin{align} a_1 &amp;= b \\\\ c_1 &amp;= d \\end{align}",
        ),
        ("\\begin{align}\na_1 &= *b* \\\\\nc\n\\end{align}", "\\begin{align}\na_1 &amp;= *b* \\\\\nc\n\\end{align}"),
        ("$$$ and $ and \\$5 and $", "$$$ and $ and $5 and $"),
        ("$a", "$a"),
        ("*a* ~~b~~ **c**", "<em>a</em> <del>b</del> <strong>c</strong>"),
        ("|a|b|\n|-|-|\n|1|2|", "<td>1</td>"),
        ("```python\nx = 1\n```", '<code class="language-python">x = 1'),
    ],
)
def test_formulas_stay_whole_and_the_rest_is_markdown(typed: str, shown: str) -> None:
    assert shown in for_nbgrader({}, typed)


def exporter(course: Course) -> HTMLExporter:
    """Nbconvert's exporter as nbgrader's pages use it, with the course's configuration."""
    return HTMLExporter(config=PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config())


def test_nbgraders_pages_show_attached_pictures_and_no_script(course: Course) -> None:
    source = "![mine](attachment:a.png) ![no](attachment:b) <script>alert(1)</script> $a_1$"
    cell = new_markdown_cell(source, attachments={"a.png": {"image/png": "AAAA"}, "b": {"text/html": "x"}})
    page, _ = exporter(course).from_notebook_node(new_notebook(cells=[cell]))
    assert '<img alt="mine" src="data:image/png;base64,AAAA"/>' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "$a_1$" in page
    assert "text/html;base64" not in page


# --- time -------------------------------------------------------------------------------------------

PATTERNS: dict[str, Callable[[int], str]] = {
    "stars": lambda n: "*a " * n,
    "stars in words": lambda n: "a**b" * n + "c*",
    "stars and lines": lambda n: "*a_ " * n,
    "runs of backticks": lambda n: "".join("e" + "`" * i for i in range(int((4 * n) ** 0.5))),
    "backticks": lambda n: "`a" * n,
    "brackets": lambda n: "[" * n,
    "pictures": lambda n: "![" * n,
    "nested brackets": lambda n: "[" * n + "]" * n,
    "links": lambda n: "[a](" * n,
    "links in angles": lambda n: "[a](<b" * n,
    "links to files": lambda n: "[b](/files/" * n,
    "angles": lambda n: "<" * n,
    "tags": lambda n: "<a " * n,
    "attributes": lambda n: '<a b="' * n,
    "comments": lambda n: "a <!-- " * n,
    "instructions": lambda n: "a <?" * n,
    "sections": lambda n: "a <![CDATA[" * n,
    "addresses": lambda n: "<http:" * n,
    "deep tags": lambda n: "<div>" * n,
    "deep lists of tags": lambda n: "<ul><li>" * n,
    "dollars": lambda n: "$" * n,
    "formulas": lambda n: "$a " * n + "b",
    "formulas that never end": lambda n: "$a\\$ " + "\\$$" * n,
    "displayed formulas": lambda n: "$$a\n" * n,
    "formulas in parentheses": lambda n: "\\\\(" * n,
    "formulas in brackets": lambda n: "\\\\[\n" * n,
    "environments": lambda n: "\\begin{align}\n" * n,
    "environments in a quotation": lambda n: "> \\begin{align}\n" * n + "\n\\end{align}",
    "nested quotations": lambda n: "> " * n + "a",
    "nested lists": lambda n: "- " * n + "a",
    "deeper and deeper lists": lambda n: "".join(" " * i + "- a\n" for i in range(int((4 * n) ** 0.5))),
    "definitions": lambda n: "".join(f"[{i}]: /u\n" for i in range(n)),
    "definitions without end": lambda n: '[a]: u "\n' * n,
    "references": lambda n: "[a]: /u\n\n" + "[a] " * n,
    "wide tables": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|a" * n,
    "long tables": lambda n: "|a|b|\n|-|-|\n" + "|c\n" * n,
    "entities": lambda n: "&a" * n,
    "backslashes": lambda n: "\\" * n,
    "blanks": lambda n: "a" + " " * n + "b",
    "lines": lambda n: "a\n" * n,
    "fences": lambda n: "~~~a\n" * n,
    "tildes": lambda n: "~~a " * n,
    "parentheses": lambda n: "[a](" + "(" * n,
}
SMALL, LARGE = 100, 400
MOST = 8  # times as much work for four times as much text: 4 if it grows with the length, 16 with its square


def calls(work: Callable[[], object]) -> int:
    """Counts the calls of functions in some work."""
    counts = Counter[str]()
    sys.setprofile(lambda _, event, __: counts.update([event]))
    try:
        work()
    finally:
        sys.setprofile(None)
    return counts["call"] + counts["c_call"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_work_grows_with_the_length(pattern: str) -> None:
    for_nbgrader({}, "")
    small, large = (calls(lambda n=n: for_nbgrader({}, PATTERNS[pattern](n))) for n in (SMALL, LARGE))
    assert large <= MOST * max(small, 300)


def test_work_that_is_not_in_calls_grows_with_the_length() -> None:
    """Takes several seconds, because expressions that search a text are measured in processor time only."""
    small, large = ([pattern(n) for pattern in PATTERNS.values()] for n in (6 * SMALL, 6 * LARGE))

    def render(texts: list[str]) -> None:
        for text in texts:
            for_nbgrader({}, text)

    assert times_as_long(lambda: render(large), lambda: render(small), most=MOST, attempts=3) <= MOST


def test_work_that_grows_with_the_square_is_noticed() -> None:
    def pairs(n: int) -> None:
        for i in range(n**2):
            abs(i)

    assert calls(lambda: pairs(LARGE)) > MOST * calls(lambda: pairs(SMALL))
    small, large = "[" * (6 * SMALL), "[" * (6 * LARGE)
    nbconverts = strip_files_prefix
    assert times_as_long(lambda: nbconverts(large), lambda: nbconverts(small), most=MOST, attempts=3) > MOST


def test_a_text_of_very_many_tags_is_shown_as_it_was_typed() -> None:
    assert safe("<em>x</em>" * (MOST_TAGS // 2)).startswith("<em>x")
    assert safe("<em>x</em>" * MOST_TAGS).startswith("&lt;em&gt;x")


def test_an_answer_of_the_release_is_rendered_once(course: Course) -> None:
    text = Path(course.root, "README.md").read_text()
    assert from_markdown(text) is from_markdown(text)


@pytest.mark.parametrize("slug", [topic.slug for topic in find_course().topics])
def test_no_tag_of_a_text_of_the_course_is_shown_as_typed(slug: str) -> None:
    texts = [cell["source"] for cell in read_release(find_course().topic(slug).release).cells if is_text(cell)]
    assert any("<details>" in text for text in texts)
    for text in texts:
        typed = re.findall(
            r"&lt;/?[a-z]+(?:&gt;| )", re.sub(r"<code.*?</code>", "", for_nbgrader({}, text), flags=re.S)
        )
        assert typed == []


def is_text(cell: CellDict) -> bool:
    return bool(cell["cell_type"] == "markdown")


def test_a_details_element_hides_and_shows_and_does_nothing_else() -> None:
    attributes = 'open ontoggle="x()" class="modal" style="x"'
    typed = f"<details {attributes}><summary {attributes}><b>Q</b> <i>a</i></summary>A</details>"
    assert for_nbgrader({}, typed).strip() == "<details><summary><b>Q</b> <i>a</i></summary>A</details>"

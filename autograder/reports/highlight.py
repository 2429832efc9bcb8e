"""Code in colors for nbgrader's pages, in time that grows with its length and no faster.

nbconvert's own lexer, with IPython's magics, takes the square of the length for blank lines or dots in a row: nine
seconds for eight kilobytes. Python's lexer does so for blanks alone, so code with very long blanks stays plain, and so
does what would take long.
"""

import re
from functools import cache
from html import escape
from typing import Any

from jinja2 import pass_context

MOST_CODE = 50_000  # characters on a page that are colored; what comes after them is shown as typed
MOST_MARKDOWN = 200_000  # likewise
MOST_BLANKS = 200  # in a row, line ends among them


@pass_context
def for_nbgrader(context: Any, source: str, language: str | None = None, metadata: Any = None) -> str:
    """Returns a cell's code as HTML. It takes the place of nbconvert's filter `highlight_code`.

    Args:
        context: the variables of nbconvert's template.
        source: the code.
        language: not used, like `metadata`: every notebook of a course is Python.
        metadata: the cell's.
    """
    if (
        not fits(context, "code", source, MOST_CODE)
        or max(map(len, re.findall(r"\s+", source)), default=0) > MOST_BLANKS
    ):
        return f'<div class="highlight hl-python3"><pre>{escape(source, quote=False)}</pre></div>'
    colored: str = _colors()(source)
    return colored


@cache
def _colors() -> Any:
    from nbconvert.filters.highlight import Highlight2HTML

    return Highlight2HTML(pygments_lexer="python3")


def fits(context: Any, kind: str, source: str, most: int) -> bool:
    """Tells whether a text and those before it on the same page are not too long, and counts the text.

    Args:
        context: the variables of nbconvert's template; what is counted stays with the page's `resources`.
        kind: what is counted.
        source: the text.
        most: the most characters of that kind.
    """
    resources = context.get("resources")
    if not isinstance(resources, dict):
        return len(source) <= most
    counted = f"gradwise_{kind}"
    resources[counted] = (resources.get(counted) or 0) + len(source)
    return bool(resources[counted] <= most)

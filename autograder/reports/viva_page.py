"""The page of an oral: a sheet for each learner, to be printed, a new page for each."""

from typing import Any

from .html import render

LETTERS = "abcdefgh"


def viva_page(assignment: str, sheets: list[dict[str, Any]]) -> str:
    """Returns the page as HTML.

    Args:
        assignment: the topic.
        sheets: for each learner the fields of `understanding.viva.Sheet`, as plain data.
    """
    return render("viva.html", assignment=assignment, sheets=sheets, letters=LETTERS)

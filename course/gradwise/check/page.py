"""A visible check's result as a page of HTML: the verdict first, what differs in a frame, the picture below.

It reads in Jupyter's light and dark themes, in a narrow window, without colors, and by a screen reader. In a notebook
the plain text of a failure follows, as the output of an error; the page hides it, because it says the same.
"""

import html
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from .. import kernel
from ..errors import CheckFailed
from .formatting import MARKS

__all__ = ["announced", "page", "prose"]

Failure = TypeVar("Failure", bound=CheckFailed)

CODE = frozenset({"called", "got", "wanted", "where"})  # the rows that hold code
_COLORS = {"✓": "#009e73", "✗": "#d55e00", "○": "#777777"}
_VALUE = "white-space: pre-wrap; overflow-wrap: anywhere; background: none; padding: 0; color: inherit"
_MARK = (
    "color: inherit; font-weight: bold; text-decoration: underline 2px; "
    "background: color-mix(in srgb, #d55e00 25%, transparent)"
)
_HIDE = (
    "<style>.jp-OutputArea-child:has(.gradwise-failed) + .jp-OutputArea-child:has("
    '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"])'
    "{display: none}</style>"
)


def page(
    verdict: str,
    functions: Sequence[str] = (),
    rows: Iterable[tuple[str, str]] = (),
    *,
    picture: str = "",
    failed: bool = False,
    kind: str = "result",
) -> str:
    """Returns a result as HTML.

    Args:
        verdict: its first line; it begins with one of the signs ✓, ✗ and ○.
        functions: a line for each function of the exercise.
        rows: a word and a text each; numbers between `MARKS` are marked.
        picture: HTML.
        failed: whether an error follows, which says the same in plain text.
        kind: what the page is, for styles and for those who look for it.
    """
    color = _COLORS.get(verdict[:1], _COLORS["○"])
    parts = [f'<div style="font-weight: bold">{prose(verdict)}</div>'] if verdict else []
    if functions:
        lines = "".join(f'<li style="list-style: none; margin: 0">{prose(line)}</li>' for line in functions)
        parts.append(f'<ul style="margin: 0.2em 0 0.2em 1em; padding: 0">{lines}</ul>')
    if table := "".join(_row(word, text) for word, text in rows):
        grid = "display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15em 0.8em; margin: 0.3em 0"
        parts.append(f'<dl style="{grid}">{table}</dl>')
    style = f"border-left: 4px solid {color}; padding: 0.1em 0 0.1em 0.8em; max-width: 60em; line-height: 1.5"
    hide = _HIDE if failed else ""
    name = "gradwise-failed" if failed else f"gradwise-{kind}"
    return f'{hide}<div class="{name}" style="{style}">{"".join(parts)}{picture}</div>'


def announced(
    failure: Failure,
    functions: Sequence[str] = (),
    verdict: str = "",
    rows: Iterable[tuple[str, str]] = (),
    picture: str = "",
) -> Failure:
    """Shows a failure as a page, in a notebook, and returns it, to be raised: its plain text is the error's.

    Args:
        failure: the failure.
        functions: as for `page`.
        verdict: as for `page`; by default the whole text.
        rows: as for `page`.
        picture: as for `page`.
    """
    if kernel.shell() is not None and not failure.is_shown:
        text = str(failure)
        shown = page(verdict or text, functions, rows, picture=picture, failed=True)
        kernel.show(shown, text if kernel.in_notebook() else text.partition("\n")[0])
        failure.is_shown = True
    return failure


def prose(text: str) -> str:
    """Returns a sentence as HTML: what stands in backticks as code, between stars in italics, between two in bold."""
    parts = re.split(r"`([^`\n]+)`", text)
    parts[::2] = [_emphasized(html.escape(part)) for part in parts[::2]]
    parts[1::2] = [f'<code style="{_VALUE}">{html.escape(part)}</code>' for part in parts[1::2]]
    return "".join(parts).replace("\n", "<br>")


def _emphasized(text: str) -> str:
    text = re.sub(r"(?<![\w*])\*\*(?=\S)([^*\n]+)(?<=\S)\*\*(?![\w*])", r"<strong>\1</strong>", text)
    return re.sub(r"(?<![\w*])\*(?=\w)([^*\n]+)(?<=[\w.,;!?])\*(?![\w*])", r"<em>\1</em>", text)


def _row(word: str, text: str) -> str:
    if word in CODE:
        shown = html.escape(text).replace(MARKS[0], f'<mark style="{_MARK}">').replace(MARKS[1], "</mark>")
        shown = f'<code style="{_VALUE}">{shown}</code>'
    else:
        shown = prose(text)
    cell = "float: none; width: auto; margin: 0; padding: 0"
    return f'<dt style="{cell}; opacity: 1; font-weight: bold">{word}</dt><dd style="{cell}">{shown}</dd>'

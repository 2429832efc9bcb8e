"""A learner's Markdown as safe HTML, in time that grows with its length and no faster.

Jupyter's own renderer takes the square of the length for a dozen patterns, such as many `[` in a row: a minute for what
someone types in one. `markdown-it-py` takes a second, and is what CommonMark specifies. It knows no formulas; these
are the rules for them, with the delimiters that Jupyter knows.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from typing import Any

from jinja2 import pass_context
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from .highlight import MOST_MARKDOWN, fits
from .html import safe

MOST_FORMULA = 5_000  # characters between the delimiters of a formula
MOST_LINES = 50  # of a formula that begins on a line of its own
MOST_TRIES = 20  # delimiters that are looked at for the one that ends a formula

_DELIMITERS = {"$$": "$$", "$": "$", "\\\\(": "\\\\)", "\\\\[": "\\\\]"}
_ENVIRONMENT = re.compile(r"\\begin\{([a-z]{1,20}\*?)\}")
# A formula that reads well without typesetting: without commands, powers and indices.
_READABLE = re.compile(r"(?=\S)[^$\\^_\n]{0,60}[^$\\^_\s]")


@lru_cache(256)
def from_markdown(text: str) -> Markup:
    """Returns a learner's Markdown as safe HTML. Short formulas are set in italics, others stay as typed.

    A text that is too long for `MOST_MARKDOWN` is shown as typed.
    """
    return safe(_renderer(typeset=False).render(text)) if fits({}, "Markdown", text, MOST_MARKDOWN) else _as_typed(text)


def _as_typed(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(text)


@pass_context
def for_nbgrader(context: Any, source: str) -> Markup:
    """Returns a cell's Markdown as safe HTML for nbgrader's pages, where MathJax typesets the formulas.

    It takes the place of nbconvert's filter `markdown2html`.

    Args:
        context: the variables of nbconvert's template, with the cell.
        source: the cell's Markdown.
    """
    if not fits(context, "Markdown", source, MOST_MARKDOWN):
        return _as_typed(source)
    parser = _renderer(typeset=True)
    tokens = parser.parse(source)
    _attach(tokens, context.get("cell", {}).get("attachments", {}))
    return safe(parser.renderer.render(tokens, parser.options, {}))


def _attach(tokens: Iterable[Token], attachments: Any) -> None:
    """Puts the pictures that are attached to a cell in the place of their names."""
    for picture in (child for token in tokens for child in token.children or () if child.type == "image"):
        _, colon, name = str(picture.attrGet("src")).partition("attachment:")
        bundle = attachments.get(name) if colon and isinstance(attachments, dict) else None
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            picture.attrSet("src", f"data:{kind};base64,{data}")


# --- the renderer -----------------------------------------------------------------------------------


@cache
def _renderer(*, typeset: bool) -> MarkdownIt:
    """Returns the renderer.

    Args:
        typeset: True if a script on the page typesets formulas, False if a reader sees them as they are written here.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "formula", _inline)
    parser.block.ruler.before("fence", "formula", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})

    def formula(_: Any, tokens: list[Token], index: int, *__: Any) -> str:
        body = tokens[index].content
        if not typeset and tokens[index].markup == "$" and _READABLE.fullmatch(body):
            return f"<em>{escape(body)}</em>"
        return escape(_delimited(tokens[index].markup, body))

    def displayed(_: Any, tokens: list[Token], index: int, *__: Any) -> str:
        return f"<p>{escape(tokens[index].content)}</p>\n"

    for rule, tag in (("s_open", "<del>"), ("s_close", "</del>")):
        parser.add_render_rule(rule, lambda *_, tag=tag: tag)
    parser.add_render_rule("formula", formula)
    parser.add_render_rule("displayed_formula", displayed)
    return parser


def _delimited(opening: str, body: str) -> str:
    """Returns a formula between the delimiters that MathJax knows."""
    sign = {"\\\\(": "$", "\\\\[": "$$"}.get(opening, opening)
    return body if sign.startswith("\\begin") else f"{sign}{body}{sign}"


def _inline(state: StateInline, silent: bool) -> bool:
    """Reads a formula in a line of text (a rule of markdown-it)."""
    opening, closing = _opened(state.src, state.pos)
    if not opening:
        return False
    begin = state.pos + len(opening)
    end = _closed(state.src, opening, closing, begin, min(begin + MOST_FORMULA, state.posMax))
    if end <= begin:
        return False
    after = end + len(closing)
    if not silent:
        token = state.push("formula", "", 0)
        token.markup = opening
        token.content = state.src[state.pos : after] if opening.startswith("\\begin") else state.src[begin:end]
    state.pos = after
    return True


def _opened(text: str, at: int) -> tuple[str, str]:
    """Returns the delimiters of a formula that begins at a place; empty if none begins there."""
    if text[at] == "$":
        run = next((n for n in range(1, 4) if text[at + n : at + n + 1] != "$"), 3)
        return ("$" * run, "$" * run) if run < 3 else ("", "")
    if text[at] != "\\":
        return "", ""
    if text[at : at + 3] in _DELIMITERS:
        return text[at : at + 3], _DELIMITERS[text[at : at + 3]]
    match = _ENVIRONMENT.match(text, at)
    return (match[0], f"\\end{{{match[1]}}}") if match else ("", "")


def _closed(text: str, opening: str, closing: str, begin: int, end: int) -> int:
    """Returns the place of the delimiter that ends a formula; -1 if there is none near."""
    at = begin
    for _ in range(MOST_TRIES):
        at = text.find(closing, at, end + len(closing))
        if at < 0 or text[at - 1] not in ("\\", "$") or not opening.startswith("$"):
            return at
        at += 1
    return -1


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads a formula that begins a line and may go over several, whatever they begin with (a rule of markdown-it)."""
    if state.is_code_block(start):
        return False
    first = state.getLines(start, start + 1, state.blkIndent, False).strip()
    opening, closing = _opened(first, 0) if first else ("", "")
    if not opening or opening in ("$", "\\\\("):
        return False
    lines = [first]
    for number in range(start + 1, min(end, start + MOST_LINES)):
        if lines[-1].endswith(closing) and (len(lines) > 1 or len(first) > len(opening)):
            break
        line = state.getLines(number, number + 1, state.blkIndent, False).strip()
        if not line:
            return False
        lines.append(line)
    if not lines[-1].endswith(closing) or "\n".join(lines) == opening:
        return False
    if not silent:
        token = state.push("displayed_formula", "", 0)
        token.block, token.map, token.content = True, [start, start + len(lines)], "\n".join(lines)
    state.line = start + len(lines)
    return True

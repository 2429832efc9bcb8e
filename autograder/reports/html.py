"""Web pages from templates: self-contained, and with everything escaped that is put into them."""

import re
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from autograder.core.text import number_text


def render(template: str, **values: Any) -> str:
    """A page from the template of that name."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.reports"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["with_code"] = with_code
    environment.filters["number"] = number_text
    return environment


# What Markdown makes, and nothing that a browser would run, load from elsewhere or take for a part of the page.
_TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li"),
    *("ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without this nh3 keeps lang and title
    "a": {"href"},
    "img": {"alt", "src"},
    **{tag: {"class"} for tag in ("code", "pre", "span")},
}
# What begins like a tag and may not be one: nh3 would drop it, but a learner who types `a <b` means that.
_OTHER_TAG = re.compile(rf"<(?!!--|/?(?:{'|'.join(sorted(_TAGS))})(?=[\s/>]))", re.IGNORECASE)


def safe(html: str) -> Markup:
    """Cleans the HTML of a learner's Markdown: other tags are shown as they were typed. For nbgrader's pages, too."""
    import nh3
    from nbconvert.filters import strip_files_prefix

    clean = nh3.clean(
        _OTHER_TAG.sub("&lt;", strip_files_prefix(str(html))),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    return Markup(clean)


@lru_cache(256)
def from_markdown(text: str) -> Markup:
    """A learner's Markdown as HTML that is safe to show. Short formulas are set in italics, others stay as typed."""
    return safe(_markdown().render(text))


# A formula that reads well without being set: no commands, no powers, no indices.
_READABLE = re.compile(r"(?=\S)[^$\\^_\n]{0,60}[^$\\^_\s]")


@cache
def _markdown() -> Any:
    """Jupyter's Markdown, with readable formulas in italics and headings that are not links."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):  # type: ignore[misc]
        def inline_math(self, body: str) -> str:
            if _READABLE.fullmatch(body):
                return f"<em>{self.escape_html(body)}</em>"
            return super().inline_math(body)  # type: ignore[no-any-return]

    return MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True))


def _kept(tag: str, name: str, value: str) -> str | None:
    """Gives the value of an attribute, or None if it is left out."""
    if (tag, name) == ("img", "src"):
        kept = value.startswith(("data:image/png;", "data:image/jpeg;"))
    elif (tag, name) == ("a", "href"):
        kept = value.startswith(("http:", "https:", "mailto:", "#"))
    else:
        kept = name == "alt" or "nbgrader" not in value
    return value if kept else None


def with_code(sentence: str) -> Markup:
    """A sentence as HTML, with what stands between backticks as code."""
    pieces = sentence.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(pieces))

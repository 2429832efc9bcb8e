"""Web pages from templates: self-contained, and with everything escaped that is put into them."""

import re
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape


def render(template: str, **values: Any) -> str:
    """A page from the template of that name."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.reports"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["with_code"] = with_code
    environment.filters["number"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
    return environment


# What Markdown makes, and nothing that a browser would run, load from elsewhere or take for a part of the page.
_TAGS = frozenset(
    [
        *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li"),
        *("ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    ]
)


def safe(html: str) -> Markup:
    """What is safe to show of a learner's Markdown once it is HTML. For nbgrader's pages, which show all of it."""
    import bleach
    from nbconvert.filters import strip_files_prefix

    clean = bleach.clean(
        strip_files_prefix(str(html)),
        tags=_TAGS,
        attributes=_may_keep,
        protocols=["http", "https", "mailto", "data"],
        strip_comments=True,
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
    """Jupyter's Markdown, with readable formulas in italics and headings that are no links."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):  # type: ignore[misc]
        def inline_math(self, body: str) -> str:
            if _READABLE.fullmatch(body):
                return f"<em>{self.escape_html(body)}</em>"
            return super().inline_math(body)  # type: ignore[no-any-return]

    return MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True))


def _may_keep(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name == "alt" or (name == "src" and value.startswith(("data:image/png;", "data:image/jpeg;")))
    if tag == "a":
        return name == "href" and value.startswith(("http:", "https:", "mailto:", "#"))
    return name == "class" and tag in ("code", "pre", "span") and "nbgrader" not in value


def with_code(sentence: str) -> Markup:
    """A sentence as HTML, with what stands between backticks as code."""
    pieces = sentence.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(pieces))

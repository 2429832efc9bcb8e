"""Makes web pages from templates: self-contained, and every value that is put in is escaped."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from autograder.core.media import for_page
from autograder.core.text import counted, number_text


def render(template: str, **values: Any) -> str:
    """Returns the page that a template in `templates/` makes of the values."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.reports"),
        autoescape=select_autoescape(),
        finalize=for_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["with_code"] = with_code
    environment.filters["number"] = number_text
    environment.filters["counted"] = counted
    return environment


# Tags that Markdown makes. None of them runs code, loads from elsewhere, or could pass for a part of the page.
_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "img", "li", "ol", "p", "pre", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without this nh3 keeps lang and title
    "a": {"href"},
    "img": {"alt", "src"},
    **{tag: {"class"} for tag in ("code", "pre", "span")},
}
# Text that begins like a tag and is not an allowed one: nh3 would drop it, but a learner who types `a <b` means that.
# So does `a <b and c>`: of <b> and <i>, which have names like variables, only the bare tag is one.
_OTHER_TAG = re.compile(rf"<(?!!--|/?[bi]>|/?(?:{'|'.join(sorted(_TAGS - {'b', 'i'}))})(?=[\s/>]))", re.IGNORECASE)
AWAY = 'target="_blank" rel="noopener"'  # of every link: in a frame of JupyterLab it would replace the page
MOST_TAGS = 10_000  # in one text: the cleaner takes the square of how deep they are nested


def safe(html: str) -> Markup:
    """Cleans the HTML of a learner's Markdown, also for nbgrader's pages.

    Tags not in `_TAGS` are shown as typed. So are all tags of a text that has more than `MOST_TAGS`.
    """
    import nh3

    if isinstance(html, Markup):  # it is clean
        return html
    clean = nh3.clean(
        _OTHER_TAG.sub("&lt;", html if html.count("<") <= MOST_TAGS else escape(html)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    return Markup(clean.replace('<a href="', f'<a {AWAY} href="'))  # no text holds that: its quotes are escaped


def _kept(tag: str, name: str, value: str) -> str | None:
    """Returns the value of an attribute, or None to drop the attribute."""
    if (tag, name) == ("img", "src"):
        kept = value.startswith(("data:image/png;", "data:image/jpeg;"))
    elif (tag, name) == ("a", "href"):
        kept = value.startswith(("http:", "https:", "mailto:", "#"))
    else:
        kept = name == "alt" or "nbgrader" not in value
    return value if kept else None


def with_code(sentence: str) -> Markup:
    """Returns a sentence as HTML, with the words between backticks as code."""
    pieces = sentence.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(pieces))


def theme() -> str:
    """Returns the style sheet of colors that all pages share."""
    return _environment().get_template("theme.css").render()

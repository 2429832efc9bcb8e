"""A learner's Markdown as HTML: all of its text, and nothing that a browser would run or load."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.html import _ATTRIBUTES, _TAGS, AWAY, safe
from autograder.reports.markdown import from_markdown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>hi", "&lt;script&gt;alert(1)&lt;/script&gt;hi"),
        ("<sCRipt >alert(1)</script\t>", "&lt;sCRipt &gt;alert(1)&lt;/script\t&gt;"),
        ("<style>p { color: red }</style>", "&lt;style&gt;p { color: red }&lt;/style&gt;"),
        ("<iframe src=x></iframe>", "&lt;iframe src=x&gt;&lt;/iframe&gt;"),
        ("<form action=x><input>", "&lt;form action=x&gt;&lt;input&gt;"),
        ("<p onclick='x()' style='position: fixed' id=a lang=en title=b>x</p>", "<p>x</p>"),
        ("<div class='nbgrader_cell'>x</div>", "<div>x</div>"),
        ("<code class='nbgrader_score'>x</code>", "<code>x</code>"),
        ("<code class='language-python'>x</code>", '<code class="language-python">x</code>'),
    ],
)
def test_only_tags_and_attributes_of_the_list_are_kept(typed: str, shown: str) -> None:
    assert safe(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<img src=x onerror=alert(1)>", "<img>"),
        ("<img src='https://example.org/counter.png'>", "<img>"),
        ("<img src='data:image/png;base64,AA==' alt='mine'>", '<img src="data:image/png;base64,AA==" alt="mine">'),
        ("<IMG SRC=data:image/jpeg;base64,AA==>", '<img src="data:image/jpeg;base64,AA==">'),
        ("<img src='data:image/svg+xml;base64,AA=='>", "<img>"),
        ("<img src='data:text/html,<script>1</script>'>", "<img>"),
        ("<img srcset='https://example.org/a.png 1x' alt=a>", '<img alt="a">'),
        (
            "<svg onload=alert(1)><a href='#'>x</a></svg>",
            f'&lt;svg onload=alert(1)&gt;<a {AWAY} href="#">x</a>&lt;/svg&gt;',
        ),
        ("<svg><script>alert(1)</script></svg>", "&lt;svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/svg&gt;"),
    ],
)
def test_pictures_are_in_the_page_and_run_nothing(typed: str, shown: str) -> None:
    assert safe(typed) == shown


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/?a=1&amp;b=2", True),
        ("http://example.org", True),
        ("mailto:ada@example.org", True),
        ("#below", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("java&#10;script:alert(1)", False),
        ("&#106;avascript:alert(1)", False),
        ("data:text/html,x", False),
        ("data:image/png;base64,AA==", False),
        ("vbscript:x", False),
        ("/formgrader", False),
        ("//example.org", False),
    ],
)
def test_links_lead_to_pages_and_run_nothing(address: str, kept: bool) -> None:
    shown = f'<a {AWAY} href="{address}">x</a>' if kept else "<a>x</a>"
    assert safe(f'<a href="{address}" onclick="x()" target="_blank" rel="opener">x</a>') == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a <b and c> d", "a &lt;b and c&gt; d"),
        ("x<y>z", "x&lt;y&gt;z"),
        ("a < b", "a &lt; b"),
        ("<", "&lt;"),
        ("<!DOCTYPE html>z", "&lt;!DOCTYPE html&gt;z"),
        ("é \" ' &amp; &lt;b&gt;", "é \" ' &amp; &lt;b&gt;"),
    ],
)
def test_what_only_looks_like_a_tag_is_shown_as_it_was_typed(typed: str, shown: str) -> None:
    assert safe(typed) == shown
    assert shown in from_markdown(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!-- a note -->x", "x"),
        ("<!--><img src=x onerror=alert(1)>-->y", "<img>--&gt;y"),
        ("</p></div></body></html><h1>x</h1>", "<p></p>&lt;/body&gt;&lt;/html&gt;<h1>x</h1>"),
        ("<p><div><p>x</div></p>", "<p></p><div><p>x</p></div><p></p>"),
        ("<table><tr><td>x", "<table><tbody><tr><td>x</td></tr></tbody></table>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<a\nhref='https://b'>z</a>", f'<a {AWAY} href="https://b">z</a>'),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "&lt;noscript&gt;<p></p>"),
        ("<textarea><img src=x onerror=1></textarea>", "&lt;textarea&gt;<img>&lt;/textarea&gt;"),
        ("<scr<script>ipt>alert(1)</script>", "&lt;scr&lt;script&gt;ipt&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_broken_and_nested_html_is_closed_and_escapes_nowhere(typed: str, shown: str) -> None:
    assert safe(typed) == shown


def test_a_picture_may_have_any_words() -> None:
    assert str(safe("<img alt='a<b & \"c\"' src=x>")).replace("<b", "&lt;b") == '<img alt="a&lt;b &amp; &quot;c&quot;">'


class Allowed(HTMLParser):
    """Asserts that all tags and attributes are on the list, with another parser than the one that cleaned the HTML."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS
        for name, value in attrs:
            assert name in _ATTRIBUTES.get(tag, set())
            assert name not in ("src", "href") or (value or "").startswith(("data:image/", "http", "mailto:", "#"))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


PIECES = [
    *("<", ">", "</", "/>", "='", "'", '"', " ", "\n", "<!--", "-->", "<![CDATA[", "]]>", "&", "&lt;", "x", "\0"),
    *("<svg>", "<math>", "<mtext>", "<mglyph>", "<style>", "</style>", "<script>", "</script>", "<title>", "<table>"),
    *("<td>", "<p>", "</p>", "<a ", "<img ", "href=", "src=", "onerror=", "alt=", "class=", "javascript:", "data:"),
    *("https:", "<noscript>", "<template>", "<textarea>", "<select>", "<xmp>", "<plaintext>", "$", "`", "\n\n"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_of_any_text_only_what_is_on_the_list_is_left(typed: str) -> None:
    for clean in (safe(typed), from_markdown(typed)):
        reader = Allowed()
        reader.feed(clean)
        reader.close()
        assert safe(clean) == clean, "what is clean stays as it is"

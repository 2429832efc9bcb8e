"""What a screen reader and tired eyes need: headings in order, pictures and links with words, enough contrast."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page

from autograder.core.course import find_course

NOTEBOOKS = sorted((find_course().root / "course").rglob("*.ipynb"))

# What is wrong with a page, as a list of sentences. Contrast is WCAG's: 4.5 for text, 3 where it is large;
# the colours of code are Jupyter's and everybody's own to choose.
COMPLAINTS = r"""
() => {
  const found = [];
  const visible = e => e.getClientRects().length > 0;
  const words = e => (e.getAttribute("aria-label") || e.innerText || e.title || "").trim();
  let level = 0;
  for (const h of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    const next = Number(h.tagName[1]);
    if (next > level + 1) found.push(`heading ${next} follows heading ${level}: ${h.innerText}`);
    level = next;
  }
  if (document.querySelectorAll("h1").length != 1) found.push("there is not just one title");
  if (!document.documentElement.lang) found.push("the page does not say its language");
  for (const i of document.querySelectorAll("img"))
    if (!(i.alt || "").trim()) found.push(`a picture without words: ${i.src.slice(0, 60)}`);
  for (const a of document.querySelectorAll("a[href]:not(.anchor-link)"))
    if (!words(a) || /^(here|link|click here)$/i.test(words(a))) found.push(`a link without words: ${a.href}`);
  for (const t of document.querySelectorAll("table"))
    if (!t.querySelector("th")) found.push(`a table without a head: ${t.innerText.slice(0, 60)}`);

  const rgb = s => s.match(/[\d.]+/g).map(Number);
  const light = c => {
    const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length == 3 || c[3] > 0.5) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = texts.nextNode(); n; n = texts.nextNode()) {
    const e = n.parentElement, style = getComputedStyle(e);
    if (!n.data.trim() || !visible(e) || e.closest("script,style,.anchor-link,.jp-InputPrompt,.highlight")) continue;
    const [a, b] = [light(rgb(style.color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const what = `${style.color} on ${behind(e)}`;
    if (ratio < (large ? 3 : 4.5) && !seen.has(what)) {
      seen.add(what);
      found.push(`contrast ${ratio.toFixed(1)}, ${what}: ${n.data.trim().slice(0, 40)}`);
    }
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing outside."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def complaints(page: Page, html: str) -> list[str]:
    page.set_content(html)
    found: list[str] = page.evaluate(COMPLAINTS)
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_read_by_everybody(path: Path, offline: Page) -> None:
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(path, as_version=4))
    assert complaints(offline, html) == []


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ("<h1>A</h1><h3>B</h3>", "heading 3 follows heading 1: B"),
        ("<h1>A</h1><h1>B</h1>", "there is not just one title"),
        ("<h1>A</h1><img src='x.svg'>", "a picture without words"),
        ("<h1>A</h1><a href='x'>here</a>", "a link without words"),
        ("<h1>A</h1><table><tr><td>B</td></tr></table>", "a table without a head: B"),
        ("<h1>A</h1><p style='color: #aaa'>pale</p>", "contrast 2.3, rgb(170, 170, 170) on 255,255,255: pale"),
        ("<h1>A</h1><p style='background: #333; color: #000'>dark</p>", "contrast 1.7"),
    ],
)
def test_a_flaw_would_be_found(flaw: str, says: str, offline: Page) -> None:
    found = complaints(offline, f"<html lang='en'><body>{flaw}</body></html>")
    assert len(found) == 1
    assert found[0].startswith(says)

"""Runs axe-core in a page: the rules of WCAG 2.1 at the levels A and AA, and a few rules of our own."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "rules": {rule: {"enabled": True} for rule in ("heading-order", "page-has-heading-one")},
    "resultTypes": ["violations", "incomplete"],
}
RUN = """([exclude, include, options]) => {
  const context = { exclude: exclude.map(each => [each]) };
  if (include) context.include = [[include]];
  return axe.run(context, options);
}"""
# Our own rules: axe accepts two titles, tables without a header, and links whose words say nothing.
BEYOND = """include => {
  const root = include ? document.querySelector(include) : document, found = [];
  if (root.querySelectorAll("h1").length > 1) found.push("one-title: there is more than one h1");
  for (const table of root.querySelectorAll("table"))
    if (!table.querySelector("th")) found.push(`table-head: ${table.innerText.trim().slice(0, 60)}`);
  for (const link of root.querySelectorAll("a[href]"))
    if (/^(here|link|click here)$/i.test(link.innerText.trim())) found.push(`link-words: ${link.innerText.trim()}`);
  return found;
}"""


def violations(page: Page, excluded: Sequence[str] = (), include: str = "") -> list[str]:
    """Lists what is wrong with a page, a sentence each, after opening everything that can be opened.

    Args:
        page: the page as it is shown.
        excluded: selectors of parts that are not ours.
        include: a selector of the part that is ours; the whole page if empty.
    """
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate(RUN, [list(excluded), include, OPTIONS])
    # axe is unsure of a contrast that it cannot measure: of a single sign, or of a line below the window.
    unsure = [rule for rule in results["incomplete"] if rule["id"] != "color-contrast"]
    sentences = [_sentence(rule, node) for rule in [*results["violations"], *unsure] for node in rule["nodes"]]
    return [*sentences, *page.evaluate(BEYOND, include)]


def _sentence(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = [reason["message"] for kind in ("any", "all", "none") for reason in node[kind]]
    return f"{rule['id']}: {' '.join(reasons[0].split())} {node['html'][:100]}"

"""A lecture in the browser: from slide to slide without a network, and no text is cut off."""

from pathlib import Path

import nbformat
from playwright.sync_api import Page

from autograder.authoring.slides import page as lecture
from autograder.authoring.slides import slides_of
from autograder.core.course import Topic
from autograder.notebooks.source import source_notebook

CUT_OFF = """
() => {
    const slide = document.querySelector("section.now");
    const hidden = slide.scrollHeight > slide.clientHeight + 1 && getComputedStyle(slide).overflowY != "auto";
    const covered = document.querySelector("nav").getBoundingClientRect().top < slide.getBoundingClientRect().bottom;
    return hidden || covered || slide.scrollWidth > slide.clientWidth + 1;
}
"""


def test_every_slide_is_shown_whole_without_a_network(page: Page, topic: Topic, tmp_path: Path) -> None:
    slides = slides_of(nbformat.reads(source_notebook(topic), as_version=4).cells)
    path = tmp_path / "lecture.html"
    path.write_text(lecture("a lecture", slides), "utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    cut_off = []
    for number in range(1, len(slides) + 1):
        assert page.locator("#place").inner_text() == f"{number} / {len(slides)}"
        assert page.locator("section.now").inner_text().strip()
        cut_off += [number] if page.evaluate(CUT_OFF) else []
        page.keyboard.press("ArrowRight")
    assert cut_off == []
    assert asked == [path.as_uri()]

    page.evaluate("document.querySelector('section.now').style.height = '100vh'")
    assert page.evaluate(CUT_OFF)  # by the buttons

    page.evaluate("document.querySelector('section.now').style.overflow = 'hidden'")
    page.evaluate("document.querySelector('section.now').style.height = '2rem'")
    assert page.evaluate(CUT_OFF)

"""The live demos as a lecture shows them: Voila, full-screen, without code."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .axe import violations
from .jupyter import PATIENCE, Server

# ipywidgets gives sliders' handles and the buttons of an animation no name for screen readers.
IPYWIDGETS = (".noUi-handle", ".widget-play button")


@pytest.fixture(scope="module")
def lecture(browser: Browser, learners_server: Server) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1366, "height": 768})
    opened.goto(learners_server.at("/voila/render/course/demos.ipynb"), timeout=PATIENCE)
    expect(opened.locator(".widget-html img[alt]")).to_have_count(1, timeout=PATIENCE)
    expect(opened.locator("img:visible")).to_have_count(1)
    yield opened
    opened.close()


def finding(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def choose(page: Page, demo: str, title: str) -> None:
    page.get_by_role("button", name=demo).click()
    expect(page.get_by_text(title, exact=True)).to_be_visible(timeout=PATIENCE)


def test_no_code_is_on_the_screen(lecture: Page) -> None:
    expect(lecture.get_by_role("heading", name="The live demos")).to_be_visible()
    assert "gallery()" not in lecture.content()


def test_surprise_me_goes_on_to_another_setting(lecture: Page) -> None:
    choose(lecture, "6 Optimizers", "A race down a surface")
    expect(lecture.get_by_role("status")).to_contain_text("After 40 steps", timeout=PATIENCE)
    lecture.get_by_role("button", name="Surprise me").click()
    expect(lecture.get_by_role("status")).to_contain_text("out of bounds", timeout=PATIENCE)
    expect(lecture.locator("img:visible")).to_have_count(1)  # one picture, not a heap of them


def test_a_slider_moves_by_the_arrow_keys(lecture: Page) -> None:
    choose(lecture, "4 Initialization", "A signal on its way through 20 layers")
    expect(lecture.get_by_role("status")).to_contain_text("std 1.00/√n", timeout=PATIENCE)
    lecture.get_by_role("slider").first.focus()
    lecture.keyboard.press("ArrowRight")
    expect(lecture.get_by_role("status")).to_contain_text("std 1.19/√n", timeout=PATIENCE)


def test_each_control_can_be_reached_by_tab(lecture: Page) -> None:
    choose(lecture, "2 Activations", "Activations and their slopes")
    lecture.get_by_role("button", name="2 Activations").focus()
    reached = set()
    for _ in range(30):
        lecture.keyboard.press("Tab")
        reached.add(lecture.evaluate("[document.activeElement.tagName, document.activeElement.className].join(' ')"))
    names = " ".join(reached)
    assert all(re.search(part, names) for part in ("BUTTON", "SELECT", "noUi-handle", "INPUT"))


@pytest.mark.parametrize(
    ("demo", "title"),
    [("2 Activations", "Activations and their slopes"), ("6 Optimizers", "A race down a surface")],
)
def test_a_demo_can_be_read_by_everybody(demo: str, title: str, lecture: Page) -> None:
    choose(lecture, demo, title)
    assert violations(lecture, IPYWIDGETS) == []

"""The lecture that a notebook makes: headings and experiments on slides, and nothing that learners are to write."""

import html
import re

import pytest

from autograder.authoring.outgoing import solution_lines, squeeze
from autograder.authoring.slides import execute, page, slides_of, without_exercises
from autograder.core.course import Course, Topic, find_course
from autograder.notebooks import reader
from autograder.notebooks.source import source_notebook

from ..conftest import SLUG


def slides(text: str) -> list[str]:
    """Returns the text of each slide of a notebook, without markup."""
    import nbformat
    from nbconvert import SlidesExporter

    page, _ = SlidesExporter().from_notebook_node(nbformat.reads(text, as_version=4))
    sections = re.findall(r"<section>(?!<section>)(.*?)</section>", page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", section)).replace("¶", "") for section in sections]


def given_away(course: Course, pages: list[str]) -> set[str]:
    secret = solution_lines(course)
    lines = {squeeze(line) for page in pages for line in page.splitlines()}
    return secret & lines


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_a_lecture_has_every_heading_and_experiment_and_no_solution(topic: Topic, course: Course) -> None:
    text = source_notebook(topic)
    pages = slides(text)
    assert 8 <= len(pages) <= 35
    assert re.match(r"\s*\d · ", pages[0])
    on_slides = "\n".join(pages)
    for cell in reader.read(text.encode()).cells:
        first = cell["source"].splitlines()[0]
        if cell["metadata"].get("tags") == ["experiment"] and cell["id"] != "submit":
            assert first in on_slides, first
        for heading in re.findall(r"^## ([\w. ]+)", cell["source"], re.MULTILINE):
            assert heading in on_slides, heading
    assert "check(" not in on_slides
    assert "submit(" not in on_slides
    assert "### BEGIN SOLUTION" not in on_slides
    assert given_away(course, pages) == set()


def test_a_solution_on_a_slide_would_be_found(course: Course) -> None:
    text = source_notebook(course.topic(SLUG)).replace('"slide_type": "skip"', '"slide_type": "slide"')
    assert len(given_away(course, slides(text))) > 10


# --- autograder slides ------------------------------------------------------------------------------


def lecture(text: str) -> str:
    """Returns the page that `autograder slides` makes of a notebook that has not been run."""
    import nbformat

    return page("a lecture", slides_of(nbformat.reads(text, as_version=4).cells))


def faults(text: str, lecture: str) -> list[str]:
    """Lists what a lecture must not have, and the headings that it lacks."""
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", "", lecture)).split())
    found = [word for word in ("✎", "How it works", "BEGIN SOLUTION", "check(", "$$") if word in plain]
    found += re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*|@import|url\(", lecture)
    headings = [
        heading.strip()
        for cell in reader.read(text.encode()).cells
        for heading in re.findall(r"^##? ([\w. ]+)", cell["source"], re.MULTILINE)
        if cell["cell_type"] == "markdown" and cell["metadata"]["slideshow"]["slide_type"] != "skip"
    ]
    return found + [heading for heading in headings if heading not in plain]


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_a_lecture_works_offline_and_shows_no_exercise(topic: Topic, course: Course) -> None:
    text = source_notebook(topic)
    made = lecture(text)
    assert faults(text, made) == []
    assert made.count("<math") > 5
    assert given_away(course, [html.unescape(re.sub(r"<[^>]+>", "", made))]) == set()


def test_an_exercise_a_solution_and_an_address_would_be_found(course: Course) -> None:
    text = source_notebook(course.topic(SLUG))
    made = lecture(text)
    assert faults(text, made.replace("<h1>", "<h1>✎ ")) == ["✎"]
    assert faults(text, made.replace("</head>", '<script src="https://example.org/x.js"></script></head>'))
    assert faults(text, made.replace("2.3 ELU", "2.3"))
    shown = lecture(text.replace('"slide_type": "skip"', '"slide_type": "slide"'))
    assert {"BEGIN SOLUTION", "check("} <= {*faults(text, shown)}


def test_an_exercise_ends_at_the_next_heading() -> None:
    text = "before\n\n### ✎ Exercise `a` · ★☆☆\nWrite `a`.\n\n### Bonus: b\nWrite b.\n\n## Next\n\n### Why\nafter"
    assert without_exercises(text) == "before\n\n## Next\n\n### Why\nafter"


def test_ctrl_c_ends_a_lecture_that_is_being_made() -> None:
    import nbformat

    source = "import os, signal, time\nos.kill(os.getppid(), signal.SIGINT)\ntime.sleep(60)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises(KeyboardInterrupt):
        execute(notebook, quick=True)

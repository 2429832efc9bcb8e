"""A learner answers questions about the own code in JupyterLab, by keyboard, and the grader reads the answers."""

import re

from playwright.sync_api import expect

from autograder.core.course import Course
from autograder.grading.understanding import marked
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.repair import repair
from autograder.sandbox.levels import open_sandbox

from ..conftest import SLUG
from .conftest import School
from .jupyter import PATIENCE, Notebook
from .test_learner import RIGHT

QUESTIONS = 3


def test_questions_are_answered_by_keyboard_and_the_grader_marks_them(
    notebook: Notebook, school: School, course: Course
) -> None:
    """Takes over 10 seconds: JupyterLab, a kernel and PyTorch start."""
    page = notebook.page
    notebook.run("def leaky_relu")
    notebook.write("def leaky_relu", RIGHT)
    output = notebook.run('check("leaky_relu")')
    expect(output).to_contain_text('ask("leaky_relu") asks you about your own code.')
    output = notebook.add_below('check("leaky_relu")', 'ask("leaky_relu")')
    expect(output.locator(".gradwise-questions pre")).to_have_count(QUESTIONS, timeout=PATIENCE)
    expect(output).to_contain_text("3 questions about your own code, none answered yet")
    buttons = output.get_by_role("button", name="Answer")
    expect(buttons).to_have_count(QUESTIONS)
    expect(buttons.first).to_be_disabled()

    for number in range(QUESTIONS):
        choice = output.locator(".gradwise-choices").nth(number).get_by_role("radio").first
        choice.focus()
        page.keyboard.press("Space")
        expect(buttons.nth(number)).to_be_enabled()
        buttons.nth(number).focus()
        page.keyboard.press("Space")  # JupyterLab keeps Enter to itself
        expect(output.get_by_role("status").nth(number)).to_contain_text("The run says:", timeout=PATIENCE)
        expect(buttons.nth(number)).to_be_disabled()
    verdict = output.get_by_text(re.compile(r"leaky_relu: [0-3] of 3 questions right$"))
    expect(verdict).to_be_visible()
    right = int(verdict.inner_text().split(" of ")[0][-1])

    page.keyboard.press("Control+S")
    path = school.learner / "course" / "notebooks" / SLUG / f"{SLUG}.ipynb"
    for _ in range(100):
        if len(reader.read(path.read_bytes()).records) and reader.read(path.read_bytes()).records[-1].answers[-1]:
            break
        page.wait_for_timeout(100)
    release = read_release(course.topic(SLUG).release)
    with open_sandbox() as box:
        found = marked(repair(reader.read(path.read_bytes()), release), release, ["leaky_relu"], box)["leaky_relu"]
    assert (found.asked, found.right, found.note) == (QUESTIONS, right, "")

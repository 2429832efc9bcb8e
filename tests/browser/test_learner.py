"""A learner's journey in JupyterLab: the handbook, an exercise, an experiment, a live demo, Validate, hand in."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from ..conftest import SLUG
from .conftest import School
from .jupyter import PATIENCE, Notebook, Server, caption, take

WRONG = """\
def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, -negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    return np.where(x > 0, 1.0, negative_slope)
"""
RIGHT = WRONG.replace("-negative", "negative")


def test_jupyterlab_opens_on_the_handbook_which_leads_to_the_notebooks(learners_server: Server, page: Page) -> None:
    page.goto(learners_server.at("/"))
    handbook = page.locator(".jp-RenderedMarkdown")
    expect(handbook.get_by_role("heading", name="The learner's handbook")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Would you like to get notified")).to_have_count(0)
    handbook.get_by_role("link", name=SLUG).click()
    heading = page.get_by_role("heading", name="2 · Activation functions")
    expect(heading).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Validate")).to_be_visible()


def test_an_exercise_from_not_written_to_passed(notebook: Notebook, pictures: Path) -> None:
    """Takes over 10 seconds: JupyterLab, a kernel and PyTorch start."""
    output = notebook.run('check("leaky_relu")')
    words = "○ leaky_relu: there is no leaky_relu yet. Run the cell above, then this one."
    expect(output).to_have_text(words, use_inner_text=True)
    notebook.run("def leaky_relu")
    output = notebook.run('check("leaky_relu")')
    words = '○ leaky_relu: leaky_relu is not written yet. hint("leaky_relu") helps you to begin.'
    expect(output).to_have_text(words, use_inner_text=True)

    notebook.write("def leaky_relu", WRONG)
    output = notebook.run('check("leaky_relu")')
    expect(output).to_contain_text("✗ leaky_relu: visible check 1 of ")
    for word in ("called", "got", "wanted", "try"):
        expect(output.get_by_text(word, exact=True)).to_be_visible()
    expect(output).not_to_contain_text("Traceback")
    expect(output.locator("img")).to_have_count(1)
    assert output.inner_text().strip().startswith(caption("check.png").split(",")[0])
    notebook.page.wait_for_timeout(500)  # until the cell has its final height
    take(notebook.page, pictures / "check.png", notebook.cell("def leaky_relu"), notebook.cell('check("leaky_relu")'))

    output = notebook.add_below('check("leaky_relu")', 'hint("leaky_relu")')
    expect(output).to_contain_text(re.compile(r"hint 1 of 3\s+.*\?"), use_inner_text=True)
    expect(output).not_to_contain_text("hint 2 of 3")

    notebook.write("def leaky_relu", RIGHT)
    output = notebook.run('check("leaky_relu")')
    expect(output).to_have_text(
        re.compile(r"^✓ leaky_relu: \d visible checks passed. Hidden checks run when you submit.")
    )
    expect(output.locator("img")).to_have_count(0)


def test_a_notebook_runs_in_notebook_7_too(learners_server: Server, page: Page) -> None:
    page.goto(learners_server.at(f"/notebooks/course/notebooks/{SLUG}/{SLUG}.ipynb"))
    notebook = Notebook(page)
    notebook.run("import numpy as np")
    expect(notebook.run('check("elu")')).to_contain_text("there is no `elu` yet. Run the cell above, then this one.")
    cell = notebook.start('guessed("explorer")')
    expect(cell.locator("img:visible")).to_have_count(1, timeout=PATIENCE)


def test_an_experiment_shows_its_progress_then_a_figure_and_its_finding(notebook: Notebook) -> None:
    cell = notebook.start("from torch import nn")
    bar = cell.get_by_role("progressbar")
    expect(bar).to_have_count(1, timeout=PATIENCE)
    expect(cell).to_contain_text(re.compile(r"5 networks × 3 seeds: \d of 5 .*\d+ %"), timeout=PATIENCE)
    expect(cell.locator("img")).to_have_count(1, timeout=2 * PATIENCE)
    expect(bar).to_have_count(0)


COUNT_BLANK_FRAMES = """
cell => {
    window.blank = 0;
    const look = () => {
        const pictures = [...cell.querySelectorAll(".widget-html img")];
        if (pictures.length != 1 || !(pictures[0].complete && pictures[0].naturalWidth > 0)) window.blank += 1;
        window.looking = requestAnimationFrame(look);
    };
    look();
}
"""


def test_a_slider_changes_figure_and_finding_without_flicker(notebook: Notebook, pictures: Path) -> None:
    cell = notebook.start('guessed("explorer")')
    picture = cell.locator("img:visible")
    expect(picture).to_have_count(1, timeout=PATIENCE)
    finding = cell.locator(".widget-html p")
    expect(finding).to_have_text("Left of 0 the slope is 0.1: 10 % of a gradient passes there.")
    before = picture.get_attribute("src")

    picture.scroll_into_view_if_needed()
    cell.evaluate(COUNT_BLANK_FRAMES)
    handle = cell.get_by_role("slider")
    handle.focus()
    for slope in ("0.2: 20 %", "0.3: 30 %", "0.4: 40 %"):
        notebook.page.keyboard.press("ArrowRight")
        expect(finding).to_have_text(f"Left of 0 the slope is {slope} of a gradient passes there.", timeout=PATIENCE)
    assert picture.get_attribute("src") != before
    assert picture.get_attribute("alt") == finding.inner_text()
    assert notebook.page.evaluate("cancelAnimationFrame(looking), blank") == 0
    expect(cell.locator("img:visible")).to_have_count(1)
    assert finding.inner_text() == caption("demo.png")
    cell.locator(".jp-OutputArea").first.screenshot(path=pictures / "demo.png")

    cell.get_by_label("activation", exact=True).select_option("elu")
    expect(finding).to_contain_text("With α = 0.4 the left side goes down to -0.4", timeout=PATIENCE)


def test_validate_says_what_is_not_written_yet(notebook: Notebook) -> None:
    page = notebook.page
    page.get_by_role("button", name="Validate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=2 * PATIENCE)
    expect(dialog).to_contain_text("`sigmoid` is not written yet.")
    expect(dialog).not_to_contain_text("Traceback")
    dialog.get_by_role("button", name="Ok").click()


def test_the_notebook_is_handed_in_with_the_assignment_list(notebook: Notebook, school: School) -> None:
    page = notebook.page
    notebook.write("def leaky_relu", RIGHT)
    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List").click()
    mine = page.locator("#fetched_assignments_list .list_item", has_text=SLUG).first
    mine.get_by_role("button", name="Submit").click(timeout=PATIENCE)
    expect(page.locator("#submitted_assignments_list")).to_contain_text(SLUG, timeout=PATIENCE)
    (handed_in,) = school.inbound.glob(f"{school.user}+{SLUG}+*/{SLUG}.ipynb")
    assert "np.where(x > 0, x, negative_slope * x)" in handed_in.read_text()

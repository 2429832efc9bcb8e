"""docs/hub.md, done: a real JupyterHub with a teacher and a learner, from the first log-in to the feedback."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from autograder.core.course import Course

from ..conftest import SLUG
from . import hub as hubs
from .hub import LEARNER, PASSWORD, TEACHER, Hub
from .jupyter import PATIENCE, Notebook, take
from .test_teacher import press, row

SPAWNED = 3 * PATIENCE  # a server of its own begins


@pytest.fixture(scope="module")
def hub(course: Course) -> Iterator[Hub]:
    """A hub that was set up as the page says."""
    if reason := hubs.why_not():
        pytest.skip(reason)
    with hubs.running(course) as running:
        yield running


@pytest.fixture(scope="module")
def teacher(browser: Browser, hub: Hub) -> Iterator[Page]:
    yield from logged_in(browser, hub, TEACHER)


@pytest.fixture(scope="module")
def learner(browser: Browser, hub: Hub) -> Iterator[Page]:
    yield from logged_in(browser, hub, LEARNER)


def logged_in(browser: Browser, hub: Hub, user: str) -> Iterator[Page]:
    """Logs in with name and password, as the accounts of a machine do, and waits for JupyterLab."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{hub.url}/hub/login")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("menuitem", name="Nbgrader")).to_be_visible(timeout=SPAWNED)
    yield page
    page.context.close()


def opened(page: Page, name: str) -> None:
    """Opens an entry of JupyterLab's menu *Nbgrader*."""
    page.get_by_role("menuitem", name="Nbgrader").click(timeout=PATIENCE)
    page.get_by_role("menuitem", name=name).click()


def test_formgrader_lists_the_course_in_a_frame_of_jupyterlab(teacher: Page, hub: Hub) -> None:
    """Takes half a minute: a hub and the server of a user start."""
    opened(teacher, "Formgrader")
    frame = teacher.frame_locator("iframe").first
    expect(frame.locator("tbody tr", has_text=SLUG)).to_have_count(1, timeout=PATIENCE)

    address = f"{hub.url}/user/{TEACHER}/formgrader/manage_assignments"
    for referer, allowed in (
        (f"{hub.url}/user/{TEACHER}/lab", "'self'"),
        (f"{hub.url}/user/{LEARNER}/lab", "'none'"),
        ("https://example.org/", "'none'"),
    ):
        headers = teacher.context.request.get(address, headers={"Referer": referer}).headers
        assert f"frame-ancestors {allowed}" in headers["content-security-policy"]


def test_nobody_but_the_teacher_reads_the_clone(hub: Hub) -> None:
    clone = hub.folder / TEACHER / "gradwise"
    assert "solutions" in hub.run(TEACHER, f"ls {clone}")
    assert "Permission denied" in hub.run(LEARNER, f"ls {clone} 2>&1 || true")
    package = hub.run(LEARNER, f"find {hub.folder}/env/lib -path '*site-packages/autograder*'")
    assert "autograder/grading" in package
    assert not re.search(r"autograder/(checks|misconceptions|answers)", package)


def test_from_fetch_to_feedback(teacher: Page, learner: Page, hub: Hub) -> None:
    """Takes half a minute: what a teacher and a learner do, one after the other."""
    formgrader = f"{hub.url}/user/{TEACHER}/formgrader"
    teacher.goto(f"{formgrader}/manage_assignments")
    press(row(teacher, SLUG), "release", f"Successfully released '{SLUG}'")

    opened(learner, "Assignment List")
    assignments = learner.locator("#released_assignments_list .list_item", has_text=SLUG)
    assignments.get_by_role("button", name="Fetch").click(timeout=PATIENCE)
    mine = learner.locator("#fetched_assignments_list .list_item", has_text=SLUG).first
    expect(mine.get_by_role("button", name="Submit")).to_be_visible(timeout=PATIENCE)
    validate(learner, hub)
    opened(learner, "Assignment List")
    mine.get_by_role("button", name="Submit").click(timeout=PATIENCE)
    expect(learner.locator("#submitted_assignments_list")).to_contain_text(SLUG, timeout=PATIENCE)

    teacher.goto(f"{formgrader}/manage_assignments")
    press(row(teacher, SLUG), "collect", f"Successfully collected submissions of '{SLUG}'")
    teacher.goto(f"{formgrader}/manage_submissions/{SLUG}")
    press(row(teacher, LEARNER), "autograde", "Successfully autograded")
    press(row(teacher, LEARNER), "generate-feedback", "Successfully generated feedback")
    press(row(teacher, LEARNER), "release-feedback", "Successfully released feedback")

    submitted = learner.locator("#submitted_assignments_list")
    submitted.get_by_role("button", name="Fetch Feedback").click(timeout=PATIENCE)
    expect(submitted.get_by_text("view feedback")).to_be_attached(timeout=PATIENCE)
    read_feedback(learner, hub)


def validate(page: Page, hub: Hub) -> None:
    """Presses Validate, in a notebook with an experiment that would leave a file."""
    add = (
        "import json; p = '02_activations/02_activations.ipynb'; n = json.load(open(p)); "
        "n['cells'].insert(1, dict(n['cells'][1], cell_type='code', id='e', execution_count=None, outputs=[], "
        "metadata={'tags': ['experiment']}, source='open(\\\"ran\\\", \\\"w\\\")')); json.dump(n, open(p, 'w'))"
    )
    hub.run(LEARNER, f'{hub.folder}/env/bin/python -c "{add}"')
    page.goto(f"{hub.url}/user/{LEARNER}/lab/tree/{SLUG}/{SLUG}.ipynb")
    page.get_by_role("button", name="Validate").click(timeout=PATIENCE)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=2 * PATIENCE)
    expect(dialog).to_contain_text("`sigmoid` is not written yet.")
    dialog.get_by_role("button", name="Ok").click()
    assert "ran" not in hub.run(LEARNER, f"ls {SLUG}").split()


def read_feedback(page: Page, hub: Hub) -> None:
    """Opens the page in JupyterLab's frame and follows a link in it: the page stays. Without our care it would go."""
    path = hub.run(LEARNER, f"cd; ls {SLUG}/feedback/*/{SLUG}.html").strip()
    page.goto(f"{hub.url}/user/{LEARNER}/lab/tree/{quote(path)}")
    frame = page.frame_locator(".jp-HTMLViewer iframe, iframe.jp-HTMLViewer")
    heading: Locator = frame.get_by_role("heading", level=1)
    expect(heading).to_be_visible(timeout=PATIENCE)
    link = frame.get_by_role("link").first
    link.click()
    page.wait_for_timeout(1000)
    expect(heading).to_be_visible()
    link.evaluate("link => link.removeAttribute('target')")
    link.click()
    expect(heading).to_have_count(0, timeout=PATIENCE)


WRONG = "def relu(x):\n    return np.abs(x)\n\n\ndef relu_grad(x):\n    return np.where(x > 0, 1.0, 0.0)\n"
RIGHT = WRONG.replace("np.abs(x)", "np.maximum(x, 0)")


def test_the_official_result_is_in_the_cell(teacher: Page, learner: Page, hub: Hub, pictures: Path) -> None:
    """Takes half a minute: a learner and a teacher, from a forgotten save to the last attempt."""
    learner.goto(f"{hub.url}/user/{LEARNER}/lab/tree/{SLUG}/{SLUG}.ipynb")
    notebook = Notebook(learner)
    notebook.run("import numpy as np")
    notebook.write("def relu", WRONG)
    learner.wait_for_timeout(1000)  # a person is slower than "Run all", which hands nothing in
    output = notebook.run("from gradwise.handing_in import submit")
    expect(output).to_contain_text("Save first. You have run code that is not in 02_activations.ipynb")
    expect(output).to_contain_text("relu")

    def official() -> Locator:
        learner.keyboard.press("Control+S")
        expect(learner.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE)
        learner.wait_for_timeout(1000)
        return notebook.run("from gradwise.handing_in import submit")

    output = official()
    expect(output).to_contain_text("You have 4 attempts left. One more comes at", timeout=2 * PATIENCE)
    expect(output).to_contain_text("attempt 1")
    before = output.inner_text()
    whole = output.frame_locator("iframe")
    expect(whole.get_by_role("heading", name="What this looks like")).to_be_visible()
    learner.set_viewport_size({"width": 1100, "height": 1300})
    learner.add_style_tag(content=".Toastify { display: none }")  # JupyterLab asks about its news
    learner.wait_for_timeout(500)  # until the cell has its final place
    take(learner, pictures / "official.png", output, output)

    notebook.write("def relu", RIGHT)
    output = official()
    expect(output).to_contain_text("attempt 2")
    assert points(output.inner_text()) > points(before)

    teacher = teacher.context.new_page()  # JupyterLab may hold back who leaves it
    teacher.goto(f"{hub.url}/services/gradwise/teacher/{SLUG}")
    expect(teacher.get_by_role("heading", name=SLUG)).to_be_visible(timeout=PATIENCE)
    row_of = teacher.locator("#live tr", has_text=LEARNER)
    expect(row_of).to_contain_text("graded")
    terms = teacher.locator("form[data-path='/terms']")
    terms.get_by_label("attempts at first").fill("1")
    terms.get_by_role("button").click()
    expect(teacher.get_by_role("status")).to_have_text("Done.", timeout=PATIENCE)
    notebook.write("def relu", RIGHT + "# once more\n")
    expect(official()).to_contain_text("You have no attempts left")
    more = teacher.locator("form[data-path='/{student}/attempts']")
    more.get_by_label("learner").fill(LEARNER)
    more.get_by_role("button").click()
    expect(teacher.get_by_role("status")).to_have_text("Done.", timeout=PATIENCE)
    notebook.run("def relu")
    expect(official()).to_contain_text("attempt 3")

    teacher.close()
    learner = learner.context.new_page()
    learner.goto(f"{hub.url}/services/gradwise/teacher/{SLUG}")
    expect(learner.get_by_text("Only teachers of this course may do that.")).to_be_visible(timeout=PATIENCE)
    learner.goto(f"{hub.url}/services/gradwise/")
    learner.get_by_role("link", name="1", exact=True).click()
    expect(learner.get_by_text("What this looks like").first).to_be_visible(timeout=PATIENCE)
    learner.close()


def points(text: str) -> float:
    match = re.search(r"([\d.]+) of 25 points", text)
    assert match, text
    return float(match[1])


def test_the_page_is_read_as_it_stands(course: Course) -> None:
    text = (course.root / "docs" / "hub.md").read_text("utf-8")
    page = hubs.read_page(text)
    kinds = ("sh", "python", "toml")
    assert text.count("```") == 2 * sum(text.count(f"```{kind}\n") for kind in kinds)
    assert set(page.files) == {
        "/etc/jupyterhub/jupyterhub_config.py",
        "~/.jupyter/nbgrader_config.py",
        "nbgrader_config.py of learners",
    }
    assert [len(page.commands[who]) for who in ("root", "teacher")] == [8, 5]

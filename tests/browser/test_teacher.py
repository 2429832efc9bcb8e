"""A teacher's journey in formgrader: generate, release, collect, grade, read, give feedback; and a learner reads it."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course

from ..conftest import SLUG
from .conftest import School
from .jupyter import PATIENCE, TOKEN, Server, caption, take

GRETA, MEI = CLASS[6], CLASS[12]  # leaky-max; and three misconceptions at once


@pytest.fixture(scope="module")
def formgrader(browser: Browser, teachers_server: Server) -> Iterator[Page]:
    """formgrader, open on its list of assignments."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(teachers_server.at("/formgrader/manage_assignments"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def handed_in(school: School, learners_server: Server, browser: Browser) -> None:
    """Submits greta's notebook for the learner through nbgrader, and mei's through the exchange's folder."""
    topic = Course(school.course.root).topic(SLUG)
    mine = school.learner / "course" / "notebooks" / SLUG / f"{SLUG}.ipynb"
    before = mine.read_bytes()
    mine.write_bytes(submission(topic, GRETA))
    response = browser.new_context().request.post(
        f"{learners_server.url}/assignments/submit",
        headers={"Authorization": f"token {TOKEN}"},
        data={"course_id": "gradwise", "assignment_id": SLUG},
    )
    mine.write_bytes(before)
    assert response.json()["success"]
    meis = school.inbound / f"mei+{SLUG}+2026-01-01 00:00:00.000000 UTC+x"
    meis.mkdir()
    (meis / f"{SLUG}.ipynb").write_bytes(submission(topic, MEI))
    (meis / "timestamp.txt").write_text("2026-01-01 00:00:00.000000 UTC")


def press(row: Locator, column: str, says: str) -> None:
    """Presses a button of a table's row, reads what the page then says, and closes it."""
    page = row.page
    row.locator(f".{column} a").click(timeout=PATIENCE)
    message = page.locator(".modal.in")
    expect(message).to_contain_text(says, timeout=2 * PATIENCE)
    message.get_by_role("button", name=re.compile("OK|Close")).last.click()
    expect(message).to_have_count(0)


def row(page: Page, name: str) -> Locator:
    """Finds the only row of a table that holds a name."""
    rows = page.locator("tbody tr", has_text=name)
    expect(rows).to_have_count(1, timeout=PATIENCE)
    return rows


def test_from_generate_to_the_feedback_a_learner_reads(
    formgrader: Page, handed_in: None, school: School, teachers_server: Server, learners_server: Server, pictures: Path
) -> None:
    """Takes half a minute: a teacher presses each of formgrader's buttons, and waits for what it does."""
    page = formgrader
    press(row(page, SLUG), "release", f"Successfully unreleased '{SLUG}'")
    _release_a_solved_notebook(page, school)
    press(row(page, SLUG), "assign", f"Successfully created the student version of '{SLUG}'")
    press(row(page, SLUG), "release", f"Successfully released '{SLUG}'")
    press(row(page, SLUG), "collect", f"Successfully collected submissions of '{SLUG}'")
    expect(row(page, SLUG).locator(".num-submissions")).to_have_text("2", timeout=PATIENCE)

    row(page, SLUG).locator(".num-submissions a").click()
    expect(row(page, "mei").locator(".status")).to_have_text("needs autograding")
    expect(row(page, "mei").locator(".student-name")).to_have_text("mei")  # no name is known
    with Watch(teachers_server) as watch:
        press(row(page, "mei"), "autograde", "Successfully autograded")
    assert max(watch.waits) < watch.seconds / 2, "the server answers while a button's work is done"
    press(row(page, school.user), "autograde", "Successfully autograded")
    expect(row(page, school.user).locator(".status")).to_have_text("needs manual grading")
    expect(row(page, school.user).locator(".score")).to_have_text(re.compile(r"^24\.\d+ / 28$"))

    row(page, school.user).locator(".student-name a").click()
    page.get_by_role("link", name=SLUG).last.click(timeout=PATIENCE)
    report = page.locator(".output", has_text="leaky_relu: ")
    expect(page.get_by_text("All weights").or_(page.locator("details summary")).first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("<details>")).to_have_count(0)
    expect(report).to_contain_text("leaky_relu: 2.4 of 3 points, failed", timeout=PATIENCE)
    expect(report).to_contain_text("Your `leaky_relu` takes the larger of slope·x and x.")
    expect(page.locator("input#leaky_relu")).to_have_attribute("placeholder", "2.4")
    answer = page.locator(".cell", has=page.locator("#write_leaky_relu-comment"))
    assert caption("formgrader.png") in " ".join(report.inner_text().split())
    take(page, pictures / "formgrader.png", answer, report)
    _grade_by_hand(page, "2.5", "Which one run proves little?")

    page.goto(teachers_server.at(f"/formgrader/manage_submissions/{SLUG}"))
    expect(row(page, school.user).locator(".status")).to_have_text("graded")
    expect(row(page, school.user).locator(".score")).to_have_text("26.9 / 28")
    press(row(page, school.user), "generate-feedback", "Successfully generated feedback")
    press(row(page, school.user), "release-feedback", "Successfully released feedback")
    _read_feedback(page, learners_server, pictures)


def _release_a_solved_notebook(page: Page, school: School) -> None:
    """Presses Release while somebody's work is in the release: the button says so, and nothing goes out."""
    root = school.course.root
    notebook = root / "course" / "notebooks" / SLUG / f"{SLUG}.ipynb"
    built = notebook.read_bytes()
    notebook.write_bytes(built.replace(b"raise NotImplementedError", b"return np.maximum(x, 0)"))
    assert notebook.read_bytes() != built
    press(row(page, SLUG), "release", f"{SLUG}.ipynb is not what was built: it may hold solutions.")
    assert not (root / "build" / "exchange" / "gradwise" / "outbound" / SLUG).exists()
    notebook.write_bytes(built)


def _grade_by_hand(page: Page, score: str, comment: str) -> None:
    """Gives the answer in words its points and a comment; formgrader saves a field when it loses the focus."""
    question = page.locator(".nbgrader_cell", has=page.locator("#xu_table"))
    for field, text in (("input#xu_table", score), ("#xu_table-comment", comment)):
        with page.expect_response(lambda response: response.request.method == "PUT", timeout=PATIENCE):
            question.locator(field).fill(text)
            question.locator(field).press("Tab")


def _read_feedback(page: Page, learners_server: Server, pictures: Path) -> None:
    """Fetches what was released in the learner's assignment list, and reads it."""
    page.goto(learners_server.at("/lab"))
    page.get_by_role("menuitem", name="Nbgrader").click(timeout=PATIENCE)
    page.get_by_role("menuitem", name="Assignment List").click()
    submitted = page.locator("#submitted_assignments_list")
    submitted.get_by_role("button", name="Fetch Feedback").click(timeout=PATIENCE)
    expect(submitted.get_by_text("view feedback")).to_be_attached(timeout=PATIENCE)
    (path,) = learners_server.root.rglob(f"feedback/*/{SLUG}.html")
    page.goto(learners_server.at(f"/files/{path.relative_to(learners_server.root)}"))
    for text in ("takes the larger of slope·x and x.", "Which one run proves little?", "26.9"):
        expect(page.locator("body")).to_contain_text(text)
    wrong = page.locator("section#leaky_relu")
    assert caption("feedback.png") in " ".join(wrong.inner_text().split())
    wrong.screenshot(path=pictures / "feedback.png")


def test_jupyterlab_opens_on_the_workspace_and_not_on_the_release(teachers_server: Server, page: Page) -> None:
    page.goto(teachers_server.at("/"))
    handbook = page.locator(".jp-RenderedMarkdown")
    handbook.get_by_role("link", name=SLUG).click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="2 · Activation functions")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"/lab/tree/build/lab/notebooks/{SLUG}/"))


class Watch:
    """Requests a small page from a server again and again, and keeps the seconds that each answer took.

    Attributes:
        waits: seconds of each answer.
        seconds: from the beginning to the end.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.waits: list[float] = []
        self.seconds = 0.0

    def __enter__(self) -> "Watch":
        self._started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def _ask(self) -> None:
        while not self._over.wait(0.2):
            self.waits.append(self.server.get("/api/status"))

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._started
        self._over.set()
        self._thread.join()

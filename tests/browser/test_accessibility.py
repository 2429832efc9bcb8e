"""Accessibility of our pages and of the notebooks, in light and in dark, measured by axe-core."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course, Topic, find_course
from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.gradebook.manual import ByHand
from autograder.reports.class_report import course_report
from autograder.reports.feedback_page import feedback_page

from .. import execution
from ..autograder.reports.test_feedback_page import RESULT, answer, failing, written
from ..autograder.temporary import TemporaryCourse
from ..conftest import SLUG
from .axe import violations
from .test_learner import RIGHT, WRONG

NOTEBOOKS = sorted((find_course().root / "course").rglob("*.ipynb"))
SCHEMES = ("light", "dark")
WIDTHS = (1280, 400)  # pixels: a desktop and a telephone
# Parts of an exported notebook that are Jupyter's: prompts, colours of code, and the sign behind a heading.
JUPYTERS = (".jp-InputPrompt", ".jp-OutputPrompt", ".highlight", ".anchor-link")


@pytest.fixture(scope="module", params=SCHEMES)
def offline(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without a network, in a light and in a dark colour scheme."""
    page = browser.new_page(color_scheme=request.param)
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    yield page
    page.close()


def is_dark(page: Page) -> bool:
    return bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))


def seen(page: Page, html: str) -> list[str]:
    """Returns the accessibility flaws of a page at each width."""
    flaws = []
    page.set_content(html)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        flaws += violations(page)
    return flaws


# --- pages ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(course: Course, topic: Topic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build folder after grading a part of the sample class."""
    root = tmp_path_factory.mktemp("class")
    shutil.copy(course.root / "nbgrader_config.py", root)
    for room in ("solutions", "autograder", "course"):
        shutil.copytree(course.root / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    temporary = TemporaryCourse(root, course.root)
    temporary.run("autograder", "build", SLUG)
    for student in [CLASS[0], *CLASS[7:10], *CLASS[16:20]]:
        temporary.hand_in(student.name, submission(topic, student))
    for command in (("grade", SLUG), ("feedback", SLUG), ("report", SLUG, "--names")):
        temporary.run("autograder", *command)
    temporary.run("autograder", "similar", SLUG, "--at-least", "50")
    return root / "build"


def test_feedback_can_be_read_by_everybody(graded: Path, offline: Page, long: bool) -> None:
    """Takes over 10 seconds: a sample class is graded for the pages, and axe-core reads every third, or each."""
    pages = sorted((graded / "feedback").rglob("*.html"))
    assert len(pages) == 8
    for path in pages if long else pages[::3]:
        assert seen(offline, path.read_text("utf-8")) == [], path


def test_feedback_with_everything_on_it_can_be_read_by_everybody(offline: Page) -> None:
    words = (
        "### Mine\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n*Because* `x` is [0](https://example.org).\n\n    "
        + "long " * 60
    )
    cells = [written("elu", "def elu(x):\n    return " + "x + " * 60 + "x"), answer("why", words), answer("no", "")]
    by_hand = ByHand({"why": 2.5}, {"why": "Nice.", "write_elu": "Look again."}, unanswered={"no"}, penalty=1.0)
    for result in (RESULT, failing()):
        assert seen(offline, feedback_page(result, cells, by_hand, "full")) == []


@pytest.mark.parametrize("name", [SLUG, "course", f"{SLUG}-similar"])
def test_a_report_can_be_read_by_everybody(name: str, graded: Path, offline: Page) -> None:
    assert seen(offline, (graded / "report" / f"{name}.html").read_text("utf-8")) == []


def test_every_share_in_the_course_report_can_be_read(offline: Page) -> None:
    def result(number: int, topic: int) -> SubmissionResult:
        passed = [Outcome.PASSED if i < number else Outcome.FAILED for i in range(20)]
        checks = tuple(CheckResult(f"test_{i}", f"property {i}", 1.0, outcome) for i, outcome in enumerate(passed))
        return SubmissionResult(f"s{number}", f"0{topic}_a", (ExerciseResult("elu", 4.0, checks),))

    topics = {f"0{topic}_a": [result(number, topic) for number in range(topic, 21)] for topic in (1, 2, 0)}
    page = course_report(topics)
    assert page.count("color-mix") == 20 + 19 + 21
    assert seen(offline, page) == []


# --- notebooks --------------------------------------------------------------------------------------


def exported(notebook: nbformat.NotebookNode, page: Page) -> list[str]:
    """Returns the flaws of a notebook as HTML, in Jupyter's light or dark theme like the page."""
    html, _ = HTMLExporter(theme="dark" if is_dark(page) else "light").from_notebook_node(notebook)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.set_content(html)
    return violations(page, JUPYTERS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_read_by_everybody(path: Path, offline: Page, long: bool) -> None:
    if not long and NOTEBOOKS.index(path) % 2 == is_dark(offline):
        pytest.skip("`make test` reads it in the other theme")
    assert exported(nbformat.read(path, as_version=4), offline) == []


@pytest.fixture(scope="module")
def executed(course: Course) -> nbformat.NotebookNode:
    """An executed notebook of a learner who begins, errs, asks for a hint and gets it right."""
    cells = [nbformat.v4.new_markdown_cell("# Activations")]
    for source in (
        "import numpy as np\nfrom gradwise.check import check, hint\nfrom gradwise.check import progress",
        'check("leaky_relu")',
        WRONG,
        'check("leaky_relu")',
        'hint("leaky_relu")',
        RIGHT,
        'check("leaky_relu")',
        f'progress("{SLUG}")',
        "from gradwise import demos\ndemos.activation_explorer()",
    ):
        cells.append(nbformat.v4.new_code_cell(source))
    return execution.executed(nbformat.v4.new_notebook(cells=cells), course.root, long=True, timeout=120)


def test_what_a_learner_gets_to_see_in_a_notebook_can_be_read_by_everybody(
    executed: nbformat.NotebookNode, offline: Page
) -> None:
    outputs = str([cell.get("outputs") for cell in executed.cells])
    assert "visible check 1 of" in outputs
    assert "image/png" in outputs
    assert exported(executed, offline) == []


def test_pictures_follow_the_theme(executed: nbformat.NotebookNode, offline: Page) -> None:
    exported(executed, offline)
    dark = is_dark(offline)
    filters = offline.evaluate("[...document.querySelectorAll('img')].map(each => getComputedStyle(each).filter)")
    assert len(filters) > 1
    assert all((each != "none") == dark for each in filters)


# --- the measure itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ("<h1>A</h1><h3>B</h3>", "heading-order"),
        ("<h2>A</h2>", "page-has-heading-one"),
        ("<h1>A</h1><h1>B</h1>", "one-title"),
        ("<h1>A</h1><img src='x.svg'>", "image-alt"),
        ("<h1>A</h1><svg role='img'></svg>", "svg-img-alt"),
        ("<h1>A</h1><a href='x'></a>", "link-name"),
        ("<h1>A</h1><a href='x'>here</a>", "link-words: here"),
        ("<h1>A</h1><button></button>", "button-name"),
        ("<h1>A</h1><input>", "label"),
        ("<h1>A</h1><table><tr><td>B</td></tr></table>", "table-head: B"),
        ("<h1>A</h1><p style='color: #888; background: #999'>pale words</p>", "color-contrast"),
        ("<h1>A</h1><details><p style='background: #333; color: #000'>dark words</p></details>", "color-contrast"),
        ("<h1>A</h1><pre style='width: 9em; overflow: auto'>" + "long " * 99 + "</pre>", "scrollable-region-focusable"),
        ("<h1>A</h1><p role='nothing'>words</p>", "aria-roles"),
    ],
)
def test_a_flaw_would_be_found(flaw: str, says: str, offline: Page) -> None:
    offline.set_content(f"<html lang='en'><head><title>T</title></head><body>{flaw}</body></html>")
    flaws = violations(offline)
    assert len(flaws) == 1
    assert flaws[0].startswith(says)


def test_what_is_not_ours_is_left_out_and_nothing_else(offline: Page) -> None:
    pale = "<p class='jp-InputPrompt' style='color: #aaa; background: #999'>pale words</p>"
    page = f"<html lang='en'><head><title>T</title></head><body><h1>A</h1>{pale}</body></html>"
    offline.set_content(page)
    assert len(violations(offline)) == 1
    assert violations(offline, JUPYTERS) == []
    offline.set_content(page.replace("jp-InputPrompt", "jp-Prompt"))
    assert len(violations(offline, JUPYTERS)) == 1


@pytest.mark.parametrize(
    ("html", "says"),
    [("<html><title>T</title><body><h1>A</h1></body></html>", "html-has-lang"),
     ("<html lang='en'><body><h1>A</h1></body></html>", "document-title")],
)  # fmt: skip
def test_a_page_says_its_language_and_its_title(html: str, says: str, offline: Page) -> None:
    offline.set_content(html)
    assert [violation.split(":")[0] for violation in violations(offline)] == [says]


def test_a_scheme_of_its_own_is_measured(offline: Page) -> None:
    html = """<html lang='en'><title>T</title><style>
        body { background: #fff } @media (prefers-color-scheme: dark) { body { background: #111 } p { color: #444 } }
        </style><h1>A</h1><p>words in the dark</p></html>"""
    offline.set_content(html)
    assert [violation.split(":")[0] for violation in violations(offline)] == ["color-contrast"] * is_dark(offline)

"""Fixtures of the browser tests: a course with a class, two Jupyter servers and a browser, made once."""

import getpass
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from autograder.authoring.outgoing import released_files, remember
from autograder.authoring.workspace import open_workspace
from autograder.core.course import Course, Topic

from ..autograder.temporary import TemporaryCourse
from ..conftest import SLUG
from .jupyter import Notebook, Server, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
OPTIONS = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking")


@dataclass(frozen=True)
class School:
    """A teacher's course, and the folder of one learner.

    Attributes:
        course: the teacher's folder.
        inbound: the folder in which nbgrader's exchange keeps submissions.
        learner: the learner's folder.
        hub: the configuration that an administrator gives every learner.
        user: the learner's name: nbgrader takes the name of the user who runs these tests.
    """

    course: TemporaryCourse
    inbound: Path
    learner: Path
    hub: Path
    user: str


@pytest.fixture(scope="package")
def school(tmp_path_factory: pytest.TempPathFactory, course: Course, topic: Topic) -> School:
    """A course whose topic is built, as `autograder build` leaves it, and a learner who has fetched it."""
    root = tmp_path_factory.mktemp("teacher")
    shutil.copy(course.root / "nbgrader_config.py", root)
    for room in ("solutions", "autograder", "course"):
        shutil.copytree(course.root / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(topic.source.parent, root / "build" / "source" / SLUG)
    remember(Course(root), SLUG, released_files(root / "course" / "notebooks" / SLUG))
    open_workspace(Course(root))
    exchange = root / "build" / "exchange"
    shutil.copytree(topic.release.parent, exchange / "gradwise" / "outbound" / SLUG)
    inbound = exchange / "gradwise" / "inbound"
    inbound.mkdir()
    inbound.chmod(0o733)

    learner = tmp_path_factory.mktemp("learner")
    shutil.copytree(root / "course", learner / "course")
    hub = tmp_path_factory.mktemp("hub")
    (hub / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'gradwise'\nc.Exchange.root = {str(exchange)!r}\n"
    )
    return School(TemporaryCourse(root, course.root), inbound, learner, hub, getpass.getuser())


@pytest.fixture(scope="package")
def learners_server(school: School, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab in the learner's folder."""
    home = tmp_path_factory.mktemp("home") / "learner"
    with serving(school.learner, home, course.root, school.learner / "course" / "jupyter", school.hub) as server:
        yield server


@pytest.fixture(scope="package")
def teachers_server(school: School, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab in the teacher's folder, as `make lab` starts it."""
    home, root = tmp_path_factory.mktemp("home") / "teacher", school.course.root
    with serving(
        root, home, course.root, root / "autograder" / "nbgrader_plugins" / "jupyter", root / "course" / "jupyter"
    ) as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{option}" for option in OPTIONS])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def pictures(course: Course) -> Path:
    """The folder of the README's new pictures; `make pictures` moves them to docs/images."""
    folder = course.build / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new browser window."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def notebook(browser: Browser, learners_server: Server) -> Iterator[Notebook]:
    """The learner's notebook in JupyterLab, with its first cell run."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(learners_server.at(f"/lab/tree/course/notebooks/{SLUG}/{SLUG}.ipynb"))
    notebook = Notebook(opened)
    notebook.run("import numpy as np")
    yield notebook
    opened.close()

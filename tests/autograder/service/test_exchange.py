"""nbgrader's whole cycle over HTTP, with its own commands, by people who share no folder.

It takes half a minute: ten commands of nbgrader, and a server.
"""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from autograder.nbgrader_plugins import http_exchange

from ...conftest import SLUG
from .. import warm
from .conftest import Notebook
from .server import ADA, BOB, PEOPLE, TEACHER, Server

CONFIG = """
from autograder.nbgrader_plugins.http_exchange import use

c = get_config()
c.CourseDirectory.course_id = "gradwise"
use(c)
"""


class Desk:
    """A folder and an environment of one person, as on a machine of its own."""

    def __init__(self, folder: Path, server: Server, who: str) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        (folder / "nbgrader_config.py").write_text(CONFIG)
        of_server = server.course.environment
        self.environment = {
            **{name: value for name, value in of_server.items() if not name.startswith("GRADWISE")},
            "HOME": str(folder),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "GRADWISE_SERVICE": server.url,
            "GRADWISE_TOKEN": PEOPLE[who],
        }

    def run(self, *words: str, fails: bool = False) -> str:
        code, output = warm.run(words, self.folder, self.environment)
        assert (code != 0) == fails, output
        return output


@pytest.fixture
def teach(server: Server) -> None:
    """Has the course's own configuration name the classes of the exchange, too."""
    path = server.course.root / "nbgrader_config.py"
    if "http_exchange" not in path.read_text():
        path.write_text(path.read_text() + CONFIG.replace("c = get_config()\n", ""))


@pytest.mark.usefixtures("teach")
def test_the_whole_cycle(server: Server, notebook: Notebook, tmp_path: Path) -> None:
    course = server.course
    course.environment |= {"GRADWISE_SERVICE": server.url, "GRADWISE_TOKEN": PEOPLE[TEACHER]}
    course.run("nbgrader", "release_assignment", SLUG)
    ada, bob = Desk(tmp_path / "ada", server, ADA), Desk(tmp_path / "bob", server, BOB)
    assert SLUG in ada.run("nbgrader", "list")
    ada.run("nbgrader", "fetch_assignment", SLUG)
    file = ada.folder / SLUG / f"{SLUG}.ipynb"
    assert file.is_file()
    file.write_bytes(notebook(right=True))
    ada.run("nbgrader", "submit", SLUG)
    assert SLUG in ada.run("nbgrader", "list", "--cached")

    assert ADA in course.run("nbgrader", "list", "--inbound")
    collected = course.run("nbgrader", "collect", SLUG, "--update")
    assert "cheating" not in collected
    assert (course.root / "build" / "submitted" / ADA / SLUG / f"{SLUG}.ipynb").read_bytes() == notebook(right=True)
    course.run("autograder", "grade", SLUG, "--student", ADA)
    assert course.score(ADA) == 25
    course.run("autograder", "feedback", SLUG)
    course.run("nbgrader", "release_feedback", SLUG)
    ada.run("nbgrader", "fetch_feedback", SLUG)
    (page,) = ada.folder.glob(f"{SLUG}/feedback/*/{SLUG}.html")
    assert "25 of 28 points" in page.read_text()

    # what another learner may do with it
    assert "already" not in bob.run("nbgrader", "list")
    assert not list(bob.folder.glob("**/*.html"))
    refused = bob.run("nbgrader", "release_assignment", SLUG, fails=True)
    assert "Only teachers" in refused or "not found" in refused
    bob.environment["GRADWISE_TOKEN"] = "wrong"
    assert "who you are" in bob.run("nbgrader", "list", fails=True)
    inbound = server.ask(TEACHER, "GET", f"/api/v1/exchange/submissions/{SLUG}").tree["submissions"]
    assert [entry["student"] for entry in inbound] == [ADA]


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt", "C:\\out.txt"])
def test_an_archive_cannot_write_elsewhere(name: str, tmp_path: Path) -> None:
    class Log:
        said: tuple[str, ...] = ()

        def warning(self, *words: object) -> None:
            self.said = tuple(map(str, words))

    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "out")
        archive.writestr("inside.txt", "in")
    log, place = Log(), tmp_path / "place" / "deep"
    place.mkdir(parents=True)
    http_exchange.unpack((tmp_path / "a.zip").read_bytes(), place, log)
    assert [path.name for path in place.rglob("*")] == ["inside.txt"]
    assert log.said
    assert not os.path.exists("/out.txt")

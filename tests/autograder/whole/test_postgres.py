"""The gradebook on a real PostgreSQL server, which these tests start on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course
from autograder.gradebook import state as books
from autograder.service.store import Store
from autograder.service.terms import Terms

from ...conftest import SLUG
from ..service import test_store
from ..temporary import TemporaryCourse

# The newest server of Debian, or the one of conda.
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name),
          default=Path(sys.executable).parent)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not (BIN / "initdb").is_file(), reason="PostgreSQL's server is not installed: apt-get install postgresql"
)


class Server:
    """A PostgreSQL server that only this user's processes can reach."""

    def __init__(self, folder: Path) -> None:
        # The server refuses to run as root, and a socket's path must be short.
        self.user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.folder = folder
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, self.user)
        self.run(str(BIN / "initdb"), "-D", str(folder / "data"), "-U", "teacher", "-A", "trust", "-E", "UTF8", "-N")
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        self.process = self.start(str(BIN / "postgres"), "-D", str(folder / "data"), *options)
        deadline = time.monotonic() + 60
        while self.ask("select 1") != "1" and time.monotonic() < deadline:
            time.sleep(0.2)
        self.ask("create database gradebook")
        self.url = f"postgresql+psycopg://teacher@/gradebook?host={folder}"

    def start(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(command, user=self.user, cwd=self.folder, text=True, env={"LANG": "C"},
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip

    def run(self, *command: str) -> None:
        process = self.start(*command)
        output, _ = process.communicate()
        assert process.returncode == 0, output

    def ask(self, statement: str, database: str = "postgres") -> str:
        command = [str(BIN / "psql"), "-h", str(self.folder), "-U", "teacher", "-AtXc", statement, database]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(f"/tmp/gradwise-pg-{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    started = Server(folder)
    yield started
    started.close()
    shutil.rmtree(folder)


def test_a_class_is_graded_into_postgresql_as_into_a_file(temporary: TemporaryCourse, server: Server) -> None:
    """Takes over 10 seconds: a database server starts, and a class is graded into it and into a file."""
    topic = Course(temporary.root).topic(SLUG)
    for student in CLASS[:8]:
        path = temporary.hand_in(student.name, submission(topic, student))
        (path.parent / "timestamp.txt").write_text("2026-01-20 03:04:05 UTC")
    temporary.run("autograder", "grade", SLUG)
    on_file = temporary.tables()

    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {server.url!r}\n")
    temporary.run("autograder", "build", SLUG)
    temporary.run("autograder", "grade", SLUG)
    assert temporary.tables(server.url) == on_file
    assert len(on_file["grade"]) == 8 * 10
    assert len(on_file["comment"]) == 8 * 10

    state = books.path_of(Course(temporary.root), topic)
    before = state.stat().st_mtime_ns
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG)
    assert state.stat().st_mtime_ns == before, "what is known and written is not written again"

    server.ask("update grade set manual_score = 2.5 where auto_score is null", "gradebook")
    server.ask("update grade set auto_score = 0 where auto_score > 0", "gradebook")
    temporary.run("autograder", "grade", SLUG)
    kept = "select count(*), min(manual_score) from grade where manual_score > 0"
    assert server.ask(kept, "gradebook") == "8|2.5"
    marks = [row[2] for row in on_file["grade"] if row[2] != "None"]
    given = float(server.ask("select sum(auto_score) from grade", "gradebook"))
    assert given == pytest.approx(sum(map(float, marks)))

    temporary.run("autograder", "feedback", SLUG)
    temporary.run("nbgrader", "export")
    assert CLASS[0].name in (temporary.root / "grades.csv").read_text()


def test_a_server_that_is_away_is_said_so_and_nothing_is_lost(temporary: TemporaryCourse) -> None:
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.db_url = 'postgresql+psycopg://teacher@/gradebook?host=/nowhere'\n")
    output = temporary.run("autograder", "grade", SLUG, fails=True)
    assert "The gradebook cannot be used:" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("command", "driver"),
    [("grade", "pg8000"), ("grade", "psycopg2"), ("feedback", "pg8000"), ("export", "pg8000")],
)
def test_a_driver_that_is_missing_is_named(command: str, driver: str, temporary: TemporaryCourse) -> None:
    if find_spec(driver):
        pytest.skip(f"{driver} is installed")
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    if command != "grade":
        temporary.run("autograder", "grade", SLUG)
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = 'postgresql+{driver}://teacher@/gradebook'\n")
    output = temporary.run("autograder", command, SLUG, fails=True)
    assert f"The gradebook's database needs the Python package {driver}." in output
    assert 'pip install "gradwise[postgres]", and a db_url that begins with postgresql+psycopg://.' in output
    assert "Traceback" not in output


def test_an_address_without_a_driver_takes_the_one_that_sqlalchemy_prefers(
    temporary: TemporaryCourse, server: Server
) -> None:
    # the form of nbgrader's documentation; SQLAlchemy before 2.1 takes psycopg 2 for it
    """Takes up to 10 seconds: a database server starts."""
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    plain = server.url.replace("+psycopg", "")
    with (temporary.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {plain!r}\n")
    temporary.run("autograder", "build", SLUG)
    if make_url(plain).get_dialect().driver == "psycopg":
        temporary.run("autograder", "grade", SLUG)
        assert server.ask("select count(*) from grade", "gradebook") == "10"
    else:
        assert "needs the Python package psycopg2" in temporary.run("autograder", "grade", SLUG, fails=True)


def test_the_service_keeps_its_attempts_there(server: Server) -> None:
    store = Store(server.url, Terms())
    try:
        test_store.check(store)
    finally:
        store.close()

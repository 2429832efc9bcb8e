"""Grades one attack after another with one warm sandbox, and lists every broken promise.

The promises: no point more than deserved, no hidden value learned, nothing touched outside, the next learner graded
as if alone, and no time taken but its own.
"""

import json
import os
import re
import socket
import time
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import pytest

from autograder.batch import discover
from autograder.cli.tables import ClassTable
from autograder.core.course import Course, Topic
from autograder.core.outcomes import GraderFault
from autograder.core.results import SubmissionResult
from autograder.gradebook.manual import ByHand
from autograder.grading.collection import collect_checks
from autograder.grading.grader import Grader
from autograder.grading.reading import read_submission
from autograder.notebooks.cell_report import with_reports
from autograder.notebooks.reader import Notebook
from autograder.reports.feedback_page import Detail, feedback_page
from autograder.sandbox.policy import LIMIT, PATIENCE
from autograder.sandbox.supervisor import Sandbox

from ..conftest import SEED
from .corpus import AT_MOST, NOTEBOOK, Attack, notebook_of
from .target import CHECK_CANARY, HONEST, INPUT_CANARY, SETUP, TargetCourse

# An attack that hangs uses its whole limit: short ones keep the corpus fast. The policy's own are tested elsewhere.
SHORT = {"cell_time": 0.6, "call_time": 0.5, "exercise_time": 0.8, "submission_time": 3.0}
SHORT_BY_THE_CLOCK = {"cell_time": 2.0, "call_time": 1.0, "exercise_time": 1.5, "submission_time": 6.0}
GRACE = 40  # times as long as the next learner takes, in all, for starting and ending processes

ENVIRONMENT_CANARY = "marmalade in the environment"
FILE_CANARY = "marmalade in a file"
OTHER_CANARY = "marmalade of another learner"
EARLIER_CANARY = "marmalade of an earlier learner"
DIGITS = re.sub(r"\D", "", str(INPUT_CANARY))[:7]
WORDS = (CHECK_CANARY, ENVIRONMENT_CANARY, FILE_CANARY, OTHER_CANARY, EARLIER_CANARY)

MARKS = (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"))  # folders where an escape would leave the file MARK
EVIL = "gwevil"  # part of every text that tries to become a tag, a script or a command
MARK = "gradwise-was-here"


@dataclass(frozen=True)
class Graded:
    """A graded submission, and all the text that people see of it.

    Attributes:
        told: the result, the outputs and the repairs of the notebook, as JSON.
        page: the learner's pages, one for each level of detail, joined.
        table: the text of the teacher's terminal.
    """

    result: SubmissionResult
    told: str
    page: str
    table: str

    @property
    def text(self) -> str:
        return self.told + self.page + self.table


class World:
    """The surroundings of the sandbox: files with canaries, and sockets that hear whether anybody calls.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.secret = root / "secret.txt"
        self.secret.write_text(FILE_CANARY)
        self.other = root / "other.ipynb"
        self.other.write_text(notebook_of([f"word = {OTHER_CANARY!r}"]))
        self.port = 0
        self._path = root / "socket"
        self._ears: list[socket.socket] = []
        self._before = self.secret.stat()

    @contextmanager
    def listening(self) -> Iterator[None]:
        with ExitStack() as opened:
            for family, kind, address in (
                (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
                (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
                (socket.AF_UNIX, socket.SOCK_STREAM, f"\0gradwise-{os.getpid()}"),
                (socket.AF_UNIX, socket.SOCK_STREAM, str(self._path)),
            ):
                ear = opened.enter_context(socket.socket(family, kind))
                ear.bind(address)
                ear.setblocking(False)
                if kind == socket.SOCK_STREAM:
                    ear.listen()
                self._ears.append(ear)
            opened.enter_context(mock.patch.dict(os.environ, GRADWISE_CANARY=ENVIRONMENT_CANARY))
            yield

    @property
    def places(self) -> dict[str, str]:
        """The placeholders that an attack may use: places and numbers, but not the canaries themselves."""
        return {
            "SECRET": str(self.secret),
            "OTHER": str(self.other),
            "PORT": str(self._ears[0].getsockname()[1]),
            "UDP_PORT": str(self._ears[1].getsockname()[1]),
            "ABSTRACT": f"\\0gradwise-{os.getpid()}",
            "SOCKET": str(self._path),
            "PID": str(os.getpid()),
            "MARK": MARK,
        }

    def touched(self) -> list[str]:
        """Lists the traces that an attack left: marks, a changed secret file, calls to the sockets."""
        traces = [f"{folder / MARK} was left" for folder in MARKS if (folder / MARK).exists()]
        now = self.secret.stat()
        if (now.st_mtime_ns, now.st_ctime_ns) != (self._before.st_mtime_ns, self._before.st_ctime_ns):
            traces.append("the secret file was touched")
        for ear in self._ears:
            try:
                heard = ear.recv(100) if ear.type == socket.SOCK_DGRAM else ear.accept()[0].close() or b"a caller"
            except BlockingIOError:
                continue
            traces.append(f"{ear.getsockname()!r} heard {heard!r}")
        return traces


class Runner:
    """A grader of the attacked course, with one warm sandbox for all.

    Args:
        target: the attacked course.
        box: the sandbox.
        world: the surroundings of the sandbox.
    """

    def __init__(self, target: TargetCourse, box: Sandbox, world: World) -> None:
        self.topic: Topic = target.topic
        self.world = world
        self._grader = Grader(self.topic, collect_checks(self.topic), box, SEED, everything=True)
        self._good = notebook_of([SETUP, *HONEST.values(), f"word = {EARLIER_CANARY!r}"]).encode()
        self._alone = self._told("good", NOTEBOOK, self._good)
        assert self._alone[0].score == self._alone[0].max_score

    def grade(self, student: str, name: str, data: bytes) -> Graded:
        """Grades a file just as the command does."""
        result, reported, told = self._told(student, name, data)
        json.loads(reported.to_json().encode())
        details: tuple[Detail, ...] = ("full", "hints", "score")
        pages = [feedback_page(result, reported.cells, ByHand(), detail) for detail in details]
        table = ClassTable()
        table.add(result)
        return Graded(result, told, "".join(pages), str(table))

    def _told(self, student: str, name: str, data: bytes) -> tuple[SubmissionResult, Notebook, str]:
        """Returns the result, the notebook with its outputs, and both as the JSON from which all pages are made."""
        repaired = read_submission(name, data, self._grader.release)
        result = replace(self._grader.grade(student, repaired), seconds=0.0, memory=0)
        reported = with_reports(repaired, result)
        outputs = [output for cell in reported.cells for output in cell.get("outputs", ())]
        told = [result.to_json(), outputs, reported.repairs]
        return result, reported, json.dumps(told, ensure_ascii=False)

    def good_is_graded_as_alone(self) -> bool:
        """Returns True if the good learner gets the same result as at first, to the byte."""
        return self._told("good", NOTEBOOK, self._good)[2] == self._alone[2]

    def hand_in(self, attack: Attack, data: bytes) -> bytes:
        """Submits a folder if the attack has more files; returns the notebook that the grader would take from it."""
        if not (attack.header["beside"] or attack.header["link"]):
            return data
        folder = self.world.secret.parent / "submitted" / attack.name / self.topic.slug
        attack.write(folder, self.world.places)
        (batch,) = discover.find_batches(Course(self.topic.root), (str(folder.parent.parent),), self.topic.slug)
        (path,) = [job.path for job in batch.jobs if job.student == attack.name] or [None]
        return path.read_bytes() if path else b""

    def broken_promises(self, attack: Attack, capture: pytest.CaptureFixture[str] | None = None) -> list[str]:
        """Grades an attack, and then a good learner; lists the promises that were broken."""
        real = attack.header.get("limits") == "real"
        with (
            mock.patch.dict(LIMIT, {} if real else SHORT),
            mock.patch.dict(PATIENCE, {} if real else SHORT_BY_THE_CLOCK),
        ):
            started = time.monotonic()
            try:
                graded = self.grade(
                    attack.header.get("student", "attacker"),
                    attack.file,
                    self.hand_in(attack, attack.data(self.world.places)),
                )
            except (GraderFault, Exception) as fault:
                return [f"the class stops: {type(fault).__name__}: {fault}"]
            took = time.monotonic() - started - PATIENCE["submission_time"]
        broken = _wrong_result(attack, graded)
        printed = "".join(capture.readouterr()) if capture else ""
        broken += _leaks(graded.text + printed)
        broken += _dangerous(graded)
        broken += self.world.touched()
        started = time.monotonic()
        try:
            if not self.good_is_graded_as_alone():
                broken.append("the next learner got another result than alone")
        except GraderFault as fault:
            broken.append(f"the next learner cannot be graded: {fault}")
        if took > GRACE * (alone := time.monotonic() - started):
            broken.append(f"it took {took:.0f} s longer than its limit, and the next learner {alone:.1f} s in all")
        return broken


def _wrong_result(attack: Attack, graded: Graded) -> list[str]:
    got = {result.exercise: result for result in graded.result.exercises}
    broken = []
    if attack.reaches and (problems := graded.result.cell_problems):  # an attack that misses its target proves nothing
        broken.append(f"it does not reach {' and '.join(attack.reaches)}: {problems[0][1]}")
    if (score := attack.header.get("score")) is not None:
        if graded.result.score != float(score):
            broken.append(f"it got {graded.result.score:g} points, not {score}")
    else:
        broken += [
            f"{name} got {got[name].points:g} points, not {points:g}"
            for name, points in attack.points.items()
            if abs(got[name].points - points) > 1e-9
            and not (AT_MOST in str(attack.header.get(name)) and got[name].points < points)
        ]
    broken += [
        f"{name} ended as {got[name].outcome}, not {outcome}"
        for name, outcome in attack.outcomes.items()
        if str(got[name].outcome) != outcome
    ]
    told = " ".join(graded.text.split())
    return broken + [f"nobody says: {words}" for words in attack.header["says"] if words not in told]


def _leaks(text: str) -> list[str]:
    leaks = [f"it came out: {word}" for word in WORDS if word in text]
    if DIGITS in re.sub(r"\D", "", text):
        leaks.append("a hidden input came out")
    return leaks


class _Tags(HTMLParser):
    """Collects tags, attributes and comments: all that a browser does not show as text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts += [tag, *(str(part) for pair in attrs for part in pair)]

    def handle_comment(self, data: str) -> None:
        self.parts.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def _dangerous(graded: Graded) -> list[str]:
    """Lists learners' words inside tags, and characters that a terminal would obey."""
    tags = _Tags()
    tags.feed(graded.page)
    obeyed = [f"a browser would obey: {tag}" for tag in tags.parts if EVIL in tag or tag == "script"]
    shown = {*graded.page, *graded.table, *graded.told} - {"\n"}
    orders = [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs")]
    return obeyed + [f"a terminal would obey: {char!r}" for char in sorted(orders)]

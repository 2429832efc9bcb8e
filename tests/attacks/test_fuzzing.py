"""Thousands of random notebooks and frames: none crashes the grader, hangs it or changes another learner's result.

Each starts as a right notebook or reply, in which a few things are then replaced.
"""

import copy
import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.core.cell import Cell
from autograder.core.outcomes import StudentProblem
from autograder.grading.reading import read_submission
from autograder.notebooks import reader
from autograder.notebooks.reader import nbgrader_of
from autograder.notebooks.release import Release, is_check
from autograder.notebooks.runnable import learner_cells
from autograder.reports.class_report import anonymous
from autograder.reports.graded_code import Written
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import ExitReport, Sandbox
from autograder.sandbox.wire.frames import Pipe
from autograder.sandbox.wire.types import ARRAY, BOOLEAN, HANDLE, INTEGER, NOTHING, NUMBER, TEXT, ListOf, OrNone, Spec

from ..plan import is_long
from ..yardstick import small_network, times_as_long
from .corpus import NOTEBOOK
from .runner import Runner, World
from .target import HONEST, TargetCourse

TIMES = 10 if is_long() else 1
EVIL = "gwevil"

Path_ = list[int]
Change = tuple[Path_, str, Any]

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([10**30, -(10**400), 1e999, float("nan"), 0.1, 2**63]),
    st.sampled_from(
        ["", EVIL, "\x00", "\ud800", "\x1b[2J", "<script>", "code", "double", "a" * 3000, "```\n", "\n" * 999]
    ),
    st.sampled_from([[], {}, [[]], [None], {"": None}, {EVIL: {EVIL: [EVIL]}}, [[[[[[]]]]]]]),
)
paths = st.lists(st.integers(0, 40), min_size=1, max_size=7)
actions = st.sampled_from(["replace", "delete", "double", "rename", "wrap", "swap", "insert", "deepen"])
changes: st.SearchStrategy[list[Change]] = st.lists(st.tuples(paths, actions, junk), max_size=8)


def changed(tree: Any, several: list[Change]) -> Any:
    """Returns a copy of a JSON tree with changes; each path is followed as far as it leads."""
    tree = copy.deepcopy(tree)
    for path, action, value in several:
        place, key = tree, None
        for step in path:
            inside = place if key is None else place[key]
            if not isinstance(inside, dict | list) or not inside:
                break
            place = inside
            key = sorted(place)[step % len(place)] if isinstance(place, dict) else step % len(place)
        if key is not None:
            _change(place, key, action, copy.deepcopy(value))  # two changes may draw the same thing
    return tree


def _change(place: Any, key: Any, action: str, value: Any) -> None:
    old = place[key]
    if action == "delete":
        del place[key]
    elif action == "double" and isinstance(place, list):
        place.insert(key, copy.deepcopy(old))
    elif action == "rename" and isinstance(place, dict):
        place[str(value)] = place.pop(key)
    elif action == "wrap":
        place[key] = [old]
    elif action == "deepen":
        for _ in range(200):
            old = {"a": old}
        place[key] = old
    elif action == "swap" and isinstance(place, list):
        place[key], place[0] = place[0], place[key]
    elif action == "insert" and isinstance(old, dict):
        old[str(value)] = value
    elif action == "insert" and isinstance(old, list):
        old.append(value)
    else:
        place[key] = copy.deepcopy(value)


# --- notebooks --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> TargetCourse:
    return TargetCourse(tmp_path_factory.mktemp("fuzzed"))


@pytest.fixture(scope="module")
def answered(target: TargetCourse) -> Any:
    """The release with right answers, as JSON."""
    document = json.loads(target.topic.release.read_text())
    for cell in document["cells"]:
        name = str(cell["metadata"].get("nbgrader", {}).get("grade_id", "")).removeprefix("write_")
        if name in HONEST and cell["metadata"]["nbgrader"]["solution"]:
            cell["source"] = HONEST[name]
    return document


def damaged(document: Any, several: list[Change], cut: int | None, put: bytes) -> bytes:
    data = json.dumps(changed(document, several)).encode("utf-8", "surrogatepass")
    at = len(data) if cut is None else cut % (len(data) + 1)
    return data if cut is None else data[:at] + put + data[at + len(put) :] if put else data[:at]


cuts = st.one_of(st.none(), st.none(), st.integers(0, 10**6))
puts = st.sampled_from([b"", b"\xff", b"\x00", b'"', b"{", b"]", b"\\"])


@settings(max_examples=1000 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes, cuts, puts)
def test_any_notebook_is_mended(target: TargetCourse, answered: Any, several: Any, cut: Any, put: bytes) -> None:
    """Takes up to 10 seconds: a thousand damaged notebooks are read and mended."""
    release = Release(reader.read(target.topic.release.read_bytes()).cells)
    data, notebooks = damaged(answered, several, cut, put), []
    ratio = times_as_long(lambda: notebooks.append(read_submission(NOTEBOOK, data, release)), small_network, most=2000)
    assert ratio <= 2000
    mended = notebooks[0]
    assert not any("could not be read (" in sentence for sentence in mended.repairs), mended.repairs
    nbformat.validate(nbformat.reads(mended.to_json(), as_version=4))
    grades = [nbgrader_of(cell) for cell in mended.cells if is_check(cell)]
    assert {meta["grade_id"]: meta["points"] for meta in grades} == release.points
    assert len(grades) == len(release.points)
    names = [cell.name for cell in learner_cells(mended, release)]
    assert len(set(names) - {name for name in names if names.count(name) > 2}) == len(set(names))


@settings(max_examples=20 * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(changes, cuts, puts), min_size=3, max_size=3))
def test_any_notebook_is_graded_and_changes_no_other(runner: Runner, answered: Any, several: Any) -> None:
    for damage in several:
        graded = runner.grade("fuzzed", NOTEBOOK, damaged(answered, *damage))
        assert 0 <= graded.result.score <= graded.result.max_score
    assert runner.good_is_graded_as_alone()


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory, box: Sandbox) -> Iterator[Runner]:
    world = World(tmp_path_factory.mktemp("world"))
    with world.listening():
        yield Runner(TargetCourse(tmp_path_factory.mktemp("graded")), box, world)


@pytest.mark.parametrize("deep", ["-" * 400_000 + "1", "a" + ".a" * 200_000, "lambda:" * 70_000 + "1", "(" * 400_000])
def test_source_that_is_too_deep_for_a_parser_is_passed_over_in_reports(deep: str) -> None:
    written = Written.__new__(Written)
    written._functions = {"a-mistake": "f"}
    written.cells = lambda student: (Cell("good", "def f(): pass"), Cell("deep", deep))
    assert written.function("eve", "an exercise", "a-mistake") == "def f(): pass"
    assert anonymous(deep) == ""


# --- frames -----------------------------------------------------------------------------------------


class _Child:
    """A far side that has sent its whole stream, and closed its end."""

    pid = os.getpid()  # of a process that is there to be watched

    def __init__(self, stream: bytes) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.ours.setblocking(False)
        self.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.theirs.sendall(stream[:100_000])
        self.theirs.shutdown(socket.SHUT_WR)
        self.pipe = Pipe(self.ours.fileno())

    def cpu(self) -> float:
        return 0.0

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


class _Box:
    """Starts a far side for each process; all send the same stream."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._children: list[_Child] = []

    def spawn(self) -> _Child:
        self._children.append(_Child(self._stream))
        return self._children[-1]

    def end(self, child: _Child) -> ExitReport:
        child.close()
        return ExitReport(0, 0, 0.0)

    def close(self) -> None:
        for child in self._children:
            child.close()


SPECS: list[Spec] = [
    ARRAY, NUMBER, INTEGER, BOOLEAN, TEXT, NOTHING, HANDLE, ListOf(ARRAY), OrNone(NUMBER), (ARRAY, ListOf(TEXT)),
]  # fmt: skip
VALUES: list[Any] = [
    {"array": ["<f8", [1]]}, {"number": "0x1p0"}, {"integer": "7"}, {"boolean": True}, {"text": EVIL},
    {"nothing": True}, {"handle": 0}, {"list": [{"array": ["<f8", [1]]}]}, {"number": "nan"},
    {"tuple": [{"array": ["|b1", [2, 2]]}, {"list": [{"text": EVIL}]}]},
]  # fmt: skip
REPLIES: list[Any] = [
    *({"id": 1, "value": value, "type": "ndarray", "warnings": [EVIL], "changed": ["0"]} for value in VALUES),
    {"id": 1, "error": {"type": "ValueError", "cell": "a", "line": 3, "text": EVIL, "missing": "torch"}},
    {"id": 1, "mismatch": "an array of shape (2, 3)"},
    {"id": 1, "missing": True},
    {"callback": 0, "args": [{"array": ["<f8", [1]]}]},
]


@st.composite
def conversations(draw: st.DrawFn) -> bytes:
    """Draws frames as a far side sends them, with something wrong in each, and sometimes loose bytes at the end."""
    stream = b""
    for _ in range(draw(st.integers(1, 4))):
        header = changed([draw(st.sampled_from(REPLIES))], draw(changes))
        text = json.dumps(header[0] if header else None).encode("utf-8", "surrogatepass")
        blob = draw(st.sampled_from([b"", bytes(8), b"\x01" * 8, b"\xff" * 64]))
        lengths = draw(st.sampled_from([0, 0, 0, 0, 1, -1]))
        stream += struct.pack(">II", max(len(text) + lengths, 0), len(blob)) + text + blob
    return stream + draw(st.sampled_from([b"", b"", b"\x00", b"\xff" * 9]))


@settings(max_examples=1000 * TIMES, deadline=None)
@given(conversations(), st.sampled_from(SPECS))
def test_any_conversation_ends_in_a_value_or_in_a_sentence(stream: bytes, returns: Spec) -> None:
    """Takes over 10 seconds: a thousand conversations with a far side that says anything."""
    box = _Box(stream)
    submission = Submission(box, [])  # type: ignore[arg-type]
    calls: list[Any] = []
    try:
        reply = submission.call("f", np.ones(2), calls.append, returns=returns)
    except StudentProblem as problem:
        assert EVIL not in str(problem)  # noqa: PT017  (an exception is possible, not required)
        assert str(problem).isprintable()  # noqa: PT017
    else:
        assert len(reply.type_name) <= 50
        assert fits(reply.value, returns)
    finally:
        submission.close()
        box.close()
    assert all(isinstance(x, np.ndarray) for x in calls)


def fits(value: Any, spec: Spec) -> bool:
    """Returns True if a value has exactly the type that was asked for."""
    if isinstance(spec, OrNone):
        return value is None or fits(value, spec.item)
    if isinstance(spec, ListOf):
        return type(value) is list and all(fits(item, spec.item) for item in value)
    if isinstance(spec, tuple):
        return type(value) is tuple and all(fits(item, part) for item, part in zip(value, spec, strict=True))
    kinds = {ARRAY: "ndarray", NUMBER: "float", INTEGER: "int", BOOLEAN: "bool", TEXT: "str", HANDLE: "Handle"}
    return type(value).__name__ == kinds.get(spec, "NoneType")


def test_a_fuzzer_that_changes_nothing_would_be_noticed(answered: Any) -> None:
    assert changed(answered, []) == answered
    for action in ("replace", "delete", "double", "wrap", "deepen"):
        assert changed(answered, [([0, 0], action, None)]) != answered, action

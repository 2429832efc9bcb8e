"""The work of every function of ours that a learner's data reaches grows with the data, and no faster.

The functions are not listed by hand: whatever is called from the entry points below, with more and more data, is
counted by name, with the calls that it makes. A new function is counted as soon as it is called.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import FrameType
from typing import Any, get_args

import numpy as np
import pytest
from gradwise.check import formatting
from gradwise.check.formatting import show

from autograder.batch.misplaced import misplaced
from autograder.core import media, text
from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.folders import Found, contents, is_name
from autograder.core.outcomes import CheckFailed, StudentProblem
from autograder.core.results import SubmissionResult
from autograder.gradebook.archive import open_archive
from autograder.gradebook.intake import set_aside
from autograder.gradebook.manual import ByHand
from autograder.gradebook.roster import match, normal
from autograder.gradebook.writer import _copy_files as copy_files
from autograder.grading import behaviour, expect
from autograder.grading.reading import read_submission
from autograder.nbgrader_plugins.collect import CarefulCollect
from autograder.notebooks import matching, reader, writer
from autograder.notebooks.cell_report import with_reports
from autograder.notebooks.choice import choose
from autograder.notebooks.release import Release
from autograder.notebooks.runnable import learner_cells
from autograder.reports.class_report import course_report, report
from autograder.reports.export import Format, Grades, Person, table
from autograder.reports.feedback_page import feedback_page, lost_page
from autograder.reports.similarity import answer, answer_of, similar
from autograder.sandbox import problems
from autograder.sandbox.replies import Observation, Reply, bytes_in, copied
from autograder.sandbox.wire.packing import Blob, pack, unpack_as
from autograder.sandbox.wire.types import (
    ARRAY,
    MAX_BYTES,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_NDIM,
    MAX_TEXT,
    NUMBER,
    TEXT,
    ListOf,
    ProtocolError,
)

from ...conftest import SLUG
from ..sample_results import HALF, NOTHING, RIGHT, SLOW
from ..sample_results import result as result_of

ROOT = Path(__file__).resolve().parents[3]
SIZES = (60, 120, 240)
MOST = 2.6  # times as many calls for twice as much data, at the two largest sizes
REMEMBERED = (matching.squeezed, matching.defined_names, writer._common_cell_written)
CLASS = [result_of("x", kind, repairs=("Cell `x`: missing, put back.",)) for kind in (RIGHT, HALF, NOTHING, SLOW)]
FEW = 300  # calls that a function may have whatever the data is


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **more}


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else {}


NOTEBOOKS: dict[str, Callable[[int], tuple[str, bytes]]] = {
    "many cells": lambda n: ("a.ipynb", notebook(*(code(f"def f{i}(): pass") for i in range(n)))),
    "equal cells": lambda n: ("a.ipynb", notebook(*[code("x", id="a")] * n)),
    "indented cells": lambda n: ("a.ipynb", notebook(*[code("    x = 1")] * n)),
    "a long cell": lambda n: ("a.ipynb", notebook(code("x = 1\n" * n))),
    "a cell of many pieces": lambda n: ("a.ipynb", notebook(code(["x"] * n))),
    "blank lines": lambda n: ("a.ipynb", notebook(code("\n \t" * n))),
    "cells that end early": lambda n: ("a.ipynb", notebook(*[code("x = (\n  '''\n b\n")] * n)),
    "lines that are no Python": lambda n: ("a.ipynb", notebook(code("  a\n b\n" * n))),
    "magics": lambda n: ("a.ipynb", notebook(code("%x\n!y\n" * n))),
    "outputs": lambda n: ("a.ipynb", notebook(code("x", outputs=[{"output_type": "stream", "text": "y"}] * n))),
    "metadata": lambda n: ("a.ipynb", notebook(code("x", metadata={str(i): [i] for i in range(n)}))),
    "deep metadata": lambda n: ("a.ipynb", notebook(code("x", metadata=nested(n)))),
    "attachments": lambda n: (
        "a.ipynb",
        notebook({"cell_type": "markdown", "source": "a", "attachments": {str(i): {"b": "c"} for i in range(n)}}),
    ),
    "an old notebook": lambda n: ("a.ipynb", notebook(worksheets=[{"cells": [code("x")]}] * n, cells=None)),
    "a cut notebook": lambda n: ("a.ipynb", notebook(*[code("x")] * n)[:-20]),
    "a script": lambda n: ("a.py", b"# %%\nx = 1\n" * n),
    "a script of magics": lambda n: ("a.py", b"# In[1]:\nget_ipython().system('x')\n" * n),
    "a light script": lambda n: ("a.py", b"x = 1\n\n# a\n\n# +\ny = 2\n# -\n\n" * n),
    "Markdown": lambda n: ("a.md", b"```python\nx\n```\n\ntext\n" * n),
    "surrogates": lambda n: ("a.ipynb", notebook(code("\ud800" * n))),
    "bytes": lambda n: ("a.ipynb", b"\xff\xfe{[" * n),
}

ANSWERS: dict[str, Callable[[int], Any]] = {
    "an array": lambda n: np.arange(n, dtype=float),
    "empty rows": lambda n: np.zeros((n, 0)),
    "a list of arrays": lambda n: [np.zeros(3)] * n,
    "a list of empty arrays": lambda n: [np.zeros((100_000, 0))] * n,
    "a list of numbers": lambda n: [0.5] * n,
    "a list of texts": lambda n: ["x" * 20] * n,
    "a text": lambda n: "<é\u202e`" * n,
}


def graded(release: Release, name: str, data: bytes) -> None:
    """All that our side does with a file: reading, choosing cells, reports, the page, and the comparison of answers."""
    read = read_submission(name, data, release)
    cells = learner_cells(read, release)
    results = tuple(replace(HALF, exercise=name) for name in release.points)
    result = SubmissionResult("eve", SLUG, results, repairs=tuple(read.repairs))
    reported = with_reports(read, result)
    again = reader.read(reported.to_json().encode())
    feedback_page(result, again.cells, ByHand(), "full")
    own = [cell for cell in cells if cell.name.startswith("cell ")]
    codes = {"eve": answer_of(own), "ada": answer_of([*own, Cell("x", "y = 1")])}
    similar({student: answer(code, frozenset()) for student, code in codes.items()}, 0.5)


def expected(reply: Reply) -> None:
    """All that a check may demand of a reply."""
    demands: tuple[Callable[[], object], ...] = (
        lambda: expect.close(reply.value, np.ones(3), "A cause."),
        lambda: expect.close(reply.value, reply.value, "A cause."),
        lambda: expect.has_shape(reply.value, (3,), "A cause."),
        lambda: expect.quiet(reply, "A cause."),
        lambda: expect.unchanged(reply),
        lambda: expect.is_array(reply),
    )
    for demand in demands:  # a list may make one raise what it likes: then the check is lost
        with suppress(CheckFailed, TypeError, ValueError, AttributeError):
            demand()


def answered(value: Any) -> None:
    """All that our side does with a value: decoding, keeping, showing, and comparing it."""
    blobs: list[bytes] = []
    tree = pack(value, blobs)
    item = TEXT if isinstance(value, list) and isinstance(value[0], str) else NUMBER
    kinds = (ARRAY, ListOf(ARRAY), ListOf(item), TEXT)
    for spec in kinds:
        try:
            got = unpack_as(tree, spec, Blob(b"".join(blobs)))
        except ProtocolError as error:
            problems.nonsense(error)
            continue
        bytes_in(copied(got))
        show(got)
        show((got, got), code=True)
        expected(Reply(got, "list", ("overflow",) * 20, ("0",) * 100))
        calls = {"check": [Observation("f", Reply(got, "list", ("overflow",) * 20, ("0",) * 100), None)]}
        right = behaviour.behaviour({"check": [Observation("f", Reply(np.ones(3)), None)]})
        mine = behaviour.behaviour(calls, right)
        behaviour.deviations(mine.values, right.values)
        behaviour.same_but_for_shape(got, np.float64(1.0))


def described(words: str) -> None:
    """All that our side does with the words of an error report or of a description."""
    for what in (words, f"an array of shape ({words})", {"a": words}):
        problems.mismatch("f", what, ARRAY)
    report = {"type": words, "text": words, "line": 3, "missing": words, "cell": words}
    problem: StudentProblem = problems.raised("`f`", report, "cell 1", f"{words}\n" * 3)
    text.with_short_numbers(str(problem))
    text.without_controls(words)
    text.clean(words, 400)


WORDS = {
    "digits": "1",
    "controls": "\x1b[2J",
    "backticks": "`",
    "wide": "漢",
    "spaces": " ",
    "line ends": "\r\n",
    "shape": "1, ",
}


LARGEST: dict[str, Callable[[], Any]] = {
    "an array": lambda: np.zeros(MAX_BYTES // 8),
    "an array of eight axes": lambda: np.zeros((1,) * (MAX_NDIM - 1) + (MAX_BYTES // 8,)),
    "empty rows": lambda: np.zeros((MAX_BYTES, 0)),
    "a list of empty rows": lambda: [np.zeros((MAX_BYTES, 0))] * MAX_ITEMS,
    "a list of numbers": lambda: [0.5] * MAX_ITEMS,
    "a list of texts": lambda: ["<" * MAX_TEXT] * MAX_ITEMS,
    "a list of lists": lambda: [[0.5] * 1000] * 1000,
    "an integer": lambda: MAX_INTEGER - 1,
}


def in_a_class(names: list[str]) -> None:
    """All that our side does with the results and the names of a class, and with a roster."""
    results = [replace(own, student=name) for name, own in zip(names, cycle(CLASS), strict=False)]
    report(results, names=True)
    course_report({SLUG: results, "03_x": results}, names=True)
    match(names, names, names)
    people = [Person(name, name, name, f"{name}@x", name, {SLUG: 1.0}) for name in names]
    for style in get_args(Format):
        table(Grades(people, {SLUG: 2.0}, {}), style)


def named(name: str) -> None:
    """All that our side does with a name."""
    for medium in (media.for_sentence, media.for_terminal, media.for_json, media.for_spreadsheet, media.for_page):
        medium(name)
    text.clean(name, 200)
    normal(name)
    lost_page(name, SLUG)
    in_a_class([name, f"{name}2"])


def counted(work: Callable[[], object]) -> Counter[str]:
    """Counts the calls of each function of ours, and with them those that it makes into C.

    The methods that a dataclass gets count, too: they are of no file.
    """
    counts = Counter[str]()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename.startswith((str(ROOT), "<string>")):
            file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
            if file.startswith(("autograder/", "course/gradwise/", "<string>")):
                counts[f"{file}:{frame.f_code.co_qualname}"] += 1

    for remembered in REMEMBERED:  # the next size would find half of its cells there
        remembered.cache_clear()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counts


def too_steep(
    work: Callable[[Any], object], data: Callable[[int], Any], sizes: tuple[int, ...] = SIZES
) -> dict[str, list[int]]:
    """Returns the functions whose work grows faster than the data, with their calls at each size."""
    work(data(SIZES[0]))  # what is computed once is computed
    counts = [counted(partial(work, value)) for value in map(data, sizes)]
    series = {name: [count[name] for count in counts] for name in set().union(*counts)}
    return {name: calls for name, calls in series.items() if calls[-1] > max(MOST * calls[-2], FEW)}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_work_on_a_file_grows_with_the_file(kind: str, release: Release) -> None:
    """Takes seconds for all kinds: every call is counted."""
    assert too_steep(lambda file: graded(release, *file), NOTEBOOKS[kind]) == {}


@pytest.mark.parametrize("kind", ANSWERS)
def test_work_on_a_returned_value_grows_with_the_value(kind: str) -> None:
    assert too_steep(answered, ANSWERS[kind]) == {}


def beside(folder: Path, number: int) -> Path:
    """Returns a submitted folder with a notebook and so many small files, of which some are links."""
    place = folder / "submitted" / f"s{number}" / "topic"
    place.mkdir(parents=True, exist_ok=True)
    (place / "topic.ipynb").write_text("{}")
    for n in range(number):
        name = place / f"{n // 50}" / f"{n}.txt"
        name.parent.mkdir(exist_ok=True)
        if n % 7:
            name.write_text("small")
        elif not os.path.lexists(name):
            name.symlink_to("/etc/hostname")
    return place


def looked_through(place: Path) -> None:
    """All that grading, collecting and unpacking do with a submitted folder, by both ways in."""
    assert choose(place, "topic").path
    assert not choose(place.parent, "topic").path  # the notebook lies deeper: what is there is named
    list(misplaced(place.parent.parent, Topic(place, "topic")))
    set_aside(place)
    copy = place.parent.parent.parent / "copies" / place.parent.name
    copy.mkdir(parents=True, exist_ok=True)
    copy_files(place, copy, ["*.pyc"])
    for item in open_archive(place.parent).items:
        item.read()
    with TemporaryDirectory() as aside:
        CarefulCollect()._fetch(place, Path(aside, "copy"))


def test_work_on_small_files_beside_a_notebook_grows_with_their_number(tmp_path: Path, long: bool) -> None:
    """In `make test-long` there are up to 8,000 files."""
    assert too_steep(looked_through, partial(beside, tmp_path), (4000, 8000) if long else (400, 800)) == {}
    assert too_steep(lambda place: pairs(contents(place).files), partial(beside, tmp_path)) != {}


def test_work_on_files_that_are_too_large_grows_with_their_number(tmp_path: Path) -> None:
    """Sparse files, the largest of which come last."""

    def large(number: int) -> Path:
        place = Path(mkdtemp(dir=tmp_path))
        for n in range(number):
            with (place / f"{n:04}").open("wb") as file:
                file.truncate(10**9 + n)
        return place

    assert too_steep(lambda place: contents(place).odd, large) == {}


def pairs(files: list[Found]) -> None:
    """Looks at each pair of files: what is planted, to be found."""
    for _ in files:
        for file in files:
            is_name(file.path.name)


@pytest.mark.parametrize("kind", WORDS)
def test_work_on_the_words_of_a_reply_grows_with_the_words(kind: str) -> None:
    assert too_steep(described, lambda n: WORDS[kind] * n) == {}


@pytest.mark.parametrize("kind", LARGEST)
def test_the_largest_values_that_may_come_are_shown_as_quickly_as_small_ones(kind: str) -> None:
    value = LARGEST[kind]()
    for shown in (value, (value, value)):
        assert sum(counted(lambda shown=shown: show(shown, code=True)).values()) < 40_000


PACKED = ("packing.py:pack", "packing.py:_pack")  # what the far side does


@pytest.mark.parametrize(
    "kind", sorted(LARGEST.keys() - {"a list of lists"})
)  # that is of no type that is asked for here
def test_the_largest_values_that_may_come_take_a_few_calls_for_each_item(kind: str) -> None:
    counts = counted(partial(answered, LARGEST[kind]()))
    assert sum(calls for name, calls in counts.items() if not any(part in name for part in PACKED)) < 60 * MAX_ITEMS


def test_a_value_that_is_looked_through_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "show", lambda value, **_: [text.is_control("x") for _ in value])
    assert sum(counted(lambda: formatting.show([0.5] * 100_000)).values()) > 40_000


def test_work_on_a_class_grows_with_the_class() -> None:
    assert too_steep(in_a_class, lambda n: [f"learner{i}" for i in range(n)]) == {}


@pytest.mark.parametrize("kind", WORDS)
def test_work_on_a_name_grows_with_the_name(kind: str) -> None:
    assert too_steep(named, lambda n: WORDS[kind] * n) == {}


@pytest.mark.parametrize("other", [None, "word", True, [np.ones(2)], np.ones(2)])
def test_a_value_of_another_kind_is_another_value(other: object) -> None:
    assert not behaviour.same(other, np.ones(3))
    assert not behaviour.same(np.ones(3), other)


def test_the_functions_are_found_and_not_listed(release: Release) -> None:
    name, data = NOTEBOOKS["many cells"](20)
    found = counted(lambda: graded(release, name, data)) + counted(lambda: answered([np.zeros(3)]))
    found += counted(lambda: named("a" * 20))
    for function in ("class_report.py:summary", "export.py:table", "roster.py:match", "media.py:for_spreadsheet"):
        assert any(known.endswith(function) for known in found), function
    for function in ("reader.py:_normal_cell", "repair.py:_own", "winnowing.py:tokens", "packing.py:unpack_as"):
        assert any(known.endswith(function) for known in found), function
    assert len(found) > 80


def test_a_function_that_looks_at_all_cells_for_each_is_found(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reader._free_id

    def planted(index: int, seen: set[str]) -> str:
        for other in seen:
            reader._writable(other)
        return real(index, seen)

    monkeypatch.setattr(reader, "_free_id", planted)
    steep = too_steep(lambda file: graded(release, *file), NOTEBOOKS["many cells"])
    assert [name for name in steep if name.endswith("reader.py:_writable")]

"""The arithmetic of the benchmarks: each quoted figure must be a measured one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import bare, tables
from benchmarks.speed import RESULTS as RESULTS_FILE

PROJECT = Path(__file__).resolve().parents[3]


def figure(method: str, wall: float, size: int = 200) -> dict[str, object]:
    return {"method": method, "size": size, "wall": wall, "cpu": 2 * wall, "memory": 300 << 20}


RESULTS = {
    "class": [
        figure(tables.VANILLA, 6.0),
        figure(tables.STEPS, 0.5),
        figure(tables.ONE, 0.09),
        figure(tables.TWO, 0.05),
        figure(tables.AGAIN, 0.002),
        figure(tables.BARE, 0.025),
    ],
    "02_activations": [figure(name, 1.0) for name in (tables.VANILLA, tables.STEPS, tables.TWO, tables.BARE)],
    "large": [figure(tables.TWO, 0.05), figure(tables.TWO, 0.052, 10_000)],
}


def test_ratios_are_of_what_was_measured() -> None:
    table = tables.targets(RESULTS)
    assert "| `autograder grade` against nbgrader | at least 150 | 120 | 120 |" in table
    assert "| `autograder grade` against the bare limit | at most 2.5 | 2.0 | 2.0 |" in table
    assert "| `nbgrader autograde` with our steps | at least 8 | 12.0 | 12.0 |" in table
    assert "| two workers against one | at least 1.8 | 1.80 |  |" in table
    assert "| again, with nothing changed | at least 30 | 25 | 25 |" in table
    assert "| a class of 10,000 against 200, each | at most 1.1 | 1.04 | 1.04 |" in table


def test_every_topic_has_its_row_by_the_clock_and_by_processor_time() -> None:
    (row,) = [line for line in tables.topics(RESULTS).splitlines() if "02_activations" in line]
    assert row == "| `02_activations` | 1 / 2 | 1 / 2 | 1 / 2 | 1 / 2 | 1 / 1 | 1.0 | - |"
    alone = {**RESULTS, "02_activations": [*RESULTS["02_activations"], figure(tables.ALONE, 0.5, 1)]}
    assert "| 1.0 | 0.5 / 1 |" in tables.topics(alone)
    assert tables.ALONE not in tables.methods({**alone, "class": [*RESULTS["class"], figure(tables.ALONE, 0.5, 1)]})


def test_a_document_quotes_the_tables_where_it_says_so() -> None:
    text = "before\n<!-- large of benchmarks -->\nold\n<!-- end -->\nafter\n"
    quoted = tables.quoted(text, RESULTS)
    assert "| 10,000 | 0.052 | 0.104 | 300 |" in quoted
    assert "old" not in quoted
    assert quoted.startswith("before\n")
    assert quoted.endswith("\nafter\n")
    assert tables.quoted(quoted, RESULTS) == quoted


@pytest.mark.parametrize("path", tables.QUOTED, ids=lambda path: path.parent.name)
def test_every_document_quotes_the_figures_that_were_measured(path: Path) -> None:
    text, results = path.read_text("utf-8"), json.loads(RESULTS_FILE.read_text())
    assert tables.quoted(text, results) == text
    results["class"][0]["wall"] *= 2  # the quoted figure no longer fits
    assert tables.quoted(text, results) != text


def test_the_time_of_a_process_that_outlives_its_parent_counts() -> None:
    busy = "import time; t = time.process_time()\nwhile time.process_time() < t + 0.5: pass"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {busy!r}])"
    code = (
        "import sys; from pathlib import Path; from benchmarks.measuring import measure\n"
        f"cost = measure([sys.executable, '-c', {parent!r}], Path('.'), {{}})\n"
        "print(cost.cpu)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert 0.5 < float(done.stdout) < 3


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize(("second", "third"), [("a", "b"), ("c", "d")])
def sample(first: int, second: str, third: str) -> None: ...


def test_the_bare_limit_puts_a_check_as_often_as_pytest_does() -> None:
    expected = [(1, "a", "b"), (2, "a", "b"), (1, "c", "d"), (2, "c", "d")]
    cases = [(case["first"], case["second"], case["third"]) for case in bare._expanded(sample)]
    assert sorted(cases) == sorted(expected)

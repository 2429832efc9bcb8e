"""The start of a run, before the first submission: most of the time for a small class."""

import subprocess
import sys

import numpy as np
import pytest

from autograder.core.outcomes import CheckFailed
from autograder.grading import expect
from autograder.grading.check import rng_for

SLOW = "rfc3987_syntax"


def modules_after(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{statement}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_nbgrader_is_imported_without_the_grammar_that_takes_two_seconds() -> None:
    light = modules_after("import autograder.gradebook.writer")
    assert "nbgrader.api" in light
    assert "rfc3987_syntax.syntax_helpers" not in light
    assert "lark" not in light
    assert SLOW in modules_after(f"import {SLOW}, autograder.gradebook.writer"), "whoever has it keeps it"


def test_a_command_with_nothing_to_do_imports_nothing_heavy() -> None:
    heavy = {"nbgrader", "torch", "nbformat", "numpy", "pytest", "tqdm"}
    assert not modules_after("import autograder.cli.main, autograder.batch.run") & heavy
    assert modules_after("import autograder.grading.session") & heavy == {"numpy", "pytest"}


def test_a_generator_begins_anew_each_time_and_is_its_own() -> None:
    first, other = rng_for("s", "a"), rng_for("s", "b")
    drawn = first.random(3).tolist()
    other.random()
    assert rng_for("s", "a").random(3).tolist() == drawn
    assert rng_for("s", "b").random(3).tolist() != drawn


@pytest.mark.parametrize("got", [np.inf, -np.inf, np.nan, 1e308, 1 + 2e-7])
@pytest.mark.parametrize("want", [np.inf, -np.inf, np.nan, 1e308, 1.0])
def test_the_quick_comparison_says_what_numpy_says(got: float, want: float) -> None:
    same = bool(np.isclose(got, want, rtol=1e-7, atol=1e-12, equal_nan=True))
    try:
        expect.close(np.array([got, 1.0]), np.array([want, 1.0]), "")
    except CheckFailed:
        assert not same
    else:
        assert same

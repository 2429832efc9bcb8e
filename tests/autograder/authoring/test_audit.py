"""The audit: passes for good checks, and names each shortcoming of others."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.authoring.audit import audit
from autograder.cli.main import main

from ...conftest import SEED
from ..conftest import CHECKS, MISCONCEPTIONS, SmallCourse


def test_a_small_course_holds(small: SmallCourse) -> None:
    proof = audit(small.topic, SEED)
    assert proof.problems == ()
    first = proof.to_json()["misconceptions"][0]
    assert first["id"] == first["diagnosed_as"] == "double-square"
    assert first["exercise"] == "double"
    assert first["rejected_by"] == ["test_values", "test_integers[0]", "test_integers[7]"]


# Planted violations: each must be found.


def problems(small: SmallCourse) -> tuple[str, ...]:
    return audit(small.topic, SEED).problems


def test_a_check_that_sees_too_little_is_found(small: SmallCourse) -> None:
    blind = CHECKS.replace("expect.close(submission.double(x), 2 * x", "expect.has_shape(submission.double(x), x.shape")
    small.write(small.topic.checks, blind.replace("[0, 7]", "[0, 2]"))
    found = problems(small)
    assert found[0] == "double-square passes every check"
    assert "the answer 'zeros' everywhere earns 80.0% of the points, by test_values, test_integers[0]" in found


def test_a_check_that_the_solution_fails_is_found(small: SmallCourse) -> None:
    small.write(small.topic.checks, CHECKS.replace("2 * number", "3 * number"))
    assert "the solution fails test_integers[7]" in problems(small)


def test_a_release_that_passes_is_found(small: SmallCourse) -> None:
    small.write(small.topic.release, small.topic.source.read_text())
    assert "the release passes test_values" in problems(small)


def test_two_misconceptions_that_cannot_be_told_apart_are_found(small: SmallCourse) -> None:
    twin = '\n@wrong("double", "double-power")\ndef double(x):\n    """Your `double` is a power."""\n    return x**2\n'
    small.write(small.topic.misconceptions, MISCONCEPTIONS + twin)
    assert problems(small) == ("double-power is taken for double-square",)
    declared = twin.replace('"double-power"', '"double-power", twin_of="double-square"')
    small.write(small.topic.misconceptions, MISCONCEPTIONS + declared)
    assert problems(small) == ()


def test_an_exercise_without_misconceptions_is_found(small: SmallCourse) -> None:
    small.write(small.topic.misconceptions, '"""Nothing."""\n')
    assert problems(small) == ("no wrong answer for double",)


def test_the_command_prints_a_table_and_fails_when_the_audit_does(
    small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    good = CliRunner().invoke(main, ["audit", "01_small", "--json", "audit.json"])
    assert good.exit_code == 0
    assert "01_small: solution 100%, release 0%" in good.output
    assert "✓ double-square  loses 3, diagnosed" in good.output
    (tree,) = json.loads((tmp_path / "audit.json").read_text())
    assert tree["topic"] == "01_small"
    assert (tree["solution"], tree["release"]) == (1.0, 0.0)
    small.write(small.topic.misconceptions, '"""Nothing."""\n')
    bad = CliRunner().invoke(main, ["audit"])
    assert bad.exit_code == 1
    assert "✗ no wrong answer for double" in bad.output

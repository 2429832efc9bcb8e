"""Mutants: solutions with one small mistake each; the checks must find it, or an entry must say why it is harmless."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from gradwise.mutants.operators import OPERATORS
from gradwise.mutants.planting import Mutant, mutants_of

from autograder.authoring.mutants.equivalent import load_equivalent
from autograder.authoring.mutants.trial import MutantAudit, exercise_of_cells, try_mutants
from autograder.cli.main import main
from autograder.cli.tables import mutant_table
from autograder.core.course import Topic, find_course
from autograder.core.outcomes import GraderFault
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.policy import LIMIT

from ...conftest import SEED
from ..conftest import CHECKS, TEXT, SmallCourse


def planted(body: str, head: str = "def f(a, b):") -> list[Mutant]:
    lines = [head, "    ### BEGIN SOLUTION", *(f"    {line}" for line in body.split("\n")), "    ### END SOLUTION"]
    return list(mutants_of("\n".join(lines), "an exercise"))


def becomes(body: str, operator: str, head: str = "def f(a, b):") -> list[str]:
    return [mutant.becomes for mutant in planted(body, head) if mutant.operator.name == operator]


SAMPLES = [
    ("boundary", "return a < 3", ["return a <= 3"]),
    ("comparison", "return a < 3", ["return a >= 3"]),
    ("condition", "if a:\n    b = 1", ["if True:", "if False:"]),
    ("condition", "return [i for i in a if i]", ["return [i for i in a]"]),
    ("logic", "return a and b", ["return a or b", "return a", "return b"]),
    ("arithmetic", "return a * b", ["return a / b"]),
    ("arithmetic", "a += b", ["a -= b"]),
    ("sign", "return -a", ["return a"]),
    ("dropped term", "return a - b", ["return a", "return -b"]),
    ("dropped term", "return a * (a + b)", ["return a", "return a + b", "return a * a", "return a * b"]),
    ("swapped operands", "return a / b", ["return b / a"]),
    ("transpose", "return a.T @ b", ["return a @ b"]),
    ("digits", "return np.expm1(a)", ["return np.exp(a) - 1"]),
    ("digits", "return np.log1p(a)", ["return np.log(a + 1)"]),
    ("wrong name", "return a", ["return b"]),
    ("constant", "return 2", ["return 3", "return 1"]),
    ("constant", "return 0.5", ["return 0.55"]),
    ("constant", "return 1e-8", ["return 1.1e-08", "return 0.0"]),
    ("constant", "return True", ["return False"]),
    ("axis", "return a.sum(axis=0)", ["return a.sum()", "return a.sum(axis=1)"]),
    ("keepdims", "return a.sum(keepdims=True)", ["return a.sum(keepdims=False)"]),
    ("ddof", "return a.var(ddof=1)", ["return a.var(ddof=0)"]),
    ("ddof", "return a.std()", ["return a.std(ddof=1)"]),
    ("dropped argument", "return f(a, flag=b)", ["return f(a)"]),
    ("swapped arguments", "return np.where(a, b, 0)", ["return np.where(b, a, 0)", "return np.where(a, 0, b)"]),
    ("removed copy", "return a.copy()", ["return a"]),
    ("removed copy", "return np.array(a)", ["return np.asarray(a)"]),
    ("dtype", "return np.asarray(a, float)", ["return a", "return np.asarray(a, int)"]),
    ("dtype", "return np.zeros(3, dtype=float)", ["return np.zeros(3, dtype=int)"]),
    ("dropped call", "return np.abs(a)", ["return a"]),
    ("dropped call", "return a.mean(axis=0)", ["return a"]),
    ("other function", "return np.maximum(a, b)", ["return np.minimum(a, b)"]),
    ("off by one", "return a[b:]", ["return a[:]", "return a[b + 1:]", "return a[b - 1:]"]),
    ("off by one", "for i in range(b):\n    pass", ["for i in range(b + 1):", "for i in range(b - 1):"]),
    ("dropped statement", "a[0] = b", ["pass"]),
    ("dropped statement", "self.x, self.y = (a, b)", ["pass"]),
    ("loop", "for i in a:\n    break", ["for i in []:", "continue"]),
    ("in place", "a = a + b", ["a += b"]),
    ("in place", "a += b", ["a = a + b", "a = b"]),
    ("swapped results", "return (a, b)", ["return (b, a)"]),
]


@pytest.mark.parametrize(("operator", "body", "wanted"), SAMPLES, ids=lambda value: str(value)[:30])
def test_each_operator_makes_its_mistakes(operator: str, body: str, wanted: list[str]) -> None:
    assert becomes(body, operator) == wanted


def test_every_operator_has_a_sample_and_says_what_to_test() -> None:
    assert {operator.name for operator in OPERATORS} == {name for name, _, _ in SAMPLES}
    assert all(operator.test.endswith(".") for operator in OPERATORS)


def test_only_what_learners_write_is_changed() -> None:
    cell = '''def f(x: "1 + 1", slope=0.01):
    """Twice 2."""
    ### BEGIN SOLUTION
    if x.ndim == 9:
        raise ValueError("2 + 2")
    return x
    ### END SOLUTION
OUTSIDE = 3 + 4
'''
    diffs = {mutant.diff for mutant in mutants_of(cell, "f")}
    assert "-    if x.ndim == 9:\n+    if x.ndim != 9:" in diffs
    assert not any("slope=" in diff or "Twice" in diff or "2 + 2" in diff.split("\n")[-1] for diff in diffs)
    assert not any("OUTSIDE" in diff for diff in diffs)


def test_a_diff_shows_the_authors_own_lines() -> None:
    (mutant,) = [m for m in planted("y = a  # the first\nreturn y - 1  # é, and less") if m.becomes == "return y + 1"]
    assert mutant.diff == "-    return y - 1  # é, and less\n+    return y + 1  # é, and less"
    assert (mutant.function, mutant.line, mutant.was) == ("f", 4, "return y - 1")


def test_parentheses_keep_what_belongs_together() -> None:
    assert "return (a - b) * 2" in becomes("return (a + b) * 2", "arithmetic")
    assert "return (a + b) / 2" in becomes("return (a + b) * 2", "arithmetic")
    assert "return a * (b * 3)" in becomes("return a * b ** 3", "arithmetic")


def test_a_mutant_keeps_its_name_when_the_solution_is_laid_out_anew() -> None:
    plain = {(mutant.key, mutant.place) for mutant in planted("return a + 2 * b + 2")}
    spread = {(mutant.key, mutant.place) for mutant in planted("return (  # a sum\n    a\n    + 2 * b\n    + 2\n)")}
    assert plain == spread


def test_mutants_that_are_told_alike_are_numbered() -> None:
    twice = [mutant for mutant in planted("a = a + 1\na = a + 1") if mutant.becomes == "a = a - 1"]
    assert [mutant.place for mutant in twice] == [1, 2]


# --- tried on a small course ------------------------------------------------------------------------


def tried(small: SmallCourse, **options: bool) -> MutantAudit:
    return try_mutants(small.topic, SEED, **options)


def test_checks_that_see_everything_find_everything(small: SmallCourse) -> None:
    audit = tried(small, all_checks=True)
    assert (audit.score, audit.survivors, audit.problems) == (1.0, [], ())
    assert len(audit.trials) == audit.found == 5  # 2 / x, 2, x, 3 * x, 1 * x
    assert mutant_table(audit).split("\n") == [
        "01_small: 5 mutants; 5 found, 100 %",
        "  ✓ double  5 of 5",
        "         5 test_values",
        "         2 test_integers[0]",
        "         5 test_integers[7]",
    ]


BLIND = CHECKS.replace("expect.close(submission.double(x), 2 * x", "expect.has_shape(submission.double(x), x.shape")


def test_a_mutant_that_passes_is_shown_with_what_to_test(small: SmallCourse) -> None:
    small.write(small.topic.checks, BLIND.replace("[0, 7]", "[0]"))
    small.write(small.topic.text, TEXT.replace("return 2 * x", "return x + x"))
    small.release()
    table = mutant_table(tried(small))
    assert table.startswith("01_small: 2 mutants; 0 found, 0 %\n  ✗ double  0 of 2\n")
    assert (
        "      passes every check: arithmetic in double\n"
        "        -    return x + x\n"
        "        +    return x - x\n"
        "        Test values for which the two operations differ: neither 0 nor 1, and no two equal.\n"
    ) in table
    assert table.endswith("is less than the 98% that the checks are to find.")


MARK = """
[[equivalent]]
function = "double"
was = "return 2 * x"
becomes = "return 2 / x"
reason = "A planted one."
"""


def test_a_mark_takes_a_mutant_out_of_the_count(small: SmallCourse) -> None:
    small.write(small.topic.checks, BLIND.replace("[0, 7]", "[1]").replace("2 * number", "2"))
    survivors = [trial.mutant.becomes for trial in tried(small).survivors]
    assert survivors == ["return 2 / x"]
    small.write(small.topic.equivalent, MARK)
    audit = tried(small)
    assert (audit.score, audit.equivalent, audit.problems) == (1.0, 1, ())
    assert mutant_table(audit).startswith("01_small: 5 mutants, 1 marked as no mistake; 4 found, 100 %\n")


def test_a_mark_that_is_not_true_is_found(small: SmallCourse) -> None:
    small.write(small.topic.equivalent, MARK)
    audit = tried(small)
    assert audit.problems == (
        "`return 2 * x` -> `return 2 / x` in double is marked as no mistake, but test_values tells it apart: "
        "delete the mark.",
    )
    assert not audit.holds


def test_a_mark_whose_statement_has_changed_is_found(small: SmallCourse) -> None:
    small.write(small.topic.equivalent, MARK.replace("return 2 / x", "return 5 / x"))
    assert tried(small).problems == (
        "`return 2 * x` -> `return 5 / x` in double: there is no such mutant any more. "
        "Delete the mark, or write it anew.",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MARK.replace('reason = "A planted one."', ""), "x.toml, 1: `reason` is missing."),
        (MARK + 'because = "x"', "x.toml, 1: unknown key `because`."),
        (MARK + 'place = "first"', "x.toml, 1: the place is a whole number, from 1."),
        ("[[equivalent", "x.toml: "),
    ],
)
def test_a_malformed_mark_is_a_fault(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(GraderFault, match=says.replace(".", r"\.")):
        load_equivalent(tmp_path / "x.toml")


def test_a_mutant_that_never_ends_is_found(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMIT, "call_time", 0.2)
    loop = "n = 2\n    while n > 1:\n        n -= 1\n    return 2 * x"
    small.write(small.topic.text, TEXT.replace("return 2 * x", loop))
    small.release()
    audit = tried(small)
    endless = next(trial for trial in audit.trials if trial.mutant.becomes == "n += 1")
    assert endless.killed_by


def test_a_check_that_a_mutant_breaks_is_a_fault_that_shows_the_mutant(small: SmallCourse) -> None:
    fragile = "\ndef _close(got, want, cause):\n    assert 1 // int(got[0, 0] == want[0, 0])\n"
    small.write(small.topic.checks, CHECKS.replace("expect.close(", "_close(", 1) + fragile)
    with pytest.raises(GraderFault, match=r"(?s)is broken: ZeroDivisionError.*It broke on a mutant of double:\n-  "):
        tried(small)


def test_the_command_prints_the_table_and_fails_below_the_target(
    small: SmallCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.chdir(tmp_path)
    good = CliRunner().invoke(main, ["audit", "--mutants", "--workers", "1", "--json", "m.json"])
    assert (good.exit_code, good.stdout) == (0, "01_small: 5 mutants; 5 found, 100 %\n  ✓ double  5 of 5\n")
    (tree,) = json.loads((tmp_path / "m.json").read_text())
    assert (tree["score"], tree["exercises"], tree["kills"]) == (1.0, {"double": 1.0}, None)
    assert tree["mutants"][0]["killed_by"] == ["test_values"]
    small.write(small.topic.checks, BLIND.replace("[0, 7]", "[0]"))
    bad = CliRunner().invoke(main, ["audit", "--mutants", "--workers", "2"])
    assert bad.exit_code == 1
    assert "passes every check" in bad.output
    none = CliRunner().invoke(main, ["audit", "--mutants", "--exercise", "triple"])
    assert none.exit_code == 2
    assert "01_small has no exercise triple. There are: double." in none.output


# --- the real topics --------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_every_mark_of_a_real_topic_fits_a_mutant_and_gives_a_reason(topic: Topic) -> None:
    release = read_release(topic.release)
    cells = {cell.name: cell for cell in learner_cells(reader.read(topic.source.read_bytes()), release)}
    mutants = [m for name, e in exercise_of_cells(release).items() for m in mutants_of(cells[name].source, e)]
    marks = load_equivalent(topic.equivalent)
    assert len(mutants) > 100
    assert [mark.words for mark in marks.marks if not any(mark.fits(mutant) for mutant in mutants)] == []
    assert all(mark.reason.endswith(".") and len(mark.reason) > 20 for mark in marks.marks)
    assert len(marks.marks) < 0.1 * len(mutants), "too many are said to be no mistakes"


def test_a_real_exercise_holds(topic: Topic) -> None:
    audit = try_mutants(topic, SEED, only=["relu"])
    assert audit.holds
    assert audit.survivors == []
    assert len(audit.trials) > 10

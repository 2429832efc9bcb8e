"""Right answers are accepted in any style, and changing an argument in place costs only the small check for it."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from gradwise import exercises

from autograder.authoring.sample_class.answers import answered, read_style
from autograder.authoring.sample_class.students import CLASS
from autograder.core.course import find_course
from autograder.core.outcomes import Outcome
from autograder.core.results import SubmissionResult
from autograder.grading.session import open_grader
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.runnable import learner_cells

from ..conftest import SEED, SLUG

TOPICS = {topic.slug: topic for topic in find_course().topics}
STYLES = [(slug, style) for slug, topic in TOPICS.items() for style in sorted(topic.answers.glob("*.py"))]
FEWEST = {SLUG: 5}  # least number of right answers in different styles for each core exercise; 3 for the other topics

Grade = Callable[[str], SubmissionResult]


@contextmanager
def grading(slug: str) -> Iterator[Grade]:
    with open_grader(TOPICS[slug], SEED) as grader:
        yield lambda source: grader.grade_cells(
            "learner", learner_cells(reader.read(source.encode(), "x.py"), grader.release)
        )


@pytest.fixture(scope="module")
def grade_for() -> Iterator[Callable[[str], Grade]]:
    """Returns the grading function of a topic, made at its first use."""
    with ExitStack() as stack:
        yield cache(lambda slug: stack.enter_context(grading(slug)))


@pytest.fixture
def grade(grade_for: Callable[[str], Grade]) -> Grade:
    return grade_for(SLUG)


def lost(result: SubmissionResult) -> dict[str, str]:
    """Returns the lost checks of attempted exercises, with their messages."""
    return {
        check.name: check.message
        for exercise in result.exercises
        if exercise.outcome is not Outcome.NOT_ATTEMPTED
        for check in exercise.checks
        if check.outcome is not Outcome.PASSED
    }


@pytest.mark.parametrize(("slug", "style"), STYLES, ids=lambda value: getattr(value, "stem", value))
def test_a_right_answer_is_accepted_in_any_style(slug: str, style: Path, grade_for: Callable[[str], Grade]) -> None:
    result = grade_for(slug)(style.read_text())
    assert lost(result) == {}
    attempted = [exercise for exercise in result.exercises if exercise.outcome is not Outcome.NOT_ATTEMPTED]
    assert attempted
    assert all(exercise.points == exercise.max_points for exercise in attempted)


@pytest.mark.parametrize(("slug", "style"), STYLES, ids=lambda value: getattr(value, "stem", value))
def test_a_style_that_is_handed_in_brings_all_its_helpers(slug: str, style: Path) -> None:
    handed_in = answered(read_release(TOPICS[slug].release), *read_style(style))
    code = "\n".join(cell["source"] for cell in handed_in.cells if cell["cell_type"] == "code")
    for node in ast.parse(style.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert re.search(rf"^(def|class) {node.name}\b", code, re.MULTILINE), node.name


@pytest.mark.parametrize("slug", TOPICS)
def test_there_are_several_styles_of_every_core_exercise(slug: str) -> None:
    core = {name for exercise in exercises.of_topic(slug) if not exercise.side for name in exercise.functions}
    texts = [style.read_text() for style in TOPICS[slug].answers.glob("*.py")]
    for name in core:
        pieces = {_piece(text, name) for text in texts} - {""}
        assert len(pieces) >= FEWEST.get(slug, 3), name


def _piece(text: str, name: str) -> str:
    """Returns the structure of a definition: without spaces, comments, docstrings and names of variables."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return ast.dump(_Renamed().visit(node))
    return ""


class _Renamed(ast.NodeTransformer):
    """Numbers the names of variables and arguments in order of appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {"np": "np"}

    def _number(self, name: str) -> str:
        return self._names.setdefault(name, f"v{len(self._names)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._number(node.id))

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._number(node.arg))

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def test_other_names_and_remarks_make_no_other_style() -> None:
    doubling = 'def f(x, a):\n    """Doubles."""\n    y = 2 * x  # twice\n    return y + a\n'
    assert _piece(doubling, "f") == _piece("def f(z, b):\n    out = 2*z\n    return out + b\n", "f")
    assert _piece(doubling, "f") != _piece("def f(z, b):\n    return 2 * z + b\n", "f")


IN_PLACE = """
import numpy as np
def relu(x):
    x[x < 0] = 0
    return x
def relu_backward(dout, x):
    dout *= x > 0
    return dout
def leaky_relu(x, a=0.01):
    x[x <= 0] = a * x[x <= 0]
    return x
"""


def test_changing_the_argument_loses_only_the_contract(grade: Grade) -> None:
    result = grade(IN_PLACE)
    by_name = {exercise.exercise: exercise for exercise in result.exercises}
    assert set(lost(result)) - {"test_leaky_relu_integers"} == {
        "test_relu_contract",
        "test_relu_backward_contract",
        "test_leaky_relu_contract",
        *(check.name for check in by_name["leaky_relu"].checks if "grad" in check.name),
    }
    assert by_name["relu"].points > 0.85 * by_name["relu"].max_points
    assert "writes into its first argument" in lost(result)["test_relu_contract"]


OTHER_RETURNS = """
import numpy as np
def dead_fraction(H): return np.array((H <= 0).all(0).sum() / H.shape[1])
def softmax_cross_entropy(Z, y):
    Z = Z - Z.max(1, keepdims=True)
    p = np.exp(Z); p /= p.sum(1, keepdims=True)
    loss = np.mean(np.log(np.exp(Z).sum(1)) - Z[np.arange(len(y)), y])
    p[np.arange(len(y)), y] -= 1
    return [np.array(loss), p / len(y)]
def sigmoid(x):
    e = np.exp(-abs(x))
    return (np.where(x >= 0, 1, e) / (1 + e)).tolist()
"""


def test_numbers_arrays_and_lists_that_are_right_are_right(grade: Grade) -> None:
    lost_checks = lost(grade(OTHER_RETURNS))
    assert lost_checks.pop("test_sigmoid_contract") == "It returns a list; the next layer needs an array."
    assert not [name for name in lost_checks if not name.startswith(("test_sigmoid_grad", "test_tanh_grad"))]


def test_the_sample_class_has_about_thirty_of_every_kind() -> None:
    assert 28 <= len(CLASS) <= 36
    assert len({student.name for student in CLASS}) == len(CLASS)
    assert len({student.style for student in CLASS if not student.wrong}) >= 6
    assert sum(bool(student.wrong) for student in CLASS) >= 8
    assert len({student.damage for student in CLASS}) >= 9

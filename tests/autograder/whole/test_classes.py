"""Exercises that ask for a class: release, repair, sample answers, and diagnosis by attributes."""

from collections.abc import Iterator

import pytest

from autograder.authoring.sample_class.answers import answered, read_style, write_cell, wrong_answers
from autograder.authoring.sample_class.students import _first
from autograder.core.cell import Cell
from autograder.core.course import Topic, find_course
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.results import ExerciseResult
from autograder.grading.behaviour import same
from autograder.grading.grader import Grader
from autograder.grading.session import open_grader
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.repair import repair
from autograder.notebooks.source import write_source
from autograder.sandbox.wire.types import Handle

from ...conftest import SEED, Submit

EXERCISE = "batch_norm"  # the class of 03_batch_norm


@pytest.fixture(scope="module")
def layered() -> Topic:
    """A topic with a class among its exercises."""
    topic = find_course().topic("03_batch_norm")
    write_source(topic)
    return topic


@pytest.fixture(scope="module")
def grader(layered: Topic) -> Iterator[Grader]:
    with open_grader(layered, SEED) as opened:
        yield opened


def graded(grader: Grader, source: str) -> ExerciseResult:
    """Grades a learner's class in a notebook whose other answers are right."""
    (result,) = grader.grade_cells("learner", [*grader.solution, Cell("own", source)], [EXERCISE]).exercises
    return result


# --- release, repair, sample class ------------------------------------------------------------------


def test_a_released_class_has_its_methods_and_no_answer(layered: Topic) -> None:
    given = read_release(layered.release).structure["write_batch_norm"]["source"]
    assert given.count("def __") == given.count("raise NotImplementedError") == 2
    assert "def __init__(self, num_features, eps=1e-5, momentum=0.1):" in given


def test_a_class_that_is_not_written_is_not_attempted(grader: Grader) -> None:
    stub = grader.release.structure["write_batch_norm"]["source"]
    assert graded(grader, stub).outcome is Outcome.NOT_ATTEMPTED


def test_a_sample_answer_may_be_a_class(layered: Topic, grader: Grader) -> None:
    helpers, functions = read_style(layered.answers / "inherited.py")
    handed_in = answered(grader.release, helpers, functions)
    assert "class BatchNorm(_Affine)" in write_cell(handed_in, EXERCISE)["source"]
    result = grader.grade("learner", repair(handed_in, grader.release))
    assert result.score == result.max_score
    assert set(_first(functions, grader.release.cells, 4)) == {
        "bn_forward_train", "update_running", "bn_eval", "BatchNorm"
    }  # fmt: skip


def test_a_sample_misconception_may_be_a_class_and_loses_its_sentence(layered: Topic, grader: Grader) -> None:
    answer = wrong_answers(layered, ("layer-last-batch",))["BatchNorm"]
    assert answer.startswith("class BatchNorm:\n")
    assert '"""' not in answer
    assert graded(grader, answer).diagnoses[0].misconception == "layer-last-batch"


def test_a_class_that_was_split_between_its_methods_is_one_again(layered: Topic, grader: Grader) -> None:
    helpers, functions = read_style(layered.answers / "vectors.py")
    handed_in = answered(grader.release, helpers, functions)
    cell = write_cell(handed_in, EXERCISE)
    head, tail = cell["source"].split("    def __call__")
    cell["source"] = head
    rest = reader.code_cell(f"    def __call__{tail}", "rest")
    handed_in.cells.insert(handed_in.cells.index(cell) + 1, rest)
    result = grader.grade("learner", repair(handed_in, grader.release))
    assert result.score == result.max_score


# --- diagnosis --------------------------------------------------------------------------------------

# A layer as somebody else would write it, with one mistake to fill in.
LAYER = """
class BatchNorm:
    def __init__(self, d, e=1e-5, m=0.1):
        self.e, self.m = e, m
        self.gamma, self.running_var, self.beta, self.running_mean = np.ones(d), np.ones(d), np.zeros(d), np.zeros(d)
        self.training = True

    def __call__(self, A):
        if self.training:
            if A.shape[0] < 2:
                raise ValueError
            m, v = A.mean(0), A.var(0)
            LEARN
        else:
            m, v = self.running_mean, self.running_var
        return self.gamma * (A - m) / np.sqrt(v + self.e) + self.beta
"""
RIGHT = "self.running_mean, self.running_var = update_running(self.running_mean, self.running_var, A, self.m)"


@pytest.mark.parametrize(
    ("learn", "name"),
    [
        ("pass", "layer-never-updated"),
        ("self.running_mean, self.running_var = m, v", "layer-last-batch"),
        (RIGHT.replace("self.m)", "1 - self.m)"), "layer-momentum-of-old"),
        (f"{RIGHT}; m, v = self.running_mean, self.running_var", "layer-trains-by-memory"),
    ],
)
def test_a_mistake_in_a_class_is_recognised_in_another_style(grader: Grader, learn: str, name: str) -> None:
    assert graded(grader, LAYER.replace("LEARN", RIGHT)).diagnoses == ()
    assert [diagnosis.misconception for diagnosis in graded(grader, LAYER.replace("LEARN", learn)).diagnoses] == [name]


def test_a_look_at_an_attribute_is_written_down(submit: Submit) -> None:
    submission = submit("class A:\n    def __init__(self):\n        self.w = 2.0")
    thing = submission.new("A")
    assert thing.get("w") == 2.0
    with pytest.raises(StudentProblem):
        thing.get("nothing")
    calls = [(seen.function, seen.reply is None) for seen in submission.observations]
    assert calls == [("A", False), ("A.w", False), ("A.nothing", True)]


def test_held_objects_are_alike_whatever_was_held_before() -> None:
    assert same(Handle(3), Handle(7))
    assert not same(Handle(3), 3.0)

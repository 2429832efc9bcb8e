"""The same submission, seed and version give the same result to the byte: often, in any order, on any worker."""

import json
import random
from dataclasses import replace

import pytest

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.batch.executors import grade_all
from autograder.core.course import Topic
from autograder.core.results import SubmissionResult
from autograder.grading.session import Graded, Task
from autograder.sandbox import levels

from ..conftest import SEED

# Uses random draws, the clock and addresses in memory; each check must be passed or lost all the same.
UNSTEADY = """
import time
def sigmoid(x): return 1 / (1 + np.exp(-x)) + 1e-3 * np.random.default_rng().normal(size=np.shape(x))
def leaky_relu(x, negative_slope=0.01): return x * time.time()
def dead_fraction(H): return float(id(H))
def relu(x): return np.maximum(x, 0) + np.empty(np.shape(x)) * 0
"""


STUDENTS = ("ada", "greta", "sven", "anouk")  # right, and wrong or damaged in several ways


def text_of(graded: Graded) -> str:
    """Returns a result without its time and memory as text; of `unsteady` only the outcome of each check."""
    result: SubmissionResult = replace(graded.result, seconds=0.0, memory=0)
    if result.student == "unsteady":
        return str([[str(check.outcome) for check in exercise.checks] for exercise in result.exercises])
    return json.dumps(result.to_json()) + graded.notebook.to_json()


def tasks_of(topic: Topic) -> list[Task]:
    wanted = [student for student in CLASS if student.name in STUDENTS]
    good = [Task(student.name, f"{topic.slug}.ipynb", submission(topic, student)) for student in wanted]
    return [*good, Task("unsteady", "a.py", f"import numpy as np\n{UNSTEADY}".encode())]


def graded(topic: Topic, tasks: list[Task], workers: int) -> dict[str, set[str]]:
    texts: dict[str, set[str]] = {}
    for entry in grade_all(topic, tasks, SEED, workers):
        texts.setdefault(entry.result.student, set()).add(text_of(entry))
    return texts


def test_in_any_order_and_by_any_number_of_workers(topic: Topic) -> None:
    tasks = tasks_of(topic)
    first = graded(topic, tasks, 1)
    for workers, seed in ((1, 1), (2, 2)):
        shuffled = random.Random(seed).sample(tasks * 2, 2 * len(tasks))
        assert graded(topic, shuffled, workers) == first
    assert {len(texts) for texts in first.values()} == {1}


def test_again_and_again(topic: Topic, fuzz: int) -> None:
    """Takes up to 10 seconds: two submissions are graded twenty times each."""
    tasks = [task for task in tasks_of(topic) if task.student in ("greta", "unsteady")]
    results = graded(topic, tasks * 20 * fuzz, 1)
    assert {student: len(texts) for student, texts in results.items()} == {"greta": 1, "unsteady": 1}


def test_in_every_sandbox(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for level in levels.available():
        monkeypatch.setattr(levels._Chosen, "name", level)
        results.append(graded(topic, tasks_of(topic)[1:], 1))
    assert all(result == results[0] for result in results)

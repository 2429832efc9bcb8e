"""Many submissions: puts the checks of a topic to one after another, in several processes if there are cores."""

from collections.abc import Iterable, Iterator
from functools import partial

from autograder.core.course import Topic
from autograder.grading import pool
from autograder.grading.session import Graded, Task, grade_one


def grade_all(topic: Topic, tasks: Iterable[Task], seed: str, workers: int) -> Iterator[Graded]:
    """Grades submissions of one topic. Results come as they are ready; tasks are asked for as they are needed.

    Raises:
        GraderFault: nothing more can be graded; the text says why.
    """
    if workers == 1:
        yield from (grade_one(topic, seed, task) for task in tasks)
        return
    yield from pool.spread(workers, partial(grade_one, topic, seed), tasks)

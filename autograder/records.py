"""The results of each topic as they stand in the gradebook: what marks are compared with, and reports are made of."""

import json
from collections.abc import Iterable

from .course import Course, Topic, UsageError
from .files import write_whole
from .results import SubmissionResult, submission_from_json
from .submissions import Batch


def load(course: Course, topic: Topic) -> dict[str, SubmissionResult]:
    """The results by student; none if the topic has not been graded.

    Raises:
        UsageError: the file that holds them is damaged.
    """
    path = course.build / "results" / f"{topic.slug}.json"
    try:
        results = [submission_from_json(tree) for tree in json.loads(path.read_text("utf-8"))]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is damaged. Delete it, and grade {topic.slug} again.") from None
    return {result.student: result for result in results}


def save(
    course: Course, batch: Batch, earlier: dict[str, SubmissionResult], results: Iterable[SubmissionResult]
) -> None:
    """Keeps new results, and earlier ones of students who were not graded this time."""
    merged = {**earlier, **{result.student: result for result in results}}
    path = course.build / "results" / f"{batch.topic.slug}.json"
    trees = [merged[student].to_json() for student in sorted(merged) if student in batch.everyone]
    write_whole(path, json.dumps(trees, ensure_ascii=False))


def choose(batch: Batch, earlier: dict[str, SubmissionResult], students: tuple[str, ...], failed_only: bool) -> None:
    """Leaves in a batch the jobs of these students (if any are named), or of those who lost points last time.

    Raises:
        UsageError: a student has submitted nothing, or nothing has been graded yet.
    """
    if missing := [student for student in students if student not in batch.everyone]:
        raise UsageError(f"There is no submission of {', '.join(missing)} for {batch.topic.slug}.")
    if students:
        batch.jobs = [job for job in batch.jobs if job.student in students]
    if failed_only:
        if not earlier:
            raise UsageError(f"--failed-only needs earlier results: grade {batch.topic.slug} once without it.")
        lost = {student for student, result in earlier.items() if result.score < result.max_score}
        batch.jobs = [job for job in batch.jobs if job.student in lost]

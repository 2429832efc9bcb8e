"""The command ``autograder grade``."""

import sys
from pathlib import Path
from typing import Any

import click

from autograder.batch import history
from autograder.batch.discover import Batch, LeftOut, find_batches
from autograder.batch.run import Options, Run, begin_early
from autograder.core.course import Course, course_seed
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.notebooks.foreign import doubt

from .common import (
    INCOMPLETE,
    alone,
    find_course,
    guarded,
    must_be_writable,
    no_wait,
    progress,
    quiet_if,
    sandbox,
    say,
    warn,
    write_json,
)
from .stopping import STOPPED, Stop, stoppable
from .tables import ChangesTable, ClassTable

_STOPPED_EARLY = "Stopped. What was graded is kept, and the gradebook is as it was: run the same again to go on."
_STOPPED_LATE = "Stopped while the gradebook was being written: run the same again to write the rest."


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="TOPIC|FOLDER|FILE...")
@click.option("--assignment", metavar="TOPIC", help="The topic that loose files belong to.")
@click.option("--json", "json_path", metavar="FILE", help="Also write the results as JSON; - for the standard output.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes grade; by default one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler, tcp://host:8786.")
@click.option("--student", "students", multiple=True, metavar="NAME", help="Only this student; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="Grade at most so many; the rest is left for another time.")
@click.option("--failed-only", is_flag=True, help="Only those who lost points when they were graded last.")
@click.option("--fresh", is_flag=True, help="Grade again what is known already.")
@click.option("--dry-run", is_flag=True, help="Show whose mark would change, and write nothing into the gradebook.")
@no_wait
@sandbox
@guarded
def grade(
    what: tuple[str, ...],
    assignment: str | None,
    json_path: str | None,
    seed: str | None,
    students: tuple[str, ...],
    failed_only: bool,
    no_wait: bool,
    **options: Any,
) -> None:
    """Grades a topic's submitted folder, a folder like it, notebooks, or Python files.

    Of a course's own submissions the gradebook and the autograded notebooks are written too. What was graded
    before is not graded again unless it, or the grader, has changed.
    """
    course = find_course()
    must_be_writable(json_path)
    if seed == "":
        raise UsageError("--seed is empty: leave it out to use the course's own secret.")
    trees: list[dict[str, Any]] = []
    complete = True
    with quiet_if(json_path == "-"), stoppable() as stop, alone(course, what, no_wait=no_wait):
        _say_what_was_taken(course, what)
        how = Options(seed or course_seed(course), **options)
        begin_early(course, what, how)
        for batch in find_batches(course, what, assignment):
            earlier = history.load_points(course, batch.topic) if batch.own else {}
            history.choose(batch, earlier, students, failed_only)
            results = _grade_batch(course, batch, how, stop, with_trees=json_path is not None)
            trees += sorted(results, key=lambda tree: tree["student"])
            for left in batch.left_out:
                warn(f"Not graded: {left.sentence}")
                trees.append({"student": left.student, "assignment": batch.topic.slug, "not_graded": left.sentence})
                complete = False
            for left in batch.doubtful:
                warn(f"Graded as it is, with nothing in it: {for_sentence(left.student)}. {left.sentence}")
                complete = False
    if json_path is not None:
        write_json(trees, json_path)
    if not complete:
        sys.exit(INCOMPLETE)


def _grade_batch(course: Course, batch: Batch, how: Options, stop: Stop, *, with_trees: bool) -> list[dict[str, Any]]:
    """Grades the submissions of a topic, and prints the table of points and the changed marks.

    Returns:
        The results as JSON; empty without `with_trees`, for a class may be large.
    """
    table, trees = ClassTable(), []
    run, publishing = Run(course, batch, how, warn), False
    try:
        for result in progress(run.results(), batch.topic.slug, "submission", len(batch.jobs)):
            stop.heed()
            remarks = batch.remarks.get(result.student, ())
            table.add(result, remarks)
            wrong = doubt(result.repairs)
            if wrong:
                batch.doubtful.append(LeftOut(result.student, wrong))
            if with_trees:
                trees.append({**result.to_json(), "remarks": list(remarks), "doubt": wrong})
        stop.heed()
        publishing = True
        run.publish()  # before anything is printed: the output may be closed, or full
        changes = ChangesTable(run.before, run.after)
        trees = [{**tree, **changes.of(tree["student"])} for tree in trees]
    except KeyboardInterrupt:
        warn(_STOPPED_LATE if publishing else _STOPPED_EARLY)
        sys.exit(STOPPED)
    finally:
        run.close()
    for left in batch.left_out:
        table.leave_out(left.student, left.sentence)
    say(str(table))
    if batch.own and str(changes):
        say(str(changes))
    if run.left:
        say(f"  {run.left} left for another time.")
    return trees


def _say_what_was_taken(course: Course, what: tuple[str, ...]) -> None:
    """Says that a topic is graded, where a word of the command names a folder of the working directory, too."""
    for topic in course.topics:
        if topic.slug in what and Path(topic.slug).exists():
            warn(
                f"{topic.slug} is the topic, with all that was submitted for it. There is a folder of that name here, "
                f"too; to grade that one: autograder grade ./{topic.slug}"
            )

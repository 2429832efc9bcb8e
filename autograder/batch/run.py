"""One run of the grader: what is known already is not graded again, and every result is kept as it comes."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from autograder.core.course import Course
from autograder.core.files import digest
from autograder.core.results import SubmissionResult, exercise_from_json
from autograder.gradebook import state
from autograder.notebooks.reader import load
from autograder.notebooks.release import read_release

from .cache import Store
from .discover import Batch, Job
from .fingerprint import Digests
from .history import Record

if TYPE_CHECKING:
    from autograder.gradebook.writer import Books
    from autograder.grading.session import Graded, Task

FEW = 3  # submissions that are not worth a second process


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        seed: the course secret.
        workers: the number of processes; none: one a core.
        fresh: whether to grade again what is known.
        dry_run: whether to leave the gradebook as it is.
        limit: the most submissions to grade; what is known does not count.
        scheduler: the address of a Dask cluster that grades; none: this machine.
    """

    seed: str
    workers: int | None = None
    fresh: bool = False
    dry_run: bool = False
    limit: int | None = None
    scheduler: str | None = None


def begin_early(course: Course, what: tuple[str, ...], options: Options) -> None:
    """Starts the worker template early if some topic has never been graded.

    It imports PyTorch while this process imports nbgrader.
    """
    topics = [topic for topic in course.topics if topic.slug in what]
    if options.workers == 1 or options.scheduler is not None:
        return
    if any(not state.load(course, topic).submitted for topic in topics):
        from autograder.grading.pool import begin_to_load

        begin_to_load()


@dataclass(frozen=True)
class _Keys:
    """Under what a submission is kept: all of it, and each exercise; and a digest of the files beside it."""

    submission: str
    exercises: dict[str, str]
    beside: str

    @property
    def page(self) -> str:
        """What its autograded folder is made from."""
        return digest(self.submission, *self.exercises.values(), self.beside)


@dataclass(frozen=True)
class _Todo:
    """A submission that is to be graded, with what is known of it already."""

    job: Job
    keys: _Keys
    data: bytes
    known: SubmissionResult | None


class Run:
    """The submissions of one topic. They are read, graded and written one by one: a class may be of any size.

    Attributes:
        left: how many were left for another time, because of a limit.

    Args:
        course: whose store and gradebook are used.
        batch: what to grade.
        options: how.
        warn: takes the sentence of a warning.
    """

    def __init__(self, course: Course, batch: Batch, options: Options, warn: Callable[[str], None]) -> None:
        self._course, self._topic, self._batch, self._options = course, batch.topic, batch, options
        self._warn = warn
        self.left = 0
        self._writes = batch.own and not options.dry_run
        self._store = Store(course.build / "results" / "store.db", warn)
        self._digests = Digests(batch.topic, self._store)
        self._exercises = list(read_release(batch.topic.release).points)
        self._state = state.load(course, batch.topic)
        self._rows_hold = self._state.rows == state.rows_digest(self._state.database, batch.topic.slug) != ""
        self._record = Record(course, batch.topic) if self._writes else None
        self._books: Books | None = None

    def results(self) -> Iterator[SubmissionResult]:
        """Every result, as it is there; what is known and written is not graded again.

        Raises:
            GraderFault: nothing more can be graded.
        """
        sorted_out = self._sorted_out()
        first: list[_Todo] = []
        for one in sorted_out:
            if isinstance(one, SubmissionResult):
                yield one
            else:
                first.append(one)
                if len(first) > FEW:
                    break
        if first:
            yield from self._grade(chain(first, sorted_out), len(first))

    def publish(self) -> None:
        """Writes the gradebook, the autograded notebooks and the record of what was graded, if it is to be written."""
        if self._books is not None:
            self._books.publish()
        if self._record is not None:
            self._record.publish(self._batch.everyone)

    def close(self) -> None:
        """Ends the run; what was not published is thrown away."""
        if self._books is not None:
            self._books.discard()
        if self._record is not None:
            self._record.close()
        self._store.close()

    def _sorted_out(self) -> "Iterator[SubmissionResult | _Todo]":
        """For each submission its result, or that it must be graded."""
        started = 0
        for job in self._batch.jobs:
            if (data := self._read(job)) is None:
                self._batch.left_out.append(f"{job.path} cannot be read.")
                continue
            keys = self._keys(job, data)
            known = None if self._options.fresh else self._known(job, keys)
            if known is not None and len(known.exercises) == len(self._exercises) and self._is_written(job, keys):
                if self._record is not None:
                    self._record.keep(known)
                yield known
            elif self._options.limit is None or started < self._options.limit:
                started += 1
                yield _Todo(job, keys, data, known)
            else:
                self.left += 1

    def _grade(self, sorted_out: "Iterator[SubmissionResult | _Todo]", least: int) -> Iterator[SubmissionResult]:
        """Grades what must be; other results are passed on.

        Args:
            sorted_out: both.
            least: how many submissions there are to grade, at least.
        """
        from autograder.grading.session import Task
        from autograder.notebooks.source import (
            write_source,  # what grades takes seconds to import, and often there is nothing to do
        )

        write_source(self._topic)
        if self._writes:
            from autograder.gradebook.writer import Books

            self._books = Books(self._course, self._topic)
            self._books.discard()  # what a run that was killed had put aside
        passed_on: deque[SubmissionResult] = deque()
        running: dict[str, tuple[Job, _Keys]] = {}

        def tasks() -> Iterator[Task]:
            for one in sorted_out:
                if isinstance(one, SubmissionResult):
                    passed_on.append(one)
                else:
                    running[one.job.student] = one.job, one.keys
                    yield Task(one.job.student, one.job.path.name, one.data, one.known)

        for graded in self._graded(tasks(), least):
            job, keys = running.pop(graded.result.student)
            self._keep(keys, graded.result)
            if self._books is not None and self._record is not None:
                self._books.stage(job.student, graded.notebook, job.path.parent, keys.page)
                self._record.add(graded.result)
            yield graded.result
            while passed_on:
                yield passed_on.popleft()
        yield from passed_on

    def _graded(self, tasks: "Iterator[Task]", least: int) -> "Iterator[Graded]":
        if self._options.scheduler is not None:
            from .executors import grade_on

            return grade_on(self._options.scheduler, self._topic, tasks, self._options.seed)
        from autograder.grading.pool import cores
        from autograder.sandbox import levels

        from .executors import grade_all

        self._warn(levels.announcement())
        workers = self._options.workers or (len(cores()) if least > FEW else 1)
        return grade_all(self._topic, tasks, self._options.seed, workers)

    # --- what is known ---

    def _read(self, job: Job) -> bytes | None:
        try:
            return load(job.path)
        except OSError:
            return None

    def _keys(self, job: Job, data: bytes) -> _Keys:
        submission = self._digests.of_submission(job.path.name, data, self._options.seed)
        return _Keys(
            submission,
            {exercise: self._digests.of_exercise(exercise, submission) for exercise in self._exercises},
            digest(*self._beside(job)) if self._writes else "",
        )

    def _beside(self, job: Job) -> list[str]:
        """The files that were submitted with a notebook; they go into the autograded folder, too."""
        files = (path for path in sorted(job.path.parent.rglob("*")) if path.is_file() and path != job.path)
        return [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]

    def _known(self, job: Job, keys: _Keys) -> SubmissionResult | None:
        found = self._store.get([keys.submission, *keys.exercises.values()])
        try:
            about = found[keys.submission]
            exercises = tuple(
                exercise_from_json(exercise, found[key]) for exercise, key in keys.exercises.items() if key in found
            )
            problems = tuple((cell, message) for cell, message in about["cell_problems"])
            repairs = tuple(about["repairs"])
            return SubmissionResult(
                job.student, self._topic.slug, exercises, about["seconds"], about["memory"], repairs, problems
            )
        except KeyError:
            return None

    def _keep(self, keys: _Keys, result: SubmissionResult) -> None:
        values: dict[str, object] = {keys.exercises[one.exercise]: one.to_json() for one in result.exercises}
        values[keys.submission] = {
            "seconds": result.seconds,
            "memory": result.memory,
            "repairs": result.repairs,
            "cell_problems": result.cell_problems,
        }
        self._store.put(values)

    def _is_written(self, job: Job, keys: _Keys) -> bool:
        """Whether the gradebook and the autograded notebook need nothing."""
        return not self._writes or (self._rows_hold and state.is_written(self._state, job.student, keys.page))

"""One run of the grader: known results are not computed again, and each new result is kept at once."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from autograder.core.course import Course
from autograder.core.files import digest
from autograder.core.folders import contents
from autograder.core.media import for_sentence
from autograder.core.outcomes import GraderFault
from autograder.core.results import SubmissionResult, exercise_from_json
from autograder.gradebook import state
from autograder.notebooks.release import read_release
from autograder.notebooks.unpacking import load

from .attempts import Attempts
from .cache import Store
from .discover import Batch, Job, LeftOut
from .fingerprint import Digests
from .history import Record

if TYPE_CHECKING:
    from autograder.gradebook.marks import Mark
    from autograder.gradebook.writer import Books
    from autograder.grading.session import Graded, Task

FEW = 3  # up to so many submissions are graded in one process


@dataclass(frozen=True)
class Options:
    """Options of a run.

    Attributes:
        seed: the course secret.
        workers: the number of processes; None for one a core.
        fresh: whether to grade again submissions whose results are known.
        dry_run: whether to leave the gradebook as it is.
        limit: the most submissions to grade, not counting known results; None for no limit.
        scheduler: the address of a Dask scheduler; None to grade on this machine.
    """

    seed: str
    workers: int | None = None
    fresh: bool = False
    dry_run: bool = False
    limit: int | None = None
    scheduler: str | None = None


def begin_early(course: Course, what: tuple[str, ...], options: Options) -> None:
    """Starts the worker template early if some topic has never been graded.

    It imports what workers need while this process imports nbgrader.
    """
    topics = [topic for topic in course.topics if topic.slug in what]
    if options.workers == 1 or options.scheduler is not None:
        return
    if any(not state.load(course, topic).submitted for topic in topics):
        from autograder.grading.kept_answers import are_kept
        from autograder.grading.workers import begin_to_load

        begin_to_load(pytorch=not all(are_kept(topic, options.seed) for topic in topics))


@dataclass(frozen=True)
class _Keys:
    """The keys of a submission's results in the store.

    Attributes:
        submission: the key of what is known of the submission as a whole.
        exercises: the key of each exercise's result.
        beside: a digest of the files that were submitted with the notebook.
    """

    submission: str
    exercises: dict[str, str]
    beside: str

    @property
    def page(self) -> str:
        """A digest of all that the autograded folder is made from."""
        return digest(self.submission, *self.exercises.values(), self.beside)


@dataclass(frozen=True)
class _Todo:
    """A submission that is to be graded, with the results that are known already."""

    job: Job
    keys: _Keys
    data: bytes
    known: SubmissionResult | None


class Run:
    """The submissions of one topic. They are read, graded and written one by one: a class may be of any size.

    Attributes:
        left: the number of submissions that the limit leaves for another run.
        before: the marks in the gradebook before this run; empty if the run changes none.
        after: the marks after it, or after the run that a dry run stands for.

    Args:
        course: the course that keeps the store and the gradebook.
        batch: the submissions to grade.
        options: how to grade them.
        warn: is called with the sentence of a warning.
        given: results by student of those that were graded already, by the service.
    """

    def __init__(
        self,
        course: Course,
        batch: Batch,
        options: Options,
        warn: Callable[[str], None],
        given: Mapping[str, SubmissionResult] | None = None,
    ) -> None:
        self._course, self._topic, self._batch, self._options = course, batch.topic, batch, options
        self._warn, self._given, self._attempts = warn, given or {}, Attempts(course, batch.topic)
        self.left = 0
        self.before: dict[str, Mark] = {}
        self.after: dict[str, Mark] = {}
        self._points: dict[str, dict[str, float]] = {}  # of a dry run
        self._writes = batch.own and not options.dry_run
        self._exercises = list(read_release(batch.topic.release).points)
        self._state = state.load(course, batch.topic)
        self._rows_hold = self._state.rows == state.rows_digest(self._state.database, batch.topic.slug) != ""
        self._record = Record(course, batch.topic) if self._writes else None
        self._books: Books | None = None
        self._store = Store(course.build / "results" / "store.db", warn)
        try:
            self._digests = Digests(batch.topic, self._store)
        except BaseException:  # without a run nobody closes it
            self._store.close()
            raise

    def results(self) -> Iterator[SubmissionResult]:
        """Yields the results as they are ready; a submission whose result is known and written is not graded again.

        Raises:
            GraderFault: nothing more can be graded.
        """
        for result in self._results():
            if self._batch.own and self._options.dry_run:
                self._points[result.student] = {exercise.exercise: exercise.points for exercise in result.exercises}
            yield result

    def _results(self) -> Iterator[SubmissionResult]:
        sorted_out = self._sorted_out()
        first: list[_Todo] = []
        for entry in sorted_out:
            if isinstance(entry, SubmissionResult):
                yield entry
            else:
                first.append(entry)
                if len(first) > FEW:
                    break
        if first:
            yield from self._grade(chain(first, sorted_out), len(first))

    def publish(self) -> None:
        """Writes the gradebook, the autograded notebooks and the results, unless it is a dry run or another folder."""
        if self._books is not None:
            from autograder.gradebook.marks import marks

            self.before = marks(self._course, self._topic)
            self._books.publish()
            self.after = marks(self._course, self._topic)
        if self._points:
            self._project()
        if self._record is not None:
            self._record.publish(self._batch.everyone)

    def _project(self) -> None:
        """Finds out which marks a dry run would change."""
        from autograder.gradebook.marks import NewPoints, marks, projected

        folders = {job.student: job.path.parent for job in self._batch.jobs}
        graded = [NewPoints(student, points, folders[student]) for student, points in self._points.items()]
        self.before = marks(self._course, self._topic)
        self.after = {**self.before, **projected(self._course, self._topic, graded)}

    def close(self) -> None:
        """Ends the run, and deletes what was not published."""
        if self._books is not None:
            self._books.discard()
        if self._record is not None:
            self._record.close()
        self._store.close()

    def _sorted_out(self) -> "Iterator[SubmissionResult | _Todo]":
        """Yields for each submission its known result, or a `_Todo` if it must be graded."""
        started = 0
        for job in self._batch.jobs:
            try:
                data = load(job.path)
                keys = self._keys(job, data)
            except OSError:
                self._leave_out(job, "cannot be read.")
                continue
            except Exception as error:  # whatever a learner submits stops nobody else's grading
                self._leave_out(job, f"cannot be read: it raises {type(error).__name__} in the grader.")
                continue
            known = None if self._options.fresh else self._given.get(job.student) or self._known(job, keys)
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
        """Grades the submissions that must be, and passes the known results on.

        Args:
            sorted_out: known results, and submissions to grade.
            least: a lower bound on the number of submissions to grade.
        """
        from autograder.grading.session import Task
        from autograder.notebooks.source import write_source  # here, for it takes seconds, and often is not needed

        write_source(self._topic)
        if self._writes:
            from autograder.gradebook.writer import Books

            self._books = Books(self._course, self._topic)
            self._books.discard()  # notebooks that a killed run had staged
        passed_on: deque[SubmissionResult] = deque()
        running: dict[str, tuple[Job, _Keys]] = {}

        def tasks() -> Iterator[Task]:
            for entry in sorted_out:
                if isinstance(entry, SubmissionResult):
                    passed_on.append(entry)
                else:
                    running[entry.job.student] = entry.job, entry.keys
                    secret = self._attempts.secret(self._options.seed, entry.job.student, entry.data)
                    yield Task(entry.job.student, entry.job.path.name, entry.data, entry.known, secret)

        for graded in self._graded(tasks(), least):
            job, keys = running.pop(graded.result.student)
            self._keep(keys, graded.result)
            if self._staged(job, keys, graded):
                yield graded.result
            while passed_on:
                yield passed_on.popleft()
        yield from passed_on

    def _staged(self, job: Job, keys: _Keys, graded: "Graded") -> bool:
        """Prepares a graded notebook for the gradebook, if there is one. Returns False if that cannot be done."""
        if self._books is None or self._record is None:
            return True
        try:
            sentences = self._books.stage(job.student, graded.notebook, job.path.parent, keys.page)
        except (OSError, GraderFault):  # of the disk, or of the course: it would meet everybody
            raise
        except Exception as error:
            self._leave_out(job, f"cannot be written into the books: it raises {type(error).__name__} there.")
            return False
        for sentence in sentences:
            self._warn(sentence)
        self._record.add(graded.result)
        return True

    def _graded(self, tasks: "Iterator[Task]", least: int) -> "Iterator[Graded]":
        if self._options.scheduler is not None:
            from .executors import grade_on

            return grade_on(self._options.scheduler, self._topic, tasks, self._options.seed)
        from autograder.grading.workers import cores, why_one_process
        from autograder.sandbox import levels

        from .executors import grade_all

        self._warn(levels.announcement())
        workers = self._options.workers or (len(cores()) if least > FEW else 1)
        if workers > 1 and (reason := why_one_process()):
            self._warn(f"Grading in one process, which takes longer: {reason}")
            workers = 1
        return grade_all(self._topic, tasks, self._options.seed, workers)

    # --- known results ---

    def _leave_out(self, job: Job, reason: str) -> None:
        self._batch.left_out.append(LeftOut(job.student, f"{for_sentence(job.path)} {reason}"))

    def _keys(self, job: Job, data: bytes) -> _Keys:
        secret = self._attempts.secret(self._options.seed, job.student, data)
        submission = self._digests.of_submission(job.path.name, data, secret)
        return _Keys(
            submission,
            {exercise: self._digests.of_exercise(exercise, submission) for exercise in self._exercises},
            digest(*self._beside(job)) if self._writes else "",
        )

    def _beside(self, job: Job) -> list[bytes]:
        """Lists the path, size and time of the files beside a notebook, which go into the autograded folder, too."""
        files = (file for file in contents(job.path.parent).files if file.path != job.path)
        return [b"%b %d %d" % (os.fsencode(file.path), file.status.st_size, file.status.st_mtime_ns) for file in files]

    def _known(self, job: Job, keys: _Keys) -> SubmissionResult | None:
        stored = self._store.get([keys.submission, *keys.exercises.values()])
        try:
            about = stored[keys.submission]
            exercises = tuple(
                exercise_from_json(exercise, stored[key]) for exercise, key in keys.exercises.items() if key in stored
            )
            problems = tuple((cell, message) for cell, message in about["cell_problems"])
            repairs = tuple(about["repairs"])
            return SubmissionResult(
                job.student, self._topic.slug, exercises, about["seconds"], about["memory"], repairs, problems
            )
        except KeyError:
            return None

    def _keep(self, keys: _Keys, result: SubmissionResult) -> None:
        values: dict[str, object] = {
            keys.exercises[exercise.exercise]: exercise.to_json() for exercise in result.exercises
        }
        values[keys.submission] = {
            "seconds": result.seconds,
            "memory": result.memory,
            "repairs": result.repairs,
            "cell_problems": result.cell_problems,
        }
        self._store.put(values)

    def _is_written(self, job: Job, keys: _Keys) -> bool:
        """Tells whether the gradebook and the autograded notebook are up to date, or are not written in this run."""
        return not self._writes or (self._rows_hold and state.is_written(self._state, job.student, keys.page))

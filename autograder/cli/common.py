"""Functions that several commands share: exit codes, options, and output."""

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from autograder.batch import history
from autograder.core import lock
from autograder.core.course import Course, Topic
from autograder.core.course import find_course as _find_course
from autograder.core.files import keep_group_rights
from autograder.core.media import for_json, for_sentence, for_terminal
from autograder.core.outcomes import CourseBusy, GraderFault, UsageError
from autograder.core.results import SubmissionResult
from autograder.sandbox.option import sandbox_option

from . import streams
from .stopping import STOPPED

Thing = TypeVar("Thing")

# Exit codes. 0 means that everything was done, whatever the scores; 2 is click's own for a wrong command.
INCOMPLETE = 1
FAULT = 3
BUSY = 4

_AGAIN = "Put that right and run the same again: what was kept until now is not graded twice."


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a command end with a sentence and an exit code, and without a traceback, on an error that it expects.

    These are a wrong command, a fault of the grader, a file that cannot be used, a gradebook that cannot be used,
    and Ctrl-C.
    """

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with _few_files_named():
                return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(for_terminal(str(error))) from None
        except CourseBusy as busy:
            warn(str(busy))
            sys.exit(BUSY)
        except KeyboardInterrupt:
            warn("Stopped.")
            sys.exit(STOPPED)
        except BrokenPipeError:  # whoever read the output has gone, as `head` does
            streams.give_up(sys.stdout)
            sys.exit(INCOMPLETE)
        except GraderFault as fault:
            warn(f"The grader is at fault, not a submission. {fault}")
            sys.exit(FAULT)
        except OSError as error:
            warn(f"{_cannot_use(error)} {_AGAIN}")
            sys.exit(FAULT)
        except Exception as error:
            if not type(error).__module__.startswith("sqlalchemy"):
                raise
            warn(f"The gradebook cannot be used: {getattr(error, 'orig', error)}. {_upgrade(error)}{_AGAIN}")
            sys.exit(FAULT)

    return run


_FEW_FILES = 24  # more than grading one submission needs; with fewer left, almost anything may fail


@contextmanager
def _few_files_named() -> Iterator[None]:
    """Raises the OSError that says so if something fails, whatever it says, and hardly a file can be opened.

    A library may take a file that it cannot open for one that is not there.
    """
    try:
        yield
    except (OSError, CourseBusy, click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        opened: list[int] = []
        try:
            for _ in range(_FEW_FILES):
                opened.append(os.open(os.devnull, os.O_RDONLY))
        except OSError as few:
            raise few from error
        finally:
            for descriptor in opened:
                os.close(descriptor)
        raise


_OF_MACHINE = {
    errno.EMFILE: "This process may not open more files. Raise the limit: ulimit -n 4096.",
    errno.ENFILE: "This machine has too many open files.",
    errno.ENOSYS: "This machine lacks something that grading in several processes needs, such as /dev/shm.",
}


def _cannot_use(error: OSError) -> str:
    """Says which file or what of the machine cannot be used, and why."""
    if error.errno in _OF_MACHINE:
        return f"{_OF_MACHINE[error.errno]} `autograder doctor` looks at all that grading needs."
    if error.filename is None:
        return f"Something of this machine cannot be used: {error.strerror or error or type(error).__name__}."
    return f"{for_sentence(error.filename)} cannot be used: {error.strerror}.{_elsewhere(error)}"


def _elsewhere(error: OSError) -> str:
    """Says what to do if a file of the course may not be written; empty if that is not what is wrong."""
    if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ""
    with suppress(UsageError):
        course = _find_course()
        if course.build in Path(str(error.filename)).absolute().parents:
            return f" {shared_or_copied(course)}"
    return ""


def shared_or_copied(course: Course) -> str:
    """Says what somebody can do who may not write in the course."""
    return (
        "The owner can share the course with your group (`autograder doctor` says how), or work in a copy: "
        f"cp -r {course.root} NEW-FOLDER."
    )


def _upgrade(error: Exception) -> str:
    """Says how to bring an old gradebook up to date, if an error comes from its old tables."""
    old = any(words in str(error).casefold() for words in ("no such column", "no such table", "does not exist"))
    return "It is from another version of nbgrader: run `nbgrader db upgrade` in the course's folder. " if old else ""


sandbox = sandbox_option("What keeps student code in; none is for code that you would run yourself.")


no_wait = click.option(
    "--no-wait", is_flag=True, help="End at once if another command is at work on this course; by default wait for it."
)


def find_course() -> Course:
    """Returns the course. What is written from now on stays writable for a group that shares it."""
    course = _find_course()
    keep_group_rights(course.root)
    return course


@contextmanager
def alone(course: Course, what: tuple[str, ...], *, no_wait: bool) -> Iterator[None]:
    """Is the only command that works on a course. Waits for another one, and says whose it is.

    Args:
        course: the course.
        what: the words of the command, for whoever waits for it.
        no_wait: whether to end at once instead of waiting.

    Raises:
        CourseBusy: another command is at work, and is not to be waited for.
        SystemExit: the course cannot be written; a sentence says what to do.
    """
    words = " ".join([click.get_current_context().command_path, *what])
    with ExitStack() as held:
        try:
            held.enter_context(lock.alone(course.build, for_sentence(words)[:100], warn, wait=not no_wait))
        except OSError as error:
            warn(
                f"{course.build} cannot be written: {error.strerror}. Building and grading write there. "
                + shared_or_copied(course)
            )
            sys.exit(FAULT)
        yield


def graded(course: Course, topic: Topic, *, required: bool) -> list[SubmissionResult]:
    """Returns the results of a topic, whichever way it was graded; an empty list if it has not been graded.

    Raises:
        UsageError: it has not been graded, and the results are required.
    """
    results = list(history.current(course, topic).values())
    if not results and required:
        raise UsageError(f"{topic.slug} has not been graded: run `autograder grade {topic.slug}` first.")
    return results


def topics(course: Course, slugs: tuple[str, ...]) -> list[Topic]:
    """Returns the topics of these names; all topics if no name is given."""
    return [course.topic(slug) for slug in slugs] or course.topics


def write_json(tree: Any, path: str) -> None:
    """Writes plain data as JSON; - is the standard output."""
    if path == "-":
        text = for_json(tree) if streams.shows_unicode(sys.stdout) else json.dumps(tree, indent=1) + "\n"
        click.echo(text, nl=False)
        return
    try:
        Path(path).write_text(for_json(tree), "utf-8")
    except OSError as error:
        raise UsageError(f"{for_sentence(path)} cannot be written: {error.strerror}.") from None


def must_be_writable(path: str | None) -> None:
    """Checks before an hour of grading that the folder of an output file exists.

    Raises:
        UsageError: the folder is missing.
    """
    if path not in (None, "-") and not Path(str(path)).resolve().parent.is_dir():
        raise UsageError(f"{for_sentence(path)} cannot be written: there is no such folder.")


def progress(things: Iterable[Thing], what: str, unit: str, total: int | None = None) -> Iterable[Thing]:
    """Passes the things on one by one; on a terminal it shows a bar with rate and remaining time."""
    if not sys.stderr.isatty():
        return things
    from tqdm import tqdm

    bar: Iterable[Thing] = tqdm(things, desc=what, unit=unit, total=total, leave=False)
    return bar


def say(text: str) -> None:
    """Prints text to the standard output. All output of a command goes through this, `warn` or `write_json`."""
    click.echo(for_terminal(text))


def warn(sentence: str) -> None:
    """Prints a sentence to the standard error, apart from the results. Nothing is lost if nobody can read it."""
    try:
        click.echo(for_terminal(sentence), err=True)
    except OSError:
        streams.give_up(sys.stderr)


def end_with(sentences: list[str]) -> None:
    """Prints what was lost, and ends the command as incomplete if that is anything."""
    for sentence in sentences:
        warn(sentence)
    if sentences:
        sys.exit(INCOMPLETE)


def short(path: Path, course: Course) -> str:
    """Returns a path relative to the course's folder, to be shown."""
    return for_sentence(path.relative_to(course.root))


@contextmanager
def quiet_if(silent: bool) -> Iterator[None]:
    """Sends tables to the standard error if the standard output carries JSON (`silent`)."""
    from contextlib import redirect_stdout

    if not silent:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield

"""Functions that several commands share: exit codes, options, and output."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from autograder.batch import history
from autograder.core.course import Course, Topic
from autograder.core.media import for_json, for_sentence, for_terminal
from autograder.core.outcomes import GraderFault, UsageError
from autograder.core.results import SubmissionResult
from autograder.sandbox import levels
from autograder.sandbox.policy import AUTO, CHOICES

Thing = TypeVar("Thing")

# Exit codes. 0 means that everything was done, whatever the scores; 2 is click's own for a wrong command.
INCOMPLETE = 1
FAULT = 3


_AGAIN = "Put that right and run the same again: what was kept until now is not graded twice."


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a command end with a sentence and an exit code, and without a traceback, on an error that it expects.

    These are a wrong command, a fault of the grader, a file that cannot be used, and a gradebook that cannot be used.
    """

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(for_terminal(str(error))) from None
        except GraderFault as fault:
            warn(f"The grader is at fault, not a submission. {fault}")
            sys.exit(FAULT)
        except OSError as error:
            warn(f"{for_sentence(error.filename or 'The disk')} cannot be used: {error.strerror}. {_AGAIN}")
            sys.exit(FAULT)
        except Exception as error:
            if not type(error).__module__.startswith("sqlalchemy"):
                raise
            warn(f"The gradebook cannot be used: {getattr(error, 'orig', error)}. {_AGAIN}")
            sys.exit(FAULT)

    return run


def _use(context: click.Context, option: click.Parameter, name: str) -> None:
    levels.use(name)


sandbox = click.option(
    "--sandbox",
    type=click.Choice(CHOICES),
    default=AUTO,
    show_default=True,
    envvar=levels.VARIABLE,
    expose_value=False,
    callback=_use,
    help="What keeps student code in; none is for code that you would run yourself.",
)


def graded(course: Course, topic: Topic, *, required: bool) -> list[SubmissionResult]:
    """Returns the results of a topic; an empty list if it has not been graded.

    Raises:
        UsageError: it has not been graded, and the results are required.
    """
    results = list(history.load(course, topic).values())
    if not results and required:
        raise UsageError(f"{topic.slug} has not been graded: run `autograder grade {topic.slug}` first.")
    return results


def topics(course: Course, slugs: tuple[str, ...]) -> list[Topic]:
    """Returns the topics of these names; all topics if no name is given."""
    return [course.topic(slug) for slug in slugs] or course.topics


def write_json(tree: Any, path: str) -> None:
    """Writes plain data as JSON; - is the standard output."""
    text = for_json(tree)
    if path == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(path).write_text(text, "utf-8")
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
    """Prints a sentence to the standard error, apart from the results."""
    click.echo(for_terminal(sentence), err=True)


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

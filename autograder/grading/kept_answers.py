"""What a topic's checks ask, and what the reference answers, kept on disk: with it, nothing needs PyTorch for a class.

The questions follow from the course secret and the checks alone. So the checks are run on the solution once, and what
they asked of it, and what the reference answered, is written down. No learner's data is ever in it.
"""

import platform
from contextlib import suppress
from functools import cache, partial
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import sandbox
from autograder.core.course import Course, Topic
from autograder.core.files import digest
from autograder.core.limits import uncounted
from autograder.core.outcomes import GraderFault, UsageError
from autograder.sandbox.ahead import Script

from . import reference
from .single_flight import Shared

if TYPE_CHECKING:
    from .grader import Grader


def are_kept(topic: Topic, seed: str) -> bool:
    """Tells whether the answers to the checks of a topic, with inputs from a course secret, are on this disk."""
    return Shared(_folder(topic), seed.encode()).has(_name(topic, seed))


def prepare(grader: "Grader") -> str:
    """Remembers the answers to the checks of a grader's topic. What is not on the disk yet is asked, and written.

    If that fails, for whatever reason, the reference answers when it is asked.

    Returns:
        A sentence if a file had to be ignored; else it is empty.
    """
    topic, warnings = grader.topic, list[str]()
    with suppress(GraderFault, UsageError, OSError):
        folder = _folder(topic)
        folder.mkdir(parents=True, exist_ok=True)
        shared = Shared(folder, grader.seed.encode(), warnings.append)
        ((answers, scripts),) = shared.values({_name(topic, grader.seed): partial(_asked, grader)})
        reference.recall(answers)
        grader.catalogue.recall(scripts)
        _remove_older(folder)
    return " ".join(warnings)


def _asked(grader: "Grader") -> tuple[reference.Answers, dict[str, Script]]:
    with reference.noted() as answers, uncounted():  # the class needs it, whoever comes first
        grader.try_solution()
        return answers, grader.catalogue.scripts(grader.release.points)


def _remove_older(folder: Path) -> None:
    """Removes what was kept for earlier checks or another secret: two values of a topic stay."""
    for value in sorted(folder.glob("*.value"), key=lambda file: file.stat().st_mtime)[:-2]:
        value.unlink()
        value.with_suffix(".lock").unlink(missing_ok=True)


def _folder(topic: Topic) -> Path:
    return Course(topic.root).build / "results" / "reference" / topic.slug


def _name(topic: Topic, seed: str) -> str:
    """Returns a name that says all that the questions and the answers depend on."""
    contents = [file.read_bytes() for file in (topic.checks, topic.release, topic.source) if file.is_file()]
    return digest(_of_what_is_kept(), seed, *contents)


@cache
def _of_what_is_kept() -> str:
    """Returns a digest of what asks and answers: the reference with what it imports, and the libraries' versions."""
    found = find_spec("gradwise")
    assert found is not None
    folders = [
        Path(place) / part for place in found.submodule_search_locations or () for part in ("bridge", "reference")
    ]
    folders.append(Path(sandbox.__file__).parent)
    sources = [file.read_bytes() for folder in folders for file in sorted(folder.rglob("*.py"))]
    versions = [f"{library} {metadata.version(library)}" for library in ("numpy", "torch")]
    return digest(platform.python_version(), *versions, *sources)

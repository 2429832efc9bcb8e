"""What the reference answers to a topic's checks, kept on disk: with it, nothing needs PyTorch to grade a class.

The questions follow from the course secret and the checks alone. So the checks are run on the solution once, and what
the reference answered is written down. No learner's data is ever in it.
"""

import hmac
import os
import pickle
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import digest, private_mode
from autograder.core.limits import uncounted
from autograder.core.lock import take
from autograder.core.outcomes import GraderFault, UsageError

from . import reference
from .grader import Grader

_SEAL = 32  # bytes


def are_kept(topic: Topic, seed: str) -> bool:
    """Tells whether the answers to the checks of a topic, with inputs from a course secret, are on this disk."""
    return _path(topic, seed).is_file()


def prepare(grader: Grader) -> str:
    """Remembers the answers to the checks of a grader's topic. What is not on the disk yet is asked, and written.

    If that fails, for whatever reason, the reference answers when it is asked.

    Returns:
        A sentence if a file had to be ignored; else it is empty.
    """
    path = _path(grader.topic, grader.seed)
    if warning := _recall(path, grader.seed):
        with suppress(OSError):
            path.unlink()
    elif path.is_file():
        return ""
    with suppress(GraderFault, UsageError, OSError), _alone(path), uncounted():
        if not path.is_file() or _recall(path, grader.seed):
            with reference.noted() as answers:
                grader.try_solution()
            _write(path, pickle.dumps(answers, pickle.HIGHEST_PROTOCOL), grader.seed)
            _remove_older(path, grader.topic)
    return warning


def _recall(path: Path, seed: str) -> str:
    """Remembers the answers of a file, if there is one. Returns a sentence if it cannot be used."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); its answers are computed again."
    if not hmac.compare_digest(sealed[:_SEAL], _seal(sealed[_SEAL:], seed)):
        return f"{path} is damaged, or not of this course; its answers are computed again."
    reference.recall(pickle.loads(sealed[_SEAL:]))
    return ""


def _write(path: Path, data: bytes, seed: str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_bytes(_seal(data, seed) + data)
    draft.chmod(private_mode(path.parent))
    draft.rename(path)


def _remove_older(path: Path, topic: Topic) -> None:
    """Removes what was kept for earlier checks or another secret: at most two files of a topic stay."""
    files = sorted(path.parent.glob(f"{topic.slug}.*.answers"), key=lambda file: file.stat().st_mtime)
    for file in files[:-2]:
        file.unlink()


def _seal(data: bytes, seed: str) -> bytes:
    return hmac.digest(seed.encode(), b"answers of the reference\0" + data, "sha256")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lets one process of a run ask, while the others wait for what it writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, private_mode(path.parent))
    try:
        take(lock, wait=True)
        yield
    finally:
        os.close(lock)


def _path(topic: Topic, seed: str) -> Path:
    """Returns the file of a topic, named by all that the questions and the answers depend on."""
    contents = [file.read_bytes() for file in (topic.checks, topic.release, topic.source) if file.is_file()]
    name = digest(_of_reference(), seed, *contents)[:24]
    return Course(topic.root).build / "results" / "reference" / f"{topic.slug}.{name}.answers"


@cache
def _of_reference() -> str:
    """Returns a digest of what answers: the reference with what it imports, and the libraries' versions."""
    found = find_spec("gradwise")
    assert found is not None
    folders = [
        Path(place) / part for place in found.submodule_search_locations or () for part in ("bridge", "reference")
    ]
    sources = [file.read_bytes() for folder in folders for file in sorted(folder.rglob("*.py"))]
    versions = [f"{library} {metadata.version(library)}" for library in ("numpy", "torch")]
    return digest(platform.python_version(), *versions, *sources)

"""Finds a course, its topics, the paths of all files of a topic, and the course secret."""

import os
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .files import private_mode, write_private
from .outcomes import GraderFault, UsageError

_SLUG = re.compile(r"\d\d_[a-z_]+")


@dataclass(frozen=True)
class Topic:
    """The files of one topic, one in each top-level folder.

    Attributes:
        root: the course's folder.
        slug: the topic's name in every folder, ``"02_activations"``.
    """

    root: Path
    slug: str

    @property
    def text(self) -> Path:
        """The instructor's text, from which the notebooks are generated."""
        return self.root / "solutions" / f"{self.slug}.py"

    @property
    def experiments(self) -> Path:
        """The file of experiments that prove what the text says."""
        return self.root / "solutions" / "evidence" / f"{self.slug}.py"

    @property
    def findings(self) -> Path:
        """What came out of these experiments, generated and committed."""
        return self.root / "solutions" / "evidence" / f"{self.slug}.json"

    @property
    def source(self) -> Path:
        """The instructor's notebook, generated and not committed."""
        return self.root / "build" / "source" / self.slug / f"{self.slug}.ipynb"

    @property
    def release(self) -> Path:
        """The learner's notebook, generated and committed."""
        return self.root / "course" / "notebooks" / self.slug / f"{self.slug}.ipynb"

    @property
    def checks(self) -> Path:
        """The file of hidden checks."""
        return self.root / "autograder" / "checks" / f"test_{self.slug}.py"

    @property
    def misconceptions(self) -> Path:
        """The file of named wrong answers."""
        return self.root / "autograder" / "misconceptions" / f"{self.slug}.py"

    @property
    def equivalent(self) -> Path:
        """The list of mutants of the solution that are not mistakes."""
        return self.root / "autograder" / "equivalent" / f"{self.slug}.toml"

    @property
    def answers(self) -> Path:
        """The folder of right answers, one file for each style of writing them."""
        return self.root / "autograder" / "answers" / self.slug

    @property
    def stamp(self) -> tuple[int, ...]:
        """The times at which its files were last written: what was made from them is stale when one changes."""
        files = (self.text, self.findings, self.checks, self.misconceptions, self.release)
        return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


@dataclass(frozen=True)
class Course:
    """A course folder: a clone of the project."""

    root: Path

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics that have an instructor's text, in teaching order."""
        slugs = sorted(path.stem for path in (self.root / "solutions").glob("*.py"))
        return [Topic(self.root, slug) for slug in slugs if _SLUG.fullmatch(slug)]

    @cached_property
    def handouts(self) -> dict[Path, Topic]:
        """Notebooks without exercises, whose texts have no number in their name: each path, and its files."""
        names = sorted(path.stem for path in (self.root / "solutions").glob("[a-z]*.py"))
        return {self.root / "course" / f"{name}.ipynb": Topic(self.root, name) for name in names}

    def topic(self, slug: str) -> Topic:
        """Returns the topic with this name.

        Raises:
            UsageError: the course has no such topic; the text lists those it has.
        """
        for topic in self.topics:
            if topic.slug == slug:
                return topic
        known = ", ".join(topic.slug for topic in self.topics) or "none"
        raise UsageError(f"There is no topic {slug!r}. There are: {known}.")

    @property
    def build(self) -> Path:
        """The git-ignored folder of everything that grading generates."""
        return self.root / "build"

    @property
    def workspace(self) -> Path:
        """The folder of `make lab`, in which one may work."""
        return self.build / "lab"


def find_course(start: Path | None = None) -> Course:
    """Returns the course that holds `start` (by default the working directory), else the clone this grader is from.

    Raises:
        UsageError: neither is a course.
    """
    start = Path(start or os.getcwd()).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parents[2]):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return Course(folder)
    raise UsageError(f"{start} is not inside a course: no folder above it holds nbgrader_config.py and solutions/.")


def need(path: Path, made_by: str) -> Path:
    """Returns the path of a file that must exist.

    Args:
        path: the file.
        made_by: a sentence that says what generates it.

    Raises:
        GraderFault: the file does not exist; the text ends with `made_by`.
    """
    if not path.is_file():
        raise GraderFault(f"{path} is missing. {made_by}")
    return path


def course_seed(course: Course | None = None) -> str:
    """Returns the course secret: GRADWISE_SEED, else a random text that is drawn once and kept in the build folder.

    Raises:
        UsageError: the secret cannot be read; the text says what to do.
    """
    if given := os.environ.get("GRADWISE_SEED"):
        return given
    path = (course or find_course()).build / "seed"
    try:
        if not (path.is_file() and path.read_text("ascii").strip()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, secrets.token_hex(16))
        elif path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o777 != private_mode(path.parent):
            path.chmod(private_mode(path.parent))  # the course was shared with a group after the secret was drawn
        return path.read_text("ascii").strip()
    except OSError as error:
        raise UsageError(
            f"The course secret {path} cannot be used: {error.strerror}. Ask its owner to share the course with your "
            "group (`autograder doctor` says how), or give the secret with --seed or GRADWISE_SEED."
        ) from None

"""Where things are: the rooms of one course, by topic."""

import os
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .files import write_whole
from .outcomes import GraderFault, UsageError

_SLUG = re.compile(r"\d\d_[a-z_]+")


@dataclass(frozen=True)
class Topic:
    """The files of one topic, one in each room.

    Attributes:
        root: the course's folder.
        slug: the topic's name in every room, ``"02_activations"``.
    """

    root: Path
    slug: str

    @property
    def text(self) -> Path:
        """The instructor's text, the single source."""
        return self.root / "solutions" / f"{self.slug}.py"

    @property
    def source(self) -> Path:
        """The instructor's notebook, generated."""
        return self.root / "build" / "source" / self.slug / f"{self.slug}.ipynb"

    @property
    def release(self) -> Path:
        """The learner's notebook, generated and committed."""
        return self.root / "course" / "notebooks" / self.slug / f"{self.slug}.ipynb"

    @property
    def checks(self) -> Path:
        """The hidden checks."""
        return self.root / "autograder" / "checks" / f"test_{self.slug}.py"

    @property
    def misconceptions(self) -> Path:
        """The named wrong answers."""
        return self.root / "autograder" / "misconceptions" / f"{self.slug}.py"

    @property
    def equivalent(self) -> Path:
        """The mutants of the solution that are not mistakes."""
        return self.root / "autograder" / "equivalent" / f"{self.slug}.toml"

    @property
    def answers(self) -> Path:
        """The folder of right answers, one file for each style of writing them."""
        return self.root / "autograder" / "answers" / self.slug

    @property
    def stamp(self) -> tuple[int, ...]:
        """When its files were last written: what was made of them is stale when this changes."""
        files = (self.text, self.checks, self.misconceptions, self.release)
        return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


@dataclass(frozen=True)
class Course:
    """A course folder: a clone of the project."""

    root: Path

    @cached_property
    def topics(self) -> list[Topic]:
        """Every topic that has an instructor's text, in teaching order."""
        slugs = sorted(path.stem for path in (self.root / "solutions").glob("*.py"))
        return [Topic(self.root, slug) for slug in slugs if _SLUG.fullmatch(slug)]

    @cached_property
    def handouts(self) -> dict[Path, Topic]:
        """Notebooks to read, without exercises: the path that learners get, and the text, named without a number."""
        names = sorted(path.stem for path in (self.root / "solutions").glob("[a-z]*.py"))
        return {self.root / "course" / f"{name}.ipynb": Topic(self.root, name) for name in names}

    def topic(self, slug: str) -> Topic:
        """The topic of that name.

        Raises:
            UsageError: there is none; the text lists those there are.
        """
        for topic in self.topics:
            if topic.slug == slug:
                return topic
        known = ", ".join(topic.slug for topic in self.topics) or "none at all"
        raise UsageError(f"There is no topic {slug!r}. There are: {known}.")

    @property
    def build(self) -> Path:
        """The git-ignored folder of everything that grading makes."""
        return self.root / "build"


def find_course(start: Path | None = None) -> Course:
    """The course that holds `start` (by default the working directory), else the clone this grader is from.

    Raises:
        UsageError: there is neither.
    """
    start = Path(start or os.getcwd()).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parents[2]):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return Course(folder)
    raise UsageError(f"{start} is not inside a course: no folder above it holds nbgrader_config.py and solutions/.")


def need(path: Path, made_by: str) -> Path:
    """The path, which must exist.

    Raises:
        GraderFault: it does not; the text says what makes it.
    """
    if not path.is_file():
        raise GraderFault(f"{path} is missing. {made_by}")
    return path


def course_seed(course: Course | None = None) -> str:
    """The course secret: GRADWISE_SEED, else one that is made once and kept in the build folder."""
    if given := os.environ.get("GRADWISE_SEED"):
        return given
    path = (course or find_course()).build / "seed"
    if not (path.is_file() and path.read_text("ascii").strip()):
        write_whole(path, secrets.token_hex(16), mode=0o600)
    return path.read_text("ascii").strip()

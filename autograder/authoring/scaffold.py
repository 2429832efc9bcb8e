"""Begins a new topic: writes all files that it needs, with one small exercise that builds and passes the audit."""

import re
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import UsageError

from .rendering import render

_NAME = re.compile(r"\d\d_[a-z]+(_[a-z]+)*")


def begin(course: Course, slug: str) -> list[Path]:
    """Writes the files of a new topic.

    Raises:
        UsageError: `slug` is not a topic name, or the course has a topic or a file of that name or number.
    """
    if not _NAME.fullmatch(slug):
        raise UsageError(f"{slug!r} is not a topic name. Use two digits and lower-case words: 09_attention.")
    if taken := [topic.slug for topic in course.topics if topic.slug[:2] == slug[:2] or topic.slug[3:] == slug[3:]]:
        raise UsageError(f"There is {taken[0]} already: choose another number and another name.")
    files = _files(course, Topic(course.root, slug))
    if existing := [path for path in files if path.exists()]:
        raise UsageError(f"{existing[0]} is there already, and is left as it is. Delete it or choose another name.")
    words = _words(slug)
    for path, template in files.items():
        write_whole(path, render(f"new_topic/{template}", **words))
    return list(files)


def _files(course: Course, topic: Topic) -> dict[Path, str]:
    """Returns each file of the topic with the template for it."""
    return {
        topic.text: "text.py",
        course.root / "course" / "gradwise" / "exercises" / f"{topic.slug}.py": "exercises.py",
        topic.checks: "checks.py",
        topic.misconceptions: "misconceptions.py",
        topic.answers / "loops.py": "answer.py",
        topic.equivalent: "equivalent.toml",
    }


def _words(slug: str) -> dict[str, str]:
    """Returns the words of the templates. The number is in the exercise's name, which must be unique in the course."""
    exercise = f"mean_square_{slug[:2]}"
    return {
        "slug": slug,
        "number": str(int(slug[:2])),
        "title": slug[3:].replace("_", " ").capitalize(),
        "exercise": exercise,
        "dashed": exercise.replace("_", "-"),
    }

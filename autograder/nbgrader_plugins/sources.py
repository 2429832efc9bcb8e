"""Makes nbgrader find each learner's folder by its name, where it takes the name for a pattern.

A learner may be called `*` or `[ab]`, or have a line break in the name: anybody may give such a name in the exchange.
nbgrader's patterns then find everybody, somebody else or nobody. No setting changes that.
"""

import os
from functools import wraps
from glob import glob
from pathlib import Path
from typing import Any

from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

_ANY_LETTER = "(?s)"  # the dot of a regular expression is a line break, too


def install() -> None:
    """Lets nbgrader's regular expressions find line breaks in names. A second call does nothing."""
    original = CourseDirectory.format_path
    if getattr(original, "finds_line_breaks", False):
        return

    @wraps(original)
    def format_path(self: CourseDirectory, *words: Any, escape: bool = False, **named: Any) -> str:
        path: str = original(self, *words, escape=escape, **named)
        return _ANY_LETTER + path if escape else path

    format_path.finds_line_breaks = True  # type: ignore[attr-defined]
    CourseDirectory.format_path = format_path


def folders(converter: Any) -> list[Path]:
    """Returns the folders that one of nbgrader's converters is to work on; also links, even to nowhere.

    A learner who is named is that learner, and a pattern only if nobody is called so.
    """
    coursedir = converter.coursedir
    root, slug, student = Path(coursedir.root), coursedir.assignment_id, coursedir.student_id
    if student != "*" and "/" not in student:
        named = Path(converter._format_source(slug, student))
        if named.is_dir() or named.is_symlink():
            return [named]
    pattern = os.path.relpath(converter._format_source(slug, student), root)  # the course's own path is no pattern
    found = map(root.joinpath, glob(pattern, root_dir=root, include_hidden=True))
    return sorted(folder for folder in found if folder.is_dir() or folder.is_symlink())


def must_be_writable(converter: Any) -> None:
    """Looks whether this user can write into the course, where all converters write.

    Raises:
        NbGraderException: not so; the text, which is logged too, says where else to work.
    """
    root = Path(converter.coursedir.root)
    if not os.access(root / "build" if (root / "build").exists() else root, os.W_OK):
        sentence = f"{root} cannot be written by this user: work in a copy, cp -r {root} NEW-FOLDER, or ask its owner."
        fail(converter, sentence)


def fail(converter: Any, sentence: str) -> None:
    """Ends one of nbgrader's commands with a sentence, which nbgrader itself would keep to itself.

    Raises:
        NbGraderException: always.
    """
    converter.log.error("%s", sentence)
    raise NbGraderException(sentence)

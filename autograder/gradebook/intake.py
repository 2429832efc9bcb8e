"""Makes a submitted folder safe for nbgrader: what it would follow, or stop at, is removed, renamed or moved aside.

A learner can write every file of a submitted folder, `timestamp.txt` too.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.core.folders import Odd, contents
from autograder.core.media import for_sentence

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # what nbgrader's submit leaves: the learner finds the feedback by it
MAX_TIMESTAMP = 100  # bytes of a timestamp.txt that is read
MOST_SENTENCES = 5  # about one submission


def time_of(folder: Path) -> datetime | None:
    """Returns the time in the folder's `timestamp.txt`; None if the file is missing or cannot be read."""
    from nbgrader.utils import parse_utc  # takes two seconds

    path = folder / TIMESTAMP
    with suppress(OSError, ValueError, ArithmeticError, TypeError):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_TIMESTAMP:
            when: datetime = parse_utc(path.read_text("utf-8").strip() or "none")
            return when
    return None


def set_aside(folder: Path) -> list[str]:
    """Leaves in a submitted folder what nbgrader can copy, and says what it did with the rest.

    nbgrader would copy the file that a link points to, wait for ever at a pipe, and stop grading the class at a
    `timestamp.txt` that is not a time or at a folder of a thousand folders. What holds no data of its own is removed;
    the rest is moved to a folder beside all submissions, where nothing is lost. A notebook stays, even if it is a link.

    Returns:
        A sentence for each file that was removed, moved or renamed; a few for many of them.
    """
    if folder.is_symlink():  # what lies there is not this submission's
        return []
    sentences = []
    for odd in contents(folder).odd:
        if odd.holds:
            sentences.append(_moved(odd, folder))
        elif odd.path.suffix != ".ipynb" or not odd.path.is_symlink():
            sentences.append(_removed(odd))
    stamp = folder / TIMESTAMP
    if stamp.is_dir() or (stamp.exists() and time_of(folder) is None):
        with suppress(OSError):  # nobody reads it but `time_of`
            stamp.rename(stamp.with_suffix(".unreadable"))
        sentences.append(f"{for_sentence(stamp)} holds no time; it was renamed, and the submission counts as in time.")
    more = len(sentences) - MOST_SENTENCES
    if more > 0:
        sentences[MOST_SENTENCES:] = [f"The same was done to {more} more in {for_sentence(folder)}."]
    return sentences


def aside_of(folder: Path) -> Path:
    """Returns where odd files of a submitted folder are moved to: build/submitted-set-aside/STUDENT/TOPIC."""
    submitted = folder.parent.parent
    return submitted.with_name(f"{submitted.name}-set-aside") / folder.parent.name / folder.name


def _removed(odd: Odd) -> str:
    try:
        odd.path.unlink()
    except OSError as error:
        return f"{for_sentence(odd.path)} {odd.reason}; it could not be removed ({error.strerror}), and is left out."
    what = odd.reason.removeprefix("is ")
    followed = ", and not followed" if what.startswith("a link") else ""
    return f"{for_sentence(odd.path)} was {what}; it was removed{followed}."


def _moved(odd: Odd, folder: Path) -> str:
    place = aside_of(folder) / odd.path.relative_to(folder)
    begin = f"{for_sentence(odd.path)} {odd.reason}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while os.path.lexists(place):  # of an earlier submission
            number += 1
            place = place.with_name(f"{odd.path.name}.{number}")
        odd.path.rename(place)
    except OSError as error:
        return f"{begin}; it could not be moved away ({error.strerror}), and is left out."
    return f"{begin}; it was moved to {for_sentence(place)}, and is left out."

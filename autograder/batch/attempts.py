"""Attempts with hidden inputs of their own: what these come from, and the list of those that stand in the gradebook.

A run reads the list, so that marks given by the service can be computed again, to the digit.
"""

import hashlib
import hmac
import json
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import digest, write_private


def secret_of(seed: str, assignment: str, student: str, number: int) -> str:
    """Returns what the hidden inputs of an attempt come from. It says nothing about another attempt's, or the seed.

    Args:
        seed: the course secret.
        assignment: the topic.
        student: the learner.
        number: the number of the attempt, from 1.
    """
    words = json.dumps([assignment, student, number]).encode()
    return hmac.new(seed.encode(), words, hashlib.sha256).hexdigest()


class Attempts:
    """The attempts of a topic that stand in its submitted folder, by learner: a digest of the file, and the number."""

    def __init__(self, course: Course, topic: Topic) -> None:
        self._slug, self._path = topic.slug, _path(course, topic)
        try:
            tree = json.loads(self._path.read_text("utf-8"))
            self._known = {str(student): (str(file), int(number)) for student, (file, number) in tree.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._known = {}

    def secret(self, seed: str, student: str, data: bytes) -> str:
        """Returns what the hidden inputs of a learner's file come from: the course secret, if it is not an attempt."""
        file, number = self._known.get(student, ("", 0))
        return secret_of(seed, self._slug, student, number) if number and file == digest(data) else seed

    def note(self, student: str, data: bytes, number: int) -> None:
        """Notes an attempt that was written into the submitted folder."""
        self._known[student] = digest(data), number

    def save(self) -> None:
        """Writes the list, whole or not at all."""
        write_private(self._path, json.dumps(self._known, indent=0))


def _path(course: Course, topic: Topic) -> Path:
    return course.build / "results" / f"{topic.slug}.attempts.json"

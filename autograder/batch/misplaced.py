"""Finds notebooks that lie where nobody looks: beside the learners' folders, or in one of another name."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.core.course import Topic
from autograder.core.media import for_sentence
from autograder.notebooks.choice import is_candidate


def misplaced(parent: Path, topic: Topic) -> Iterator[tuple[str, str]]:
    """Yields a name and a sentence for whatever is probably a submission of a topic, and is not looked at.

    Args:
        parent: the folder with a folder for each learner.
        topic: the topic, whose folder a learner's folder should hold.
    """
    for path in sorted(parent.iterdir()) if parent.is_dir() else ():
        name, wanted = for_sentence(path.name), f"{topic.slug}/{topic.slug}.ipynb"
        if is_candidate(path):
            if _may_be(path.name, topic):
                yield name, f"{name} lies beside the learners' folders. Move it to LEARNER/{wanted}."
        elif (
            path.is_dir()
            and not path.is_symlink()
            and not path.name.startswith(".")
            and not (path / topic.slug).exists()
        ):
            for inside in sorted(path.iterdir()):
                place = f"{name}/{for_sentence(inside.name)}"
                if inside.is_dir() and _plain(inside.name) == _plain(topic.slug):
                    yield name, f"{place} is not called {topic.slug}. Rename the folder."
                elif is_candidate(inside) and inside.name.lower().startswith(topic.slug):
                    yield name, f"{place} lies above the topic's folder. Move it to {name}/{wanted}."


def _may_be(name: str, topic: Topic) -> bool:
    """Tells whether a file's name is the topic's, or names no topic."""
    return topic.slug in name.lower() or not re.search(r"\b\d\d_[a-z]", name.lower())


def _plain(name: str) -> str:
    """Returns a folder's name without what people and programs change in it: capitals, blanks, the mark of a copy."""
    return re.sub(r"[\W_]+", "_", re.sub(r"\(\d+\)|-\d+$", "", name.casefold())).strip("_")

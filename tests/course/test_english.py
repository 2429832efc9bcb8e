"""The English of the texts: short sentences, American spelling, no phrases that sound translated."""

from pathlib import Path

import jupytext
import pytest

from autograder.core.course import Course, Topic, find_course

from .english import not_american, sentences, too_long, translated


def prose(topic: Topic) -> str:
    """Returns the text between the cells with code."""
    cells = jupytext.read(topic.text).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_a_sentence_has_at_most_thirty_words(topic: Topic) -> None:
    assert too_long(prose(topic)) == []
    assert translated(prose(topic)) == []


def test_learners_and_teachers_read_american_spelling(course: Course) -> None:
    root: Path = course.root
    texts = [prose(topic) for topic in course.topics]
    files = [root / "README.md", root / "course/README.md", *sorted((root / "docs").glob("*.md"))]
    texts += [path.read_text("utf-8") for path in files]
    assert [word for text in texts for word in not_american(text)] == []


def test_what_breaks_a_rule_is_found() -> None:
    short, long = "One idea in $a + b$ words. ", f"{'Word ' * 31}and no end."
    assert too_long(short * 20) == []
    assert too_long(short + long + " " + short) == [long]
    assert too_long("word " * 20 + ": " + "word " * 20) != []
    assert too_long("## Where the notes differ\n" + long) == []
    assert list(sentences("* One.\n* Two `f(x. y)` three.")) == ["* One.", "* Two x three."]
    assert not_american("Normalised colours, `colour`, and centered behavior.") == ["Normalised", "colours"]
    assert translated("It is no problem. It is no longer there, and that is none.") == ["is no problem", "that is none"]

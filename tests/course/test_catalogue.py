"""Mistakes known from lectures and from learners' code: each is a named misconception, each edge case has a check."""

import re
from pathlib import Path

import pytest

from autograder.core.course import Course, Topic, find_course
from autograder.grading.collection import collect_checks
from autograder.grading.misconceptions import load_misconceptions

CATALOGUE = Path(__file__).with_name("catalogue.txt")
# Numbers of tasks and of their known mistakes in each topic.
KNOWN = {
    "1": (8, 53),
    "2": (14, 85),
    "3": (8, 54),
    "4": (8, 51),
    "5": (11, 73),
    "6": (16, 118),
    "7": (8, 52),
    "8": (7, 21),
}


def entries(text: str) -> dict[str, tuple[str, list[str], list[str]]]:
    """Returns for each number the name to write, its misconceptions and its checks."""
    rows = re.findall(r"^(\d\.\d+b?) (\w+)\n  x (.*)\n  ✓ (.*)$", text, re.M)
    return {number: (name, mistakes.split(), checks.split()) for number, name, mistakes, checks in rows}


def missing(text: str, topics: list[Topic]) -> list[str]:
    """Returns a sentence for each misconception or check of the catalogue that a topic does not have."""
    gaps = []
    for topic in topics:
        wrong = {entry.id: entry for entry in load_misconceptions(topic)}
        checks = {re.sub(r"\[.*", "", check.name).removeprefix("test_"): check for check in collect_checks(topic)}
        for number, (name, mistakes, edges) in entries(text).items():
            if number[0] == topic.slug[1]:
                exercise = {wrong[mistake].exercise for mistake in mistakes if mistake in wrong}
                gaps += [f"{number}: no misconception {mistake}" for mistake in mistakes if mistake not in wrong]
                gaps += [
                    f"{number}: {m} is not about {name}" for m in mistakes if m in wrong and wrong[m].function != name
                ]
                gaps += [f"{number}: no check {edge}" for edge in edges if edge not in checks]
                gaps += [
                    f"{number}: {e} is not a check of {name}'s exercise"
                    for e in edges
                    if e in checks and checks[e].exercise not in exercise
                ]
    return gaps


@pytest.fixture(scope="module")
def catalogue() -> str:
    return CATALOGUE.read_text("utf-8")


def test_every_known_mistake_has_a_name_and_every_edge_case_a_check(catalogue: str, course: Course) -> None:
    assert missing(catalogue, course.topics) == []


def test_the_catalogue_is_whole(catalogue: str) -> None:
    known = entries(catalogue)
    for topic, counts in KNOWN.items():
        mine = [mistakes for number, (_, mistakes, _) in known.items() if number[0] == topic]
        assert (len(mine), sum(map(len, mine))) == counts, topic
    names = [(number[0], mistake) for number, (_, mistakes, _) in known.items() for mistake in mistakes]
    assert len(set(names)) == len(names) == 507


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        ("adam-no-power", "adam-no-powder", "6.5: no misconception adam-no-powder"),
        ("elu-bracket", "elu-grad-is-elu", "2.9: elu-grad-is-elu is not about elu"),
        ("relu_special_values", "relu_special", "2.4: no check relu_special"),
        ("mixup_edges", "shift_nothing", "5.6: shift_nothing is not a check of mixup's exercise"),
    ],
)
def test_what_is_missing_would_be_found(catalogue: str, course: Course, old: str, new: str, gap: str) -> None:
    topics = [topic for topic in course.topics if topic.slug[1] == gap[0]]
    assert gap in missing(catalogue.replace(old, new, 1), topics)


# --- sentences --------------------------------------------------------------------------------------

# A sentence is said of every answer that behaves nearly like its entry, and of one that makes another mistake besides.
CLAIM = re.compile(
    r"\b(has|have|returns|gives) the right\b|` (is|are) right\b|\b(it|variance|std|sum) is right\b"
    r"|\bwhere it should, but\b|\blooks? right\b",
    re.IGNORECASE,
)


def claims(sentence: str) -> bool:
    """Tells whether a sentence says that something in a wrong answer is right."""
    return CLAIM.search(sentence) is not None


@pytest.mark.parametrize("topic", find_course().topics, ids=lambda topic: topic.slug)
def test_no_sentence_says_that_something_in_the_answer_is_right(topic: Topic) -> None:
    assert [entry.id for entry in load_misconceptions(topic) if claims(entry.sentence)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Your `relu` has the right values, but it writes them into its argument.",
        "Your `shift_image` is right for small shifts.",
        "Your `EarlyStopping` stops where it should, but its `best_epoch` is one too large.",
        "Your `he_normal` is uniform. Its std is right.",
    ],
)
def test_a_planted_claim_is_found(sentence: str) -> None:
    assert claims(sentence)

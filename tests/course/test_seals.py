"""The visible check names typical mistakes at once, and the files of the course do not reveal them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.check import check
from gradwise.check import mistakes as recognition
from gradwise.errors import CheckFailed
from gradwise.exercises import by_id, of_topic, topics

from autograder.authoring import seals
from autograder.authoring.build import generated_path, generated_text
from autograder.core.course import Course, Topic, find_course
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.notebooks.source import write_source

from ..diagnosis.fresh_answers import FOLDER, read_answers

TOPICS = find_course().topics


def visible(topic: Topic, exercise: str, source: str) -> set[str]:
    """Returns the sentences of the visible checks for an answer; other functions are the solution's."""
    write_source(topic)
    spec, sentences = by_id(exercise), set()
    for function in spec.functions:
        if f"def {function}(" in source or f"class {function}" in source:
            call = seals.wrong_function(topic, Misconception("fresh", exercise, function, "", source))
            sentences |= set(recognition.named(spec, function, call))
    return sentences


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_the_seals_are_those_of_the_topic_as_it_is(topic: Topic) -> None:
    write_source(topic)
    assert json.loads(generated_path(topic).read_text())["made_of"] == seals.made_of(topic), "run `make build`"


def test_seals_are_the_same_when_they_are_made_again(topic: Topic) -> None:
    assert generated_text(topic) == generated_path(topic).read_text()


def test_no_sentence_can_be_read_in_the_course(course: Course) -> None:
    for topic in TOPICS:
        text = generated_path(topic).read_text()
        for entry in load_misconceptions(topic):
            assert entry.id not in text
            assert entry.sentence[:20] not in text


def test_most_mistakes_of_the_catalogue_have_a_seal() -> None:
    count = sum(len(load_misconceptions(topic)) for topic in TOPICS)
    locked = 0
    for topic in TOPICS:
        tree = json.loads(generated_path(topic).read_text())["seals"]
        locked += sum(len(tree[spec.id]) for spec in of_topic(topic.slug))
    assert locked > 0.5 * count


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_fresh_wrong_answers_get_their_own_sentence_or_none(topic: Topic) -> None:
    if not (FOLDER / "tuning" / f"{topic.slug}.py").is_file():
        return
    sentences = {entry.sentence: entry.names for entry in load_misconceptions(topic)}
    named = 0
    for answer in read_answers(topic.slug):
        told = visible(topic, answer.exercise, answer.source)
        names = {name for sentence in told for name in sentences[sentence]}
        assert names <= answer.accepted, (names, answer.source)
        named += len(names)
    assert named >= 3


def look_alikes(topic: Topic, entries: list[Misconception]) -> set[tuple[str, ...]]:
    """Returns the ids of mistakes that are told by different sentences and give the same on the visible cases."""
    alike: dict[str, list[Misconception]] = {}
    for spec in of_topic(topic.slug):
        for entry in entries:
            if entry.exercise == spec.id and entry.function in spec.functions:
                seen = recognition.values_seen(spec, entry.function, seals.wrong_function(topic, entry))
                if (pair := recognition.seal(spec.id, entry.function, seen, "")) is not None:
                    alike.setdefault(pair[0], []).append(entry)
    return {
        tuple(entry.id for entry in group)
        for group in alike.values()
        if len({entry.twin_of or " + ".join(entry.names) for entry in group}) > 1
    }


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_the_visible_cases_tell_apart_what_the_catalogue_tells_apart(topic: Topic) -> None:
    write_source(topic)
    assert look_alikes(topic, load_misconceptions(topic)) == set()


def test_two_names_for_one_behavior_are_found() -> None:
    topic = find_course().topic("02_activations")
    write_source(topic)
    entry = next(entry for entry in load_misconceptions(topic) if entry.id == "relu-abs")
    assert look_alikes(topic, [entry, replace(entry, id="planted")]) == {("relu-abs", "planted")}
    assert look_alikes(topic, [entry, replace(entry, id="planted", told_as=("relu-abs",))]) == set()
    assert look_alikes(topic, [entry, replace(entry, id="planted", twin_of="relu-abs")]) == set()


def test_the_solution_opens_no_seal() -> None:
    for slug in topics():
        for spec in of_topic(slug):
            for function in spec.functions:
                assert recognition.named(spec, function, getattr(reference, function)) == []


def test_the_visible_check_says_it_before_the_advice() -> None:
    names: dict[str, Callable[..., Any]] = {
        "leaky_relu": lambda z, k: np.max([k * z, z], axis=0),
        "leaky_relu_grad": reference.leaky_relu_grad,
    }
    with pytest.raises(CheckFailed) as caught:
        check("leaky_relu", names)
    lines = str(caught.value).splitlines()
    starts = [line.split()[0] for line in lines if line[2:3].strip()]
    assert starts == ["✗", "called", "got", "wanted", "but", "likely", "try"]
    assert "likely Your `leaky_relu` takes the larger of slope·x and x." in " ".join(" ".join(lines).split())


def test_two_mistakes_in_two_values_are_both_named() -> None:
    def softmax_cross_entropy(Z: Any, y: Any) -> Any:
        loss, dZ = reference.softmax_cross_entropy(Z, y)
        return loss * len(y), dZ * len(y)

    text = " ".join(recognition.named(by_id("softmax_cross_entropy"), "softmax_cross_entropy", softmax_cross_entropy))
    assert "sums the loss" in text
    assert "gradient of your `softmax_cross_entropy` lacks the 1/N" in text


def test_a_lock_opens_for_its_own_values_only() -> None:
    seen = {0: (recognition.RIGHT, "8 a"), 1: (recognition.RIGHT, recognition.RIGHT)}
    pair = recognition.seal("elu", "elu", seen, "Your `elu` …")
    assert pair is not None
    assert recognition.opened("elu", "elu", seen, dict([pair])) == ["Your `elu` …"]
    assert recognition.opened("elu", "elu", {**seen, 1: (recognition.RIGHT, "8 b")}, dict([pair])) == ["Your `elu` …"]
    for other in ({0: ("8 a", recognition.RIGHT)}, {0: (recognition.RIGHT, "8 b")}, {0: ("8 a", "8 a")}, {}):
        assert recognition.opened("elu", "elu", other, dict([pair])) == []
    assert recognition.seal("elu", "elu", {0: (recognition.RIGHT,)}, "nothing is wrong") is None
    assert recognition.seal("elu", "elu", {0: ("1 a",)}, "may be chance") is None
    assert recognition.seal("elu", "elu", {0: ("!ValueError",)}, "nothing to compare") is None

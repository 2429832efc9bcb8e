"""The counts of hidden checks: learners see before they submit what the hidden checks look at, and nothing more."""

import json

import pytest
from gradwise import reference
from gradwise.check import progress
from gradwise.exercises import KINDS, generated, of_topic
from gradwise.exercises.generated import check_counts

from autograder.authoring.build import generated_path
from autograder.authoring.cell_names import cell_names
from autograder.authoring.check_counts import check_counts as counted
from autograder.core.course import Topic, find_course
from autograder.grading.collection import collect_checks

from ..conftest import SLUG

TOPICS = find_course().topics


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_the_counts_are_those_of_the_checks_as_they_are(topic: Topic) -> None:
    assert json.loads(generated_path(topic).read_text("ascii"))["check_counts"] == counted(topic), "run `make build`"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_the_names_in_cells_are_those_of_the_release_as_it_is(topic: Topic) -> None:
    known = json.loads(generated_path(topic).read_text("ascii"))["cell_names"]
    assert known == cell_names(topic), "run `make build`"
    assert known == generated.cell_names(topic.slug)
    learners = [name for names in known["learners"].values() for name in names]
    assert sorted(learners) == sorted(name for spec in of_topic(topic.slug) for name in spec.functions)
    assert "np" in next(iter(known["given"].values()))


def test_counts_and_points_are_all_that_is_told(topic: Topic) -> None:
    tree = json.loads(generated_path(topic).read_text())["check_counts"]
    assert set(tree) == {spec.id for spec in of_topic(SLUG)}
    for entry in tree.values():
        assert entry.keys() == {"points", "checks"}
        assert set(entry["checks"]) <= set(KINDS)
        assert all(isinstance(count, int) for count in entry["checks"].values())
    assert sum(sum(entry["checks"].values()) for entry in tree.values()) == len(collect_checks(topic))


def test_the_counts_of_one_exercise() -> None:
    assert check_counts("elu") == (4.0, {"values": 2, "edges": 2, "contract": 1, "stability": 4})
    with pytest.raises(KeyError):
        check_counts("elo")


def unwritten(*args: object) -> object:
    raise NotImplementedError


def test_progress_shows_each_exercise_with_its_state() -> None:
    names = {
        "relu": reference.relu,
        "relu_backward": reference.relu_backward,
        "leaky_relu": lambda x, a: x,
        "leaky_relu_grad": reference.leaky_relu_grad,
        "dead_fraction": unwritten,
    }
    table = progress(names=names)
    states = {name: state for name, state, *_ in table.rows}
    assert states["relu"] == "passed"
    assert states["leaky_relu"] == "failing"
    assert {states[name] for name in ("dead_fraction", "elu", "zoo")} == {"not written"}
    lines = repr(table).splitlines()
    assert lines[0] == f"{SLUG}: 3 of 25 points so far, if the hidden checks agree."
    assert "✓ relu " in lines[2]
    assert "3 points" in lines[2]
    assert lines[2].endswith("visible checks passed   hidden: 2 values, 3 edges, 2 contract")
    assert lines[-1] == "1 of 7 exercises with points passes its visible checks."
    page = table._repr_html_()
    assert "<td" in page
    assert "✗ leaky_relu" in page
    assert 'title="very large and very small inputs: no overflow, no digit lost">stability</th>' in page
    assert "var(--jp-ui-font-color1" in page


def test_an_unknown_topic_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"There is no topic '99_x'\. There are: 01_vanishing"):
        progress("99_x", {})

"""The patient: examined with the learner's parts, kept beside them, on one scoreboard that the capstone ends."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from gradwise import exercises, parts, reference, training
from gradwise.errors import NotWrittenYet, UnknownName
from gradwise.experiments import patient

from ..kernel import ELU, Notebook

PARTS = SimpleNamespace(**{name: getattr(reference, name) for names in patient.NEEDS.values() for name in names})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(training.QUICK, "1")


def test_every_notebook_has_a_treatment_of_functions_that_it_asks_for() -> None:
    assert list(patient.TREATMENTS) == exercises.topics()
    for topic, names in patient.NEEDS.items():
        asked = {name for exercise in exercises.of_topic(topic) for name in exercise.functions}
        assert asked >= set(names)


def test_a_visit_is_kept_and_shown_with_those_before_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts.patient("01_vanishing_gradients")
    capsys.readouterr()
    parts.save("02_activations", Notebook(ELU).names, file)
    capsys.readouterr()
    parts.patient("02_activations")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The patient: sigmoid, PyTorch's default weights")
    assert lines[1].startswith("01  nothing yet")
    assert lines[2].startswith("02  ELU in the place of sigmoid")
    assert "PyTorch's:" not in lines[2]
    kept = json.loads(file.with_name("patient.json").read_text())
    assert list(kept) == ["01_vanishing_gradients", "02_activations"]
    assert f"{np.mean(kept['02_activations']['scores']):.3f}" in lines[2]


def test_the_numbers_are_of_networks_that_were_trained_here_and_the_same_again() -> None:
    care = patient.cared_for("02_activations", PARTS)
    first, second = patient.examine(care), patient.examine(care)
    assert first == second
    assert first[0] != first[1]
    wrong = SimpleNamespace(**{**vars(PARTS), "elu": lambda x, alpha: 0 * x, "elu_grad": lambda x, alpha: 0 * x})
    assert patient.examine(patient.cared_for("02_activations", wrong)) != first


@pytest.mark.parametrize("topic", [*patient.TREATMENTS][:-1])
def test_each_treatment_changes_the_patient(topic: str) -> None:
    care, before = patient.cared_for(topic, PARTS), patient.cared_for(f"{int(topic[:2]) - 1:02}", PARTS)
    if topic.startswith("01"):
        assert care == patient.Care()
    else:
        assert sum(getattr(care, part) != getattr(before, part) for part in vars(care) if part) >= 1


def test_where_a_part_is_missing_the_scoreboard_says_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts.patient("02_activations")
    assert "PyTorch's: elu, elu_grad" in capsys.readouterr().out


def test_the_capstone_ends_with_the_learners_own_network(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("init_params", "init_state", "fit_network", "net_forward")
    parts.patient("08_capstone", tuple(getattr(reference, name) for name in names))
    assert "08  your own network: wider, less deep, with dropout" in capsys.readouterr().out


def test_a_network_that_is_not_written_is_named(file: Path) -> None:
    def init_params(*args: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `init_params`"):
        parts.patient("08_capstone", (init_params, init_params, init_params, init_params))
    assert not file.with_name("patient.json").exists()


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", '{"01_vanishing_gradients": 3}', '{"01_vanishing_gradients": {"scores": "x"}}']
)
def test_a_file_that_holds_something_else_is_begun_anew(
    text: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.with_name("patient.json").write_text(text)
    parts.patient("01_vanishing_gradients")
    assert "01  nothing yet" in capsys.readouterr().out
    assert list(json.loads(file.with_name("patient.json").read_text())) == ["01_vanishing_gradients"]


def test_the_number_of_seeds_is_that_of_the_visits_and_said_row_by_row_where_they_differ(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {"01_vanishing_gradients": {"scores": [0.1] * 5, "missing": []}}
    file.with_name("patient.json").write_text(json.dumps(old))
    parts.patient("02_activations")
    head, first, second = capsys.readouterr().out.splitlines()[:3]
    assert "as many seeds as each row says" in head
    assert first.endswith("  5 seeds")
    assert second.endswith("; 3 seeds")
    parts.patient("01_vanishing_gradients")
    head, first, _ = capsys.readouterr().out.splitlines()[:3]
    assert "Test accuracy, 3 seeds, computed here." in head
    assert not first.endswith("seeds")


def test_a_topic_that_does_not_exist_is_told_the_topics(file: Path) -> None:
    with pytest.raises(UnknownName, match="There is no topic '09_x'"):
        parts.patient("09_x")


def test_it_gets_pytorchs_parts_where_nothing_is_written(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts.patient("07_stop_criteria")
    assert "07  and early stopping, restored" in capsys.readouterr().out

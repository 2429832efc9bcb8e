"""Which notebook a learner is in: by its file, its folder, the last check, the functions in it."""

from pathlib import Path
from typing import Any

import pytest
from gradwise import reference
from gradwise.check import CheckFailed, check, progress, which_notebook
from gradwise.errors import UnknownName
from gradwise.exercises import of_topic, topics


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(which_notebook, "_asked", [])
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_file_tells_before_the_folder_and_the_folder_before_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names: dict[str, Any] = {"elu": reference.elu}
    assert progress(names=names).topic == "02_activations"
    check("fold_bn", {"fold_bn": reference.fold_bn})
    assert progress(names=names).topic == "03_batch_norm"
    (tmp_path / "06_optimizers").mkdir()
    monkeypatch.chdir(tmp_path / "06_optimizers")
    assert progress(names=names).topic == "06_optimizers"
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/06_optimizers/07_stop_criteria-Copy1.ipynb")
    assert progress(names=names).topic == "07_stop_criteria"
    assert progress("08_capstone", names).topic == "08_capstone"


def test_visual_studio_code_tells_its_file() -> None:
    assert progress(names={"__vsc_ipynb_file__": "/c/04_initialization.ipynb"}).topic == "04_initialization"


@pytest.mark.parametrize("slug", topics())
def test_a_check_of_a_notebook_without_answers_is_enough(slug: str) -> None:
    with pytest.raises(CheckFailed):
        check(of_topic(slug)[0].id, {})
    assert progress(names={}).topic == slug


def test_where_nothing_tells_it_asks() -> None:
    with pytest.raises(UnknownName, match=r'Which notebook is this\? Say it: progress\("01_vanishing_gradients"\)\.'):
        progress(names={})


def test_points_so_far_are_those_of_what_passes() -> None:
    names = {name: getattr(reference, name) for name in ("relu", "relu_backward", "elu", "elu_grad")}
    text = repr(progress("02_activations", names))
    assert text.splitlines()[0] == "02_activations: 7 of 25 points so far, if the hidden checks agree."
    assert "7 of 25 points so far" in progress("02_activations", names)._repr_html_()

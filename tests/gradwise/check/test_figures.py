"""The picture beside a visible check that fails."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import reference
from gradwise.check import check
from gradwise.check.cases import Complaint, try_case
from gradwise.check.figures import draw_difference, table_in_words
from gradwise.errors import CheckFailed
from gradwise.exercises import Case, Exercise, Property, by_id, of_topic, topics
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ..kernel import shown


def test_the_picture_of_a_check_says_where_a_curve_differs(shell: InteractiveShell) -> None:
    def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
        return np.where(x > 0, x, alpha * x)

    with capture_output() as captured, pytest.raises(CheckFailed):
        check("elu", {"elu": elu, "elu_grad": reference.elu_grad})
    (text,) = shown(captured)
    assert text.startswith("elu(x, 1.0): yours differs from the expected curve between x = -4 and ")


def says(exercise: str, **names: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        check(exercise, names)
    return str(caught.value)


RIGHT = {name: getattr(reference, name) for name in reference.__all__}


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import IPython  # noqa: F401

    monkeypatch.setattr(plt, "show", lambda: None)
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.usefixtures("in_a_notebook")
def test_a_wrong_curve_is_drawn_over_the_right_one_with_the_region_marked() -> None:
    says("leaky_relu", **{**RIGHT, "leaky_relu": lambda x, a: np.maximum(a * x, x)})
    (figure,) = map(plt.figure, plt.get_fignums())
    left, right = figure.axes
    assert (left.get_title(), right.get_title()) == ("leaky_relu(x, 0.1)", "leaky_relu(x, 2.0)")
    for ax, wrong_everywhere in ((left, False), (right, True)):
        labels = [line.get_label() for line in ax.get_lines()]
        assert labels == ["expected", "yours"]
        (region,) = ax.collections
        assert bool(region.get_paths()) == wrong_everywhere
        assert ax.get_xlabel() == "x"


@pytest.mark.usefixtures("in_a_notebook")
def test_a_curve_that_cannot_be_computed_is_left_out_and_does_no_harm() -> None:
    def fails_on_the_grid(x: Any) -> Any:
        return np.abs(x) if x.size < 100 else x.nothing

    assert "wanted" in says("relu", **{**RIGHT, "relu": fails_on_the_grid})
    assert len(plt.get_fignums()) == 1


@pytest.mark.usefixtures("in_a_notebook")
def test_where_there_is_no_difference_to_see_there_is_no_picture() -> None:
    says("sigmoid", **{**RIGHT, "sigmoid": lambda x: 1 / (1 + np.exp(-x))})
    assert plt.get_fignums() == []


def titles() -> list[str]:
    """Returns the titles of all panels that were drawn."""
    return [ax.get_title() for number in plt.get_fignums() for ax in plt.figure(number).axes if ax.get_title()]


@pytest.mark.usefixtures("in_a_notebook")
def test_a_wrong_table_is_drawn_beside_the_right_one_with_the_wrong_entries_framed() -> None:
    x = np.array([[1.0, -2.0, 3.0], [4.0, -5.0, 6.0]])
    case = Case("relu", (x,), "Try this.")
    wrong = np.where(x > 0, x, [[0.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    with pytest.raises(Complaint) as complaint:
        try_case(by_id("relu"), case, lambda x: wrong)
    draw_difference(replace(by_id("relu"), curves=()), case, complaint.value, lambda x: wrong)
    assert titles() == ["expected", "yours", "yours - expected"]
    right, yours, apart = plt.gcf().axes
    assert [len(ax.patches) for ax in (right, yours, apart)] == [0, 1, 1]
    assert yours.patches[0].get_xy() == (0.5, -0.5)  # row 0, column 1
    assert [text.get_text() for text in apart.texts] == ["0", "0.5", "0", "0", "0", "0"]
    assert table_in_words(complaint.value.pairs[0]) == (
        "expected, yours, and yours minus expected, entry by entry: 1 of 6 numbers differs, most at [0, 1]"
    )


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("case", [Case("relu", (), "Try this."), Case("relu", (), "Try this.", rtol=1e-4)])
@pytest.mark.parametrize("off", [5e-7, 5e-5, 5e-3])
def test_the_words_and_the_picture_count_the_same_numbers(case: Case, off: float) -> None:
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    case, wrong = replace(case, args=(x,)), (1 + off) * x
    if off <= case.rtol:
        return try_case(by_id("relu"), case, lambda x: wrong)
    with pytest.raises(Complaint) as complaint:
        try_case(by_id("relu"), case, lambda x: wrong)
    assert "  but     6 of 6 numbers differ" in str(complaint.value)
    draw_difference(replace(by_id("relu"), curves=()), case, complaint.value, lambda x: wrong)
    assert [len(ax.patches) for ax in plt.gcf().axes] == [0, 6, 6]
    assert "entry by entry: 6 of 6 numbers differ" in table_in_words(complaint.value.pairs[0])
    return None


@pytest.mark.usefixtures("in_a_notebook")
def test_a_curve_is_compared_as_its_case_is() -> None:
    says("relu", **{**RIGHT, "relu": lambda x: (1 + 5e-7) * np.maximum(x, 0)})
    (ax,) = plt.gcf().axes
    (region,) = ax.collections
    assert region.get_paths(), "the words say that numbers differ, so the picture marks where"


@pytest.mark.usefixtures("in_a_notebook")
def test_of_several_outputs_the_wrong_ones_are_drawn_under_their_names() -> None:
    def backward(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return 2 * dx, dweight

    says("prelu", prelu_backward=backward)
    assert titles() == ["dx: expected", "dx: yours", "yours - expected"]


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_a_table_with_numbers_that_are_none_is_drawn(strange: float) -> None:
    def backward(dout: Any, x: Any, weight: Any) -> Any:
        dx, dweight = reference.prelu_backward(dout, x, weight)
        return np.full_like(dx, strange), dweight

    says("prelu", prelu_backward=backward)
    assert {text.get_text() for text in plt.gcf().axes[1].texts} == {str(strange)}


@pytest.mark.usefixtures("in_a_notebook")
def test_wrong_random_numbers_are_drawn_as_a_histogram_over_the_right_ones() -> None:
    def twice(n_in: int, n_out: int, rng: np.random.Generator, gain: float = 1) -> Any:
        return 2 * reference.he_normal(n_in, n_out, rng, gain)

    says("he_normal", he_normal=twice)
    (title,) = titles()
    assert title.startswith("he_normal(")
    (ax,) = plt.gcf().axes
    assert ax.get_legend_handles_labels()[1] == ["expected", "yours"]
    expected, yours = (np.array([patch.get_height() for patch in ax.patches[:40]]), ax.patches[40].get_path().vertices)
    assert expected.sum() == pytest.approx(1.0)
    assert 0 < yours[:, 1].max() < 0.7 * expected.max()  # twice as wide, half as high


@pytest.mark.parametrize("spec", [spec for slug in topics() for spec in of_topic(slug)], ids=lambda spec: spec.id)
def test_what_is_drawn_of_random_numbers_is_what_the_reference_draws(spec: Exercise) -> None:
    for case in spec.cases:
        if isinstance(case, Property) and case.drawn is not None:
            values = np.asarray(case.drawn(getattr(reference, case.function)), dtype=float)
            assert np.isfinite(values).all(), case.call


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("broken", [lambda dout, x, weight: (dout[:1], weight), lambda dout, x, weight: None])
def test_what_has_no_picture_is_not_drawn(broken: Any) -> None:
    says("prelu", prelu_backward=broken)
    assert plt.get_fignums() == []

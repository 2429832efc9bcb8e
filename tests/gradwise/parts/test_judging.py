"""A learner's own test of gradients judges a backward pass: bugs, kinks, zeros, and wrong forms."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradwise import bridge, parts, reference
from gradwise.errors import NotWrittenYet

from ..kernel import Notebook

OWN = """
import numpy as np
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad
def relative_error(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(np.subtract(a, b)) / size) if size > 0 else 0.0
"""
RNG = np.random.default_rng(0)
POINT = {"X": RNG.normal(1, 2, (6, 3)), "gamma": RNG.normal(1, 0.5, 3), "beta": RNG.normal(0, 1, 3)}
DOUT = RNG.normal(0, 1, (6, 3))
RIGHT = reference.bn_backward(DOUT, POINT["X"], POINT["gamma"], 0.1)


def loss(X: Any, gamma: Any, beta: Any) -> float:
    return float(np.sum(DOUT * reference.bn_forward_train(X, gamma, beta, 0.1)[0]))


def says(capsys: pytest.CaptureFixture[str], gradients: Any, **more: Any) -> str:
    test = (reference.numerical_gradient, reference.relative_error)
    parts.judge(loss, POINT, lambda: gradients, **{"test": test, **more})
    return capsys.readouterr().out


def test_right_gradients_agree(capsys: pytest.CaptureFixture[str]) -> None:
    text = says(capsys, RIGHT)
    assert [line.split()[-1] for line in text.splitlines()[1:4]] == ["✓", "✓", "✓"]
    assert text.endswith("The test finds no mistake: your gradients are the slopes of your own loss.\n")


@pytest.mark.parametrize(
    ("gradients", "sentence"),
    [
        ((6 * RIGHT[0], *RIGHT[1:]), "✗ it is 6 times the measured one"),
        ((-RIGHT[0], *RIGHT[1:]), "✗ it is -1 times the measured one"),
        ((RIGHT[0] + 0.01, *RIGHT[1:]), "The test finds a mistake in the gradient of X."),
        ((RIGHT[0] * (1 + 1e-5 * DOUT), *RIGHT[1:]), "The test finds a mistake in the gradient of X."),
        ((np.zeros((6, 3)), *RIGHT[1:]), "The test finds a mistake in the gradient of X."),
        ((RIGHT[0], RIGHT[1].sum(), RIGHT[2]), "✗ its shape is (), and should be (3,)"),
        ((RIGHT[0], np.full(3, np.nan), RIGHT[2]), "The test finds a mistake in the gradient of gamma."),
        ((RIGHT[0], RIGHT[2], RIGHT[1]), "The test finds a mistake in the gradient of gamma, beta."),
        (RIGHT[:2], "✗ There should be 3 gradients: those of X, gamma, beta."),
        (None, "✗ There should be 3 gradients"),
        (3.0, "✗ There should be 3 gradients"),
        (("a", "b", "c"), "✗ expected numbers, got a str"),
    ],
)
def test_a_planted_mistake_is_found(gradients: Any, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence in says(capsys, gradients)


def test_a_kink_is_told_from_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    x, test = np.array([-2.0, 3e-6, 0.5]), (reference.numerical_gradient, reference.relative_error)
    parts.judge(lambda x: np.maximum(x, 0).sum(), {"x": x}, lambda: [(x > 0) * 1.0], test=test)
    assert "✓ a kink: with a smaller step the error is" in capsys.readouterr().out
    parts.judge(lambda x: np.maximum(x, 0).sum(), {"x": x}, lambda: [(x > 1) * 1.0], test=test)
    assert "The test finds a mistake in the gradient of x." in capsys.readouterr().out


def test_two_zeros_are_not_compared_by_their_rounding(capsys: pytest.CaptureFixture[str]) -> None:
    a = np.array([1.0, 2.0])

    def zero(a: Any, b: Any) -> Any:
        return np.sum(a**2) + np.sum((b + 1e3) - b)

    test = (reference.numerical_gradient, reference.relative_error)
    parts.judge(zero, {"a": a, "b": a}, lambda: [2 * a, np.array([1e-17, -1e-17])], test=test)
    assert "✓ both are 0" in capsys.readouterr().out
    parts.judge(zero, {"a": a, "b": a}, lambda: [2 * a, np.array([1e-3, 0])], test=test)
    assert "The test finds a mistake in the gradient of b." in capsys.readouterr().out


def test_code_that_stops_is_said_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    test = (reference.numerical_gradient, reference.relative_error)
    parts.judge(loss, POINT, lambda: 1 / 0, test=test)
    assert "✗ Your code stopped with ZeroDivisionError: division by zero." in capsys.readouterr().out


def test_code_that_is_not_written_is_named() -> None:
    def unwritten() -> None:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `unwritten`"):
        parts.judge(loss, POINT, bridge.yours(unwritten), test=(reference.numerical_gradient, reference.relative_error))


def test_the_learners_own_test_judges_if_notebook_1_has_saved_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.save("01_vanishing_gradients", Notebook(OWN).names, file)
    capsys.readouterr()
    text = says(capsys, RIGHT, test=None)
    assert text.startswith("Yours: numerical_gradient, relative_error.\n")
    assert "The test finds no mistake" in text


@pytest.mark.parametrize("step", ["(2 * h)", "h"])
def test_a_test_that_is_missing_or_wrong_is_replaced_and_that_is_said(
    step: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if step == "h":
        parts.save("01_vanishing_gradients", Notebook(OWN.replace("(2 * h)", step)).names, file)
        capsys.readouterr()
    text = says(capsys, RIGHT, test=None)
    assert "numerical_gradient is PyTorch's here, because" in text
    assert "The test finds no mistake" in text


def test_in_notebook_1_a_test_that_is_wrong_is_replaced_too(capsys: pytest.CaptureFixture[str]) -> None:
    names = Notebook(OWN.replace("(2 * h)", "h")).names
    text = says(capsys, RIGHT, test=(names["numerical_gradient"], names["relative_error"]))
    assert text.startswith(
        '○ numerical_gradient is PyTorch\'s here: yours does not pass check("gradient_check") yet.\n'
    )
    assert "The test finds no mistake" in text

"""The reference's activations and losses: PyTorch's conventions, in NumPy."""

import numpy as np
import pytest
from gradwise import reference
from gradwise.reference import activations


@pytest.mark.parametrize("name", ["sigmoid", "leaky_relu", "elu"])
def test_derivatives_are_those_of_the_function(name: str) -> None:
    x = np.array([-2.0, -0.3, 0.4, 3.0])
    f, df, h = getattr(reference, name), getattr(reference, f"{name}_grad"), 1e-6
    assert np.allclose((f(x + h) - f(x - h)) / (2 * h), df(x), atol=1e-8)


def test_conventions_at_the_kinks_are_pytorchs() -> None:
    zero = np.zeros(1)
    assert reference.relu_backward(np.ones(1), zero) == 0
    assert reference.leaky_relu_grad(zero, 0.3) == 0.3
    assert reference.elu_grad(zero, 0.5) == 0.5
    dx, dweight = reference.prelu_backward(np.ones((1, 1)), np.zeros((1, 1)), np.array([0.2]))
    assert (dx.item(), dweight.item()) == (0.2, 0.0)


def test_the_reference_takes_integers_and_leaves_its_arguments_alone() -> None:
    x = np.array([-1, 0, 2])
    assert reference.elu(x, 0.5).dtype == np.float64
    assert x.tolist() == [-1, 0, 2]
    loss, gradient = reference.softmax_cross_entropy(np.zeros((2, 3)), [0, 2])
    assert loss == pytest.approx(np.log(3))
    assert gradient.shape == (2, 3)


def test_dead_units_are_counted_by_column() -> None:
    assert reference.dead_fraction([[0.0, -1.0, 2.0], [0.0, 3.0, 0.0]]) == pytest.approx(1 / 3)


def test_randomized_slopes_come_from_the_generator_given() -> None:
    x = -np.ones((3, 4))
    draws = [reference.rrelu(x, 0.1, 0.5, True, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])
    assert np.allclose(reference.rrelu(x, 0.1, 0.5, False), -0.3)


@pytest.mark.parametrize("keeps_digits", [activations._KEEPS_DIGITS, False])
@pytest.mark.parametrize("x", [-1e-12, -1e-7, -0.5, -40.0, 0.0, 1e-12, 3.0, np.inf, -np.inf])
def test_elu_and_selu_keep_all_digits_whatever_the_version_of_pytorch(
    x: float, keeps_digits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activations, "_KEEPS_DIGITS", keeps_digits)
    expected = x if x > 0 else 0.5 * np.expm1(x)
    assert np.isclose(reference.elu(x, 0.5), expected, rtol=1e-15, atol=0)
    expected = 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * np.expm1(x))
    assert np.isclose(reference.selu(x), expected, rtol=1e-15, atol=0)
    assert np.isnan(reference.elu(np.nan))

"""Initial weights by the reference: their sizes, gains and signals."""

from typing import Any

import numpy as np
import pytest
from gradwise import reference
from torch import nn


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", ["xavier_uniform", "he_normal", "lecun_normal", "orthogonal", "torch_linear_default"])
def test_weights_are_inputs_by_outputs_and_come_from_the_generator_given(name: str) -> None:
    def drawn(seed: int) -> Any:
        W = getattr(reference, name)(7, 4, rng(seed))
        return W[0] if isinstance(W, tuple) else W

    assert drawn(1).shape == (7, 4)
    assert np.array_equal(drawn(1), drawn(1))
    assert not np.array_equal(drawn(1), drawn(2))


def test_the_schemes_have_the_sizes_of_the_text() -> None:
    def std(name: str, *args: float) -> float:
        return float(getattr(reference, name)(400, 100, rng(), *args).std())

    assert std("xavier_uniform") == pytest.approx((2 / 500) ** 0.5, rel=0.02)
    assert std("xavier_uniform", 3.0) == pytest.approx(3 * (2 / 500) ** 0.5, rel=0.02)
    assert std("he_normal") == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert std("he_normal", 3.0) == pytest.approx(3 * (2 / 400) ** 0.5, rel=0.02)
    assert std("lecun_normal") == pytest.approx(0.05, rel=0.02)
    W, b = reference.torch_linear_default(400, 100, rng())
    assert W.std() == pytest.approx((3 * 400) ** -0.5, rel=0.02)
    assert 0.9 / 20 < np.abs(b).max() <= 1 / 20


@pytest.mark.parametrize(
    ("f", "name", "param"),
    [
        (lambda z: z, "linear", None),
        (reference.relu, "relu", None),
        (lambda z: reference.leaky_relu(z, 0.3), "leaky_relu", 0.3),
    ],
)
def test_the_gain_is_pytorchs_where_pytorch_derives_it(f: Any, name: Any, param: float | None) -> None:
    assert reference.gain(f) == pytest.approx(nn.init.calculate_gain(name, param), rel=1e-6)


def test_the_gain_is_the_texts_where_pytorch_has_another() -> None:
    assert reference.gain(np.tanh) == pytest.approx(1.5925, abs=1e-4)
    assert reference.gain(reference.sigmoid) == pytest.approx(1.846, abs=1e-3)
    assert reference.gain(reference.elu) == pytest.approx(1.245, abs=1e-3)
    assert reference.gain(reference.selu) == pytest.approx(1)


def test_signals_units_and_transfer() -> None:
    X, Ws = rng().normal(size=(6, 3)), [rng(1).normal(size=(3, 5)), rng(2).normal(size=(5, 2))]
    h1 = np.tanh(X @ Ws[0])
    assert np.allclose(reference.signal_propagation(X, Ws, np.tanh), [h1.std(), np.tanh(h1 @ Ws[1]).std()])
    assert reference.distinct_units(np.zeros((2, 4)), [0, 0, 1, 0], np.zeros((4, 1))) == 2
    params, trainable = reference.transfer_layers(Ws, [W + 1 for W in Ws], 1)
    assert trainable == [False, True]
    assert np.array_equal(params[0], Ws[0])
    assert np.array_equal(params[1], Ws[1] + 1)
    assert not np.shares_memory(params[0], Ws[0])

"""Parts of several experiments: activations with slopes, weights, signals through layers."""

import numpy as np
import pytest
from gradwise.experiments import networks

X = np.random.default_rng(0).normal([5.0, -100.0, 0.0], [0.1, 20.0, 3.0], (7, 3))


def test_a_signal_is_measured_before_each_activation() -> None:
    def growth(gain: float) -> float:
        inputs = np.random.default_rng(0).normal(size=(200, 30))
        sizes = networks.through_layers(
            inputs, lambda H: H, lambda H: float(H.std()), gain=gain, normalize=lambda H: H, seed=0, depth=4
        )
        assert len(sizes) == 4
        return sizes[-1] / sizes[0]

    assert growth(1.0) == pytest.approx(1.0, abs=0.3)
    assert growth(2.0) / growth(1.0) == pytest.approx(8.0)


def test_a_normalized_signal_keeps_its_size() -> None:
    sizes = networks.through_layers(
        X, np.tanh, lambda H: float(H.std()), gain=9.0, normalize=lambda H: H / H.std(), seed=0, width=5
    )
    assert np.allclose(sizes, 1.0)


@pytest.mark.parametrize("name", networks.ACTIVATIONS)
def test_every_activation_comes_with_its_slope(name: str) -> None:
    f, df = networks.ACTIVATIONS[name]
    z, h = np.array([-2.0, -0.3, 0.4, 3.0]), 1e-6
    assert np.allclose((f(z + h) - f(z - h)) / (2 * h), df(z), atol=1e-8)
    assert np.shape(df(0.5)) == np.shape(f(0.5)) == ()


def test_weights_have_the_scale_that_was_asked_for_and_a_seed() -> None:
    (W, U), (b, _) = networks.random_weights([400, 300, 5], scale=2.0, seed=3)
    assert W.shape == (400, 300)
    assert U.shape == (300, 5)
    assert W.std() == pytest.approx(2 / np.sqrt(400), rel=0.02)
    assert not b.any()
    assert np.array_equal(W, networks.random_weights([400, 300, 5], scale=2.0, seed=3)[0][0])

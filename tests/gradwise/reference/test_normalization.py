"""Batch normalization by the reference."""

import numpy as np
import pytest
from gradwise import reference

X = np.random.default_rng(0).normal([5.0, -100.0, 0.0], [0.1, 20.0, 3.0], (7, 3))


GAMMA, BETA = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, -3.0])


def test_in_training_each_column_gets_its_own_mean_and_deviation() -> None:
    out, mean, var = reference.bn_forward_train(X, GAMMA, BETA, 1e-12)
    assert np.allclose(mean, X.mean(axis=0))
    assert np.allclose(var, X.var(axis=0))
    assert np.allclose(out.mean(axis=0), BETA)
    assert np.allclose(out.std(axis=0), np.abs(GAMMA))


def test_the_memory_is_unbiased_and_momentum_weighs_the_new_value() -> None:
    mean, var = reference.update_running(np.ones(3), 2 * np.ones(3), X, 0.3)
    assert np.allclose(mean, 0.7 + 0.3 * X.mean(axis=0))
    assert np.allclose(var, 1.4 + 0.3 * X.var(axis=0, ddof=1))


def test_gradients_are_those_of_the_forward_pass() -> None:
    dout, h = np.random.default_rng(1).normal(size=X.shape), 1e-5
    dX, dgamma, dbeta = reference.bn_backward(dout, X, GAMMA, 0.1)

    def loss(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> float:
        return float((dout * reference.bn_forward_train(x, gamma, beta, 0.1)[0]).sum())

    step = np.zeros_like(X)
    step[2, 1] = h
    assert (loss(X + step, GAMMA, BETA) - loss(X - step, GAMMA, BETA)) / (2 * h) == pytest.approx(dX[2, 1], rel=1e-5)
    shift = np.array([h, 0.0, 0.0])
    assert (loss(X, GAMMA + shift, BETA) - loss(X, GAMMA - shift, BETA)) / (2 * h) == pytest.approx(dgamma[0], rel=1e-5)
    assert (loss(X, GAMMA, BETA + shift) - loss(X, GAMMA, BETA - shift)) / (2 * h) == pytest.approx(dbeta[0], rel=1e-5)


def test_a_folded_layer_is_the_evaluation() -> None:
    rng = np.random.default_rng(2)
    W, b, mean, var = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3), rng.uniform(1, 2, 3)
    inputs = rng.normal(size=(5, 4))
    W2, b2 = reference.fold_bn(W, b, GAMMA, BETA, mean, var, 0.1)
    assert np.allclose(inputs @ W2 + b2, reference.bn_eval(inputs @ W + b, GAMMA, BETA, mean, var, 0.1))


def test_a_layer_has_attributes_to_read_and_to_set() -> None:
    layer = reference.BatchNorm(3, 0.1, 0.3)
    assert (layer.gamma.tolist(), layer.running_var.tolist(), layer.training) == ([1.0] * 3, [1.0] * 3, True)
    layer.gamma, layer.beta = GAMMA, BETA
    assert np.allclose(layer(X), reference.bn_forward_train(X, GAMMA, BETA, 0.1)[0])
    wanted = reference.update_running(np.zeros(3), np.ones(3), X, 0.3)
    assert np.allclose([layer.running_mean, layer.running_var], wanted)
    layer.training = False
    assert np.allclose(layer(X[:1]), reference.bn_eval(X[:1], GAMMA, BETA, *wanted, 0.1))
    layer.training = True
    with pytest.raises(ValueError, match="more than 1 value"):
        layer(X[:1])


def test_the_relatives_differ_in_what_they_average_over() -> None:
    images = np.random.default_rng(3).normal(2, 5, (4, 3, 2, 5))
    assert np.allclose(reference.bn2d(images, GAMMA, BETA, 1e-12).mean(axis=(0, 2, 3)), BETA)
    rows = reference.layer_norm(X, np.ones(3), np.zeros(3), 1e-12)
    assert np.allclose(rows.mean(axis=1), 0)
    standardized = reference.weight_standardization(X, 1e-12)
    assert np.allclose((standardized.mean(axis=0), standardized.std(axis=0)), ([0] * 3, [1] * 3))

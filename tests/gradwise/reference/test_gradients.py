"""Gradients by the reference: measured slopes, chains, reports, counts."""

import numpy as np
import pytest
from gradwise import reference
from gradwise.experiments import networks


def test_the_backward_pass_agrees_with_measured_slopes() -> None:
    rng, (f, df) = np.random.default_rng(0), networks.ACTIVATIONS["sigmoid"]
    (Ws, bs), X, dout = networks.random_weights([3, 4, 2], seed=1), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    _, zs, hs = reference.mlp_forward(X, Ws, bs, f)
    dWs, dbs, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
    measured = reference.numerical_gradient(
        lambda W: np.sum(dout * reference.mlp_forward(X, [W, Ws[1]], bs, f)[0]), Ws[0]
    )
    assert reference.relative_error(dWs[0], measured) < 1e-8
    assert [d.shape for d in deltas] == [(5, 4), (5, 2)]
    assert np.allclose(dbs[1], dout.sum(axis=0))


def test_the_chain_is_the_network_of_single_units() -> None:
    f, df = networks.ACTIVATIONS["tanh"]
    ws = [1.5, -0.7, 2.0]
    h, f_end = 1e-6, lambda x: f(ws[2] * f(ws[1] * f(ws[0] * x)))
    assert reference.chain_gradient(0.4, ws, f, df)[0] == pytest.approx((f_end(0.4 + h) - f_end(0.4 - h)) / (2 * h))


def test_the_report_says_non_finite_first_and_does_not_divide_by_zero() -> None:
    assert reference.gradient_report([np.array([np.inf]), np.ones(1)])[2] == "non-finite"
    assert reference.gradient_report([np.ones(1), np.zeros(1)])[1:] == (0.0, "vanishing")


def test_parameters_are_counted_as_in_pytorch() -> None:
    assert reference.count_parameters([64, 32, 10]) == 64 * 32 + 32 + 32 * 10 + 10

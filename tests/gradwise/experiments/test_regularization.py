"""Notebook 5's experiments: bias and variance, exact zeros, digits."""

from typing import Any

import numpy as np
import pytest
from gradwise import data, reference
from gradwise.experiments import regularization, valley


def test_bias_variance_and_noise_add_up_to_the_error() -> None:
    curve = regularization.Curve(places=20, repeats=300)
    W = np.zeros((15, 300))
    for _ in range(200):
        W = W - 0.2 * curve.gradient(W)
    bias, variance, error = curve.decompose(W)
    assert bias + variance + curve.noise == pytest.approx(error, rel=0.03)


def test_only_the_proximal_step_finds_exact_zeros() -> None:
    def slide(w: Any, g: Any, lr: float, lam: float) -> Any:
        return w - lr * g - np.minimum(lr * lam, np.abs(w)) * np.sign(w)

    assert (regularization.lasso(slide, num_steps=500) == 0).sum() == 0
    assert (regularization.lasso(reference.l1_prox_step, num_steps=500) == 0).sum() == 16
    assert 0.3 < valley.first_zero(reference.l1_prox_step) < 0.7
    assert np.isnan(valley.first_zero(lambda w, g, lr, lam: w - lr * (g + 2 * lam * w)))


def test_digits_are_trained_with_what_stands_in_front() -> None:
    digits = data.digits(test=0.95)
    methods: dict[str, Any] = {"none": {"seeds": 2, "num_epochs": 2}, "front": {"seeds": 2, "num_epochs": 2}}
    methods["front"]["front"] = lambda X, rng: X + rng.normal(size=X.shape)
    title, first, second = regularization.digits_table(digits, methods, elsewhere=digits.X_test).splitlines()
    assert "standard error" in title
    assert first.split()[1] == first.split()[-1]
    assert first.split()[1:] != second.split()[1:]

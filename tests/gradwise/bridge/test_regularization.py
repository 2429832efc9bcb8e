"""A learner's regularizers inside PyTorch behave like PyTorch's own; many small networks behave like one by one."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import networks, parallel_training, regularization, seeds
from torch import nn
from torch.nn import functional

# --- layers and targets -----------------------------------------------------------------------------


def test_dropout_masks_in_training_and_passes_in_evaluation() -> None:
    layer = bridge.Dropout(reference.dropout_forward, reference.dropout_backward, 0.3, seed=1)
    x = torch.full((200, 50), 2.0, dtype=torch.float64, requires_grad=True)
    out = layer(x)
    torch.autograd.backward(out.sum())
    assert set(out.detach().unique().tolist()) == {0.0, 2 / 0.7}
    assert x.grad is not None
    assert torch.equal(x.grad, out.detach() / 2)
    assert not torch.equal(layer(x), out)
    assert torch.equal(layer.eval()(x), x)
    assert "p=0.3" in repr(layer)


def test_backward_is_the_learners_own() -> None:
    layer = bridge.Dropout(lambda x, p, t, rng: (x, np.ones(x.shape)), lambda dout, mask: 5 * dout * mask)
    x = torch.ones((2, 3), dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(layer(x).sum())
    assert x.grad is not None
    assert torch.equal(x.grad, torch.full((2, 3), 5.0, dtype=torch.float64))


def test_what_is_done_in_training_is_not_done_in_evaluation() -> None:
    layer = bridge.InTraining(lambda X, rng: X + rng.normal(size=X.shape))
    x = torch.zeros(3, 4, dtype=torch.float64)
    assert layer(x).abs().min() > 0
    assert torch.equal(layer.eval()(x), x)


def test_smoothed_targets_give_pytorchs_loss() -> None:
    loss = bridge.SoftTargets(reference.smooth_labels, 4, 0.2)
    logits, y = torch.randn(5, 4, dtype=torch.float64), torch.tensor([0, 3, 1, 1, 2])
    assert torch.allclose(loss(logits, y), functional.cross_entropy(logits, y, label_smoothing=0.2))


def test_a_missing_part_is_named() -> None:
    def dropout_forward(x: Any, p: float, training: bool, rng: Any) -> Any:
        raise NotImplementedError

    layer = bridge.Dropout(dropout_forward, reference.dropout_backward)
    with pytest.raises(NotWrittenYet, match="needs your `dropout_forward`"):
        layer(torch.zeros(2, 3, dtype=torch.float64))


# --- steps ------------------------------------------------------------------------------------------


def stepped(make: Any, steps: int = 4) -> list[torch.Tensor]:
    """The weight and bias of a small layer after some steps."""
    (layer,) = training.mlp([3, 2], nn.ReLU, seed=1)
    optimizer, x = make(layer), torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(4, 3)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward(layer(x).square().mean())
        optimizer.step()
    return [layer.weight.detach(), layer.bias.detach()]


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam])
def test_a_penalty_is_weight_decay_on_the_weights_alone(kind: Any) -> None:
    def pytorchs(layer: nn.Module) -> torch.optim.Optimizer:
        decayed = {"params": [layer.weight], "weight_decay": 0.6}
        return kind([decayed, {"params": [layer.bias]}], lr=0.1)

    mine = stepped(lambda layer: bridge.penalized(kind(layer.parameters(), lr=0.1), reference.l2_penalty, 0.3))
    for one, other in zip(mine, stepped(pytorchs), strict=True):
        assert torch.allclose(one, other)


def test_a_proximal_step_moves_weights_by_the_learner_and_biases_by_pytorch() -> None:
    sgd = lambda layer: torch.optim.SGD(layer.parameters(), lr=0.1)  # noqa: E731
    plain = stepped(sgd)
    same = stepped(lambda layer: bridge.proximal(sgd(layer), reference.l1_prox_step, 0.0))
    assert all(torch.allclose(one, other) for one, other in zip(plain, same, strict=True))
    weight, bias = stepped(lambda layer: bridge.proximal(sgd(layer), reference.l1_prox_step, 1.0), steps=20)
    assert (weight == 0).any()
    assert (bias != 0).all()


# --- many small networks ----------------------------------------------------------------------------


def test_moons_have_wrong_labels_in_training_only() -> None:
    clean, noisy = data.moons(flipped=0.0, seed=4), data.moons(flipped=0.2, seed=4)
    assert np.array_equal(clean.X_train, noisy.X_train)
    assert (clean.y_train != noisy.y_train).sum() == 10
    assert np.array_equal(clean.y_test, noisy.y_test)
    assert noisy.num_classes == 2


def test_a_crowd_learns_like_its_networks_one_by_one() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(3)]
    trained = parallel_training.train(splits, sizes=(2, 8, 2), num_epochs=25)
    for seed, split in enumerate(splits):
        alone = training.mlp([2, 8, 2], nn.ReLU, seed=seed)
        adam = lambda weights: torch.optim.AdamW(weights, lr=0.01, weight_decay=0.0)  # noqa: E731
        run = training.fit(alone, split, num_epochs=25, batch_size=20, optimizer=adam)
        assert np.allclose(trained.probability(seed)(split.X_test), training.probability(run.model)(split.X_test))
        assert trained.on_test(splits).accuracy[seed] == run.accuracy


def test_each_part_of_a_method_is_used() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(2)]
    train = lambda method: parallel_training.train(splits, method, sizes=(2, 8, 2), num_epochs=5)  # noqa: E731
    plain = train(None).probabilities(splits[0].X_test)
    seen: list[bool] = []
    layer = lambda: bridge.InTraining(lambda X, rng: seen.append(True) or X / 2)  # noqa: E731
    for method in (
        parallel_training.Method(examples=lambda X, Y, rng: (X, Y[::-1].copy())),
        parallel_training.Method(penalty=lambda W: W),
        parallel_training.Method(shrink=lambda W, lr: W * (1 - lr)),
        parallel_training.Method(hidden=layer),
    ):
        assert not np.allclose(train(method).probabilities(splits[0].X_test), plain)
    assert seen


def test_differences_are_paired() -> None:
    assert seeds.paired(np.array([0.5, 0.75, 1.0]), np.array([0.25, 0.5, 1.0])) == "+0.167 (t = +2.0, 2 of 3 seeds)"
    assert seeds.paired(np.ones(3), np.ones(3)) == "+0.000 (t = -, 0 of 3 seeds)"


def test_a_table_compares_with_its_first_method() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(2)]
    methods = {"none": parallel_training.Method(), "L2": parallel_training.Method(penalty=lambda W: W)}
    title, first, second = parallel_training.train_and_compare(splits, methods).splitlines()
    assert "difference" in title
    assert "seeds)" not in first
    assert second.endswith("2 seeds)")


def test_ensembles_grow_from_one_member_to_all() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(2)]
    members = parallel_training.ensembles(splits, members=3, bagging=True, num_epochs=5)
    assert members.shape == (2, 3, 30, 2)
    assert not np.allclose(members[0, 0], members[0, 1])
    growth = parallel_training.growth(members, splits, reference.ensemble_predict)
    assert growth.shape == (2, 3)
    alone = np.mean([networks.share_right(member, splits[0].y_test) for member in members[0]])
    assert growth[0, 0] == pytest.approx(alone)


# --- what is shrunk ---------------------------------------------------------------------------------


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
    assert 0.3 < regularization.first_zero(reference.l1_prox_step) < 0.7
    assert np.isnan(regularization.first_zero(lambda w, g, lr, lam: w - lr * (g + 2 * lam * w)))


def test_digits_are_trained_with_what_stands_in_front() -> None:
    digits = data.digits(test=0.95)
    methods: dict[str, Any] = {"none": {"seeds": 2, "num_epochs": 2}, "front": {"seeds": 2, "num_epochs": 2}}
    methods["front"]["front"] = lambda X, rng: X + rng.normal(size=X.shape)
    title, first, second = regularization.digits_table(digits, methods, elsewhere=digits.X_test).splitlines()
    assert "standard error" in title
    assert first.split()[1] == first.split()[-1]
    assert first.split()[1:] != second.split()[1:]

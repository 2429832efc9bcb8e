"""The bridge, the reference and the helpers of notebook 04, against PyTorch."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import initialization, networks
from torch import nn


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- reference --------------------------------------------------------------------------------------


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


# --- bridge -----------------------------------------------------------------------------------------


def ramp(n_in: int, n_out: int, generator: np.random.Generator, start: float = 0.0) -> Any:
    return np.arange(start, start + n_in * n_out).reshape(n_in, n_out)


def test_a_learners_weights_are_transposed_into_the_layer_and_biases_are_zero() -> None:
    layer = nn.Linear(3, 2, dtype=torch.float64)
    bridge.Initializer(ramp, 5.0)(layer)
    assert layer.weight.tolist() == [[5.0, 7.0, 9.0], [6.0, 8.0, 10.0]]
    assert layer.bias.tolist() == [0.0, 0.0]
    x = torch.tensor([[1.0, 0.0, 2.0]], dtype=torch.float64)
    assert np.allclose(layer(x).detach(), x.numpy() @ ramp(3, 2, rng(), 5.0))


def test_biases_are_the_learners_if_there_are_any() -> None:
    model = training.mlp([4, 3, 2], nn.Tanh, init=bridge.Initializer(reference.torch_linear_default, seed=3))
    W, b = reference.torch_linear_default(4, 3, rng(3))
    first = model[0]
    assert isinstance(first, nn.Linear)
    assert np.allclose(first.weight.detach(), W.T)
    assert np.allclose(first.bias.detach(), b)


def test_a_network_filled_by_a_learner_trains_like_one_filled_by_pytorch() -> None:
    def theirs(layer: nn.Linear) -> None:
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(reference.he_normal(layer.in_features, layer.out_features, source).T))
            nn.init.zeros_(layer.bias)

    source, digits = rng(1), data.digits()
    losses = [
        training.fit(training.mlp([64, 16, 10], nn.ReLU, init=init), digits, num_epochs=1).losses
        for init in (theirs, bridge.Initializer(reference.he_normal, seed=1))
    ]
    assert losses[0] == losses[1]


def test_a_missing_or_misshapen_initializer_is_named() -> None:
    def he_normal(n_in: int, n_out: int, generator: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `he_normal`"):
        bridge.Initializer(he_normal)(nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"your function gave shape \(2, 3\); wanted \(3, 2\)"):
        bridge.Initializer(lambda n_in, n_out, generator: np.zeros((n_out, n_in)))(nn.Linear(3, 2))


def two_networks() -> tuple[nn.Sequential, nn.Sequential]:
    return training.mlp([3, 5, 4, 2], nn.ReLU, seed=1), training.mlp([3, 5, 4, 6], nn.ReLU, seed=2)


def test_transferred_layers_are_those_of_load_state_dict_and_frozen() -> None:
    source, target = two_networks()
    wanted = two_networks()[1]
    for index in (0, 2):
        wanted[index].load_state_dict(source[index].state_dict())
    assert bridge.transfer(reference.transfer_layers, source, target, 2) is target
    for mine, theirs in zip(target.parameters(), wanted.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert [p.requires_grad for p in target.parameters()] == [False] * 4 + [True] * 2


def test_training_the_new_network_leaves_the_old_one_and_the_frozen_layers_alone() -> None:
    source, target = two_networks()
    before = [p.detach().clone() for p in source.parameters()]
    bridge.transfer(reference.transfer_layers, source, target, 1)
    frozen = networks.weights_of(target)[0]
    X = rng().normal(size=(12, 3))
    training.fit(target, data.Split(X, np.arange(12) % 6, X, np.arange(12) % 6), num_epochs=2)
    assert all(torch.equal(p, old) for p, old in zip(source.parameters(), before, strict=True))
    assert np.array_equal(networks.weights_of(target)[0], frozen)
    assert not np.array_equal(networks.weights_of(target)[1], networks.weights_of(two_networks()[1])[1])


# --- propagation, data, plots -----------------------------------------------------------------------


def test_signals_there_and_back_are_autograds() -> None:
    X, model = rng().normal(size=(7, 3)), training.mlp([3, 5, 4], nn.Tanh)
    Ws = networks.weights_of(model)
    assert [W.shape for W in Ws] == [(3, 5), (5, 4)]
    hs, gradients = initialization.there_and_back(X, Ws, torch.tanh, seed=4)
    assert np.allclose(hs[1], np.tanh(np.tanh(X @ Ws[0]) @ Ws[1]))
    dz = np.random.default_rng(4).normal(size=(7, 4)) * (1 - hs[1] ** 2)
    assert np.allclose(gradients[1], dz)
    assert np.allclose(gradients[0], dz @ Ws[1].T * (1 - hs[0] ** 2))


def test_units_are_rounded_columns_and_rows() -> None:
    W, b, V = initialization.units(training.mlp([3, 5, 2], nn.Tanh), decimals=2)
    assert (W.shape, b.shape, V.shape) == ((3, 5), (5,), (5, 2))
    assert np.array_equal(W, W.round(2))


def test_a_spiral_can_be_rotated_and_renamed_and_cut_to_a_few_points() -> None:
    plain, other = data.spiral(50), data.spiral(50, rotate=0.5, order=(1, 2, 0))
    turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]])
    assert np.allclose(plain.X_test @ turn, other.X_test)
    assert np.array_equal((plain.y_train + 1) % 3, other.y_train)
    small = data.few(other, 4)
    assert sorted(small.y_train) == [0] * 4 + [1] * 4 + [2] * 4
    assert np.array_equal(small.X_test, other.X_test)


def test_figures_of_signals_have_names_and_numbers() -> None:
    _, (left, right) = plots.figure(2)
    networks.layer_spread(left, [[1.0, 0.1], [1.0, 0.3], [1.0, 0.2]], "tanh", says="ends at {last:.2g}", title="t")
    assert left.get_legend().get_texts()[0].get_text() == "tanh: ends at 0.2"
    assert (left.get_xlabel(), left.get_yscale()) == ("layer", "log")
    initialization.histograms(right, [rng().normal(size=50), rng().normal(size=50)], reach=2, title="t", xlabel="h")
    assert [line.get_label() for line in right.lines] == ["layer 1", "layer 2"]
    assert (right.get_xlabel(), right.get_ylabel()) == ("h", "density")
    _, (ax,) = plots.figure()
    plots.means(ax, [9, 30], {"scratch": [[0.5, 0.7], [0.8, 0.9]]}, xlabel="points", ylabel="accuracy")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("points", "accuracy")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["9", "30"]
    plt.close("all")

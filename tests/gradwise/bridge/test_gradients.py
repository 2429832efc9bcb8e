"""What notebook 01 needs around a learner's code: a network of it, clipping with it, its reference, its helpers."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import gradients, networks
from torch import nn

SGD = torch.optim.SGD


def network(kind: str = "tanh", seed: int = 0, **passes: Any) -> nn.Module:
    forward = passes.get("forward", reference.mlp_forward)
    backward = passes.get("backward", reference.mlp_backward)
    Ws, bs = networks.random_weights([64, 12, 8, 10], 1.0, seed)
    return bridge.Network(forward, backward, Ws, bs, *networks.ACTIVATIONS[kind])


def torch_network(seed: int = 0) -> nn.Module:
    """The same network, all PyTorch."""
    Ws, bs = networks.random_weights([64, 12, 8, 10], 1.0, seed)
    layers: list[nn.Module] = []
    for W, b in zip(Ws, bs, strict=True):
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


# --- bridge -----------------------------------------------------------------------------------------


def test_a_learners_network_trains_like_pytorchs() -> None:
    digits = data.digits()
    mine, theirs = (training.fit(net, digits, num_epochs=2, lr=0.3) for net in (network(), torch_network()))
    assert mine.losses == pytest.approx(theirs.losses, rel=1e-9)
    assert mine.accuracies == theirs.accuracies


def test_a_learners_backward_pass_is_used() -> None:
    def backward(dout: Any, zs: Any, hs: Any, Ws: Any, df: Any) -> Any:
        return [np.full(W.shape, 7.0) for W in Ws], [np.full(W.shape[1], 3.0) for W in Ws], []

    net = network(backward=backward)
    net(torch.ones(2, 64, dtype=torch.float64)).sum().backward()
    assert {p.grad.unique().item() for p in net.parameters() if p.grad is not None} == {7.0, 3.0}


def test_a_learner_who_writes_into_the_weights_does_not_reach_the_network() -> None:
    def forward(X: Any, Ws: Any, bs: Any, f: Any) -> Any:
        result = reference.mlp_forward(X, Ws, bs, f)
        Ws[0][...] = 0
        X[...] = 0
        return result

    net, X = network(forward=forward), torch.ones(2, 64, dtype=torch.float64)
    first = net(X)
    assert torch.equal(first, net(X))


def test_what_is_missing_or_misshapen_is_said() -> None:
    def mlp_forward(*args: Any) -> Any:
        raise NotImplementedError

    X = torch.ones(2, 64, dtype=torch.float64)
    with pytest.raises(NotWrittenYet, match="needs your `mlp_forward`"):
        network(forward=mlp_forward)(X)
    with pytest.raises(ValueError, match=r"your function gave shape \(1, 10\) for an input of shape \(2, 10\)"):
        network(forward=lambda X, Ws, bs, f: (np.zeros((1, 10)), [], []))(X)


def test_clipping_before_each_step_is_pytorchs() -> None:
    digits, net, clipped_by_hand = data.digits(), torch_network(), torch_network()
    steps = bridge.clipped(lambda p: SGD(p, lr=0.5), reference.clip_grad_norm, 0.1)
    mine = training.fit(net, digits, num_epochs=1, optimizer=steps)

    class Clipping(SGD):
        def step(self, closure: Any = None) -> Any:
            nn.utils.clip_grad_norm_(clipped_by_hand.parameters(), 0.1)
            return super().step(closure)

    theirs = training.fit(clipped_by_hand, digits, num_epochs=1, optimizer=lambda p: Clipping(p, lr=0.5))
    plain = training.fit(torch_network(), digits, num_epochs=1, lr=0.5)
    assert mine.losses == pytest.approx(theirs.losses, rel=1e-9)
    assert mine.losses != pytest.approx(plain.losses, rel=1e-3)


def test_gradients_may_come_alone_and_without_a_clip_nothing_changes() -> None:
    p = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    p.grad = torch.tensor([3.0, -0.1], dtype=torch.float64)
    bridge.clipped(lambda ps: SGD(ps, lr=1.0), reference.clip_grad_value, 0.5)([p]).step()
    assert p.tolist() == [-0.5, 0.1]
    bridge.clipped(lambda ps: SGD(ps, lr=1.0))([p]).step()
    assert p.tolist() == [-1.0, 0.2]


# --- reference --------------------------------------------------------------------------------------


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


# --- signals ----------------------------------------------------------------------------------------


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


def test_the_suspect_has_two_bugs() -> None:
    rng, (f, df) = np.random.default_rng(0), networks.ACTIVATIONS["tanh"]
    (Ws, bs), X, dout = networks.random_weights([3, 4, 2, 5]), rng.normal(size=(6, 3)), rng.normal(size=(6, 5))
    _, zs, hs = reference.mlp_forward(X, Ws, bs, f)
    right, suspect = (go(dout, zs, hs, Ws, df) for go in (reference.mlp_backward, gradients.suspect_backward))
    wrong = [
        (kind, layer)
        for kind in range(3)
        for layer in range(3)
        if not np.allclose(right[kind][layer], suspect[kind][layer])
    ]
    assert wrong == [(0, 1), (1, 0)]


def test_clipping_rescues_the_recurrent_network() -> None:
    digits = data.digits()
    X, y = digits.X_train[:100], digits.y_train[:100]
    parts = (reference.mlp_forward, reference.mlp_backward, reference.clip_grad_norm)
    without, clipped = (gradients.train_recurrent(*parts, X, y, max_norm, seed=0) for max_norm in (np.inf, 1.0))
    assert not without[-1] < 2
    assert clipped[-1] < 0.5
    assert without[0] == clipped[0]


def test_weights_that_move_are_measured_by_their_own_length() -> None:
    before, after = training.mlp([2, 3, 2], nn.Tanh), training.mlp([2, 3, 2], nn.Tanh)
    with torch.no_grad():
        for p in after.parameters():
            p.mul_(1.5)
    assert gradients.moved(before, after) == pytest.approx([0.5, 0.5])


def test_descent_ends_where_the_gradient_is_zero_and_clouds_come_in_turn() -> None:
    assert gradients.end_of_descent(lambda x: x - 3.0, np.zeros(2), lr=0.5, steps=60) == pytest.approx(np.full(2, 3.0))
    X, y = gradients.two_clouds(1)
    assert X.shape == (80, 2)
    assert X[y == 1].mean() > 0.7 > -0.7 > X[y == 0].mean()


def test_pictures_by_layer_have_names_on_their_axes() -> None:
    figure, (left, right) = plots.figure(2)
    networks.by_layer(left, [[1.0, 2.0], [3.0, 4.0], [2.0, 9.0]], "a")
    assert list(left.lines[0].get_ydata()) == [2.0, 4.0]
    assert (left.get_xlabel(), left.get_yscale()) == ("layer", "log")
    gradients.name_axes(left, right, "The finding.")
    assert figure.get_supxlabel() == "The finding."
    runs = [(2.3, [np.ones(1)] * 4, [], [np.ones(1), np.ones(2)])]
    gradients.draw_ladder(reference.gradient_report, {"net": runs})
    ladder = plt.gcf()
    assert "1e+00 (net)" in ladder.get_supxlabel()
    assert ladder.axes[1].get_legend().get_texts()[0].get_text() == "net: healthy"
    plt.close("all")


def test_dead_networks_and_lost_ones_are_counted() -> None:
    assert gradients.stuck([0.1, 2.0]) == "Guessing costs 2.30."
    dead = "2 of the 3 runs end there: one giant step has switched the ReLUs off, and no gradient comes back"
    assert gradients.stuck([np.log(10), 1.97, np.log(10)]) == f"Guessing costs 2.30; {dead}."
    assert gradients.stuck([np.nan, 0.1]) == "Guessing costs 2.30; 1 end in nan, where the line breaks off."

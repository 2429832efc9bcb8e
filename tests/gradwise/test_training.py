"""The library of the notebooks: reference, bridge, data, training, plots, demos."""

import html
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference, training
from gradwise.demos import activation_explorer
from gradwise.demos.activations import NAMES, curve, explore, finding
from gradwise.demos.frame import as_html
from gradwise.errors import NotWrittenYet
from gradwise.experiments import seeds
from torch import nn


def sigmoid_grad(x: Any) -> Any:
    return reference.sigmoid(x) * (1 - reference.sigmoid(x))


# --- reference --------------------------------------------------------------------------------------


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


# --- bridge -----------------------------------------------------------------------------------------


def test_a_learners_activation_trains_like_pytorchs() -> None:
    digits = data.digits()
    mine = bridge.Activation(reference.elu, reference.elu_grad, 1.0)

    def losses(activation: nn.Module) -> list[float]:
        model = training.mlp([64, 16, 10], lambda: activation, seed=3)
        return training.fit(model, digits, num_epochs=2, lr=0.1).losses

    assert losses(mine) == pytest.approx(losses(nn.ELU()), rel=1e-9)


def test_forward_and_backward_are_the_learners_own() -> None:
    layer = bridge.Activation(lambda x, k: x * k, lambda x, k: np.full(x.shape, 7.0), 3.0)
    x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    layer(x).sum().backward()
    assert layer(x).tolist() == [3.0, 3.0]
    assert x.grad is not None
    assert x.grad.tolist() == [7.0, 7.0]
    assert "3.0" in repr(layer)


def test_a_learner_who_writes_into_the_argument_does_not_reach_the_network() -> None:
    def relu(x: Any) -> Any:
        x[x < 0] = 0
        return x

    x = torch.tensor([-1.0, 2.0], dtype=torch.float64)
    assert bridge.Activation(relu, reference.relu)(x).tolist() == [0.0, 2.0]
    assert x.tolist() == [-1.0, 2.0]


def test_learned_slopes_follow_the_learners_gradient() -> None:
    x = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    mine, theirs = bridge.PReLU(reference.prelu_backward, 3), nn.PReLU(3, dtype=torch.float64)
    for layer in (mine, theirs):
        layer(x).pow(2).sum().backward()
    assert mine.weight.grad is not None
    assert theirs.weight.grad is not None
    assert torch.allclose(mine.weight.grad, theirs.weight.grad)


def test_a_learners_loss_trains_like_pytorchs() -> None:
    def losses(**options: Any) -> list[float]:
        return training.fit(training.mlp([64, 16, 10], nn.ReLU), data.digits(), num_epochs=1, lr=0.1, **options).losses

    assert losses(loss=bridge.Loss(reference.softmax_cross_entropy)) == pytest.approx(losses(), rel=1e-9)


def test_an_experiment_that_stops_shows_no_empty_figure() -> None:
    def dead_fraction(H: Any) -> Any:
        raise NotImplementedError

    plots.figure()
    with pytest.raises(NotWrittenYet, match="needs your `dead_fraction`"):
        bridge.yours(dead_fraction)(1)
    assert plt.get_fignums() == []
    assert bridge.yours(len)([1, 2]) == 2


def test_a_missing_part_is_named() -> None:
    def elu(x: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="This experiment needs your `elu`: write it first"):
        bridge.Activation(elu, elu)(torch.ones(1))


def test_a_wrong_shape_is_said_in_shapes() -> None:
    with pytest.raises(ValueError, match=r"your function gave shape \(1,\) for an input of shape \(2,\)"):
        bridge.Activation(lambda x: x[:1], sigmoid_grad)(torch.ones(2))


# --- data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [data.digits, data.ring, data.spiral])
def test_data_is_seeded_and_split(make: Any) -> None:
    one, same, other = make(seed=1), make(seed=1), make(seed=2)
    assert np.array_equal(one.X_train, same.X_train)
    assert not np.array_equal(one.X_train, other.X_train)
    assert one.X_train.dtype == np.float64
    assert one.y_train.dtype == np.int64
    assert len(one.X_train) == len(one.y_train)
    assert len(one.X_test) == len(one.y_test)
    assert set(one.y_test) <= set(range(one.num_classes))


def test_digits_are_standardized_with_the_training_part_only() -> None:
    digits = data.digits(seed=1)
    assert digits.X_train.shape == (1258, 64)
    assert abs(digits.X_train.mean()) < 1e-12
    assert digits.X_train.std() == pytest.approx(1)
    assert digits.X_test.mean() != pytest.approx(0, abs=1e-4)


def test_no_straight_line_separates_the_ring() -> None:
    ring = data.ring()
    inside = np.linalg.norm(ring.X_train[ring.y_train == 1], axis=1).mean()
    outside = np.linalg.norm(ring.X_train[ring.y_train == 0], axis=1).mean()
    assert inside < 0.45 < 0.8 < outside


# --- training ---------------------------------------------------------------------------------------


def test_training_is_seeded_learns_and_keeps_a_history() -> None:
    digits = data.digits()

    def run() -> training.Run:
        return training.fit(
            training.mlp([64, 16, 10], nn.ReLU), digits, num_epochs=3, lr=0.1, watch=lambda model: float(model.training)
        )

    one, two = run(), run()
    assert one.losses == two.losses
    assert one.losses[-1] < one.losses[0]
    assert one.accuracy == one.accuracies[-1] > 0.8
    assert one.watched == [0.0] * 4  # before the first epoch, and after each; never in training mode


def test_runs_over_seeds_are_summed_up_with_their_standard_error() -> None:
    runs = [training.Run(nn.ReLU(), accuracies=[accuracy]) for accuracy in (0.9, 0.8, 1.0)]
    assert seeds.summary(runs) == "0.900 ± 0.058"
    assert len(training.over_seeds(lambda seed: training.mlp([2, 4, 2], nn.ReLU, seed=seed), data.ring(), seeds=2,
                                   num_epochs=1, lr=0.1)) == 2  # fmt: skip


def test_biases_may_start_anywhere_but_in_the_last_layer() -> None:
    model = training.mlp([2, 3, 2], nn.ReLU, bias=-1.0)
    first, last = model[0], model[-1]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    assert first.bias.tolist() == [-1.0] * 3
    assert last.bias.tolist() == [0.0] * 2


def test_pre_activations_are_what_goes_into_the_activations() -> None:
    model = training.mlp([2, 3, 4, 2], nn.ReLU)
    X = np.ones((5, 2))
    H = training.pre_activations(model, X)
    assert H.shape == (5, 7)
    assert np.allclose(H[:, :3], model[0](torch.ones(5, 2, dtype=torch.float64)).detach())


def test_a_mean_has_the_same_standard_error_in_a_table_and_in_every_figure() -> None:
    scores = np.array([[0.5, 0.7, 0.9], [0.8, 0.8, 0.8]])
    assert plots.standard_error(scores) == pytest.approx([0.2 / 3**0.5, 0.0])
    assert seeds.mean_and_error(scores[0]) == "0.700 ± 0.115"
    assert seeds.wins([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]) == "2 of 3 seeds"
    assert seeds.paired(scores[0], np.array([0.5, 0.6, 0.9])) == "+0.033 (t = +1.0, 1 of 3 seeds)"
    for dots in (False, True):
        _, (ax,) = plots.figure()
        averages = plots.means(ax, [1.0, 10.0], {"a": scores}, xlabel="x", ylabel="y", dots=dots)
        assert averages == {"a": pytest.approx([0.7, 0.8])}
        (bars,) = ax.containers[0].lines[2]
        assert np.ptp(bars.get_segments()[0][:, 1]) == pytest.approx(2 * 0.2 / 3**0.5)
        assert sum(line.get_marker() == "." for line in ax.lines) == 3 * dots
    _, (ax,) = plots.figure()
    plots.scores(ax, {"a": [0.5, 0.7, 0.9]}, xlabel="x")
    (bars,) = ax.containers[0].lines[2]
    assert np.ptp(bars.get_segments()[0][:, 0]) == pytest.approx(2 * 0.2 / 3**0.5)


def test_weight_gradients_come_layer_by_layer() -> None:
    gradients = training.weight_gradients(training.mlp([2, 3, 2], nn.Tanh), data.ring(50))
    assert [gradient.shape for gradient in gradients] == [(3, 2), (2, 3)]


# --- plots and demos --------------------------------------------------------------------------------


def test_figures_have_names_on_their_axes_and_fit_the_column() -> None:
    ring = data.ring(50)
    model = training.mlp([2, 4, 2], nn.ReLU)
    figure, axes = plots.boundaries([("a", training.probability(model))] * 3, ring.X_train, ring.y_train)
    assert figure.get_size_inches()[0] == plots.WIDTH
    assert [ax.get_xlabel() for ax in axes] == ["$x_1$"] * 3
    figure, (left, right) = plots.figure(2)
    plots.spread(left, [[1, 2, 3], [3, 2, 1]], "runs")
    assert left.get_legend().get_texts()[0].get_text() == "runs"
    plots.scores(right, {"a": [0.5, 0.7], "b": [0.9, 0.8]}, xlabel="accuracy")
    assert [label.get_text() for label in right.get_yticklabels()] == ["a", "b"]
    plots.caption(figure, "The finding.")
    assert figure.get_supxlabel() == "The finding."
    plots.gradient_sizes(left, {"first": [0.0, 1e-3], "last": [0.1]}, title="t")
    assert left.get_xlabel() == "log10 |gradient|"
    plt.close("all")


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_can_be_explored(name: str) -> None:
    value, slope = curve(name, 0.3)
    assert value.shape == slope.shape == (401,)
    view = explore(name, 0.3)
    assert view.finding == finding(name, 0.3)
    page = as_html(view)
    assert f'alt="{html.escape(view.finding)}"' in page
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("leaky_relu", 0.1), "Left of 0 the slope is 0.1: 10 % of a gradient passes there."),
        (("leaky_relu", 0.0), "Left of 0 the slope is 0.0: nothing of a gradient passes there."),
        (
            ("leaky_relu", 2.0, True),
            "With a slope of 2.0, max(αz, z) picks the wrong piece on both sides, by up to 4.0.",
        ),
        (
            ("elu", 0.5),
            "With α = 0.5 the left side goes down to -0.5, and there is a corner at 0, where the slope jumps by 0.5.",
        ),
        (("elu", 1.0), "With α = 1.0 the left side goes down to -1.0, and there is no corner at 0."),
        (("sigmoid", 1.0), "sigmoid's slope is 0.25 at most and 0.018 at x = -4."),
    ],
)
def test_the_sentence_follows_the_sliders(args: Any, says: str) -> None:
    assert finding(*args) == says


def test_the_explorer_redraws_when_a_control_moves() -> None:
    demo = activation_explorer()
    name, alpha, slide_form = demo.controls.values()
    before = demo.picture.value
    alpha.value = 2.0
    slide_form.value = True
    assert demo.picture.value != before
    assert "picks the wrong piece" in demo.picture.value
    name.value = "elu"
    assert "α = 2.0" in demo.picture.value
    assert (alpha.disabled, slide_form.disabled) == (False, True)
    name.value = "mish"
    assert (alpha.disabled, slide_form.disabled) == (True, True)

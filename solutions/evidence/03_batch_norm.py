"""Evidence for notebook 03: batch normalization."""

import functools

import numpy as np
import torch
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import data, training
from gradwise.experiments import networks

BN = functools.partial(nn.BatchNorm1d, dtype=torch.float64)


@claim(
    "Why",
    "Ten ReLU layers: with k = 4 the signal grows several thousandfold, with k = 0.5 it shrinks as much. Tanh with k = 4 stays in bounds, and about half of "
    "its units are flat. A batch normalization removes the dependence on k.",
    above("relu_large", by=3.5),
    above("zero", "relu_small", by=3.5),
    above("flat_large", by=0.4),
    alike("bn_large", "bn_small", within=0.1),
    settings={"64 units": {"width": 64}, "128 units": {"width": 128}},
)
def ten_layers(seed, width):
    X, same = data.digits().X_train, lambda H: H
    norm = lambda H: (H - H.mean(axis=0)) / np.sqrt(H.var(axis=0) + 1e-5)
    relu, flat = lambda H: np.maximum(H, 0), lambda H: np.mean(1 - np.tanh(H) ** 2 < 0.06)

    def growth(k, normalize):
        sizes = networks.through_layers(X, relu, np.std, gain=k, normalize=normalize, seed=seed, width=width)
        return np.log10(sizes[-1] / sizes[0])

    return {
        "zero": 0.0,
        "relu_small": growth(0.5, same),
        "relu_large": growth(4.0, same),
        "bn_small": growth(0.5, norm),
        "bn_large": growth(4.0, norm),
        "flat_large": networks.through_layers(X, np.tanh, flat, gain=4.0, normalize=same, seed=seed, width=width)[-1],
    }


def spiral_run(seed, norm, scale=1.0, lr=0.1, epochs=10, batch_size=32, optimizer=None):
    """Five hidden layers of 30 ReLU units on a spiral, with He's weights times a scale."""
    he = lambda layer: nn.init.normal_(layer.weight, std=scale * (2 / layer.in_features) ** 0.5)
    model = training.mlp([2, *[30] * 5, 3], nn.ReLU, seed=seed, norm=norm, init=he, bias=0.0)
    options = {"num_epochs": epochs, "lr": lr, "batch_size": batch_size, "seed": seed, "optimizer": optimizer}
    return training.fit(model, data.spiral(300), **options)


@claim(
    "3.5",
    "With batch normalization the network learns with weights 0.03 to 10 times He's; without it the smallest and the largest scale fail. At a learning rate of 1 "
    "it is far ahead, and at 3 it suffers as well.",
    above("bn_scale_small", by=0.85),
    above("bn_scale_large", by=0.85),
    between("plain_scale_small", 0.2, 0.5),
    between("plain_scale_large", 0.2, 0.5),
    above("bn_rate_1", "plain_rate_1", by=0.1),
    above("bn_rate_1", "bn_rate_3"),
    settings={"10 epochs": {"epochs": 10}, "20 epochs": {"epochs": 20}},
)
def scale_and_rate(seed, epochs):
    arms = {}
    for name, norm in (("plain", None), ("bn", BN)):
        for word, options in (("scale_small", {"scale": 0.03}), ("scale_large", {"scale": 10.0}),
                              ("rate_1", {"lr": 1.0}), ("rate_3", {"lr": 3.0})):
            arms[f"{name}_{word}"] = spiral_run(seed, norm, epochs=epochs, **options).accuracy
    return arms


@claim(
    "3.5",
    "With batches of 2 batch normalization learns worse than the plain network; with 32 it does not fall behind by 0.03.",
    above("plain_2", "bn_2", by=0.1),
    above("bn_32", "plain_32", by=-0.03),
    settings={"6 epochs": {"epochs": 6}, "4 epochs": {"epochs": 4}},
    generation=2,
)
def batch_sizes(seed, epochs):
    adam = lambda w: optim.Adam(w, 0.01)
    return {
        f"{name}_{size}": spiral_run(seed, norm, epochs=epochs, batch_size=size, optimizer=adam).accuracy
        for name, norm in (("plain", None), ("bn", BN))
        for size in (2, 32)
    }


def digits_run(seed, epochs, place):
    """Test accuracy, and training accuracy minus it, of a network on digits."""
    split = data.digits()
    norm = BN if place == "before" else None
    activation = (lambda: nn.Sequential(nn.ReLU(), BN(32))) if place == "after" else nn.ReLU
    model = training.mlp([64, 32, 32, 10], activation, norm=norm, seed=seed)
    run = training.fit(model, split, num_epochs=epochs, lr=0.1, seed=seed)
    fitted = training.accuracy(run.model, split.X_train, split.y_train)
    return run.accuracy, fitted - run.accuracy, fitted


@claim(
    "3.5",
    "After 6 epochs a network with batch normalization is better on test digits, but it has learned more of the training digits, too. After 40 epochs, when both have "
    "learned all training digits, the plain network's gap is the wider one.",
    above("bn", "plain", only="6 epochs"),
    above("plain_gap", "bn_gap", only="40 epochs"),
    above("plain_fitted", by=0.98, only="40 epochs"),
    above("bn_fitted", by=0.98, only="40 epochs"),
    settings={"6 epochs": {"epochs": 6}, "40 epochs": {"epochs": 40}},
)
def the_gap_turns(seed, epochs):
    plain, plain_gap, plain_fitted = digits_run(seed, epochs, "none")
    bn, bn_gap, bn_fitted = digits_run(seed, epochs, "before")
    return {"plain": plain, "plain_gap": plain_gap, "plain_fitted": plain_fitted,
            "bn": bn, "bn_gap": bn_gap, "bn_fitted": bn_fitted}


@claim(
    "3.5",
    "Before or behind ReLU makes a difference below 0.015 on digits.",
    alike("before", "after", within=0.015),
    settings={"6 epochs": {"epochs": 6}, "12 epochs": {"epochs": 12}},
)
def before_or_after(seed, epochs):
    return {place: digits_run(seed, epochs, place)[0] for place in ("before", "after")}

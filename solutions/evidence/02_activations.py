"""Evidence for notebook 02: activations."""

import numpy as np
from torch import nn

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import data, training


def ring_run(seed, kind, depth, lr=0.3, epochs=60):
    """Test accuracy of a small network on a disc inside a ring."""
    model = training.mlp([2, *[8] * depth, 2], kind, seed=seed)
    return training.fit(model, data.ring(), num_epochs=epochs, lr=lr, seed=seed).accuracy


@claim(
    "Why",
    "On the ring sigmoid networks with 2 and 3 hidden layers only guess, and nearly all ReLU networks of 3 layers learn it. With ten times the rate a sigmoid network with one "
    "hidden layer learns it, too.",
    between("sigmoid_2", 0.4, 0.65),
    between("sigmoid_3", 0.4, 0.65),
    above("relu_3", by=0.75),
    above("sigmoid_1_fast", by=0.85),
    settings={"60 epochs": {"epochs": 60}, "40 epochs": {"epochs": 40}},
    generation=2,
)
def ring(seed, epochs):
    return {
        "sigmoid_2": ring_run(seed, nn.Sigmoid, 2, epochs=epochs),
        "sigmoid_3": ring_run(seed, nn.Sigmoid, 3, epochs=epochs),
        "relu_3": ring_run(seed, nn.ReLU, 3, epochs=epochs),
        "sigmoid_1_fast": ring_run(seed, nn.Sigmoid, 1, lr=3.0, epochs=epochs),
    }


@claim(
    "2.5",
    "Biases that start at -1: after 30 epochs leaky ReLU with slope 0.1 and ELU have recovered; with the default slope of 0.01 it is where ReLU is, at guessing. After 120 epochs "
    "it is ahead of ReLU.",
    above("slope_01", by=0.6),
    alike("slope_001", "relu", within=0.03, only="30 epochs"),
    above("slope_001", "relu", by=0.1, only="120 epochs"),
    settings={"30 epochs": {"epochs": 30}, "120 epochs": {"epochs": 120}},
)
def unlucky_start(seed, epochs):
    arms = {}
    for name, kind in (("relu", nn.ReLU()), ("slope_01", nn.LeakyReLU(0.1)), ("slope_001", nn.LeakyReLU(0.01))):
        model = training.mlp([64, 16, 16, 10], lambda: kind, seed=seed, bias=-1.0)
        run = training.fit(model, data.digits(), num_epochs=epochs, lr=0.1, seed=seed)
        silent = (training.pre_activations(run.model, data.digits().X_train) <= 0).all(axis=0)
        arms |= {name: run.accuracy, f"{name}_silent": silent.mean()}
    return arms


@claim(
    "2.5",
    "At a learning rate of 1 many ReLU units fall silent, and the accuracy is far below that at 0.1.",
    above("silent_1", "silent_01", by=0.1),
    above("accuracy_01", "accuracy_1", by=0.2),
    settings={"10 epochs": {"epochs": 10}, "20 epochs": {"epochs": 20}},
)
def large_rate(seed, epochs):
    arms = {}
    for name, lr in (("01", 0.1), ("1", 1.0)):
        run = training.fit(training.mlp([64, 16, 16, 10], nn.ReLU, seed=seed), data.digits(), num_epochs=epochs, lr=lr, seed=seed)
        silent = (training.pre_activations(run.model, data.digits().X_train) <= 0).all(axis=0)
        arms |= {f"accuracy_{name}": run.accuracy, f"silent_{name}": silent.mean()}
    return arms


@claim(
    "2.6",
    "With three hidden layers of 32 units sigmoid's gradient shrinks more than a hundredfold from the last layer to the first; that of tanh and ReLU less than thirtyfold.",
    above("sigmoid", by=2),
    between("tanh", -1, 1.5),
    between("relu", -1, 1.5),
    settings={"spiral": {"name": "spiral"}, "ring": {"name": "ring"}},
)
def shrinking(seed, name):
    split, arms = getattr(data, name)(), {}
    for word, kind in (("sigmoid", nn.Sigmoid), ("tanh", nn.Tanh), ("relu", nn.ReLU)):
        model = training.mlp([2, 32, 32, 32, split.num_classes], kind, seed=seed)
        first, *_, last = training.weight_gradients(model, split)
        arms[word] = np.log10(np.std(last) / np.std(first))
    return arms


@claim(
    "2.6",
    "On digits sigmoid is far behind ReLU and tanh after 10 epochs. After 40 epochs it has nearly caught up: it is slow, not unable.",
    above("relu", "sigmoid", by=0.2, only="10 epochs"),
    above("tanh", "sigmoid", by=0.2, only="10 epochs"),
    above("sigmoid", by=0.8, only="40 epochs"),
    settings={"10 epochs": {"epochs": 10}, "40 epochs": {"epochs": 40}},
)
def slow_sigmoid(seed, epochs):
    return {
        word: training.fit(training.mlp([64, 32, 32, 10], kind, seed=seed), data.digits(), num_epochs=epochs, lr=0.1, seed=seed).accuracy
        for word, kind in (("sigmoid", nn.Sigmoid), ("tanh", nn.Tanh), ("relu", nn.ReLU))
    }

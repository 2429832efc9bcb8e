"""Evidence for notebook 08: the capstone."""

import functools
from dataclasses import replace

import numpy as np
import torch
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import bridge, data, reference, training
from gradwise.experiments import capstone as lab, patient as hospital

RATES = (0.003, 0.01, 0.03)


def split_of(seed):
    """300 digits to train on, 150 for validation, and the other development examples."""
    parts = lab.pool("digits").draw(seed, 300, 150, reference.standardize)
    return [(X, lab.classes_of(Y)) for X, Y in parts]


def score(seed, lr=0.01, epochs=20, activation=nn.ELU, scheme="he", p=0.5, hidden=(64, 64), cosine=False):
    """Accuracy on validation examples and on held-out ones, after the last epoch."""
    (X, y), val, held = split_of(seed)
    sizes = [64, *hidden, 10]
    params = reference.init_params(sizes, scheme, np.random.default_rng(seed))
    model = bridge.as_module(params, reference.init_state(sizes), activation, p)
    schedules = []

    def adam(weights):
        steps = optim.Adam(weights, lr)
        if cosine:
            schedules.append(optim.lr_scheduler.CosineAnnealingLR(steps, epochs * 9))
            steps.register_step_post_hook(lambda *_: schedules[0].step())
        return steps

    training.fit(model, data.Split(X, y, *val), num_epochs=epochs, seed=seed, optimizer=adam)
    return training.accuracy(model, *val), training.accuracy(model, *held)


def tuned(seed, epochs, **recipe):
    """Accuracy on held-out examples, with the rate of three that is best on validation examples."""
    runs = [score(seed, lr=lr, epochs=epochs, **recipe) for lr in RATES]
    return max(runs, key=lambda run: run[0])[1]


@claim(
    "Why",
    "A constant rate of 0.01 and a cosine from 0.01 tie after 20 epochs: the mean difference is below 0.015, and a single seed shows one or the other ahead.",
    alike("constant", "cosine", within=0.015),
    above("off_by", by=0.001),
    settings={"ELU": {"activation": nn.ELU}, "ReLU": {"activation": nn.ReLU}},
    seeds=24,
)
def two_that_tie(seed, activation):
    constant, cosine = (score(seed, activation=activation, cosine=cosine)[1] for cosine in (False, True))
    return {"constant": constant, "cosine": cosine, "off_by": abs(constant - cosine)}


@claim(
    "8.4",
    "Twenty biopsies are learned by heart in 150 steps. On 300 points of a spiral, one label in seven wrong, the lowest validation loss "
    "comes in the second half of the training, and the last one is less than 0.06 above it.",
    above("limit", "biopsies"),
    above("best_share", by=0.5),
    between("lost", -0.001, 0.06),
    settings={"60 epochs": {"epochs": 60}, "100 epochs": {"epochs": 100}},
)
def two_looks(seed, epochs):
    rng, classes = np.random.default_rng(seed), np.eye(3)
    cfg = {"f": reference.elu, "df": reference.elu_grad, "p": 0.0, "lam": 0.0, "lr": 0.01, "schedule": lambda lr, epoch, num_epochs: lr,
           "batch_size": 32, "num_epochs": epochs, "patience": epochs}
    small = reference.init_params([30, 64, 2], "he", rng), reference.init_state([30, 64, 2])
    losses, _ = lab.tiny_steps(reference.loss_and_grads, reference.adam_step, small, lab.small_batch("breast cancer", 20), cfg, 150)
    spiral = data.spiral(300, seed=seed)
    y = np.where(rng.random(300) < 0.15, rng.integers(0, 3, 300), spiral.y_train)
    start = reference.init_params([2, 64, 64, 3], "he", rng), reference.init_state([2, 64, 64, 3])
    val = spiral.X_test, classes[spiral.y_test]
    _, _, curve = reference.fit_network(*start, (spiral.X_train, classes[y]), val, cfg, rng)
    return {"biopsies": losses[-1], "limit": 0.001, "best_share": (np.argmin(curve) + 1) / epochs, "best_epoch": float(np.argmin(curve)),
            "lost": curve[-1] - min(curve)}


@claim(
    "8.5",
    "At rate 0.003 Xavier's smaller weights learn faster than He's behind a batch normalization; the lead is clear after 5 epochs, and below 0.01 after 15 and 40.",
    above("xavier", "he", by=0.005, only="5 epochs"),
    alike("xavier", "he", within=0.01, only="15 epochs"),
    alike("xavier", "he", within=0.01, only="40 epochs"),
    settings={"5 epochs": {"epochs": 5}, "15 epochs": {"epochs": 15}, "40 epochs": {"epochs": 40}},
    seeds=24,
)
def he_and_xavier(seed, epochs):
    return {scheme: score(seed, lr=0.003, epochs=epochs, scheme=scheme)[1] for scheme in ("he", "xavier")}


@claim(
    "8.5",
    "Rate and schedule depend on the number of epochs. After 10 epochs the rate 0.01 is ahead of 0.003, and a cosine from "
    "0.003 is far behind a constant 0.003. After 40 epochs both rates are within 0.01, and so are a constant 0.01 and a cosine from it.",
    above("constant_01", "constant_003", by=0.005, only="10 epochs"),
    above("constant_003", "cosine_003", by=0.02, only="10 epochs"),
    alike("constant_003", "constant_01", within=0.01, only="40 epochs"),
    alike("cosine_01", "constant_01", within=0.01, only="40 epochs"),
    settings={"10 epochs": {"epochs": 10}, "40 epochs": {"epochs": 40}},
    seeds=24,
)
def rate_and_schedule(seed, epochs):
    arms = {}
    for name, lr in (("003", 0.003), ("01", 0.01)):
        arms[f"constant_{name}"] = score(seed, lr=lr, epochs=epochs)[1]
        arms[f"cosine_{name}"] = score(seed, lr=lr, epochs=epochs, cosine=True)[1]
    return arms


CHANGES = {"recipe": {}, "relu": {"activation": nn.ReLU}, "xavier": {"scheme": "xavier"}, "dropout_02": {"p": 0.2},
           "no_dropout": {"p": 0.0}, "cosine": {"cosine": True}, "wide": {"hidden": (128,)}}


@claim(
    "8.5",
    "With the rate tuned anew for every change, on validation examples, ReLU, Xavier and a cosine change the accuracy by less than 0.02.",
    alike("relu", "recipe", within=0.02),
    alike("xavier", "recipe", within=0.02),
    alike("cosine", "recipe", within=0.02),
    settings={"20 epochs": {"epochs": 20}, "30 epochs": {"epochs": 30}},
)
def tuned_ablation(seed, epochs):
    return {name: tuned(seed, epochs, **change) for name, change in CHANGES.items()}


def by_pytorch(topic):
    """The care of the patient after a notebook, by PyTorch's own parts: they do the same, and faster."""
    care = hospital.cared_for(topic, reference)
    if topic >= "02":
        care = replace(care, activation=nn.ELU)
    if topic >= "03":
        care = replace(care, norm=functools.partial(nn.BatchNorm1d, dtype=torch.float64))
    if topic >= "05":
        care = replace(care, loss=nn.CrossEntropyLoss(label_smoothing=hospital.SMOOTHING))
    return replace(care, steps=adam_with_cosine) if topic >= "06" else care


def adam_with_cosine(weights, total):
    """Adam whose rate falls along a cosine, step by step."""
    return lab.torch_adam(hospital.ADAMS_RATE, cosine_steps=total)(weights)


@claim(
    "The patient goes home",
    "The patient is a little healthier after each notebook.",
    *(above(f"after_{n + 1:02}", f"after_{n:02}") for n in range(1, 8)),
    settings={"200 digits": {"num": 200}, "250 digits": {"num": 250}},
    seeds=40,
)
def patient(seed, num):
    here = hospital.ward(seed, num)
    arms = {f"after_{topic[:2]}": hospital.accuracy_with(by_pytorch(topic), here, seed) for topic in [*hospital.TREATMENTS][:-1]}
    own = reference.init_params, reference.init_state, reference.fit_network, reference.net_forward
    return {**arms, "after_08": hospital.accuracy_of_network(own, reference, here, seed)}

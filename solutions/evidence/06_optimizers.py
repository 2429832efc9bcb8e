"""Evidence for notebook 06: optimizers."""

import numpy as np
import torch
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import data, reference, training
from gradwise.experiments import optimizers as lab

# --- the ravine, from random places ------------------------------------------------------------------------


def descend(seed, step, kappa=100.0, angle=0.0, steps=600):
    """Losses and step lengths of a rule in a ravine, from a random place at distance 1.2."""
    rng = np.random.default_rng(seed)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H = turn @ np.diag([1.0, kappa]) @ turn.T
    direction = rng.uniform(0.3, 1.2)  # neither along an axis nor across it
    w, state, losses, lengths = turn @ (1.2 * np.array([np.cos(direction), np.sin(direction)])), (), [], []
    for _ in range(steps):
        new, state = step(w, H @ w, state)
        lengths.append(np.linalg.norm(new - w))
        w = new
        losses.append(0.5 * w @ H @ w)
    return np.array(losses), np.array(lengths)


def first_below(losses, most=1e-6):
    """The first step with a loss below a number; the number of steps if there is none."""
    return int(np.argmax(losses < most)) + 1 if np.any(losses < most) else len(losses)


def stays_below(losses, most=1e-6):
    """The step from which the loss stays below a number."""
    return int(np.flatnonzero(losses >= most)[-1]) + 2


def momentum(lr, beta, nesterov=False):
    """A step of the heavy ball, or of Nesterov."""

    def step(w, g, v):
        v = beta * (v if len(v) else 0.0) + g
        return w - lr * (g + beta * v if nesterov else v), v

    return step


def adagrad(lr):
    """A step of AdaGrad."""

    def step(w, g, total):
        total = (total if len(total) else 0.0) + g**2
        return w - lr * g / (np.sqrt(total) + 1e-10), total

    return step


def rmsprop(lr, alpha):
    """A step of RMSProp."""

    def step(w, g, mean):
        mean = alpha * (mean if len(mean) else 0.0) + (1 - alpha) * g**2
        return w - lr * g / (np.sqrt(mean) + 1e-8), mean

    return step


def adam(lr):
    """A step of Adam."""

    def step(w, g, state):
        t, m, v = state or (0, 0.0, 0.0)
        t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return w - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), (t, m, v)

    return step


@claim(
    "6.2",
    "With the best rate, gradient descent needs steps in proportion to kappa; the heavy ball with the best rate and memory in proportion to the "
    "root of kappa: from kappa 100 to 400 its steps double, and those of gradient descent go up fourfold.",
    between("gd_growth", 3.4, 4.6),
    between("ball_growth", 1.7, 2.4),
    above("gd", "ball", by=100),
    settings={"kappa 100": {"kappa": 100.0}, "kappa 400": {"kappa": 400.0}},
)
def square_root_of_kappa(seed, kappa):
    def counts(k):
        gd = momentum(2 / (1 + k), 0.0)
        beta = ((k**0.5 - 1) / (k**0.5 + 1)) ** 2
        ball = momentum(4 / (1 + k**0.5) ** 2, beta)
        return [stays_below(descend(seed, step, k, steps=int(60 * k))[0]) for step in (gd, ball)]

    now, later = counts(kappa), counts(4 * kappa)
    return {"gd": now[0], "ball": now[1], "gd_growth": later[0] / now[0], "ball_growth": later[1] / now[1]}


@claim(
    "6.2",
    "With rate 0.01 and memory 0.9, Nesterov's steps pass a loss of 1e-6 earlier than the heavy ball's: after ten steps nothing is "
    "left of the steep direction. For the first time they pass it by chance, on the way through the middle; they stay below it later.",
    above("ball_first", "nesterov_first", by=40),
    above("nesterov_stays", "nesterov_first", by=20),
    above("ball_stays", "nesterov_stays", by=10),
    above("steep_left_ball", "steep_left_nesterov", by=0.2),
    settings={"along the axes": {"angle": 0.0}, "turned by 45°": {"angle": np.pi / 4}},
)
def why_nesterov(seed, angle):
    arms = {}
    for name, nesterov in (("ball", False), ("nesterov", True)):
        losses, _ = descend(seed, momentum(0.01, 0.9, nesterov), angle=angle)
        arms |= {f"{name}_first": first_below(losses), f"{name}_stays": stays_below(losses)}
        arms[f"steep_left_{name}"] = np.log10(losses[9])
    return arms


@claim(
    "6.4",
    "Adam's first step is as long as the rate says, for each weight. In the ravine its steps become shorter and shorter by themselves.",
    between("first", 0.99, 1.01),
    between("at_100", -4, -1),
    above("limit", "at_600"),
    settings={"rate 0.3": {"lr": 0.3}, "rate 0.1": {"lr": 0.1}},
)
def adam_slows_down(seed, lr):
    _, lengths = descend(seed, adam(lr))
    return {"first": lengths[0] / lr / 2**0.5, "at_100": np.log10(lengths[99] / lr),
            "at_600": np.log10(np.median(lengths[-20:]) / lr), "limit": -6.0}


@claim(
    "6.4",
    "Turning the ravine by 45° changes nothing for gradient descent, the heavy ball and Nesterov. AdaGrad needs far more steps after the turn. "
    "RMSProp at a constant rate does not settle: it jumps around, turned or not.",
    between("gd", -0.5, 0.5),
    between("ball", -0.5, 0.5),
    above("adagrad", by=20),
    above("rmsprop_floor", by=-5),
    settings={"as in the text": {"factor": 1.0}, "rates halved": {"factor": 0.5}},
)
def turned(seed, factor):
    rules = {"gd": momentum(0.019 * factor, 0.0), "ball": momentum(0.01 * factor, 0.9), "adagrad": adagrad(1.0 * factor),
             "adam": adam(0.3 * factor)}
    arms = {}
    for name, step in rules.items():
        counts = [first_below(descend(seed, step, angle=angle, steps=2000)[0]) for angle in (0.0, np.pi / 4)]
        arms[name] = counts[1] - counts[0]
    losses, _ = descend(seed, rmsprop(0.1 * factor, 0.9))
    return {**arms, "rmsprop_floor": np.log10(np.median(losses[-50:]))}


# --- gradients of minibatches ---------------------------------------------------------------------------------


@claim(
    "6.1",
    "A batch of a quarter of the size is twice as noisy.",
    between("noise_8_over_32", 1.85, 2.15),
    between("noise_32_over_128", 1.85, 2.3),
    settings={"before training": {"epochs": 0}, "after 3 epochs": {"epochs": 3}},
)
def noise_of_batches(seed, epochs):
    split = data.digits()
    model = training.mlp([64, 32, 32, 10], nn.ReLU, seed=seed)
    if epochs:
        training.fit(model, split, num_epochs=epochs, lr=0.1, seed=seed)
    noise = lab.gradient_noise(model, split, (8, 32, 128), draws=60, seed=seed)
    return {"noise_8_over_32": noise[8] / noise[32], "noise_32_over_128": noise[32] / noise[128]}


@claim(
    "6.6",
    "In a range test on digits Adam's loss is lowest at a rate of less than a quarter of that of plain gradient descent.",
    above("sgd", "adam", by=0.6),
    settings={"150 rates": {"rates": 150}, "300 rates": {"rates": 300}},
    generation=2,
)
def range_tests(seed, rates):
    """The rate with the lowest smoothed loss, as a power of ten."""
    rates, arms = np.geomspace(1e-4, 10, rates), {}
    plain = lambda w, g, state, lr: reference.sgd_momentum(w, g, state, lr, 0.0)
    for name, step in (("sgd", plain), ("adam", reference.adam)):
        model = training.mlp([64, 32, 32, 10], nn.ReLU, seed=seed)
        losses = lab.range_test(model, data.digits(), step, rates.tolist(), seed=seed)
        arms[name] = np.log10(rates[3:-3][np.convolve(losses, np.ones(7) / 7, "valid").argmin()])
    return {**arms, "adam_over_sgd": arms["adam"] - arms["sgd"]}


# --- digits -----------------------------------------------------------------------------------------------------


def train(seed, optimizer, epochs, cosine=False, warm_up=0):
    """Test accuracy on digits of a network that is trained by one of PyTorch's optimizers."""
    model, schedules = training.mlp([64, 32, 32, 10], nn.ReLU, seed=seed), []

    def make(params):
        steps = optimizer(params)
        if cosine:
            schedules.append(torch.optim.lr_scheduler.CosineAnnealingLR(steps, epochs * 39))
            steps.register_step_post_hook(lambda *_: schedules[0].step())
        if warm_up:
            schedules.append(torch.optim.lr_scheduler.LinearLR(steps, 0.1, total_iters=warm_up))
            steps.register_step_post_hook(lambda *_: schedules[0].step())
        return steps

    return training.fit(model, data.digits(), num_epochs=epochs, seed=seed, optimizer=make).accuracy


@claim(
    "6.6",
    "With Adam at a rate of 0.1, ten times too large, 2 epochs of warm-up gain accuracy on digits. At 0.01 they change it by less than 0.015.",
    above("warm_1", "plain_1", by=0.01),
    alike("warm_01", "plain_01", within=0.015),
    settings={"6 epochs": {"epochs": 6}, "12 epochs": {"epochs": 12}},
    seeds=40,
)
def warm_up(seed, epochs):
    return {f"{name}_{str(lr)[2:]}": train(seed, lambda w: optim.Adam(w, lr), epochs, warm_up=steps)
            for lr in (0.1, 0.01) for name, steps in (("plain", 0), ("warm", 78))}


@claim(
    "6.7",
    "Each at a rate that suits it, SGD, momentum, Adam and AdamW differ by less than 0.02 in accuracy on digits; Adam and AdamW by "
    "less than 0.01. A cosine schedule changes Adam's accuracy by less than 0.02.",
    alike("sgd", "adam", within=0.02),
    alike("momentum", "adam", within=0.02),
    alike("adamw", "adam", within=0.01),
    alike("cosine", "adam", within=0.02),
    settings={"6 epochs": {"epochs": 6}, "12 epochs": {"epochs": 12}},
    seeds=20,
)
def each_at_its_rate(seed, epochs):
    return {
        "sgd": train(seed, lambda w: optim.SGD(w, 0.3), epochs),
        "momentum": train(seed, lambda w: optim.SGD(w, 0.03, momentum=0.9), epochs),
        "rmsprop": train(seed, lambda w: optim.RMSprop(w, 0.01), epochs),
        "adam": train(seed, lambda w: optim.Adam(w, 0.01), epochs),
        "adamw": train(seed, lambda w: optim.AdamW(w, 0.01, weight_decay=0.01), epochs),
        "cosine": train(seed, lambda w: optim.Adam(w, 0.01), epochs, cosine=True),
    }

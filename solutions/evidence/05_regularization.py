"""Evidence for notebook 05: regularization."""

import itertools

import numpy as np
import torch
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import bridge, data, reference, training
from gradwise.data import Split
from gradwise.experiments import parallel_training, regularization as lab

Method = parallel_training.Method


# --- moons: every method tuned alike --------------------------------------------------------------------


class DropoutOfEach(nn.Module):
    """Dropout with a probability of its own for each of the networks that are trained side by side."""

    def __init__(self, p):
        super().__init__()
        self.p = torch.as_tensor(p)[:, None, None]

    def forward(self, x):
        return x * (torch.rand(x.shape, dtype=x.dtype) >= self.p) / (1 - self.p) if self.training else x


def methods(strengths):
    """For each method a `Method` in which network i has the i-th strength."""
    s = np.array(strengths)[:, None, None]
    turn = itertools.cycle(strengths)
    soft = lambda W, t: np.sign(W) * np.maximum(np.abs(W) - t, 0)
    mixed = lambda X, Y, lam, perm: (lam * X + (1 - lam) * X[perm], lam * Y + (1 - lam) * Y[perm])
    return {
        "L2": Method(penalty=lambda W: 2 * s * W),
        "L1": Method(shrink=lambda W, lr: soft(W, lr * s)),
        "dropout": Method(hidden=lambda: DropoutOfEach(strengths)),
        "smoothing": Method(examples=lambda X, Y, rng: (X, (1 - (e := next(turn))) * Y + e / 2)),
        "mixup": Method(examples=lambda X, Y, rng: mixed(X, Y, rng.beta(a := next(turn), a), rng.permutation(len(X)))),
        "noise": Method(examples=lambda X, Y, rng: (X + rng.normal(0, next(turn), X.shape), Y)),
    }


GRIDS = {"L2": [0.0003, 0.001, 0.003, 0.01, 0.03], "L1": [0.03, 0.1, 0.3, 1.0, 3.0], "dropout": [0.1, 0.2, 0.3, 0.5, 0.7],
         "smoothing": [0.05, 0.1, 0.2, 0.4, 0.6], "mixup": [0.1, 0.2, 0.4, 1.0, 2.0], "noise": [0.1, 0.2, 0.3, 0.4, 0.6]}


def moons(seed, n):
    """Training points with wrong labels, as many validation points with wrong labels, and test points."""
    every = data.moons(2 * n, test=2000, seed=seed)
    return Split(every.X_train[:n], every.y_train[:n], every.X_test, every.y_test), (every.X_train[n:], every.y_train[n:])


@claim(
    "5.6",
    "On moons with wrong labels, each method with the one of five strengths that is best on 50 validation points: L2, L1, dropout, "
    "mixup and input noise all help. Label smoothing lowers the loss; its gain in accuracy is below 0.04.",
    *(above(name, "none") for name in ("L2", "L1", "dropout", "mixup", "noise")),
    alike("L1", "L2", within=0.05),
    above("none_loss", "smoothing_loss", by=0.2),
    above("gain_limit", "smoothing_gain"),
    settings={"rate 0.01": {"n": 50, "lr": 0.01}, "rate 0.02": {"n": 50, "lr": 0.02}},
    seeds=24,
)
def tuned(seed, n, lr):
    """Test accuracy and loss of each method, with the one of five strengths that is best on validation points."""
    split, (X, y) = moons(seed, n)
    val = Split(split.X_train, split.y_train, X, y)
    plain = parallel_training.train([split], lr=lr, first_seed=seed).on_test([split])
    arms = {"none": plain.accuracy[0], "none_loss": plain.loss[0]}
    for name, strengths in GRIDS.items():
        networks = parallel_training.train([split] * 5, methods(strengths)[name], lr=lr, first_seed=seed, same_start=True)
        valid, test = networks.on_test([val] * 5), networks.on_test([split] * 5)
        best = max(range(5), key=lambda i: (valid.accuracy[i], -valid.loss[i]))
        arms[name], arms[f"{name}_loss"] = test.accuracy[best], test.loss[best]
        arms[f"{name}_strength"] = strengths[best]
    return {**arms, "smoothing_gain": arms["smoothing"] - arms["none"], "gain_limit": 0.04}


@claim(
    "Why",
    "From 40 to 200 steps the accuracy on 50 noisy training points rises, the accuracy on test points falls, and the test loss "
    "more than doubles.",
    above("training_late", "training_early", by=0.05),
    above("test_early", "test_late", by=0.01),
    above("loss_ratio", by=2),
    settings={"200 steps": {"late": 200}, "400 steps": {"late": 400}},
    seeds=16,
)
def by_heart(seed, late):
    split, _ = moons(seed, 50)
    arms = {}
    for name, epochs in (("early", 40), ("late", late)):
        networks = parallel_training.train([split], num_epochs=epochs, first_seed=seed)
        seen, unseen = networks.on_training([split]), networks.on_test([split])
        arms |= {f"training_{name}": seen.accuracy[0], f"test_{name}": unseen.accuracy[0], f"loss_{name}": unseen.loss[0]}
    return {**arms, "loss_ratio": arms["loss_late"] / arms["loss_early"]}


@claim(
    "5.1",
    "As lambda grows from 0.001 to 0.1, the bias of the fits grows and their variance falls; bias², variance and noise add up to the "
    "measured error, within 3 %.",
    above("bias_strong", "bias_weak"),
    above("variance_weak", "variance_strong"),
    between("sum_over_measured", 0.97, 1.03),
    settings={"20 places": {"places": 20}, "30 places": {"places": 30}},
)
def bias_and_variance(seed, places):
    curve, arms, ratios = lab.Curve(places=places, repeats=200, seed=seed), {}, []
    for name, lam in (("weak", 0.001), ("strong", 0.1)):
        W = np.zeros((curve.features.shape[1], 200))
        for _ in range(400):
            W = W - 0.2 * (curve.gradient(W) + 2 * lam * W)
        bias, variance, measured = curve.decompose(W)
        arms |= {f"bias_{name}": bias, f"variance_{name}": variance}
        ratios.append((bias + variance + curve.noise) / measured)
    return {**arms, "sum_over_measured": np.mean(ratios)}


@claim(
    "5.2",
    "Of 16 weights that do not matter the proximal step makes most exactly 0. The subgradient and the form with the old w make "
    "none exactly 0, and some of the subgradient's do not even look like 0 in a table with two decimals.",
    above("proximal", by=6),
    between("subgradient", -0.1, 0.1),
    between("old_w", -0.1, 0.1),
    above("subgradient_visible", by=0.5),
    settings={"3000 steps": {"steps": 3000}, "6000 steps": {"steps": 6000}},
)
def exact_zeros(seed, steps):
    soft = lambda w, t: np.sign(w) * np.maximum(np.abs(w) - t, 0)
    forms = {
        "subgradient": lambda w, g, lr, lam: w - lr * (g + lam * np.sign(w)),
        "old_w": lambda w, g, lr, lam: w - lr * g - np.minimum(lr * lam, np.abs(w)) * np.sign(w),
        "proximal": lambda w, g, lr, lam: soft(w - lr * g, lr * lam),
    }
    ends = {name: lab.lasso(step, num_steps=steps, seed=seed) for name, step in forms.items()}
    visible = np.sum(np.abs(ends["subgradient"][(ends["proximal"] == 0)].round(2)) > 0)
    return {**{name: np.sum(w == 0) for name, w in ends.items()}, "subgradient_visible": visible}


@claim(
    "5.3",
    "Behind dropout and a linear layer the variance is larger in training than in evaluation. A batch normalization that "
    "comes after dropout sees this difference.",
    above("training_over_evaluation", by=1.2),
    settings={"p = 0.5": {"p": 0.5}, "p = 0.3": {"p": 0.3}},
)
def dropout_before_a_norm(seed, p):
    rng = np.random.default_rng(seed)
    H = np.maximum(rng.normal(size=(2000, 100)), 0)
    W = rng.normal(size=(100, 100)) / 10
    dropped, _ = reference.dropout_forward(H, p, True, rng)
    return {"training_over_evaluation": np.mean((dropped @ W).var(axis=0)) / np.mean((H @ W).var(axis=0))}


@claim(
    "5.3",
    "A network that was trained with dropout: the mean of its probabilities over 100 masks and its evaluation mode agree in accuracy "
    "within 0.01, and single masks do worse.",
    alike("masks", "evaluation", within=0.01),
    above("evaluation", "one_mask", by=0.005),
    settings={"p = 0.5": {"p": 0.5}, "p = 0.3": {"p": 0.3}},
    seeds=16,
)
def mean_over_masks(seed, p):
    split, _ = moons(seed, 50)
    networks = parallel_training.train([split], Method(hidden=lambda: DropoutOfEach([p])), first_seed=seed)
    right = lambda share: float(np.mean(share.argmax(axis=1) == split.y_test))
    evaluation = right(networks.probabilities(split.X_test)[0])
    networks.train()
    with torch.no_grad():
        X = torch.from_numpy(split.X_test)[None]
        shares = np.array([torch.softmax(networks(X), -1).numpy()[0] for _ in range(100)])
    return {"evaluation": evaluation, "masks": right(shares.mean(axis=0)), "one_mask": np.mean([right(s) for s in shares])}


@claim(
    "5.5",
    "On moons with wrong labels eight bagged networks beat one network that saw everything, and their errors are less alike than those of networks with other initial weights. With right "
    "labels the gain of bagging is below 0.01.",
    above("bagged", "single", only="50 points, 15 % wrong"),
    above("other_weights_rho", "bagged_rho", by=0.1),
    alike("bagged", "single", within=0.01, only="200 points, none wrong"),
    settings={"50 points, 15 % wrong": {"n": 50, "flipped": 0.15}, "200 points, none wrong": {"n": 200, "flipped": 0.0}},
    seeds=40,
    generation=2,
)
def ensembles(seed, n, flipped):
    split = data.moons(n, test=2000, flipped=flipped, seed=seed)
    arms = {}
    for name, bagging in (("other_weights", False), ("bagged", True)):
        rows = [np.random.default_rng([seed, k]).integers(n, size=n) if bagging else np.arange(n) for k in range(8)]
        sets = [Split(split.X_train[r], split.y_train[r], split.X_test, split.y_test) for r in rows]
        shares = parallel_training.train(sets, first_seed=seed).probabilities(np.stack([split.X_test] * 8))
        right = lambda share: float(np.mean(share.argmax(axis=-1) == split.y_test))
        arms[name] = right(shares.mean(axis=0))
        if not bagging:
            arms["single"] = np.mean([right(share) for share in shares])
        errors = (shares[..., 1] - split.y_test).reshape(8, -1)
        errors = errors - errors.mean(axis=1, keepdims=True)
        arms[f"{name}_rho"] = np.mean(np.corrcoef(errors)[np.triu_indices(8, 1)])
    return arms


def digits_run(seed, test, name, epochs):
    """A network with two hidden layers of 64 units on few digits."""
    split = data.digits(test=test)
    shift = lambda X, rng: np.stack([
        (reference.shift_image(x.reshape(8, 8) - low, *rng.integers(-1, 2, 2)) + low).ravel() for x in X])
    low = split.X_train.min()
    front = {"front": shift} if name == "shifts" else {}
    options = {"loss": nn.CrossEntropyLoss(label_smoothing=0.1)} if name == "smoothing" else {}
    activation = (lambda: nn.Sequential(nn.ReLU(), nn.Dropout(0.3))) if name == "dropout" else nn.ReLU
    model = training.mlp([64, 64, 64, 10], activation, seed=seed)
    if front:
        model = nn.Sequential(bridge.InTraining(shift, seed), *model)
    run = training.fit(model, split, num_epochs=epochs, lr=0.2, seed=seed, **options)
    moved = shift(split.X_test, np.random.default_rng(seed))
    return run.accuracy, training.accuracy(run.model, moved, split.y_test)


@claim(
    "5.6",
    "On 180 digits, training on shifted pictures costs accuracy on centred test digits and gains far more on shifted ones. Dropout and smoothing "
    "change the accuracy by less than 0.03.",
    above("none", "shifts", by=0.005),
    above("shifts_moved", "none_moved", by=0.3),
    alike("dropout", "none", within=0.03),
    alike("smoothing", "none", within=0.03),
    settings={"60 epochs": {"epochs": 60}, "120 epochs": {"epochs": 120}},
)
def digits(seed, epochs):
    arms = {}
    for name in ("none", "dropout", "smoothing", "shifts"):
        arms[name], arms[f"{name}_moved"] = digits_run(seed, 0.9, name, epochs)
    return arms


@claim(
    "5.6",
    "Label smoothing at a fixed strength changes the accuracy on the moons by less than 0.04 and lowers the test loss.",
    alike("weak", "none", within=0.04),
    alike("strong", "none", within=0.04),
    above("none_loss", "weak_loss", by=0.2),
    above("none_loss", "strong_loss", by=0.2),
    settings={"rate 0.01": {"lr": 0.01}, "rate 0.02": {"lr": 0.02}},
    seeds=24,
)
def smoothing_fixed(seed, lr):
    split, _ = moons(seed, 50)
    arms = {}
    for name, eps in (("none", 0.0), ("weak", 0.1), ("strong", 0.3)):
        smooth = Method(examples=lambda X, Y, rng: (X, (1 - eps) * Y + eps / 2))
        test = parallel_training.train([split], smooth, lr=lr, first_seed=seed).on_test([split])
        arms |= {name: test.accuracy[0], f"{name}_loss": test.loss[0]}
    return arms

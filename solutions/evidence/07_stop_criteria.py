"""Evidence for notebook 07: stop criteria."""

import numpy as np
from torch import nn

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import bridge, data, reference, training
from gradwise.experiments import stopping as lab

NETWORKS = {"small": (3, 2), "middle": (30, 10), "large": (100, 50, 10)}


@claim(
    "Why",
    "On 98 cars the networks 30-10-1 and 100-50-10-1 overfit: at the end their validation error is above that of 3-2-1, and far above that of their best epoch. At the best "
    "epoch the three differ by less than 0.4 miles per gallon.",
    above("middle_end", "small_end", by=0.2),
    above("large_end", "small_end", by=0.1),
    alike("middle_best", "small_best", within=0.4),
    alike("large_best", "small_best", within=0.4),
    above("middle_lost", by=0.3),
    above("large_lost", by=0.3),
    settings={"rate 0.01": {"lr": 0.01}, "rate 0.02": {"lr": 0.02}},
)
def three_networks(seed, lr):
    cars, mpg = data.auto_mpg()
    train, val = lab.quarters(cars, mpg, seed)
    arms = {}
    for name, hidden in NETWORKS.items():
        curve = lab.regress(hidden, train, val, seed=seed, num_epochs=400, lr=lr).val
        arms |= {f"{name}_end": curve[-1], f"{name}_best": min(curve), f"{name}_lost": curve[-1] - min(curve)}
    return arms


def noisy_digits(seed):
    """Few digits with wrong labels to train on and to validate on, and many right ones for testing."""
    digits, rng = data.digits(test=0.0), np.random.default_rng(seed)
    places = reference.train_val_test_split(1797, 0.1, 0.8, rng)
    train, val, test = [(digits.X_train[place], digits.y_train[place]) for place in places]
    return (train[0], lab.noisy_labels(train[1], rng)), (val[0], lab.noisy_labels(val[1], rng)), test


def train_for(seed, train, val, test, epochs, lr):
    """A network after each epoch: validation losses, accuracies on validation and test, and how far the weights are from their start."""
    net = bridge.Epochs(training.mlp([64, 64, 10], nn.ReLU, seed=seed), train, val, test, mean=reference.epoch_mean, lr=lr, seed=seed)
    start, far = net.w.copy(), []
    for epoch in range(len(training.epochs(epochs))):
        net.step(net.w, epoch)
        far.append(np.linalg.norm(net.w - start) / np.linalg.norm(start))
    return net, far


@claim(
    "7.7",
    "On digits with wrong labels the weights of the epoch with the lowest validation loss are better on test digits than those after 100 epochs, and they have moved less than two thirds as far "
    "from their start. Whether loss or accuracy has its best epoch first makes a difference of less than 8 epochs.",
    above("restored", "end", by=0.02),
    above("two_thirds_of_end", "moved_best"),
    alike("loss_epoch", "accuracy_epoch", within=8),
    alike("restored", "by_accuracy", within=0.03),
    settings={"rate 0.003": {"lr": 0.003}, "rate 0.01": {"lr": 0.01}},
    seeds=16,
)
def early_stopping(seed, lr):
    net, far = train_for(seed, *noisy_digits(seed), 100, lr)
    best, best_accuracy = int(np.argmin(net.val_losses)), int(np.argmax(net.val_accuracies))
    return {
        "restored": net.accuracies[best],
        "end": net.accuracies[-1],
        "by_accuracy": net.accuracies[best_accuracy],
        "moved_best": far[best],
        "moved_end": far[-1],
        "two_thirds_of_end": far[-1] * 2 / 3,
        "loss_epoch": best,
        "accuracy_epoch": best_accuracy,
    }


@claim(
    "7.7",
    "What the validation examples cost: trained on all 359 examples for as many epochs as the 179 were best with, the network is better on test digits.",
    above("both", "part", by=0.01),
    settings={"rate 0.003": {"lr": 0.003}, "rate 0.01": {"lr": 0.01}},
    seeds=16,
)
def price_of_validation(seed, lr):
    train, val, test = noisy_digits(seed)
    net, _ = train_for(seed, train, val, test, 40, lr)
    best = int(np.argmin(net.val_losses))
    both = tuple(np.concatenate(pair) for pair in zip(train, val))
    all_of_it, _ = train_for(seed, both, val, test, best + 1, lr)
    return {"part": net.accuracies[best], "both": all_of_it.accuracies[-1]}


@claim(
    "7.6",
    "The best of 50 coins scores far above one half on the 40 examples that chose it, and one half on new ones.",
    above("shown", by=0.6),
    between("fresh", 0.45, 0.55),
    settings={"40 examples": {"n": 40}, "30 examples": {"n": 30}},
    seeds=60,
)
def coins(seed, n):
    seen, fresh = np.random.default_rng(seed).binomial(n, 0.5, (2, 50)) / n
    return {"shown": seen.max(), "fresh": fresh[seen.argmax()]}

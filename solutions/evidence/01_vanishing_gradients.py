"""Evidence for notebook 01: vanishing and exploding gradients."""

import numpy as np
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import bridge, data, reference, training
from gradwise.experiments import gradients as lab, networks


def random_network(seed, kind, scale, depth, width, inputs=64):
    """What goes into and comes out of each layer, and the deltas, of a network that sees 100 digits."""
    f, df = networks.ACTIVATIONS[kind]
    digits = data.digits()
    Ws, bs = networks.random_weights([inputs, *[width] * depth, 10], scale, seed)
    out, zs, hs = reference.mlp_forward(digits.X_train[:100], Ws, bs, f)
    loss, dout = reference.softmax_cross_entropy(out, digits.y_train[:100])
    dWs, _, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
    return loss, zs, hs, dWs, deltas, Ws


def rms(values):
    """The root mean square of all entries."""
    return np.sqrt(np.mean(np.square(values)))


# --- the opener ---------------------------------------------------------------------------------------


def opener_run(seed, kind, depth, epochs):
    """A trained network of the first figure, and how far its first and last layer have moved."""
    digits = data.digits()
    make = lambda: training.mlp([64, *[32] * depth, 10], kind, seed=seed)
    run = training.fit(make(), digits, num_epochs=epochs, lr=0.3, seed=seed)
    moved = lab.moved(make(), run.model)
    return run.accuracy, moved[0], moved[-1]


@claim(
    "Why",
    "After 6 epochs a network with 5 hidden sigmoid layers only guesses, and its first layer has moved less than "
    "a thirtieth as far as its last. With tanh it learns. After 12 epochs the same holds.",
    between("sigmoid", 0.05, 0.16),
    above("tanh", "sigmoid", by=0.5),
    above("sigmoid_last_over_first", by=1.5),
    settings={"6 epochs": {"epochs": 6}, "12 epochs": {"epochs": 12}},
)
def five_sigmoid_layers(seed, epochs):
    sigmoid, first, last = opener_run(seed, nn.Sigmoid, 5, epochs)
    tanh, _, _ = opener_run(seed, nn.Tanh, 5, epochs)
    return {"sigmoid": sigmoid, "tanh": tanh, "sigmoid_last_over_first": np.log10(last / first)}


@claim(
    "Why",
    "At the start, the outputs of the fifth sigmoid layer differ by less than 0.0001 from one digit to the next.",
    above("limit", "spread"),
    settings={"32 units": {"width": 32}, "64 units": {"width": 64}},
)
def digits_look_alike(seed, width):
    model = training.mlp([64, *[width] * 5, 10], nn.Sigmoid, seed=seed)
    import torch

    with torch.no_grad():
        h = model[:-1](torch.from_numpy(data.digits().X_train))
    return {"spread": float(h.std(dim=0).mean()), "limit": 1e-4}


# --- tests of gradients -------------------------------------------------------------------------------


@claim(
    "1.2",
    "Of the right gradients of a small ReLU network some per cent fail a test at 1e-4, because a kink lies within h. "
    "Of a tanh network none fails.",
    above("relu_fails"),
    between("tanh_fails", -0.001, 0.001),
    above("relu_fails", "relu_small_h_fails"),
    settings={"20 units": {"width": 20, "h": 1e-4}, "40 units": {"width": 40, "h": 1e-4}},
    seeds=24,
)
def kinks(seed, width, h):
    return {
        "relu_fails": share_that_fails(seed, "ReLU", width, h),
        "tanh_fails": share_that_fails(seed, "tanh", width, h),
        "relu_small_h_fails": share_that_fails(seed, "ReLU", width, h / 100),
    }


def share_that_fails(seed, kind, width, h, tries=40):
    """The share of right gradients, of the first bias of small networks, whose measured error is above 1e-4."""
    rng, (f, df), fails = np.random.default_rng(seed), networks.ACTIVATIONS[kind], 0
    for _ in range(tries):
        X, dout = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
        Ws = [rng.normal(size=(4, width)) / 2, rng.normal(size=(width, 2)) / width**0.5]
        b = rng.normal(size=width) / 10
        value = lambda b: np.sum(dout * (f(X @ Ws[0] + b) @ Ws[1]))
        right = ((dout @ Ws[1].T) * df(X @ Ws[0] + b)).sum(axis=0)
        measured = np.array([(value(b + h * e) - value(b - h * e)) / (2 * h) for e in np.eye(width)])
        fails += np.linalg.norm(right - measured) / (np.linalg.norm(right) + np.linalg.norm(measured)) > 1e-4
    return fails / tries


@claim(
    "1.2",
    "The slide's loss stops pushing negatives down at p = 0.5: many stay on the wrong side, and with the "
    "cross-entropy few do.",
    above("slide_wrong", "right_wrong", by=0.05),
    settings={"80 points": {"n": 80, "steps": 300}, "200 points, twice the steps": {"n": 200, "steps": 600}},
)
def slides_loss(seed, n, steps):
    X, y = lab.two_clouds(seed, n)
    right = lambda t: np.append(*reference.neuron_bce(X, t[:2], t[2], y)[1:])

    def slide(t):
        p = reference.sigmoid(X @ t[:2] + t[2])
        dz = np.where(y == 0, 2 * p - 1, p - 1) / n
        return np.append(X.T @ dz, dz.sum())

    arms = {}
    for name, rule in (("right", right), ("slide", slide)):
        t = lab.end_of_descent(rule, np.zeros(3), lr=0.5, steps=steps)
        p = reference.sigmoid(X @ t[:2] + t[2])[y == 0]
        arms |= {f"{name}_p": p.mean(), f"{name}_wrong": np.mean(p > 0.5)}
    return arms


# --- chains and networks ------------------------------------------------------------------------------


def chain_end(seed, kind, w, links):
    """How much of the gradient reaches the first link of a chain, as a power of ten."""
    ws = w * np.random.default_rng(seed).uniform(0.8, 1.2, links)
    return np.log10(np.abs(reference.chain_gradient(0.5, ws, *networks.ACTIVATIONS[kind])[0]) + 1e-300)


@claim(
    "1.3",
    "A chain of single sigmoid neurons vanishes with weights about 1, 4 and 8, and fastest with 8: there "
    "it is saturated. With ReLU and weights about 2 it explodes.",
    above("zero", "sigmoid_1", by=10),
    above("sigmoid_1", "sigmoid_4", by=3),
    above("sigmoid_4", "sigmoid_8", by=10),
    above("relu_2", by=3),
    settings={"20 links": {"links": 20}, "30 links": {"links": 30}},
)
def chains(seed, links):
    return {
        "zero": 0.0,
        "sigmoid_1": chain_end(seed, "sigmoid", 1, links),
        "sigmoid_4": chain_end(seed, "sigmoid", 4, links),
        "sigmoid_8": chain_end(seed, "sigmoid", 8, links),
        "relu_2": chain_end(seed, "ReLU", 2, links),
    }


@claim(
    "1.4",
    "Twenty sigmoid layers with all weights below 3.9 in size: with one unit in a layer the gradient vanishes, "
    "with a hundred it explodes, though most units are saturated.",
    between("narrow", -30, -6),
    above("wide", by=1),
    above("saturated", by=0.5),
    settings={"weights up to 3.9": {"most": 3.9}, "weights up to 3.2": {"most": 3.2}},
)
def width_decides(seed, most):
    arms, (f, df) = {}, networks.ACTIVATIONS["sigmoid"]
    for name, width in (("narrow", 1), ("wide", 100)):
        rng = np.random.default_rng(seed)
        Ws = [rng.uniform(-most, most, (width, width)) for _ in range(20)]
        h, dout, zs = rng.normal(size=(100, width)), rng.normal(size=(100, width)), []
        for W in Ws:
            zs.append(h @ W)
            h = f(zs[-1])
        deltas = [dout * df(zs[-1])]
        for W, z in zip(Ws[:0:-1], zs[-2::-1]):
            deltas.append((deltas[-1] @ W.T) * df(z))
        arms[name] = np.log10(rms(deltas[-1]) / rms(deltas[0]) + 1e-300)
    arms["saturated"] = np.mean(np.abs(h - 0.5) > 0.45)
    return arms


LADDER = {"sigmoid_1": ("sigmoid", 1.0), "sigmoid_4": ("sigmoid", 4.0), "tanh_1": ("tanh", 1.0),
          "relu_he": ("ReLU", 2**0.5), "relu_10": ("ReLU", 10.0)}


@claim(
    "1.4",
    "The factor of one layer on the way back is sqrt(n) · sigma_w · rms(f'(z)): measured over predicted is 1, within 5 %.",
    *(between(name, 0.95, 1.05) for name in LADDER),
    settings={"20 layers of 100": {"depth": 20, "width": 100}, "10 layers of 300": {"depth": 10, "width": 300}},
)
def layer_factor(seed, depth, width):
    """Measured over predicted factor of the hidden layers, geometric mean."""
    arms = {}
    for name, (kind, scale) in LADDER.items():
        _, zs, _, _, deltas, _ = random_network(seed, kind, scale, depth, width)
        slopes = [rms(networks.ACTIVATIONS[kind][1](z)) for z in zs[:-1]]
        measured = np.log([rms(deltas[l]) / rms(deltas[l + 1]) for l in range(depth - 1)])
        arms[name] = np.exp(np.mean(measured - np.log([scale * s for s in slopes[:-1]])))
    return arms


@claim(
    "1.4",
    "The five rungs of the ladder: sigmoid at scale 1 vanishes, ReLU at scale 10 explodes, ReLU at He's scale stays healthy.",
    between("sigmoid_1", -16, -8, only="20 layers"),
    between("relu_he", -1, 1),
    above("relu_10", by=10),
    above("sigmoid_4", "sigmoid_1", by=3),
    between("sigmoid_1", -26, -14, only="30 layers"),
    settings={"20 layers": {"depth": 20}, "30 layers": {"depth": 30}},
)
def ladder(seed, depth):
    arms = {}
    for name, (kind, scale) in LADDER.items():
        loss, _, _, _, deltas, _ = random_network(seed, kind, scale, depth, 100)
        arms[name] = np.log10(rms(deltas[0]) / rms(deltas[-1]))
        arms[f"{name}_loss"] = loss
    return arms


@claim(
    "1.4",
    "A wide sigmoid network has a scale at which the gradient neither vanishes nor explodes: between 8 and 20 the ratio "
    "of the first delta to the last passes 1, while most units are saturated.",
    above("scale_20", by=0.3),
    above("zero", "scale_8", by=0.3),
    above("saturated_20", by=0.5),
    settings={"20 layers of 100": {"width": 100}, "20 layers of 200": {"width": 200}},
)
def sigmoid_turns(seed, width):
    arms = {"zero": 0.0}
    for scale in (8, 12, 14, 20):
        _, _, hs, _, deltas, _ = random_network(seed, "sigmoid", float(scale), 20, width)
        arms[f"scale_{scale}"] = np.log10(rms(deltas[0]) / rms(deltas[-1]))
        arms[f"saturated_{scale}"] = np.mean(np.abs(hs[-2] - 0.5) > 0.45)
    return arms


@claim(
    "1.4",
    "Inside the middle layer of a deep sigmoid network the units' gradients are of like size at scale 1. At scale 10 those of the "
    "luckiest tenth are more than a hundred times as large as those of the last tenth.",
    between("scale_1", 0.2, 0.6),
    above("scale_4", "scale_1", by=0.3),
    above("scale_10", by=2),
    settings={"20 layers": {"depth": 20}, "30 layers": {"depth": 30}},
)
def neurons(seed, depth):
    """How far the rms of the units' deltas falls from the tenth unit of a hundred to the ninetieth, as a power of ten."""
    arms = {}
    for scale in (1, 4, 10):
        deltas = random_network(seed, "sigmoid", float(scale), depth, 100)[4]
        sizes = np.sort(np.sqrt(np.mean(np.square(deltas[depth // 2]), axis=0)))[::-1]
        arms[f"scale_{scale}"] = np.log10(sizes[9] / sizes[89])
    return arms


@claim(
    "1.4",
    "In a tanh network with half of Xavier's weights, dW is equally small in all layers, and the loss stays. "
    "With twice the weights the loss falls.",
    between("dW_ratio", -1, 1),
    above("delta_lost", by=3),
    between("fall_small", -0.02, 0.02),
    above("fall_large", by=0.1),
    settings={"40 steps": {"steps": 40}, "80 steps": {"steps": 80}},
)
def trap(seed, steps):
    arms, (f, df), digits = {}, networks.ACTIVATIONS["tanh"], data.digits()
    X, y = digits.X_train[:100], digits.y_train[:100]
    for name, scale in (("small", 0.5), ("large", 1.0)):
        Ws, bs = networks.random_weights([64, *[100] * 20, 10], scale, seed)
        lowest = np.inf
        for step in range(steps + 1):
            out, zs, hs = reference.mlp_forward(X, Ws, bs, f)
            loss, dout = reference.softmax_cross_entropy(out, y)
            dWs, dbs, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
            if step == 0:
                first = loss
                if name == "small":
                    arms["dW_ratio"] = np.log10(rms(dWs[0]) / rms(dWs[-1]))
                    arms["delta_lost"] = -np.log10(rms(deltas[0]) / rms(deltas[-1]))
            Ws, bs = ([p - 0.3 * dp for p, dp in zip(ps, dps)] for ps, dps in ((Ws, dWs), (bs, dbs)))
            lowest = min(lowest, loss)
        arms[f"fall_{name}"] = first - lowest
    return arms


# --- clipping -----------------------------------------------------------------------------------------


@claim(
    "1.5",
    "A matrix that is used ten times, with twice He's variance: without clipping most trainings end in nan or at "
    "the loss of guessing; clipped they learn.",
    above("plain_lost", by=0.5),
    above("clipped_learns", by=0.5),
    settings={"norm 1": {"most": 1.0}, "norm 0.5": {"most": 0.5}},
    seeds=24,
)
def recurrent(seed, most):
    digits = data.digits()
    X, y = digits.X_train[:100], digits.y_train[:100]
    go = lambda c: lab.train_recurrent(
        reference.mlp_forward, reference.mlp_backward, reference.clip_grad_norm, X, y, c, seed)[-1]
    plain, clipped = go(np.inf), go(most)
    return {"plain_lost": float(not plain < 2.2), "clipped_learns": float(clipped < 1.5), "clipped": clipped}


CLIPS = {"together": (reference.clip_grad_norm, 5.0),
         "each": (lambda grads, c: [reference.clip_grad_norm([g], c)[0][0] for g in grads], 5.0),
         "value": (reference.clip_grad_value, 0.1)}


@claim(
    "1.5",
    "Six hidden layers of 32 ReLU units with weights much too large: without clipping they do not learn, with any of "
    "three ways of clipping they do, and the best of them is less than 0.1 ahead of good weights without clipping. A sigmoid "
    "network is not saved.",
    above("worst_clip", "no_clip", by=0.1),
    above("good_start", "best_clip", by=-0.1),
    between("sigmoid_clipped", 0.05, 0.16),
    settings={"5 epochs": {"epochs": 5}, "10 epochs": {"epochs": 10}},
    generation=2,
)
def clipping(seed, epochs):
    start = lambda scale: networks.random_weights([64, *[32] * 6, 10], scale, seed)
    digits = data.digits()

    def accuracy(kind, scale, clip=None):
        net = bridge.Network(reference.mlp_forward, reference.mlp_backward, *start(scale), *networks.ACTIVATIONS[kind])
        steps = bridge.clipped(lambda w: optim.SGD(w, lr=0.1), *(clip or ()))
        return training.fit(net, digits, num_epochs=epochs, batch_size=64, seed=seed, optimizer=steps).accuracy

    clips = {name: accuracy("ReLU", 2.5, clip) for name, clip in CLIPS.items()}
    return {
        "good_start": accuracy("ReLU", 2**0.5),
        "no_clip": accuracy("ReLU", 2.5),
        **clips,
        "best_clip": max(clips.values()),
        "worst_clip": min(clips.values()),
        "sigmoid_clipped": accuracy("sigmoid", 1.0, CLIPS["together"]),
    }

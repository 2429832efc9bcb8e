"""Evidence for notebook 04: weight initialization."""

import numpy as np
import torch
from torch import nn, optim

from autograder.authoring.evidence import above, alike, between, claim
from gradwise import bridge, data, reference, training
from gradwise.experiments import initialization as lab, networks


def accuracy(seed, kind, draw, depth, epochs, *args, lr=0.1, optimizer=None):
    """Test accuracy of a network of depth layers of 32 units, with weights from an initializer."""
    model = training.mlp([64, *[32] * depth, 10], kind, seed=seed, init=bridge.Initializer(draw, *args, seed=seed))
    return training.fit(model, data.digits(), num_epochs=epochs, lr=lr, seed=seed, optimizer=optimizer).accuracy


def normal(std):
    """An initializer of normal weights."""
    return lambda n_in, n_out, rng: rng.normal(0, std, size=(n_in, n_out))


@claim(
    "Why",
    "Ten tanh layers of 32 units learn with weights of std 0.18, and not with 0.01. With 1 they do not "
    "learn either: most units are saturated, and the gradient still grows more than a hundredfold on its way back.",
    between("small", 0.05, 0.16),
    above("middle", "large", by=0.1, only="5 epochs"),
    above("middle", "large", only="10 epochs"),
    above("middle", by=0.85),
    above("saturated", by=0.6),
    above("growth", by=2),
    settings={"5 epochs": {"epochs": 5}, "10 epochs": {"epochs": 10}},
)
def three_starts(seed, epochs):
    arms = {name: accuracy(seed, nn.Tanh, normal(std), 10, epochs)
            for name, std in (("small", 0.01), ("middle", 0.18), ("large", 1.0))}
    rng, sizes = np.random.default_rng(seed), [64, *[32] * 10]
    Ws = [rng.normal(size=shape) for shape in zip(sizes, sizes[1:])]
    hs, gradients = lab.there_and_back(data.digits().X_train, Ws, torch.tanh, seed=seed)
    arms["saturated"] = np.mean(np.abs(hs[-1]) > 0.95)
    arms["growth"] = np.log10(gradients[0].std() / gradients[-1].std())
    arms["slope"] = np.mean((1 - hs[-1] ** 2) ** 2) ** 0.5
    return arms


@claim(
    "4.2",
    "With the old start six tanh layers lose most of the signal and of the gradient; with Xavier about half of each is left.",
    between("old_forward", 0.01, 0.2),
    between("old_backward", 0.01, 0.2),
    between("xavier_forward", 0.35, 0.65),
    between("xavier_backward", 0.35, 0.65),
    settings={"300 units": {"width": 300}, "150 units": {"width": 150}},
)
def old_and_xavier(seed, width):
    arms, sizes = {}, [64, *[width] * 6]
    for name, draw in (("old", lambda *args: reference.torch_linear_default(*args)[0]),
                       ("xavier", reference.xavier_uniform)):
        rng = np.random.default_rng(seed)
        Ws = [draw(a, b, rng) for a, b in zip(sizes, sizes[1:])]
        hs, gradients = lab.there_and_back(data.digits().X_train[:300], Ws, torch.tanh, seed=seed)
        arms[f"{name}_forward"] = hs[-1].std() / hs[0].std()
        arms[f"{name}_backward"] = gradients[0].std() / gradients[-1].std()
    return arms


DRAWS = {"n_in": lambda a, b, rng: reference.he_normal(a, b, rng, 0.5**0.5), "xavier": reference.xavier_uniform,
         "four_xavier": lambda a, b, rng: reference.xavier_uniform(a, b, rng, 4.0),
         "gain": lambda a, b, rng: reference.xavier_uniform(a, b, rng, reference.gain(np.tanh))}


@claim(
    "4.3",
    "Four times Xavier keeps tanh's outputs large by saturating almost half of the units, and its gradient explodes. The gain of tanh "
    "keeps the outputs; N(0, 1/n_in) and Xavier lose them slowly.",
    above("four_xavier_saturated", by=0.4),
    above("four_xavier_growth", by=2),
    between("gain_std", 0.4, 0.7),
    above("gain_std", "n_in_std", by=0.1),
    above("n_in_std", "xavier_std"),
    between("gain_growth", 0, 1),
    settings={"20 layers of 300 and 100": {"pairs": 10, "width": 100}, "20 layers of 300 and 150": {"pairs": 10, "width": 150}},
)
def detective(seed, pairs, width):
    arms, sizes = {}, [300, width] * pairs + [300]
    for name, draw in DRAWS.items():
        rng = np.random.default_rng(seed)
        X, Ws = rng.normal(size=(200, 300)), [draw(a, b, rng) for a, b in zip(sizes, sizes[1:])]
        hs, gradients = lab.there_and_back(X, Ws, torch.tanh, seed=seed)
        arms[f"{name}_std"] = hs[-1].std()
        arms[f"{name}_growth"] = np.log10(gradients[0].std() / gradients[-1].std())
        arms[f"{name}_saturated"] = np.mean(np.abs(hs[-1]) > 0.95)
    return arms


FACTORS = {"relu_xavier": ("ReLU", 1.0), "relu_he": ("ReLU", 2**0.5), "tanh_xavier": ("tanh", 1.0),
           "sigmoid_xavier": ("sigmoid", 1.0), "selu_lecun": ("SELU", 1.0)}


def slope_of(kind, z):
    """The slope of an activation, by name."""
    if kind == "SELU":
        return np.where(z > 0, 1.0507009873554805, 1.0507009873554805 * 1.6732632423543772 * np.exp(np.minimum(z, 0)))
    return networks.ACTIVATIONS[kind][1](z)


@claim(
    "4.3",
    "The factor of a layer, sqrt(n) · sigma_w · rms(f'(z)), is 1 for ReLU with He's weights, and near 1 for SELU with LeCun's. It is "
    "0.71 for ReLU with Xavier's weights, and a quarter for sigmoid.",
    between("relu_he", 0.95, 1.05),
    between("relu_xavier", 0.66, 0.76),
    between("sigmoid_xavier", 0.2, 0.25),
    between("tanh_xavier", 0.75, 1.0),
    between("selu_lecun", 0.95, 1.1),
    settings={"20 layers of 100": {"depth": 20, "width": 100}, "10 layers of 300": {"depth": 10, "width": 300}},
)
def factors(seed, depth, width):
    """The factor of the hidden layers on the way back, measured, geometric mean."""
    arms = {}
    activations = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "SELU": torch.selu}
    for name, (kind, scale) in FACTORS.items():
        rng = np.random.default_rng(seed)
        Ws = [scale * rng.normal(size=(width, width)) / width**0.5 for _ in range(depth)]
        _, gradients = lab.there_and_back(rng.normal(size=(100, width)), Ws, activations[kind], seed=seed)
        sizes = [np.sqrt(np.mean(g**2)) for g in gradients]
        arms[name] = (sizes[0] / sizes[-1]) ** (1 / (depth - 1))
    return arms


@claim(
    "4.4",
    "A layer whose units start equal stays one unit (rounding seldom splits it), also with zeros; random biases alone separate the units, and random weights learn more.",
    between("equal_units", 0.9, 1.8),
    above("biases_units", by=15),
    above("biases", "equal", by=0.1),
    above("random", "biases", only="100 steps"),
    settings={"100 steps": {"steps": 100, "lr": 0.5}, "200 steps, rate 0.2": {"steps": 200, "lr": 0.2}},
    generation=2,
)
def symmetry(seed, steps, lr):
    arms = {}
    starts = {"equal": lambda a, b, rng: np.full((a, b), 0.1), "random": reference.xavier_uniform,
              "biases": lambda a, b, rng: (np.full((a, b), 0.1), rng.normal(size=b))}
    for name, start in starts.items():
        model = training.mlp([64, 16, 10], nn.Tanh, init=bridge.Initializer(start, seed=seed))
        run = training.fit(model, data.digits(), num_epochs=steps, lr=lr, batch_size=2000, seed=seed)
        arms[name] = run.accuracy
        arms[f"{name}_units"] = reference.distinct_units(*lab.units(run.model))
    return arms


@claim(
    "4.5",
    "With 9 points of a like task, training the last layer of the old network beats training from scratch; with 120 points it does not. "
    "If the task differs, frozen layers do worse with 120 points than training all layers from the old ones.",
    above("last_9", "scratch_9", by=0.05),
    above("last_9", "random_9", by=0.05),
    above("scratch_120", "last_120", by=-0.02),
    above("all_120", "other_last_120"),
    settings={"50 epochs": {"epochs": 50}, "100 epochs": {"epochs": 100}},
    seeds=24,
)
def transfer(seed, epochs):
    adam = lambda lr: lambda w: optim.Adam(w, lr=lr)
    make = lambda s: training.mlp([2, 64, 64, 3], nn.ReLU, seed=s)
    source = training.fit(make(100 + seed), data.spiral(900, turn=5.0), num_epochs=30, optimizer=adam(0.015)).model
    move = lambda s, n: bridge.transfer(reference.transfer_layers, s, make(seed), n)

    def score(turn, each, model, lr=0.015):
        task = data.few(data.spiral(200, turn=turn, rotate=0.5, order=(1, 2, 0), seed=seed), each)
        return training.fit(model, task, num_epochs=epochs, optimizer=adam(lr)).accuracy

    return {
        "scratch_9": score(5.0, 3, move(source, 0)),
        "last_9": score(5.0, 3, move(source, 2)),
        "random_9": score(5.0, 3, move(make(9000 + seed), 2), 0.6),
        "scratch_120": score(5.0, 40, move(source, 0)),
        "last_120": score(5.0, 40, move(source, 2)),
        "other_scratch_120": score(-5.0, 40, move(source, 0)),
        "other_last_120": score(-5.0, 40, move(source, 2)),
        "other_last_120_fast": score(-5.0, 40, move(source, 2), 0.15),
        "all_120": score(-5.0, 40, move(source, 2).requires_grad_(True)),
    }


@claim(
    "4.6",
    "Ten ReLU layers, SGD at rate 0.1: He's weights learn best, Xavier's less in 5 epochs, and with PyTorch's default nothing "
    "is learned, also after 10 epochs.",
    above("he", "xavier", by=0.02, only="5 epochs"),
    above("he", "xavier", only="10 epochs"),
    between("default", 0.05, 0.16),
    settings={"5 epochs": {"epochs": 5}, "10 epochs": {"epochs": 10}},
    seeds=24,
)
def relu_starts(seed, epochs):
    draws = {"he": reference.he_normal, "xavier": reference.xavier_uniform, "default": reference.torch_linear_default}
    return {name: accuracy(seed, nn.ReLU, draw, 10, epochs) for name, draw in draws.items()}


@claim(
    "4.6",
    "With Adam at rate 0.001 the same ten layers do learn from PyTorch's default, slowly: He's weights stay ahead.",
    above("default", by=0.5, only="15 epochs"),
    above("default", by=0.7, only="30 epochs"),
    above("he", "default", by=0.02),
    settings={"15 epochs": {"epochs": 15}, "30 epochs": {"epochs": 30}},
)
def default_with_adam(seed, epochs):
    adam = lambda w: optim.Adam(w, 0.001)
    return {"he": accuracy(seed, nn.ReLU, reference.he_normal, 10, epochs, optimizer=adam),
            "default": accuracy(seed, nn.ReLU, reference.torch_linear_default, 10, epochs, optimizer=adam)}


@claim(
    "4.6",
    "For ten tanh layers the gain makes a difference of less than 0.05 in accuracy.",
    alike("gain", "xavier", within=0.05),
    settings={"5 epochs": {"epochs": 5}, "10 epochs": {"epochs": 10}},
)
def tanh_gain(seed, epochs):
    factor = reference.gain(np.tanh)
    return {"xavier": accuracy(seed, nn.Tanh, reference.xavier_uniform, 10, epochs),
            "gain": accuracy(seed, nn.Tanh, reference.xavier_uniform, 10, epochs, factor)}


@claim(
    "4.7",
    "Thirty ReLU layers with PyTorch's default weights learn nothing with SGD, and with Adam less than with residual connections, which "
    "learn with both.",
    between("plain", 0.05, 0.16, only="SGD, rate 0.1"),
    above("residual", by=0.8),
    above("residual", "plain", by=0.05),
    settings={"SGD, rate 0.1": {"adam": False}, "Adam, rate 0.001": {"adam": True}},
)
def residual(seed, adam):
    optimizer = (lambda w: optim.Adam(w, 0.001)) if adam else None
    arms = {}
    for name in ("plain", "residual"):
        model = lab.residual_mlp(32, 30, nn.ReLU, seed=seed, add=name == "residual")
        arms[name] = training.fit(model, data.digits(), num_epochs=5, lr=0.1, seed=seed, optimizer=optimizer).accuracy
    return arms


@claim(
    "4.7",
    "L residual layers, each of which is divided by the root of L, multiply the size of the gradient by (1 + c²/L) to the power L/2, with "
    "c = sqrt(n) · sigma_w · rms(f'(z)): measured over predicted is 1, within 10 %, for PyTorch's default. With He's weights it is larger.",
    between("default", 0.9, 1.1),
    above("he_total", "default_total", by=0.2),
    settings={"20 layers": {"depth": 20}, "60 layers": {"depth": 60}},
)
def residual_factor(seed, depth):
    arms = {}
    for name, scale in (("default", 3**-0.5), ("he", 2**0.5)):
        rng = np.random.default_rng(seed)
        first = h = torch.from_numpy(rng.normal(size=(100, 200))).requires_grad_()
        for _ in range(depth):
            W = torch.from_numpy(scale * rng.normal(size=(200, 200)) / 200**0.5)
            h = h + torch.relu(h @ W) / depth**0.5
        arrives = torch.from_numpy(rng.normal(size=(100, 200)))
        torch.autograd.backward(h, arrives)
        total = (first.grad.square().mean() / arrives.square().mean()).item() ** 0.5
        arms[f"{name}_total"] = total
        arms[name] = total / (1 + scale**2 / 2 / depth) ** (depth / 2)
    return arms


@claim(
    "4.3",
    "A signal that enters too large, by a factor, through 20 layers with the right gain: tanh pulls it back, ReLU keeps the factor, and with "
    "SiLU it grows.",
    between("tanh", -0.1, 0.1),
    between("relu", 0.99, 1.01),
    above("silu", by=1.2),
    settings={"1.2 times": {"factor": 1.2}, "1.5 times": {"factor": 1.5}},
)
def deviations(seed, factor):
    """What is left of the logarithm of the factor, as a share of it."""
    arms = {}
    for name, f in (("tanh", np.tanh), ("relu", lambda z: np.maximum(z, 0)), ("silu", lambda z: z / (1 + np.exp(-z)))):
        rng = np.random.default_rng(seed)
        X, std = rng.normal(size=(128, 128)), reference.gain(f) / 128**0.5
        Ws = [std * rng.normal(size=(128, 128)) for _ in range(20)]
        ends = [reference.signal_propagation(start * X, Ws, f)[-1] for start in (1.0, factor)]
        arms[name] = np.log(ends[1] / ends[0]) / np.log(factor)
    return arms

"""The exercises of 08_capstone: a whole network, its training, and the evidence that it is good."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dependencies
from .spec import Case, Exercise, Property, Script


def _travels(function: Callable[..., Any]) -> str | None:
    """Names what a graded function uses that the notebook does not hold, or None."""
    if behind := dependencies.stays_behind(function):
        return f"it uses {', '.join(behind)}, which is not in this notebook and does not travel with it"
    return None


def _own(name: str) -> Property:
    """The case that a function stands on its own feet."""
    return Property(
        name,
        f"{name} where your notebook is graded",
        _travels,
        "There is NumPy there, and what the cells of this notebook define, and nothing else: "
        'parts.paste("name") makes a cell with your own code of it.',
    )


# --- the network ------------------------------------------------------------------------------------

_SIZES = (300, 200, 100)


def _spread(
    scheme: str, variances: tuple[float, float], *, normal: bool = False
) -> Callable[[Callable[..., Any]], str | None]:
    """Looks whether the weights of a scheme have the right form, variance and distribution."""

    def violation(init: Callable[..., Any]) -> str | None:
        layers = init(list(_SIZES), scheme, np.random.default_rng(1))
        again = init(list(_SIZES), scheme, np.random.default_rng(1))
        other = init(list(_SIZES), scheme, np.random.default_rng(2))
        if trouble := _wrong_form(layers):
            return trouble
        if not np.array_equal(layers[0][0], again[0][0]):
            return "two calls with equal generators differed: draw from rng and from nothing else"
        for number, (layer, variance) in enumerate(zip(layers, variances, strict=True)):
            if not 0.95 < np.var(layer[0]) / variance < 1.05:
                return f"the weights of layer {number} have variance {np.var(layer[0]):.5f}; wanted {variance:.5f}"
            beyond = float(
                np.mean(np.abs(layer[0]) > 1.8 * np.sqrt(variance))
            )  # of normal numbers 7 %, of uniform none
            if (beyond > 0.01) != normal:
                return f"the weights of layer {number} are no {'normal' if normal else 'uniform'} draws"
        if np.array_equal(layers[0][0], other[0][0]):
            return "two different generators gave the same weights: draw from rng"
        first, second = (layer[0].ravel()[:100] / np.std(layer[0]) for layer in layers)
        if np.corrcoef(first, second)[0, 1] > 0.9:
            return "both layers begin with the same numbers: draw on from the one rng"
        return None

    return violation


def _first_weights(scheme: str) -> Callable[[Callable[..., Any]], Any]:
    return lambda init: init(list(_SIZES), scheme, np.random.default_rng(1))[0][0]


def _wrong_form(layers: Any) -> str | None:
    lengths = [len(layer) for layer in layers]
    if lengths != [4, 2]:
        return f"for three sizes it gave layers of {lengths} arrays; wanted [W, b, gamma, beta] and [W, b]"
    shapes = [np.shape(array) for layer in layers for array in layer]
    wanted = [(300, 200), (200,), (200,), (200,), (200, 100), (100,)]
    if shapes != wanted:
        return f"the shapes are {shapes}; wanted {wanted}"
    (_, b, gamma, beta), (_, last) = layers
    if np.any(b) or np.any(last) or np.any(beta) or not np.all(gamma == 1):
        return "b and beta are to start at 0, and gamma at 1"
    return None


INIT_PARAMS = Exercise(
    "init_params",
    ("init_params", "init_state"),
    (
        Property(
            "init_params",
            "init_params([300, 200, 100], 'he', rng)",
            _spread("he", (2 / 300, 1 / 200), normal=True),
            "he: normal, variance 2/n_in before an activation, and 1/n_in in the last layer, which has none behind it.",
            _first_weights("he"),
        ),
        Property(
            "init_params",
            "init_params([300, 200, 100], 'xavier', rng)",
            _spread("xavier", (2 / 500, 2 / 300)),
            "xavier: uniform between ±√(6/(n_in + n_out)).",
            _first_weights("xavier"),
        ),
        Property(
            "init_params",
            "init_params([300, 200, 100], 'torch', rng)",
            _spread("torch", (1 / 900, 1 / 600)),
            "torch: uniform between ±1/√n_in.",
            _first_weights("torch"),
        ),
        Script(
            "init_params",
            "try:\n    init_params([4, 3, 2], 'kaiming', np.random.default_rng(0))\n    said = 'nothing'\n"
            "except ValueError:\n    said = 'ValueError'\nsaid",
            "A scheme that you do not know is a typo: raise ValueError.",
        ),
        Case("init_state", ([5, 4, 3, 2],), "One [mean, var] for each hidden layer: means 0, variances 1."),
        _own("init_params"),
    ),
    (
        "How many layers do four sizes make, and which of them has neither a batch norm nor an activation behind it?",
        "he: N(0, 2/n_in), in the last layer N(0, 1/n_in);  xavier: U(±√(6/(n_in + n_out)));  torch: U(±1/√n_in);  "
        "b = beta = 0, gamma = 1;  mean = 0, var = 1",
        "for n_in, n_out in zip(sizes[:-1], ...): W = ...; layers.append([W, np.zeros(n_out), ...])",
    ),
    scenes=(
        "init_state([3, <2..4>, <1..3>, 2])",
        'init_params([2, <2..3>, 1], <"he"|"xavier"|"torch">, Draws([<-1..1>, 0.5, <1..2>]))',
        'init_params([2, 4, <2..3>, 2], <"he"|"xavier"|"torch">, Draws([<-1..1>, 0.5]))',
    ),
)

_NET = """rng = np.random.default_rng(0)
params = [[rng.normal(size=(3, 4)), rng.normal(size=4), rng.uniform(0.5, 2, 4), rng.normal(size=4)],
          [rng.normal(size=(4, 2)), rng.normal(size=2)]]
state = [[rng.normal(size=4), rng.uniform(0.5, 2, 4)]]
X, cfg = rng.normal(size=(5, 3)), {"f": np.tanh, "df": lambda x: 1 - np.tanh(x) ** 2, "p": 0.0, "lam": 0.1}
"""


def _masked(forward: Callable[..., Any]) -> str | None:
    """Says what is wrong with the dropout in a forward pass, or None."""
    params = [[np.eye(40), np.zeros(40), np.ones(40), np.full(40, 3.0)], [np.eye(40), np.zeros(40)]]
    state = [[np.zeros(40), np.ones(40)]]
    cfg, X = {"f": lambda x: x + 5.0, "df": np.ones_like, "p": 0.25}, np.random.default_rng(0).normal(size=(60, 40))
    out = np.asarray(forward(params, state, X, cfg, True, np.random.default_rng(1))[0])
    zeros = float(np.mean(out == 0))
    if zeros < 0.01:
        return "with p = 0.25 no hidden unit was 0 in training: dropout comes last in each hidden layer"
    if not 0.2 < zeros < 0.3:
        return f"with p = 0.25, {zeros:.0%} of the hidden units were 0 in training"
    mean = float(out.mean())
    if not 7.7 < mean < 8.3:
        return f"hidden units with a mean of 8 have a mean of {mean:.2f} behind dropout: scale what is kept"
    again, other = (np.asarray(forward(params, state, X, cfg, True, np.random.default_rng(i))[0]) == 0 for i in (1, 2))
    if not np.array_equal(again, out == 0):
        return "two calls with equal generators dropped other units: draw from rng and from nothing else"
    if np.array_equal(again, other):
        return "two different generators dropped the same units: draw from rng"
    evaluated = np.asarray(forward(params, state, X, cfg, False, np.random.default_rng(1))[0])
    return "in evaluation some hidden units were 0: dropout is off there" if np.any(evaluated == 0) else None


NET_FORWARD = Exercise(
    "net_forward",
    ("net_forward",),
    (
        Script(
            "net_forward",
            _NET + "out, new, _ = net_forward(params, state, X, cfg, True, rng)\nout, new",
            "Training: Z = HW + b; the batch's mean and variance (1/N) normalize it; gamma, beta; the activation. The "
            "new running values are 0.9·old + 0.1·batch, with the variance of 1/(N-1).",
        ),
        Script(
            "net_forward",
            _NET + "out, new, _ = net_forward(params, state, X[:1], cfg, False, None)\nout, new",
            "Evaluation: the running mean and variance normalize, nothing is dropped, and the state stays as it is. "
            "One example is enough, and rng may be None.",
        ),
        Script(
            "net_forward",
            _NET + "cfg['p'] = 0.5\n_, new, _ = net_forward(params, state, X, cfg, True, rng)\nnew",
            "The running values are those of Z, the input of batch norm. Dropout comes last in a hidden layer and does "
            "not change them.",
        ),
        Script(
            "net_forward",
            "rng = np.random.default_rng(0)\nparams = reference.init_params([3, 6, 5, 2], 'he', rng)\n"
            "cfg, state = {'f': np.tanh, 'df': np.cos, 'p': 0.5}, reference.init_state([3, 6, 5, 2])\n"
            "out, new, _ = net_forward(params, state, rng.normal(size=(7, 3)), cfg, False, None)\nout, new",
            "Two hidden layers: each has its own entry of the state, and the last layer is linear and nothing else.",
        ),
        Property(
            "net_forward",
            "net_forward(params, state, X, {'f': ..., 'p': 0.25}, True, rng)",
            _masked,
            "mask = (rng.random(...) >= p) / (1 - p), new for each layer and each call, behind the activation.",
        ),
        _own("net_forward"),
    ),
    (
        "Which four things happen in a hidden layer, in which order, and which two of them differ in evaluation?",
        "Z = HW + b;  Ẑ = (Z - μ)/√(σ² + 1e-5);  A = γẐ + β;  H = f(A)·mask;  training: μ, σ² (1/N) of the batch, "
        "evaluation: the running ones, and mask = 1",
        "for (W, b, gamma, beta), running in zip(..., state): Z = ...; if training: ... else: ...; "
        "new.append([...]); H = ...",
    ),
    outputs=("out", "new state"),
    alone={
        "new state": "out is right. The new running values are 0.9·old + 0.1·batch, with the variance of 1/(N-1); in "
        "evaluation they are the old ones.",
    },
    scenes=(
        """params = [[np.array([[1, <-1..2>]]), np.array([0, <-1..1>]), np.array([<1..2>, 1]), np.array([0,
    <0..1>])], [np.array([[<1..2>], [<-1..2>]]), np.array([<-1..1>])]]
cfg = {"f": lambda z: np.maximum(z, 0), "df": lambda z: z > 0, "p": 0, "lam": 0}
out, state, cache = net_forward(params, [[np.array([0, <0..1>]), np.array([1, 4])]],
    np.array([[<1..3>]]), cfg, <True|False>, Draws([0.5]))
out""",
        """params = [[np.array([[1, <-1..2>]]), np.array([0, 0]), np.array([<1..2>, 1]), np.array([0, 0])],
    [np.array([[<1..2>], [<-1..2>]]), np.array([0])]]
cfg = {"f": lambda z: np.maximum(z, 0), "df": lambda z: z > 0, "p": 0, "lam": 0}
out, state, cache = net_forward(params, [[np.array([0, 0]), np.array([1, 1])]], np.array([[<1|2>],
    [<3..5>]]), cfg, <True|False>, Draws([0.5]))
state""",
    ),
)


def _slopes(loss_and_grads: Callable[..., Any]) -> str | None:
    """Says what a numerical gradient of the whole net finds in the given one, or None."""
    from .. import reference

    rng = np.random.default_rng(3)
    sizes, cfg = [3, 5, 4, 2], {"f": np.sin, "df": np.cos, "p": 0.3, "lam": 0.02}
    params, state = reference.init_params(sizes, "he", rng), reference.init_state(sizes)
    X, Y = rng.normal(size=(6, 3)), rng.dirichlet(np.ones(2), 6)

    def ask(at: Any) -> Any:
        return loss_and_grads(at, state, X, Y, cfg, np.random.default_rng(7))

    grads = ask(params)[1]
    for layer, names in enumerate((_HIDDEN, _HIDDEN, _HIDDEN[:2])):
        for place, name in enumerate(names):

            def loss(w: Any, layer: int = layer, place: int = place) -> float:
                at = [list(arrays) for arrays in params]
                at[layer][place] = w
                return float(ask(at)[0])

            wanted = reference.numerical_gradient(loss, params[layer][place], 1e-5)
            gap = float(np.max(np.abs(np.asarray(grads[layer][place]) - wanted)))
            if not gap < 1e-6:
                return f"layer {layer}, {name}: the slope of your own loss is another one, by up to {gap:.2g}"
    return None


_HIDDEN = ("W", "b", "gamma", "beta")

LOSS_AND_GRADS = Exercise(
    "loss_and_grads",
    ("loss_and_grads",),
    (
        Script(
            "loss_and_grads",
            _NET + "Y = rng.dirichlet(np.ones(2), 5)\nloss_and_grads(params, state, X, Y, cfg, rng)",
            "The loss is the mean of -Σ Y log softmax, plus lam times the sum of all squared weights W; biases, gamma "
            "and beta are not in the penalty.",
        ),
        Script(
            "loss_and_grads",
            "rng = np.random.default_rng(0)\nparams = reference.init_params([2, 4, 3, 2], 'he', rng)\n"
            "cfg, state = {'f': np.sin, 'df': np.cos, 'p': 0.0, 'lam': 0.0}, reference.init_state([2, 4, 3, 2])\n"
            "X, Y = rng.normal(size=(5, 2)), rng.dirichlet(np.ones(2), 5)\n"
            "_, grads, _ = loss_and_grads(params, state, X, Y, cfg, rng)\n"
            "grads",
            "Two hidden layers: what comes from above passes the layer's own weights, transposed, and then f'.",
        ),
        Property(
            "loss_and_grads",
            "loss_and_grads against numerical gradients, p = 0.3",
            _slopes,
            "The mask of the backward pass is that of the forward pass, kept and not drawn again; then f' at A, gamma, "
            "batch norm's three terms, and 2·lam·W.",
        ),
        _own("loss_and_grads"),
    ),
    (
        "Which values of the forward pass does the backward pass need, layer by layer, and are they in your cache?",
        "at the logits: as in notebook 2, with the rows of Y for the true class; each dW gets its share of the "
        "penalty, 2λW; on the way down come the mask and f'(A), then notebook 3's bn_backward at Z",
        "out, new, cache = net_forward(..., True, rng);  loss = ...;  delta = ...;  "
        "for (W, b, gamma, beta), kept in zip(params[-2::-1], ...): ...; grads.append([...])",
    ),
    derived=True,
    outputs=("loss", "grads", "new state"),
    alone={
        "loss": "The gradients are right. The loss is the mean of -Σ Y log softmax, plus lam times the sum of "
        "all squared weights W.",
        "grads": "The loss is right. Its gradient begins at the logits, as in notebook 2; on the way down come the "
        "mask, f' at A, gamma and batch norm's three paths; each dW gets 2·lam·W, and each hidden layer gives dW, db, "
        "dgamma, dbeta.",
        "new state": "Loss and gradients are right. The new state is what net_forward gives in training.",
    },
    scenes=(
        """params = [[np.array([[<1..3>, 1, <0..2>]]), np.zeros(3), np.ones(3), np.zeros(3)],
    [np.zeros((3, 2)), np.zeros(2)]]
cfg = {"f": lambda z: np.maximum(z, 0), "df": lambda z: (z > 0) * 1.0, "p": 0, "lam": <0..2>}
X, Y = np.array([[1], [<3|5>]]), np.array([[1, 0], <[1, 0]|[0, 1]>])
loss, grads, state = loss_and_grads(params, [[np.zeros(3), np.ones(3)]], X, Y, cfg, Draws([0.5]))
grads[-1][1]""",
        """params = [[np.array([[<1..3>, 1, 2, <0..1>]]), np.zeros(4), np.ones(4), np.zeros(4)],
    [np.zeros((4, 2)), np.zeros(2)]]
cfg = {"f": lambda z: np.maximum(z, 0), "df": lambda z: (z > 0) * 1.0, "p": 0, "lam": <1..3>}
X, Y = np.array([[1], [<3|5>], [0]]), np.array([[1, 0], <[1, 0]|[0, 1]>, [0, 1]])
loss, grads, state = loss_and_grads(params, [[np.zeros(4), np.ones(4)]], X, Y, cfg, Draws([0.5]))
loss""",
    ),
)

# --- its training -----------------------------------------------------------------------------------

_PAIRS = """params = [[np.array([[1.0, -2.0]]), np.zeros(2), np.ones(2), np.zeros(2)],
          [np.array([[0.5], [1.5]]), np.ones(1)]]
grads = [[np.array([[0.25, -1.0]]), np.zeros(2), np.array([2.0, 0.5]), np.ones(2)],
         [np.array([[4.0], [-3.0]]), np.ones(1)]]
"""

ADAM_STEP = Exercise(
    "adam_step",
    ("adam_step",),
    (
        Script(
            "adam_step",
            _PAIRS + "new, _ = adam_step(params, grads, {}, 0.1)\nnew",
            "The first step of Adam is lr in each coordinate, whatever the size of the gradient; where it is 0, none.",
        ),
        Script(
            "adam_step",
            _PAIRS + "new, opt = adam_step(params, grads, {}, 0.1)\nfor factor in (0.5, -2.0, 1.0):\n"
            "    grads = [[factor * g for g in layer] for layer in grads]\n"
            "    new, opt = adam_step(new, grads, opt, 0.05)\nnew",
            "Four steps: t grows by 1 with each call, not with each array; m and v belong to one array each.",
        ),
        Script(
            "adam_step",
            _PAIRS + "new, opt = adam_step(params, grads, {}, 0.1, (0.5, 0.75), 0.25)\n"
            "new, opt = adam_step(new, [[g / 4 for g in layer] for layer in grads], opt, 0.1, (0.5, 0.75), 0.25)\nnew",
            "With its own betas and eps: eps is added behind the root.",
        ),
        _own("adam_step"),
    ),
    (
        "How many arrays does the network have, how many moments are that, and how many step counters t?",
        "t ← t + 1 once;  for each array: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g²,  "
        "w - lr·(m/(1-β₁ᵗ))/(√(v/(1-β₂ᵗ)) + ε)",
        't = opt.get("t", 0) + 1;  for i, layer in enumerate(params): for j, w in enumerate(layer): g = ...; '
        "m, v = opt.get((i, j), ...); ...",
    ),
    scenes=(
        """new, opt = adam_step([[np.array([[<1..5>]]), np.array([<1..3>])]],
    [[np.array([[<2|4|-4>]]), np.array([<1..3>])]], {}, <1..2>, (0.5, 0.75), 0)
new""",
        """new, opt = adam_step([[np.array([<1..5>])]], [[np.array([<g=2|4|-4>])]], {}, <1..2>, (0.5, 0.5), 0)
new, opt = adam_step(new, [[np.array([<g>])]], opt, 1, (0.5, 0.5), 0)
new""",
    ),
)


def _shuffles(fit: Callable[..., Any]) -> str | None:
    """Says what is wrong with the order of the examples in two epochs, or None."""
    first, second = _batches(fit, 1)
    if all(map(np.array_equal, first, second)):
        return "the second epoch had the batches of the first"
    if all(map(np.array_equal, first, _batches(fit, 2)[0])):
        return "two different generators gave the same batches: draw from rng"
    if not all(map(np.array_equal, first, _batches(fit, 1)[0])):
        return "two calls with equal generators gave other batches: draw from rng and from nothing else"
    return None


def _batches(fit: Callable[..., Any], seed: int) -> tuple[list[Any], list[Any]]:
    """Returns what the hidden units get in the batches of two epochs. The rate is 0, so that only the order counts."""
    from .. import reference

    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(np.array(x))
        return np.tanh(x)

    rng = np.random.default_rng(0)
    params, state = reference.init_params([2, 3, 2], "he", rng), reference.init_state([2, 3, 2])
    train = rng.normal(size=(12, 2)), np.eye(2)[rng.integers(0, 2, 12)]
    cfg = {
        "f": f,
        "df": lambda x: 1 - np.tanh(x) ** 2,
        **{"p": 0.0, "lam": 0.0, "lr": 0.1, "num_epochs": 2, "batch_size": 4, "patience": 9},
        "schedule": lambda lr, epoch, num_epochs: 0.0,
    }
    fit(params, state, train, (train[0][:3], train[1][:3]), cfg, np.random.default_rng(seed))
    batches = [x for x in seen if len(x) == 4]
    return batches[: len(batches) // 2], batches[len(batches) // 2 :]


_TRAINING = """rng = np.random.default_rng(0)
params, state = reference.init_params([2, 6, 3], 'he', rng), reference.init_state([2, 6, 3])
X, Y = rng.normal(size=(12, 2)), np.eye(3)[rng.integers(0, 3, 12)]
cfg = {"f": np.tanh, "df": lambda x: 1 - np.tanh(x) ** 2, "p": 0.0, "lam": 0.01, "lr": 0.1, "num_epochs": 8,
       "schedule": lambda lr, epoch, num_epochs: lr, "batch_size": 12, "patience": 8}
train, val = (X, Y), (rng.normal(size=(9, 2)), np.eye(3)[rng.integers(0, 3, 9)])
"""

FIT_NETWORK = Exercise(
    "fit_network",
    ("fit_network",),
    (
        Script(
            "fit_network",
            _TRAINING + "_, _, losses = fit_network(params, state, train, val, cfg, rng)\nlosses",
            "One validation loss for each epoch: the mean cross-entropy of val after it, in evaluation mode, without "
            "the penalty.",
            rtol=1e-5,
        ),
        Script(
            "fit_network",
            _TRAINING + "best, kept, _ = fit_network(params, state, train, val, cfg, rng)\n[best, kept]",
            "What comes back belongs to the epoch with the lowest validation loss: the weights and the running "
            "statistics.",
            rtol=1e-4,
            atol=1e-7,
        ),
        Script(
            "fit_network",
            _TRAINING + "cfg['patience'] = 2\ncfg['schedule'] = lambda lr, epoch, num_epochs: lr * 9.0**epoch\n"
            "_, _, losses = fit_network(params, state, train, val, cfg, rng)\nlen(losses)",
            "Stop when `patience` epochs in a row have brought no lower loss. cfg['schedule'](lr, epoch, num_epochs) "
            "gives each epoch's rate, from epoch 0 on.",
        ),
        Script(
            "fit_network",
            _TRAINING + "cfg['patience'], rates = 2, (0.003, 0.0, 0.01, 1.0, 0.3, 0.3, 1.0, 1.0)\n"
            "cfg['schedule'] = lambda lr, epoch, num_epochs: rates[epoch]\n"
            "_, _, losses = fit_network(params, state, train, val, cfg, rng)\nlen(losses)",
            "Epoch 1 is bad, and epoch 2, the best so far, begins the count anew. Then 3 and 4 are bad: epoch 4 is "
            "better than epoch 3, and worse than the best.",
        ),
        Script(
            "fit_network",
            _TRAINING + "cfg['batch_size'], cfg['patience'], sizes = 5, 1, []\n"
            "cfg['f'] = lambda x: (sizes.append(len(x)), np.tanh(x))[1]\ncfg['num_epochs'] = 1\n"
            "_ = fit_network(params, state, train, val, cfg, rng)\nsorted(sizes)",
            "12 examples in batches of 5 make batches of 5, 5 and 2; then come the 9 of val.",
        ),
        Script(
            "fit_network",
            _TRAINING + "cfg['num_epochs'], cfg['batch_size'], asked = 3, 5, set()\n"
            "cfg['schedule'] = lambda lr, epoch, num_epochs: (asked.add((lr, epoch, num_epochs)), lr / 2)[1]\n"
            "_ = fit_network(params, state, train, val, cfg, rng)\n[list(args) for args in sorted(asked)]",
            "The schedule is asked for each epoch, from 0 on, and each time with the first rate: schedule(cfg['lr'], "
            "epoch, num_epochs).",
        ),
        Script(
            "fit_network",
            _TRAINING + "params, cfg['lr'], cfg['num_epochs'] = [[np.ones((2, 3)), np.zeros(3)]], 0.5, 3\n"
            "cfg['batch_size'] = 2\n"
            "train = val = np.tile([1.0, -2.0], (6, 1)), np.tile([0.5, 0.25, 0.25], (6, 1))\n"
            "_, _, losses = fit_network(params, [], train, val, cfg, np.random.default_rng(0))\nlosses",
            "Adam's memory goes on from batch to batch and from epoch to epoch. Here all batches are alike.",
            rtol=1e-5,
        ),
        Property(
            "fit_network",
            "fit_network(..., rng), the batches of two epochs",
            _shuffles,
            "order = rng.permutation(len(X)) stands inside of the loop over epochs: each has batches of its own.",
        ),
        _own("fit_network"),
    ),
    (
        "What must you remember from the best epoch, so that the network you hand out is the one you measured?",
        "for each epoch: lr = schedule(lr, epoch, num_epochs);  shuffle, cut, and for each batch of two or more: "
        "gradients, Adam;  v = validation loss;  v < best: keep params and state, bad = 0, else bad + 1",
        "for epoch in range(...): order = rng.permutation(...); for start in range(0, ..., ...): rows = ...; "
        "_, grads, state = loss_and_grads(...); params, opt = ...",
    ),
    scenes=(
        """params = [[np.array([[1, -1]]), np.array([0, 0]), np.array([1, 1]), np.array([0, 0])],
    [np.array([[1, 0], [0, 1]]), np.array([0, 0])]]
cfg = {"f": lambda z: np.maximum(z, 0), "df": lambda z: (z > 0) * 1.0, "p": 0, "lam": 0, "lr": 0.1,
    "num_epochs": <2..3>,
       "schedule": lambda lr, epoch, num_epochs: lr, "batch_size": <2..3>, "patience": <1..3>}
X, Y = np.array([[0], [1], [2], [<3..5>]]), np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
params, state, losses = fit_network(params, [[np.array([0, 0]), np.array([1, 1])]],
    (X, Y), (X, Y), cfg, Order([2, 0, 3, 1]))
len(losses)""",
    ),
)

# --- the evidence -----------------------------------------------------------------------------------

_TABLE = """table = {"plain": [0.5, 0.75, 0.25, 1.0], "more": [0.75, 0.875, 0.5, 1.25], "less": [0.5, 0.5, 0.5, 0.5]}
run = lambda cfg, seed: table[cfg][seed]
"""

ABLATION = Exercise(
    "ablation",
    ("ablation",),
    (
        Script(
            "ablation",
            _TABLE + "ablation(run, ['plain', 'more', 'less'], [0, 1, 2, 3])",
            "(mean, standard error, t) for each: the standard error is std(ddof=1)/√n, and t is that of the paired "
            "differences to the first one, seed by seed.",
        ),
        Script(
            "ablation",
            _TABLE + "ablation(run, ['plain', 'more'], [2])",
            "One seed has a mean and no spread: standard error and t are nan, without a warning.",
        ),
        Script(
            "ablation",
            _TABLE + "calls = []\ncount = lambda cfg, seed: (calls.append((cfg, seed)), run(cfg, seed))[1]\n"
            "_ = ablation(count, ['plain', 'less'], [3, 1])\nsorted(map(list, calls))",
            "Every run costs a training: run(cfg, seed) once for each pair, with the seeds that were given.",
        ),
        _own("ablation"),
    ),
    (
        "Two configurations share a seed, and with it the split and the first weights. What do you lose if you "
        "compare their means only?",
        "mean = Σs/n;  SE = std(s, ddof=1)/√n;  d = s - s_first, seed by seed;  t = mean(d)/(std(d, ddof=1)/√n), "
        "nan if that is not above 0",
        "scores = np.array([[run(...) for seed in seeds] for cfg in cfgs]);  for row in scores: d = row - ...; ...; "
        "results.append((..., ..., ...))",
    ),
    scenes=(
        """table = {"plain": [<1..3>, <3..5>], "more": [<2..4>, <4..9>]}
ablation(lambda cfg, seed: table[cfg][seed], ["plain", "more"], [0, 1])""",
    ),
)

_BOX = "box = TestBox(np.array([[1.0], [-2.0], [3.0], [4.0]]), np.array([1, 0, 0, 1]))\n"

_LEDGER = """ledger = Ledger()
ledger.predict("lr", 0.5, 0.75)
ledger.predict("p", 0.25, 0.5)
ledger.measure("p", 0.625)
"""

TEST_BOX = Exercise(
    "test_box",
    ("TestBox", "Ledger"),
    (
        Script(
            "TestBox",
            _BOX + "accuracy = box.open(lambda X: (X[:, 0] > 0).astype(int), 0.9)\n[accuracy, box.opened]",
            "The share of examples whose predicted class is theirs; and `opened` counts.",
        ),
        Script(
            "TestBox",
            _BOX + "box.open(lambda X: np.zeros(4), 0.5)\ntry:\n    box.open(lambda X: np.ones(4), 0.5)\n"
            "    said = 'nothing'\nexcept RuntimeError:\n    said = 'RuntimeError'\n[said, box.opened]",
            "The second time it stays closed: raise RuntimeError before you predict anything.",
        ),
        Script(
            "TestBox",
            _BOX + "seen = []\nlook = lambda X: (seen.append(len(X)), np.ones(4))[1]\n"
            "for guess in (90, 0.5, 0.5):\n    try:\n        box.open(look, guess)\n"
            "    except (ValueError, RuntimeError):\n        pass\nseen",
            "Refuse first, for a bad guess as for a second opening: predict is called once, and with all examples.",
        ),
        Script(
            "TestBox",
            _BOX + "try:\n    box.open(lambda X: np.ones(4), 90)\n    said = 'nothing'\nexcept ValueError:\n"
            "    said = 'ValueError'\n[said, box.opened]",
            "A guess is a share between 0 and 1. Anything else is a ValueError, and the box is still closed then.",
        ),
        Script(
            "TestBox",
            _BOX + "before = box.guess\nbox.open(lambda X: np.ones(4), 0.75)\n[str(before), box.guess]",
            "The box keeps the guess with which it was opened, and before that there is none: self.guess = None.",
        ),
        _own("TestBox"),
        Script(
            "Ledger",
            _LEDGER + 'ledger.measure("lr", 0.625)\nledger.score()',
            "One of two ranges held: a share of 0.5. Their scores are their widths, 0.25 each, and for the miss of "
            "0.125 ten times that is added.",
        ),
        Script(
            "Ledger",
            _LEDGER + 'ledger.measure("lr", 0.25)\nledger.score()',
            "A value below its range is a miss like one above it.",
        ),
        Script("Ledger", _LEDGER + "ledger.score()", "What is not measured yet does not count."),
        Script("Ledger", "Ledger().score()", "Nothing measured yet: (nan, nan)."),
        Script(
            "Ledger",
            _LEDGER + "said = []\nfor late in (lambda: ledger.measure('depth', 1.0), lambda: ledger.measure('p', 0.5), "
            "lambda: ledger.predict('p', 0.5, 0.75), lambda: ledger.predict('depth', 2.0, 1.0)):\n    try:\n"
            "        late()\n        said.append('nothing')\n    except ValueError:\n"
            "        said.append('ValueError')\nsaid",
            "No measurement without a prediction, none twice, no second prediction, and no range that ends before it "
            "begins.",
        ),
        _own("Ledger"),
    ),
    (
        "If somebody may look again after the first look, what does the second number estimate? And who always "
        "predicts 0 to 1 is never wrong: what should that cost?",
        "opened > 0 ⇒ RuntimeError;  guess not in [0, 1] ⇒ ValueError;  accuracy = mean(predict(X) == y);  score of a "
        "range = (high - low) + 10·max(low - v, 0) + 10·max(v - high, 0)",
        "def open(...): if ...: raise RuntimeError(...);  if ...: raise ValueError(...);  self.opened ...;  "
        "return ...   and   self.ranges = ...;  for name, v in self.values.items(): low, high = ...",
    ),
    outputs=("share that held", "mean score"),
    scenes=(
        """box = TestBox(np.array([[1], [-2], [<-3..3>], [4]]), np.array([1, <0|1>, 0, <0|1>]))
box.open(lambda X: (X[:, 0] > 0).astype(int), 0.5)""",
        """ledger = Ledger()
ledger.predict("lr", <1..3>, <4..6>)
ledger.predict("p", 0, <1..2>)
ledger.measure("lr", <1..9>)
ledger.measure("p", <0..4>)
ledger.score()""",
    ),
)

CARD = Exercise(
    "card",
    ("confusion_matrix", "calibration_error"),
    (
        Case(
            "confusion_matrix",
            (np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 0, 2]), 3),
            "Row: the true class; column: the predicted one; K rows and columns, also for a class that never turns up.",
        ),
        Case("confusion_matrix", (np.array([1, 0]), np.array([1, 1]), 4), "Four classes make a table of 4 × 4."),
        Case(
            "calibration_error",
            (np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.35, 0.65]]), np.array([0, 1, 1, 1]), 5),
            "Confidence is the largest probability. In each bin: |sum of (right - confidence)|; all together over N.",
        ),
        Case(
            "calibration_error",
            (np.array([[0.5, 0.5], [0.75, 0.25]]), np.array([1, 0]), 4),
            "A confidence on a border belongs to the lower bin: 0.5 is in (0.25, 0.5].",
        ),
    ),
    (
        "Of all examples on which a network is 80 % sure, how many should it get right?",
        "C[y, ŷ] counts pairs;  ECE = (1/N) Σ_bins |Σ_(i in bin) (right_i - confidence_i)|",
        "np.add.at(C, (..., ...), 1);  place = np.ceil(confidence * bins) - 1;  sum(abs(...[place == b].sum()) for b "
        "in range(bins)) / ...",
    ),
    side=True,
    scenes=(
        "confusion_matrix(np.array([0, <0..1>, 1, 1]), np.array([<0..1>, <0..1>, 1, 0]), 2)",
        """calibration_error(np.array([<[0.9, 0.1]|[0.2, 0.8]>, <[0.4, 0.6]|[0.7, 0.3]>]), np.array([<0|1>,
    <0|1>]), <2..3>)""",
    ),
)

EXERCISES = (
    INIT_PARAMS,
    NET_FORWARD,
    LOSS_AND_GRADS,
    ADAM_STEP,
    FIT_NETWORK,
    ABLATION,
    TEST_BOX,
    CARD,
)

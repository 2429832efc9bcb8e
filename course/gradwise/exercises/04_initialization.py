"""The exercises of 04_initialization: initial weights, gain, symmetry, transferred layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .spec import Case, Exercise, Property, Script

Function = Callable[..., Any]
Verdict = Callable[[Any], str | None]

MOST_CALLS = 10  # of an activation, in one call of `gain`

_X = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])
_WS = [
    np.array([[0.5, -1.0], [1.0, 0.25], [-0.5, 2.0]]),
    np.array([[1.0, 0.5, -2.0, 0.0], [-1.5, 1.0, 0.5, 3.0]]),
]


# --- what can be said of random weights -------------------------------------------------------------


def _drawn(name: str, args: tuple[Any, ...], verdict: Verdict, advice: str, *, part: int | None = None) -> Property:
    """Looks at the weights that one call draws.

    Args:
        name: the learner's function, called as ``name(n_in, n_out, rng, *more)``.
        args: n_in, n_out and more.
        verdict: says what is wrong with an array of that shape, or None.
        advice: one thing to try.
        part: which of the values that are returned is looked at, if there are several.
    """
    n_in, n_out, *more = args
    shape = (n_out,) if part == 1 else (n_in, n_out)

    def call(function: Function) -> Any:
        return function(n_in, n_out, np.random.default_rng(1), *more)

    def violation(function: Function) -> str | None:
        returned = call(function)
        if part is not None and (not isinstance(returned, tuple | list) or len(returned) != 2):
            return f"it returned {type(returned).__name__}; two values are wanted, W and b"
        try:
            values = np.asarray(returned if part is None else returned[part], dtype=float)
        except (TypeError, ValueError):
            return "what it returned is not an array of numbers"
        if values.shape != shape:
            return f"the shape is {values.shape}; wanted {shape}"
        return verdict(values)

    words = f"{name}({', '.join(map(str, [n_in, n_out, 'rng', *more]))})"
    return Property(name, words, violation, advice, lambda function: _parts(call(function))[part or 0])


def _spread(std: float, tolerance: float = 0.03) -> Verdict:
    """The entries have mean 0 and this standard deviation, all together, in each row and in each column."""

    def verdict(values: Any) -> str | None:
        if abs(values.std() / std - 1) > tolerance:
            return f"the standard deviation is {values.std():.3g}; wanted {std:.3g}, give or take {tolerance:.0%}"
        if abs(values.mean()) > 0.1 * std:
            return f"the mean is {values.mean():.3g}; wanted 0"
        if len(np.unique(values)) < values.size:
            return "some entries are equal: each draws its own number"
        return None

    return verdict


def _flat(bound: float) -> Verdict:
    """The entries are spread evenly from -bound to bound."""

    def verdict(values: Any) -> str | None:
        largest = float(np.abs(values).max())
        if largest > bound * (1 + 1e-12):
            return f"the largest entry is {largest:.4g}; wanted none beyond {bound:.4g}"
        if largest < 0.99 * bound:
            return f"the largest entry is {largest:.4g}; wanted some close to {bound:.4g}"
        return None

    return verdict


def _bell(values: Any) -> str | None:
    """The entries are normal: 4.6 % of them farther than 2 standard deviations, 0.27 % farther than 3."""
    far = np.abs(values / values.std())
    if abs(np.mean(far > 2) - 0.0455) > 0.015 or not np.any(far > 3):
        shares = f"{np.mean(far > 2):.1%} beyond 2 standard deviations and {np.mean(far > 3):.2%} beyond 3"
        return f"{shares}; a normal distribution has 4.6% and 0.27%"
    return None


def _generated(name: str) -> Property:
    """All randomness comes from the generator that is passed in."""

    def violation(function: Function) -> str | None:
        for first, again, other in zip(
            *(_parts(function(6, 4, np.random.default_rng(s))) for s in (1, 1, 2)), strict=True
        ):
            what = "biases" if np.shape(first) == (4,) else "weights"
            if not np.array_equal(first, again):
                return f"two calls with equal generators gave different {what}"
            if np.array_equal(first, other):
                return f"two different generators gave the same {what}"
        return None

    advice = "Draw from the rng that is passed in, and from nothing else: no np.random, no seed of your own."
    return Property(name, f"{name}(6, 4, rng) with equal and with different generators", violation, advice)


def _parts(returned: Any) -> tuple[Any, ...]:
    """Takes apart what a function returned, value by value."""
    return tuple(returned) if isinstance(returned, tuple | list) else (returned,)


def _called_once(gain: Function) -> str | None:
    """The activation is called with a whole grid, not with one number after the other."""
    calls = 0

    def f(z: Any) -> Any:
        nonlocal calls
        calls += 1
        return np.tanh(z)

    gain(f)
    return f"f was called {calls} times" if calls > MOST_CALLS else None


# --- the exercises ----------------------------------------------------------------------------------

SIGNAL_PROPAGATION = Exercise(
    "signal_propagation",
    ("signal_propagation",),
    (
        Case(
            "signal_propagation",
            (_X, _WS, np.tanh),
            "One number for each layer: the std of all entries of h = f(h @ W), and that h goes on to the next layer.",
        ),
        Script(
            "signal_propagation",
            "relu = reference.relu\nsignal_propagation(np.array([[1, 2], [-3, 4], [0, 1]]), [np.array([[2, -1, 3], "
            "[1, 1, -2]])], relu)",
            "np.std of what the activation gives: its mean counts, and it is not the std of what goes in.",
        ),
    ),
    (
        "What goes into layer 2: X, or what layer 1 has made of it?",
        "h_0 = X;  h_l = f(h_{l-1} W_l);  std_l = the standard deviation of all entries of h_l",
        "h, stds = X, [];  for W in Ws: h = ...; stds.append(...);  return them as an array",
    ),
    scenes=(
        """signal_propagation(np.array([[<1..3>, <-1..3>]]), [np.array([[<1..2>, 0],
    [1, <-1..2>]]), np.array([[1, <-2..2>], [<1..2>, 1]])], lambda z: np.maximum(z, 0))""",
        """signal_propagation(np.array([[<-2..3>], [<1..5>]]), [np.array([[<-2..3>]]), np.array([[<1..2>]])],
    lambda z: np.maximum(z, 0))""",
    ),
)

XAVIER = Exercise(
    "xavier",
    ("fan_in_out", "xavier_uniform"),
    (
        Case("fan_in_out", ((30, 20),), "PyTorch stores (out, in): the fan-in is the second number."),
        Case(
            "fan_in_out",
            ((8, 4, 3, 5),),
            "One output of a convolution looks at in · 3 · 5 numbers; one input reaches out · 3 · 5.",
        ),
        _drawn(
            "xavier_uniform",
            (200, 400),
            _spread(0.1 / 3**0.5),
            "Both fans count, as a sum, under the root. U(-a, a) has a standard deviation of a/√3.",
        ),
        _drawn("xavier_uniform", (200, 400), _flat(0.1), "Every number between -a and a is equally likely."),
        _drawn("xavier_uniform", (400, 200, 3.0), _spread(0.3 / 3**0.5), "gain multiplies the bound, once."),
        _generated("xavier_uniform"),
    ),
    (
        "Forward wants variance 1/n_in, backward 1/n_out. Which variance lies between, and how wide is U(-a, a) then? "
        "And of a kernel's numbers, how many does one output add up?",
        "variance 2/(n_in + n_out) = a²/3 at gain 1, so a = gain·√(6/(n_in + n_out))",
        "field = ...;  return shape[1] * ..., shape[0] * ...   and   return rng.uniform(..., ..., size=(...))",
    ),
    outputs=("fan_in", "fan_out"),
    scenes=(
        "fan_in_out((<2..5>, <6..8>))",
        "fan_in_out((<2..5>, <2..4>, 3))",
        "fan_in_out((<2..3>, <4..5>, 3, 2))",
        "xavier_uniform(2, 4, Draws([<0|0.25|0.5>, <0.5|0.75|1>]), <2..4>)",
        "xavier_uniform(1, 5, Draws([<0|0.25|0.5>, 1]), <2..4>)",
    ),
)

TORCH_LINEAR_DEFAULT = Exercise(
    "torch_linear_default",
    ("torch_linear_default",),
    (
        _drawn(
            "torch_linear_default",
            (25, 3000),
            _flat(0.2),
            "The bound of the weights depends on n_in alone: one over its root.",
            part=0,
        ),
        _drawn(
            "torch_linear_default",
            (25, 3000),
            _flat(0.2),
            "The biases are drawn like the weights: uniformly, with the bound of n_in.",
            part=1,
        ),
        _drawn(
            "torch_linear_default",
            (25, 3000),
            _spread(0.2 / 3**0.5, 0.08),
            "Each bias draws its own number, and they are spread evenly.",
            part=1,
        ),
        _drawn(
            "torch_linear_default",
            (400, 100),
            _spread(0.05 / 3**0.5),
            "U(-a, a) has a standard deviation of a/√3, which here makes 1/√(3 n_in).",
            part=0,
        ),
        _generated("torch_linear_default"),
    ),
    (
        "Which of the two fans is in 1/√n, and does it change for the biases?",
        "W ~ U(-a, a) with shape (n_in, n_out), b ~ U(-a, a) with shape (n_out,), both with a = 1/√n_in",
        "a = ...;  W = rng.uniform(...);  b = rng.uniform(..., size=...);  return W, b",
    ),
    outputs=("W", "b"),
    scenes=(
        "torch_linear_default(4, 1, Draws([<0|0.25|0.5>, <0.5|0.75|1>, 0]))",
        "torch_linear_default(1, <2..3>, Draws([<0|0.25|0.5>, <0.5|0.75|1>, 1]))",
    ),
)

HE_NORMAL = Exercise(
    "he_normal",
    ("he_normal",),
    (
        _drawn(
            "he_normal",
            (200, 400),
            _spread(0.1),
            "The variance is 2/n_in, with n_in alone; rng.normal wants the standard deviation, its root.",
        ),
        _drawn(
            "he_normal",
            (800, 100),
            _spread(0.05),
            "The variance is 2/n_in, with n_in alone; rng.normal wants the standard deviation, its root.",
        ),
        _drawn("he_normal", (200, 400, 3.0), _spread(0.3), "gain multiplies the standard deviation."),
        _drawn("he_normal", (200, 400), _bell, "This scheme is the normal one: rng.normal."),
        _generated("he_normal"),
    ),
    (
        "Half of what goes through ReLU is cut off. By what must the variance of the weights make up for it?",
        "W ~ N(0, std²) with std = gain·√(2/n_in)",
        "return rng.normal(0, ..., size=(..., ...))",
    ),
    scenes=(
        "he_normal(2, 2, Draws([<-2..2>, <1..3>, <-3..3>]), <2..4>)",
        "he_normal(8, 1, Draws([<-2..2>, <1..3>]), <1|2|4>)",
        "he_normal(2, <1|3>, Draws([<-2..2>, <1..3>]), <2..4>)",
    ),
)

GAIN = Exercise(
    "gain",
    ("gain",),
    (
        Case(
            "gain",
            (np.tanh,),
            "Weight tanh² with the density of N(0, 1), add it up over a grid; then one over the root.",
            rtol=5e-3,
        ),
        Script(
            "gain",
            "gain(reference.relu)",
            "This should be √2. ReLU's outputs have a mean: it is the mean of f², not the variance of f.",
            rtol=5e-3,
        ),
        Script(
            "gain",
            "gain(reference.sigmoid)",
            "sigmoid is never near 0: the mean of its square is large, so its gain is below 2.",
            rtol=5e-3,
        ),
        Script(
            "gain",
            "gain(lambda z: 3 * z)",
            "A function that makes everything three times as large needs weights a third as large.",
            rtol=5e-3,
        ),
        Property(
            "gain", "gain(f)", _called_once, "f takes the whole grid at once: call it once, f(z), without a loop."
        ),
    ),
    (
        "If z is N(0, 1), how large is f(z)² on average, and which factor brings that to 1?",
        "gain = 1/√E[f(z)²],  E[g(z)] = ∫ g(z) φ(z) dz,  φ(z) = e^(-z²/2)/√(2π)",
        "z = np.linspace(-10, 10, ...);  phi = ...;  phi /= phi.sum();  return 1 / np.sqrt(np.sum(...))",
    ),
    scenes=(
        "gain(lambda z: <2|4|5> * z)",
        "gain(lambda z: <2|4|5> + 0 * z)",
        "gain(lambda z: np.sign(z) / <2|4|5>)",
        "gain(np.sign)",
        "gain(np.abs)",
        "gain(lambda z: -<2|4|5> * z)",
    ),
)

DISTINCT_UNITS = Exercise(
    "distinct_units",
    ("distinct_units",),
    (
        Case(
            "distinct_units",
            (
                np.array([[0.5, 0.5, 0.5, 0.5], [1.0, 1.0, 1.0, 2.0]]),
                np.array([0.0, 0.0, 1.0, 0.0]),
                np.array([[3.0], [3.0], [3.0], [3.0]]),
            ),
            "Unit j is column j of W with b[j] and row j of V; two units are the same if all of that is equal.",
        ),
        Case(
            "distinct_units",
            (np.zeros((2, 5)), np.zeros(5), np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [1.0, 3.0]])),
            "Units with equal weights in can still differ in their weights out: look at whole rows of V.",
        ),
        Case("distinct_units", (np.zeros((3, 4)), np.zeros(4), np.zeros((4, 2))), "All equal: one distinct unit."),
        Script(
            "distinct_units",
            "W = np.array([[0.5, 0.5 + 1e-12, 0.5]])\ndistinct_units(W, np.zeros(3), np.ones((3, 2)))",
            "Nearly equal is not equal: compare the numbers as they are, without rounding, a tolerance or text.",
        ),
    ),
    (
        "If two units have equal weights in, bias and weights out, can gradient descent ever tell them apart?",
        "the number of different triples (W[:, j], b[j], V[j, :])",
        "units = {(*W[:, j], ..., ...) for j in range(...)};  return len(units)",
    ),
    scenes=(
        "distinct_units(np.array([[1, 1, <1..2>]]), np.array([0, 0, <0..1>]), np.array([[2], [<2..3>], [2]]))",
        "distinct_units(np.array([[<1..2>, 1], [3, 3]]), np.array([<0..1>, 0]), np.array([[<4..5>], [4]]))",
    ),
)

_TRANSFER = (
    "src = [np.full((2, 4), 1.0), np.full((4, 4), 2.0), np.full((4, 3), 3.0)]\n"
    "dst = [np.full((2, 4), 7.0), np.full((4, 4), 8.0), np.full((4, 5), 9.0)]\n"
)

TRANSFER_LAYERS = Exercise(
    "transfer_layers",
    ("transfer_layers",),
    (
        Script(
            "transfer_layers",
            _TRANSFER + "params, trainable = transfer_layers(src, dst, 2)\n[float(W.mean()) for W in params]",
            "The first n come from src, all others from dst.",
        ),
        Script(
            "transfer_layers",
            _TRANSFER + "params, trainable = transfer_layers(src, dst, 2)\ntrainable",
            "What was transferred is frozen: False. The rest is trained: True. Python's own booleans, in a list.",
        ),
        Script(
            "transfer_layers",
            _TRANSFER + "params, trainable = transfer_layers(src, [*dst, np.full((5, 2), 6.0)], 2)\ntrainable",
            "The fresh network may have more layers than the old one: there is one boolean for each layer of dst.",
        ),
        Script(
            "transfer_layers",
            _TRANSFER + "params, trainable = transfer_layers(src, dst, 0)\n[float(W.mean()) for W in params]",
            "With n = 0 nothing is transferred: this is training from scratch.",
        ),
        Script(
            "transfer_layers",
            _TRANSFER + "params, trainable = transfer_layers(src, dst, 1)\nparams[0] += 5\nsrc[0]",
            "Training the new network must not change the old one: it gets copies.",
        ),
    ),
    (
        "If params[0] is src[0] itself, what does a step of training the new network do to the old one?",
        "params = [copy of src_1 ... src_n, dst_(n+1) ... dst_L];  trainable_l = (l > n)",
        "params = [W.copy() for W in ...] + [...];  trainable = [... for layer in range(len(dst))];  return ..., ...",
    ),
    outputs=("params", "trainable"),
    scenes=(
        """transfer_layers([np.array([<1..3>]), np.array([2]), np.array([<4..6>])],
    [np.array([7]), np.array([<7..9>]), np.array([9])], <1..3>)""",
        """params, trainable = transfer_layers([np.array([<1..3>]), np.array([<4..6>])],
    [np.array([7]), np.array([8])], <0..2>)
len(params) - sum(trainable)""",
    ),
)


def _orthonormal(n_in: int, n_out: int, gain: float = 1.0) -> Verdict:
    def verdict(W: Any) -> str | None:
        products = W.T @ W if n_in >= n_out else W @ W.T
        which = "columns" if n_in >= n_out else "rows"
        error = float(np.abs(products / gain**2 - np.eye(len(products))).max())
        return f"the products of its {which} are off by up to {error:.2g}" if error > 1e-8 else None

    return verdict


MORE_INITIALIZERS = Exercise(
    "more_initializers",
    ("lecun_normal", "orthogonal"),
    (
        _drawn("lecun_normal", (100, 400), _spread(0.1), "The variance is 1/n_in."),
        _drawn("lecun_normal", (400, 100), _bell, "Normal numbers: rng.normal."),
        _generated("lecun_normal"),
        _drawn("orthogonal", (7, 4), _orthonormal(7, 4), "np.linalg.qr gives a matrix with orthonormal columns."),
        _drawn("orthogonal", (3, 6), _orthonormal(3, 6), "A wide matrix is the transpose of a tall one."),
        _drawn("orthogonal", (5, 3, 2.5), _orthonormal(5, 3, 2.5), "gain multiplies the whole matrix."),
        _generated("orthogonal"),
    ),
    (
        "np.linalg.qr makes orthonormal columns of any tall matrix. What do you do with a wide one?",
        "lecun: N(0, 1/n_in).  orthogonal: A = QR, A random and tall; W = gain · Q · sign(diag R), or its transpose",
        "A = rng.normal(size=(max(...), min(...)));  Q, R = np.linalg.qr(A);  Q = Q * np.sign(...);  gain * ...",
    ),
    side=True,
    scenes=(
        "lecun_normal(<1|4|16>, 1, Draws([<-2..2>, <1..3>, <-3..3>]))",
        "orthogonal(2, 1, Draws([<3|-3>, <4|-4>]))",
    ),
)

EXERCISES = (
    SIGNAL_PROPAGATION,
    XAVIER,
    TORCH_LINEAR_DEFAULT,
    HE_NORMAL,
    GAIN,
    DISTINCT_UNITS,
    TRANSFER_LAYERS,
    MORE_INITIALIZERS,
)

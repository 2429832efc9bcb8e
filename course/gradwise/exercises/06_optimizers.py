"""The exercises of 06_optimizers: minibatches, one step of each optimizer, weight decay, learning-rate schedules."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .spec import Case, Exercise, Property, Script


def _training(step: str) -> str:
    """Lines that bring one weight from 4 towards 0, where its loss w² is least, by 40 steps."""
    lines = ["w, state, losses = np.array([4.0]), {}, []", "for t in range(40):", "    losses.append(float(w[0] ** 2))"]
    return "\n".join([*lines, f"    w, state = {step}", "losses"])


_START = "w, state = np.array([1.0, -2.0]), {}\n"
_THREE = "for g in ([0.5, 1.0], [-1.0, 0.5], [2.0, 0.25]):\n    w, state = "


def _three_steps(function: str, settings: str, advice: str) -> Script:
    return Script(function, f"{_START}{_THREE}{function}(w, np.array(g), state, {settings})\nw", advice)


def _same_again(function: str, settings: str) -> Script:
    lines = (
        f"w, g = np.array([1.0, -2.0]), np.array([0.5, 1.0])\n_, state = {function}(w, g, {{}}, {settings})\n"
        f"first, _ = {function}(w, -g, state, {settings})\nagain, _ = {function}(w, -g, state, {settings})\n"
        "np.array([w, first, again])"
    )
    advice = (
        "The last two calls are alike, so they give the same: leave w, g and state alone (no -=, no state[...] =) "
        "and return a new dictionary."
    )
    return Script(function, lines, advice)


def _batches(minibatch_indices: Callable[..., Any]) -> str | None:
    """Says what is wrong with the batches of 10 examples, or None."""
    first = minibatch_indices(10, 4, np.random.default_rng(1))
    if not isinstance(first, list):
        return f"a {type(first).__name__}; wanted a list of arrays"
    sizes = [len(batch) for batch in first]
    if sizes != [4, 4, 2]:
        return f"batches of {sizes}; wanted [4, 4, 2]"
    flat = [int(index) for batch in first for index in batch]
    if sorted(flat) != list(range(10)):
        return f"the indices {flat}; wanted each of 0 to 9 once"
    if flat == list(range(10)):
        return "the indices in their old order"
    again = minibatch_indices(10, 4, np.random.default_rng(1))
    if flat != [int(index) for batch in again for index in batch]:
        return "two calls with equal generators differed: draw from rng and from nothing else"
    other = minibatch_indices(10, 4, np.random.default_rng(2))
    if flat == [int(index) for batch in other for index in batch]:
        return "the same order from another generator: each epoch needs a shuffle of its own"
    return None


MINIBATCH_INDICES = Exercise(
    "minibatch_indices",
    ("minibatch_indices",),
    (
        Property(
            "minibatch_indices",
            "minibatch_indices(10, 4, rng)",
            _batches,
            "rng.permutation(n) shuffles all indices at once; then cut it every batch_size entries.",
        ),
    ),
    (
        "Each example must turn up exactly once. Which is easier: to draw again and again, or to shuffle once and cut?",
        "order = a permutation of 0 … n-1; batch j is order[jB : (j+1)B]; a slice past the end is simply shorter",
        "order = rng.permutation(...);  return [order[start : ...] for start in range(0, n, ...)]",
    ),
    scenes=(
        "minibatch_indices(5, <2..3>, Order(<[2, 0, 3, 1, 4]|[4, 1, 0, 3, 2]|[3, 4, 2, 0, 1]>))",
        "minibatch_indices(<3..4>, 2, Order(<[2, 0, 3, 1]|[1, 3, 0, 2]>))",
    ),
)

MOMENTUM = Exercise(
    "momentum",
    ("sgd_momentum", "sgd_nesterov"),
    (
        _three_steps(
            "sgd_momentum",
            "0.1, 0.8",
            "v becomes momentum · v + g, with the whole g; then w loses lr · v, with the new v.",
        ),
        Script(
            "sgd_momentum",
            f"{_START}for lr in (0.1, 0.1, 0.01):\n"
            "    w, state = sgd_momentum(w, np.array([0.5, 1.0]), state, lr, 0.8)\nw",
            "The rate changes before the last step: it must act on all of v at once. Is lr inside your v?",
        ),
        _same_again("sgd_momentum", "0.1, 0.8"),
        _three_steps(
            "sgd_nesterov",
            "0.1, 0.8",
            "v is the same as before. The step uses g + momentum · v, with the v that has just been updated.",
        ),
        Script(
            "sgd_nesterov",
            f"{_START}for lr in (0.1, 0.1, 0.01):\n"
            "    w, state = sgd_nesterov(w, np.array([0.5, 1.0]), state, lr, 0.8)\nw",
            "The rate changes before the last step: it must act on the whole step. Is lr inside your v?",
        ),
        _same_again("sgd_nesterov", "0.1, 0.8"),
    ),
    (
        "Which number must survive from one step to the next, and what is it in the very first step?",
        "v ← βv + g;  heavy ball: w ← w - lr·v;  Nesterov: w ← w - lr·(g + βv) with the new v;  v = 0 at the start",
        'v = momentum * state.get("v", ...) + ...;  return w - lr * (...), {"v": ...}',
    ),
    scenes=(
        """w, state = sgd_momentum(np.array([<1..5>]), np.array([<1..3>]), {}, <1..2>, 0.5)
w, state = sgd_momentum(w, np.array([<-2..3>]), state, 1, 0.5)
w""",
        """w, state = sgd_nesterov(np.array([<1..5>]), np.array([<2|4>]), {}, <1..2>, 0.5)
w, state = sgd_nesterov(w, np.array([<-2..3>]), state, 1, 0.5)
w""",
    ),
    training=(
        _training("sgd_momentum(w, 2 * w, state, <0.05|0.1>, 0.5)"),
        _training("sgd_nesterov(w, 2 * w, state, <0.05|0.1>, 0.5)"),
    ),
)

ADAPTIVE_RATES = Exercise(
    "adaptive_rates",
    ("adagrad", "rmsprop"),
    (
        _three_steps("adagrad", "0.1, 1e-10", "S sums the squares of all gradients so far; the step divides by √S."),
        _three_steps("adagrad", "0.1, 0.5", "eps is added to the root, not under it: √S + eps."),
        _same_again("adagrad", "0.1, 1e-10"),
        _three_steps(
            "rmsprop",
            "0.1, 0.7, 1e-8",
            "S becomes alpha · S + (1 - alpha) · g², from 0; the step divides by √S, without a correction.",
        ),
        _three_steps("rmsprop", "0.1, 0.7, 0.5", "eps is added to the root, not under it: √S + eps."),
        _same_again("rmsprop", "0.1, 0.7, 1e-8"),
    ),
    (
        "Both divide by the root of something about g². What becomes of a gradient of ten steps ago?",
        "AdaGrad: S ← S + g²;  RMSProp: S ← αS + (1-α)g²;  both: w ← w - lr·g/(√S + ε), with the new S",
        'S = ... state.get("S", 0.0) ...;  return w - lr * g / (np.sqrt(...) + ...), {"S": ...}',
    ),
    scenes=(
        """w, state = adagrad(np.array([<1..5>]), np.array([3]), {}, <1..2>, 0)
w, state = adagrad(w, np.array([<4|-4>]), state, <5|10>, 0)
w""",
        """w, state = rmsprop(np.array([<1..5>]), np.array([<2|4|-4>]), {}, <1..3>, 0.75, 0)
w""",
    ),
    training=(
        _training("adagrad(w, 2 * w, state, <1|2>)"),
        _training("rmsprop(w, 2 * w, state, 0.1, 0.9)"),
    ),
)

ADAM = Exercise(
    "adam",
    ("adam",),
    (
        Script(
            "adam",
            f"{_START}w, state = adam(w, np.array([0.5, -3.0]), state, 0.1, (0.8, 0.95), 1e-8)\nw",
            "In the first step t is 1, and the corrections turn m into g and v into g²: every weight moves by lr.",
        ),
        _three_steps(
            "adam",
            "0.1, (0.8, 0.95), 1e-8",
            "From the second step on: is t 2? Do the betas get the power t? Do you keep m and v uncorrected?",
        ),
        _three_steps(
            "adam", "0.1, (0.8, 0.95), 0.5", "eps is added to the root of v_hat: outside, and after the correction."
        ),
        Script(
            "adam",
            f"{_START}w, state = adam(w, np.array([3e-8, 0.0]), state, 0.1, (0.8, 0.95), 1e-8)\nw",
            "A gradient about as small as eps makes a shorter step; one of 0 makes none, and no 0/0.",
        ),
        _same_again("adam", "0.1, (0.8, 0.95), 1e-8"),
        Script(
            "adam",
            f"{_START}other = {{}}\nfor g in ([0.5, 1.0], [-1.0, 0.5]):\n"
            "    w, state = adam(w, np.array(g), state, 0.1, (0.8, 0.95), 1e-8)\n"
            "    _, other = adam(w, np.array(g), other, 0.1, (0.8, 0.95), 1e-8)\nw",
            "Two parameters take turns here. Each has its own t: keep it in state, and nothing outside.",
        ),
    ),
    (
        "With β = 0.9 and a constant gradient g, how large is m after one step? And after two? What repairs it?",
        "t ← t+1;  m ← β₁m + (1-β₁)g;  v ← β₂v + (1-β₂)g²;  w ← w - lr·(m/(1-β₁ᵗ))/(√(v/(1-β₂ᵗ)) + ε)",
        't = state.get("t", 0) + 1;  m = ...;  v = ...;  m_hat = m / (1 - ...**t);  '
        'return w - lr * ..., {"t": t, "m": m, "v": v}',
    ),
    scenes=(
        """w, state = adam(np.array([<1..5>]), np.array([<2|4|-4|8>]), {}, <1..3>, (0.5, 0.75), 0)
w""",
        """w, state = adam(np.array([<1..5>]), np.array([<g=2|4|-4>]), {}, <1..3>, (0.5, 0.5), 0)
w, state = adam(w, np.array([<g>]), state, 2, (0.5, 0.5), 0)
w""",
    ),
    training=(_training("adam(w, 2 * w, state, <0.2|0.3>)"),),
)

ADAMW = Exercise(
    "adamw",
    ("sgd_wd", "adamw"),
    (
        _three_steps("sgd_wd", "0.1, 0.0, 0.3", "Without momentum: g grows by weight_decay · w, with w's own sign."),
        _three_steps("sgd_wd", "0.1, 0.8, 0.3", "Coupled: weight_decay · w is added to g first, and enters v with it."),
        _same_again("sgd_wd", "0.1, 0.8, 0.3"),
        _three_steps(
            "adamw",
            "0.1, (0.8, 0.95), 1e-8, 0.3",
            "Decoupled: the old w shrinks by the factor 1 - lr · weight_decay, and Adam sees the plain gradient.",
        ),
        _same_again("adamw", "0.1, (0.8, 0.95), 1e-8, 0.3"),
    ),
    (
        "Where does the decay meet the gradient: before the momentum is updated, or never?",
        "sgd_wd: momentum with g + λw;  adamw: Adam's step from w·(1 - lr·λ), with g itself",
        "return sgd_momentum(w, ..., state, lr, momentum)   and   return adam(w * (...), g, state, ...)",
    ),
    scenes=(
        """w, state = sgd_wd(np.array([<1..4>]), np.array([<1..3>]), {}, <1..2>, 0, 0.5)
w""",
        """w, state = sgd_wd(np.array([<2|4>]), np.array([<-2..3>]), {}, 1, 0.5, <0.5|2>)
w, state = sgd_wd(w, np.array([<1..3>]), state, 1, 0.5, 0.5)
w""",
        """w, state = adamw(np.array([<2|4|6>]), np.array([<2|4|-4>]), {}, <1..2>, (0.5, 0.75), 0, <0.25|0.5>)
w""",
    ),
    training=(
        _training("sgd_wd(w, 2 * w, state, <0.05|0.1>, 0.5, 0.1)"),
        _training("adamw(w, 2 * w, state, <0.2|0.3>)"),
    ),
)

SCHEDULES = Exercise(
    "schedules",
    ("step_decay", "cosine_annealing", "triangular_lr"),
    (
        Case("step_decay", (0.8, 0, 3, 0.5), "At t = 0 nothing has been multiplied yet."),
        Case("step_decay", (0.8, 1, 3, 0.5), "Long before t = step_size nothing has been cut: ⌊1/3⌋ is 0."),
        Case("step_decay", (0.8, 2, 3, 0.5), "Before t = step_size the rate stays as it was: ⌊t/k⌋ is a whole number."),
        Case("step_decay", (0.8, 6, 3, 0.5), "At t = 6 the second cut has just been made: gamma², not gamma · 2."),
        Case("step_decay", (0.8, 7, 3, 0.5), "At t = 7 the two cuts stay made, and the next one is at t = 9."),
        Case("cosine_annealing", (0.8, 0, 10, 0.2), "At t = 0 it is lr0: the cosine is 1 there."),
        Case("cosine_annealing", (0.8, 3, 10, 0.2), "Half of (lr0 - eta_min), times 1 + cos(πt/T), above eta_min."),
        Case("cosine_annealing", (0.8, 10, 10, 0.2), "At t = T it is eta_min: the cosine is -1 there."),
        Case("cosine_annealing", (0.8, 14, 10, 0.2), "After T the formula goes on: the rate rises again."),
        Case("triangular_lr", (0, 0.2, 0.8, 4), "It starts low."),
        Case("triangular_lr", (3, 0.2, 0.8, 4), "On the way up: t/step_size of the way from base_lr to max_lr."),
        Case("triangular_lr", (6, 0.2, 0.8, 4), "From step_size on it comes down again, in as many steps."),
        Case("triangular_lr", (11, 0.2, 0.8, 4), "A period is 2 · step_size long; then it all begins again."),
    ),
    (
        "How many whole intervals of step_size fit into t? And how far are you from the nearest peak of the triangle?",
        "step: lr0·γ^⌊t/k⌋;  cosine: η_min + (lr0 - η_min)(1 + cos(πt/T))/2;  "
        "triangle: with p = t mod 2k, the height is p/k on the way up and 2 - p/k on the way down",
        "lr0 * gamma ** (t // ...);  eta_min + ... * (1 + np.cos(...)) / 2;  p = t % (...);  base_lr + (...) * ...",
    ),
    scenes=(
        "step_decay(<4|8>, <0..8>, <2..3>, 0.5)",
        "cosine_annealing(<4|6|8>, <0|2|4>, 4, <0|2>)",
        "triangular_lr(<0..8>, 1, <3|5|9>, <2|4>)",
    ),
)

REDUCE_ON_PLATEAU = Exercise(
    "reduce_on_plateau",
    ("reduce_on_plateau",),
    (
        Case(
            "reduce_on_plateau",
            ([1.0, 0.5, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6], 0.8, 0.5, 2),
            "A loss is compared with the best so far. The third bad one exceeds 2, and counting starts anew.",
        ),
        Case(
            "reduce_on_plateau",
            ([1.0, 1.0, 1.0, 0.5, 0.5, 0.5], 0.8, 0.5, 1),
            "An equal loss is not an improvement: it is bad. A better one sets the count to 0.",
        ),
        Case(
            "reduce_on_plateau",
            ([1.0, 0.99995, 0.9999, float("nan"), 0.4], 0.8, 0.5, 1),
            "Better means below best · (1 - 1e-4). nan is not below anything.",
        ),
    ),
    (
        "Which two numbers must you remember from loss to loss, besides the rate?",
        "better: L < best·(1 - 1e-4) → best = L, bad = 0;  else bad += 1;  bad > patience → lr ← lr·factor, bad = 0",
        "best, bad = np.inf, ...;  for each loss: if loss < ...: ... else: ...;  if bad > ...: ...;  then append lr",
    ),
    scenes=(
        "reduce_on_plateau([<4..6>, 3, <2..4>, <2..4>, 3], 8, 0.5, 1)",
        "reduce_on_plateau([5, <5..6>, <4..6>, <3..5>], <4|8>, 0.5, <0..1>)",
    ),
)

WARMUP = Exercise(
    "warmup",
    ("linear_warmup", "warmup_cosine"),
    (
        Case("linear_warmup", (0.8, 0, 4, 0.25), "It starts at start_factor times lr0: a share of lr0, and not at 0."),
        Case("linear_warmup", (0.8, 1, 4, 0.1), "After one of four steps a quarter of the way to lr0 is done."),
        Case("linear_warmup", (0.8, 3, 4, 0.25), "At t = 3 of 4 the rate is still on its way: it arrives at t = 4."),
        Case("linear_warmup", (0.8, 4, 4, 0.25), "At t = warmup_steps it has arrived at lr0."),
        Case("linear_warmup", (0.8, 9, 4, 0.25), "Later it stays at lr0: the warm-up does not go on, nor begin again."),
        Case("linear_warmup", (0.8, 0, 0, 0.25), "With warmup_steps = 0 there is no warm-up: lr0 at once, and no 0/0."),
        Case("warmup_cosine", (0.8, 2, 4, 14, 0.2, 0.25), "Up to warmup_steps it is linear_warmup's rate."),
        Case("warmup_cosine", (0.8, 4, 4, 14, 0.2, 0.25), "At t = warmup_steps it is at the top, lr0."),
        Case(
            "warmup_cosine",
            (0.8, 7, 4, 14, 0.2, 0.25),
            "The cosine has a clock of its own: it begins when the warm-up ends, and has T_max - warmup_steps steps.",
        ),
        Case(
            "warmup_cosine", (0.8, 14, 4, 14, 0.2, 0.25), "At t = T_max it is eta_min: T_max counts the warm-up, too."
        ),
        Case("warmup_cosine", (0.8, 17, 4, 14, 0.2, 0.25), "After T_max the cosine's formula goes on."),
        Case(
            "warmup_cosine", (0.8, 3, 0, 10, 0.2, 0.25), "Without warm-up it is cosine_annealing from the first step."
        ),
    ),
    (
        "Which share of the way up is done at step t? And when the cosine begins, how many steps are left for it?",
        "warm-up: lr0·(s + (1 - s)·min(t/k, 1));  then the cosine at t - k, with T_max - k in place of T",
        "lr0 * (start_factor + (...) * min(...));  if t < ...: return linear_warmup(...);  "
        "return cosine_annealing(lr0, t - ..., ...)",
    ),
)

OTHER_FORMS = Exercise(
    "other_forms",
    ("sgd_ema", "sgdw", "update_ratio", "exp_decay", "inverse_time_decay", "triangular_decay"),
    (
        _three_steps("sgd_ema", "0.1, 0.8", "An average: momentum · v + (1 - momentum) · g."),
        _three_steps("sgdw", "0.1, 0.8, 0.3", "The old w shrinks by 1 - lr · weight_decay; v knows nothing of it."),
        Case(
            "update_ratio",
            (np.array([3.0, 4.0]), np.array([3.0, 4.5])),
            "The length of the change over the length of the old weights: two norms.",
        ),
        Case("exp_decay", (0.8, 3, 0.2), "lr0 · exp(-k·t): the exponent is negative."),
        Case("inverse_time_decay", (0.8, 3, 0.2), "lr0 / (1 + k·t): mind the brackets."),
        Case("triangular_decay", (13, 0.2, 0.8, 4, 0.9), "Only what is above base_lr is multiplied by gamma to the t."),
    ),
    (
        "Which of your functions from above does most of the work in each of these?",
        "ema: v ← βv + (1-β)g;  sgdw: w(1 - lr·λ), then momentum;  ‖new - w‖/‖w‖;  lr0·e^(-kt);  lr0/(1 + kt);  "
        "base + triangle·γᵗ",
        "return sgd_momentum(w * (...), g, ...);  np.linalg.norm(...) / np.linalg.norm(...);  lr0 * np.exp(...)",
    ),
    side=True,
    scenes=(
        """w, state = sgd_ema(np.array([<1..5>]), np.array([<2|4>]), {}, <1..2>, 0.5)
w, state = sgd_ema(w, np.array([<-2..3>]), state, 1, 0.5)
w""",
        """w, state = sgdw(np.array([<2|4>]), np.array([<1..3>]), {}, <1..2>, 0.5, 0.5)
w""",
        "update_ratio(np.array([3, 4]), np.array([<3|6>, <4|8>]))",
        "exp_decay(<2|4>, <0..2>, <0|1>)",
        "inverse_time_decay(<6|12>, <1..3>, <1|2>)",
        "triangular_decay(<0..8>, 1, <3|5>, <2|4>, 0.5)",
    ),
)

EXERCISES = (
    MINIBATCH_INDICES,
    MOMENTUM,
    ADAPTIVE_RATES,
    ADAM,
    ADAMW,
    SCHEDULES,
    REDUCE_ON_PLATEAU,
    WARMUP,
    OTHER_FORMS,
)

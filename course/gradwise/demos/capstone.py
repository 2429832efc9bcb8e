"""The capstone, live: how many seeds it takes to see a difference, and what pairing is worth."""

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import plots, reference
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

LABS = 100  # laboratories that repeat the comparison

# The 97.5 % quantile of Student's t for 1 to 29 degrees of freedom.
_LIMITS = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    *(2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045),
)


PRESETS: dict[str, dict[str, Any]] = {
    "Half a per cent, and five seeds": {},
    "The same, with other seeds for B": {"paired": False},
    "No difference at all": {"gain": 0.0},
    "Two seeds": {"seeds": 2, "gain": 1.0},
    "Thirty seeds": {"seeds": 30},
    "A gain as large as the noise, three seeds": {"seeds": 3, "gain": 1.0, "noise": 1.0},
}


def seed_lottery(ablation: Callable[..., Any] = reference.ablation) -> Demo:
    """Two recipes with a known difference, a laboratory with some seeds, and what it would conclude.

    Args:
        ablation: a learner's function, called as ``ablation(run, cfgs, seeds)``.
    """
    slider = ipywidgets.FloatSlider
    controls = {
        "seeds": ipywidgets.IntSlider(value=5, min=2, max=30, description="seeds"),
        "gain": slider(value=0.5, min=0.0, max=3.0, step=0.1, description="true gain, %"),
        "luck": slider(value=1.0, min=0.0, max=3.0, step=0.1, description="shared luck, %"),
        "noise": slider(value=0.5, min=0.1, max=3.0, step=0.1, description="own noise, %"),
        "lab": ipywidgets.IntSlider(value=0, min=0, max=LABS - 1, description="which lab"),
        "paired": ipywidgets.Checkbox(value=True, description="same seeds for both"),
    }
    return Demo("Two recipes, some seeds: who is better?", partial(lottery, ablation), controls, PRESETS)


def lottery(
    ablation: Callable[..., Any], seeds: int, gain: float, luck: float, noise: float, lab: int, paired: bool
) -> View:
    """Draws what one laboratory sees, and what a hundred would report.

    Args:
        ablation: gives (mean, standard error, t) for each recipe.
        seeds: how many each laboratory has.
        gain: by how many per cent recipe B is really better.
        luck: standard deviation, in per cent, of what both recipes have in common on one seed: the split, say.
        noise: standard deviation, in per cent, of what each has on its own.
        lab: which laboratory is drawn.
        paired: whether B gets the seeds of A, and not others.
    """
    labs = [scores(seeds, gain, luck, noise, number, paired) for number in range(LABS)]
    ts = np.array([_t(ablation, both) for both in labs])
    fig, (left, right) = stage(2, 3.8)
    for a, b in labs[lab].T:
        colour = plots.BLUE if b > a else plots.RED
        left.plot([0, 1], [a, b], ".-" if paired else ".", color=colour, alpha=0.6, linewidth=1)
    left.plot(labs[lab].mean(axis=1), "_", color="black", markersize=28, markeredgewidth=2)
    left.set_xticks([0, 1], ["A", "B"])
    left.set(xlim=(-0.5, 1.5), ylabel="accuracy, %", title=f"lab {lab}: t = {ts[lab]:.1f}")
    right.hist(np.clip(ts, -6, 6), bins=np.linspace(-6, 6, 37).tolist(), color=plots.GREY, alpha=0.6)
    for edge in (-limit(seeds), limit(seeds)):
        right.axvline(edge, color=plots.RED, linewidth=1)
    right.plot(np.clip(ts[lab], -6, 6), 0, "^", color=plots.BLUE, markersize=10, clip_on=False)
    right.set(xlabel="t of each lab (red: the limit for 5 %)", ylabel="labs")
    return View(fig, finding(ts, seeds, gain))


def scores(seeds: int, gain: float, luck: float, noise: float, lab: int, paired: bool) -> Array:
    """The scores of a laboratory in per cent, shape (2, seeds): recipe A, recipe B."""
    rng = np.random.default_rng(lab)
    shared = rng.normal(0, luck, seeds)
    other = shared if paired else rng.normal(0, luck, seeds)
    return np.stack([90 + shared, 90 + gain + other]) + rng.normal(0, noise, (2, seeds))


def limit(seeds: int) -> float:
    """Beyond which |t| is unlikely (5 %) without any difference, for 2 to 30 pairs."""
    return _LIMITS[seeds - 2]


def finding(ts: Array, seeds: int, gain: float) -> str:
    """One sentence on what the laboratories would report."""
    better, worse = float(np.mean(ts > limit(seeds))), float(np.mean(ts < -limit(seeds)))
    if gain == 0:
        wrong = f"{better + worse:.0%} of {LABS} labs with {seeds} seeds find one"
        return f"There is no difference, and {wrong} (|t| > {limit(seeds):.1f})."
    nothing = f"{1 - better - worse:.0%} cannot tell"
    shown = f"{better:.0%} can show it, {worse:.0%} show the opposite, {nothing}"
    return f"B is better by {gain:g} %. Of {LABS} labs with {seeds} seeds, {shown}."


def _t(ablation: Callable[..., Any], both: Array) -> float:
    """The t of B against A, by a learner's function."""
    results = ablation(lambda recipe, seed: float(both[recipe, seed]), [0, 1], list(range(both.shape[1])))
    return float(results[1][2])

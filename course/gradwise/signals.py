"""What becomes of a signal on its way through a deep network: forward only, with random weights."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["through_layers"]

Array = npt.NDArray[np.float64]


def through_layers(
    X: Array,
    activation: Callable[[Array], Array],
    measure: Callable[[Array], float],
    *,
    gain: float,
    normalize: Callable[[Array], Array],
    seed: int,
    depth: int = 10,
    width: int = 64,
) -> list[float]:
    """Measures what goes into each activation of a network without biases.

    Args:
        X: examples, shape (n, d).
        activation: of every layer.
        measure: one number for the input of an activation, shape (n, width).
        gain: the weights' standard deviation times the square root of the number of a layer's inputs.
        normalize: what stands before each activation.
        seed: of the weights.
        depth: number of layers.
        width: units in each.
    """
    rng, H, found = np.random.default_rng(seed), X, []
    for _ in range(depth):
        H = normalize(H @ rng.normal(0, gain / np.sqrt(H.shape[1]), (H.shape[1], width)))
        found.append(float(measure(H)))
        H = activation(H)
    return found

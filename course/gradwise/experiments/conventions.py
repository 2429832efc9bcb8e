"""Adam as some lectures write it, to be compared with a learner's: built on PyTorch's own averages."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .. import reference

__all__ = ["FORMS", "adam_as_written"]

Array = npt.NDArray[np.float64]
FORMS = ("ε inside the root", "without powers of t", "without correction")


def adam_as_written(
    w: Array, g: Array, state: dict[str, Any], lr: float, betas: tuple[float, float], eps: float, form: str
) -> tuple[Array, dict[str, Any]]:
    """A step of Adam in one of the `FORMS` that lectures give it; all of them have epsilon inside the root.

    Args:
        w: weights.
        g: gradient.
        state: PyTorch's averages; an empty dictionary at the start.
        lr: learning rate.
        betas: how much of each average is kept.
        eps: what is added under the root.
        form: which one.
    """
    _, after = reference.adam(w, g, state, lr, betas, eps)
    power = {FORMS[0]: float(after["step"]), FORMS[1]: 1.0, FORMS[2]: np.inf}[form]
    first = torch.tensor(after["exp_avg"]) / (1 - betas[0] ** power)
    second = torch.tensor(after["exp_avg_sq"]) / (1 - betas[1] ** power)
    return np.asarray(w - lr * (first / torch.sqrt(second + eps)).numpy()), after

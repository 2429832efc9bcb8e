"""A learner's function called from within PyTorch."""

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..errors import NotWrittenYet

Function = Callable[..., Any]


def yours(function: Function) -> Function:
    """A learner's function for use in an experiment: if it is not written yet, that is said in one line."""
    return functools.partial(call, function)


def array(t: torch.Tensor) -> Any:
    """A copy: what a learner's function does to its argument must not reach the network."""
    return np.array(t.detach().numpy(), dtype=np.float64)


def tensor(value: Any, like: torch.Tensor) -> torch.Tensor:
    """Turns the value of a learner's function into a tensor like another.

    Raises:
        ValueError: it has another shape.
    """
    array = np.asarray(value, dtype=np.float64)
    if array.shape != tuple(like.shape):
        raise ValueError(f"your function gave shape {array.shape} for an input of shape {tuple(like.shape)}")
    return torch.from_numpy(array).to(like.dtype)


def call(function: Function, *args: Any) -> Any:
    """Calls a learner's function.

    Raises:
        NotWrittenYet: it is not written.
    """
    try:
        return function(*args)
    except NotImplementedError:
        if "matplotlib.pyplot" in sys.modules:  # an empty figure would be shown below the sentence
            sys.modules["matplotlib.pyplot"].close("all")
        name = getattr(function, "__name__", type(function).__name__)  # an object goes by its class
        raise NotWrittenYet(f"○ This experiment needs your `{name}`: write it first, then run this again.") from None

"""Between NumPy and PyTorch: tensors in float64, and gradients by autograd."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch

Array = npt.NDArray[np.float64]

torch.set_num_threads(1)  # as in `training`: what is asked here is too small for a second thread


def tensor(x: npt.ArrayLike) -> torch.Tensor:
    """A copy of `x` as a float64 tensor."""
    return torch.tensor(np.asarray(x, dtype=np.float64))


def array(t: torch.Tensor) -> Array:
    """The tensor's values as a NumPy array of its own."""
    return np.array(t.detach().numpy())


def drawn_seed(rng: np.random.Generator | None) -> int:
    """A seed for PyTorch that `rng` draws; a random one without it."""
    return int((rng or np.random.default_rng()).integers(2**62))


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """All of PyTorch's random numbers in here follow from the seed, and nobody else's change.

    `torch.manual_seed` also notes the seed for each kind of accelerator, with a traceback that takes 2 ms.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def value(function: Callable[..., torch.Tensor], x: npt.ArrayLike, *args: float) -> Array:
    """``function(x, *args)``."""
    return array(function(tensor(x), *args))


def derivative(function: Callable[..., torch.Tensor], x: npt.ArrayLike, *args: float) -> Array:
    """The derivative of a function that works element by element."""
    return backward(lambda t: function(t, *args), [x], np.ones(np.shape(x)))[0]


def backward(
    function: Callable[..., torch.Tensor], inputs: Sequence[npt.ArrayLike], dout: npt.ArrayLike
) -> list[Array]:
    """The gradients of ``sum(dout * function(*inputs))`` with respect to each of the inputs."""
    tensors = [tensor(x).requires_grad_() for x in inputs]
    with torch.enable_grad():  # also when asked from within a backward pass
        torch.autograd.backward(function(*tensors), tensor(dout))
    return [array(t.grad) if t.grad is not None else np.zeros(t.shape) for t in tensors]

"""Between NumPy and PyTorch: tensors in float64, and gradients by autograd."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

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


_uncompiled: dict[Any, Any] = {}  # by the kind


def uncompiled(kind: Any) -> Any:
    """A kind of optimizer whose methods are PyTorch's own, without the doors to its compiler around them.

    These import the compiler at the first step, which takes more than a second, to tell it that there is nothing to do.
    """
    if kind not in _uncompiled:
        plain = {name: inspect.unwrap(getattr(kind, name)) for name in ("add_param_group", "zero_grad")}
        plain["step"] = torch.no_grad()(inspect.unwrap(kind.step))
        _uncompiled[kind] = type(kind.__name__, (kind,), plain)
    return _uncompiled[kind]


def value(function: Callable[..., torch.Tensor], x: npt.ArrayLike, *args: float) -> Array:
    """``function(x, *args)``."""
    return array(function(tensor(x), *args))


def derivative(function: Callable[..., torch.Tensor], x: npt.ArrayLike, *args: float) -> Array:
    """The derivative of a function that works element by element."""
    return backward(lambda t: function(t, *args), [x], np.ones(np.shape(x)))[0]


def scalar(out: torch.Tensor, dout: npt.ArrayLike) -> torch.Tensor:
    """``sum(dout * out)``, whose gradient with respect to `out` is `dout`.

    `torch.autograd.backward` takes `dout` itself, too, but imports a library for symbols then, which takes 0.3 s.

    Raises:
        ValueError: the shapes differ.
    """
    if np.shape(dout) != out.shape:
        raise ValueError(f"The gradient has shape {np.shape(dout)}, and what it belongs to {tuple(out.shape)}.")
    return (out * tensor(dout)).sum()


def backward(
    function: Callable[..., torch.Tensor], inputs: Sequence[npt.ArrayLike], dout: npt.ArrayLike
) -> list[Array]:
    """The gradients of ``sum(dout * function(*inputs))`` with respect to each of the inputs."""
    tensors = [tensor(x).requires_grad_() for x in inputs]
    with torch.enable_grad():  # also when asked from within a backward pass
        torch.autograd.backward(scalar(function(*tensors), dout))
    return [array(t.grad) if t.grad is not None else np.zeros(t.shape) for t in tensors]

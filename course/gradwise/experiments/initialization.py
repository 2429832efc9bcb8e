"""Notebook 04, experiments: signals on their way through a deep network, and gradients on their way back."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.axes import Axes
from torch import nn

from .. import plots

__all__ = ["ResidualLayer", "histograms", "residual_mlp", "there_and_back", "units"]

Array = npt.NDArray[np.float64]


def there_and_back(
    X: Array, Ws: Sequence[npt.ArrayLike], activation: Callable[[torch.Tensor], torch.Tensor], *, seed: int = 0
) -> tuple[list[Array], list[Array]]:
    """Sends examples through layers h = activation(h W), and a random gradient back, by PyTorch.

    Args:
        X: examples, shape (n, d).
        Ws: weights (in, out), the first layer's first.
        activation: for instance `torch.tanh`.
        seed: of the gradient that arrives at the output, normal with standard deviation 1.

    Returns:
        For each layer its output, and the gradient with respect to what goes into its activation.
    """
    h = torch.from_numpy(X)
    inputs, outputs = [], []
    for W in Ws:
        z = (h @ torch.from_numpy(np.array(W, dtype=np.float64))).requires_grad_()
        z.retain_grad()
        h = activation(z)
        inputs.append(z)
        outputs.append(h)
    dout = np.random.default_rng(seed).normal(size=tuple(h.shape))
    torch.autograd.backward(h, torch.from_numpy(dout))
    gradients = [z.grad.numpy() for z in inputs if z.grad is not None]
    return [h.detach().numpy() for h in outputs], gradients


class ResidualLayer(nn.Module):
    """A layer h + s f(h W + b): what it computes is scaled and added to its input.

    Args:
        width: number of inputs, and of outputs.
        activation: makes the activation.
        scale: the number s.
    """

    def __init__(self, width: int, activation: Callable[[], nn.Module], scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.branch = nn.Sequential(nn.Linear(width, width, dtype=torch.float64), activation())

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        """Adds what the layer computes to its input, shape (n, width)."""
        added: torch.Tensor = h + self.scale * self.branch(h)
        return added


def residual_mlp(
    width: int, depth: int, activation: Callable[[], nn.Module], *, seed: int = 0, add: bool = True
) -> nn.Sequential:
    """A network for digits: one layer 64 to width, so many layers of this width, one layer to 10. PyTorch's weights.

    Args:
        width: units in each hidden layer.
        depth: number of hidden layers behind the first.
        activation: makes the activation.
        seed: of the weights; they are the same with and without `add`.
        add: whether each layer adds its input to what it computes, divided by the root of `depth`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first = nn.Linear(64, width, dtype=torch.float64)
        layers = [ResidualLayer(width, activation, depth**-0.5) for _ in range(depth)]
        last = nn.Linear(width, 10, dtype=torch.float64)
    return nn.Sequential(first, activation(), *(layer if add else layer.branch for layer in layers), last)


def units(model: nn.Sequential, *, decimals: int = 6) -> tuple[Array, Array, Array]:
    """The hidden units of an `mlp` with one hidden layer, by their numbers.

    Args:
        model: two linear layers with an activation between them.
        decimals: the numbers are rounded to so many, because equal sums may differ in their last digits.

    Returns:
        Weights in (d, H), biases (H,) and weights out (H, K).
    """
    first, last = model[0], model[-1]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    parts = [p.detach().numpy().round(decimals) for p in (first.weight.T, first.bias, last.weight.T)]
    return parts[0], parts[1], parts[2]


def histograms(ax: Axes, layers: Sequence[Array], *, reach: float, title: str, xlabel: str) -> None:
    """Draws how the values of each layer are spread between -reach and reach: one outline for each, light to dark."""
    colours = plots.shades(len(layers))
    for number, (values, colour) in enumerate(zip(layers, colours, strict=True), start=1):
        share, edges = np.histogram(values, bins=80, range=(-reach, reach), density=True)
        ax.plot((edges[:-1] + edges[1:]) / 2, share, color=colour, linewidth=1.2, label=f"layer {number}")
    ax.set(xlabel=xlabel, ylabel="density", yscale="log")
    ax.set_xticks(np.linspace(-reach, reach, 5))
    ax.set_title(title)

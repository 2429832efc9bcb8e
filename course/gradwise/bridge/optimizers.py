"""A learner's update rule as a PyTorch optimizer."""

from collections.abc import Callable, Iterable
from typing import Any

import torch

from .calling import Function, array, call, tensor


class Optimizer(torch.optim.Optimizer):
    """A PyTorch optimizer whose steps are a learner's function.

    Each parameter has a state of its own, which starts as an empty dictionary. The learning rate is a setting of the
    parameter groups, as in every PyTorch optimizer, so that PyTorch's schedulers can change it.

    Args:
        params: the parameters to be trained.
        function: ``function(w, g, state, lr, *args) -> (w, state)``.
        lr: learning rate.
        args: what the function gets behind the learning rate.

    Attributes:
        update_ratios: after each step, the size of the update over the size of the weights, both over all parameters.

    Raises:
        NotWrittenYet: when it steps while the function is not written.
    """

    def __init__(self, params: Iterable[torch.nn.Parameter], function: Function, lr: float, *args: Any) -> None:
        super().__init__(params, {"lr": lr})
        self.function = function
        self.args = args
        self.update_ratios: list[float] = []

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Replaces every parameter that has a gradient by what the learner's function makes of it.

        Raises:
            TypeError: the function did not return two things.
            ValueError: it returned weights of another shape.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        moved = size = 0.0
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    new = self._new(parameter, group["lr"])
                    moved += float((new - parameter).square().sum())
                    size += float(parameter.square().sum())
                    parameter.copy_(new)
        self.update_ratios.append((moved / size) ** 0.5 if size else float("inf"))
        return loss

    def _new(self, parameter: torch.Tensor, lr: float) -> torch.Tensor:
        kept = self.state[parameter]
        assert parameter.grad is not None
        answer = call(self.function, array(parameter), array(parameter.grad), kept.get("yours", {}), lr, *self.args)
        if not isinstance(answer, tuple | list) or len(answer) != 2:
            name = getattr(self.function, "__name__", "function")
            raise TypeError(f"your `{name}` must return two things: the new weights and the new state")
        kept["yours"] = answer[1]
        return tensor(answer[0], like=parameter)

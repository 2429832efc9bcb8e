"""A learner's update rule as a PyTorch optimizer."""

from typing import Any

import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from torch import nn

PAIRS: list[tuple[Any, tuple[Any, ...], Any]] = [
    (reference.sgd_momentum, (0.9,), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
    (reference.sgd_nesterov, (0.9,), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True)),
    (reference.adagrad, (), lambda p: torch.optim.Adagrad(p, 0.01)),
    (reference.rmsprop, (0.9,), lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9)),
    (reference.adam, (), lambda p: torch.optim.Adam(p, 0.01)),
    (reference.adamw, ((0.9, 0.999), 1e-8, 0.1), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
]


def losses(optimizer: Any) -> list[float]:
    model = training.mlp([2, 8, 2], nn.ReLU)
    return training.fit(model, data.ring(100), num_epochs=3, optimizer=optimizer).losses


@pytest.mark.parametrize(("step", "args", "theirs"), PAIRS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_learners_step_trains_like_pytorchs_optimizer(step: Any, args: Any, theirs: Any) -> None:
    assert losses(lambda p: bridge.Optimizer(p, step, 0.01, *args)) == pytest.approx(losses(theirs), rel=1e-9)


def constant(w: Any, g: Any, state: Any, lr: float) -> Any:
    return w - lr, {"steps": state.get("steps", 0) + 1}


def test_each_parameter_has_a_state_and_schedulers_change_the_rate() -> None:
    first, second, idle = (nn.Parameter(torch.full((2,), 4.0)) for _ in range(3))
    optimizer = bridge.Optimizer([first, second, idle], constant, 1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    first.grad, second.grad = torch.ones(2), torch.ones(2)
    for _ in range(2):
        optimizer.step()
        scheduler.step()
    assert first.tolist() == second.tolist() == [2.5, 2.5]
    assert idle.tolist() == [4.0, 4.0]
    assert optimizer.state[first]["yours"] == {"steps": 2}
    assert optimizer.update_ratios == pytest.approx([1 / 4, 0.5 / 3])
    assert first.dtype == torch.float32


def test_it_steps_with_a_closure() -> None:
    w = nn.Parameter(torch.ones(1))
    optimizer = bridge.Optimizer([w], constant, 0.25)

    def closure() -> float:
        loss = (w**2).sum()
        torch.autograd.backward(loss)
        return loss.item()

    assert optimizer.step(closure) == 1.0
    assert w.item() == 0.75
    assert optimizer.step() is None


def test_what_a_step_returns_is_checked() -> None:
    w = nn.Parameter(torch.ones(2))
    w.grad = torch.ones(2)

    def only_weights(w: Any, g: Any, state: Any, lr: float) -> Any:
        return w

    def missing(w: Any, g: Any, state: Any, lr: float) -> Any:
        raise NotImplementedError

    with pytest.raises(
        TypeError, match="your `only_weights` must return two things: the new weights and the new state"
    ):
        bridge.Optimizer([w], only_weights, 0.1).step()
    with pytest.raises(ValueError, match=r"your function gave shape \(1,\)"):
        bridge.Optimizer([w], lambda w, g, s, lr: (w[:1], s), 0.1).step()
    with pytest.raises(NotWrittenYet, match="needs your `missing`"):
        bridge.Optimizer([w], missing, 0.1).step()

"""The capstone's network as a PyTorch network."""

import re
from typing import Any

import numpy as np
import torch
from gradwise import bridge, reference
from torch import nn

TANH = {"f": np.tanh, "df": reference.tanh_grad, "p": 0.0, "lam": 0.01}


def network(*sizes: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    params, state = reference.init_params(sizes, "he", rng), reference.init_state(sizes)
    for layer, running in zip(params[:-1], state, strict=True):
        layer[1:] = [rng.uniform(0.5, 2, len(b)) for b in layer[1:]]
        running[:] = [rng.uniform(0.5, 2, len(b)) for b in running]
    return params, state


def test_the_module_gives_the_networks_outputs_in_both_modes() -> None:
    params, state = network(3, 5, 4, 2)
    module = bridge.as_module(params, state, nn.Tanh, 0.25)
    X = np.random.default_rng(2).normal(size=(7, 3))
    for training in (False, True):
        module.train(training)
        for layer in module.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0
        out = module(torch.from_numpy(X)).detach().numpy()
        assert np.allclose(out, reference.net_forward(params, state, X, TANH, training, None)[0])
    assert [type(layer).__name__ for layer in module] == ["Linear", "BatchNorm1d", "Tanh", "Dropout"] * 2 + ["Linear"]


def test_the_module_holds_copies() -> None:
    params, state = network(3, 4, 2)
    module = bridge.as_module(params, state, nn.Tanh)
    with torch.no_grad():
        for p in module.parameters():
            p.fill_(9.0)
    assert not any((array == 9.0).any() for layer in params for array in layer)


def test_the_table_of_gradients_names_the_array_that_is_wrong() -> None:
    params, state = network(3, 4, 2)
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(6, 3)), np.eye(2)[rng.integers(0, 2, 6)]

    def wrong(*args: Any) -> Any:
        loss, grads, new = reference.loss_and_grads(*args)
        grads[0][2] = grads[0][2] / 6
        grads[1][0] = grads[1][0] * (1 + 1e-6)
        return loss, grads, new

    module = bridge.as_module(params, state, nn.Tanh)
    right = bridge.gradient_table(reference.loss_and_grads, params, state, X, Y, TANH, module).split("\n")
    assert len(right) == 1 + 4 + 2
    assert all("as autograd" in line for line in right)
    assert all(float(re.findall(r"largest entry (\S+)", line)[0]) > 1e-3 for line in right[1:] if ", b " not in line)
    assert float(re.findall(r"largest entry (\S+)", right[2])[0]) < 1e-12  # a bias in front of a batch norm
    lines = bridge.gradient_table(wrong, params, state, X, Y, TANH, module).split("\n")
    assert [line[:16].strip() for line in lines if "DIFFERENT" in line] == ["layer 1, gamma"]
    assert [line[:16].strip() for line in lines if "nearly" in line] == ["layer 2, W"]

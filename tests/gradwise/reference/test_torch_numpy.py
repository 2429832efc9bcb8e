"""What stands between NumPy and PyTorch asks PyTorch the same, and leaves out what only its compiler needs."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from gradwise.reference.torch_numpy import backward, scalar, uncompiled

KINDS = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
    "Adagrad": {"lr": 0.1},
    "RMSprop": {"lr": 0.1},
    "Adam": {"lr": 0.1},
    "AdamW": {"lr": 0.1},
}


@pytest.mark.parametrize("name", KINDS)
def test_an_uncompiled_optimizer_takes_the_same_steps(name: str) -> None:
    kind = getattr(torch.optim, name)
    ends = []
    for made in (kind, uncompiled(kind)):
        rng = np.random.default_rng(0)
        weight = torch.nn.Parameter(torch.tensor(rng.normal(size=(3, 2))))
        optimizer = made([weight], **KINDS[name])
        for _ in range(4):
            weight.grad = torch.tensor(rng.normal(size=(3, 2)))
            optimizer.step()
        ends.append(weight.detach().numpy())
    assert np.array_equal(*ends)


def test_the_gradient_that_goes_back_is_the_one_that_was_given() -> None:
    dout = np.array([[0.1, -0.0, 3.0], [1e300, 0.0, -2.0]])
    (got,) = backward(lambda x: x * 1, [np.array([[np.inf, 1.0, 2.0], [1e9, np.nan, 0.0]])], dout)
    assert np.array_equal(got, dout)
    with pytest.raises(ValueError, match="shape"):
        scalar(torch.zeros(3), np.zeros(1))


def test_no_answer_imports_what_only_the_compiler_of_pytorch_needs() -> None:
    code = """
import sys
import numpy as np
from gradwise import reference
w, g = np.ones(2), np.ones(2)
reference.adam(w, g, {}), reference.sgd_momentum(w, g, {}, 0.1), reference.l1_prox_step(w, g, 0.1, 0.1)
reference.step_decay(0.1, 3, 2), reference.relu_backward(g, w), reference.dropout_backward(g, w)
z = [np.ones((2, 3)), np.ones((2, 1))]
reference.mlp_backward(np.ones((2, 1)), z, [np.ones((2, 2)), z[0]], [np.ones((2, 3)), np.ones((3, 1))], np.cos)
print([name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

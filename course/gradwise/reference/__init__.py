"""The judge that everyone may see: what each exercise asks for, answered by PyTorch.

NumPy goes in and NumPy comes out, in float64. Gradients come from autograd. This tells a right answer from a
wrong one without showing how to write it in NumPy.
"""

from .activations import (
    binary_cross_entropy_with_logits,
    crelu,
    dead_fraction,
    elu,
    elu_grad,
    gelu,
    leaky_relu,
    leaky_relu_grad,
    mish,
    mse_loss,
    prelu_backward,
    relu,
    relu_backward,
    rrelu,
    selu,
    sigmoid,
    sigmoid_grad,
    silu,
    softmax_cross_entropy,
    tanh_grad,
)

__all__ = [
    "binary_cross_entropy_with_logits",
    "crelu",
    "dead_fraction",
    "elu",
    "elu_grad",
    "gelu",
    "leaky_relu",
    "leaky_relu_grad",
    "mish",
    "mse_loss",
    "prelu_backward",
    "relu",
    "relu_backward",
    "rrelu",
    "selu",
    "sigmoid",
    "sigmoid_grad",
    "silu",
    "softmax_cross_entropy",
    "tanh_grad",
]

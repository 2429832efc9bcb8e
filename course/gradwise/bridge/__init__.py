"""Turns a learner's NumPy code into parts of a real PyTorch network."""

from .activations import Activation, PReLU
from .calling import yours
from .losses import Loss
from .regularization import Dropout, InTraining, SoftTargets, penalized, proximal

__all__ = [
    "Activation",
    "Dropout",
    "InTraining",
    "Loss",
    "PReLU",
    "SoftTargets",
    "penalized",
    "proximal",
    "yours",
]

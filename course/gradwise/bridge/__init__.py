"""Turns a learner's NumPy code into parts of a real PyTorch network."""

from .activations import Activation, PReLU
from .calling import yours
from .initialization import Initializer, transfer
from .losses import Loss

__all__ = ["Activation", "Initializer", "Loss", "PReLU", "transfer", "yours"]

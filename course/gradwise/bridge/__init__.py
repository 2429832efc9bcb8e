"""Turns a learner's NumPy code into parts of a real PyTorch network."""

from .activations import Activation, PReLU
from .calling import yours
from .initialization import Initializer, transfer
from .losses import Loss
from .normalization import Normalization

__all__ = ["Activation", "Initializer", "Loss", "Normalization", "PReLU", "transfer", "yours"]

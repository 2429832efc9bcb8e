"""Turns a learner's NumPy code into parts of a real PyTorch network."""

from .activations import Activation, Loss, PReLU
from .calling import yours
from .capstone import as_module, gradient_table
from .gradients import Network, clipped
from .initialization import Initializer, transfer
from .normalization import Normalization
from .optimizers import Optimizer
from .regularization import Dropout, InTraining, SoftTargets, penalized, proximal
from .stopping import Epochs, shared_weights

__all__ = [
    "Activation",
    "Dropout",
    "Epochs",
    "InTraining",
    "Initializer",
    "Loss",
    "Network",
    "Normalization",
    "Optimizer",
    "PReLU",
    "SoftTargets",
    "as_module",
    "clipped",
    "gradient_table",
    "penalized",
    "proximal",
    "shared_weights",
    "transfer",
    "yours",
]

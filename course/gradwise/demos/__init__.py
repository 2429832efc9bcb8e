"""Live demos: a picture and one sentence that follow the sliders.

Each demo is a function from parameters to a picture and its finding, tested without a browser, and a thin layer
of widgets around it.
"""

from .activations import activation_explorer
from .regularization import dropout_masks, penalty_explorer

__all__ = ["activation_explorer", "dropout_masks", "penalty_explorer"]

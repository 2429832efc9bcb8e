"""Live demos: a picture and one sentence that follow the sliders.

Each demo is a function from parameters to a picture and its finding, tested without a browser, and a thin layer
of widgets around it.
"""

from .activations import activation_explorer
from .optimizers import convention_switchboard, optimizer_race

__all__ = ["activation_explorer", "convention_switchboard", "optimizer_race"]

"""Live demos: a picture and one sentence that follow the sliders.

Each demo is a function from parameters to a picture and its finding, tested without a browser, and a thin layer
of widgets around it.
"""

from .activations import activation_explorer
from .gradients import gradient_flow
from .initialization import signal_explorer
from .normalization import batch_norm_explorer

__all__ = ["activation_explorer", "batch_norm_explorer", "gradient_flow", "signal_explorer"]

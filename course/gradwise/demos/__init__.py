"""Live demos: a picture and one sentence that follow the sliders.

Each demo is a function from parameters to a picture and its finding, tested without a browser, and a thin layer
of widgets around it. `gallery()` shows them all, for a lecture.
"""

from .activations import activation_explorer
from .capstone import seed_lottery
from .gallery import GALLERY, gallery
from .gradients import gradient_flow
from .initialization import signal_explorer
from .normalization import batch_norm_explorer
from .optimizers import convention_switchboard, optimizer_race
from .regularization import dropout_masks, penalty_explorer
from .stopping import stopping_simulator

__all__ = [
    "GALLERY",
    "activation_explorer",
    "batch_norm_explorer",
    "convention_switchboard",
    "dropout_masks",
    "gallery",
    "gradient_flow",
    "optimizer_race",
    "penalty_explorer",
    "seed_lottery",
    "signal_explorer",
    "stopping_simulator",
]

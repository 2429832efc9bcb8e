"""All demos on one page, one at a time: what a lecturer opens."""

from collections.abc import Callable

import ipywidgets

from .activations import activation_explorer
from .capstone import seed_lottery
from .frame import Demo, display_live
from .gradients import gradient_flow
from .initialization import signal_explorer
from .normalization import batch_norm_explorer
from .optimizers import convention_switchboard, optimizer_race
from .regularization import dropout_masks, penalty_explorer
from .stopping import stopping_simulator

# In the order of the course; the number is the topic's.
GALLERY: dict[str, Callable[[], Demo]] = {
    "1 Gradients": gradient_flow,
    "2 Activations": activation_explorer,
    "3 Batch norm": batch_norm_explorer,
    "4 Initialization": signal_explorer,
    "5 Penalties": penalty_explorer,
    "5 Dropout": dropout_masks,
    "6 Optimizers": optimizer_race,
    "6 Conventions": convention_switchboard,
    "7 Early stopping": stopping_simulator,
    "8 Seeds": seed_lottery,
}


class Gallery:
    """A row of buttons, and the demo that was chosen. A demo is made when it is chosen first, and then kept.

    Attributes:
        choice: the row of buttons.
        made: the demos that have been made, by their button.
        widget: all of it.
    """

    def __init__(self) -> None:
        self.made: dict[str, Demo] = {}
        self.choice = ipywidgets.ToggleButtons(options=list(GALLERY), style={"button_width": "auto"})
        self._place = ipywidgets.Box(layout=ipywidgets.Layout(width="100%"))
        self.choice.observe(self._show, names="value")
        self.widget = ipywidgets.VBox([self.choice, self._place])
        self._show()

    def _show(self, _change: object = None) -> None:
        name = self.choice.value
        if name not in self.made:
            self.made[name] = GALLERY[name]()
        self._place.children = (self.made[name].widget,)

    def _ipython_display_(self) -> None:
        demo = self.made[self.choice.value]
        display_live(self.widget, demo.title, demo.view())


def gallery() -> Gallery:
    """All demos of the course, one at a time."""
    return Gallery()

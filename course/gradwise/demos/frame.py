"""The frame that all demos share: controls on the left, the figure and its one-sentence finding on the right."""

import base64
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets
from matplotlib import pyplot
from matplotlib.figure import Figure


@dataclass(frozen=True)
class View:
    """What a demo shows for one setting of its controls.

    Attributes:
        figure: the picture.
        finding: one sentence, with the numbers of this very picture.
        unused: the controls that make no difference to it.
    """

    figure: Figure
    finding: str
    unused: frozenset[str] = frozenset()


def live(draw: Callable[..., View], **controls: ipywidgets.Widget) -> ipywidgets.Widget:
    """A demo: `draw` is called with the controls' values, at once and whenever one of them changes.

    The picture is an image with the finding as its alternative text, replaced in one go: it does not flicker.
    """
    picture = ipywidgets.HTML()

    def redraw(_change: Any = None) -> None:
        view = draw(**{name: control.value for name, control in controls.items()})
        picture.value = as_html(view)
        for name, control in controls.items():
            control.disabled = name in view.unused

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    panel = ipywidgets.VBox(list(controls.values()), layout=ipywidgets.Layout(flex="0 0 310px"))
    return ipywidgets.HBox([panel, picture], layout=ipywidgets.Layout(align_items="center", flex_flow="row wrap"))


def as_html(view: View) -> str:
    """The picture and its finding as one piece of HTML. The figure is closed."""
    buffer = io.BytesIO()
    view.figure.savefig(buffer, format="png", dpi=90)
    pyplot.close(view.figure)
    data = base64.b64encode(buffer.getvalue()).decode()
    finding = html.escape(view.finding)
    image = f'<img style="max-width:100%" alt="{finding}" src="data:image/png;base64,{data}">'
    return f'{image}<p style="max-width:36em">{finding}</p>'

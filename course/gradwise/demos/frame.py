"""The frame that all demos share: controls on the left, the figure and its one-sentence finding on the right."""

import html
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from .. import kernel, plots

YOUR_OWN = "your own setting"
_WIDTH = 9.5  # inches
_DOTS = 100  # an inch
# Large enough for the last row of a lecture hall; where a title stands need not be worked out anew for each redraw.
_LETTERS: Any = {
    "font.size": 12,
    "legend.fontsize": 10.5,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "axes.titley": 1.0,
    "lines.linewidth": 2,
    "lines.markersize": 8,
}


@dataclass(frozen=True)
class View:
    """The picture and the sentence of a demo, for one setting of its controls.

    Attributes:
        figure: the picture.
        finding: one sentence, with the numbers of this very picture.
        unused: the controls that make no difference to it.
    """

    figure: Figure
    finding: str
    unused: frozenset[str] = frozenset()


class Demo:
    """A demo on the screen: a notebook shows it when it is the last value of a cell.

    Attributes:
        title: what it is about.
        controls: the widgets whose values it draws, by name.
        presets: named settings for a lecture; the first is the one that it begins with.
        picture: what it shows, as HTML.
        chosen: the widget that names the preset.
        surprise: the button that goes on to the next preset.
        widget: all of it.

    Args:
        title: what it is about.
        draw: gets the controls' values.
        controls: the widgets, by the names of `draw`'s arguments.
        presets: settings by a phrase that says what is to be seen; what one leaves out is as at the beginning.
        above: widgets that stand above the controls.
    """

    def __init__(
        self,
        title: str,
        draw: Callable[..., View],
        controls: Mapping[str, ipywidgets.Widget],
        presets: Mapping[str, Mapping[str, Any]],
        above: tuple[ipywidgets.Widget, ...] = (),
    ) -> None:
        self.title, self._draw, self.controls = title, draw, dict(controls)
        start = {name: control.value for name, control in controls.items()}
        self.presets = {name: {**start, **values} for name, values in presets.items()}
        self.picture = ipywidgets.HTML(layout=ipywidgets.Layout(flex="1 1 520px", min_width="320px"))
        self.chosen = ipywidgets.Dropdown(
            options=[*self.presets, YOUR_OWN],
            description="setting",  # without one a screen reader has nothing to call it by
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto"),
        )
        self.surprise = ipywidgets.Button(
            description="Surprise me", tooltip="the next setting", icon="random", layout=ipywidgets.Layout(width="auto")
        )
        self._busy = False
        for control in self.controls.values():
            control.style.description_width = "120px"
            control.layout.width = "310px"
            control.observe(self._moved, names="value")
        self.chosen.observe(self._choose, names="value")
        self.surprise.on_click(lambda _button: self.next())
        self.set(**self.presets[self.chosen.value])
        self.widget = self._arranged(above)

    def set(self, **values: Any) -> None:
        """Sets several controls and draws once."""
        self._busy = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._busy = False
        self._moved()

    def next(self) -> None:
        """Goes on to the next preset, after the last to the first."""
        names = list(self.presets)
        here = names.index(self.chosen.value) if self.chosen.value in names else -1
        self.chosen.value = names[(here + 1) % len(names)]

    def view(self) -> View:
        """The picture and the sentence for the controls as they are."""
        with rc_context(_LETTERS):
            return self._draw(**self._values())

    def _ipython_display_(self) -> None:
        display_live(self.widget, self.title, self.view())

    def _choose(self, change: Any) -> None:
        if change["new"] in self.presets and not self._busy:
            self.set(**self.presets[change["new"]])

    def _moved(self, _change: Any = None) -> None:
        if self._busy:
            return
        self._busy = True  # naming the setting must not set anything
        settings = self._values()
        self.chosen.value = next((name for name, preset in self.presets.items() if preset == settings), YOUR_OWN)
        self._busy = False
        self._redraw()

    def _values(self) -> dict[str, Any]:
        return {name: control.value for name, control in self.controls.items()}

    def _redraw(self) -> None:
        view = self.view()
        self.picture.value = as_html(view)  # replaced in one go: it does not flicker
        for name, control in self.controls.items():
            control.disabled = name in view.unused

    def _arranged(self, above: tuple[ipywidgets.Widget, ...]) -> ipywidgets.Widget:
        heading = ipywidgets.HTML(f'<div style="font-size:1.3em; font-weight:600">{html.escape(self.title)}</div>')
        presets = [heading, self.chosen, self.surprise, *above]
        panel = ipywidgets.VBox([*presets, *self.controls.values()], layout=ipywidgets.Layout(flex="0 0 320px"))
        flow = ipywidgets.Layout(align_items="flex-start", flex_flow="row wrap", width="100%")
        return ipywidgets.HBox([panel, self.picture], layout=flow)


LIVE = "gradwise-demo"  # the class of a demo's widget in the page

# A widget lives as long as its kernel. Where a notebook is opened without it, there is an error in the widget's place:
# that is hidden then, and the still picture is shown; as long as the widget is there, the picture is hidden.
_ROW = ".jp-OutputArea-child"
_SWITCH = (
    f"<style>{_ROW}:has(.{LIVE}) + {_ROW}:has(.gradwise-still), "
    f"{_ROW}:not(:has(.{LIVE})):has(+ {_ROW} .gradwise-still) {{display: none}}</style>"
)


def display_live(widget: ipywidgets.Widget, title: str, view: View) -> None:
    """Shows a demo in a notebook, and a still picture of it for those who open the notebook without its kernel.

    Args:
        widget: all of the demo.
        title: what it is about.
        view: what the still picture shows.
    """
    from IPython.display import display

    widget.add_class(LIVE)
    bundle = {**widget._repr_mimebundle_(), "text/plain": title}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
    how = '<span class="gradwise-in-a-notebook">: run this cell to move the sliders</span>'
    name = f"<p><strong>{html.escape(title)}</strong> (a still picture{how})</p>"
    still = f'{_SWITCH}<div class="gradwise-still">{name}{as_html(view)}</div>'
    kernel.show(still, f"{title}: {view.finding}")


def stage(panels: int = 1, height: float = 3.4, *, rows: int = 1, left: float = 0.08) -> tuple[Figure, list[Axes]]:
    """A figure for a demo: large letters, and margins that need not be computed anew for each redraw.

    Args:
        panels: how many axes stand in a row.
        height: in inches.
        rows: how many rows there are.
        left: the left margin, as a share of the width.
    """
    figure = Figure(figsize=(_WIDTH, height))
    bottom, top = 0.62 / height, 1 - 0.42 / height
    figure.subplots_adjust(left=left, right=0.975, bottom=bottom, top=top, wspace=0.2 + 0.05 * panels, hspace=0.3)
    axes = list(figure.subplots(rows, panels, squeeze=False).ravel())
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_prop_cycle(color=plots.CYCLE)
    return figure, axes


def plain_logs(ax: Axes) -> None:
    """Numbers as 0.01 and 100 on logarithmic axes: powers of ten are typeset, which takes ten times as long."""
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "log":
            axis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
            ax.minorticks_off()


def as_html(view: View) -> str:
    """The picture and its finding as one piece of HTML."""
    buffer = io.BytesIO()
    with rc_context(_LETTERS):
        view.figure.savefig(buffer, format="png", dpi=_DOTS, transparent=True, pil_kwargs={"compress_level": 1})
    finding = html.escape(view.finding)
    image = plots.image(buffer.getvalue(), view.finding, "width:100%; max-width:1400px")
    return f'{image}<p role="status" style="font-size:1.15em; line-height:1.45; max-width:50em">{finding}</p>'

"""Figures of the course: one look, axes with names, captions that carry the numbers of the run."""

import base64
import html
import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from . import kernel

__all__ = [
    "as_image",
    "boundaries",
    "caption",
    "curves_compared",
    "described",
    "figure",
    "gradient_sizes",
    "histograms_compared",
    "image",
    "legend_below",
    "means",
    "pictures",
    "scores",
    "shades",
    "show",
    "spread",
    "standard_error",
    "tables_compared",
]

# Colours that stay apart for colour-blind eyes (Okabe and Ito, 2008).
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#777777",
)
CYCLE = (BLUE, RED, GREEN, ORANGE, PURPLE, SKY, GREY)
MOST_ROWS_WITH_NUMBERS = 12  # of a heat map
ROOM_FOR_NUMBERS = 150  # points: the width of one of three heat maps, without its axis
WIDTH = 9.0  # inches: a 900-pixel column at 100 dots per inch
DOTS = 160  # dots per inch of a picture; it is shown at 100, so that it stays sharp on a fine screen and on slides

# The look of all figures, the only place where it is set. No text is smaller than 9 points.
STYLE: dict[str, Any] = {
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.title_fontsize": 9,
    "legend.frameon": False,
    "figure.labelsize": 10,  # captions
    "axes.spines.top": False,
    "axes.spines.right": False,
}
plt.style.use(STYLE)

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def figure(panels: int = 1, height: float = 3.0, *, rows: int = 1, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    """Rows of panels, as wide as the notebook's column.

    Args:
        panels: how many stand in a row.
        height: of the whole figure, in inches.
        rows: how many rows there are.
        share_y: whether all panels have one y axis.
    """
    size = (WIDTH, height)
    engine = ConstrainedLayoutEngine(h_pad=0.1)  # in inches: legends below the panels stay clear of the caption
    fig, grid = plt.subplots(rows, panels, figsize=size, squeeze=False, sharey=share_y, layout=engine)
    axes: list[Axes] = list(grid.ravel())
    for ax in axes:
        ax.set_prop_cycle(color=CYCLE)
    return fig, axes


def legend_below(ax: Axes, columns: int = 1, gap: float = 0.2) -> None:
    """Puts the legend below the panel, where it covers no data.

    Args:
        ax: the panel.
        columns: of the legend.
        gap: between the axis and the legend, as a share of the panel's height: room for the label of the axis.
    """
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -gap), ncols=columns)


def caption(fig: Figure, text: str) -> None:
    """Writes the finding under a figure."""
    fig.supxlabel(text, wrap=True)


def standard_error(values: Any, axis: int = -1) -> Any:
    """The standard error of a mean over runs: their standard deviation (with n - 1) over the root of their number."""
    return np.std(values, axis=axis, ddof=1) / np.sqrt(np.shape(values)[axis])


def means(
    ax: Axes, x: Sequence[float], runs: dict[str, Any], *, xlabel: str, ylabel: str, dots: bool = False
) -> dict[str, list[float]]:
    """Draws for each method the mean over runs with its standard error, at a few places on a logarithmic x axis.

    Args:
        ax: where to draw.
        x: the places.
        runs: for each method, numbers of shape (places, runs).
        xlabel: what the x axis says.
        ylabel: what the y axis says.
        dots: whether every single run is drawn behind its mean.

    Returns:
        The means of each method, in the order of the places.
    """
    averages = {label: np.mean(values, axis=1).tolist() for label, values in runs.items()}
    for (label, values), colour in zip(runs.items(), CYCLE, strict=False):
        if dots:
            ax.plot(x, values, ".", color=colour, alpha=0.3)
        bars = {"yerr": standard_error(values), "capsize": 2, "color": colour}
        ax.errorbar(x, averages[label], marker="o", markersize=4, label=label, **bars)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log")
    ax.set_xticks(list(x), [f"{place:g}" for place in x])
    ax.minorticks_off()
    legend_below(ax)
    return averages


def shades(count: int) -> list[tuple[float, float, float, float]]:
    """Colours from light to dark for things that have an order, such as layers."""
    return [tuple(plt.get_cmap("viridis_r")(share)) for share in np.linspace(0.35, 1.0, count)]


def show(text: str = "") -> None:
    """Shows what was drawn, each figure as a picture with words for those who cannot see it.

    Args:
        text: the words; by default the figure's caption and what its panels say of themselves.
    """
    words = text or "; ".join(described(plt.figure(number)) for number in plt.get_fignums())
    if page := pictures(text):
        kernel.show(page, words)


def pictures(text: str = "") -> str:
    """Returns what was drawn as HTML, and closes it; outside of a notebook shows it, and returns nothing.

    Args:
        text: as in `show`.
    """
    if kernel.shell() is None:
        plt.show()
        return ""
    figures = [plt.figure(number) for number in plt.get_fignums()]
    page = "".join(as_image(fig, text or described(fig)) for fig in figures)
    for fig in figures:
        plt.close(fig)
    return page


# In a dark theme a picture is turned from dark on light into light on dark, and its hues stay. Where a page has no
# theme, or takes the style away, it keeps a light ground of its own.
_DARK = "[data-jp-theme-light=false] .gradwise-picture, .vscode-dark .gradwise-picture, [theme=dark] .gradwise-picture"
_THEME = f"<style>{_DARK} {{background: none !important; filter: invert(1) hue-rotate(180deg)}}</style>"


def as_image(fig: Figure, text: str) -> str:
    """A figure as an image for a page, dark on light, or light on dark in a dark theme."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DOTS, bbox_inches="tight", transparent=True)
    png = buffer.getvalue()
    dots = int.from_bytes(png[16:20], "big")  # how wide it is: the first number in a PNG
    return image(png, text, f"width: {100 * dots / DOTS:.0f}px; max-width: 100%")


def image(png: bytes, text: str, style: str) -> str:
    """A picture with a transparent ground as HTML that follows the page's theme.

    Args:
        png: the picture.
        text: words for those who cannot see it.
        style: CSS.
    """
    data, alt = base64.b64encode(png).decode(), html.escape(text)
    style = f"{style}; background: white; border-radius: 4px"
    return f'{_THEME}<img class="gradwise-picture" style="{style}" alt="{alt}" src="data:image/png;base64,{data}">'


def described(fig: Figure) -> str:
    """A figure in words: its caption, and for each panel the title, the axes and the curves in its legend."""
    parts = [fig.get_supxlabel()]
    for ax in fig.axes:
        names = [name for name in (ax.get_title(), ax.get_ylabel(), ax.get_xlabel()) if name]
        curves = ax.get_legend_handles_labels()[1]
        what = " over ".join(names[-2:]) if len(names) > 1 else "".join(names)
        panel = f"{names[0]}: {what}" if len(names) > 2 else what
        parts.append(panel + (f" ({', '.join(curves)})" if curves else ""))
    return "; ".join(part for part in parts if part) or "a figure"


def curves_compared(curves: Sequence[tuple[str, Array, Array, Array, Mask]]) -> Figure:
    """A learner's curves over the expected ones, with the region of disagreement marked.

    Args:
        curves: for each a label, the grid, the expected values, the learner's (nan where there are none), and where
            the two differ.
    """
    fig, axes = figure(len(curves), 2.8)
    for ax, (label, x, wanted, got, differs) in zip(axes, curves, strict=True):
        ax.plot(x, wanted, color=GREY, linewidth=5, alpha=0.5, label="expected")
        ax.plot(x, got, color=BLUE, linewidth=1.5, label="yours")
        low, high = ax.get_ylim()
        ax.fill_between(x, low, high, where=differs.tolist(), color=RED, alpha=0.15, linewidth=0, label="they differ")
        ax.set(title=label, xlabel="x", ylim=(low, high))
    axes[0].legend()
    return fig


def histograms_compared(title: str, wanted: Array, got: Array) -> Figure:
    """A learner's random numbers over the expected ones.

    Args:
        title: what was called.
        wanted: numbers as they should be spread, shape (n,).
        got: the learner's, shape (m,).
    """
    fig, (ax,) = figure(1, 2.8)
    low, high = min(wanted.min(), got.min()), max(wanted.max(), got.max())
    margin = 0.02 * (high - low) or 0.5
    bins = np.linspace(low - margin, high + margin, 41).tolist()
    shares = [np.full(values.shape, 1 / values.size).tolist() for values in (wanted, got)]
    ax.hist(wanted, bins, weights=shares[0], color=GREY, alpha=0.5, label="expected")
    ax.hist(got, bins, weights=shares[1], color=BLUE, histtype="step", linewidth=1.8, label="yours")
    ax.set(title=title, xlabel="value", ylabel="share of the numbers")
    ax.legend()
    return fig


def tables_compared(tables: Sequence[tuple[str, Array, Array, Mask]]) -> Figure:
    """Arrays entry by entry: as expected, a learner's, and the difference, with what is wrong in a frame.

    Args:
        tables: for each a name, the expected array, the learner's of the same shape, and which entries are wrong. Of
            more than two axes all but the last are put one after the other.
    """
    fig, axes = figure(3, 0.6 + sum(_height(wanted) for _, wanted, _, _ in tables), rows=len(tables))
    for row, (name, *arrays) in enumerate(tables):
        wanted, got, wrong = (np.reshape(array, (-1, np.shape(array)[-1])) for array in arrays)
        apart = got - wanted
        finite = np.concatenate([part[np.isfinite(part)] for part in (wanted, got)])
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        most = np.abs(apart[np.isfinite(apart)]).max(initial=0.0) or 1.0
        label = f"{name}: " if name else ""
        panels = (
            (f"{label}expected", wanted, "viridis", (low, high)),
            (f"{label}yours", got, "viridis", (low, high)),
            ("yours - expected", apart, "RdBu_r", (-most, most)),
        )
        for ax, (title, values, cmap, (least, largest)) in zip(axes[3 * row : 3 * row + 3], panels, strict=True):
            _heat_map(ax, values, cmap, least, largest)
            ax.set_title(title)
            if values is not wanted:
                for y, x in np.argwhere(wrong):
                    ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor=RED, linewidth=1.5))
    return fig


def _height(table: Array) -> float:
    """Inches for a heat map: a table of many rows may be higher than one of few."""
    return float(np.clip(0.35 * np.size(table) / np.shape(table)[-1], 1.2, 3.5))


def _heat_map(ax: Axes, values: Array, cmap: str, low: float, high: float) -> None:
    """A table as colours, with its numbers if there is room for them; what is not finite has no colour."""
    shown = np.ma.masked_invalid(values)
    image = ax.imshow(shown, cmap=cmap, vmin=low, vmax=high, aspect="auto")
    ax.set_facecolor("#dddddd")
    ax.spines[:].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    longest = max((len(f"{value:.3g}") for value in values.flat), default=0)
    if values.shape[1] * (longest + 1) * 5 > ROOM_FOR_NUMBERS or values.shape[0] > MOST_ROWS_WITH_NUMBERS:
        ax.figure.colorbar(image, ax=ax)
        return
    for (y, x), value in np.ndenumerate(values):
        red, green, blue, _ = image.to_rgba(np.array([value]))[0] if np.isfinite(value) else (0.87,) * 4
        ink = "black" if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else "white"
        ax.text(x, y, f"{value:.3g}", ha="center", va="center", color=ink, fontsize=9)


def boundaries(
    panels: Sequence[tuple[str, Callable[[Array], Array]]],
    X: Array,
    y: npt.NDArray[np.int64],
    *,
    wrong: Mask | None = None,
) -> tuple[Figure, list[Axes]]:
    """Draws the probabilities of two-class models all over the plane, with the points they were trained on.

    Args:
        panels: a title and a function from points (n, 2) to the probability of class 1 (n,), for each model; three of
            them stand in a row.
        X: points, shape (n, 2).
        y: classes 0 and 1, shape (n,): circles and triangles.
        wrong: which labels are wrong, shape (n,): those points have a ring.
    """
    columns = min(len(panels), 3)
    rows = -(-len(panels) // columns)
    fig, axes = figure(columns, 0.8 + 2.8 * rows, rows=rows, share_y=True)
    reach = 1.1 * float(np.abs(X).max())
    ticks = np.linspace(-reach, reach, 80)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for ax, (title, probability) in zip(axes, panels, strict=False):
        share = np.asarray(probability(grid)).reshape(80, 80)
        shading = ax.contourf(ticks, ticks, share, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.6)
        for kind, colour, marker in ((0, "#003A5D", "o"), (1, "#7A2300", "^")):
            ax.scatter(
                X[y == kind, 0], X[y == kind, 1], s=16, color=colour, marker=marker, edgecolors="white", linewidths=0.5
            )
        if wrong is not None:
            ax.scatter(X[wrong, 0], X[wrong, 1], s=70, facecolors="none", edgecolors="black", linewidths=1)
        ax.set(title=title, aspect="equal", xlabel="$x_1$")
    for row in range(rows):
        axes[row * columns].set_ylabel("$x_2$")
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    fig.colorbar(shading, ax=axes, label="probability of class 1 (triangles)", ticks=[0, 0.5, 1])
    return fig, axes[: len(panels)]


def spread(ax: Axes, curves: Sequence[Sequence[float]], label: str, *, start: int = 0, style: str = "-") -> None:
    """Several runs of one method over epochs, from `start` on: their mean, and a band from lowest to highest."""
    values = np.asarray(curves)
    epochs = start + np.arange(values.shape[1])
    (line,) = ax.plot(epochs, values.mean(axis=0), style, label=label)
    ax.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=line.get_color(), alpha=0.15, linewidth=0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(ax)


def gradient_sizes(ax: Axes, gradients: dict[str, Any], *, title: str) -> None:
    """Draws how large the entries of gradients are, layer by layer, in powers of ten."""
    for (name, values), colour in zip(gradients.items(), CYCLE, strict=False):
        sizes = np.log10(np.maximum(np.abs(np.asarray(values)).ravel(), 1e-9))
        ax.hist(sizes, bins=np.linspace(-8, 0, 33).tolist(), color=colour, alpha=0.6, label=name)
    ax.set(xlabel="log10 |gradient|", ylabel="count")
    ax.set_title(title)


def scores(ax: Axes, runs: dict[str, Sequence[float]], *, xlabel: str) -> None:
    """A dot with its standard error for each method, and every single run behind it."""
    for row, values in enumerate(runs.values()):
        error = standard_error(values)
        ax.plot(values, [row] * len(values), ".", color=GREY, alpha=0.6)
        ax.errorbar(np.mean(values), row, xerr=error, fmt="o", color=BLUE, markersize=4)
    ax.set_yticks(range(len(runs)), list(runs))
    ax.set_ylim(len(runs) - 0.5, -0.5)  # from the top, with room above the first row and below the last
    ax.set_xlabel(xlabel)

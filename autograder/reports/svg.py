"""Draws small pictures as SVG without a plotting library: it takes microseconds, and they have the page's colours."""

from gradwise.exercises import Curve
from markupsafe import Markup

from autograder.core.results import Drawn

WIDTH, HEIGHT = 260, 160  # of a picture, in its own units
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 8, 20  # margins
REACH = Curve.REACH  # the x axis goes from -REACH to REACH


def curve(drawn: Drawn) -> Markup:
    """Draws a learner's curve over the right one, with a sentence for screen readers."""
    low, high = _limits(drawn)

    def x(position: float) -> float:
        return LEFT + (position + REACH) / (2 * REACH) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def path(values: tuple[float | None, ...]) -> str:
        pieces, pen = [], "M"
        for number, value in enumerate(values):
            if value is None or not low <= value <= high:
                pen = "M"
                continue
            pieces.append(f"{pen}{x(2 * REACH * number / (len(values) - 1) - REACH):.1f} {y(value):.1f}")
            pen = "L"
        return "".join(pieces)

    lines = [_line("axis", x(-REACH), y(0), x(REACH), y(0))] if low <= 0 <= high else []
    lines.append(_line("axis", x(0), y(low), x(0), y(high)))
    ticks = [_tick(x(at), HEIGHT - 6, f"{at:g}", "middle") for at in (-REACH, 0, REACH)]
    ticks += [_tick(LEFT - 4, y(at) + 4, f"{at:.3g}", "end") for at in (low, high)]
    return Markup(
        '<svg class="curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<path class="wanted" d="{}"/><path class="mine" d="{}"/></svg>'
    ).format(
        WIDTH,
        HEIGHT,
        words(drawn),
        Markup("").join(lines),
        Markup("").join(ticks),
        path(drawn.wanted),
        path(drawn.got),
    )


def words(drawn: Drawn) -> str:
    """Says in a sentence where the learner's curve leaves the right one."""
    pairs = [(got, wanted) for got, wanted in zip(drawn.got, drawn.wanted, strict=True) if wanted is not None]
    off = [abs(got - wanted) for got, wanted in pairs if got is not None]
    places = [
        2 * REACH * number / (len(drawn.got) - 1) - REACH
        for number, (got, wanted) in enumerate(zip(drawn.got, drawn.wanted, strict=True))
        if wanted is not None and (got is None or abs(got - wanted) > 1e-3 * max(1.0, abs(wanted)))
    ]
    if not places:
        return f"{drawn.label}: your curve and the right one."
    largest = f" The largest distance is {max(off):.2g}." if off else ""
    return (
        f"{drawn.label}: your curve leaves the right one at {len(places)} of {len(drawn.got)} points, "
        f"between x = {places[0]:.2g} and x = {places[-1]:.2g}.{largest}"
    )


def ring(share: float) -> Markup:
    """Draws a ring that is filled by a share, 0 to 1."""
    around = 100.0
    return Markup(
        '<svg class="ring" viewBox="0 0 40 40" aria-hidden="true">'
        '<circle class="track" cx="20" cy="20" r="15.9155"/>'
        '<circle class="full" cx="20" cy="20" r="15.9155" stroke-dasharray="{:.1f} {}"/></svg>'
    ).format(min(max(share, 0.0), 1.0) * around, around)


def _limits(drawn: Drawn) -> tuple[float, float]:
    """Returns the range of the y axis: the whole right curve, and the learner's as far as it does not flatten that."""
    right = [value for value in drawn.wanted if value is not None] or [0.0, 1.0]
    low, high = min(right), max(right)
    room = max(high - low, 0.5)
    mine = [value for value in drawn.got if value is not None]
    low = max(min([low, *mine]), low - room)
    high = min(max([high, *mine]), high + room)
    margin = 0.05 * max(high - low, 0.5)
    return low - margin, high + margin


def _line(kind: str, *ends: float) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(kind, *ends)


def _tick(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)

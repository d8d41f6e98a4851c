"""Which threshold is cheapest, against how much a miss is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, compact, digits
from f1tools.plots.dots import dots
from f1tools.plots.log_axis import log_axis, spread
from f1tools.plots.paper import Spot
from f1tools.plots.room import beside, write
from f1tools.plots.uprights import Upright, draw_uprights, head
from f1tools.what_if.costs import CostRanges

_USUAL = (0.2, 100.0)  # ratios that are shown always
_FARTHEST = (1e-3, 1e5)


class _Meaning(NamedTuple):
    """What a ratio is: on the axis and in the sentence."""

    axis: str
    said: str


_ALARMS = _Meaning("A miss is worth so many false alarms", "the number of false alarms that a miss is worth")
_AMOUNTS = _Meaning(
    "What a miss costs against its amount (1 = as in the rows)", "what a miss costs against the amount in its row"
)


def plot_cost_ratio(
    ranges: CostRanges,
    *,
    ratio: float | None = None,
    amounts: bool = False,
    probabilities: bool = True,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the cheapest threshold for every number of false alarms that a miss may be worth.

    For scores that are true probabilities it would be 1 / (1 + ratio), which is drawn too where the thresholds lie
    from 0 to 1.

    Parameters
    ----------
    ranges : CostRanges
    ratio : float, optional
        The ratio in force.
    amounts : bool
        Whether the ranges are of a curve that counts money: a ratio is then what all misses cost against their
        amounts, and has no threshold for probabilities.
    probabilities : bool
        Whether the scores can be probabilities of the cases as they are counted.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    span = _span(ranges, ratio)
    low, high = _thresholds(ranges)
    compared = probabilities and not amounts and low >= 0 and high <= 1
    figure = canvas(
        "Cheapest threshold",
        _alt(ranges, ratio, _AMOUNTS if amounts else _ALARMS),
        palette,
        subtitle=f"The more {'misses cost' if amounts else 'a miss is worth'}, the lower the threshold",
        margin={"l": 56, "r": 18, "t": head(1), "b": 46},
        hovermode="x unified",
        xaxis=log_axis(palette, (_AMOUNTS if amounts else _ALARMS).axis, span, written=_worth, hoverformat=".3~r"),
        yaxis=axis(palette, "", (low, high + 0.04 * (high - low))),
    )
    if compared:
        figure.add_trace(_for_probabilities(span, palette))
    figure.add_trace(_steps(ranges, span, (low, high), palette))
    if ratio is not None and span[0] <= ratio <= span[1]:
        _mark(figure, ranges, ratio, (low, high), palette)
    if ranges.at(span[0]) == np.inf:
        write(figure, "nothing flagged", palette["other_1"], [Spot(span[0], high, "left", "top", 4, -4)])
    if compared:
        points = spread(span, 12)[1:-1].tolist()
        spots = [Spot(at, 1 / (1 + at), "left", "bottom") for at in points]
        spots += [Spot(at, 1 / (1 + at), "right", "top") for at in points]
        write(figure, "if calibrated", palette["muted"], spots)
    return figure


def _span(ranges: CostRanges, ratio: float | None) -> tuple[float, float]:
    """Give the ratios to show: the usual ones, and those at which the threshold changes."""
    borders = ranges.high[(ranges.high > _FARTHEST[0]) & (ranges.high < _FARTHEST[1])]
    shown = [*_USUAL, *(borders / 1.5).tolist(), *(borders * 1.5).tolist()]
    if ratio is not None and _FARTHEST[0] <= ratio <= _FARTHEST[1]:
        shown += [ratio / 1.5, ratio * 1.5]
    return min(shown), max(shown)


def _thresholds(ranges: CostRanges) -> tuple[float, float]:
    """Give the thresholds to show: 0 to 1 where all are in there, else from the lowest to the highest."""
    finite = ranges.thresholds[np.isfinite(ranges.thresholds)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    room = 0.05 * (high - low) or max(0.5, abs(low) / 1000)
    return low - room, high + room


def _steps(ranges: CostRanges, span: tuple[float, float], shown: tuple[float, float], palette: Colors) -> go.Scatter:
    """Draw each threshold across its range of ratios; very many are looked up at ratios one next to another."""
    inside = (ranges.high > span[0]) & (ranges.low < span[1]) & (ranges.high > ranges.low)
    starts = np.maximum(ranges.low[inside], span[0])
    if starts.size >= MAX_POINTS:
        starts = spread(span, MAX_POINTS - 1)
    thresholds = np.array([ranges.at(start) for start in starts.tolist()])
    ratios, thresholds = np.append(starts, span[1]), np.append(thresholds, thresholds[-1])
    return go.Scatter(
        x=ratios,
        y=compact(np.minimum(thresholds, shown[1]), shown),  # +inf, which flags nothing, has no place on paper
        mode="lines",
        name="cheapest",
        line={"color": palette["other_1"], "width": 3, "shape": "hv"},
        hovertemplate=f"score ≥ %{{y:.{digits(shown)}~g}}<extra></extra>",
    )


def _for_probabilities(span: tuple[float, float], palette: Colors) -> go.Scatter:
    ratios: FloatArray = spread(span, 48)
    return go.Scatter(
        x=ratios.astype(np.float32),
        y=(1 / (1 + ratios)).astype(np.float32),
        mode="lines",
        name="if calibrated",
        line={"color": palette["muted"], "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )


def _mark(figure: go.Figure, ranges: CostRanges, ratio: float, shown: tuple[float, float], palette: Colors) -> None:
    """Draw a line at the ratio in force, and a point with the threshold that is cheapest there."""
    threshold = ranges.at(ratio)
    place = min(max(threshold, shown[0]), shown[1])
    figure.add_trace(dots([ratio], [place], ["ink"], palette))
    draw_uprights(figure, [Upright(ratio, f"asked {_worth(ratio)}", "ink")], palette)
    write(figure, formatting.rounded_threshold(threshold), palette["ink"], beside(ratio, place), bold=True)


def _worth(ratio: float) -> str:
    return f"{float(f'{ratio:.4g}'):,.12g}"


def _alt(ranges: CostRanges, ratio: float | None, meaning: _Meaning) -> str:
    text = (
        f"The cheapest threshold against {meaning.said}: the more, the lower. "
        f"{np.unique(ranges.thresholds).size:,} thresholds are cheapest for some number"
    )
    if ratio is None:
        return f"{text}."
    threshold = ranges.at(ratio)
    return f"{text}; for {_worth(ratio)} it is {formatting.rounded_threshold(threshold)}."

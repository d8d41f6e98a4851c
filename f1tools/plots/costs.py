"""Cost figures: the cost by threshold, and the cheapest threshold by the cost of a miss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import plotly.graph_objects as go

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_span
from f1tools.palette import Colors, Role, Theme, colors
from f1tools.plots.canvas import MAX_POINTS, axis, canvas, digits, escape, log_axis, note, threshold_axis
from f1tools.plots.marks import (
    Mark,
    VerticalLine,
    add_mark_lines,
    add_points,
    add_vertical_lines,
    merge_by_threshold,
    thin,
)
from f1tools.plots.traces import add_horizontal_line, line_trace, step_line, threshold_range
from f1tools.what_if.costs import CostRanges, Costs

_LABEL_WIDTH, _LABEL_HEIGHT = 0.3, 0.07  # of the label of the baseline, as parts of the plot area
_CLIP = 2.5  # the axis ends at this multiple of the cost without a model, measured from the lowest cost
_THOUSANDS = 10_000  # from here on the axis has "k" for thousands


class _Part(NamedTuple):
    """A part of the cost, or all of it, at every threshold."""

    name: str
    values: FloatArray
    color: Role
    line: dict[str, Any]


class _Baseline(NamedTuple):
    """The cheaper of the two decisions without a threshold."""

    label: str
    phrase: str
    side: Literal["left", "right"]  # where the total cost does not end at the baseline
    cost: float


def plot_costs(
    curve: ThresholdCurve,
    costs: Costs,
    *,
    marks: Sequence[Mark] = (),
    cases: float | None = None,
    per: int = 1000,
    currency: str = "",
    theme: Theme = "light",
) -> go.Figure:
    """Draw the cost of some typical cases by threshold, in total and of each class.

    Parameters
    ----------
    curve : ThresholdCurve
        A long one is thinned.
    costs : Costs
    marks : sequence of Mark
        Labeled with their costs.
    cases : float, optional
        Number of cases of the curve; by default the sum of its counts. Required where the curve counts amounts.
    per : int
        The number of cases whose cost is drawn.
    currency : str
        What the costs are in.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    scale = per / float(cases or curve.positives + curve.negatives)
    span = score_span(curve)
    thinned = thin(curve, marks, MAX_POINTS)
    parts = _parts(costs, thinned.counts, scale)
    baseline = _baseline(parts[-1].values, has_unscored=curve.has_unscored)
    at_marks = {mark: scale * float(costs.total(mark.point.counts)) for mark in marks}
    low, high = _cost_range(parts, baseline.cost, list(at_marks.values()))
    figure = canvas(
        "Cost by threshold",
        _costs_alt(at_marks, baseline, per),
        palette,
        subtitle=f"{escape(currency) or 'Cost'} per {per:,} cases",
        legend="reversed",
        labels=len(marks),
        margin={"l": 56},
        hovermode="x unified",
        xaxis=threshold_axis(palette, span),
        yaxis=axis(palette, "", (low, high), zeroline=low < 0, zerolinecolor=palette["muted"]),
    )
    if max(high, -low) >= _THOUSANDS:
        figure.layout.yaxis.tickformat = "~s"
    for part in parts:
        line = part.line | {"color": palette[part.color]}
        hover = f"{part.name} %{{y:,.4~r}}<extra></extra>"
        figure.add_trace(step_line(thinned, part.values, span, part.name, line, hovertemplate=hover))
    decimals = formatting.common_decimals(list(at_marks.values()))
    label = f"{baseline.label}: {_cost_text(baseline.cost, decimals)}"
    side = _clear_side(parts[-1].values, thinned.thresholds, baseline, span, high - low)
    add_horizontal_line(figure, baseline.cost, palette, label=label, side=side)
    labeled = merge_by_threshold(marks, span)
    add_points(figure, [(mark.point.threshold, at_marks[mark], mark.color) for mark, _ in labeled[::-1]], palette)
    labeled = [(mark, f"{label}: {_cost_text(at_marks[mark], decimals)}") for mark, label in labeled]
    add_mark_lines(figure, labeled, palette)
    return figure


def _parts(costs: Costs, counts: ConfusionCounts, scale: float) -> list[_Part]:
    """Split the cost by the true class, and end with the total.

    A part is named after the errors unless correct decisions of its class have a cost, too.
    """
    zero = 0 * counts.tp
    negatives = ConfusionCounts(tn=counts.tn, fp=counts.fp, fn=zero, tp=zero)
    positives = ConfusionCounts(tn=zero, fp=zero, fn=counts.fn, tp=counts.tp)
    in_false_alarms, in_misses, total = (
        scale * np.asarray(costs.total(each), dtype=np.float64) for each in (negatives, positives, counts)
    )
    return [
        _Part("negatives" if costs.tn else "false alarms", in_false_alarms, "negative", {"width": 2, "dash": "dash"}),
        _Part("positives" if costs.tp else "misses", in_misses, "positive", {"width": 2}),
        _Part("total", total, "other_1", {"width": 3}),
    ]


def _baseline(total: FloatArray, *, has_unscored: bool) -> _Baseline:
    label, phrase = (text(has_unscored=has_unscored) for text in (formatting.all_flagged, formatting.every_case))
    flag_all = _Baseline(label, f"Flagging {phrase}", "right", float(total[-1]))
    flag_none = _Baseline("nothing flagged", "Flagging no case", "left", float(total[0]))
    return min(flag_all, flag_none, key=lambda each: each.cost)


def _clear_side(
    total: FloatArray, thresholds: FloatArray, baseline: _Baseline, span: tuple[float, float], height: float
) -> Literal["left", "right"]:
    """Return the end of the baseline where the total does not cross its label; the usual one if that holds for both."""

    def is_crossed(side: str) -> bool:
        width = _LABEL_WIDTH * (span[1] - span[0])
        low, high = (span[0], span[0] + width) if side == "left" else (span[1] - width, span[1])
        near = np.flatnonzero((thresholds >= low) & (thresholds <= high))
        if not near.size:
            return False
        beside = total[max(near[0] - 1, 0) : near[-1] + 2]  # with the steps into and out of the range
        return bool(beside.min() < baseline.cost + _LABEL_HEIGHT * height and beside.max() > baseline.cost)

    other: Literal["left", "right"] = "left" if baseline.side == "right" else "right"
    return other if is_crossed(baseline.side) and not is_crossed(other) else baseline.side


def _cost_range(parts: Sequence[_Part], baseline: float, at_marks: Sequence[float]) -> tuple[float, float]:
    """Return the range of the axis: thresholds far more expensive than the baseline are cut off, marks are not."""
    low = min(0.0, *(float(part.values.min()) for part in parts))
    high = max(0.0, *(float(part.values.max()) for part in parts))
    height = high - low
    lowest = min(0.0, float(parts[-1].values.min()))
    limit = np.inf  # if no threshold beats the baseline
    if baseline > lowest:
        limit = max(lowest + _CLIP * (baseline - lowest), 0.0, *(1.1 * cost for cost in at_marks))
    return low - 0.05 * height * (low < 0), min(high + 0.1 * height, limit)


def _cost_text(value: float, decimals: int) -> str:
    """Return a cost as text; a negative one is earned."""
    return ("earns " if value < 0 else "") + formatting.amount(abs(value), decimals=decimals)


def _costs_alt(at_marks: dict[Mark, float], baseline: _Baseline, per: int) -> str:
    sentences, decimals = [f"Cost of {per:,} cases by threshold."], formatting.common_decimals(list(at_marks.values()))
    sentences += [f"At {mark.phrase}: {_cost_text(cost, decimals)}." for mark, cost in at_marks.items()]
    verb = "" if baseline.cost < 0 else "costs "
    return " ".join([*sentences, f"{baseline.phrase} {verb}{_cost_text(baseline.cost, decimals)}."])


_USUAL_RATIOS = (0.2, 100.0)  # always shown
_SMALL = 0.1  # part of the highest threshold, below which the axis is logarithmic
_HEADROOM = 0.12  # part of the height above all lines, for the label of flagging nothing
_LIMITS = (1e-3, 1e5)  # ratios beyond are not shown


def plot_cost_ratio(
    ranges: CostRanges,
    *,
    ratio: float,
    threshold_text: str | None = None,
    amounts: bool = False,
    probabilities: bool = True,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the cheapest threshold by the cost of a miss, as a multiple of the cost of a false alarm.

    For calibrated scores it would be 1 / (1 + ratio), drawn for comparison where the thresholds lie in [0, 1].

    Parameters
    ----------
    ranges : CostRanges
    ratio : float
        The current ratio.
    threshold_text : str, optional
        The cheapest threshold at that ratio, as the page writes it; by default rounded.
    amounts : bool
        Whether the ranges belong to a curve that counts amounts of money. The ratio is then the cost of a miss as a
        multiple of its amount, and calibrated scores have no threshold.
    probabilities : bool
        Whether the scores can be probabilities of the cases as they are counted.
    theme : {"light", "dark", "streamlit"}
    """
    palette = colors(theme)
    span = _ratio_span(ranges, ratio)
    low, high = threshold_range(ranges.thresholds)
    # The line would lie on the axis, as for a rare class.
    is_log = ranges.thresholds.min() > 0 and ranges.at(ratio) < _SMALL * high
    if is_log:
        low = max(float(ranges.thresholds.min()), ranges.at(ratio) / 100) / 1.5
    text = formatting.displayed_threshold(threshold_text or formatting.rounded_threshold(ranges.at(ratio)))
    calibrated = probabilities and not amounts and low >= 0 and high <= 1
    title = "Cost of a miss as a multiple of " + ("its amount" if amounts else "a false alarm's")
    figure = canvas(
        "Cheapest threshold",
        _cost_ratio_alt(ranges, ratio, text, "its amount" if amounts else "the cost of a false alarm"),
        palette,
        subtitle=f"The more {'misses cost' if amounts else 'a miss costs'}, the lower the threshold",
        legend="reversed" if calibrated else "",
        labels=1,
        margin={"l": 56},
        hovermode="x unified",
        xaxis=log_axis(palette, title, span, _ratio_text, hoverformat=".3~r"),
        yaxis=log_axis(palette, "", (low, high * (high / low) ** _HEADROOM), lambda threshold: f"{threshold:g}")
        if is_log
        else axis(palette, "", (low, high + _HEADROOM * (high - low))),
    )
    if calibrated:
        ratios = np.geomspace(*span, 48)
        style = {"color": palette["muted"], "width": 1.5, "dash": "dot"}
        figure.add_trace(line_trace(ratios, 1 / (1 + ratios), "if calibrated", style))
    _add_cheapest(figure, ranges, span, (low, high), palette)
    if is_log:  # Plotly places annotations by the logarithm
        figure.update_annotations(y=math.log10(high))
    if span[0] <= ratio <= span[1]:
        threshold = ranges.at(ratio)
        label = f"ratio {_ratio_text(ratio)}: <b>{text}</b>"
        add_points(figure, [(ratio, min(max(threshold, low), high), "ink")], palette)
        add_vertical_lines(figure, [VerticalLine(ratio, label, "ink")], palette)
    return figure


def _add_cheapest(
    figure: go.Figure, ranges: CostRanges, span: tuple[float, float], y_range: tuple[float, float], palette: Colors
) -> None:
    """Draw the cheapest threshold of each ratio within ``span``; +inf, which flags nothing, at the top."""
    ratios, thresholds = _steps(ranges, span)
    style = {"color": palette["other_1"], "width": 3, "shape": "hv"}
    hover = f"score ≥ %{{y:.{digits(y_range)}~g}}<extra></extra>"
    figure.add_trace(line_trace(ratios, np.clip(thresholds, *y_range), "cheapest", style, hovertemplate=hover))
    if thresholds[0] == np.inf:
        corner = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 4, "yanchor": "bottom"}
        figure.add_annotation(note("nothing flagged", palette["other_1"], y=y_range[1], **corner))


def _ratio_span(ranges: CostRanges, ratio: float) -> tuple[float, float]:
    """Return the ratios to show: the usual ones, the current one, and those at which the threshold changes."""
    changes = ranges.high[(ranges.high > _LIMITS[0]) & (ranges.high < _LIMITS[1])]
    ratios = [*_USUAL_RATIOS, *(changes / 1.5).tolist(), *(changes * 1.5).tolist()]
    if _LIMITS[0] <= ratio <= _LIMITS[1]:
        ratios += [ratio / 1.5, ratio * 1.5]
    return min(ratios), max(ratios)


def _steps(ranges: CostRanges, span: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Return the ratios at which a step begins, with their thresholds; very many steps are thinned."""
    inside = (ranges.high > span[0]) & (ranges.low < span[1]) & (ranges.high > ranges.low)
    starts = np.maximum(ranges.low[inside], span[0])
    if starts.size >= MAX_POINTS:
        starts = np.geomspace(*span, MAX_POINTS - 1)
    thresholds = np.array([ranges.at(start) for start in starts.tolist()])
    return np.append(starts, span[1]), np.append(thresholds, thresholds[-1])


def _ratio_text(ratio: float) -> str:
    return f"{float(f'{ratio:.4g}'):,.12g}"


def _cost_ratio_alt(ranges: CostRanges, ratio: float, threshold_text: str, unit: str) -> str:
    return (
        f"The cheapest threshold by the cost of a miss as a multiple of {unit}: the higher the cost, the lower the "
        f"threshold. {np.unique(ranges.thresholds).size:,} thresholds are cheapest for some ratio; at "
        f"{_ratio_text(ratio)} it is {threshold_text}."
    )

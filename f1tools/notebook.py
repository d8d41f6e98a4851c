"""Curves and comparisons in a notebook: data frames, and self-contained HTML without a script, for light and dark."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting, palette
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import is_probability
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics, reported_metrics_with_f1
from f1tools.core.optimum import best
from f1tools.formatting.threshold import best_threshold_text, slider_bounds

if TYPE_CHECKING:
    import pandas as pd

    from f1tools.comparison import Comparison
    from f1tools.core.curve import ThresholdCurve
    from f1tools.decision import Decision

_DRAWN = 150  # thresholds of the picture
_LEFT, _RIGHT, _TOP, _BOTTOM = 26.0, 552.0, 10.0, 150.0  # of the drawing in the picture
_LINES: tuple[tuple[str, palette.Role, str], ...] = (
    ("precision", "precision", "2"),
    ("recall", "recall", "2"),
    ("f1", "fbeta", "3"),
)
_DARK = ('body[data-jp-theme-light="false"]', "body.vscode-dark", "html[theme=dark]", 'body[data-theme="dark"]')
_STYLE = """
.f1tools-html { max-width: 60rem; padding: 12px 16px; border: 1px solid var(--grid); border-radius: 8px;
  background: var(--background); color: var(--ink); font: 13px/1.5 system-ui, sans-serif; }
.f1tools-html p { margin: 0 0 6px; color: inherit; overflow-wrap: anywhere; }
.f1tools-html .quiet { color: var(--muted); }
.f1tools-html .wide { overflow-x: auto; }
.f1tools-html svg { display: block; width: 100%; max-width: 560px; height: auto; }
.f1tools-html table { margin: 6px 0; border-collapse: collapse; font: inherit; font-variant-numeric: tabular-nums; }
.f1tools-html :is(tr, th, td) { background: none !important; color: inherit !important; border: 0; }
.f1tools-html :is(th, td) { padding: 3px 14px 3px 0; text-align: right; white-space: nowrap; font-weight: 400; }
.f1tools-html tr > :first-child { text-align: left; }
.f1tools-html thead th { color: var(--muted) !important; border-bottom: 1px solid var(--grid); }
"""


def frame_of_curve(curve: ThresholdCurve) -> pd.DataFrame:
    """Give all thresholds with their counts and what follows from them, see :meth:`f1tools.ThresholdCurve.frame`."""
    import pandas as pd  # slow to load, and only this function needs it

    counts = curve.counts
    numbers = {name: getattr(counts, name) for name in ("tn", "fp", "fn", "tp")}
    shares = {"precision": counts.precision(zero_division=np.nan), "recall": counts.recall(), "f1": counts.f1()}
    return pd.DataFrame({"threshold": curve.thresholds} | numbers | shares)


def html_of_curve(curve: ThresholdCurve) -> str:
    """Show a curve: how large it is, precision, recall and F1 as a picture, and what the best threshold does.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> html = html_of_curve(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12]))
    >>> html.startswith('<div class="f1tools-html">'), "<script" in html, '<th scope="row">Best F1</th>' in html
    (True, False, True)
    """
    if len(curve) < 2:
        return _box("<p><b>Threshold curve</b> of no rows.</p>")
    optimum = best(curve)
    written = best_threshold_text(optimum, curve)
    rows = [("Best F1", written, optimum.point.counts)]
    if is_probability(curve) and written != "0.5":
        rows.append(("The usual 0.5", "0.5", curve.at(0.5).counts))
    rows.append(("All flagged", "", curve.at(-math.inf).counts))
    shown = reported_metrics(metric("f1"))
    head = ["", "Threshold", *(one.label for one in shown), "TP", "FP", "FN", "TN"]
    cells = [[name, at, *_figures(shown, counts), *_four(counts)] for name, at, counts in rows]
    roc_auc, average_precision = (
        formatting.metric_value(curve.roc_auc()),
        formatting.metric_value(curve.average_precision()),
    )
    areas = f"ROC AUC {roc_auc}, average precision {average_precision}."
    return _box(
        f"<p><b>Threshold curve</b>: {_size(curve)}.</p>",
        _picture(curve, float(written), f"Best F1 {formatting.metric_value(optimum.value)} at {written}"),
        _table(head, cells),
        f"<p>{areas}</p>",
        f'<p class="quiet">{escape(formatting.IN_SAMPLE)}</p>',
    )


def html_of_comparison(comparison: Comparison) -> str:
    """Show a comparison as a table: each model at its own best threshold; the highest values are bold.

    Examples
    --------
    >>> from f1tools.comparison import compare
    >>> from f1tools.predictions import Predictions
    >>> scores = {"<b>": [0.9, 0.4, 0.4, 0.1], "linear": [0.8, 0.3, 0.6, 0.5]}
    >>> html = html_of_comparison(compare(Predictions.from_arrays([1, 0, 1, 0], scores)))
    >>> '<th scope="row">&lt;b&gt;</th>' in html
    True
    """
    wanted, decisions = comparison.objective, comparison.decisions
    shown = reported_metrics_with_f1(wanted, by="label")
    head = ["Model", "Threshold", *(one.label for one in shown), "At 0.5", "ROC AUC", "Av. precision"]
    cells = [_of_model(decision, shown) for decision in decisions]
    judged = (2, len(head) - 2, len(head) - 1)  # the objective and the two areas; higher is better
    notes = [f"{_name(each.curves.model)}: {escape(each.tuning.not_met)}" for each in decisions if each.tuning.not_met]
    return _box(
        f"<p><b>{escape(_kept(comparison))}</b></p>",
        _table(head, cells, judged if len(decisions) > 1 else ()),
        *(f"<p>{note}</p>" for note in notes),
        f'<p class="quiet">{escape(_rows_said(comparison))}</p>',
    )


def _of_model(decision: Decision, shown: Sequence[Metric]) -> list[str]:
    curves = decision.curves
    half = "" if curves.counts_at_half is None else _figures(shown[:1], curves.counts_at_half)[0]
    areas = formatting.metric_value(curves.roc_auc), formatting.metric_value(curves.average_precision)
    return [curves.model, decision.threshold_text, *_figures(shown, decision.point.counts), half, *areas]


def _kept(comparison: Comparison) -> str:
    """Say what each threshold is best by, and within which limits."""
    kept = dict.fromkeys(str(limit) for each in comparison.decisions for limit in each.tuning.constraints)
    limits = f", with {' and '.join(kept)}" if kept else ""
    return f"Each model at its own best {comparison.objective.label}{limits}"


def _rows_said(comparison: Comparison) -> str:
    names = comparison.decisions[0].curves.role_names
    if names is None:
        return formatting.IN_SAMPLE
    tune, report = map(formatting.truncate, names)
    return f"Thresholds are chosen on the rows called {tune}; all figures are those of the rows called {report}."


def _size(curve: ThresholdCurve) -> str:
    what = "weight" if curve.weighted else "rows"
    sums = formatting.count(curve.positives), formatting.count(curve.negatives)
    return f"{formatting.count(len(curve) - 1)} distinct scores; positive {what} {sums[0]}, negative {what} {sums[1]}"


def _figures(shown: Sequence[Metric], counts: ConfusionCounts) -> list[str]:
    return [formatting.metric_value(float(defined_values(one, counts))) for one in shown]


def _four(counts: ConfusionCounts) -> list[str]:
    return [formatting.count(float(n)) for n in (counts.tp, counts.fp, counts.fn, counts.tn)]


def _name(text: str) -> str:
    """Make a name from a file short, safe in HTML, and fit for UTF-8."""
    return escape(formatting.utf8_safe(formatting.truncate(text, 60)))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], judged: Sequence[int] = ()) -> str:
    """Write a table whose first column names its rows; in judged columns what equals the highest is bold."""
    highest = {place: max(_number(row[place]) for row in rows) for place in judged}
    heads = "".join(f'<th scope="col">{_name(cell)}</th>' if cell else "<td></td>" for cell in head)
    body = ""
    for first, *rest in rows:
        cells = "".join(_cell(text, highest.get(place)) for place, text in enumerate(rest, 1))
        body += f'<tr><th scope="row">{_name(first)}</th>{cells}</tr>'
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: str, highest: float | None) -> str:
    return f"<td><b>{escape(text)}</b></td>" if highest is not None and _number(text) == highest else f"<td>{text}</td>"


def _number(written: str) -> float:
    """Read a figure as it is written, so that what looks equal is equal; -inf where it is undefined."""
    return -math.inf if written in ("", formatting.UNDEFINED) else float(written.replace("−", "-"))


def _picture(curve: ThresholdCurve, marked: float, mark: str) -> str:
    """Draw precision, recall and F1 as steps over the thresholds, with a mark."""
    thin = curve.thinned(_DRAWN, keep=[marked])
    low, high = (max(-sys.float_info.max, min(end, sys.float_info.max)) for end in slider_bounds(curve))
    scale = max(abs(low), abs(high)) if math.isinf(high - low) else 1.0  # the range of doubles is no double
    start, wide = low / scale, high / scale - low / scale
    across = _LEFT + (thin.thresholds[:0:-1] / scale - start) / wide * (_RIGHT - _LEFT)
    at = _LEFT + (marked / scale - start) / wide * (_RIGHT - _LEFT)
    lines = "".join(
        f'<path d="{_steps(across, defined_values(metric(name), thin.counts)[::-1])}" fill="none" '
        f'stroke="var(--{role}, {palette.LIGHT[role]})" stroke-width="{width}"/>'
        for name, role, width in _LINES
    )
    said = f"Precision, recall and F1 at thresholds from {_end(curve, -1)} to {_end(curve, 1)}. {mark}."
    legend = " ".join(f'<span style="color:var(--{role})">━</span> {metric(name).label}' for name, role, _ in _LINES)
    return (
        f'<p>{legend} <span class="quiet">┊</span> {mark}</p>'
        f'<svg viewBox="0 0 560 170" role="img" aria-label="{escape(said)}" font-size="11">'
        f'<g stroke="var(--grid, {palette.LIGHT["grid"]})">{_level(0)}{_level(0.5)}{_level(1)}</g>{lines}'
        f'<path d="M{at:.1f} {_TOP:g}V{_BOTTOM:g}" stroke="var(--muted, {palette.LIGHT["muted"]})" '
        f'stroke-dasharray="3 3"/><g fill="var(--muted, {palette.LIGHT["muted"]})">'
        f'<text x="4" y="14">1</text><text x="4" y="154">0</text><text x="{_LEFT:g}" y="166">{_end(curve, -1)}</text>'
        f'<text x="{_RIGHT:g}" y="166" text-anchor="end">{_end(curve, 1)}</text></g></svg>'
    )


def _steps(across: FloatArray, values: FloatArray) -> str:
    """Draw a value a threshold, lowest first, each from the next lower threshold up to its own; the last beyond all."""
    up = _BOTTOM - values * (_BOTTOM - _TOP)
    ends_at = np.append(across, _RIGHT)
    pieces = [f"V{y:.1f}H{x:.1f}" for x, y in zip(ends_at.tolist(), up.tolist(), strict=True) if not math.isnan(y)]
    return f"M{_LEFT:g} {up[0]:.1f}{''.join(pieces)}"


def _level(value: float) -> str:
    y = _BOTTOM - value * (_BOTTOM - _TOP)
    return f'<path d="M{_LEFT:g} {y:g}H{_RIGHT:g}"/>'


def _end(curve: ThresholdCurve, place: int) -> str:
    return formatting.rounded_threshold(float(curve.thresholds[place]))


def _box(*parts: str) -> str:
    """Put parts into a box with colours of its own: readable on whatever a notebook has around it."""
    dark = ",".join(f"{where} .f1tools-html" for where in _DARK)
    colors = f".f1tools-html {{ {_variables(palette.LIGHT)} }}\n:is({dark}) {{ {_variables(palette.DARK)} }}"
    return f'<div class="f1tools-html"><style>{colors}{_STYLE}</style>{"".join(parts)}</div>'


def _variables(colors: palette.Colors) -> str:
    roles: tuple[palette.Role, ...] = ("precision", "recall", "fbeta", "muted", "ink", "grid", "background")
    return " ".join(f"--{role}: {colors[role]};" for role in roles)

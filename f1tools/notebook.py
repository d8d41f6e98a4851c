"""Curves, threshold tables and comparisons in a notebook: HTML without scripts, for light and dark themes.

Importing this module gives :class:`f1tools.ThresholdCurve`, :class:`f1tools.ThresholdTable` and
:class:`f1tools.Comparison` the method ``_repr_html_``, which notebooks call.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from f1tools import formatting, palette
from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics, reported_metrics_with_f1
from f1tools.core.optimum import best
from f1tools.decision import Comparison, Decision
from f1tools.formatting.bounds import bound_text, known_value, thresholds_text
from f1tools.threshold_table import ThresholdTable

_LONGEST_NAME = 60
_DARK = ('body[data-jp-theme-light="false"]', "body.vscode-dark", "html[theme=dark]", 'body[data-theme="dark"]')
_STYLE = """
.f1tools-html { max-width: 60rem; padding: 12px 16px; border: 1px solid var(--grid); border-radius: 8px;
  background: var(--background); color: var(--ink); font: 13px/1.5 system-ui, sans-serif; }
.f1tools-html p { margin: 0 0 6px; color: inherit; overflow-wrap: anywhere; }
.f1tools-html .quiet { color: var(--muted); }
.f1tools-html .wide { overflow-x: auto; }
.f1tools-html table { margin: 6px 0; border-collapse: collapse; font: inherit; font-variant-numeric: tabular-nums; }
.f1tools-html :is(tr, th, td) { background: none !important; color: inherit !important; border: 0; }
.f1tools-html :is(th, td) { padding: 3px 14px 3px 0; text-align: right; white-space: nowrap; font-weight: 400; }
.f1tools-html tr > :first-child { text-align: left; }
.f1tools-html thead th { color: var(--muted) !important; border-bottom: 1px solid var(--grid); }
"""


def curve_html(curve: ThresholdCurve) -> str:
    """Return a curve as HTML: its size, and the metrics at the best threshold, at 0.5 and with all rows flagged.

    Examples
    --------
    >>> html = curve_html(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12]))
    >>> html.startswith('<div class="f1tools-html">'), "<script" in html, '<th scope="row">Highest F1</th>' in html
    (True, False, True)
    """
    if len(curve) < 2:
        return _box("<p><b>Threshold curve</b> without rows.</p>")
    optimum = best(curve)
    threshold = formatting.best_threshold_text(optimum, curve)
    points = [("Highest F1", threshold, optimum.point.counts)]
    if curve.is_probability and threshold != "0.5" and not curve.is_inside_bin(0.5):
        points.append(("Default 0.5", "0.5", curve.at(0.5).counts))
    all_flagged = formatting.all_flagged(has_unscored=curve.has_unscored).capitalize()
    points.append((all_flagged, "", curve.at(-math.inf).counts))
    metrics = reported_metrics(metric("f1"))
    header = ["", "Threshold", *(each.label for each in metrics), "TP", "FP", "FN", "TN"]
    rows = [
        [name, at, *_values(metrics, c), *(formatting.count(float(n)) for n in (c.tp, c.fp, c.fn, c.tn))]
        for name, at, c in points
    ]
    unit = "weight" if curve.weighted else "rows"
    size = (
        f"{thresholds_text(curve)}; positive {unit} {formatting.count(curve.positives)}, "
        f"negative {unit} {formatting.count(curve.negatives)}"
    )
    areas = known_value(*roc_auc_bounds(curve)), known_value(*average_precision_bounds(curve))
    return _box(
        f"<p><b>Threshold curve</b>: {size}.</p>",
        _table(header, rows),
        *(f"<p>{_escape(text)}</p>" for text in filter(None, [bound_text(optimum)])),
        f"<p>ROC AUC {areas[0]}, average precision {areas[1]}.</p>",
        f'<p class="quiet">{_escape(formatting.IN_SAMPLE)}</p>',
    )


def threshold_table_html(table: ThresholdTable) -> str:
    """Return a threshold table as HTML: its rows, what counted them, and the highest F1 of each model.

    Examples
    --------
    >>> from f1tools.threshold_table import CountedRows
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> html = threshold_table_html(ThresholdTable({"<b>": CountedRows(curve, 4)}))
    >>> '<th scope="row">&lt;b&gt;</th>' in html, "4 distinct" in html, "3 distinct scores" in html
    (True, False, True)
    """
    source, metrics = table.source, reported_metrics(metric("f1"))
    header = ["Model", "Rows", "Known at", "Threshold", *(each.label for each in metrics), "ROC AUC", "Left out"]
    rows, notes = [], []
    for name, counted in table.by_model.items():
        curve, optimum = counted.curve, best(counted.curve)
        rows.append([
            name, formatting.count(counted.n), thresholds_text(curve), formatting.best_threshold_text(optimum, curve),
            *_values(metrics, optimum.point.counts), known_value(*roc_auc_bounds(curve)),
            formatting.count(sum(counted.dropped.values())),
        ])  # fmt: skip
        notes += [f"<p>{_name(name)}: {_escape(text)}</p>" for text in filter(None, [bound_text(optimum)])]
    by = f", counted by {_name(source.engine)}" if source.engine else ""
    where = f" from {_name(source.name)}" if source.name else ""
    when = f" on {_name(source.created.partition('T')[0])}" if source.created else ""
    groups = f" Groups: {_name(table.group_column)}." if table.group_column and table.groups else ""
    labels = f"{_name(table.pos_label)} is positive, {_name(table.neg_label)} negative"
    return _box(
        f"<p><b>Threshold table</b>{by}{where}{when}: {labels}.{groups}</p>",
        _table(header, rows),
        *notes,
        f'<p class="quiet">{_escape(formatting.IN_SAMPLE)}</p>',
    )


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison as an HTML table, each model at its own best threshold; the highest values are bold.

    Examples
    --------
    >>> from f1tools.decision import compare
    >>> from f1tools.predictions import Predictions
    >>> scores = {"<b>": [0.9, 0.4, 0.4, 0.1], "linear": [0.8, 0.3, 0.6, 0.5]}
    >>> html = comparison_html(compare(Predictions.from_arrays([1, 0, 1, 0], scores)))
    >>> '<th scope="row">&lt;b&gt;</th>' in html
    True
    """
    objective, decisions = comparison.objective, comparison.decisions
    metrics = reported_metrics_with_f1(objective, by="label")
    header = ["Model", "Threshold", *(each.label for each in metrics), "At 0.5", "ROC AUC", "Av. precision"]
    compared = (2, len(header) - 2, len(header) - 1) if len(decisions) > 1 else ()  # higher is better
    constraints = dict.fromkeys(str(each) for decision in decisions for each in decision.tuning.constraints)
    limits = f", with {' and '.join(constraints)}" if constraints else ""
    dropped = (each for each in decisions if each.tuning.not_met)
    label = formatting.lowercase_label(objective.label)
    return _box(
        f"<p><b>{_escape(f'Each model at its own highest {label}{limits}')}</b></p>",
        _table(header, [_model_row(decision, metrics) for decision in decisions], compared),
        *(f"<p>{_name(each.curves.model)}: {_escape(each.tuning.not_met)}</p>" for each in dropped),
        f'<p class="quiet">{_escape(_provenance(decisions[0].curves.role_names))}</p>',
    )


def _model_row(decision: Decision, metrics: Sequence[Metric]) -> list[str]:
    curves = decision.curves
    at_half = [""] if curves.counts_at_half is None else _values(metrics[:1], curves.counts_at_half)
    areas = formatting.metric_value(curves.roc_auc), formatting.metric_value(curves.average_precision)
    return [curves.model, decision.threshold_text, *_values(metrics, decision.point.counts), *at_half, *areas]


def _provenance(role_names: tuple[str, str] | None) -> str:
    if role_names is None:
        return formatting.IN_SAMPLE
    tuning, evaluation = map(formatting.truncate, role_names)
    return f"Thresholds are chosen on the rows {tuning}; all figures describe the rows {evaluation}."


def _values(metrics: Sequence[Metric], counts: ConfusionCounts) -> list[str]:
    return [formatting.metric_value(float(defined_values(each, counts))) for each in metrics]


def _escape(text: str) -> str:
    from html import escape  # slow to load, and needed only where a notebook displays something

    return escape(text)


def _name(text: str) -> str:
    return _escape(formatting.truncate(text, _LONGEST_NAME))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], compared: Sequence[int] = ()) -> str:
    """Return a table whose first column names the rows; in compared columns the highest values are bold."""
    highest = {column: max(_number(row[column]) for row in rows) for column in compared}
    head = "".join(f'<th scope="col">{_name(text)}</th>' if text else "<td></td>" for text in header)
    body = ""
    for first, *others in rows:
        cells = "".join(
            f"<td><b>{_escape(text)}</b></td>" if _number(text) == highest.get(column) else f"<td>{_escape(text)}</td>"
            for column, text in enumerate(others, start=1)
        )
        body += f'<tr><th scope="row">{_name(first)}</th>{cells}</tr>'
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(text: str) -> float:
    """Return a number as displayed, so that equal texts compare equal; -inf where there is none."""
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return -math.inf


def _box(*parts: str) -> str:
    """Return a box with its own colors, legible in light and dark notebooks."""
    roles: tuple[palette.Role, ...] = ("muted", "ink", "grid", "background")
    light, dark = (" ".join(f"--{role}: {c[role]};" for role in roles) for c in (palette.LIGHT, palette.DARK))
    selectors = ",".join(f"{selector} .f1tools-html" for selector in _DARK)
    colors = f".f1tools-html {{ {light} }}\n:is({selectors}) {{ {dark} }}"
    return f'<div class="f1tools-html"><style>{colors}{_STYLE}</style>{"".join(parts)}</div>'


ThresholdCurve._repr_html_ = curve_html  # type: ignore[attr-defined]
ThresholdTable._repr_html_ = threshold_table_html  # type: ignore[attr-defined]
Comparison._repr_html_ = comparison_html  # type: ignore[attr-defined]

"""The card standing still, as text: what a reader sees where scripts don't run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import defined_values, metric
from f1tools.memo.snapshot import Table
from f1tools.memo.taken import printed

_STOPS = 9


@dataclass(frozen=True)
class Still:
    """What a card shows where it stands, and what some other thresholds would do.

    Parameters
    ----------
    at : str
        The threshold.
    figures : tuple of (str, str, str, str)
        What each figure is about, for the style sheet; its name, its value and what it is made of.
    cases, others : Table
    """

    at: str
    figures: tuple[tuple[str, str, str, str], ...]
    cases: Table
    others: Table


def still(payload: Mapping[str, Any]) -> Still:
    """Write down what a card shows.

    Examples
    --------
    >>> from f1tools.card import card_payload
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> shown = still(card_payload(curve, best(curve), model="m", pos_label="1"))
    >>> shown.at, shown.figures[0]
    ('0.4', ('precision', 'Precision', '0.667', '2 of 3 flagged'))
    """
    current = payload["current"]
    return Still(
        at=printed(payload["stops"][current]),
        figures=_figures(payload, current),
        cases=_cases(_counts(payload, current)),
        others=_others(payload),
    )


def _counts(payload: Mapping[str, Any], place: int) -> ConfusionCounts:
    tp, fp = payload["tp"][place], payload["fp"][place]
    return ConfusionCounts(tn=payload["negatives"] - fp, fp=fp, fn=payload["positives"] - tp, tp=tp)


def _figures(payload: Mapping[str, Any], place: int) -> tuple[tuple[str, str, str, str], ...]:
    counts, everything = _counts(payload, place), _counts(payload, 0)
    caught, among = formatting.count(counts.tp), formatting.count(counts.flagged())
    real, cases = formatting.count(counts.positives()), formatting.count(counts.total())
    _, precision, recall, drawn, share = _row(payload, place)
    without = formatting.metric_value(_values(payload, everything)[-1])
    return (
        ("precision", "Precision", precision, f"{caught} of {among} flagged"),
        ("recall", "Recall", recall, f"{caught} of {real} real"),
        ("drawn", payload["drawn"]["label"], drawn, f"flag everything: {without}"),
        ("share", "Flagged", share, f"{among} of {cases} cases"),
    )


def _values(payload: Mapping[str, Any], counts: ConfusionCounts) -> list[float]:
    drawn = metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    return [float(defined_values(one, counts)) for one in (metric("precision"), metric("recall"), drawn)]


def _row(payload: Mapping[str, Any], place: int) -> tuple[str, ...]:
    counts = _counts(payload, place)
    figures = map(formatting.metric_value, _values(payload, counts))
    return (
        printed(payload["stops"][place]),
        *figures,
        formatting.percent(float(counts.predicted_positive_rate())),
    )


def _cases(counts: ConfusionCounts) -> Table:
    rows = (
        ("Caught: real and flagged", formatting.count(counts.tp)),
        ("Missed: real, not flagged", formatting.count(counts.fn)),
        ("False alarms: flagged, not real", formatting.count(counts.fp)),
        ("Left alone: not real, not flagged", formatting.count(counts.tn)),
    )
    return Table(("Cases", "Exactly"), rows)


def _others(payload: Mapping[str, Any]) -> Table:
    """Tell what some thresholds do, evenly chosen from those that flag something."""
    last = max(len(payload["stops"]) - 2, 0)
    places = {*np.linspace(0, last, _STOPS).round().astype(int).tolist(), payload["current"]}
    places |= {payload[name] for name in ("best", "half") if payload[name] is not None}
    head = ("Threshold", "Precision", "Recall", payload["drawn"]["label"], "Flagged")
    return Table(head, tuple(_row(payload, place) for place in sorted(places)))

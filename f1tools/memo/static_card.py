"""The card as static text, for readers without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from f1tools import formatting
from f1tools.card.payload import counts_at
from f1tools.core.metrics import metric
from f1tools.memo.context import display, metric_text
from f1tools.memo.snapshot import Table

_ROWS = 9  # thresholds in the table


@dataclass(frozen=True)
class StaticCard:
    """What a card displays at its current threshold, and the metrics at some others.

    Parameters
    ----------
    threshold : str
    figures : tuple of (str, str, str, str)
        For each figure its kind, which the style sheet uses, its name, its value and the counts behind it.
    cases, others : Table
    """

    threshold: str
    figures: tuple[tuple[str, str, str, str], ...]
    cases: Table
    others: Table


def static_card(payload: Mapping[str, Any]) -> StaticCard:
    """Return the content of a card as text.

    Examples
    --------
    >>> from f1tools.card import card_payload
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> card = static_card(card_payload(curve, best(curve), model="m", pos_label="1"))
    >>> card.threshold, card.figures[0]
    ('0.4', ('precision', 'Precision', '0.667', '2 of 3 flagged'))
    """
    current = payload["current"]
    counts, everything = counts_at(payload, current), counts_at(payload, 0)
    tp, flagged = formatting.count(counts.tp), formatting.count(counts.flagged())
    positives, total = formatting.count(counts.positives()), formatting.count(counts.total())
    threshold, precision, recall, drawn, share = _row(payload, current)
    baseline = metric_text(metric(payload["drawn"]["name"], payload["drawn"]["beta"]), everything)
    cases = (
        ("Caught: real and flagged", tp),
        ("Missed: real, not flagged", formatting.count(counts.fn)),
        ("False alarms: flagged, not real", formatting.count(counts.fp)),
        ("Correctly ignored: not real, not flagged", formatting.count(counts.tn)),
    )
    return StaticCard(
        threshold=threshold,
        figures=(
            ("precision", "Precision", precision, f"{tp} of {flagged} flagged"),
            ("recall", "Recall", recall, f"{tp} of {positives} real"),
            ("drawn", payload["drawn"]["label"], drawn, f"flag everything: {baseline}"),
            ("share", "Flagged", share, f"{flagged} of {total} cases"),
        ),
        cases=Table(("Cases", "Exact count"), cases),
        others=_other_thresholds(payload),
    )


def _row(payload: Mapping[str, Any], place: int) -> tuple[str, ...]:
    """Return threshold, precision, recall, the drawn metric and the share flagged at a stop."""
    counts, drawn = counts_at(payload, place), metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    figures = (metric_text(one, counts) for one in (metric("precision"), metric("recall"), drawn))
    share = formatting.percent(float(counts.predicted_positive_rate()))
    return display(payload["stops"][place]), *figures, share


def _other_thresholds(payload: Mapping[str, Any]) -> Table:
    """Return the metrics at evenly spaced stops that flag something, and at the marked ones."""
    last = max(len(payload["stops"]) - 2, 0)
    places = {*np.linspace(0, last, _ROWS).round().astype(int).tolist(), payload["current"]}
    places |= {payload[name] for name in ("best", "half") if payload[name] is not None}
    head = ("Threshold", "Precision", "Recall", payload["drawn"]["label"], "Flagged")
    return Table(head, tuple(_row(payload, place) for place in sorted(places)))

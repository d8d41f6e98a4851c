"""Render a snapshot as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from f1tools import formatting
from f1tools.card import json_for_script, script
from f1tools.card.payload import counts_at
from f1tools.core.metrics import metric
from f1tools.memo.context import metric_text
from f1tools.memo.page import render_page
from f1tools.memo.snapshot import Snapshot, Table

_ROWS = 9  # other thresholds in the text of the card
_SHORT_THRESHOLD = 8  # characters of a threshold in large print


def memo_html(snapshot: Snapshot) -> str:
    """Render a memo as one HTML document.

    Parameters
    ----------
    snapshot : Snapshot
        From :func:`~f1tools.memo.build.build_snapshot`.

    Returns
    -------
    str
        The document loads nothing, and its content security policy forbids every request. All numbers can be read
        without its script, which makes the card interactive. Names are always escaped.

    Examples
    --------
    >>> page = memo_html(Snapshot("<b>", "2025-11-25T16:10:00Z", "0.1.0", "m", "1", "0.4", (), None, (), {}))
    >>> "<title>&lt;b&gt; – threshold decision</title>" in page, "<script" in page
    (True, False)
    """
    card, program = snapshot.card, "" if snapshot.card is None else _program()
    return render_page(
        "memo.html",
        snapshot,
        program=program,
        instruction=(instruction := _instruction(snapshot.threshold)),
        long=len(instruction[1]) > _SHORT_THRESHOLD,
        payload="" if card is None else json_for_script(card),
        card=None if card is None else _static_card(card),
    )


def _instruction(threshold: str) -> tuple[str, str, str]:
    """Return what to do in three lines, the second one in large print.

    Examples
    --------
    >>> _instruction("0.4"), _instruction("above all scores")
    (('Flag scores of', '0.4', 'or more'), ('Flag', 'nothing', ''))
    """
    if threshold == formatting.ABOVE_ALL_SCORES:
        return "Flag", "nothing", ""
    return "Flag scores of", formatting.displayed_threshold(threshold), "or more"


def _static_card(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a card as text, for readers without scripts.

    Each figure has a kind, which the style sheet uses, a name, a value and the counts behind it.
    """
    current = payload["current"]
    counts, everything = counts_at(payload, current), counts_at(payload, 0)
    tp, flagged = formatting.count(counts.tp), formatting.count(counts.flagged())
    threshold, precision, recall, drawn, share = _row(payload, current)
    baseline = metric_text(metric(payload["drawn"]["name"], payload["drawn"]["beta"]), everything)
    cases = (
        ("Caught: positive and flagged", tp),
        ("Missed: positive, not flagged", formatting.count(counts.fn)),
        ("False alarms: flagged, not positive", formatting.count(counts.fp)),
        ("Correctly not flagged: not positive", formatting.count(counts.tn)),
    )
    return {
        "at": formatting.at_threshold(threshold),
        "figures": (
            ("precision", "Precision", precision, f"{tp} of {flagged} flagged"),
            ("recall", "Recall", recall, f"{tp} of {formatting.count(counts.positives())} positives"),
            ("drawn", payload["drawn"]["label"], drawn, f"{payload['lowest']}: {baseline}"),
            ("share", "Flagged", share, f"{flagged} of {formatting.count(counts.total())} cases"),
        ),
        "cases": Table(("Cases", "Exact count"), cases),
        "others": _other_thresholds(payload),
    }


def _row(payload: Mapping[str, Any], place: int) -> tuple[str, ...]:
    """Return threshold, precision, recall, the drawn metric and the share flagged at a stop."""
    counts, drawn = counts_at(payload, place), metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    figures = (metric_text(one, counts) for one in (metric("precision"), metric("recall"), drawn))
    share = formatting.percent(float(counts.predicted_positive_rate()))
    return formatting.displayed_threshold(payload["stops"][place]), *figures, share


def _other_thresholds(payload: Mapping[str, Any]) -> Table:
    """Return the metrics at evenly spaced stops that flag something, and at the marked ones."""
    last = max(len(payload["stops"]) - 2, 0)
    places = {*np.linspace(0, last, _ROWS).round().astype(int).tolist(), payload["current"]}
    places |= {payload[name] for name in ("best", "half") if payload[name] is not None}
    head = ("Threshold", "Precision", "Recall", payload["drawn"]["label"], "Flagged")
    return Table(head, tuple(_row(payload, place) for place in sorted(places)))


@cache
def _program() -> str:
    return script() + _MOUNT


# The card replaces its static text. For print it is drawn as wide as the paper, because its labels keep their size.
_MOUNT = """const root = document.getElementById("card");
const card = mount(root, JSON.parse(document.getElementById("payload").textContent), () => {});
document.getElementById("static-card").remove();
addEventListener("beforeprint", () => card.fit(680));
addEventListener("afterprint", () => card.fit());
"""

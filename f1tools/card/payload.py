"""Numbers in, JSON out: what the card needs to know about a curve."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.core.curve import is_probability
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.formatting.threshold import best_threshold_text, slider_bounds

if TYPE_CHECKING:
    from f1tools.core.curve import ThresholdCurve
    from f1tools.core.optimum import Optimum

# Beside precision and recall the card draws the metric that was asked for, if it lies within [-1, 1], is not a line
# or a figure of the card already and is known to card/metrics.js. Otherwise it draws F1, and only the button speaks of
# what was asked for.
_DRAWN = frozenset(METRICS) - {"precision", "recall", "predicted_positive_rate", "lift"}
# Which of the card's four figures shows a metric that has no line of its own; none shows the lift.
_FIGURE = {"precision": "precision", "recall": "recall", "predicted_positive_rate": "share"}
_STOPS, _WEIGHTED_STOPS = 1000, 750  # sums of weights have more digits
_LONGEST_CHOICE = 8  # characters; a threshold that someone chose is printed as chosen unless it is longer


def card_payload(
    curve: ThresholdCurve,
    optimum: Optimum,
    *,
    model: str,
    pos_label: str,
    threshold: float | None = None,
    chosen_on: str = "",
    max_points: int | None = None,
) -> dict[str, Any]:
    """Describe a curve so that the card can show it without Python.

    Parameters
    ----------
    curve : ThresholdCurve
        The exact table.
    optimum : Optimum
        What counts as best on this curve: the button leads there and the figures are compared with it.
    model, pos_label : str
        Names as people know them. Any text: the card shows it as text.
    threshold : float, optional
        Where the marker stands at first; the best threshold when it is left out.
    chosen_on : str
        What the rows are called that the best was chosen on, where they are others than the curve's.
    max_points : int, optional
        How many stops the slider has at most: 1,000, or 750 for weighted counts, when it is left out.

    Returns
    -------
    dict
        Ready for ``json.dumps(payload, allow_nan=False)``. ``stops`` are thresholds as printed, lowest first; the
        last one is above every score, so that nothing is flagged. ``tp`` and ``fp`` are the exact counts at each.
        ``best``, ``half`` (where 0.5 is; None when the scores are not probabilities) and ``current`` are places in
        ``stops``. ``best_figure`` tells which figure the best is best by, so that no other is called so; ``limited``,
        whether it had to keep limits; ``chosen_on``, which other rows it was chosen on.

        Who passes it on may leave out stops, and set ``best`` to None where the best may not be told. Where the page
        has said already what the current threshold means, ``at_rest`` is what the card says there instead.

    Notes
    -----
    Any threshold between two stops may stand for the upper one, so the shortest decimal does, and the counts are
    those of the exact table at that very decimal. The best threshold, 0.5 and the current one are pinned: their
    decimals make exactly their decisions.
    """
    asked = metric(optimum.metric)
    half = 0.5 if is_probability(curve) else None
    wanted = {"best": optimum.point.threshold, "current": threshold, "half": half}
    chosen = {name: value for name, value in wanted.items() if value is not None}
    most = max_points or (_WEIGHTED_STOPS if curve.weighted else _STOPS)
    stops, places = _stops(curve, optimum, chosen, most)
    counts = curve.at_each([float(text) for text in stops])
    return {
        "version": 1,
        "model": formatting.single_line(model),
        "pos_label": formatting.single_line(pos_label),
        "best_label": formatting.best_label(asked.label, limited=bool(optimum.constraints), chosen_on=chosen_on),
        "best_figure": "drawn" if asked.name in _DRAWN else _FIGURE.get(asked.name),
        "limited": bool(optimum.constraints),
        "chosen_on": formatting.truncate(chosen_on),
        "drawn": _described(asked if asked.name in _DRAWN else metric("f1")),
        "weighted": curve.weighted,
        "positives": curve.positives,
        "negatives": curve.negatives,
        "stops": stops,
        "tp": counts.tp.tolist(),
        "fp": counts.fp.tolist(),
        "best": places["best"],
        "half": places.get("half"),
        "current": places.get("current", places["best"]),
    }


def _described(drawn: Metric) -> dict[str, Any]:
    return {"name": drawn.name, "label": drawn.label, "beta": drawn.beta}


def _stops(
    curve: ThresholdCurve, optimum: Optimum, chosen: dict[str, float], max_points: int
) -> tuple[list[str], dict[str, int]]:
    """Choose the stops and print them; tell at which of them each chosen threshold is."""
    thin = curve.thinned(max_points, keep=chosen.values())
    scores = thin.thresholds[::-1].tolist()
    floor, ceiling = slider_bounds(curve)
    scores[-1] = ceiling
    stops = [formatting.shortest_decimal(low, high) for low, high in zip([floor, *scores], scores, strict=False)]
    places = {name: min(bisect_left(scores, value), len(scores) - 1) for name, value in chosen.items()}
    for place in places.values():
        stops[place] = formatting.shortest_decimal(max(floor, curve.next_below(scores[place])), scores[place])
    best = places["best"]
    stops[best] = best_threshold_text(optimum, curve)
    for name in ("half", "current"):  # where both are at one stop the latter says how it is printed
        value = chosen.get(name, math.nan)
        text = formatting.decimal(value) if floor < value <= ceiling else ""
        if text and len(text) <= _LONGEST_CHOICE and not (name == "half" and places[name] == best):
            stops[places[name]] = text
    return stops, places

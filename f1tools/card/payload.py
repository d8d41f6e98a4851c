"""Describe a curve as JSON for the card."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import METRICS, defined_values, metric
from f1tools.formatting.sentence import precision_base

if TYPE_CHECKING:
    from f1tools.core.curve import ThresholdCurve
    from f1tools.core.optimum import Optimum
    from f1tools.formatting.positives import Positives

# The card draws precision, recall and the objective, provided that the objective lies within [-1, 1], is known to
# card/metrics.js and is not displayed by the card already. Otherwise it draws F1 instead of the objective.
_DRAWN = frozenset(METRICS) - {"precision", "recall", "predicted_positive_rate", "lift"}
# Objectives that are not drawn but displayed as one of the card's four figures.
_FIGURES = {"precision": "precision", "recall": "recall", "predicted_positive_rate": "share"}
_STOPS, _WEIGHTED_STOPS = 1000, 750  # sums of weights have more digits
_LONGEST_THRESHOLD = 8  # characters; a threshold that a person chose is printed as chosen unless it is longer


def card_payload(
    curve: ThresholdCurve,
    optimum: Optimum,
    *,
    positives: Positives,
    threshold: float | None = None,
    round_threshold: float | None = None,
    chosen_on: str = "",
    keep: Iterable[float] = (),
) -> dict[str, Any]:
    """Return what the card needs to display a curve without Python.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned.
    optimum : Optimum
        The best threshold on this curve: a button leads there, and the figures are compared with it.
    positives : Positives
        How the sentence names the positive class.
    threshold : float, optional
        The current threshold; the best one by default.
    round_threshold : float, optional
        A number with few digits that is nearly as good as the best threshold: a button leads there.
    chosen_on : str
        The name of the tuning set when the best threshold was chosen on other rows than the curve's.
    keep : iterable of float
        Thresholds whose decisions must have stops of their own.

    Returns
    -------
    dict
        Ready for ``json.dumps(payload, allow_nan=False)``. ``stops`` are thresholds as text, lowest first; the last one
        is "above all scores" and flags nothing. ``tp`` and ``fp`` are the exact counts at each, and ``ends`` the scores
        up to which these hold, for drawings, of the stops that flag something. ``best``,
        ``half`` (the stop for 0.5, None unless all scores lie in [0, 1] and the counts at 0.5 are known) and
        ``current`` are indices into ``stops``.
        ``best_figure`` names the figure that the best threshold maximizes, and ``best_note`` says so; ``chosen_on``
        names the tuning set; ``round`` is the stop of the round threshold, None where it has none of its own, and
        ``round_price`` says how the objective changes there; ``lowest`` names the first stop. ``words`` and
        ``precision_base`` are the arguments of :func:`f1tools.formatting.sentence.phrases`.

        Callers may remove stops. With ``at_rest``, a sentence, the card displays that sentence at the current
        threshold, for pages that have explained the current threshold already.

    Notes
    -----
    Any threshold between two stops is equivalent to the upper one, so the shortest decimal is used, and the counts are
    those of the exact table at that decimal. The stops of the best threshold, of 0.5 and of the current threshold are
    never thinned out: their decimals make exactly their decisions.
    """
    objective = metric(optimum.metric)
    stops, places = slider_stops(curve, optimum, threshold=threshold, round_threshold=round_threshold, keep=keep)
    counts = curve.at_each(map(formatting.parse_threshold, stops))
    drawn = objective if objective.name in _DRAWN else metric("f1")
    return {
        "version": 1,
        "words": positives._asdict(),
        "precision_base": precision_base(curve),
        "best_label": formatting.best_label(optimum, chosen_on=chosen_on),
        "best_figure": "drawn" if objective.name in _DRAWN else _FIGURES.get(objective.name),
        "best_note": _best_note(optimum, chosen_on),
        "chosen_on": formatting.truncate(chosen_on),
        "drawn": {"name": drawn.name, "label": drawn.label, "beta": drawn.beta},
        "weighted": curve.weighted,
        "is_probability": curve.is_probability,
        "lowest": formatting.all_flagged(has_unscored=curve.has_unscored),
        "positives": curve.positives,
        "negatives": curve.negatives,
        "stops": stops,
        "tp": counts.tp.tolist(),
        "fp": counts.fp.tolist(),
        "ends": _ends(curve, stops),
        "best": places["best"],
        "half": places.get("half"),
        "round": places.get("round"),
        "round_price": "" if round_threshold is None else _price(curve, optimum, round_threshold),
        "current": places.get("current", places["best"]),
    }


def counts_at(payload: Mapping[str, Any], stop: int) -> ConfusionCounts:
    """Return the counts at a stop of a payload."""
    tp, fp = payload["tp"][stop], payload["fp"][stop]
    return ConfusionCounts(tn=payload["negatives"] - fp, fp=fp, fn=payload["positives"] - tp, tp=tp)


def slider_stops(
    curve: ThresholdCurve,
    optimum: Optimum,
    *,
    threshold: float | None = None,
    round_threshold: float | None = None,
    max_points: int | None = None,
    keep: Iterable[float] = (),
) -> tuple[list[str], dict[str, int]]:
    """Return the thresholds of a slider as text, ascending, and the index of each pinned threshold.

    Parameters and pinned thresholds (``best``, ``half``, ``round``, ``current``) are those of :func:`card_payload`.
    There are at most ``max_points`` stops; by default 1,000, or 750 for weighted counts.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> slider_stops(curve, best(curve), threshold=0.9)
    (['0.1', '0.4', '0.9', 'above all scores'], {'best': 1, 'current': 2, 'half': 2})
    """
    best_text = formatting.best_threshold_text(optimum, curve)
    marks = {
        "best": formatting.parse_threshold(best_text),
        "current": threshold,
        "half": 0.5 if curve.is_probability and not curve.is_inside_bin(0.5) else None,
        "round": round_threshold,
    }
    pinned = {name: value for name, value in marks.items() if value is not None}
    max_points = max_points or (_WEIGHTED_STOPS if curve.weighted else _STOPS)
    highest, floor = float(curve.thresholds[1]), formatting.slider_bounds(curve)[0]
    # A threshold far from all scores flags nothing or everything here, but may not on other rows: it has its own stop.
    above = {value for value in pinned.values() if highest < value < math.inf}
    below = {value for value in pinned.values() if value <= floor}
    scores = sorted({*curve.thinned(max_points, keep=[*pinned.values(), *keep]).thresholds.tolist(), *above, *below})
    # A threshold between two scores may be left out, but inside a bin of several scores counts are not known.
    lows = [floor, *scores] if curve.is_exact else [curve.next_below(score) for score in scores]
    stops = [
        formatting.exact_threshold(high) if high in below else formatting.threshold_text(max(low, floor), high)
        for low, high in zip(lows, scores, strict=False)
    ]
    places = {name: bisect_left(scores, value) for name, value in pinned.items()}  # the last score is inf
    for place in (each for each in places.values() if scores[each] not in below):
        low = max(floor, curve.next_below(scores[place]), *(each for each in above if each < scores[place]))
        stops[place] = formatting.threshold_text(low, scores[place])
    stops[places["best"]] = best_text
    if places.get("round") in (places["best"], places.get("half")):
        places.pop("round", None)  # the other one's button leads there
    for name in ("half", "round", "current"):  # when two share a stop, the current threshold's text wins
        value = pinned.get(name, math.nan) if name in places else math.nan
        text = formatting.decimal(value) if floor < value < math.inf else ""
        if text and len(text) <= _LONGEST_THRESHOLD and not (name == "half" and places[name] == places["best"]):
            stops[places[name]] = text
    if "round" in places and stops[places["round"]] != formatting.decimal(pinned["round"]):
        places.pop("round")
    return stops, places


def _ends(curve: ThresholdCurve, stops: list[str]) -> list[float]:
    """Return the score that decides at each stop below infinity, with digits enough for a drawing."""
    thresholds = [value for value in map(formatting.parse_threshold, stops) if value <= curve.thresholds[1]]
    scores = curve.thresholds[curve.positions(thresholds)].tolist()
    digits = drawing_digits(scores[0], scores[-1])
    rounded = (float(f"{score:.{digits}g}") for score in scores)
    return [max(end, threshold) for end, threshold in zip(rounded, thresholds, strict=True)]


def drawing_digits(one: float, other: float) -> int:
    """Return how many significant digits a drawing needs of scores, where these two are the lowest and the highest.

    Examples
    --------
    >>> drawing_digits(0.1, 0.9), drawing_digits(1e6, 1e6 + 1)
    (5, 11)
    """
    largest, span = max(abs(one), abs(other)), abs(other - one)
    if not 0 < span < math.inf:
        return 17
    return min(max(4 + math.ceil(math.log10(largest) - math.log10(span)), 4), 17)


def _best_note(optimum: Optimum, chosen_on: str) -> str:
    """Return what the figure that the best threshold maximizes is called there."""
    if chosen_on:
        return f"Tuned on {formatting.truncate(chosen_on)}"
    return formatting.best_label(optimum)


def _price(curve: ThresholdCurve, optimum: Optimum, threshold: float) -> str:
    """Return how much the objective changes from the best threshold to another one."""
    value = float(defined_values(optimum.metric, curve.at(threshold).counts))
    return formatting.price(optimum.metric.label, optimum.value, value)

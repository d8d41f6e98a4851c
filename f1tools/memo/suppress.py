"""Small counts stay out: nothing that is shown tells of a few cases, neither by itself nor by a subtraction.

The counts at the thresholds of one curve are nested: what one threshold flags, every lower one flags as well. So the
difference between any two counts that are shown is a number of cases too, those between the two thresholds. Counts
are safe to show together when every step from one to the next, and to none and all, is of no case or of enough, in
either class; then so is every sum and every difference of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from numbers import Integral
from typing import Any

from f1tools.core.counts import ConfusionCounts
from f1tools.core.errors import InvalidPredictions
from f1tools.decision import Decision

_LEAST_SIZE = 3  # were a single case alone kept out, it would be known wherever something is withheld
_FEWEST_STOPS = 3  # of a card that is worth moving: between nothing and everything there is something

Flagged = tuple[int, int]  # true and false positives


def check_suppression(decision: Decision, below: int) -> None:
    """Make sure that small counts can be kept out.

    Raises
    ------
    InvalidPredictions
        Where rows are weighted, so that counts of rows are not known, and where there are too few rows of a class.
    ValueError
        When ``below`` is no whole number, or negative.
    """
    if isinstance(below, bool) or not isinstance(below, Integral) or below < 0:
        raise ValueError(f"suppress_below must be a whole number from 0 up, got {below}.")
    below = size(below)
    if below <= 1:
        return
    if decision.curve.weighted:
        raise InvalidPredictions(
            "Small counts can't be kept out where rows are weighted, because a sum of weights does not tell of how "
            "many rows it is. Leave out the weights, or show all counts."
        )
    for curve in (decision.curve, decision.tuning):
        for label, rows in ((decision.pos_label, curve.positives), (decision.neg_label, curve.negatives)):
            if rows < below:
                raise InvalidPredictions(
                    f"Counts below {below:,} are to be kept out, but there are only {rows:,} rows of {label!r}, so "
                    "nothing could be shown. Bring more rows, or keep out smaller counts only."
                )


def size(below: int) -> int:
    """Give the size below which counts stay out for the one that was asked for: a single case hides among twos.

    Examples
    --------
    >>> [size(below) for below in (0, 1, 2, 3, 10)]
    [0, 1, 3, 3, 10]
    """
    return _LEAST_SIZE if below == _LEAST_SIZE - 1 else below


def safe_together(points: Sequence[ConfusionCounts | None], below: int) -> list[bool]:
    """Tell which points of one curve may be shown together, the first ones first.

    Parameters
    ----------
    points : sequence of ConfusionCounts or None
        Of rows, of the same curve; None is nothing to show.
    below : int
        Counts from 1 to one less than this stay out.

    Examples
    --------
    >>> points = [ConfusionCounts(tn=60 - fp, fp=fp, fn=40 - tp, tp=tp) for tp, fp in ((20, 10), (23, 10), (30, 20))]
    >>> safe_together(points, 10), safe_together(points, 0)
    ([True, False, True], [True, True, True])
    """
    shown: list[Flagged] = []
    safe = []
    for point in points:
        safe.append(point is not None and (below <= 1 or _is_safe(shown, point, below)))
        if safe[-1] and point is not None:
            shown.append((int(point.tp), int(point.fp)))
    return safe


def _is_safe(shown: Sequence[Flagged], point: ConfusionCounts, below: int) -> bool:
    ends = [(0, 0), (int(point.positives()), int(point.negatives()))]
    chain = sorted([*shown, *ends, (int(point.tp), int(point.fp))])
    return all(_is_safe_step(*step, below) for step in pairwise(chain))


def _is_safe_step(lower: Flagged, upper: Flagged, below: int) -> bool:
    return all(step == 0 or step >= below for step in (upper[0] - lower[0], upper[1] - lower[1]))


def without_small_counts(payload: Mapping[str, Any], below: int) -> dict[str, Any] | None:
    """Leave out the stops of a card from which a small count could be told.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.card_payload`, of rows without weights.
    below : int

    Returns
    -------
    dict or None
        With the stops at the current threshold, the best one and 0.5 where they are safe. The marker moves to the stop
        next to it, between nothing and everything, where its own had to go; of a best or a 0.5 that had to go nothing
        is said. None where hardly a stop remains.

    Examples
    --------
    >>> from f1tools.card import card_payload
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([0, 1] * 20, [place // 2 / 20 for place in range(40)])
    >>> payload = without_small_counts(card_payload(curve, best(curve), model="m", pos_label="1"), 10)
    >>> payload["tp"], payload["fp"], payload["best"], payload["half"]
    ([20, 10, 0], [20, 10, 0], 0, 1)
    """
    if below <= 1:
        return dict(payload)
    flagged: list[Flagged] = list(zip(payload["tp"], payload["fp"], strict=True))
    pins = _pins(payload, flagged, below)
    kept = _kept(flagged[::-1], {len(flagged) - 1 - pin for pin in pins}, below)
    places = [len(flagged) - 1 - place for place in reversed(kept)]
    if len(places) < _FEWEST_STOPS:
        return None
    left = {name: [payload[name][place] for place in places] for name in ("stops", "tp", "fp")}
    where = {name: places.index(payload[name]) if payload[name] in places else None for name in ("best", "half")}
    return {**payload, **left, **where, "current": _nearest(places, payload["current"])}


def _nearest(places: Sequence[int], wanted: int) -> int:
    """Find a stop among those that are kept, or the one next to it that flags some cases and leaves others alone."""
    if wanted in places:
        return places.index(wanted)
    return min(range(1, len(places) - 1), key=lambda place: abs(places[place] - wanted))


def _pins(payload: Mapping[str, Any], flagged: Sequence[Flagged], below: int) -> list[int]:
    """Give the places of current, best and half that may be shown together."""
    wanted = [place for place in (payload["current"], payload["best"], payload["half"]) if place is not None]
    points = [_counts(payload, *flagged[place]) for place in wanted]
    return [place for place, safe in zip(wanted, safe_together(points, below), strict=True) if safe]


def _counts(payload: Mapping[str, Any], tp: int, fp: int) -> ConfusionCounts:
    return ConfusionCounts(tn=payload["negatives"] - fp, fp=fp, fn=payload["positives"] - tp, tp=tp)


def _kept(flagged: Sequence[Flagged], pins: set[int], below: int) -> list[int]:
    """Keep, from the fewest flagged up, each stop that is a safe step from the last one and to the next pin."""
    kept = [0]
    for pin in sorted({*pins, len(flagged) - 1} - {0}):
        for place in range(kept[-1] + 1, pin):
            steps = ((kept[-1], place), (place, pin))
            if all(_is_safe_step(flagged[lower], flagged[upper], below) for lower, upper in steps):
                kept.append(place)
        kept.append(pin)
    return kept

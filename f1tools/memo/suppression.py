"""Disclosure control: no number in a memo reveals a small count of cases, alone or by subtraction.

The counts at the thresholds of one curve are nested: every case that one threshold flags is flagged by every lower
threshold, too. The difference between two displayed counts is therefore a count itself, of the cases between the two
thresholds. Counts are safe to display together when every step from one to the next, including the steps from "nothing
flagged" and to "everything flagged", is 0 or at least the minimum size in both classes. Then every sum and every
difference of these counts is 0 or at least the minimum size as well.

One rule follows: where the counts at the decision and at the best threshold are not safe together, no other
threshold is displayed. A reader knows that the best threshold beats all others, and could narrow its counts down.

Groups of rows at the decided threshold are another way to divide its counts, with a rule of their own: see
:func:`safe_groups`.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

from f1tools.card.payload import counts_at
from f1tools.core.counts import ConfusionCounts
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Decision

_SMALLEST = 3  # with a minimum of 2 the only suppressed count is 1, and "suppressed" would reveal it
_MARKS = ("current", "best", "half", "round")  # stops that buttons lead to
_FEWEST_STOPS = 3  # a slider needs a stop between "nothing flagged" and "everything flagged"


def check_suppression(decision: Decision, suppress_below: int) -> None:
    """Check that small counts can be suppressed in a memo about a decision.

    Raises
    ------
    InvalidPredictions
        When rows are weighted or in clusters, so that the number of rows or of people behind a count is unknown, or
        when a class has fewer rows than ``suppress_below``.
    ValueError
        When ``suppress_below`` is not an integer of at least 0.
    """
    if isinstance(suppress_below, bool) or not isinstance(suppress_below, Integral) or suppress_below < 0:
        raise ValueError(f"suppress_below must be a whole number from 0 up, got {suppress_below}.")
    minimum = minimum_size(suppress_below)
    if minimum <= 1:
        return
    if decision.curves.evaluation.weighted:
        raise InvalidPredictions(
            "Small counts can't be suppressed where rows are weighted, because a sum of weights does not say how many "
            "rows it stands for. Leave out the weights, or show all counts."
        )
    if decision.curves.evaluation.clusters is not None:
        raise InvalidPredictions(
            "Small counts can't be suppressed where several rows belong to one patient or user, because a count of "
            "rows does not say how many of these it stands for. Leave out the column of clusters, or show all counts."
        )
    for curve in (decision.curves.evaluation, decision.curves.tuning):
        for label, rows in ((decision.curves.pos_label, curve.positives), (decision.curves.neg_label, curve.negatives)):
            if rows < minimum:
                raise InvalidPredictions(
                    f"Counts below {minimum:,} are to be suppressed, but there are only {rows:,} rows of {label!r}, so "
                    "nothing could be shown. Provide more rows, or choose a smaller minimum."
                )


def minimum_size(suppress_below: int) -> int:
    """Return the smallest count that may be displayed; 0 and 1 suppress nothing, and 2 is raised to 3.

    Examples
    --------
    >>> [minimum_size(value) for value in (0, 1, 2, 3, 10)]
    [0, 1, 3, 3, 10]
    """
    return suppress_below if suppress_below <= 1 else max(suppress_below, _SMALLEST)


def safe_points(points: Sequence[ConfusionCounts | None], minimum: int) -> list[bool]:
    """Return which points of one curve may be displayed together; earlier points take precedence.

    Parameters
    ----------
    points : sequence of ConfusionCounts or None
        Unweighted counts on the same rows; None is never displayed.
    minimum : int
        Counts from 1 to ``minimum - 1`` are suppressed.

    Examples
    --------
    >>> points = [ConfusionCounts(tn=60 - fp, fp=fp, fn=40 - tp, tp=tp) for tp, fp in ((20, 10), (23, 10), (30, 20))]
    >>> safe_points(points, 10), safe_points(points, 0)
    ([True, False, True], [True, True, True])
    """
    if minimum <= 1:
        return [point is not None for point in points]
    displayed: list[tuple[int, int]] = []
    safe = []
    for point in points:
        if point is None:
            safe.append(False)
            continue
        displayed = displayed or [(0, 0), (int(point.positives()), int(point.negatives()))]
        here = int(point.tp), int(point.fp)
        place = bisect(displayed, here)
        steps = [abs(a - b) for other in displayed[place - 1 : place + 1] for a, b in zip(here, other, strict=True)]
        safe.append(all(step == 0 or step >= minimum for step in steps))
        if safe[-1]:
            displayed.insert(place, here)
    return safe


def suppress_stops(payload: Mapping[str, Any], minimum: int) -> dict[str, Any] | None:
    """Return a card payload without the stops that would reveal a small count.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.card_payload`; unweighted when ``minimum`` is above 1.
    minimum : int

    Returns
    -------
    dict or None
        The stop at 0.5 is kept where it is safe. None when the current threshold and the best one are not safe
        together, or when no stop is left between "nothing flagged" and "everything flagged".

    Examples
    --------
    >>> from f1tools.card import card_payload
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([0, 1] * 20, [place // 2 / 20 for place in range(40)])
    >>> from f1tools.formatting.positives import name_positives
    >>> payload = suppress_stops(card_payload(curve, best(curve), positives=name_positives("1")), 10)
    >>> payload["tp"], payload["fp"], payload["best"], payload["half"]
    ([20, 10, 0], [20, 10, 0], 0, 1)
    """
    if minimum <= 1:
        return dict(payload)
    pinned = [payload[name] for name in _MARKS if payload[name] is not None]
    order = [*pinned, *reversed(range(len(payload["stops"])))]
    safe = safe_points([counts_at(payload, place) for place in order], minimum)
    places = sorted({place for place, is_safe in zip(order, safe, strict=True) if is_safe})
    if len(places) < _FEWEST_STOPS or not {payload["current"], payload["best"]} <= set(places):
        return None
    stops = {name: [payload[name][place] for place in places] for name in ("stops", "tp", "fp")}
    marks = {name: places.index(payload[name]) if payload[name] in places else None for name in _MARKS}
    price = payload["round_price"] if marks["round"] is not None else ""
    return {**payload, **stops, **marks, "round_price": price, "ends": []}  # they are nearly scores of single rows


def safe_groups(
    counts: Sequence[ConfusionCounts], n_rows: Sequence[int], minimum: int, most: int
) -> tuple[list[int], list[int]]:
    """Return which groups of rows may be displayed at one threshold, and which only as a sum.

    Parameters
    ----------
    counts : sequence of ConfusionCounts
        Of each group, all at the same threshold; unweighted when ``minimum`` is above 1.
    n_rows : sequence of int
        Rows of each group.
    minimum : int
        Counts from 1 to ``minimum - 1`` are suppressed.
    most : int
        Of more groups only the largest are displayed.

    Returns
    -------
    displayed, summed : list of int
        Positions; nothing may be displayed where the first list is empty.

    Notes
    -----
    The counts of all groups add up to those of the memo. Displayed groups and the sum of the others therefore are a
    partition of all rows, and every set of rows that a reader can compute is a union of its parts: it is safe when
    each cell of each part is 0 or at least the minimum size.

    A reader who knows the names of all groups also knows which are in the sum. That they are there must not say that
    their counts are small: three groups of 1 or 2 rows that add up to 6 would have 2 each. So there is always a group
    of safe counts among them, the smallest one, with all that are as large; which one it is, nobody can tell, because
    the same numbers result when its rows trade places with those of any other group in the sum.

    Examples
    --------
    >>> groups = [ConfusionCounts(tn=60, fp=10, fn=20, tp=20), ConfusionCounts(tn=50, fp=10, fn=10, tp=10)]
    >>> groups += [ConfusionCounts(tn=40, fp=10, fn=3, tp=20), ConfusionCounts(tn=55, fp=12, fn=10, tp=10)]
    >>> safe_groups(groups, [110, 80, 73, 87], 10, most=20)
    ([0, 3], [1, 2])
    >>> safe_groups(groups, [110, 80, 73, 87], 0, most=20)
    ([0, 1, 2, 3], [])
    """
    largest_first = sorted(range(len(counts)), key=lambda place: -n_rows[place])
    displayed = [place for place in largest_first if is_safe([counts[place]], minimum)]
    summed = [place for place in largest_first if place not in displayed]

    def is_complete() -> bool:
        few = len(displayed) + bool(summed) <= most
        has_decoy = any(is_safe([counts[place]], minimum) for place in summed)
        return few and (not summed or (has_decoy and is_safe([counts[place] for place in summed], minimum)))

    while displayed and not is_complete():
        n_smallest = sum(n_rows[place] == n_rows[displayed[-1]] for place in displayed) if minimum > 1 else 1
        summed += displayed[-n_smallest:]
        del displayed[-n_smallest:]
    return sorted(displayed), sorted(summed)


def is_safe(counts: Sequence[ConfusionCounts], minimum: int) -> bool:
    """Return whether each cell of the sum of some groups is 0 or at least the minimum size."""
    if minimum <= 1:
        return True
    sums = (sum(int(getattr(each, cell)) for each in counts) for cell in ("tn", "fp", "fn", "tp"))
    return all(cell == 0 or cell >= minimum for cell in sums)

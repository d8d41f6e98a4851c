"""An attacker who reads all of a memo, knows all code and how many rows there are, can't single out a small count.

All data that might be are tried: what makes the very same memo can't be told apart by anybody. Where all of these had
one small count in common, that count would be known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import Decision, decide
from f1tools.memo import Snapshot
from f1tools.predictions import Predictions
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from tests.memo.making import as_text, snapshot_of

Flagged = tuple[int, int]
Limits = tuple[Constraint, ...]

NO_LIMITS: tuple[Limits, ...] = ((),)
FLAGGED = (*NO_LIMITS, *((Constraint.at_most("flagged", most),) for most in range(1, 10)))
RECALL = (*NO_LIMITS, *((Constraint.at_least("recall", least),) for least in (0.2, 0.4, 0.6, 0.8, 0.9, 0.98)))


def spread(rows: int, levels: int) -> Iterator[tuple[int, ...]]:
    """Give all ways to spread rows over levels."""
    if levels == 1:
        yield (rows,)
        return
    for first in range(rows + 1):
        for rest in spread(rows - first, levels - 1):
            yield (first, *rest)


def every_data(positives: int, negatives: int, levels: int) -> Iterator[Predictions]:
    """Give all data with so many rows of each class whose scores are on all of some levels, beside a fixed model."""
    scores = np.linspace(0.2, 0.8, levels).round(3)
    y_true, other = np.repeat([True, False], [positives, negatives]), np.linspace(0, 1, positives + negatives)
    for real, unreal in product(spread(positives, levels), spread(negatives, levels)):
        if all(map(sum, zip(real, unreal, strict=True))):
            y_score = np.concatenate([np.repeat(scores, real), np.repeat(scores, unreal)])
            yield Predictions.from_arrays(y_true, {"a": y_score, "b": other})


def memos(
    data: Iterator[Predictions], limits: Sequence[Limits], below: int, **asked: Any
) -> Iterator[tuple[Snapshot, list[Flagged]]]:
    """Give memos, each with the true and false positives at its decision and at its best threshold.

    An attacker knows all about the other model, but nobody knows the limits: whoever knew both would know more.
    """
    for rows, limit in product(data, limits):
        try:
            decision = decide(rows, "a", constraints=limit, **asked)
        except ConstraintsNotMet:
            continue
        settings = {"limits": ", ".join(map(str, limit)), "t": decision.written}
        more: dict[str, Any] = {"settings": settings, "link": "https://example.org/"}
        if limits == NO_LIMITS:
            more |= {"comparison": compare(rows, decision.objective), "estimate": estimate_of(decision)}
        taken = snapshot_of(decision, rows, suppress_below=below, **more)
        yield taken, [flagged(decision.point.counts), flagged(decision.curve.at(float(decision.best_written)).counts)]


def estimate_of(decision: Decision) -> TunedEstimate:
    return tuned_estimate(decision.tuning, decision.objective, n_resamples=2)


def flagged(counts: ConfusionCounts) -> Flagged:
    return int(counts.tp), int(counts.fp)


def singled_out(taken: Snapshot, possible: list[list[Flagged]], below: int, ends: list[Flagged]) -> list[Any]:
    """Give the small counts that are known: from what is shown to a decision or best threshold, in all that may be."""
    card: Any = taken.card or {"tp": (), "fp": ()}
    shown = [*ends, *zip(card["tp"], card["fp"], strict=True)]
    found: list[Any] = []
    for one, place, kind in product(shown, (0, 1), (0, 1)):
        steps = {abs(points[place][kind] - one[kind]) for points in possible}
        if len(steps) == 1 and 0 < max(steps) < below:
            found.append((taken.written, one, place, kind, steps))
    for one, other, kind in product(shown, shown, (0, 1)):
        if 0 < abs(one[kind] - other[kind]) < below:
            found.append((one, other))
    return found


@pytest.mark.parametrize(
    ("rows", "below", "limits", "asked"),
    [
        ((5, 5, 3), 3, NO_LIMITS, {}),
        ((5, 5, 3), 2, NO_LIMITS, {}),
        ((5, 5, 3), 3, NO_LIMITS, {"threshold": 0.5}),
        ((5, 4, 3), 2, NO_LIMITS, {"threshold": 0.5}),
        ((4, 8, 3), 4, NO_LIMITS, {"objective": "mcc"}),
        ((12, 60, 2), 10, NO_LIMITS, {}),
        ((4, 4, 3), 3, FLAGGED, {}),
        ((4, 4, 3), 3, RECALL, {}),
        ((4, 4, 3), 3, RECALL, {"threshold": 0.5}),
    ],
)
def test_no_small_count_is_known(
    rows: tuple[int, int, int], below: int, limits: tuple[Limits, ...], asked: dict[str, Any]
) -> None:
    """Among all data that make the same memo no small count is always the same."""
    alike: dict[str, list[list[Flagged]]] = defaultdict(list)
    first: dict[str, Snapshot] = {}
    for taken, points in memos(every_data(*rows), limits, below, **asked):
        text = as_text(taken)
        first.setdefault(text, taken)
        alike[text].append(points)
    assert len(alike) > 1
    ends = [(0, 0), rows[:2]]
    known = {text: singled_out(first[text], points, below, ends) for text, points in alike.items()}
    assert [found for found in known.values() if found] == []

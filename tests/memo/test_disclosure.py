"""A reader of a suppressed memo who knows all code and the number of rows can't infer a small count.

All possible data are tried: those that produce the very same memo can't be told apart. If all of them had one small
count in common, that count would be known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import compare, decide
from f1tools.memo import Snapshot
from f1tools.memo.suppression import safe_groups
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from tests.memo.helpers import snapshot_of

Flagged = tuple[int, int]  # true and false positives
Constraints = tuple[Constraint, ...]

UNCONSTRAINED: tuple[Constraints, ...] = ((),)
FLAGGED = (*UNCONSTRAINED, *((Constraint.at_most("flagged", most),) for most in range(1, 10)))
RECALL = (*UNCONSTRAINED, *((Constraint.at_least("recall", least),) for least in (0.2, 0.4, 0.6, 0.8, 0.9, 0.98)))


def compositions(rows: int, levels: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways to distribute rows over levels."""
    if levels == 1:
        yield (rows,)
        return
    for first in range(rows + 1):
        for rest in compositions(rows - first, levels - 1):
            yield (first, *rest)


def all_data(positives: int, negatives: int, levels: int) -> Iterator[Predictions]:
    """Yield all data with these class sizes whose scores use all levels, together with a second, fixed model."""
    scores = np.linspace(0.2, 0.8, levels).round(3)
    y_true, other = np.repeat([True, False], [positives, negatives]), np.linspace(0, 1, positives + negatives)
    for tp, fp in product(compositions(positives, levels), compositions(negatives, levels)):
        if all(map(sum, zip(tp, fp, strict=True))):
            y_score = np.concatenate([np.repeat(scores, tp), np.repeat(scores, fp)])
            yield Predictions.from_arrays(y_true, {"a": y_score, "b": other})


def all_memos(
    data: Iterator[Predictions], alternatives: Sequence[Constraints], below: int, **options: Any
) -> Iterator[tuple[Snapshot, list[Flagged]]]:
    """Yield memos, each with the counts at its decision and at its best threshold.

    The reader knows the second model but not the constraints: whoever knows both would know more.
    """
    for rows, constraints in product(data, alternatives):
        try:
            decision = decide(rows.curves("a"), constraints=constraints, **options)
        except ConstraintsNotMet:
            continue
        settings = {"limits": ", ".join(map(str, constraints)), "t": decision.threshold_text}
        more: dict[str, Any] = {"settings": settings, "link": "https://example.org/"}
        if alternatives == UNCONSTRAINED:
            estimate = tuned_estimate(decision.curves.tuning, decision.objective, n_resamples=2)
            more |= {"comparison": compare(rows, decision.objective), "estimate": estimate}
        points = [flagged(decision.point.counts), flagged(decision.best_point.counts)]
        yield snapshot_of(decision, rows, suppress_below=below, **more), points


def flagged(counts: ConfusionCounts) -> Flagged:
    return int(counts.tp), int(counts.fp)


def inferred(snapshot: Snapshot, possible: list[list[Flagged]], below: int, ends: list[Flagged]) -> list[Any]:
    """Return the small counts a reader knows: steps between displayed counts, and steps common to all possible data."""
    card: Any = snapshot.card or {"tp": (), "fp": ()}
    displayed = [*ends, *zip(card["tp"], card["fp"], strict=True)]
    known: list[Any] = []
    for one, place, kind in product(displayed, (0, 1), (0, 1)):
        steps = {abs(points[place][kind] - one[kind]) for points in possible}
        if len(steps) == 1 and 0 < max(steps) < below:
            known.append((snapshot.threshold, one, place, kind, steps))
    for one, other, kind in product(displayed, displayed, (0, 1)):
        if 0 < abs(one[kind] - other[kind]) < below:
            known.append((one, other))
    return known


@pytest.mark.parametrize(
    ("rows", "below", "alternatives", "options"),
    [
        ((5, 5, 3), 3, UNCONSTRAINED, {}),
        ((5, 5, 3), 2, UNCONSTRAINED, {}),
        ((5, 5, 3), 3, UNCONSTRAINED, {"threshold": 0.5}),
        ((5, 4, 3), 2, UNCONSTRAINED, {"threshold": 0.5}),
        ((4, 8, 3), 4, UNCONSTRAINED, {"objective": "mcc"}),
        ((12, 60, 2), 10, UNCONSTRAINED, {}),
        ((4, 4, 3), 3, FLAGGED, {}),
        ((4, 4, 3), 3, RECALL, {}),
        ((4, 4, 3), 3, RECALL, {"threshold": 0.5}),
    ],
)
def test_no_small_count_can_be_inferred(
    rows: tuple[int, int, int], below: int, alternatives: tuple[Constraints, ...], options: dict[str, Any]
) -> None:
    """Among all data that produce the same memo, no small count is always the same."""
    possible: dict[str, list[list[Flagged]]] = defaultdict(list)
    snapshots: dict[str, Snapshot] = {}
    for snapshot, points in all_memos(all_data(*rows), alternatives, below, **options):
        text = repr(snapshot)  # has every value of it
        snapshots.setdefault(text, snapshot)
        possible[text].append(points)
    assert len(possible) > 1
    ends = [(0, 0), rows[:2]]
    known = [inferred(snapshots[text], points, below, ends) for text, points in possible.items()]
    assert [counts for counts in known if counts] == []


def group_tables(totals: tuple[int, ...], n_groups: int) -> Iterator[list[tuple[int, ...]]]:
    """Yield all ways to divide the four counts of a threshold among groups, each with a row."""
    for cells in product(*(compositions(total, n_groups) for total in totals)):
        groups = list(zip(*cells, strict=True))
        if all(map(sum, groups)):
            yield groups


def every_count(cells: tuple[int, ...]) -> tuple[int, ...]:
    """Return the counts of a group, the rows, positives and flagged rows included."""
    tn, fp, fn, tp = cells
    return tn, fp, fn, tp, fp + tp, fn + tn, fn + tp, fp + tn, sum(cells)


@pytest.mark.parametrize(
    ("totals", "n_groups", "below"),
    [
        ((0, 3, 3, 5), 3, 3),
        ((3, 3, 3, 3), 2, 3),
        ((0, 6, 6, 6), 2, 3),
        ((0, 4, 0, 6), 4, 3),
        ((0, 0, 0, 9), 4, 3),  # three groups that add up to 6 would have 2 rows each
        ((0, 3, 0, 8), 4, 3),
        ((0, 0, 3, 9), 3, 3),
    ],
)
def test_no_small_count_of_a_group_can_be_inferred(totals: tuple[int, ...], n_groups: int, below: int) -> None:
    """Among all groups that produce the same table, no small count is always the same, whoever knows their names."""
    possible: dict[Any, list[list[tuple[int, ...]]]] = defaultdict(list)
    for groups in group_tables(totals, n_groups):
        counts = [ConfusionCounts(*cells) for cells in groups]
        displayed, summed = safe_groups(counts, [*map(sum, groups)], below, most=20)
        assert sorted(displayed + summed) == list(range(n_groups))
        possible[tuple((place, groups[place]) for place in displayed)].append([every_count(each) for each in groups])
    assert any(possible)
    for data in possible.values():
        for place, kind in product(range(n_groups), range(9)):
            values = {groups[place][kind] for groups in data}
            assert len(values) > 1 or not 0 < max(values) < below

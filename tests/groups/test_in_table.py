"""Groups of a threshold table: the report of the rows that it was counted from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from f1tools import Predictions, ThresholdTable, by_group, decide
from f1tools.core.curve import ThresholdCurve
from f1tools.groups.curves import group_curves
from f1tools.threshold_table import CountedRows
from tests.groups.data import sample
from tests.helpers import rejected
from tests.tables import binned, table_of


def grouped(predictions: Predictions) -> ThresholdTable:
    """Return the exact table of some rows and of their groups."""
    assert predictions.group is not None
    named = np.where(predictions.group == "", "(no value)", predictions.group)
    groups = {}
    for name in ("north", "south", "(no value)"):
        rows = predictions.subset(named == name)
        groups[name] = CountedRows(rows.curve(), rows.n, n_pos=rows.n_pos)
    return replace(table_of(predictions), group_column="region", groups={"score": groups})


@pytest.mark.parametrize("weighted", [False, True])
def test_a_table_has_the_report_of_its_rows(*, weighted: bool) -> None:
    """Sizes, values, intervals, those of all others, gaps and own thresholds."""
    predictions = sample(n=600, weighted=weighted)
    table = grouped(predictions)
    mine, theirs = (by_group(each, decide(each.curves(), threshold=1.0)) for each in (table, predictions))
    for one, other in zip(mine.groups, theirs.groups, strict=True):
        assert (one.name, one.rows.n, one.rows.n_pos) == (other.name, other.rows.n, other.rows.n_pos)
        assert (one.size, one.own_threshold) == (other.size, other.own_threshold)
        assert one.own_value == pytest.approx(other.own_value)
        for here, there in ((one.rows, other.rows), (one.others, other.others)):
            assert here.values == pytest.approx(there.values, nan_ok=True)
            for name, interval in there.intervals.items():
                assert (here.intervals[name].low, here.intervals[name].high) == pytest.approx(
                    (interval.low, interval.high), nan_ok=True
                )
    for rate, gap in theirs.gaps.items():
        found = mine.gaps[rate]
        assert (found.lowest, found.highest) == (gap.lowest, gap.highest)
        assert found.difference == pytest.approx(gap.difference)
    assert group_curves(table, "score", ["north"])["north"] is table.groups["score"]["north"].curve


def test_counts_inside_a_bin_are_not_guessed() -> None:
    """A threshold inside a bin of a group is refused, as is a table without groups."""
    table = grouped(sample(n=600))
    wide = binned(table.groups["score"]["north"].curve, 3, certain=False)
    counted = replace(table.groups["score"]["north"], curve=wide)
    inside = (float(wide.thresholds[2]) + float(wide.highest[2])) / 2  # type: ignore[index]
    table = replace(table, groups={"score": {**table.groups["score"], "north": counted}})
    with rejected("The counts of the group north at ", "are not known", "Choose another threshold"):
        by_group(table, decide(table.curves(), threshold=inside))
    with rejected("The threshold table has no groups"):
        by_group(replace(table, groups={}), decide(table.curves()))


def test_a_group_may_lack_a_class() -> None:
    """It has its counts, and no threshold of its own."""
    south = grouped(sample(n=600)).groups["score"]["south"]
    only = ThresholdCurve.from_counts([0.5, 1.5], [0, 0], [12, 5])
    thresholds = np.union1d(south.curve.thresholds[1:], only.thresholds[1:])
    both = [each.at_each(thresholds.tolist()) for each in (south.curve, only)]
    curve = ThresholdCurve.from_counts(thresholds, sum(each.tp for each in both), sum(each.fp for each in both))
    groups = {"south": south, "none": CountedRows(only, 12)}
    table = ThresholdTable({"score": CountedRows(curve, south.n + 12)}, groups={"score": groups})
    found = by_group(table, decide(table.curves(), threshold=1.0))
    assert [(each.size, each.rows.n_pos) for each in found.groups][1] == ("too few", 0)
    assert found.groups[1].own_threshold is None
    table = replace(table, groups={"score": {"south": south}})
    with rejected("The groups of the threshold table are not all of its rows"):
        by_group(table, decide(table.curves(), threshold=1.0))

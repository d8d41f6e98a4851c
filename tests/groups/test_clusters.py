"""Groups of rows in clusters: copies are no information, and clusters may lie across groups."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools import Predictions, decide
from f1tools.groups import by_group, own_thresholds
from f1tools.groups.gain import _deal
from f1tools.groups.grouping import ScoredRows, grouping, points_of
from f1tools.groups.paired import PairedDecisions
from f1tools.groups.thresholds import require_separable


def copied(copies: int, *, weighted: bool = False) -> Predictions:
    """Return 200 rows of two groups, each of them a cluster of so many copies."""
    rng = np.random.default_rng(0)
    y_true = np.append([True, False], rng.random(198) < 0.4)
    score, group = rng.normal(size=200) + y_true, rng.choice(["a", "b"], 200)
    weight = rng.integers(1, 4, 200) / 2 if weighted else None
    return Predictions.from_arrays(
        np.tile(y_true, copies), np.tile(score, copies), group=np.tile(group, copies),
        sample_weight=None if weight is None else np.tile(weight, copies),
        cluster=np.tile(np.arange(200), copies),
    )  # fmt: skip


def test_copies_of_rows_are_no_information() -> None:
    """Intervals of all values, of the others and of the gaps are those of the rows without copies."""
    once, thrice = (by_group(rows, decide(rows.curves(), threshold=0.5)) for rows in (copied(1), copied(3)))
    for one, other in zip(once.groups, thrice.groups, strict=True):
        for mine, theirs in ((one.rows, other.rows), (one.others, other.others)):
            for name, interval in mine.intervals.items():
                assert theirs.intervals[name].low == pytest.approx(interval.low, abs=1e-9), name
                assert theirs.intervals[name].high == pytest.approx(interval.high, abs=1e-9), name
    for rate, gap in once.gaps.items():
        assert thrice.gaps[rate].interval.high == pytest.approx(gap.interval.high, abs=0.01)
        assert thrice.gaps[rate].p_value == pytest.approx(gap.p_value, abs=0.05)


@pytest.mark.parametrize("weighted", [False, True])
def test_clusters_across_groups(weighted: bool) -> None:
    """The products of each group and of all others are those of a loop over the clusters."""
    rng = np.random.default_rng(1)
    y_true = np.append([True, False], rng.random(58) < 0.4)
    predictions = Predictions.from_arrays(
        y_true, rng.normal(size=60), group=rng.choice(["a", "b", "c"], 60), cluster=rng.integers(0, 12, 60),
        sample_weight=rng.integers(1, 4, 60) / 2 if weighted else None,
    )  # fmt: skip
    groups = grouping(predictions)
    flagged = predictions.scores["score"] >= 0
    weight = np.ones(60) if predictions.sample_weight is None else predictions.sample_weight
    every = points_of(ScoredRows.of(predictions, "score", groups), 0.0)
    for is_other, points in enumerate(every):
        for code, point in enumerate(points):
            expected = np.zeros((4, 4))
            for cluster in range(12):
                rows = (predictions.cluster == cluster) & ((groups.codes == code) ^ bool(is_other))
                cells = np.bincount((2 * y_true + flagged)[rows], weight[rows], 4)
                expected += np.outer(cells, cells)
            np.testing.assert_allclose(point.products, expected, atol=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize("weighted", [False, True])
def test_the_gain_of_own_thresholds_varies_by_cluster(weighted: bool) -> None:
    """Copies leave its variance as it is, and clusters are in one fold."""
    variances = []
    for copies in (1, 3):
        predictions = copied(copies, weighted=weighted)
        rows = ScoredRows.of(predictions, "score", grouping(predictions))
        paired = PairedDecisions.of(rows, rows.y_score >= 0.2, rows.y_score >= 0.3 + 0.4 * rows.codes)
        variances.append(paired.variance(require_separable(decide(predictions.curves()).objective)))
    assert variances[1] == pytest.approx(variances[0])
    assert rows.clusters is not None
    fold = _deal(rows, 5, np.random.default_rng(0))
    assert all(np.unique(fold[rows.clusters == cluster]).size == 1 for cluster in range(200))
    assert np.bincount(fold).max() - np.bincount(fold).min() <= 3
    found = own_thresholds(predictions, decide(predictions.curves()))
    assert found.interval.low < found.gain < found.interval.high

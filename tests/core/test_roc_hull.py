"""Tests of the ROC curve's convex hull against all lines between two points, in integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.core.roc_hull import hull_positions, hulls_of_each
from tests.strategies import EXACT_WEIGHT, Rows, rows


def vertices_by_brute_force(curve: ThresholdCurve) -> list[int]:
    """Return the points that lie above every line between an earlier and a later point."""
    points = [(int(8 * x), int(8 * y)) for x, y in zip(curve.fp.tolist(), curve.tp.tolist(), strict=True)]

    def is_covered(b: int) -> bool:
        x1, y1 = points[b]
        return any(
            (x2 - x0) * (y1 - y0) <= (y2 - y0) * (x1 - x0) for x0, y0 in points[:b] for x2, y2 in points[b + 1 :]
        )

    return [b for b in range(len(points)) if not is_covered(b)]


@given(st.one_of(rows(both=False), rows(both=False, weight=EXACT_WEIGHT)), st.sampled_from([0, 1, 2, 100]))
def test_hull_equals_brute_force(sample: Rows, max_passes: int) -> None:
    """Vectorized passes and the final scan find the same vertices, however the work is divided between them."""
    assert hull_positions(sample.curve(), max_passes).tolist() == vertices_by_brute_force(sample.curve())


@given(st.data(), st.integers(1, 4), st.integers(1, 8))
def test_hulls_of_several_curves_are_those_of_each(data: st.DataObject, n_curves: int, size: int) -> None:
    """Curves that follow each other do not influence each other, also where one has a single point only."""
    steps = st.lists(st.integers(0, 3), min_size=n_curves * size, max_size=n_curves * size)
    fp, tp = (
        np.cumsum(np.insert(np.reshape(data.draw(steps), (n_curves, size)), 0, 0, axis=1), axis=1).astype(np.float64)
        for _ in range(2)
    )
    of_curve, position = hulls_of_each(fp, tp)
    thresholds = np.append(np.inf, np.arange(size, 0, -1.0))
    for place in range(n_curves):
        points = list(zip(fp[place].tolist(), tp[place].tolist(), strict=True))
        last = [at for at in range(size + 1) if points[at] not in points[at + 1 :]]  # of those with the same counts
        curve = ThresholdCurve(thresholds, tp[place], fp[place]).take(np.array(last))
        assert position[of_curve == place].tolist() == [last[at] for at in vertices_by_brute_force(curve)]


def test_a_ranking_below_the_diagonal_has_only_the_end_points() -> None:
    """A ranking that is worse than random has no vertex between its ends."""
    curve = ThresholdCurve.from_predictions([0, 0, 0, 1, 1], [5, 4, 3, 2, 1])
    assert hull_positions(curve).tolist() == [0, 5]


def test_points_that_can_only_be_removed_one_at_a_time() -> None:
    """A long convex arc is covered by the last point alone, so that each pass removes a single point."""
    size = 3_000
    fp = np.arange(size + 1) ** 2
    tp = np.arange(size + 1) * 2 * size
    tp[-1] = 3 * 10**10
    curve = ThresholdCurve(np.append(np.inf, np.arange(size, 0, -1.0)), tp, fp)
    assert hull_positions(curve).tolist() == [0, 1, size]


@pytest.mark.parametrize("convex", [True, False])
def test_large_counts_are_compared_exactly(convex: bool) -> None:
    """With a billion rows per step, slopes are compared exactly where their products round to the same double."""
    m = 2**30 + 1
    assert float(m * m) == float((m + 1) * (m - 1))
    steep, flat = np.array([[m - 1, m], [m, m + 1]])  # (false, true) positives; the slopes differ in the last digit
    first, second = (steep, flat) if convex else (flat, steep)
    fp, tp = np.array([[0, 0], first, first + second], dtype=np.uint32).T
    curve = ThresholdCurve(np.array([np.inf, 2.0, 1.0]), tp, fp)
    assert hull_positions(curve).tolist() == ([0, 1, 2] if convex else [0, 2])


def test_weights_too_small_to_change_a_sum() -> None:
    """Of thresholds with the same sums the lowest is returned, at a vertex and at the end."""
    weight = [1e300, 1.0, 1e300, 1.0, 1.0]
    curve = ThresholdCurve.from_predictions([1, 1, 0, 0, 1], [5, 4, 3, 2, 1], sample_weight=weight)
    assert curve.tp.tolist()[1:] == [1e300] * 5
    assert hull_positions(curve).tolist() == [0, 2, 5]

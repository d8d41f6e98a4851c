"""The corners of the ROC curve's hull: against all straight lines between two points, in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import roc_hull
from tests.strategies import EXACT_WEIGHT, Rows, rows


def corners_by_hand(curve: ThresholdCurve) -> list[int]:
    """Keep the points that lie on or below no line between an earlier and a later one."""
    points = [(int(8 * x), int(8 * y)) for x, y in zip(curve.fp.tolist(), curve.tp.tolist(), strict=True)]

    def shaded(b: int) -> bool:
        x1, y1 = points[b]
        return any(
            (x2 - x0) * (y1 - y0) <= (y2 - y0) * (x1 - x0) for x0, y0 in points[:b] for x2, y2 in points[b + 1 :]
        )

    return [b for b in range(len(points)) if not shaded(b)]


@given(st.one_of(rows(both=False), rows(both=False, weight=EXACT_WEIGHT)), st.sampled_from([0, 1, 2, 100]))
def test_corners_are_above_all_lines(drawn: Rows, rounds: int) -> None:
    """Removing many points at once and walking through them one by one find the same corners, the right ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roc_hull, "_ROUNDS", rounds)
        assert roc_hull.hull_positions(drawn.curve()).tolist() == corners_by_hand(drawn.curve())


def test_the_ends_and_nothing_else() -> None:
    """A ranking that is worse than none has no corner between its ends."""
    curve = ThresholdCurve.from_predictions([0, 0, 0, 1, 1], [5, 4, 3, 2, 1])
    assert roc_hull.hull_positions(curve).tolist() == [0, 5]


def test_points_that_fall_one_after_the_other() -> None:
    """A long bend that one last point puts in the shade, from its end on: no round removes more than one point."""
    size = 3_000
    fp = np.arange(size + 1) ** 2
    tp = np.arange(size + 1) * 2 * size
    tp[-1] = 3 * 10**10
    curve = ThresholdCurve(np.append(np.inf, np.arange(size, 0, -1.0)), tp, fp)
    assert roc_hull.hull_positions(curve).tolist() == [0, 1, size]


def test_the_largest_counts_are_compared_exactly() -> None:
    """A billion rows to a step: which of two slopes is steeper is seen where their products are one double."""
    m = 2**30 + 1
    assert float(m * m) == float((m + 1) * (m - 1))
    steps = np.array([[m - 1, m], [m, m + 1]])  # (false, true) positives, the first step steeper by a hair
    for first, second, corners in ((steps[0], steps[1], [0, 1, 2]), (steps[1], steps[0], [0, 2])):
        fp, tp = np.array([[0, 0], first, first + second], dtype=np.uint32).T
        curve = ThresholdCurve(np.array([np.inf, 2.0, 1.0]), tp, fp)
        assert roc_hull.hull_positions(curve).tolist() == corners


def test_weights_too_small_to_add_anything() -> None:
    """Of thresholds whose sums are the same the lowest stands for all, at a corner and at the end."""
    curve = ThresholdCurve.from_predictions(
        [1, 1, 0, 0, 1], [5, 4, 3, 2, 1], sample_weight=[1e300, 1.0, 1e300, 1.0, 1.0]
    )
    assert curve.tp.tolist()[1:] == [1e300] * 5
    assert roc_hull.hull_positions(curve).tolist() == [0, 2, 5]

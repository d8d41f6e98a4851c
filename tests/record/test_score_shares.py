"""How the scores lie, in a few numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.record import score_shares, shares_at
from tests.strategies import Rows, weighted_or_not


@given(weighted_or_not(both=False), st.integers(1, 12))
def test_shares_are_those_that_numpy_counts(found: Rows, n_bins: int) -> None:
    """Each share is that of the rows, or of their weights, from one edge up to the next; no bin is empty."""
    if found.sample_weight is not None and not found.sample_weight.any():
        return
    score = found.y_score.astype(np.float64)
    weight = np.ones(score.size) if found.sample_weight is None else found.sample_weight
    shares = score_shares(found.curve(), n_bins)
    place = np.searchsorted(np.array(shares.edges), score, side="right")
    counted = np.bincount(place, weights=weight, minlength=len(shares.edges) + 1)
    assert np.allclose(shares.shares, counted / weight.sum(), rtol=1e-12, atol=0)
    assert min(shares.shares) > 0
    assert len(shares.edges) < n_bins
    assert list(shares.edges) == sorted(set(shares.edges))
    assert shares.span == (score[weight > 0].min(), score[weight > 0].max())


@given(st.integers(1, 12), st.integers(1, 20), st.randoms(use_true_random=False))
def test_bins_are_equal_where_scores_allow_it(n_bins: int, rows_each: int, random: object) -> None:
    """As many distinct scores as bins times something: every bin holds the same number of rows."""
    scores = list(range(n_bins * rows_each))
    random.shuffle(scores)  # type: ignore[attr-defined]
    curve = ThresholdCurve.from_predictions([1, *[0] * (len(scores) - 1)], scores)
    found = score_shares(curve, n_bins)
    assert found.shares == pytest.approx([1 / n_bins] * n_bins)
    assert found.edges == tuple(float(rows_each * place) for place in range(1, n_bins))


def test_ties_make_fewer_bins() -> None:
    """Two scores make two bins, one score makes one."""
    two = score_shares(ThresholdCurve.from_predictions([1, 0, 0, 0], [0.9, 0.9, 0.1, 0.9]))
    assert (two.edges, two.shares) == ((0.9,), (0.25, 0.75))
    one = score_shares(ThresholdCurve.from_predictions([1, 0], [0.5, 0.5]))
    assert (one.edges, one.shares, one.span) == ((), (1.0,), (0.5, 0.5))


def test_shares_at_edges_of_another_table() -> None:
    """A row at an edge is in the upper bin; bins without rows have the share 0."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    assert shares_at(curve, [-1.0, 0.4, 5.0]) == (0.0, 0.25, 0.75, 0.0)


def test_no_bins() -> None:
    """Fewer than one bin can't be."""
    with pytest.raises(ValueError, match=r"^n_bins must be 1 or more, got 0\.$"):
        score_shares(ThresholdCurve.from_predictions([1, 0], [0.5, 0.5]), 0)

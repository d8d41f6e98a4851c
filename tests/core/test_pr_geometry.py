"""The geometry of the precision-recall plane, against the definitions and brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from f1tools.core.pr_geometry import iso_fbeta, iso_recalls, lowest_precision

SHARES = st.floats(0.01, 1.0)
BETAS = st.sampled_from([0.25, 0.5, 1.0, 2.0, 5.0])


@given(SHARES, st.just(0.0) | SHARES, BETAS)
def test_points_of_an_iso_line_have_its_fbeta(value: float, recall: float, beta: float) -> None:
    """F-beta, computed from precision and recall, is that of the line; else no precision up to 1 reaches it."""
    precision = float(iso_fbeta(value, recall, beta=beta))
    if np.isnan(precision):
        assert (1 + beta**2) * recall / (beta**2 + recall) < value
    else:
        assert 0 < precision <= 1 + 1e-9
        assert (1 + beta**2) * precision * recall / (beta**2 * precision + recall) == pytest.approx(value, rel=1e-9)


@given(SHARES, BETAS, st.integers(2, 50))
def test_an_iso_line_runs_from_edge_to_edge(value: float, beta: float, n: int) -> None:
    """It starts at precision 1, ends at recall 1, and has a point at each recall."""
    recalls = iso_recalls(value, n, beta=beta)
    precision = iso_fbeta(value, recalls, beta=beta)
    assert recalls.size == n
    assert recalls[-1] == 1
    assert precision[0] == pytest.approx(1)
    assert not np.isnan(precision).any()
    assert (np.diff(precision) <= 1e-12).all()


@pytest.mark.parametrize("n_pos", [1, 2, 3, 4])
@pytest.mark.parametrize("n_neg", [1, 2, 3])
def test_no_ranking_is_below_the_lowest_precision(n_pos: int, n_neg: int) -> None:
    """Of all rankings the worst one attains the bound at every recall, and none is below."""
    n = n_pos + n_neg
    lowest: dict[float, float] = {}
    for ranks in itertools.combinations(range(n), n_pos):
        y_true = np.isin(np.arange(n), ranks)
        precision, recall, _ = precision_recall_curve(y_true, np.arange(n, dtype=float))
        for p, r in zip(precision[:-1], recall[:-1], strict=True):
            lowest[float(r)] = min(lowest.get(float(r), 1.0), float(p))
    recalls = sorted(lowest)
    np.testing.assert_allclose(lowest_precision(recalls, n_pos / n), [lowest[r] for r in recalls], rtol=1e-12)

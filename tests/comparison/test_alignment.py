"""Aligned thresholds: against brute force over all thresholds in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.comparison.alignment import ALIGN_BY, AlignBy, aligned_threshold, may_fit_better
from f1tools.core.curve import ThresholdCurve
from tests.strategies import Rows, binned, weighted_or_not


def counts_at(rows: Rows, threshold: float) -> tuple[Fraction, Fraction]:
    """Return the true and false positives at a threshold, exactly."""
    totals = [Fraction(0), Fraction(0)]
    weights = np.ones(rows.y_true.size) if rows.sample_weight is None else rows.sample_weight
    for label, score, weight in zip(rows.y_true, rows.y_score.astype(np.float64), weights, strict=True):
        if score >= threshold and not math.isinf(threshold):
            totals[not label] += Fraction(float(weight))
    return totals[0], totals[1]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rows, Rows, float]:
    """Draw two models over the same rows, and a threshold of the first."""
    first = draw(weighted_or_not())
    order = np.array(draw(st.permutations(range(first.y_true.size))))
    second = first._replace(y_score=first.y_score[order])
    return first, second, draw(st.sampled_from([*first.curve().thresholds.tolist()]))


@given(pairs())
def test_aligned_thresholds_are_those_of_brute_force(pair: tuple[Rows, Rows, float]) -> None:
    """The highest one with the recall, the lowest ones with the precision and with no more rows flagged."""
    first, second, threshold = pair
    curve, reference = second.curve(), first.curve().at(threshold)
    tp, fp = counts_at(first, threshold)
    points = [(each, *counts_at(second, each)) for each in curve.thresholds.tolist()]
    with_recall = [each for each, hits, _ in points if hits >= tp]
    with_precision = [
        each for each, hits, alarms in points if hits + alarms and tp + fp and hits * (tp + fp) >= tp * (hits + alarms)
    ]
    no_more = [each for each, hits, alarms in points if hits + alarms <= tp + fp]
    flags = tp + fp > 0
    assert aligned_threshold(curve, reference, "recall") == (max(with_recall) if flags else math.inf)
    expected = min(with_precision, default=None) if flags else math.inf
    assert aligned_threshold(curve, reference, "precision") == expected
    assert aligned_threshold(curve, reference, "flagged") == min(no_more)
    assert aligned_threshold(curve, reference, "threshold") == threshold


@given(pairs(), st.sampled_from(ALIGN_BY))
def test_a_model_is_aligned_with_itself(pair: tuple[Rows, Rows, float], by: str) -> None:
    """It has the recall, the precision or the number flagged of its own threshold."""
    rows, _, threshold = pair
    curve = rows.curve()
    reference = curve.at(threshold)
    own = aligned_threshold(curve, reference, by)  # type: ignore[arg-type]
    assert own is not None
    counts = curve.at(own).counts
    value = {"recall": "recall", "precision": "precision", "flagged": "predicted_positive_rate", "threshold": "f1"}[by]
    if by == "precision":
        assert counts.precision() >= reference.counts.precision() * (1 - 1e-12)
    else:
        assert float(getattr(counts, value)()) == pytest.approx(float(getattr(reference.counts, value)()), abs=1e-12)


def test_what_no_threshold_reaches() -> None:
    """Positives without a score limit the recall, and a model can be less precise at every threshold."""
    y_true = [1, 1, 0, 0]
    complete = ThresholdCurve.from_predictions(y_true, [0.9, 0.8, 0.2, 0.1])
    lacking = ThresholdCurve.from_predictions(y_true, [0.3, -math.inf, 0.4, 0.1])
    assert aligned_threshold(lacking, complete.at(0.5), "recall") is None
    assert aligned_threshold(lacking, complete.at(0.5), "precision") is None
    assert aligned_threshold(lacking, complete.at(0.5), "flagged") == 0.3
    assert aligned_threshold(lacking, complete.at(math.inf), "recall") == math.inf


@given(pairs(), st.lists(st.integers(0, 20), max_size=8), st.sampled_from(ALIGN_BY))
def test_bins_that_may_hold_a_better_fit_are_named(
    pair: tuple[Rows, Rows, float], first: list[int], by: AlignBy
) -> None:
    """If no threshold inside a bin may fit better, the table has the same aligned counts as the rows."""
    reference, exact = pair[0].curve().at(pair[2]), pair[1].curve()
    curve = binned(exact, first)
    if by == "threshold" or may_fit_better(curve, reference, by):
        return
    found, true = (aligned_threshold(each, reference, by) for each in (curve, exact))
    assert (found is None) == (true is None)
    if found is not None and true is not None:
        counts = curve.at(found).counts, exact.at(true).counts
        assert [counts[0].tp, counts[0].fp] == pytest.approx([counts[1].tp, counts[1].fp], rel=1e-9)

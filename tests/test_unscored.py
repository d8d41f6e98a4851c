"""Rows without a score: no threshold flags them, so they are false or true negatives at every threshold."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix_at_thresholds, roc_auc_score

from f1tools.calibration import brier_score, brier_skill, reliability
from f1tools.core import histogram_search
from f1tools.core.curve import ThresholdCurve
from f1tools.core.histogram_search import best_threshold
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best, plateau
from f1tools.core.roc_hull import hull_positions
from f1tools.predictions import Predictions
from f1tools.record.drift_statistics import EffectiveRows, score_bins
from f1tools.record.fingerprint import table_digest
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.cells import bin_curve
from f1tools.uncertainty.resampling import draw
from f1tools.what_if import amount_curve, at_capacity, at_prevalence, cost_ranges, exchange_rate, optimal_triage, triage
from tests.exact import candidates, cells_at, exact, maximizers
from tests.helpers import constants, rejected
from tests.strategies import ANY_WEIGHT, Rows, rows, weighted_or_not

CELLS = ("tn", "fp", "fn", "tp")


@st.composite
def with_gaps(draw: st.DrawFn, source: st.SearchStrategy[Rows] | None = None) -> Rows:
    """Draw rows of which some have no score, but at least one row with weight has one."""
    drawn = draw(weighted_or_not() if source is None else source)
    unscored = np.array(draw(st.lists(st.booleans(), min_size=drawn.y_true.size, max_size=drawn.y_true.size)))
    used = np.ones(drawn.y_true.size, np.bool_) if drawn.sample_weight is None else drawn.sample_weight > 0
    unscored[np.flatnonzero(used)[0]] = False
    return drawn._replace(y_score=np.where(unscored, -np.inf, drawn.y_score.astype(np.float64)))


def select(drawn: Rows, kept: np.ndarray[Any, Any]) -> Rows:
    """Return some of the rows."""
    weight = None if drawn.sample_weight is None else drawn.sample_weight[kept]
    return Rows(drawn.y_true[kept], drawn.y_score[kept], weight)


def scored_only(drawn: Rows) -> Rows:
    """Return the rows with a score."""
    return select(drawn, drawn.y_score != -np.inf)


def ranked(drawn: Rows) -> Rows:
    """Replace scores by their ranks, from 1; rows without a score get 0, which is below all of them."""
    ranks = np.unique(np.append(drawn.y_score, -np.inf) + 0.0, return_inverse=True)[1][:-1]
    return drawn._replace(y_score=ranks)


@given(with_gaps(st.one_of(weighted_or_not(both=False), rows(weight=ANY_WEIGHT))))
def test_counts_equal_scikit_learn_with_the_lowest_score_filled_in(drawn: Rows) -> None:
    """At each score, scikit-learn counts the same where a value below all scores stands for none."""
    curve, filled = drawn.curve(), ranked(drawn)
    *counts, thresholds = confusion_matrix_at_thresholds(
        filled.y_true, filled.y_score, pos_label=True, sample_weight=filled.sample_weight
    )
    for cell, expected in zip(CELLS, counts, strict=True):
        np.testing.assert_allclose(getattr(curve.counts, cell)[1:], expected[thresholds > 0], rtol=1e-12, atol=1e-9)
    assert len(curve) == np.count_nonzero(thresholds > 0) + 1
    np.testing.assert_allclose(curve.counts.positives(), curve.positives, rtol=1e-12)
    assert curve.at(-math.inf).counts.tp == curve.tp[-1]


@given(with_gaps())
def test_areas_equal_scikit_learn(drawn: Rows) -> None:
    """ROC AUC ties rows without a score below all others; average precision leaves out the step that flags them."""
    curve, filled = drawn.curve(), ranked(drawn)
    options = {"sample_weight": filled.sample_weight}
    assert curve.roc_auc() == pytest.approx(roc_auc_score(filled.y_true, filled.y_score, **options), abs=1e-12)
    last_step = curve.unscored.positives / (curve.positives + curve.negatives)  # recall gained times prevalence
    expected = average_precision_score(filled.y_true, filled.y_score, **options) - last_step
    assert curve.average_precision() == pytest.approx(expected, abs=1e-12)


@given(drawn=with_gaps(rows()), name=st.sampled_from([name for name in METRICS if name != "fbeta"]))
def test_the_best_threshold_flags_rows_with_a_score_only(drawn: Rows, name: str) -> None:
    """The optimum is that of all attainable thresholds, from exact arithmetic; the search without a curve agrees."""
    attainable = [each for each in candidates(drawn) if each > -math.inf]
    _, ties = maximizers((each, exact(name, cells_at(drawn, each))) for each in attainable)
    optimum = best(drawn.curve(), name)
    assert optimum.ties.tolist() == ties
    assert optimum.interval == (drawn.curve().next_below(ties[-1]), ties[-1])
    wide = plateau(drawn.curve(), optimum)
    assert wide.low < optimum.point.threshold <= wide.high
    with constants(histogram_search, _FEW_ROWS=0, _BINS=4, _BLOCK=3):
        found = best_threshold(drawn.y_true, drawn.y_score, name)
    assert (found.ties.tolist(), found.value, found.interval) == (ties, optimum.value, optimum.interval)


@given(with_gaps(rows(weight=ANY_WEIGHT)), st.sampled_from(["f1", "accuracy", "mcc"]))
def test_weighted_search(drawn: Rows, name: str) -> None:
    """With weights the search without a curve finds the value of the curve."""
    with constants(histogram_search, _FEW_ROWS=0, _BINS=4, _BLOCK=3):
        found = best_threshold(drawn.y_true, drawn.y_score, name, sample_weight=drawn.sample_weight)
    assert found.value == pytest.approx(best(drawn.curve(), name).value, abs=1e-9)


@given(weighted_or_not(), st.integers(0, 4), st.integers(0, 4))
def test_each_row_without_a_score_is_one_more_error_or_correct_rejection(drawn: Rows, k: int, m: int) -> None:
    """Adding k positives and m negatives without a score adds k to FN and m to TN at every threshold."""
    label = np.concatenate([drawn.y_true, np.ones(k, np.bool_), np.zeros(m, np.bool_)])
    score = np.concatenate([drawn.y_score.astype(np.float64), np.full(k + m, -np.inf)])
    weight = None if drawn.sample_weight is None else np.append(drawn.sample_weight, np.ones(k + m))
    before, after = drawn.curve(), Rows(label, score, weight).curve()
    np.testing.assert_array_equal(before.thresholds, after.thresholds)
    for cell, added in zip(CELLS, (m, 0, k, 0), strict=True):
        np.testing.assert_allclose(getattr(after.counts, cell), getattr(before.counts, cell) + added, rtol=1e-12)
        if before.squares is not None:
            expected = getattr(before.squares, cell) + added
            np.testing.assert_allclose(getattr(after.squares, cell), expected, rtol=1e-12, atol=1e-12)
    if drawn.sample_weight is None:
        intervals = [metric_interval("precision", each.counts) for each in (before, after)]
        assert intervals[0] is not None
        assert intervals[1] is not None
        np.testing.assert_array_equal(intervals[0].low, intervals[1].low)


@given(with_gaps(st.one_of(weighted_or_not(both=False), rows(weight=ANY_WEIGHT))))
def test_totals_beside_counts_are_the_same_curve(drawn: Rows) -> None:
    """``from_counts`` with the totals of all rows restores the curve; 1e-12 of a total is taken for rounding."""
    curve = drawn.curve()
    columns: dict[str, Any] = {
        "tp": curve.tp,
        "fp": curve.fp,
        "positives": curve.positives,
        "negatives": curve.negatives,
    }
    totals: dict[str, float] = {}
    if curve.squares is not None:
        totals = {"positive_squares": curve.squares.positives()[0], "negative_squares": curve.squares.negatives()[0]}
        columns |= {"tp_squares": curve.tp_squares, "fp_squares": curve.fp_squares} | totals
    restored = ThresholdCurve.from_counts(curve.thresholds, **columns)
    everything = [curve.positives, curve.negatives, *(totals.values() or (curve.positives, curve.negatives))]
    for found, right, total in zip(restored.unscored, curve.unscored, everything, strict=True):
        assert found == pytest.approx(right, rel=1e-6, abs=max(1e-9, 2e-12 * total))
    np.testing.assert_array_equal(restored.tp, curve.tp)
    assert restored.weighted == curve.weighted


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"positives": 1}, "positives must be at least the count at the lowest threshold, 2, got 1"),
        ({"negatives": 0.5}, "negatives must be a whole number, got 0.5"),
        ({"negatives": math.nan}, "negatives must be a whole number, got nan"),
        ({"positive_squares": 3}, "Pass tp_squares and fp_squares as well"),
        ({"tp": [1.5, 2], "tp_squares": [1, 2], "fp_squares": [0, 1], "positives": 3}, "positive_squares together"),
    ],
)
def test_totals_are_validated(options: dict[str, Any], part: str) -> None:
    """A total below the counts, no number or without its squares is rejected."""
    with rejected(part):
        ThresholdCurve.from_counts([0.9, 0.4], **({"tp": [1, 2], "fp": [0, 1]} | options))


def test_a_score_is_needed() -> None:
    """No threshold can be judged where no row of a class has a score, with weight, in each set; nan stays an error."""
    nothing = -math.inf
    with rejected("No row has a score"):
        ThresholdCurve.from_predictions([1, 0], [nothing, nothing])
    with rejected("No row with the label 'yes' has a score of 'p'"):
        Predictions.from_arrays(["yes", "no"], {"p": [nothing, 0.4]}, pos_label="yes")
    with rejected("No row with the label '0' has a score"):
        Predictions.from_arrays([1, 0, 0], [0.5, nothing, 0.4], sample_weight=[1, 1, 0])
    with rejected("No row with the label '1' in the set 'tune' has a score"):
        Predictions.from_arrays([1, 0, 1, 0], [nothing, 0.4, 0.5, 0.4], tuning=[True, True, False, False])
    with rejected("got nan in row 1 (1 such rows in all)", "pass -inf for rows without a score"):
        ThresholdCurve.from_predictions([1, 0, 0], [nothing, math.nan, 0.5])


def test_sets_and_subsets_keep_rows_without_a_score() -> None:
    """They belong to their set, and another model may have scored them."""
    scores = {"detector": [0.9, -math.inf, 0.2, 0.4, -math.inf, 0.7], "other": [0.5, 0.4, 0.3, 0.2, 0.1, 0.6]}
    predictions = Predictions.from_arrays([1, 1, 0, 1, 1, 0], scores, tuning=[True, True, True, False, False, False])
    curves = predictions.curves("detector")
    assert [curve.unscored.positives for curve in (curves.tuning, curves.evaluation)] == [1, 1]
    assert predictions.evaluation_set.curve("detector").at(0.4).counts.fn == 1
    assert not predictions.curve("other").has_unscored


@given(with_gaps(), st.integers(1, 8), st.floats(0.01, 0.99))
def test_a_changed_curve_keeps_them(drawn: Rows, factor: int, prevalence: float) -> None:
    """Weights of classes and another prevalence apply to them too; a thinned curve has the same totals."""
    curve = drawn.curve()
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    expected = drawn._replace(sample_weight=np.where(drawn.y_true, factor, 0.5) * weight).curve()
    np.testing.assert_array_equal(curve.reweighted(factor, 0.5).unscored, expected.unscored)
    shifted = at_prevalence(curve, prevalence)
    assert shifted.positives / (shifted.positives + shifted.negatives) == pytest.approx(prevalence)
    assert curve.thinned(3).unscored == curve.take(hull_positions(curve)).unscored == curve.unscored


@given(with_gaps(rows()), st.integers(0, 12), st.integers(1, 4))
def test_what_ifs_count_them(drawn: Rows, twelfths: int, catches: int) -> None:
    """A capacity is a share of all rows, costs and zones include them, and further catches need a score."""
    curve, share = drawn.curve(), twelfths / 12
    flagged = {each: np.count_nonzero(drawn.y_score >= each) for each in [*curve.thresholds.tolist()]}
    within = [each for each, n in flagged.items() if Fraction(int(n), drawn.y_true.size) <= Fraction(twelfths, 12)]
    assert at_capacity(curve, share).threshold == min(within)
    for threshold in curve.thresholds.tolist():
        rate, now = exchange_rate(curve, threshold, catches), curve.at(threshold).counts
        assert (rate.more is None) == (now.tp == curve.tp[-1])
        assert rate.more is None or rate.more.tp >= min(catches, curve.tp[-1] - now.tp)
    lowest = float(curve.thresholds[-1])
    zones = triage(curve, lowest, lowest)
    assert (zones.auto_negative.positives, zones.auto_negative.negatives) == curve.unscored[:2]
    assert cost_ranges(curve).at(math.inf) >= lowest


@given(with_gaps(rows()), st.data())
def test_amounts_count_them(drawn: Rows, data: st.DataObject) -> None:
    """A missed case without a score costs its amount at every threshold."""
    n = drawn.y_true.size
    amount = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), dtype=np.float64)
    curve = amount_curve(drawn.y_true, drawn.y_score, miss=amount, false_alarm=2.0)
    for threshold in curve.thresholds.tolist():
        missed = (drawn.y_score < threshold) & drawn.y_true
        assert curve.at(threshold).counts.fn == amount[missed].sum()
        assert curve.at(threshold).counts.fp == 2 * np.count_nonzero((drawn.y_score >= threshold) & ~drawn.y_true)


@given(with_gaps(rows()), st.integers(0, 10), st.integers(0, 10))
def test_triage_without_them_in_review(drawn: Rows, false_tenths: int, missed_tenths: int) -> None:
    """The smallest workload under the limits by brute force; where no threshold misses few enough, all are reviewed."""
    curve = drawn.curve()
    points = {each: cells_at(drawn, each) for each in curve.thresholds.tolist()}
    allowed_false, allowed_missed = Fraction(false_tenths, 10), Fraction(missed_tenths, 10)
    highs = [t for t, c in points.items() if c.fp <= allowed_false * (c.tp + c.fp)]
    lows = [t for t, c in points.items() if c.fn <= allowed_missed * (c.tp + c.fn)] or [min(points)]
    reviewed = min(
        points[low].tp + points[low].fp - points[high].tp - points[high].fp
        for low in lows
        for high in highs
        if low <= high
    )
    zones = optimal_triage(curve, max_false=false_tenths / 10, max_missed=missed_tenths / 10)
    assert zones.review.total == reviewed
    assert zones.low in lows


@given(with_gaps(rows(most=40)))
@settings(max_examples=20)
def test_what_describes_scores_leaves_them_out(drawn: Rows) -> None:
    """Bins of scores, calibration and the Brier score are those of the rows with a score."""
    drawn = drawn._replace(y_score=np.where(drawn.y_score == -np.inf, -np.inf, ranked(drawn).y_score / 100))
    curve, scored = drawn.curve(), scored_only(drawn).curve()
    assert score_bins(curve) == score_bins(scored)
    assert brier_score(curve) == brier_score(scored)
    np.testing.assert_equal(brier_skill(curve), brier_skill(scored))
    np.testing.assert_array_equal(reliability(curve, 5).observed, reliability(scored, 5).observed)
    n = float(drawn.y_true.size)
    assert EffectiveRows.from_curve(curve) == EffectiveRows(float(scored.n_scored), n, n)


@given(with_gaps())
def test_a_digest_tells_them(drawn: Rows) -> None:
    """The digest of a curve with rows without a score is another one than that of the others alone."""
    curve, scored = drawn.curve(), scored_only(drawn).curve()
    assert (table_digest(curve) == table_digest(scored)) == (not curve.has_unscored)
    shuffled = select(drawn, np.random.default_rng(1).permutation(drawn.y_true.size))
    assert table_digest(shuffled.curve()) == table_digest(curve)


@pytest.mark.parametrize("weighted", [False, True])
def test_resamples_draw_them(weighted: bool) -> None:
    """The number of positives without a score in a resample is a Poisson variable, as for any other rows."""
    y_true = np.arange(300) % 3 == 0
    y_score = np.where(np.arange(300) < 90, -np.inf, np.arange(300) % 50)
    weight = np.full(300, 0.5) if weighted else None
    curve = Rows(y_true, y_score, weight).curve()
    table, rng = bin_curve(curve, [best(curve)]), np.random.default_rng(7)
    in_bag, out_of_bag = zip(*(draw(table, rng) for _ in range(100)), strict=True)
    unit = 0.5 if weighted else 1.0
    for counts, mean in ((in_bag, 1.0), (out_of_bag, math.exp(-1))):
        missed = np.concatenate([each.fn[:, -1] for each in counts]) / unit
        assert missed.mean() == pytest.approx(30 * mean, abs=5 * math.sqrt(30 / missed.size))
        assert all(each.tp.shape[1] == len(table) for each in counts)
    assert np.concatenate([each.fn[:, -1] for each in in_bag]).var() / unit**2 == pytest.approx(30, rel=0.15)

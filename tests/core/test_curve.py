"""The threshold curve: exact counts at every threshold, from rows or from counts, weighted and thinned."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix_at_thresholds, roc_auc_score

from f1tools.core import threshold_counts
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from tests.exact import cells_at
from tests.helpers import constants, rejected
from tests.strategies import ANY_WEIGHT, EDGES, Rows, curve_of, rows, weighted_or_not

# Ties of both classes.
Y_TRUE = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0]
Y_SCORE = [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]

any_threshold = st.one_of(st.floats(allow_nan=False), st.sampled_from(EDGES), st.integers(0, 10).map(lambda n: n / 20))


def four(counts: ConfusionCounts) -> list[object]:
    """Return the counts in scikit-learn's order."""
    return [counts.tn, counts.fp, counts.fn, counts.tp]


def test_ten_rows_with_ties() -> None:
    """Counts, metrics and areas of ten rows, as scikit-learn computes them; the frame has them all."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    frame = curve.frame()
    assert list(frame) == ["threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1"]
    assert frame["threshold"].tolist() == [math.inf, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1]
    assert frame["tp"].tolist() == [0, 1, 2, 3, 4, 4, 4]
    assert frame["fp"].tolist() == [0, 1, 1, 3, 4, 5, 6]
    assert frame["tn"].tolist() == [6, 5, 5, 3, 2, 1, 0]
    assert frame["fn"].tolist() == [4, 3, 2, 1, 0, 0, 0]
    np.testing.assert_allclose(frame["precision"], [np.nan, 0.5, 2 / 3, 0.5, 0.5, 4 / 9, 0.4])
    np.testing.assert_allclose(frame["recall"], [0, 0.25, 0.5, 0.75, 1, 1, 1])
    np.testing.assert_allclose(frame["f1"], [0, 1 / 3, 4 / 7, 0.6, 2 / 3, 8 / 13, 4 / 7])
    assert curve.average_precision() == pytest.approx(0.5416667, abs=5e-8)
    assert curve.roc_auc() == pytest.approx(0.7083333, abs=5e-8)


@given(drawn=weighted_or_not(both=False))
def test_the_curve_equals_scikit_learn(drawn: Rows) -> None:
    """After +inf, where nothing is flagged, thresholds and all four counts are scikit-learn's."""
    curve = drawn.curve()
    with np.errstate(over="ignore", invalid="ignore"):
        *counts, thresholds = confusion_matrix_at_thresholds(
            drawn.y_true, drawn.y_score, pos_label=True, sample_weight=drawn.sample_weight
        )
    assert len(curve) == thresholds.size + 1
    np.testing.assert_array_equal(curve.thresholds[1:], thresholds)
    for ours, theirs in zip(four(curve.counts), counts, strict=True):
        np.testing.assert_array_equal(np.asarray(ours)[1:], theirs)
    assert [np.asarray(n)[0] for n in four(curve.counts)] == [curve.negatives, 0, curve.positives, 0]
    assert curve.weighted == (drawn.sample_weight is not None)
    assert curve.counts.tp.dtype == (np.float64 if curve.weighted else np.int64)


@given(drawn=weighted_or_not(both=False), thresholds=st.lists(any_threshold, max_size=4), pick=st.integers(0, 29))
def test_counts_at_any_threshold(drawn: Rows, thresholds: list[float], pick: int) -> None:
    """At a score, next to one or anywhere else, the rows with y_score >= threshold are flagged."""
    curve = drawn.curve()
    score = float(drawn.y_score[pick % drawn.y_score.size])
    around = [score, math.nextafter(score, -math.inf), math.nextafter(score, math.inf), math.inf, -math.inf]
    expected = [list(cells_at(drawn, threshold)) for threshold in [*thresholds, *around]]
    points = [curve.at(threshold) for threshold in [*thresholds, *around]]
    assert [point.threshold for point in points] == [*thresholds, *around]
    assert [four(point.counts) for point in points] == expected
    assert np.array(four(curve.at_each([*thresholds, *around]))).T.tolist() == expected
    assert {type(n) for point in points for n in four(point.counts)} == {float if curve.weighted else int}


@given(drawn=weighted_or_not(both=False), threshold=any_threshold)
def test_the_next_lower_score_is_where_decisions_change(drawn: Rows, threshold: float) -> None:
    """Decisions are the same from a threshold down to the next lower score, which changes them."""
    curve = drawn.curve()
    lower = curve.next_below(threshold)
    counted = drawn.y_score if drawn.sample_weight is None else drawn.y_score[drawn.sample_weight > 0]
    assert lower == max([score for score in counted.astype(float).tolist() if score < threshold], default=-math.inf)


@given(drawn=weighted_or_not(both=False))
def test_positives_never_change(drawn: Rows) -> None:
    """Moving the threshold relabels rows; it never creates positives, and lowering it never unflags a row."""
    curve = drawn.curve()
    assert (curve.counts.positives() == curve.positives).all()
    assert (curve.counts.negatives() == curve.negatives).all()
    assert (np.diff(curve.counts.tp) >= 0).all()
    assert (np.diff(curve.counts.fp) >= 0).all()
    assert (curve.thresholds[1:] < curve.thresholds[:-1]).all()
    assert (np.diff(curve.counts.flagged()) > 0).all()


@pytest.mark.parametrize("together", [1, 3, 1 << 15])
@given(drawn=st.one_of(weighted_or_not(), rows(weight=ANY_WEIGHT)))
@settings(max_examples=50)
def test_areas_equal_scikit_learn(together: int, drawn: Rows) -> None:
    """ROC AUC and average precision are scikit-learn's, for every size of the blocks."""
    with constants(threshold_counts, _BLOCK=together):
        curve = drawn.curve()
        area, mean = curve.roc_auc(), curve.average_precision()
    with np.errstate(over="ignore", invalid="ignore"):
        theirs = [
            score(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)
            for score in (roc_auc_score, average_precision_score)
        ]
    assert [area, mean] == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_areas_of_one_class_are_undefined() -> None:
    """ROC AUC needs both classes, average precision needs positives."""
    only_positive = curve_of([1, 1], [0.1, 0.2])
    only_negative = curve_of([0, 0], [0.1, 0.2])
    assert math.isnan(only_positive.roc_auc())
    assert math.isnan(only_negative.roc_auc())
    assert only_positive.average_precision() == 1
    assert only_negative.average_precision() == 0


@given(drawn=weighted_or_not(both=False), together=st.integers(1, 5), overlap=st.integers(0, 2))
@settings(max_examples=60)
def test_blocks_cover_the_curve(drawn: Rows, together: int, overlap: int) -> None:
    """Blocks hold all counts once, and the overlap before each block."""
    with constants(threshold_counts, _BLOCK=together):
        curve = drawn.curve()
        covered: list[int] = []
        for first, counts in curve.blocks(overlap=overlap):
            np.testing.assert_array_equal(counts.tp, curve.counts.tp[first : first + counts.tp.size])
            np.testing.assert_array_equal(counts.tn, curve.counts.tn[first : first + counts.tp.size])
            covered += range(max(first, len(covered)), first + counts.tp.size)
    assert covered == list(range(len(curve)))


def test_a_threshold_must_be_a_number() -> None:
    """Nan is rejected."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    for method in (curve.at, curve.next_below, lambda threshold: curve.at_each([0.5, threshold])):
        with pytest.raises(ValueError, match="must be a number"):
            method(math.nan)
    with pytest.raises(ValueError, match="must be a number"):
        curve.thinned(3, keep=[math.nan])


def test_labels_and_weights() -> None:
    """Labels may need a pos_label; scores of rows of weight 0 are not thresholds; columns are validated."""
    curve = ThresholdCurve.from_predictions(["b", "a", "b"], [3, 2, 1], sample_weight=[2, 0, 1], pos_label="b")
    assert curve.thresholds.tolist() == [math.inf, 3, 1]
    assert (curve.positives, curve.negatives, curve.weighted) == (3.0, 0.0, True)
    with rejected("y_true has 2 rows and y_score has 1."):
        ThresholdCurve.from_predictions([0, 1], [1])
    with rejected("sample_weight must be finite and not negative, got -1.0 in row 1."):
        ThresholdCurve.from_predictions([0, 1], [1, 2], sample_weight=[1, -1])
    with rejected("y_true holds the labels 0, 2"):
        ThresholdCurve.from_predictions([0, 2], [1, 2])


def test_a_curve_is_frozen() -> None:
    """Optima and figures share it, so it cannot change."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.thresholds = curve.thresholds[1:]  # type: ignore[misc]


@given(weighted_or_not())
def test_squares_of_weights_are_summed_like_weights(drawn: Rows) -> None:
    """The cells of ``squares`` are the counts that the squared weights would give; an unweighted curve has none."""
    curve = drawn.curve()
    if drawn.sample_weight is None:
        assert curve.squares is curve.at(0.5).squares is None
        return
    squared = drawn._replace(sample_weight=drawn.sample_weight**2).curve()
    for cell in ("tn", "fp", "fn", "tp"):
        np.testing.assert_array_equal(getattr(curve.squares, cell), getattr(squared.counts, cell))
        for threshold in (float(curve.thresholds[-1]), float(curve.thresholds[1]), np.inf):
            point = curve.at(threshold)
            assert getattr(point.squares, cell) == getattr(squared.at(threshold).counts, cell)


@given(weighted_or_not(), st.integers(1, 64), st.integers(1, 64))
def test_reweighting_the_classes_is_weighting_their_rows(drawn: Rows, positive: int, negative: int) -> None:
    """Counts and squares are those of rows with these weights; thresholds do not change."""
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    factors = np.where(drawn.y_true, positive / 8, negative / 8)
    reweighted = drawn.curve().reweighted(positive / 8, negative / 8)
    expected = drawn._replace(sample_weight=weight * factors).curve()
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares"):
        np.testing.assert_array_equal(getattr(reweighted, name), getattr(expected, name))


@pytest.mark.parametrize(
    ("positive", "negative"), [(0.0, 1.0), (1.0, -1.0), (np.inf, 1.0), (1.0, np.nan), (1e200, 1.0)]
)
def test_weights_of_classes_must_be_positive(positive: float, negative: float) -> None:
    """Weights of 0, negative or huge weights are rejected."""
    with pytest.raises(ValueError, match="must be finite and above 0"):
        ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]).reweighted(positive, negative)


def many(n: int, *, squashed: bool = False, weighted: bool = False) -> ThresholdCurve:
    """Return the curve of n rows with distinct scores, one in a hundred of them positive."""
    random = np.random.default_rng(3)
    y_score = random.random(n) ** (20 if squashed else 1)
    y_true = random.random(n) < 0.02 * y_score + 0.002
    return ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(n, 0.5) if weighted else None)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("squashed", [False, True])
@pytest.mark.parametrize("max_points", [50, 1000])
def test_a_thinned_curve_is_short_and_exact(max_points: int, squashed: bool, weighted: bool) -> None:
    """The remaining points are real scores with their real counts, both ends among them."""
    curve = many(20_000, squashed=squashed, weighted=weighted)
    thin = curve.thinned(max_points)
    assert max_points / 3 <= len(thin) <= max_points
    assert thin.thresholds[[0, 1, -1]].tolist() == curve.thresholds[[0, 1, -1]].tolist()
    assert (thin.positives, thin.negatives, thin.weighted) == (curve.positives, curve.negatives, weighted)
    for ours, exact in zip(four(thin.counts), four(curve.at_each(thin.thresholds.tolist())), strict=True):
        np.testing.assert_array_equal(ours, exact)


@given(
    drawn=weighted_or_not(both=False),
    keep=st.lists(any_threshold, max_size=3),
    max_points=st.integers(12, 20),
)
def test_thresholds_to_keep(drawn: Rows, keep: list[float], max_points: int) -> None:
    """At these thresholds the counts do not change, nor does the next lower score; no sum of squares changes."""
    curve = drawn.curve()
    thin = curve.thinned(max_points, keep=keep)
    assert len(thin) <= max_points
    for threshold in keep:
        assert four(thin.at(threshold).counts) == four(curve.at(threshold).counts)
        assert thin.next_below(threshold) == curve.next_below(threshold)
    if curve.squares is not None and thin.squares is not None:
        at_thin = np.isin(curve.thresholds, thin.thresholds)
        np.testing.assert_array_equal(thin.squares.tp, curve.squares.tp[at_thin])
        np.testing.assert_array_equal(thin.squares.tn, curve.squares.tn[at_thin])


def test_a_thinned_curve_follows_range_rank_and_both_classes() -> None:
    """No part of the range, of the scores or of the rows of a class is left without a point."""
    curve = many(20_000, squashed=True)
    thin = curve.thinned(400)
    assert np.diff(thin.thresholds[1:]).min() >= -0.02  # of a range of 1
    assert np.diff(thin.tp / curve.positives).max() <= 0.02
    assert np.diff(thin.fp / curve.negatives).max() <= 0.02
    assert np.diff(np.searchsorted(-curve.thresholds, -thin.thresholds)).max() <= 0.02 * len(curve)


def test_a_short_curve_is_not_thinned() -> None:
    """A curve with few thresholds is returned unchanged."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    assert curve.thinned(7) is curve
    assert len(curve.thinned(6)) <= 6


@given(drawn=st.one_of(weighted_or_not(both=False), rows(weight=ANY_WEIGHT)), data=st.data())
def test_from_counts_restores_a_curve(drawn: Rows, data: st.DataObject) -> None:
    """Counts in any order, with or without the row at +inf and with thresholds that no row has, give the same curve."""
    curve = drawn.curve()
    names = ["tp", "fp"] + (["tp_squares", "fp_squares"] if curve.weighted else [])
    first = data.draw(st.sampled_from([0, 1]))
    thresholds = [*curve.thresholds[first:].tolist()]
    columns: dict[str, Any] = {name: getattr(curve, name)[first:].tolist() for name in names}
    between = math.nextafter(float(curve.thresholds[-1]), -math.inf)
    if data.draw(st.booleans()) and math.isfinite(between):
        thresholds.append(between)
        columns = {name: [*values, values[-1]] for name, values in columns.items()}
    order = data.draw(st.permutations(range(len(thresholds))))
    columns = {name: [values[i] for i in order] for name, values in columns.items()}
    restored = ThresholdCurve.from_counts([thresholds[i] for i in order], **columns)
    assert restored.weighted == curve.weighted
    for name in ("thresholds", *names):
        np.testing.assert_array_equal(getattr(restored, name), getattr(curve, name))
    assert four(restored.at(0.5).counts) == four(curve.at(0.5).counts)


def test_from_counts_of_a_database() -> None:
    """Whole numbers that a database returns as floats are counts of rows."""
    curve = ThresholdCurve.from_counts([0.9, 0.4, 0.1], [1.0, 2.0, 2.0], [0.0, 1.0, 2.0])
    assert not curve.weighted
    assert four(curve.at(0.4).counts) == [1, 1, 0, 2]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"thresholds": []}, "thresholds is empty"),
        ({"tp": [1, 2]}, "3 thresholds and 2 values of tp"),
        ({"thresholds": [0.9, math.nan, 0.1]}, "thresholds must be finite scores"),
        ({"thresholds": [0.9, 0.4, -math.inf]}, "thresholds must be finite scores"),
        ({"thresholds": [0.9, 0.4, 0.4]}, "The threshold 0.4 occurs twice"),
        ({"thresholds": ["a", "b", "c"]}, "thresholds must hold numbers, got 'a'"),
        ({"fp": [0, -1, 2]}, "fp must be finite and not negative, got -1.0 in row 1"),
        ({"fp": [0, math.inf, 2]}, "fp must be finite and not negative, got inf in row 1"),
        ({"tp": [2, 1, 2]}, "tp must not fall as the threshold falls: it is 2 at 0.9 and 1 at 0.4"),
        ({"thresholds": [math.inf, 0.4, 0.1]}, "tp must be 0 at +inf"),
        ({"tp": [0.5, 1.25, 2]}, "Pass tp_squares and fp_squares"),
        ({"tp": [0, 0, 0], "fp": [0, 0, 0]}, "At least one row is needed"),
    ],
)
def test_invalid_counts(columns: dict[str, list[float]], message: str) -> None:
    """Columns that cannot be the counts of any rows are rejected with the reason."""
    valid: dict[str, Any] = {"thresholds": [0.9, 0.4, 0.1], "tp": [1, 2, 2], "fp": [0, 1, 2]}
    with rejected(message):
        ThresholdCurve.from_counts(**(valid | columns))

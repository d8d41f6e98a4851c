"""The threshold curve: what every threshold does."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix_at_thresholds, roc_auc_score

from f1tools.core import curve as module
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.errors import InvalidPredictions
from tests.exact import cells_at
from tests.strategies import ANY_WEIGHT, EDGES, Rows, rows, weighted_or_not

# Vector A: ties of both classes, ten rows.
Y_TRUE = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0]
Y_SCORE = [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]

any_threshold = st.one_of(st.floats(allow_nan=False), st.sampled_from(EDGES), st.integers(0, 10).map(lambda n: n / 20))


def four(counts: ConfusionCounts) -> list[object]:
    """Give the counts in scikit-learn's order."""
    return [counts.tn, counts.fp, counts.fn, counts.tp]


def test_vector_a() -> None:
    """The counts and metrics of ten rows with ties, as computed by scikit-learn."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    counts = curve.counts
    assert curve.thresholds.tolist() == [math.inf, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1]
    assert counts.tp.tolist() == [0, 1, 2, 3, 4, 4, 4]
    assert counts.fp.tolist() == [0, 1, 1, 3, 4, 5, 6]
    expected = {
        "f1": [0.333333, 0.571429, 0.6, 0.666667, 0.615385, 0.571429],
        "matthews_corrcoef": [0.102062, 0.356348, 0.25, 0.408248, 0.272166, 0],
        "cohen_kappa": [0.090909, 0.347826, 0.230769, 0.285714, 0.137931, 0],
        "balanced_accuracy": [0.541667, 0.666667, 0.625, 0.666667, 0.583333, 0.5],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(getattr(counts, name)()[1:], values, atol=5e-7, err_msg=name)
    assert curve.average_precision() == pytest.approx(0.5416667, abs=5e-8)
    assert curve.roc_auc() == pytest.approx(0.7083333, abs=5e-8)


@given(drawn=weighted_or_not(both=False))
@settings(deadline=None, max_examples=80)
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


@given(drawn=weighted_or_not(both=False), threshold=any_threshold, pick=st.integers(0, 29))
@settings(deadline=None, max_examples=100)
def test_any_threshold_has_its_exact_counts(drawn: Rows, threshold: float, pick: int) -> None:
    """At a threshold that is a score, beside one or far off, the rows with y_score >= threshold are flagged."""
    curve = drawn.curve()
    score = float(drawn.y_score[pick % drawn.y_score.size])
    for asked in (
        threshold,
        score,
        math.nextafter(score, -math.inf),
        math.nextafter(score, math.inf),
        math.inf,
        -math.inf,
    ):
        point = curve.at(asked)
        assert point.threshold == asked
        assert four(point.counts) == list(cells_at(drawn, asked))
        assert all(type(n) is (float if curve.weighted else int) for n in four(point.counts))


@given(drawn=weighted_or_not(both=False), thresholds=st.lists(any_threshold, max_size=6))
@settings(deadline=None, max_examples=60)
def test_many_thresholds_come_in_their_order(drawn: Rows, thresholds: list[float]) -> None:
    """Asking for many thresholds at once gives for each what asking for it alone does."""
    curve = drawn.curve()
    together = np.array(four(curve.at_each(thresholds))).T.tolist()
    assert together == [four(curve.at(threshold).counts) for threshold in thresholds]


@given(drawn=weighted_or_not(both=False), threshold=any_threshold)
@settings(deadline=None)
def test_the_next_lower_score_is_where_decisions_change(drawn: Rows, threshold: float) -> None:
    """Decisions stay the same from a threshold down to the next lower score, which changes them."""
    curve = drawn.curve()
    lower = curve.next_below(threshold)
    counted = drawn.y_score if drawn.sample_weight is None else drawn.y_score[drawn.sample_weight > 0]
    assert lower == max([score for score in counted.astype(float).tolist() if score < threshold], default=-math.inf)


@given(drawn=weighted_or_not(both=False))
@settings(deadline=None)
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
@settings(deadline=None, max_examples=50)
def test_areas_equal_scikit_learn(together: int, drawn: Rows) -> None:
    """ROC AUC and average precision are scikit-learn's, however many thresholds are worked on together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", together)
        curve = drawn.curve()
        area, mean = curve.roc_auc(), curve.average_precision()
    with np.errstate(over="ignore", invalid="ignore"):
        theirs = [
            score(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)
            for score in (roc_auc_score, average_precision_score)
        ]
    assert [area, mean] == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_areas_of_one_class_are_undefined() -> None:
    """Without negatives there is nothing to outscore; without positives nothing to find."""
    only_positive = ThresholdCurve.from_predictions([1, 1], [0.1, 0.2])
    only_negative = ThresholdCurve.from_predictions([0, 0], [0.1, 0.2])
    assert math.isnan(only_positive.roc_auc())
    assert math.isnan(only_negative.roc_auc())
    assert only_positive.average_precision() == 1
    assert only_negative.average_precision() == 0


@given(drawn=weighted_or_not(both=False), together=st.integers(1, 5), overlap=st.integers(0, 2))
@settings(deadline=None, max_examples=60)
def test_blocks_cover_the_curve(drawn: Rows, together: int, overlap: int) -> None:
    """Going through the counts in blocks visits all of them once, and what comes along before each block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", together)
        curve = drawn.curve()
        covered: list[int] = []
        for first, counts in curve.blocks(overlap=overlap):
            np.testing.assert_array_equal(counts.tp, curve.counts.tp[first : first + counts.tp.size])
            np.testing.assert_array_equal(counts.tn, curve.counts.tn[first : first + counts.tp.size])
            covered += range(max(first, len(covered)), first + counts.tp.size)
    assert covered == list(range(len(curve)))


def test_the_frame_has_every_threshold() -> None:
    """The table shows counts, precision, recall and F1; where nothing is flagged precision is undefined."""
    frame = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE).frame()
    assert list(frame) == ["threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1"]
    assert frame["tp"].tolist() == [0, 1, 2, 3, 4, 4, 4]
    assert frame["tn"].tolist() == [6, 5, 5, 3, 2, 1, 0]
    assert frame["fn"].tolist() == [4, 3, 2, 1, 0, 0, 0]
    assert frame["threshold"].tolist() == [math.inf, 0.9, 0.8, 0.6, 0.4, 0.2, 0.1]
    np.testing.assert_allclose(frame["precision"], [np.nan, 0.5, 2 / 3, 0.5, 0.5, 4 / 9, 0.4])
    np.testing.assert_allclose(frame["recall"], [0, 0.25, 0.5, 0.75, 1, 1, 1])
    np.testing.assert_allclose(frame["f1"], [0, 1 / 3, 4 / 7, 0.6, 2 / 3, 8 / 13, 4 / 7])


def test_a_threshold_must_be_a_number() -> None:
    """No row is at or above nan: the question is a mistake."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    for ask in (curve.at, curve.next_below, lambda threshold: curve.at_each([0.5, threshold])):
        with pytest.raises(ValueError, match=r"^A threshold must be a number, got nan\.$"):
            ask(math.nan)
    with pytest.raises(ValueError, match="must be a number"):
        curve.thinned(3, keep=[math.nan])


def test_labels_and_weights_are_taken_in_at_the_door() -> None:
    """Labels with a pos_label and weights go through; rows of weight 0 leave no threshold."""
    curve = ThresholdCurve.from_predictions(["b", "a", "b"], [3, 2, 1], sample_weight=[2, 0, 1], pos_label="b")
    assert curve.thresholds.tolist() == [math.inf, 3, 1]
    assert (curve.positives, curve.negatives, curve.weighted) == (3.0, 0.0, True)


@pytest.mark.parametrize(
    ("y_true", "y_score", "sample_weight", "said"),
    [
        ([0, 2], [1, 2], None, "y_true holds the labels 0, 2, and it is not clear"),
        ([0, 1], [1], None, "y_true has 2 rows and y_score has 1."),
        ([0, 1], ["a", "b"], None, "y_score must hold numbers, got 'a' in row 0."),
        ([0, 1], [1, 2], [1], "y_true has 2 rows and sample_weight has 1."),
        ([0, 1], [1, 2], [1, -1], "sample_weight must be finite and not negative, got -1.0 in row 1."),
        ([0, 1, 1], [1, 2, math.nan], [0, 1, 1], "y_score must be finite, got nan in row 2 "),
    ],
)
def test_what_cannot_be_used_is_refused(
    y_true: list[int], y_score: list[float], sample_weight: list[float] | None, said: str
) -> None:
    """Labels, scores and weights are checked, and rows are counted as they were brought."""
    with pytest.raises(InvalidPredictions, match=f"^{re.escape(said)}"):
        ThresholdCurve.from_predictions(y_true, y_score, sample_weight=sample_weight)


def test_a_curve_is_frozen() -> None:
    """Optima and figures share a curve: nobody may change it."""
    curve = ThresholdCurve.from_predictions(Y_TRUE, Y_SCORE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.thresholds = curve.thresholds[1:]  # type: ignore[misc]

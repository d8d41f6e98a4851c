"""The best threshold: against exact arithmetic over all thresholds, closed forms and published laws."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from f1tools.core import curve as curve_module
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric
from f1tools.core.optimum import best
from tests.exact import candidates, cells_at, exact, maximisers, plain
from tests.strategies import ANY_WEIGHT, Rows, rows, weighted_or_not


def brute_force(drawn: Rows, name: str) -> tuple[Fraction, list[float]]:
    """Try all thresholds in exact arithmetic: the greatest value and every threshold that reaches it."""
    return maximisers((threshold, exact(name, cells_at(drawn, threshold))) for threshold in candidates(drawn))


@pytest.mark.parametrize("name", METRICS)
@given(drawn=weighted_or_not(most=15), together=st.sampled_from([1, 2, 3, 1 << 15]))
@settings(deadline=None, max_examples=35)
def test_the_best_is_the_best_of_all(name: str, drawn: Rows, together: int) -> None:
    """For every metric the value, the threshold and all ties are those of trying every threshold exactly."""
    highest, ties = brute_force(drawn, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_module, "_BLOCK", together)
        found = best(drawn.curve(), name)
    assert found.ties.tolist() == ties
    assert found.point.threshold == ties[-1]
    assert found.value == pytest.approx(plain(name, highest), rel=1e-14, abs=1e-15)
    assert found.metric.name == name
    assert found.constraints == ()


@given(drawn=rows(weight=ANY_WEIGHT, most=15), name=st.sampled_from(METRICS))
@settings(deadline=None, max_examples=80)
def test_sums_of_weights_tie_but_for_rounding(drawn: Rows, name: str) -> None:
    """Sums of odd weights are rounded: what equals the best to 13 digits ties with it, what differs by 11 does not."""
    by_threshold = {t: exact(name, cells_at(drawn, t)) for t in candidates(drawn)}
    values = {t: plain(name, value) for t, value in by_threshold.items() if value is not None}
    highest = max(values.values())
    found = best(drawn.curve(), name)
    assert found.value == pytest.approx(highest, rel=1e-11, abs=1e-11)
    near, nearer = (
        [t for t, value in values.items() if value >= highest - slack]
        for slack in (1e-11 * max(1, highest), 1e-13 * abs(highest))
    )
    assert set(nearer) <= set(found.ties.tolist()) <= set(near)


@given(drawn=weighted_or_not(), name=st.sampled_from(METRICS))
@settings(deadline=None, max_examples=80)
def test_all_thresholds_of_the_interval_decide_alike(drawn: Rows, name: str) -> None:
    """(low, high] holds exactly the thresholds that flag the same rows as the best one."""
    curve = drawn.curve()
    found = best(curve, name)
    low, high = found.interval
    cells = cells_at(drawn, found.point.threshold)
    assert high == found.point.threshold
    assert cells_at(drawn, math.nextafter(low, math.inf)) == cells
    assert cells_at(drawn, high) == cells
    if low > -math.inf:
        assert cells_at(drawn, low) != cells
    else:
        assert cells.fn == cells.tn == 0
    if high < math.inf:
        assert cells_at(drawn, math.nextafter(high, math.inf)) != cells


def test_vector_a() -> None:
    """On the ten rows of vector A each metric has its own optimum; of equals the lowest threshold is taken."""
    curve = ThresholdCurve.from_predictions(
        [1, 0, 1, 1, 0, 0, 1, 0, 0, 0], [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]
    )
    expected = {"f1": (2 / 3, (0.2, 0.4)), "mcc": (1 / math.sqrt(6), (0.2, 0.4)), "kappa": (8 / 23, (0.6, 0.8))}
    for name, (value, interval) in expected.items():
        found = best(curve, name)
        assert found.value == pytest.approx(value)
        assert found.interval == interval
    balanced = best(curve, "balanced_accuracy")
    assert balanced.value == pytest.approx(2 / 3)
    assert balanced.ties.tolist() == [0.8, 0.4]
    assert best(curve, "recall").ties.tolist() == [0.4, 0.2, 0.1]
    assert best(curve, "specificity").point.threshold == math.inf
    assert best(curve, "predicted_positive_rate").interval == (-math.inf, 0.1)


def test_of_equal_optima_the_lowest_is_that_of_scikit_learn() -> None:
    """Argmax over scikit-learn's precision-recall curve finds the same one of several equal optima."""
    y_true, y_score = [1, 1, 0, 0, 0], [0.9, 0.8, 0.8, 0.8, 0.1]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    f1 = 2 * precision[:-1] * recall[:-1] / (precision[:-1] + recall[:-1])
    found = best(ThresholdCurve.from_predictions(y_true, y_score))
    assert found.ties.tolist() == [0.9, 0.8]
    assert found.point.threshold == thresholds[np.argmax(f1)] == 0.8
    assert found.value == f1.max()


@given(cuts=st.lists(st.integers(0, 9_900), min_size=2, max_size=6, unique=True), lead=st.integers(1, 100))
@settings(deadline=None, max_examples=120)
def test_youden_and_balanced_accuracy_agree(cuts: list[int], lead: int) -> None:
    """They differ by a constant factor and term, so they tie at the same thresholds, for weak classifiers too."""
    fp = np.array([0, *sorted(cuts), 10_000])
    tp = np.array([0, *(np.array(sorted(cuts)) + lead), 10_000])
    curve = ThresholdCurve(np.array([np.inf, *range(fp.size - 1, 0, -1)]), tp, fp)
    expected = list(range(fp.size - 1, 1, -1))
    assert best(curve, "youden_j").ties.tolist() == expected
    assert best(curve, "balanced_accuracy").ties.tolist() == expected
    assert best(curve, "youden_j").value == lead / 10_000


@given(scale=st.sampled_from([0.1, 1 / 3, 1e-6, 1e6, 7.0]), drawn=rows(), name=st.sampled_from(METRICS))
@settings(deadline=None, max_examples=80)
def test_the_unit_of_the_weights_does_not_matter(scale: float, drawn: Rows, name: str) -> None:
    """Rows of equal weights have the optimum of rows without weights, ties and all."""
    plain_rows = best(drawn.curve(), name)
    weighted = best(drawn._replace(sample_weight=np.full(drawn.y_true.size, scale)).curve(), name)
    assert weighted.ties.tolist() == plain_rows.ties.tolist()
    assert weighted.interval == plain_rows.interval
    assert weighted.value == pytest.approx(plain_rows.value, rel=1e-12, abs=1e-12)


def test_a_metric_of_ones_own() -> None:
    """Any function of the counts can be asked for: here the cost of 3 for a false alarm and 1 for a miss, negated."""
    cost = Metric("cost", "Cost", lambda counts: -(3.0 * counts.fp + counts.fn), monotone=False)
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6, 0.5])
    found = best(curve, cost)
    assert (found.point.threshold, found.value) == (0.9, -2.0)


@pytest.mark.parametrize("together", [1, 1 << 15])
@pytest.mark.parametrize("y_true", [[1, 1], [0, 0]])
def test_one_class_alone_has_optima_where_they_are_defined(
    y_true: list[int], together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one class every metric that is defined anywhere has its best threshold."""
    monkeypatch.setattr(curve_module, "_BLOCK", together)
    drawn = Rows(np.array(y_true, dtype=bool), np.array([0.2, 0.1]), None)
    for name in METRICS:
        highest, ties = brute_force(drawn, name)
        found = best(drawn.curve(), name)
        assert (found.value, found.ties.tolist()) == (float(highest), ties)


def test_a_metric_that_is_defined_nowhere_has_no_best() -> None:
    """The message says that it is undefined, and what is missing."""
    nowhere = Metric("nowhere", "Nowhere", lambda counts: counts.tp * np.nan)
    curve = ThresholdCurve.from_predictions([1, 1], [0.2, 0.1])
    with pytest.raises(ValueError, match=r"^Nowhere is undefined at every threshold: both classes must have rows\.$"):
        best(curve, nowhere)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"objective": "f3"}, "There is no metric 'f3'"),
        ({"beta": 2}, "beta belongs to the metric fbeta, not to f1"),
        ({"objective": "fbeta", "beta": -1}, "beta must be from"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], said: str) -> None:
    """Unknown metrics and a beta that does not fit are refused before anything is searched."""
    with pytest.raises(ValueError, match=f"^{said}"):
        best(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]), **options)


def test_values_of_metrics_come_from_the_counts_of_the_point() -> None:
    """An optimum is consistent in itself: its value is the metric of its counts."""
    found = best(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]))
    assert isinstance(found.point.counts, ConfusionCounts)
    assert (found.point.counts.tp, found.point.counts.fp) == (2, 1)
    assert found.value == 0.8

"""The best threshold: against exact arithmetic over all thresholds, closed forms and published laws."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_curve

from f1tools.core import threshold_counts
from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric
from f1tools.core.optimum import best, transfer
from tests.exact import Cells, candidates, cells_at, exact, maximizers, plain
from tests.helpers import constants
from tests.strategies import ANY_WEIGHT, Rows, rows, weighted_or_not


@pytest.mark.parametrize("name", METRICS)
@given(drawn=weighted_or_not(both=False, most=15), block=st.sampled_from([1, 2, 3, 1 << 15]))
@settings(max_examples=50)
def test_the_best_is_the_best_of_all(name: str, drawn: Rows, block: int) -> None:
    """For every metric the value, the threshold and all ties are those of trying every threshold exactly.

    With one class only, too: every metric is defined somewhere.
    """
    highest, ties = maximizers((t, exact(name, cells_at(drawn, t))) for t in candidates(drawn))
    with constants(threshold_counts, _BLOCK=block):
        optimum = best(drawn.curve(), name)
    assert optimum.ties.tolist() == ties
    assert optimum.point.threshold == ties[-1]
    assert optimum.value == pytest.approx(plain(name, highest), rel=1e-14, abs=1e-15)
    assert optimum.metric.name == name
    assert optimum.constraints == ()
    on_same_rows = transfer(optimum, drawn.curve())
    assert (on_same_rows.value, on_same_rows.interval) == (optimum.value, optimum.interval)
    assert on_same_rows.ties is optimum.ties


def value_range(name: str, cells: Cells, error: Fraction) -> tuple[float, float]:
    """Return the lowest and the highest value of a metric when the sums of weights have a rounding error.

    Every metric is monotone in the true and in the false positives while the totals are fixed, so its extremes lie at
    the ends of both. Near 0 a difference of large sums, such as the true negatives, may lose most of its digits.
    """
    values = []
    for tp_error, fp_error in itertools.product((-error, Fraction(0), error), repeat=2):
        tp = min(max(cells.tp + tp_error, Fraction(0)), cells.tp + cells.fn)
        fp = min(max(cells.fp + fp_error, Fraction(0)), cells.fp + cells.tn)
        value = exact(name, Cells(cells.tn + cells.fp - fp, fp, cells.tp + cells.fn - tp, tp))
        if value is not None:
            values.append(plain(name, value))
    return min(values), max(values)


@given(drawn=rows(weight=ANY_WEIGHT, most=15), name=st.sampled_from(METRICS))
@example(
    drawn=Rows(
        y_true=np.array([True, False, False, False, False]),
        y_score=np.array([0.0, 0.0, 0.0, 0.0, -1.0]),
        sample_weight=np.array([592, 554, 1, 469, 1e-8]),
    ),
    name="mcc",
)
def test_ties_of_weighted_rows(drawn: Rows, name: str) -> None:
    """Sums of weights are rounded: thresholds tie exactly if their values are equal up to this error."""
    assert drawn.sample_weight is not None
    cells = {threshold: cells_at(drawn, threshold) for threshold in candidates(drawn)}
    defined = {threshold: each for threshold, each in cells.items() if exact(name, each) is not None}
    total = sum(map(Fraction, drawn.sample_weight.tolist()), Fraction(0))
    error = 2 * drawn.y_true.size * Fraction(float(np.finfo(np.float64).eps)) * total
    ranges = {threshold: value_range(name, each, error) for threshold, each in defined.items()}
    optimum = best(drawn.curve(), name)
    low, high = ranges[optimum.point.threshold]
    assert low - 1e-11 * max(1, abs(low)) <= optimum.value <= high + 1e-11 * max(1, abs(high))
    surely_reached = max(low for low, _ in ranges.values())
    possibly_reached = max(high for _, high in ranges.values())
    possible = {t for t, (_, high) in ranges.items() if high >= surely_reached - 1e-11 * max(1, abs(surely_reached))}
    certain = {t for t, (low, _) in ranges.items() if low >= possibly_reached - 1e-13 * abs(possibly_reached)}
    assert certain <= set(optimum.ties.tolist()) <= possible


@given(drawn=weighted_or_not(), name=st.sampled_from(METRICS))
def test_all_thresholds_of_the_interval_make_the_same_decisions(drawn: Rows, name: str) -> None:
    """(low, high] holds exactly the thresholds that flag the same rows as the best one."""
    curve = drawn.curve()
    optimum = best(curve, name)
    low, high = optimum.interval
    cells = cells_at(drawn, optimum.point.threshold)
    assert high == optimum.point.threshold
    assert cells_at(drawn, math.nextafter(low, math.inf)) == cells
    assert cells_at(drawn, high) == cells
    if low > -math.inf:
        assert cells_at(drawn, low) != cells
    else:
        assert cells.fn == cells.tn == 0
    if high < math.inf:
        assert cells_at(drawn, math.nextafter(high, math.inf)) != cells


def test_ten_rows_with_ties() -> None:
    """On ten rows with ties each metric has its own optimum; of equally good thresholds the lowest is chosen."""
    curve = ThresholdCurve.from_predictions(
        [1, 0, 1, 1, 0, 0, 1, 0, 0, 0], [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]
    )
    expected = {"f1": (2 / 3, (0.2, 0.4)), "mcc": (1 / math.sqrt(6), (0.2, 0.4)), "kappa": (8 / 23, (0.6, 0.8))}
    for name, (value, interval) in expected.items():
        optimum = best(curve, name)
        assert optimum.value == pytest.approx(value)
        assert optimum.interval == interval
    balanced = best(curve, "balanced_accuracy")
    assert balanced.value == pytest.approx(2 / 3)
    assert balanced.ties.tolist() == [0.8, 0.4]
    assert best(curve, "recall").ties.tolist() == [0.4, 0.2, 0.1]
    assert best(curve, "specificity").point.threshold == math.inf
    assert best(curve, "predicted_positive_rate").interval == (-math.inf, 0.1)


def test_the_lowest_of_equal_optima_is_that_of_scikit_learn() -> None:
    """Argmax over scikit-learn's precision-recall curve finds the same one."""
    y_true, y_score = [1, 1, 0, 0, 0], [0.9, 0.8, 0.8, 0.8, 0.1]
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    f1 = 2 * precision[:-1] * recall[:-1] / (precision[:-1] + recall[:-1])
    optimum = best(ThresholdCurve.from_predictions(y_true, y_score))
    assert optimum.ties.tolist() == [0.9, 0.8]
    assert optimum.point.threshold == thresholds[np.argmax(f1)] == 0.8
    assert optimum.value == f1.max()


@given(values=st.lists(st.integers(0, 9_900), min_size=2, max_size=6, unique=True), lead=st.integers(1, 100))
def test_youden_and_balanced_accuracy_agree(values: list[int], lead: int) -> None:
    """Each is a linear function of the other, so they tie at the same thresholds, for weak classifiers too."""
    fp = np.array([0, *sorted(values), 10_000])
    tp = np.array([0, *(np.array(sorted(values)) + lead), 10_000])
    curve = ThresholdCurve(np.array([np.inf, *range(fp.size - 1, 0, -1)]), tp, fp)
    expected = list(range(fp.size - 1, 1, -1))
    assert best(curve, "youden_j").ties.tolist() == expected
    assert best(curve, "balanced_accuracy").ties.tolist() == expected
    assert best(curve, "youden_j").value == lead / 10_000


@given(scale=st.sampled_from([0.1, 1 / 3, 1e-6, 1e6, 7.0]), drawn=rows(), name=st.sampled_from(METRICS))
def test_the_unit_of_the_weights_does_not_matter(scale: float, drawn: Rows, name: str) -> None:
    """Rows of equal weights have the optimum of unweighted rows, with the same ties."""
    plain_rows = best(drawn.curve(), name)
    weighted = best(drawn._replace(sample_weight=np.full(drawn.y_true.size, scale)).curve(), name)
    assert weighted.ties.tolist() == plain_rows.ties.tolist()
    assert weighted.interval == plain_rows.interval
    assert weighted.value == pytest.approx(plain_rows.value, rel=1e-12, abs=1e-12)


def test_a_custom_metric() -> None:
    """Any function of the counts can be maximized: here the negative cost, 3 for a false positive and 1 for a miss."""
    cost = Metric("cost", "Cost", lambda counts: -(3.0 * counts.fp + counts.fn), monotone=False)
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6, 0.5])
    optimum = best(curve, cost)
    assert (optimum.point.threshold, optimum.value) == (0.9, -2.0)


def test_invalid_objectives() -> None:
    """A metric that is unknown, has no beta or is undefined everywhere is rejected with the reason."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    with pytest.raises(ValueError, match="There is no metric 'f3'"):
        best(curve, "f3")
    with pytest.raises(ValueError, match="beta belongs to the metric fbeta, not to f1"):
        best(curve, beta=2)
    with pytest.raises(ValueError, match="Nowhere is undefined at every threshold"):
        best(curve, Metric("nowhere", "Nowhere", lambda counts: counts.tp * np.nan))


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
@given(drawn=weighted_or_not())
def test_the_finite_sample_law(beta: float, drawn: Rows) -> None:
    """The rows at the best threshold have a precision of at least F*/(1 + b²), those at the next score have less.

    Lipton, Elkan and Narayanaswamy (2014), without any calibration: a tied block of p positives and q negatives
    raises F-beta if and only if (1 + b²) p / (p + q) exceeds it.
    """
    curve = drawn.curve()
    optimum = best(curve, "fbeta", beta=beta)
    value = exact("fbeta", cells_at(drawn, optimum.point.threshold), beta)
    assert value is not None
    scores = candidates(drawn)
    position = scores.index(optimum.point.threshold)
    assert position > 0

    def precision_of_block(at: int) -> Fraction:
        above, here = cells_at(drawn, scores[at - 1]), cells_at(drawn, scores[at])
        return (here.tp - above.tp) / (here.tp - above.tp + here.fp - above.fp)

    assert (1 + Fraction(beta) ** 2) * precision_of_block(position) >= value
    if position + 1 < len(scores):
        assert (1 + Fraction(beta) ** 2) * precision_of_block(position + 1) < value


def calibrated(p: FloatArray) -> ThresholdCurve:
    """Return the curve of rows whose scores are their probabilities of being positive."""
    y_true, sample_weight = np.repeat([True, False], p.size), np.concatenate([p, 1 - p])
    return ThresholdCurve.from_predictions(y_true, np.tile(p, 2), sample_weight=sample_weight)


@given(
    probabilities=st.lists(st.integers(1, 63), min_size=1, max_size=20, unique=True),
    beta=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_calibrated_scores(probabilities: list[int], beta: float) -> None:
    """The best threshold is F*/(1 + b²) for F-beta, the prevalence for J and balanced accuracy, 1/2 for accuracy."""
    p = np.array(probabilities) / 64
    curve = calibrated(p)
    fbeta = best(curve, "fbeta", beta=beta)
    bounds = {
        fbeta.point.threshold: fbeta.value / (1 + beta**2) - 1e-12,
        best(curve, "youden_j").point.threshold: p.mean(),
        best(curve, "balanced_accuracy").point.threshold: p.mean(),
        best(curve, "accuracy").point.threshold: 0.5,
    }
    for threshold, bound in bounds.items():
        assert threshold == min(p[p >= bound], default=math.inf)


@pytest.mark.parametrize(("beta", "threshold", "value"), [(1.0, 0.3819660, 0.7639320), (2.0, 0.1715729, 0.8578644)])
def test_uniform_calibrated_scores_have_a_closed_form(beta: float, threshold: float, value: float) -> None:
    """For p ~ U(0, 1): t* = ((b² + 2) - sqrt((b² + 2)² - 4)) / 2 and F* = (1 + b²) t*."""
    root = ((beta**2 + 2) - math.sqrt((beta**2 + 2) ** 2 - 4)) / 2
    assert root == pytest.approx(threshold, abs=5e-8)
    n = 20_000
    optimum = best(calibrated((np.arange(n) + 0.5) / n), "fbeta", beta=beta)
    assert optimum.point.threshold == pytest.approx(threshold, abs=1.5 / n)
    assert optimum.value == pytest.approx(value, abs=1e-7)


@pytest.mark.parametrize(("prevalence", "f1"), [(0.3, 0.461538), (0.05, 0.095238)])
def test_flagging_everything(prevalence: float, f1: float) -> None:
    """Flagging every row has an F1 of 2 pi / (1 + pi), and no best F1 is below that."""
    y_true = np.arange(1000) < 1000 * prevalence
    curve = ThresholdCurve.from_predictions(y_true, np.random.default_rng(0).random(1000))
    assert curve.at(-math.inf).counts.f1() == pytest.approx(f1, abs=5e-7)
    assert best(curve).value >= curve.at(-math.inf).counts.f1()


def test_an_optimum_on_other_rows() -> None:
    """Threshold and constraints are those of the choice, which may be violated; the value is scikit-learn's."""
    rng = np.random.default_rng(1)
    y_true = rng.random(400) < 0.3
    score = np.round(rng.normal(y_true, 1.0), 2)
    constraints = (Constraint.at_least("recall", 0.8),)
    chosen = best(ThresholdCurve.from_predictions(y_true[:200], score[:200]), constraints=constraints)
    optimum = transfer(chosen, ThresholdCurve.from_predictions(y_true[200:], score[200:]))
    assert (optimum.point.threshold, optimum.constraints) == (chosen.point.threshold, constraints)
    assert optimum.value == pytest.approx(f1_score(y_true[200:], score[200:] >= chosen.point.threshold), rel=1e-14)
    assert optimum.point.counts.recall() < 0.8 <= chosen.point.counts.recall()


@given(tuning=rows(), evaluation=rows(), name=st.sampled_from(METRICS))
def test_no_threshold_beats_the_best_of_the_other_rows(tuning: Rows, evaluation: Rows, name: str) -> None:
    """Their own optimum is an upper bound, where the metric is defined."""
    value = transfer(best(tuning.curve(), name), evaluation.curve()).value
    assert math.isnan(value) or value <= best(evaluation.curve(), name).value + 1e-12

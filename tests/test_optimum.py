"""The best threshold: against exact arithmetic over all thresholds, closed forms and published laws."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from f1tools import curve as curve_module
from f1tools.counts import ConfusionCounts
from f1tools.curve import ThresholdCurve
from f1tools.metrics import METRICS, Metric
from f1tools.optimum import best
from tests.exact import candidates, cells_at, exact, maximisers, plain
from tests.strategies import ANY_WEIGHT, Rows, rows, weighted_or_not

REAL_FILES = Path(__file__).parents[2] / "shared" / "real_predictions"


def curve_of(drawn: Rows) -> ThresholdCurve:
    """Build the curve of drawn rows."""
    return ThresholdCurve.from_predictions(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)


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
        patch.setattr(curve_module, "_EVALUATED_TOGETHER", together)
        found = best(curve_of(drawn), name)
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
    found = best(curve_of(drawn), name)
    assert found.value == pytest.approx(highest, rel=1e-11, abs=1e-11)
    near, nearer = (
        [t for t, value in values.items() if value >= highest - slack * max(1, highest)] for slack in (1e-11, 1e-13)
    )
    assert set(nearer) <= set(found.ties.tolist()) <= set(near)


@given(drawn=weighted_or_not(), name=st.sampled_from(METRICS))
@settings(deadline=None, max_examples=80)
def test_all_thresholds_of_the_interval_decide_alike(drawn: Rows, name: str) -> None:
    """(low, high] holds exactly the thresholds that flag the same rows as the best one."""
    curve = curve_of(drawn)
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
    plain_rows = best(curve_of(drawn), name)
    weighted = best(curve_of(drawn._replace(sample_weight=np.full(drawn.y_true.size, scale))), name)
    assert weighted.ties.tolist() == plain_rows.ties.tolist()
    assert weighted.interval == plain_rows.interval
    assert weighted.value == pytest.approx(plain_rows.value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
@given(drawn=weighted_or_not())
@settings(deadline=None, max_examples=80)
def test_the_finite_sample_law(beta: float, drawn: Rows) -> None:
    """The last score included has a precision of at least F*/(1 + b²), the next one has less.

    Lipton, Elkan and Narayanaswamy (2014), without any calibration: a tied block of p positives and q negatives
    raises F-beta if and only if (1 + b²) p / (p + q) exceeds it.
    """
    curve = curve_of(drawn)
    found = best(curve, "fbeta", beta=beta)
    value = exact("fbeta", cells_at(drawn, found.point.threshold), beta)
    assert value is not None
    scores = candidates(drawn)
    place = scores.index(found.point.threshold)
    assert place > 0

    def precision_of_block(at: int) -> Fraction:
        above, here = cells_at(drawn, scores[at - 1]), cells_at(drawn, scores[at])
        return (here.tp - above.tp) / (here.tp - above.tp + here.fp - above.fp)

    assert (1 + Fraction(beta) ** 2) * precision_of_block(place) >= value
    if place + 1 < len(scores):
        assert (1 + Fraction(beta) ** 2) * precision_of_block(place + 1) < value


@given(
    probabilities=st.lists(st.integers(1, 63), min_size=1, max_size=20, unique=True),
    beta=st.sampled_from([0.5, 1.0, 2.0]),
)
@settings(deadline=None, max_examples=80)
def test_calibrated_scores_tell_the_best_threshold(probabilities: list[int], beta: float) -> None:
    """For calibrated scores F-beta is best from F*/(1 + b²) up, J and balanced accuracy from the prevalence up.

    Accuracy, where both errors cost the same, is best from 1/2 up.
    """
    p = np.array(probabilities) / 64
    y_true = np.repeat([True, False], p.size)
    curve = ThresholdCurve.from_predictions(y_true, np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p]))
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
    p = (np.arange(n) + 0.5) / n
    curve = ThresholdCurve.from_predictions(
        np.repeat([True, False], n), np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p])
    )
    found = best(curve, "fbeta", beta=beta)
    assert found.point.threshold == pytest.approx(threshold, abs=1.5 / n)
    assert found.value == pytest.approx(value, abs=1e-7)


def test_ten_calibrated_scores() -> None:
    """For p = .05, .15, ..., .95, weighted by p and 1 - p, F1 is best at .45 with .7636364."""
    p = np.round(np.arange(0.05, 1, 0.1), 2)
    curve = ThresholdCurve.from_predictions(
        np.repeat([1, 0], 10), np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p])
    )
    assert best(curve).point.threshold == 0.45
    assert best(curve).value == pytest.approx(0.7636364, abs=5e-8)


@pytest.mark.parametrize(("prevalence", "f1"), [(0.3, 0.461538), (0.05, 0.095238)])
def test_flagging_everything_is_no_achievement(prevalence: float, f1: float) -> None:
    """Flagging every row has an F1 of 2 pi / (1 + pi), and no best F1 is below that."""
    y_true = np.arange(1000) < 1000 * prevalence
    curve = ThresholdCurve.from_predictions(y_true, np.random.default_rng(0).random(1000))
    assert curve.at(-math.inf).counts.f1() == pytest.approx(f1, abs=5e-7)
    assert best(curve).value >= curve.at(-math.inf).counts.f1()


def test_a_metric_of_ones_own() -> None:
    """Any function of the counts can be asked for: here the cost of 3 for a false alarm and 1 for a miss, negated."""
    cost = Metric("cost", "Cost", lambda counts: -(3.0 * counts.fp + counts.fn), rewards_catching=False)
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6, 0.5])
    found = best(curve, cost)
    assert (found.point.threshold, found.value) == (0.9, -2.0)


@pytest.mark.parametrize("together", [1, 1 << 15])
@pytest.mark.parametrize("y_true", [[1, 1], [0, 0]])
def test_one_class_alone_has_optima_where_they_are_defined(
    y_true: list[int], together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one class every metric that is defined anywhere has its best threshold."""
    monkeypatch.setattr(curve_module, "_EVALUATED_TOGETHER", together)
    drawn = Rows(np.array(y_true, dtype=bool), np.array([0.2, 0.1]), None)
    for name in METRICS:
        highest, ties = brute_force(drawn, name)
        found = best(curve_of(drawn), name)
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


def _parquet(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


@pytest.mark.skipif(not REAL_FILES.is_dir(), reason="the published prediction files are not on this machine")
@pytest.mark.parametrize(
    ("file", "read", "truth", "score", "value", "threshold", "f1_at_half"),
    [
        ("california_housing.csv", _csv, "clf_target", "y_pred_proba", 0.8724550112, 0.35, 0.8479103835),
        (
            *("employment.parquet", _parquet, "employed", "predicted_probability"),
            *(0.8350008848, 0.4205307124206221, 0.8328529854),
        ),
        ("nba_games.csv", _csv, "prob1_outcome", "prob1", 0.7481855475, 0.3883920762955963, 0.7384401839),
        ("senate.csv", _csv, "winflag", "forecast_prob", 0.9615384615, 0.35, 0.9611650485),
        ("cancer_marker.csv", _csv, "cancer", "cancerpredmarker", 0.5829959514, 0.2531714, 0.4258064516),
    ],
)
def test_published_predictions(
    file: str,
    read: Callable[[Path], pd.DataFrame],
    truth: str,
    score: str,
    value: float,
    threshold: float,
    f1_at_half: float,
) -> None:
    """On files that other projects published, the best F1 is that of scikit-learn's precision-recall curve."""
    table = read(REAL_FILES / file)
    table = table[table[truth].isin([0, 1])]
    curve = ThresholdCurve.from_predictions(table[truth], table[score])
    found = best(curve)
    assert found.value == pytest.approx(value, abs=5e-11)
    assert found.point.threshold == threshold
    assert curve.at(0.5).counts.f1() == pytest.approx(f1_at_half, abs=5e-11)


def test_values_of_metrics_come_from_the_counts_of_the_point() -> None:
    """An optimum is consistent in itself: its value is the metric of its counts."""
    found = best(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]))
    assert isinstance(found.point.counts, ConfusionCounts)
    assert (found.point.counts.tp, found.point.counts.fp) == (2, 1)
    assert found.value == 0.8

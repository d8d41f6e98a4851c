"""Advice on results that can't be trusted, and none on results that can."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import f1_score

from f1tools.advice import advise, most_important
from f1tools.calibration import assess_calibration
from f1tools.core.bins import curve_from_bins
from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best, plateau
from f1tools.readers import Choices, read_predictions
from tests.advising import advice, kinds, numbers, two_groups
from tests.calibration.populations import coarse, uniform
from tests.strategies import ANY_WEIGHT, Rows, rows

SAMPLES = Path(__file__).parents[1] / "sample_data"


@pytest.mark.parametrize("population", [uniform, coarse])
@pytest.mark.parametrize(("name", "beta"), [("f1", None), ("fbeta", 2.0), ("fbeta", 0.5), ("youden_j", None)])
def test_no_advice_on_probabilities(population: Callable[[], ThresholdCurve], name: str, beta: float | None) -> None:
    """With many rows and calibrated probabilities there is no advice."""
    assert advice(population(), name, beta=beta) == []


@pytest.mark.parametrize(
    ("file", "positive", "score", "expected"),
    [
        ("diabetes", "fast", "prob_forest", []),
        ("diabetes", "fast", "prob_logistic", []),
        ("diabetes", "fast", "prob_logistic_balanced", [("not_calibrated", "note")]),
        ("digits_eight", "eight", "prob_logistic_balanced", [("not_calibrated", "note")]),
        ("digits_eight", "eight", "prob_logistic", [("not_calibrated", "note")]),
        ("digits_eight", "eight", "prob_forest", [("not_calibrated", "note")]),
        ("breast_cancer", "malignant", "margin_svm", []),
        ("breast_cancer", "malignant", "margin_logistic", []),
    ],
)
def test_real_models(file: str, positive: str, score: str, expected: list[tuple[str, str]]) -> None:
    """Of the sample models, those with balanced class weights and those for rare eights are not calibrated."""
    predictions = read_predictions(SAMPLES / f"{file}.csv", choices=Choices(pos_label=positive)).predictions
    assert predictions is not None
    assert kinds(advice(predictions.curve(score))) == expected


@pytest.mark.parametrize(
    ("positives", "level"), [(1, "warning"), (9, "warning"), (10, "note"), (29, "note"), (30, None)]
)
def test_few_positives(positives: int, level: str | None) -> None:
    """Below 10 positives is a warning, below 30 a note, with the recall at the best threshold and its interval."""
    curve = two_groups(positives, 200, 1)
    result = [one for one in advice(curve) if one.kind == "few_positives"]
    assert [one.level for one in result] == ([] if level is None else [level])
    if positives == 10:
        caught = int(best(curve).point.counts.tp)
        interval = binomtest(caught, 10).proportion_ci(0.95, method="wilson")
        assert numbers(result[0]) == ["10", f"{caught / 10:.3f}", f"{interval.low:.3f}", f"{interval.high:.3f}", "95%"]


@pytest.mark.parametrize("y_score", [[0.1] * 5 + [0.9] * 200, [0.5] * 205, [0.9] * 5 + [0.1] * 200])
def test_few_positives_silence_all_other_advice(y_score: list[float]) -> None:
    """Scores that are reversed, equal or perfect: with 5 positives all of it could be chance."""
    curve = ThresholdCurve.from_predictions([1] * 5 + [0] * 200, y_score)
    assert kinds(advice(curve)) == [("few_positives", "warning")]


def test_effective_number_of_positives() -> None:
    """A hundred positives of which one weighs as much as 1,000 others are worth (Σw)² / Σw² = 1.2 rows."""
    y_true, y_score = [1] * 100 + [0] * 100, np.linspace(1, 0, 200)
    weight = np.ones(200)
    weight[0] = 1000
    heavy = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    assert advice(heavy)[0].level == "warning"
    assert numbers(advice(heavy)[0])[0] == "1"
    even = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(200, 0.01))
    assert not any(one.kind == "few_positives" for one in advice(even))


@pytest.mark.parametrize(("mixed", "rows_each", "warned"), [(0, 50, True), (0, 49, False), (1, 100, False)])
def test_too_good(mixed: int, rows_each: int, warned: bool) -> None:
    """A ROC AUC of .999 or more on 100 rows or more is a warning; 1 in 100 misplaced is not."""
    result = advice(two_groups(rows_each, rows_each, mixed))
    assert (("too_good", "warning") in kinds(result)) is warned
    if warned:
        assert numbers(result[0]) == ["1.000"]


def test_perfect_scores_need_no_calibration() -> None:
    """Where the classes are separated any threshold between them is best, also of scores that are not calibrated."""
    curve = ThresholdCurve.from_predictions([1] * 100 + [0] * 100, np.r_[np.linspace(0.2, 0.3, 100), np.zeros(100)])
    assert kinds(advice(curve)) == [("too_good", "warning")]


def test_rows_that_trained_the_model_come_first() -> None:
    """The sentence of the reader is the finding, above every other warning."""
    curve = ThresholdCurve.from_predictions([1] * 5 + [0] * 200, [0.9] * 5 + [0.1] * 200)
    optimum = best(curve)
    result = advise(curve, optimum, plateau(curve, optimum), out_of_sample=False, trained="They trained it.")
    assert [one.kind for one in result] == ["training_rows", "few_positives"]
    assert result[0].sentence == "They trained it."
    assert most_important(result) is result[0]


def test_a_wide_plateau_does_not_qualify_the_result() -> None:
    """That many thresholds are as good is no reason to distrust the best one."""
    result = advice(flat(2.0))
    assert kinds(result) == [("wide_plateau", "note")]
    assert most_important(result) is None


@pytest.mark.parametrize(("distort", "beta"), [(lambda p: p**3, None), (np.sqrt, None), (np.sqrt, 2.0)])
def test_scores_that_are_not_calibrated(distort: Callable[[FloatArray], FloatArray], beta: float | None) -> None:
    """The note names mean score and share of positives where they differ most, whatever the metric."""
    curve = uniform(distort)
    (one,) = advice(curve, "f1" if beta is None else "fbeta", beta=beta)
    bins = assess_calibration(curve).bins
    worst = int(np.argmax(np.abs(bins.observed - bins.mean_score)))
    assert (one.kind, one.level) == ("not_calibrated", "note")
    named = f"average {100 * bins.mean_score[worst]:.1f}%, but {100 * bins.observed[worst]:.1f}%"
    assert named in one.finding
    assert named in one.line


def test_small_deviations_are_no_advice() -> None:
    """Odds that are 5% too high are significant in 2 million rows, and change nothing."""
    assert advice(uniform(lambda p: 1.05 * p / (1.05 * p + 1 - p))) == []


def flat(half_width: float) -> ThresholdCurve:
    """Return a curve whose F1 stays within .01 of the best over 420 of 1,320 rows.

    They score from minus to plus the half-width, other rows from -5 to 5 all around. With 320 of 400 rows above them
    positive and 11 of every 30 of their own, F1 is 640 / 874 = .732 with none or all of them, twice 11 / 30.
    """
    y_true = np.r_[np.tile([1, 1, 1, 1, 0], 80), np.tile([1] * 11 + [0] * 19, 14), np.zeros(500)]
    middle = np.repeat(np.linspace(half_width, -half_width, 14), 30)
    y_score = np.r_[np.linspace(5, half_width * 1.1, 400), middle, np.linspace(-half_width * 1.1, -5, 500)]
    return ThresholdCurve.from_predictions(y_true, y_score)


def test_wide_plateau() -> None:
    """Where a third of the range and of the rows lose less than .01, the note names how the share flagged changes."""
    curve = flat(2.0)
    near = plateau(curve, best(curve))
    (one,) = advice(curve)
    assert (one.kind, one.level) == ("wide_plateau", "note")
    low, high = (curve.at(threshold).counts.flagged() for threshold in (math.nextafter(near.low, math.inf), near.high))
    assert low - high >= 420
    assert numbers(one)[-3:] == ["0.01", f"{100 * low / 1320:.1f}%", f"{100 * high / 1320:.1f}%"]


def beside_a_gap() -> ThresholdCurve:
    """Return a curve whose plateau is a gap without rows, where the threshold changes no decision."""
    y_true = np.r_[np.tile([1, 1, 1, 1, 0], 80), np.tile([1, 0, 0, 0, 0], 80)]
    return ThresholdCurve.from_predictions(y_true, np.r_[np.linspace(5, 4.9, 400), np.linspace(-4.9, -5, 400)])


@pytest.mark.parametrize(
    ("curve", "inner", "outer"), [(flat(0.05), 0.05, 0.3), (beside_a_gap(), 4.85, 5)], ids=["narrow", "gap"]
)
def test_plateaus_that_are_not_wide(curve: ThresholdCurve, inner: float, outer: float) -> None:
    """The exact threshold matters within a hundredth of the range; a gap has no rows to decide on."""
    near = plateau(curve, best(curve))
    assert -outer < near.low < -inner < inner < near.high < outer
    assert advice(curve) == []


@settings(max_examples=150)
@given(
    drawn=st.one_of(rows(most=60), rows(weight=ANY_WEIGHT, most=60)),
    name=st.sampled_from(METRICS),
    out_of_sample=st.booleans(),
    limit=st.sampled_from([None, Constraint.at_least("recall", 0.2)]),
    within=st.sampled_from([0, 0.01, 0.3]),
    expected=st.sampled_from([None, -0.2, 0.0, 0.01, 0.3, math.nan]),
)
def test_advice_is_short_and_complete(
    drawn: Rows, name: str, out_of_sample: bool, limit: Constraint | None, within: float, expected: float | None
) -> None:
    """For any rows and metric: at most three pieces, warnings first, in full sentences without raw values."""
    small = drawn.curve()
    large = ThresholdCurve(small.thresholds, small.tp * 40.0, small.fp * 40.0)  # enough positives for other advice
    for curve in (small, large):
        optimum = best(curve, name, constraints=() if limit is None else (limit,))
        near = plateau(curve, optimum, within)
        result = advise(curve, optimum, near, out_of_sample=out_of_sample, expected=expected)
        assert len(result) <= 3
        assert len({one.kind for one in result}) == len(result)
        assert [one.level for one in result] == sorted((one.level for one in result), reverse=True)
        for one in result:
            assert one.sentence[0].isupper()
            assert one.finding.endswith(".")
            assert one.action.endswith(".")
            assert not {"nan", "inf", "None"} & set(one.sentence.replace(",", " ").split())
            assert len(one.sentence) < 450
            assert 0 < len(one.title) < 45


def test_a_coarse_table() -> None:
    """A note says what F1 could be between the thresholds, where that is displayed as another number."""
    curve = curve_from_bins([0.1, 0.5], [0.4, 0.9], positives=[100, 200], negatives=[300, 100])
    (one,) = [each for each in advice(curve) if each.kind == "coarse_table"]
    best_order = [1] * 300 + [0] * 400, [1] * 400 + [0] * 300  # of the lower bin, all positives before the negatives
    highest = f"{f1_score(*best_order):.3f}"
    assert (one.level, numbers(one)) == ("note", ["2", highest])
    assert most_important([one]) is None
    single = curve_from_bins([0.1, 0.5], [0.1, 0.5], positives=[100, 200], negatives=[300, 100])
    narrow = curve_from_bins([0.2, 0.6], [0.2, 0.9], positives=[0, 100_000], negatives=[100_000, 1])
    assert not [each for curve in (single, narrow) for each in advice(curve) if each.kind == "coarse_table"]

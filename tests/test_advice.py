"""Advice on results that can't be trusted, and none on results that can."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from f1tools.advice import Advice, advise, most_important
from f1tools.calibration import assess_calibration
from f1tools.core.constraints import Constraint
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import is_inverted
from f1tools.core.metrics import METRICS, Metric
from f1tools.core.optimum import best, plateau
from f1tools.readers import Choices, read_predictions
from f1tools.uncertainty import tuned_estimate
from tests.calibration.populations import coarse, uniform
from tests.strategies import ANY_WEIGHT, Rows, rows

SAMPLES = Path(__file__).parents[1] / "sample_data"


def advice(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: tuple[Constraint, ...] = (),
    out_of_sample: bool = False,
    expected: float | None = None,
) -> list[Advice]:
    """Return the advice on the best threshold."""
    optimum = best(curve, objective, beta=beta, constraints=constraints)
    return advise(curve, optimum, plateau(curve, optimum), out_of_sample=out_of_sample, expected=expected)


def kinds(advice: list[Advice]) -> list[tuple[str, str]]:
    """Return the kind and level of each piece of advice."""
    return [(one.kind, one.level) for one in advice]


def numbers(one: Advice) -> list[str]:
    """Return all numbers in a piece of advice."""
    return re.findall(r"−?\d+(?:\.\d+)?%?", re.sub(r"\bF\d", "", one.sentence))


def two_groups(positives: int, negatives: int, mixed: int) -> ThresholdCurve:
    """Return a curve of margins in which some positives and as many negatives score like the other class."""
    y_true = [1] * positives + [0] * negatives
    middles = [5.0] * (positives - mixed) + [-5.0] * mixed + [-5.0] * (negatives - mixed) + [5.0] * mixed
    jitter = np.random.default_rng(2).normal(0, 1, len(y_true))
    return ThresholdCurve.from_predictions(y_true, np.array(middles) + jitter)


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
    """Below 10 positives is a warning, below 30 a note, with the interval of a recall of one half."""
    result = [one for one in advice(two_groups(positives, 200, 1)) if one.kind == "few_positives"]
    assert [one.level for one in result] == ([] if level is None else [level])
    if positives == 10:
        interval = binomtest(5, 10).proportion_ci(0.95, method="wilson")
        assert numbers(result[0]) == ["10", "50%", f"{100 * interval.low:.1f}%", f"{100 * interval.high:.1f}%"]


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


def random_scores(y_true: NDArray[np.bool_], shift: float = 0.0, seed: int = 0) -> ThresholdCurve:
    """Return a curve of normal scores, those of the positives shifted."""
    y_score = np.random.default_rng(seed).normal(size=y_true.size) + shift * y_true
    return ThresholdCurve.from_predictions(y_true, y_score)


COST = Metric("cost", "Cost", lambda counts: -(counts.fp + 99.0 * counts.fn) / counts.total())
EDGES: dict[str, tuple[ThresholdCurve, str | Metric, list[str], str, str]] = {
    # Nine in ten are positive: 2 · 0.9 / 1.9 = 0.947.
    "flag all": (random_scores(np.arange(1000) % 10 > 0, 0.2), "f1", ["0.947"], "every case", "F1"),
    "flag none": (random_scores(np.arange(2000) % 100 < 3, 0.1, 1), "accuracy", ["0.970"], "no case", "accuracy"),
    # The value of a cost would mean nothing to a reader.
    "custom metric": (random_scores(np.arange(400) % 2 > 0), COST, [], "every case", "By cost,"),
    # With a single score there is nothing to choose from.
    "equal scores": (
        ThresholdCurve.from_predictions([1] * 50 + [0] * 50, [0.5] * 100), "f1", ["0.5"], "every case", "same score"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES)
def test_the_best_threshold_flags_all_or_nothing(case: str) -> None:
    """The value at the edge is named."""
    curve, objective, expected, extreme, reason = EDGES[case]
    (one,) = advice(curve, objective)
    assert (one.kind, one.level) == ("at_the_edge", "warning")
    assert extreme in one.title
    assert len(numbers(one)) == len(expected)
    assert all(number.startswith(start) for number, start in zip(numbers(one), expected, strict=True))
    assert reason in one.finding


@pytest.mark.parametrize(("shift", "flags_all"), [(-3.0, True), (-1.0, False)])
def test_inverted_scores(shift: float, flags_all: bool) -> None:
    """A ROC AUC clearly below one half is named, whether or not the best threshold flags every case."""
    y_true = np.arange(400) % 2 > 0
    y_score = np.random.default_rng(0).normal(size=400) + shift * y_true
    if not flags_all:  # the lowest score is a negative's
        y_score[0] = -99.0
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    assert (float(best(curve).point.counts.flagged()) == 400) is flags_all
    (one,) = advice(curve)
    assert (one.kind, one.level) == ("inverted", "warning")
    assert numbers(one) == [f"{roc_auc_score(y_true, y_score):.3f}"]
    assert numbers(replace(one, finding=one.line, action="")) == numbers(one)


def test_inverted_scores_of_weighted_rows() -> None:
    """Weights are no rows: what is far from 0.5 for 20,000 rows can be chance for the 200 that hold their weight."""
    y_true = np.arange(200) % 2 > 0
    curve = random_scores(y_true, -0.3)
    scaled = ThresholdCurve.from_predictions(
        y_true, np.random.default_rng(0).normal(size=200) - 0.3 * y_true, sample_weight=np.full(200, 100.0)
    )
    assert 0.4 < curve.roc_auc() < 0.5
    assert not is_inverted(curve.roc_auc(), 100, 100)
    assert is_inverted(curve.roc_auc(), 10_000, 10_000)
    assert "inverted" not in {one.kind for each in (curve, scaled) for one in advice(each)}


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


@pytest.mark.parametrize(
    ("name", "extreme"),
    [("recall", "every case"), ("predicted_positive_rate", "every case"), ("specificity", "no case")],
)
def test_metrics_that_ignore_one_kind_of_error(name: str, extreme: str) -> None:
    """Their best threshold is always at an edge, which says nothing about the scores."""
    y_true, y_score = [0] + [1, 0] * 100, [9.0, *np.linspace(1, 0, 200).tolist()]
    (one,) = (one for one in advice(ThresholdCurve.from_predictions(y_true, y_score), name) if one.level == "warning")
    assert one.kind == "at_the_edge"
    assert "ignores" in one.finding
    assert extreme in one.title


@pytest.mark.parametrize("out_of_sample", [False, True])
def test_barely_above_flagging_every_case(out_of_sample: bool) -> None:
    """Both values are named: 60 of 100 cases are positive, and the scores catch all with two false alarms less."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 60 + [0.9] * 38 + [0.8] * 2)
    (one,) = [one for one in advice(curve, out_of_sample=out_of_sample) if one.level == "warning"]
    assert one.kind == "barely_above_everything"
    assert numbers(one) == [f"{2 * 60 / (60 + 98):.3f}", f"{2 * 60 / (60 + 100):.3f}"]
    assert "hardly more" in one.finding
    assert ("on the rows that chose it" in one.finding) != out_of_sample


@pytest.mark.parametrize(
    ("expected", "comparison"),
    [
        (0.762, "hardly more"),
        (0.741, "no more"),
        (0.763, None),  # .75 + .05 · .25 = .7625 is a twentieth of the way to perfect
        (math.nan, None),
    ],
)
def test_the_expected_value_is_compared(expected: float, comparison: str | None) -> None:
    """A known estimate for new rows decides, instead of the value on the rows that chose the threshold."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 50 + [0.2] * 10 + [0.9] * 20 + [0.2] * 20)
    result = [one for one in advice(curve, expected=expected) if one.kind == "barely_above_everything"]
    assert [numbers(one) for one in result] == ([] if comparison is None else [[str(expected), "0.750"]])
    assert all(str(comparison) in one.finding for one in result)


@pytest.mark.parametrize("name", ["mcc", "kappa", "youden_j"])
@pytest.mark.parametrize(("expected", "value"), [(None, None), (0.05, None), (0.049, "0.049"), (-0.1, "−0.100")])
def test_close_to_guessing(name: str, expected: float | None, value: str | None) -> None:
    """A metric that is 0 by chance says little below .05, whatever it is on the rows that chose the threshold."""
    result = [one for one in advice(two_groups(100, 200, 30), name, expected=expected) if one.level == "warning"]
    assert kinds(result) == ([("close_to_guessing", "warning")] if value else [])
    assert [numbers(one) for one in result] == ([[value, "0", "1"]] if value else [])


def test_close_to_guessing_in_sample() -> None:
    """Without an estimate the value on these rows is named: 102 of 200 caught beside 98 of 200 is a J of .02."""
    y_true = [1] * 200 + [0] * 200
    curve = ThresholdCurve.from_predictions(y_true, [0.9] * 102 + [0.1] * 98 + [0.9] * 98 + [0.1] * 102)
    (one,) = [one for one in advice(curve, "youden_j") if one.level == "warning"]
    assert numbers(one) == ["0.020", "0", "1"]
    assert "close_to_guessing" not in [one.kind for one in advice(curve, "f1")]


def test_the_expected_value_finds_useless_scores() -> None:
    """Of random scores on 300 rows with 5 % positives, nearly all get a warning with the estimate."""
    generator = np.random.default_rng(3)
    warned = []
    for seed in range(60):
        y_true = generator.permutation(300) < 15
        curve = ThresholdCurve.from_predictions(y_true, generator.normal(size=300))
        expected = tuned_estimate(curve, n_resamples=100, random_state=seed).estimate
        warned.append(any(one.level == "warning" for one in advice(curve, expected=expected)))
    assert np.mean(warned) > 0.8


def test_other_metrics_are_not_compared_with_flagging_every_case() -> None:
    """Flagging every case is a baseline for F1 and F-beta only, and only where constraints allow it."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 60 + [0.9] * 38 + [0.8] * 2)
    limit = (Constraint.at_most("flagged", 99),)
    for result in (advice(curve, "mcc"), advice(curve, constraints=limit)):
        assert "barely_above_everything" not in [one.kind for one in result]
    loose = advice(curve, constraints=(Constraint.at_least("recall", 0.5),))
    assert "F1 under your constraints" in loose[0].finding


def test_random_scores_get_a_warning() -> None:
    """Nearly all of a hundred samples of random scores get a warning, good scores never."""
    generator = np.random.default_rng(11)
    samples = [generator.random(1000) < 0.3 for _ in range(100)]
    warned = [
        sum(any(one.level == "warning" for one in advice(random_scores(y_true, shift, seed))) for seed, y_true in each)
        for shift, each in ((0.0, enumerate(samples)), (2.0, enumerate(samples)))
    ]
    assert warned[0] >= 95
    assert warned[1] == 0


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


@pytest.mark.parametrize(("y_score", "objective"), [([0.5] * 40, "f1"), ([0.5, 0.4] * 20, "recall")])
def test_every_case_means_every_case_with_a_score(y_score: list[float], objective: str) -> None:
    """Where rows have no score, the lowest threshold flags the others only, and a model has selected these."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 20, [-math.inf] * 40 + y_score)
    (one,) = advice(curve, objective)
    assert one.kind == "at_the_edge"
    assert "every case with a score" in f"{one.title} {one.finding}"
    assert "no model" not in one.finding

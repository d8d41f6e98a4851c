"""What a result should be read with, and that honest results are left in peace."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from f1tools.advice import Advice, advise
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.optimum import best
from f1tools.core.plateau import plateau
from f1tools.formatting.threshold import best_threshold_text
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
    """Give the advice on the best threshold."""
    optimum = best(curve, objective, beta=beta, constraints=constraints)
    return advise(curve, optimum, plateau(curve, optimum), out_of_sample=out_of_sample, expected=expected)


def kinds(given: list[Advice]) -> list[tuple[str, str]]:
    """Give what the pieces are about."""
    return [(one.kind, one.level) for one in given]


def two_groups(positives: int, negatives: int, mixed: int) -> ThresholdCurve:
    """Give a curve of margins where so many positives and as many negatives score where the other class does."""
    y_true = [1] * positives + [0] * negatives
    middles = [5.0] * (positives - mixed) + [-5.0] * mixed + [-5.0] * (negatives - mixed) + [5.0] * mixed
    jitter = np.random.default_rng(2).normal(0, 1, len(y_true))
    return ThresholdCurve.from_predictions(y_true, np.array(middles) + jitter)


@pytest.mark.parametrize("population", [uniform, coarse])
@pytest.mark.parametrize(("name", "beta"), [("f1", None), ("fbeta", 2.0), ("fbeta", 0.5), ("youden_j", None)])
def test_chances_are_left_in_peace(population: Callable[[], ThresholdCurve], name: str, beta: float | None) -> None:
    """With many rows and scores that are chances there is nothing to warn of."""
    assert advice(population(), name, beta=beta) == []


@pytest.mark.parametrize(
    ("file", "positive", "score", "expected"),
    [
        ("diabetes", "fast", "prob_forest", []),
        ("diabetes", "fast", "prob_logistic", []),
        ("diabetes", "fast", "prob_logistic_balanced", [("not_calibrated", "note")]),
        ("digits_eight", "eight", "prob_logistic_balanced", [("not_calibrated", "note")]),
        ("digits_eight", "eight", "prob_forest", []),
        ("breast_cancer", "malignant", "margin_svm", []),
        ("breast_cancer", "malignant", "margin_logistic", []),
    ],
)
def test_real_models(file: str, positive: str, score: str, expected: list[tuple[str, str]]) -> None:
    """Of the samples, the models that were trained with balanced weights do not say chances; the others are fine."""
    predictions = read_predictions(SAMPLES / f"{file}.csv", choices=Choices(pos_label=positive)).predictions
    assert predictions is not None
    assert kinds(advice(predictions.curve(score))) == expected


@pytest.mark.parametrize(
    ("positives", "level", "said"),
    [
        (1, "warning", "Only 1 row is positive, and with fewer than 10 chance decides"),
        (9, "warning", "Only 9 rows are positive, and with fewer than 10 chance decides"),
        (10, "note", "Only 10 rows are positive, so every number here is rough"),
        (29, "note", "Only 29 rows are positive, so every number here is rough"),
        (30, None, ""),
    ],
)
def test_few_positives(positives: int, level: str | None, said: str) -> None:
    """Below 10 nothing is reliable, below 30 all is rough, and why is said with the interval of one half."""
    given = advice(two_groups(positives, 200, 1))
    found = [one for one in given if one.kind == "few_positives"]
    assert [one.level for one in found] == ([] if level is None else [level])
    if found:
        assert found[0].sentence.startswith(said)
    if positives == 10:
        interval = binomtest(5, 10).proportion_ci(0.95, method="wilson")
        shares = f"anything from {100 * interval.low:.1f}% to {100 * interval.high:.1f}%"
        assert f"a recall of 50% may in truth be {shares}" in found[0].sentence


def test_few_positives_are_all_that_is_worth_saying() -> None:
    """Scores that are reversed, equal or perfect: with 5 positives none of it is more than chance."""
    for y_score in ([0.1] * 5 + [0.9] * 200, [0.5] * 205, [0.9] * 5 + [0.1] * 200):
        curve = ThresholdCurve.from_predictions([1] * 5 + [0] * 200, y_score)
        assert kinds(advice(curve)) == [("few_positives", "warning")]


def test_weighted_positives_count_for_what_they_are_worth() -> None:
    """A hundred positives of which one weighs as much as 1,000 others are worth (Σw)² / Σw² = 1.2 rows."""
    y_true, y_score = [1] * 100 + [0] * 100, np.linspace(1, 0, 200)
    weight = np.ones(200)
    weight[0] = 1000
    heavy = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    assert advice(heavy)[0].sentence.startswith("With their weights, the positives are worth only about 1 row, ")
    even = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(200, 0.01))
    assert not any(one.kind == "few_positives" for one in advice(even))


@pytest.mark.parametrize(("mixed", "rows_each", "warned"), [(0, 50, True), (0, 49, False), (1, 100, False)])
def test_too_good(mixed: int, rows_each: int, warned: bool) -> None:
    """An area under the ROC curve of .999 or more in 100 rows or more is asked about; 1 in 100 mixed up is not."""
    given = advice(two_groups(rows_each, rows_each, mixed))
    assert (("too_good", "warning") in kinds(given)) is warned
    if warned:
        assert "(ROC AUC 1.000)" in given[0].sentence
        assert "did not train the model" in given[0].sentence


def test_perfect_scores_are_not_blamed_for_being_no_chances() -> None:
    """Where the classes are apart, any threshold between them is best, and the law of chances has nothing to say."""
    curve = ThresholdCurve.from_predictions([1] * 100 + [0] * 100, np.r_[np.linspace(0.2, 0.3, 100), np.zeros(100)])
    assert kinds(advice(curve)) == [("too_good", "warning")]


def test_the_best_is_to_flag_everything() -> None:
    """Where nine in ten are positive and the scores say little, F1 asks for all: 2 · 0.9 / 1.9 = 0.947."""
    y_true = np.arange(1000) % 10 > 0
    y_score = np.random.default_rng(0).normal(size=1000) + 0.2 * y_true
    (given,) = advice(ThresholdCurve.from_predictions(y_true, y_score))
    assert (given.kind, given.level, given.title) == ("at_the_edge", "warning", "Best is to flag every case")
    assert given.sentence == (
        "By F1, nothing beats the threshold that would flag every case (0.947), which takes no model. Ask for a metric "
        "that minds false alarms more, or bring a better model."
    )


def test_scores_the_wrong_way_round() -> None:
    """Where positives score lower, the edge is explained by it."""
    y_true = np.arange(400) % 2 > 0
    y_score = np.random.default_rng(0).normal(size=400) - 3 * y_true
    (given,) = advice(ThresholdCurve.from_predictions(y_true, y_score))
    assert given.kind == "at_the_edge"
    assert "flag every case (0.667), because real cases tend to score lower than the others (ROC AUC 0.0" in (
        given.sentence
    )
    assert given.sentence.endswith("Check that high scores mean the positive class.")


def test_the_best_is_to_flag_nothing() -> None:
    """Where 3 in 100 are positive, accuracy is best without a single alarm."""
    y_true = np.arange(2000) % 100 < 3
    y_score = np.random.default_rng(1).normal(size=2000) + 0.1 * y_true
    (given,) = advice(ThresholdCurve.from_predictions(y_true, y_score), "accuracy")
    assert given.title == "Best is to flag nothing at all"
    assert "By accuracy, nothing beats the threshold that would flag nothing at all (0.970)" in given.sentence
    assert "minds missed cases more" in given.sentence


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("recall", "Recall doesn't mind false alarms, so all that it can ask for is to flag every case."),
        ("predicted_positive_rate", "Share flagged doesn't mind false alarms"),
        ("specificity", "Specificity doesn't mind missed cases, so all that it can ask for is to flag nothing at all."),
    ],
)
def test_metrics_that_mind_one_error_only(name: str, said: str) -> None:
    """They end at an edge by their nature, which says nothing about the scores."""
    y_true, y_score = [0] + [1, 0] * 100, [9.0, *np.linspace(1, 0, 200).tolist()]
    given = [one for one in advice(ThresholdCurve.from_predictions(y_true, y_score), name) if one.level == "warning"]
    assert kinds(given) == [("at_the_edge", "warning")]
    assert given[0].sentence.startswith(said)


def test_one_score_for_all() -> None:
    """There is nothing to choose from, and that is what is said."""
    curve = ThresholdCurve.from_predictions([1] * 50 + [0] * 50, [0.5] * 100)
    (given,) = advice(curve)
    assert given.sentence.startswith(
        "All rows have the same score, 0.5, so a threshold can only flag every case or none"
    )


def test_costs_are_not_printed_as_a_metric() -> None:
    """An objective of one's own has a name, but its value means nothing to a reader."""
    loss = Metric("cost", "Cost", lambda counts: -(counts.fp + 99.0 * counts.fn) / counts.total())
    y_true = np.arange(400) % 2 > 0
    curve = ThresholdCurve.from_predictions(y_true, np.random.default_rng(0).normal(size=400))
    (given,) = advice(curve, loss)
    assert given.sentence.startswith("By cost, nothing beats the threshold that would flag every case, which takes")


@pytest.mark.parametrize("out_of_sample", [False, True])
def test_barely_above_flagging_everything(out_of_sample: bool) -> None:
    """Both numbers are said: .6 of 100 cases are positive, and the scores catch all with one false alarm less."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 60 + [0.9] * 38 + [0.8] * 2)
    (given,) = [one for one in advice(curve, out_of_sample=out_of_sample) if one.level == "warning"]
    assert given.kind == "barely_above_everything"
    reached, everything = 2 * 60 / (60 + 98), 2 * 60 / (60 + 100)
    start = "At this threshold F1 is" if out_of_sample else "At best, on the very rows that chose the threshold, F1 is"
    assert given.sentence.startswith(
        f"{start} {reached:.3f}, hardly more than the {everything:.3f} that flagging every"
    )


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (0.762, "What to expect on new rows, an F1 of 0.762, is hardly more than the 0.750 that flagging every case"),
        (0.741, "What to expect on new rows, an F1 of 0.741, is no more than the 0.750 that flagging every case"),
        # .75 + .05 · .25 = .7625 is a twentieth of the way to perfect.
        (0.763, None),
        (math.nan, None),
    ],
)
def test_what_to_expect_is_compared_with_flagging_everything(expected: float, said: str | None) -> None:
    """The honest estimate decides where it is known, and not the value of the rows that chose the threshold."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 50 + [0.2] * 10 + [0.9] * 20 + [0.2] * 20)
    given = [one for one in advice(curve, expected=expected) if one.kind == "barely_above_everything"]
    assert [one.sentence.startswith(said or "") for one in given] == ([] if said is None else [True])


@pytest.mark.parametrize("name", ["mcc", "kappa", "youden_j"])
@pytest.mark.parametrize(("expected", "warned"), [(None, False), (0.05, False), (0.049, True), (-0.1, True)])
def test_close_to_guessing(name: str, expected: float | None, warned: bool) -> None:
    """A metric that is 0 by chance says little below .05, whatever it came to on the rows that chose the threshold."""
    curve = two_groups(100, 200, 30)
    given = [one for one in advice(curve, name, expected=expected) if one.level == "warning"]
    assert kinds(given) == ([("close_to_guessing", "warning")] if warned else [])
    if expected == 0.049:
        assert " of 0.049, is hardly more than the 0 that guessing gives; 1 would be perfect." in given[0].sentence
    if expected == -0.1:
        assert " of −0.100, is no more than the 0 that guessing gives" in given[0].sentence


def test_close_to_guessing_on_these_very_rows() -> None:
    """Without an estimate the value of the rows is said: 102 of 200 caught beside 98 of 200 is a J of .02."""
    y_true = [1] * 200 + [0] * 200
    curve = ThresholdCurve.from_predictions(y_true, [0.9] * 102 + [0.1] * 98 + [0.9] * 98 + [0.1] * 102)
    (given,) = [one for one in advice(curve, "youden_j") if one.level == "warning"]
    assert given.sentence.startswith(
        "At best, on the very rows that chose the threshold, Youden's J is 0.020, hardly more than the 0 that guessing"
    )
    assert "close_to_guessing" not in [one.kind for one in advice(curve, "f1")]


def test_useless_scores_are_found_out_by_what_to_expect() -> None:
    """Scores that know nothing, 300 rows of which 5 % are positive: with the estimate nearly all are warned of."""
    generator = np.random.default_rng(3)
    warned = []
    for seed in range(60):
        y_true = generator.permutation(300) < 15
        curve = ThresholdCurve.from_predictions(y_true, generator.normal(size=300))
        expected = tuned_estimate(curve, n_resamples=100, random_state=seed).estimate
        warned.append(any(one.level == "warning" for one in advice(curve, expected=expected)))
    assert np.mean(warned) > 0.8


def test_other_metrics_have_no_such_line() -> None:
    """Flagging everything is a yardstick for F1 and F-beta alone, and only where limits allow it."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 40, [0.9] * 60 + [0.9] * 38 + [0.8] * 2)
    limit = (Constraint.at_most("flagged", 99),)
    for other in (advice(curve, "mcc"), advice(curve, constraints=limit)):
        assert "barely_above_everything" not in [one.kind for one in other]
    loose = advice(curve, constraints=(Constraint.at_least("recall", 0.5),))
    assert "F1 within your limits is" in loose[0].sentence


def test_random_scores_get_a_warning() -> None:
    """Scores that know nothing are found out in nearly all of a hundred samples, and good ones never."""
    generator = np.random.default_rng(11)
    warned = {0.0: 0, 2.0: 0}
    for _ in range(100):
        y_true = generator.random(1000) < 0.3
        for shift in warned:
            curve = ThresholdCurve.from_predictions(y_true, generator.normal(size=1000) + shift * y_true)
            warned[shift] += any(level == "warning" for _, level in kinds(advice(curve)))
    assert warned[0.0] >= 95
    assert warned[2.0] == 0


@pytest.mark.parametrize(
    ("curve", "name", "beta", "said"),
    [
        (
            uniform(lambda chance: chance**3),
            "f1",
            None,
            # From (3 - √5)/2 to its cube root the chances average 55.4 % and their cubes 18.6 %.
            "Scores from 0.0559 to 0.38 promise 18.6% positives and hold 55.4%, so they can't be read as "
            "probabilities, and the threshold is 0.0559 instead of about 0.38, half of the best F1.",
        ),
        (uniform(np.sqrt), "f1", None, "the threshold is 0.618 instead of about 0.38, half of the best F1."),
        (uniform(np.sqrt), "fbeta", 2.0, "instead of about 0.17, the best F2 divided by 5."),
        (
            uniform(lambda chance: chance**3),
            "youden_j",
            None,
            "the threshold is 0.125 instead of about 0.5, the share of positives.",
        ),
    ],
)
def test_scores_that_are_no_chances(curve: ThresholdCurve, name: str, beta: float | None, said: str) -> None:
    """What the scores promise and hold, and where the threshold is instead of where the law puts it."""
    (given,) = advice(curve, name, beta=beta)
    assert (given.kind, given.level) == ("not_calibrated", "note")
    assert said in given.sentence
    assert "recalibrate the scores before you compute a threshold from costs" in given.sentence


def test_thresholds_are_named_as_they_are_written() -> None:
    """Where the best is to flag everything, advice names the decimal that is shown everywhere, not the lowest score."""
    y_true = np.arange(1000) % 10 < 7
    y_score = np.linspace(0.0176, 0.4, 1000)  # says nothing: seven of ten are positive at every score
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    (given,) = (one for one in advice(curve) if one.kind == "not_calibrated")
    assert best_threshold_text(best(curve), curve) == "0"
    # F1 of flagging everything is 2 * 0.7 / 1.7 = 0.824.
    assert "the threshold is 0 instead of about 0.41, half of the best F1." in given.sentence


def flat(half_width: float) -> ThresholdCurve:
    """Give a curve whose F1 stays within .01 of the best over 420 of 1,320 rows.

    They score from minus to plus the half-width, other rows from -5 to 5 all around. With 320 of 400 rows above them
    positive and 11 of every 30 of their own, F1 is 640 / 874 = .732 with none or all of them, twice 11 / 30.
    """
    y_true = np.r_[np.tile([1, 1, 1, 1, 0], 80), np.tile([1] * 11 + [0] * 19, 14), np.zeros(500)]
    middle = np.repeat(np.linspace(half_width, -half_width, 14), 30)
    y_score = np.r_[np.linspace(5, half_width * 1.1, 400), middle, np.linspace(-half_width * 1.1, -5, 500)]
    return ThresholdCurve.from_predictions(y_true, y_score)


def test_many_thresholds_are_as_good() -> None:
    """Where a third of the span and of the rows lose less than .01 to the best, the number means little."""
    curve = flat(2.0)
    optimum = best(curve)
    near = plateau(curve, optimum)
    (given,) = advise(curve, optimum, near, out_of_sample=False)
    assert (given.kind, given.level) == ("wide_plateau", "note")
    low, high = (curve.at(one).counts.flagged() for one in (math.nextafter(near.low, math.inf), near.high))
    assert low - high >= 420
    falls = f"{100 * low / 1320:.1f}% to {100 * high / 1320:.1f}%"
    assert f"comes within 0.01 of the best F1, though the share of cases flagged falls from {falls}." in given.sentence


def test_a_crowd_is_no_wide_plateau() -> None:
    """The same rows within a hundredth of the span: there the number does mean something."""
    curve = flat(0.05)
    near = plateau(curve, best(curve))
    assert -0.3 < near.low < -0.05 < 0.05 < near.high < 0.3
    assert advice(curve) == []


def test_an_empty_gap_is_no_wide_plateau() -> None:
    """Most of the span without a row changes no decision, wherever the threshold is in there."""
    y_true = np.r_[np.tile([1, 1, 1, 1, 0], 80), np.tile([1, 0, 0, 0, 0], 80)]
    curve = ThresholdCurve.from_predictions(y_true, np.r_[np.linspace(5, 4.9, 400), np.linspace(-4.9, -5, 400)])
    near = plateau(curve, best(curve))
    assert near.low < -4.85
    assert near.high > 4.85
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
def test_advice_on_anything_reads_well(
    drawn: Rows, name: str, out_of_sample: bool, limit: Constraint | None, within: float, expected: float | None
) -> None:
    """Whatever the rows and the metric: at most three pieces, warnings first, each in full sentences."""
    curve = drawn.curve()
    # With more rows of the same kind, so that there is something to look at.
    many = ThresholdCurve(curve.thresholds, curve.tp * 40.0, curve.fp * 40.0)
    for asked in (curve, many):
        optimum = best(asked, name, constraints=() if limit is None else (limit,))
        near = plateau(asked, optimum, within)
        given = advise(asked, optimum, near, out_of_sample=out_of_sample, expected=expected)
        assert len(given) <= 3
        assert len({one.kind for one in given}) == len(given)
        assert [one.level for one in given] == sorted((one.level for one in given), reverse=True)
        for one in given:
            assert one.sentence[0].isupper()
            assert one.sentence.endswith(".")
            assert not {"nan", "inf", "None"} & set(one.sentence.replace(",", " ").split())
            assert len(one.sentence) < 450
            assert 0 < len(one.title) < 45


def test_advice_follows_the_metric_not_its_name() -> None:
    """F-beta with beta 1 is F1: same threshold, same advice."""
    curve = uniform(lambda chance: chance**3)
    for asked in ("f1", metric("fbeta", 1.0)):
        (given,) = advice(curve, asked)
        # Cubed chances, spread evenly: the best F1 is where the chance is (3 - √5) / 2 = .382, half of the best F1.
        assert "the threshold is 0.0559 instead of about 0.38, half of the best F1." in given.sentence

"""Advice on scores that are no better than guessing, or than flagging every case or none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import is_inverted
from f1tools.core.metrics import Metric
from f1tools.core.optimum import best
from f1tools.uncertainty import tuned_estimate
from tests.advising import advice, kinds, numbers, two_groups


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
    """Weights are not rows: what is far from 0.5 for 20,000 rows can be chance for the 200 that hold their weight."""
    y_true = np.arange(200) % 2 > 0
    curve = random_scores(y_true, -0.3)
    scaled = ThresholdCurve.from_predictions(
        y_true, np.random.default_rng(0).normal(size=200) - 0.3 * y_true, sample_weight=np.full(200, 100.0)
    )
    assert 0.4 < curve.roc_auc() < 0.5
    assert not is_inverted(curve.roc_auc(), 100, 100)
    assert is_inverted(curve.roc_auc(), 10_000, 10_000)
    assert "inverted" not in {one.kind for each in (curve, scaled) for one in advice(each)}


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


@pytest.mark.parametrize(("y_score", "objective"), [([0.5] * 40, "f1"), ([0.5, 0.4] * 20, "recall")])
def test_every_case_means_every_case_with_a_score(y_score: list[float], objective: str) -> None:
    """Where rows have no score, the lowest threshold flags the others only, and a model has selected these."""
    curve = ThresholdCurve.from_predictions([1] * 60 + [0] * 20, [-math.inf] * 40 + y_score)
    (one,) = advice(curve, objective)
    assert one.kind == "at_the_edge"
    assert "every case with a score" in f"{one.title} {one.finding}"
    assert "no model" not in one.finding

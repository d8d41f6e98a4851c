"""How sure, in words."""

import math
from typing import Any

import numpy as np
import pytest

from f1tools.core.metrics import METRICS, metric
from f1tools.formatting import lowercase_label, with_article
from f1tools.uncertainty import Interval, TunedEstimate
from f1tools.uncertainty.sentences import (
    evaluation_set_text,
    expected_value_text,
    threshold_spread_text,
)


def estimate(**changes: Any) -> TunedEstimate:
    about: dict[str, Any] = {
        "metric": metric("f1"),
        "constraints": (),
        "threshold": 0.34,
        "apparent": 0.664,
        "estimate": 0.643,
        "optimism": 0.021,
        "interval": Interval(0.578, 0.704, 0.95),
        "threshold_interval": Interval(0.2258, 0.47518, 0.95),
        "thresholds": np.array([0.3, 0.4]),
        "n_resamples": 2000,
        "random_state": 0,
        "confidence_level": 0.95,
    }
    return TunedEstimate(**(about | changes))


def test_what_to_expect() -> None:
    """Estimate, interval and the apparent value, each called what it is."""
    assert expected_value_text(estimate()) == (
        "On new rows expect an F1 of about 0.643 (95% interval 0.578 to 0.704), not 0.664: "
        "the best threshold was tuned on these same rows, which makes it look better than it is."
    )


def test_hardly_a_difference() -> None:
    """Two values that are written alike are not set against each other."""
    assert expected_value_text(estimate(apparent=0.6434, estimate=0.6431)) == (
        "On new rows expect about the same: an F1 of about 0.643 (95% interval 0.578 to 0.704). The best threshold was "
        "tuned on these same rows, but that made hardly any difference."
    )
    perfect = estimate(metric=metric("recall"), apparent=1.0, estimate=0.99999, interval=None)
    assert expected_value_text(perfect).startswith(
        "On new rows expect about the same: a recall of about 1.000. The best"
    )


def test_not_too_good_at_all() -> None:
    """Where an estimate is above the apparent value nothing looks better than it is."""
    assert expected_value_text(estimate(apparent=0.6, estimate=0.643)) == (
        "On new rows expect an F1 of about 0.643 (95% interval 0.578 to 0.704), not 0.600: "
        "the best threshold was tuned on these same rows, but that does not make it look better than it is."
    )


def test_what_nobody_can_tell() -> None:
    """Without an estimate the sentence says why."""
    assert expected_value_text(estimate(estimate=math.nan)).startswith("The F1 on new rows cannot be estimated")
    npv = estimate(estimate=math.nan, metric=metric("npv"))
    assert expected_value_text(npv).startswith("The negative predictive value on new rows cannot be estimated")


SPOKEN = {
    "f1": "an F1",
    "fbeta": "an F2",
    "precision": "a precision",
    "recall": "a recall",
    "specificity": "a specificity",
    "npv": "a negative predictive value",
    "accuracy": "an accuracy",
    "balanced_accuracy": "a balanced accuracy",
    "mcc": "a Matthews correlation",
    "youden_j": "a Youden's J",
    "g_mean": "a G-mean",
    "jaccard": "a Jaccard",
    "kappa": "a Cohen's kappa",
    "predicted_positive_rate": "a share flagged",
    "lift": "a lift",
}


@pytest.mark.parametrize("name", METRICS)
def test_metrics_inside_a_sentence(name: str) -> None:
    """Names of people and abbreviations keep their capital, the article follows how a label is spoken."""
    label = metric(name).label
    assert with_article(label) == SPOKEN[name]
    assert lowercase_label(label) == SPOKEN[name].split(" ", 1)[1]
    assert f"expect {SPOKEN[name]} of about" in expected_value_text(estimate(metric=metric(name), interval=None))


@pytest.mark.parametrize(
    ("label", "said"), [("F0.5", "an F0.5"), ("Cost", "a cost"), ("ROC AUC", "a ROC AUC"), ("Fallout", "a fallout")]
)
def test_labels_of_ones_own(label: str, said: str) -> None:
    """A metric that is not among the known ones is written by the same rule."""
    assert with_article(label) == said


def test_without_an_interval_none_is_promised() -> None:
    """The sentence has the estimate alone."""
    assert "interval" not in expected_value_text(estimate(interval=None))


def test_where_the_best_threshold_lies() -> None:
    """Four digits, a level, and words where it was best to flag nothing."""
    assert "In 95% of 2,000 resamples the best threshold lay between 0.2258 and 0.4752." in threshold_spread_text(
        estimate()
    )
    open_above = threshold_spread_text(estimate(threshold_interval=Interval(0.9, math.inf, 0.9)))
    assert "In 90% of" in open_above
    assert "between 0.9 and above all scores" in open_above
    nothing = threshold_spread_text(estimate(threshold_interval=Interval(math.inf, math.inf, 0.95)))
    assert nothing == "In 95% of the resamples flagging nothing was best."


def test_ranges_and_levels() -> None:
    """An interval of nothing is n/a; levels have no needless decimals."""
    assert Interval(math.nan, 0.5, 0.95).text == "n/a"
    assert Interval(0, 1, 0.995).level_text == "99.5%"


def test_roles() -> None:
    """Both parts are named, with their rows."""
    said = evaluation_set_text("valid", 1000, "test", 500)
    assert said == (
        "The threshold was tuned on valid (1,000 rows) and evaluated on test (500 rows), "
        "which were not used to choose it."
    )
    assert evaluation_set_text("a", 10, "b", 2, by_hand=True).startswith("Best thresholds are tuned on a (10 rows)")

"""Tests of the sentences about uncertainty: their numbers, and the cases they distinguish."""

import math
from typing import Any

import numpy as np
import pytest

from f1tools.core.metrics import METRICS, metric
from f1tools.formatting import lowercase_label, with_article
from f1tools.uncertainty import Interval, TunedEstimate
from f1tools.uncertainty.class_rates import ClassRates
from f1tools.uncertainty.sentences import evaluation_set_text, expected_value_text, threshold_spread_text

LABELS = {
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


def estimate(name: str = "f1", **changes: Any) -> TunedEstimate:
    """Return an estimate of a metric."""
    fields: dict[str, Any] = {
        "metric": metric(name),
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
        "rates": ClassRates(0.8, 0.2, 133, 309, (133.0, 309.0)),
    }
    return TunedEstimate(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({}, ["an F1 of about 0.643 on new data (95% interval 0.578 to 0.704); 0.664 is optimistic"]),
        (
            {"apparent": 0.6434, "estimate": 0.6431},
            ["an F1 of about 0.643 on new data (95% interval", "hardly any"],
        ),
        (
            {"apparent": 1.0, "estimate": 0.99999, "interval": None},
            ["an F1 of about 1.000 on new data, as on this data"],
        ),
        ({"apparent": 0.6}, ["an F1 of about 0.643 on new data (95%", "0.600 on this data is not optimistic"]),
        ({"estimate": math.nan}, ["The F1 on new data cannot be estimated"]),
        ({"estimate": math.nan, "name": "npv"}, ["The negative predictive value on new data cannot be estimated"]),
    ],
    ids=["optimistic", "equal", "equal without interval", "pessimistic", "undefined", "undefined npv"],
)
def test_expected_value(changes: dict[str, Any], parts: list[str]) -> None:
    """Estimate, interval and apparent value are stated; values that are written alike are not contrasted."""
    text = expected_value_text(estimate(**changes))
    assert [part for part in parts if part not in text] == []
    assert ("interval" in text) == ("(95%" in text)


@pytest.mark.parametrize("name", METRICS)
def test_metrics_within_a_sentence(name: str) -> None:
    """Proper names and abbreviations keep their capital, and the article follows the pronunciation."""
    label = metric(name).label
    assert with_article(label) == LABELS[name]
    assert lowercase_label(label) == LABELS[name].split(" ", 1)[1]
    assert f"Expect {LABELS[name]} of about" in expected_value_text(estimate(name, interval=None))


@pytest.mark.parametrize(
    ("label", "text"), [("F0.5", "an F0.5"), ("Cost", "a cost"), ("ROC AUC", "a ROC AUC"), ("Fallout", "a fallout")]
)
def test_article_of_a_custom_label(label: str, text: str) -> None:
    """Labels of other metrics follow the same rules."""
    assert with_article(label) == text


@pytest.mark.parametrize(
    ("low", "high", "level", "part"),
    [
        (0.2258, 0.47518, 0.95, "In 95% of 2,000 resamples, the best threshold lay between 0.2258 and 0.4752."),
        (0.9, math.inf, 0.9, "In 90% of 2,000 resamples, the best threshold lay between 0.9 and above all scores."),
        (math.inf, math.inf, 0.95, "In 95% of the resamples, flagging nothing was best."),
    ],
)
def test_threshold_spread(low: float, high: float, level: float, part: str) -> None:
    """Thresholds have four digits; +inf is described in words."""
    assert part in threshold_spread_text(estimate(threshold_interval=Interval(low, high, level)))


@pytest.mark.parametrize(("by_hand", "subject"), [(False, "The threshold was"), (True, "Best thresholds are")])
def test_tuning_and_evaluation_sets(by_hand: bool, subject: str) -> None:
    """Both sets are named with their numbers of rows."""
    text = evaluation_set_text("valid", 1000, "test", 500, by_hand=by_hand)
    assert text.startswith(f"{subject} tuned on valid (1,000 rows) and evaluated on test (500 rows)")

"""The metrics by name."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from sklearn.metrics import fbeta_score

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import METRICS, Metric, metric


def test_names() -> None:
    """Each name has a metric with a unique label."""
    metrics = [metric(name) for name in METRICS]
    assert [each.name for each in metrics] == list(METRICS)
    assert len({each.label for each in metrics}) == len(METRICS)
    assert [each.name for each in metrics if each.beta is not None] == ["fbeta"]
    assert set(METRICS) == {
        *("f1", "fbeta", "precision", "recall", "specificity", "npv", "accuracy", "balanced_accuracy", "mcc"),
        *("youden_j", "g_mean", "jaccard", "kappa", "predicted_positive_rate", "lift"),
    }


def test_names_that_are_no_metric() -> None:
    """The message lists the known names; a custom metric can be passed instead, and only F-beta has a beta."""
    custom = Metric("hits", "Hits", lambda counts: counts.tp)
    assert metric(custom) is custom
    with pytest.raises(ValueError, match=r"^There is no metric 'f2'\. Choose one of: f1, fbeta, .*, lift\.$"):
        metric("f2")
    with pytest.raises(ValueError, match=r"^beta belongs to the metric fbeta, not to recall\."):
        metric("recall", beta=2)


@pytest.mark.parametrize(
    ("beta", "label"),
    [(0.001, "F0.001"), (0.5, "F0.5"), (1, "F1"), (2.0, "F2"), (1.25, "F1.25"), (1000, "F1000"), (None, "F2")],
)
def test_fbeta(beta: float | None, label: str) -> None:
    """Value and label depend on beta, which is 2 by default; at the ends of its range it is precision or recall."""
    counts = ConfusionCounts(tn=50, fp=20, fn=10, tp=30)
    y_true, y_pred = np.repeat([0, 0, 1, 1], [50, 20, 10, 30]), np.repeat([0, 1, 0, 1], [50, 20, 10, 30])
    fbeta = metric("fbeta", beta=beta)
    assert (fbeta.name, fbeta.beta, fbeta.label) == ("fbeta", 2 if beta is None else beta, label)
    assert fbeta.evaluate(counts) == pytest.approx(fbeta_score(y_true, y_pred, beta=fbeta.beta), rel=1e-14)
    if beta in (0.001, 1, 1000):
        same = {0.001: "precision", 1: "f1", 1000: "recall"}[beta]
        assert fbeta.evaluate(counts) == pytest.approx(metric(same).evaluate(counts), abs=1e-6)


@pytest.mark.parametrize("beta", [0, -1, 0.000999, 1001, 1e200, float("nan"), float("inf")])
def test_a_beta_out_of_range(beta: float) -> None:
    """Beta must be positive, and neither too small nor too large."""
    with pytest.raises(ValueError, match=rf"^beta must be from 0\.001 to 1,000, got {re.escape(str(beta))}\.$"):
        metric("fbeta", beta=beta)


@pytest.mark.parametrize("name", METRICS)
def test_monotone_metrics(name: str) -> None:
    """A monotone metric never falls with another true positive and never rises with another false positive.

    Checked on every matrix of up to 7 positives and 7 negatives. Every other metric has a counterexample, except the
    negative predictive value, for which rounding would violate it.
    """
    falls: list[int] = []
    for positives, negatives in itertools.product(range(1, 8), repeat=2):
        tp, fp = np.meshgrid(np.arange(positives + 1), np.arange(negatives + 1), indexing="ij")
        values = metric(name).evaluate(ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp))
        falls.append(int(np.count_nonzero(np.diff(values, axis=0) < -1e-15)))
        falls.append(int(np.count_nonzero(np.diff(values, axis=1) > 1e-15)))
    assert metric(name).monotone == (not any(falls) and name != "npv")

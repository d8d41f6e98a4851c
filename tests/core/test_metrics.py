"""The metrics by name."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import METRICS, Metric, metric


def test_names() -> None:
    """Each name has a metric with a unique label."""
    metrics = [metric(name) for name in METRICS]
    assert [each.name for each in metrics] == list(METRICS)
    assert len({each.label for each in metrics}) == len(METRICS)
    assert set(METRICS) == {
        *("f1", "fbeta", "precision", "recall", "specificity", "npv", "accuracy", "balanced_accuracy", "mcc"),
        *("youden_j", "g_mean", "jaccard", "kappa", "predicted_positive_rate", "lift"),
    }


def test_a_metric_is_returned_as_it_is() -> None:
    """A custom metric can be passed instead of a name."""
    custom = Metric("hits", "Hits", lambda counts: counts.tp)
    assert metric(custom) is custom


def test_an_unknown_name() -> None:
    """The message lists the known names."""
    with pytest.raises(ValueError, match=r"^There is no metric 'f2'\. Choose one of: f1, fbeta, .*, lift\.$"):
        metric("f2")


@pytest.mark.parametrize(("beta", "label"), [(0.5, "F0.5"), (1, "F1"), (2.0, "F2"), (1.25, "F1.25")])
def test_fbeta_with_another_beta(beta: float, label: str) -> None:
    """Value and label depend on beta."""
    counts = ConfusionCounts(tn=5, fp=3, fn=2, tp=4)
    fbeta = metric("fbeta", beta=beta)
    assert (fbeta.name, fbeta.beta, fbeta.label) == ("fbeta", beta, label)
    precision, recall = 4 / 7, 4 / 6
    expected = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    assert fbeta.evaluate(counts) == pytest.approx(expected)


def test_fbeta_without_a_beta_is_f2() -> None:
    """The default is 2; no other metric has a beta."""
    assert metric("fbeta").beta == 2
    assert [name for name in METRICS if metric(name).beta is not None] == ["fbeta"]


@pytest.mark.parametrize("beta", [0, -1, 0.000999, 1001, 1e200, float("nan"), float("inf")])
def test_a_beta_out_of_range(beta: float) -> None:
    """Beta must be positive, and neither too small nor too large."""
    with pytest.raises(ValueError, match=rf"^beta must be from 0\.001 to 1,000, got {re.escape(str(beta))}\.$"):
        metric("fbeta", beta=beta)


def test_fbeta_is_precision_or_recall_at_the_ends_of_the_range() -> None:
    """Beyond the range, F-beta is precision or recall."""
    counts = ConfusionCounts(tn=5, fp=3, fn=2, tp=4)
    assert metric("fbeta", beta=0.001).evaluate(counts) == pytest.approx(4 / 7, abs=1e-6)
    assert metric("fbeta", beta=1000).evaluate(counts) == pytest.approx(4 / 6, abs=1e-6)


def test_beta_belongs_to_fbeta() -> None:
    """Other metrics reject it."""
    with pytest.raises(ValueError, match=r"^beta belongs to the metric fbeta, not to recall\."):
        metric("recall", beta=2)


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

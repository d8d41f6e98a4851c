"""The metrics by name."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import METRICS, Metric, metric


def test_every_metric_is_found_by_its_name() -> None:
    """Each name finds a metric of that name, with a label of its own for people."""
    found = [metric(name) for name in METRICS]
    assert [one.name for one in found] == list(METRICS)
    assert len({one.label for one in found}) == len(METRICS)
    assert set(METRICS) == {
        *("f1", "fbeta", "precision", "recall", "specificity", "npv", "accuracy", "balanced_accuracy", "mcc"),
        *("youden_j", "g_mean", "jaccard", "kappa", "predicted_positive_rate", "lift"),
    }


def test_a_metric_is_returned_as_it_is() -> None:
    """Whoever has a metric of his own passes it in place of a name."""
    mine = Metric("hits", "Hits", lambda counts: counts.tp)
    assert metric(mine) is mine


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    """The message names what there is."""
    with pytest.raises(ValueError, match=r"^There is no metric 'f2'\. Choose one of: f1, fbeta, .*, lift\.$"):
        metric("f2")


@pytest.mark.parametrize(("beta", "label"), [(0.5, "F0.5"), (1, "F1"), (2.0, "F2"), (1.25, "F1.25")])
def test_beta_makes_another_fbeta(beta: float, label: str) -> None:
    """A beta is taken into the metric and into its label."""
    counts = ConfusionCounts(tn=5, fp=3, fn=2, tp=4)
    found = metric("fbeta", beta=beta)
    assert (found.name, found.beta, found.label) == ("fbeta", beta, label)
    precision, recall = 4 / 7, 4 / 6
    expected = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    assert found.evaluate(counts) == pytest.approx(expected)


def test_fbeta_without_a_beta_is_f2() -> None:
    """Left out, beta is 2; the metrics that have none say so."""
    assert metric("fbeta").beta == 2
    assert [name for name in METRICS if metric(name).beta is not None] == ["fbeta"]


@pytest.mark.parametrize("beta", [0, -1, 0.000999, 1001, 1e200, float("nan"), float("inf")])
def test_a_beta_out_of_range_is_refused(beta: float) -> None:
    """Beta is positive, and neither so small nor so large that squaring it leaves the range of numbers."""
    with pytest.raises(ValueError, match=rf"^beta must be from 0\.001 to 1,000, got {re.escape(str(beta))}\.$"):
        metric("fbeta", beta=beta)


def test_fbeta_is_precision_or_recall_at_the_ends_of_the_range() -> None:
    """Beyond the range F-beta shows nothing new: its ends are precision and recall."""
    counts = ConfusionCounts(tn=5, fp=3, fn=2, tp=4)
    assert metric("fbeta", beta=0.001).evaluate(counts) == pytest.approx(4 / 7, abs=1e-6)
    assert metric("fbeta", beta=1000).evaluate(counts) == pytest.approx(4 / 6, abs=1e-6)


def test_beta_belongs_to_fbeta() -> None:
    """A beta for a metric that has none is a misunderstanding, and is said to be one."""
    with pytest.raises(ValueError, match=r"^beta belongs to the metric fbeta, not to recall\."):
        metric("recall", beta=2)


@pytest.mark.parametrize("name", METRICS)
def test_metrics_reward_catching_as_they_claim(name: str) -> None:
    """The search that skips rows needs it: a true positive more never harms, a false positive more never helps.

    On every matrix of up to 7 positives and 7 negatives; a metric that claims otherwise has a counterexample, but for
    negative predictive value, which does not claim what rounding would not keep.
    """
    falls: list[int] = []
    for positives, negatives in itertools.product(range(1, 8), repeat=2):
        tp, fp = np.meshgrid(np.arange(positives + 1), np.arange(negatives + 1), indexing="ij")
        values = metric(name).evaluate(ConfusionCounts(tn=negatives - fp, fp=fp, fn=positives - tp, tp=tp))
        falls.append(int(np.count_nonzero(np.diff(values, axis=0) < -1e-15)))
        falls.append(int(np.count_nonzero(np.diff(values, axis=1) > 1e-15)))
    assert metric(name).monotone == (not any(falls) and name != "npv")

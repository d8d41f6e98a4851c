"""Sentences about differences: verdict, direction, rounding, and what is left out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from f1tools.comparison import ModelDifference, SameWorkload
from f1tools.comparison.sentences import detectable_text, same_workload_text
from f1tools.core.metrics import metric
from f1tools.uncertainty import Interval

WORKLOAD = SameWorkload(0.5, 100, 100, 30, 34, Interval(5, 61, 0.95), share=0.316)


def difference(value: float, low: float, high: float, reference_value: float = 0.7) -> ModelDifference:
    """Return a difference of "forest" from "logistic"."""
    interval = Interval(low, high, 0.95)
    values = value, reference_value + value, reference_value
    return ModelDifference("forest", "logistic", metric("f1"), *values, interval, interval, 0.05, WORKLOAD)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.01, 0.015, "as good"),
        (0.001, 0.015, "as good"),
        (-0.01, 0.05, "not worse"),
        (-0.03, 0.01, "undecided"),
        (0.01, 0.05, "better"),
        (0.03, 0.05, "better"),
        (-0.05, -0.03, "worse"),
    ],
)
def test_margin(low: float, high: float, verdict: str) -> None:
    """Equivalence and non-inferiority follow from where the interval lies."""
    assert difference((low + high) / 2, low, high).verdict(0.02) == verdict


@pytest.mark.parametrize(
    ("more", "low", "high", "expected"),
    [
        (34, 5, 61, "If both flag 316 of 1,000 cases, forest catches 34 more positives (5 to 61)."),
        (-34, -61, -5, "If both flag 316 of 1,000 cases, forest catches 34 fewer positives (5 to 61)."),
        (3, -20, 26, "If both flag 316 of 1,000 cases, forest catches 3 more positives (20 fewer to 26 more)."),
        (0.34, 0.05, 0.61, "If both flag 31,600 of 100,000 cases, forest catches 34 more positives (5 to 61)."),
        (0, 0, 0, "If both flag 316 of 1,000 cases, forest catches as many positives (0 to 0)."),
    ],
)
def test_same_workload(more: float, low: float, high: float, expected: str) -> None:
    """Numbers are whole, of a base that makes them readable, with the direction of each bound."""
    workload = replace(WORKLOAD, more_caught=more, interval=Interval(low, high, 0.95))
    assert same_workload_text(replace(difference(0.1, 0, 0.2), same_workload=workload)) == [expected]


def test_ties_at_the_workload() -> None:
    """Where tied scores leave a part of the workload unused, the next threshold is named."""
    found = replace(difference(0.1, 0, 0.2), same_workload=replace(WORKLOAD, flagged=80))
    assert same_workload_text(found)[1] == (
        "No threshold of forest flags as many rows: the next one flags 80 instead of 100. Of the rows with the next "
        "lower score a share is counted."
    )


def test_an_unknown_interval_leaves_the_workload_out() -> None:
    """A number without an interval would look certain."""
    unknown = replace(WORKLOAD, interval=Interval(math.nan, math.nan, 0.95))
    assert same_workload_text(replace(difference(0.1, 0, 0.2), same_workload=unknown)) == []


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        (1, "higher F1 at its own threshold, but if both flag 316 of 1,000 cases, it catches 34 fewer positives"),
        (-1, "lower F1 at its own threshold, but if both flag 316 of 1,000 cases, it catches 34 more positives"),
    ],
)
def test_criteria_that_disagree(sign: int, expected: str) -> None:
    """Where the metric and the positives caught both exclude 0, on different sides, the sentence names both."""
    low, high = sorted((sign * 0.02, sign * 0.08))
    fewest, most = sorted((-sign * 5, -sign * 61))
    workload = replace(WORKLOAD, more_caught=-34 * sign, interval=Interval(fewest, most, 0.95))
    found = replace(difference(sign * 0.05, low, high), same_workload=workload)
    assert same_workload_text(found) == [f"forest has the {expected} (5 to 61)."]
    agreeing = replace(
        found, same_workload=WORKLOAD if sign == 1 else replace(WORKLOAD, interval=Interval(-1, 9, 0.95))
    )
    assert "but" not in same_workload_text(agreeing)[0]


def test_what_is_not_known_is_left_out() -> None:
    """Without an interval nothing is said about detectable differences."""
    found = difference(0.1, 0, 0.2)
    assert detectable_text(found) == "With these rows, a difference under 0.050 would mostly go unseen."
    assert detectable_text(replace(found, detectable=math.nan)) == ""

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
        (34, 5, 61, "expect forest to catch 34 more positives than logistic (95% interval: 5 to 61)"),
        (3, -20, 26, "expect forest to catch 3 more positives than logistic (95% interval: 20 fewer to 26 more)"),
        (1.1, -20, 26, "expect forest to catch 1 more positive than logistic (95% interval: 20 fewer to 26 more)"),
        (0.34, 0.05, 0.61, "expect forest to catch 0.34 more positives than logistic (95% interval: 0.05 to 0.61)"),
        (3.34, 0.37, 6.31, "expect forest to catch 3.3 more positives than logistic (95% interval: 0.4 to 6.3)"),
        (-3, -20, 14, "either may catch more: forest 20 fewer to 14 more positives (95% interval)"),
        (0, 0, 0, "expect forest to catch as many positives as logistic (95% interval: 0 to 0)"),
    ],
)
def test_same_workload(more: float, low: float, high: float, expected: str) -> None:
    """Numbers are of 1,000 cases; one that could be chance and lacks the sign of the count of 30 is not stated."""
    workload = replace(WORKLOAD, more_caught=more, interval=Interval(low, high, 0.95))
    (sentence,) = same_workload_text(replace(difference(0.1, 0.05, 0.2), same_workload=workload))
    assert sentence.startswith(f"On new data, if both flag 316 of 1,000 cases, {expected}")
    assert ("only the difference in F1 is clear" in sentence) == (low <= 0 <= high and more >= 0)


def test_few_flagged_cases_have_the_same_base() -> None:
    """Of 50,000 rows 160 are flagged: 3.2 of 1,000."""
    found = replace(difference(0.1, 0.05, 0.2), same_workload=replace(WORKLOAD, share=160 / 50_000))
    assert "if both flag 3.2 of 1,000 cases" in same_workload_text(found)[0]


def test_a_clear_number_beside_a_metric_that_is_not() -> None:
    """The sentence says why both hold; of several models also that one interval is for this pair alone."""
    (sentence,) = same_workload_text(undecided := difference(0.1, -0.1, 0.3))
    assert "clear although the difference in F1 could be chance, because here both flag as many cases." in sentence
    several = replace(undecided, simultaneous=Interval(-0.2, 0.4, 0.95))
    assert "and the interval is for this pair alone" in same_workload_text(several)[0]
    assert "although" not in same_workload_text(difference(0.1, 0.05, 0.15))[0]


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
    ("sign", "size", "direction"),
    [(1, "higher", "fewer"), (-1, "lower", "more")],
)
def test_criteria_that_disagree(sign: int, size: str, direction: str) -> None:
    """Where the metric and the positives caught both exclude 0, on different sides, the sentence names both."""
    low, high = sorted((sign * 0.02, sign * 0.08))
    fewest, most = sorted((-sign * 5, -sign * 61))
    workload = replace(WORKLOAD, more_caught=-34 * sign, interval=Interval(fewest, most, 0.95))
    found = replace(difference(sign * 0.05, low, high), same_workload=workload)
    assert same_workload_text(found) == [
        f"forest has the {size} F1 at its own threshold, but on new data, if both flag 316 of 1,000 cases, expect it "
        f"to catch 34 {direction} positives than logistic (95% interval: 5 to 61)."
    ]
    agreeing = replace(
        found, same_workload=WORKLOAD if sign == 1 else replace(WORKLOAD, interval=Interval(-1, 9, 0.95))
    )
    assert "but" not in same_workload_text(agreeing)[0]


def test_what_is_not_known_is_left_out() -> None:
    """Without an interval nothing is said about detectable differences."""
    found = difference(0.1, 0, 0.2)
    assert detectable_text(found) == "A difference under 0.050 between these two would mostly go unseen in these rows."
    assert detectable_text(replace(found, detectable=math.nan)) == ""

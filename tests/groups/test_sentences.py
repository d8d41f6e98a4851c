"""Sentences about groups: what they claim follows from the interval."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from f1tools import Gap, Interval, OwnThresholds, ParityThresholds, ThresholdSet, metric
from f1tools.groups.sentences import gap_text, own_thresholds_text, parity_text


def gap(low: float, difference: float = 0.2) -> Gap:
    interval = Interval(low, 0.4, 0.95)
    return Gap("recall", "south", "north", difference, 0.7, interval, 0.08, 0.15, 0.3, ())


@pytest.mark.parametrize(
    ("found", "end"),
    [
        (gap(0.05), "0.200 between north and south, has the 95% interval 0.050 to 0.400: the groups differ."),
        (gap(0.0), "0.000 to 0.400: this could be chance, which alone gives about 0.080."),
        (gap(0.0, 0.0), "The recall is the same in all groups."),
        (gap(math.nan, math.nan), "cannot be compared: fewer than two groups have enough rows."),
    ],
)
def test_gaps(found: Gap, end: str) -> None:
    assert gap_text(found).endswith(end)


def test_a_gap_of_a_small_group_is_not_stated_as_a_fact() -> None:
    """Groups differ, by the interval; that it is these two rests on few rows."""
    text = gap_text(replace(gap(0.05), few=("south", "west")))
    assert text.startswith(
        "The recall of groups differs by more than chance explains (the 95% interval 0.050 to 0.400)"
    )
    assert text.endswith("0.200 between north and south, rests on fewer than 30 positives of south.")
    assert "the groups differ" not in text
    assert gap_text(replace(gap(0.05), few=("west",))) == gap_text(gap(0.05))
    clustered = gap_text(replace(gap(0.05), few=("south",), clustered=True))
    assert clustered.endswith("fewer than 30 effective positives (rows of one cluster are kept together) of south.")


@pytest.mark.parametrize(
    ("gain", "low", "high", "text"),
    [
        (0.004, -0.01, 0.02, "all is as good: own thresholds would gain 0.004 on new rows (from a loss of 0.010 to a"),
        (-0.01, -0.03, 0.01, "all is as good: own thresholds would lose 0.010 on new rows (from a gain of 0.010 to a"),
        (-0.02, -0.03, -0.01, "all is better: own thresholds would lose 0.020 on new rows (0.010 to 0.030)"),
        (0.05, 0.01, 0.09, "each group is better: own thresholds would gain 0.050 on new rows (0.010 to 0.090)"),
        (0.05, -0.01, 0.11, "each group may be better: own thresholds would gain 0.050 on new rows"),
    ],
)
def test_own_thresholds(gain: float, low: float, high: float, text: str) -> None:
    """The sentence is about the metric over all rows, and says of both ends of the interval whether it is a gain."""
    thresholds = {"a": 0.3, "b": 0.5}
    interval = Interval(low, high, 0.95)
    found = OwnThresholds(metric("f1"), 0.4, thresholds, (), 0.02, 0.7, 0.7 + gain, gain, interval, "cross-fitting")
    assert own_thresholds_text(found).startswith(f"For F1 over all rows, one threshold for {text}")


def test_parity() -> None:
    """The costs are differences of the values, and values on the rows that chose the thresholds say so."""
    thresholds = {"a": 0.3, "b": 0.5}
    parity, own, common = (
        ThresholdSet(thresholds, {}, value, gap) for value, gap in ((0.68, 0.05), (0.71, 0.2), (0.7, 0.21))
    )
    found = ParityThresholds(metric("f1"), "recall", 0.05, parity, own, common, 0.05, in_sample=True, fixed=())
    text = parity_text(found)
    assert "differs by 0.050 instead of 0.210 on the rows that chose the thresholds" in text
    assert "F1 −0.020 against one threshold for all" in text
    assert "F1 −0.030 against the best threshold for each group" in text
    assert parity_text(replace(found, fixed=("a",))).startswith("Fewer than two groups have enough")

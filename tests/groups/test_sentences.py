"""Sentences about groups: what they claim follows from the interval."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score

from f1tools import (
    Gap,
    Interval,
    OwnThresholds,
    ParityThresholds,
    Predictions,
    ThresholdSet,
    decide,
    metric,
    parity_thresholds,
)
from f1tools.core.counts import ConfusionCounts
from f1tools.groups.sentences import gap_text, own_thresholds_text, parity_text


def gap(low: float, difference: float = 0.2) -> Gap:
    interval = Interval(low, 0.4, 0.95)
    return Gap("recall", "south", "north", difference, 0.7, interval, 0.08, 0.3, ())


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
        ThresholdSet(thresholds, {"a": 0.5, "b": 0.5 + gap}, value, gap, {}, {"a": ConfusionCounts(9, fp, 2, 3)})
        for value, gap, fp in ((0.68, 0.05, 121), (0.71, 0.2, 0), (0.7, 0.21, 1))
    )
    found = ParityThresholds(metric("f1"), "recall", 0.05, parity, own, common, 0.05, in_sample=True, fixed=())
    text = parity_text(found)
    assert "differs by 0.050 instead of 0.210 on the rows that chose the thresholds" in text
    assert "F1 −0.020 and 120 more false alarms against one threshold for all" in text
    assert "F1 −0.030 against the best threshold for each group" in text
    assert parity_text(replace(found, fixed=("a",))).startswith("Fewer than two groups have enough")
    alike = replace(found, parity=common)
    assert "F1 ±0 and as many false alarms" in parity_text(alike)
    assert "F1 +0.020 and 120 fewer false alarms" in parity_text(
        replace(found, parity=common, common=parity, tolerance=0)
    )
    nowhere = replace(found, common=replace(common, rates={"a": 0.5, "b": math.nan}))
    assert parity_text(nowhere) == "The recall of groups cannot be compared: fewer than two have rows to compare it on."


@pytest.mark.parametrize("few", [0, 12])
def test_what_parity_changes_is_counted_by_scikit_learn(few: int) -> None:
    """The tolerance is met already, or the false alarms of all rows change; of some groups where one has few rows."""
    rng = np.random.default_rng(4)
    group = np.where(np.arange(600) < few, "tiny", rng.choice(["east", "north"], 600))
    y_true = rng.random(600) < 0.35
    score = np.round(rng.normal(0.3 + 0.2 * y_true + 0.2 * (group == "north"), 0.15), 2)
    predictions = Predictions.from_arrays(y_true, score, group=group)
    decision = decide(predictions.curves())
    common = score >= decision.point.threshold
    gap = float(abs(common[group == "east"].mean() - common[group == "north"].mean()))
    which = " of the 2 groups with enough rows" * (few > 0)
    for tolerance in (round(gap + 0.005, 2), 1.0):
        found = parity_thresholds(predictions, decision, rate="predicted_positive_rate", tolerance=tolerance)
        assert (
            parity_text(found) == f"One threshold for all already keeps the share flagged{which} within {tolerance:g}."
        )
    found = parity_thresholds(predictions, decision, rate="predicted_positive_rate", tolerance=0.01)
    alike = score >= np.array([found.parity.thresholds[each] for each in group])
    before, after = (confusion_matrix(y_true, each)[0, 1] for each in (common, alike))
    price = round(f1_score(y_true, alike), 3) - round(f1_score(y_true, common), 3)
    change = f"{abs(after - before)} {'more' if after > before else 'fewer'} false alarms"
    text = parity_text(found)
    assert before != after
    assert text.startswith(f"With own thresholds the share flagged{which or ' of groups'} differs by 0.0")
    assert f" instead of {gap:.3f} on the rows" in text
    assert f"F1 {price:+.3f} and {change} against one threshold for all".replace("-", "−") in text

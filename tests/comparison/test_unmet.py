"""Models that miss the constraints: no difference, no interval, no rank, and no effect on those of the others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from f1tools.comparison import ModelDifferences, headline, model_differences, recommended
from f1tools.core.constraints import Constraint
from f1tools.decision import compare
from f1tools.predictions import Predictions

PRECISE = Constraint.at_least("precision", 0.9)


def compared(shifts: dict[str, float], *constraints: Constraint, reference: str = "a") -> ModelDifferences:
    """Return the differences of models whose positives score higher by these shifts; the same rows for each name."""
    rng = np.random.default_rng(3)
    y_true = rng.random(400) < 0.3
    noise = {name: rng.normal(size=400) for name in "abcd"}
    rows = Predictions.from_arrays(y_true, {name: y_true * shift + noise[name] for name, shift in shifts.items()})
    decisions = compare(rows, constraints=constraints).decisions
    return model_differences(rows, decisions, reference=reference, n_resamples=400)


def test_a_model_that_misses_the_constraints_changes_nothing_for_the_others() -> None:
    """On all rows (c, d): the others have the differences that they have alone."""
    limits = PRECISE, Constraint.at_least("recall", 0.3)
    found = compared({"a": 2.0, "b": 2.2, "c": 0.2, "d": 1.6}, *limits)
    assert found.unmet == {"c": 1.0, "d": 1.0}
    [alone] = compared({"a": 2.0, "b": 2.2}, *limits).differences
    beside, *unmet = found.differences
    ends = alone.simultaneous.low, alone.simultaneous.high
    assert (beside.simultaneous.low, beside.simultaneous.high) == pytest.approx(ends, abs=1e-12)
    for each in unmet:
        assert math.isnan(each.value)
        assert math.isnan(each.interval.low)
        assert math.isnan(each.detectable)
        assert math.isnan(each.same_workload.interval.low)


def test_a_model_that_misses_the_constraints_in_many_resamples_is_not_ranked() -> None:
    """It meets them on all rows, by luck: c reaches the precision with a few rows."""
    found = compared({"a": 2.0, "b": 2.2, "c": 0.2}, PRECISE)
    assert 0.05 < found.unmet["c"] < 1
    assert math.isnan(found.difference("c").value)
    answer, support = headline(found, 0.02)
    assert "c" not in answer.replace("better", "").split()
    assert "Not compared" in support


@pytest.mark.parametrize(("kept", "answer"), [({"b": 2.2}, "Only b meets the constraints"), ({"b": 2.2, "c": 2.4}, "")])
def test_a_reference_that_misses_the_constraints_is_not_kept(kept: dict[str, float], answer: str) -> None:
    """The others are compared among themselves."""
    found = compared({"a": 0.2, **kept}, PRECISE, Constraint.at_least("recall", 0.3))
    assert found.unmet == {"a": 1.0}
    assert all(math.isnan(each.value) for each in found.differences)
    stated = headline(found, 0.02).answer
    assert answer in stated
    assert "keep" not in stated
    assert recommended(found, 0.02) != "a"


def test_constraints_that_no_model_satisfies_are_dropped_for_all() -> None:
    """Then nothing is left out."""
    found = compared({"a": 0.5, "b": 0.4}, Constraint.at_least("precision", 0.99), Constraint.at_least("recall", 0.9))
    assert found.unmet == {}
    assert not math.isnan(found.difference("b").interval.low)

"""A decision on new rows that are weighted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from f1tools.core.constraints import Constraint
from f1tools.record.check import check
from tests.record.test_check import RECALL, found, recorded, rows


def test_equal_weights_change_nothing() -> None:
    """Rows that all weigh 2 are as many observations as before, and give the same answers."""
    once = check(recorded(rows(2000), constraints=[RECALL]), rows(seed=1, shift=-1))
    record = recorded(rows(2000, sample_weight=np.full(2000, 2.0)), constraints=[RECALL])
    twice = check(record, rows(seed=1, shift=-1, sample_weight=np.full(1000, 2.0)))
    assert [(each.kind, each.level) for each in twice] == [(each.kind, each.level) for each in once]
    assert twice[-2:] == once[-2:]


@pytest.mark.parametrize("heavy", [1e-160, 1e-20, 1e20, 1e140])
def test_weights_of_any_size_are_judged(heavy: float) -> None:
    """A class that weighs next to nothing beside the other gives answers, not errors."""
    one, other = rows(200), rows(150, seed=1)
    record = recorded(replace(one, sample_weight=np.where(one.y_true, heavy, 1.0)), estimated=False)
    floor = Constraint.at_least("precision", 0.1)
    findings = check(record, replace(other, sample_weight=np.where(other.y_true, heavy, 1.0)), floors=[floor])
    assert [each.kind for each in findings] == ["rows", "floor", "value", "threshold", "prevalence", "scores"]
    assert found("scores", findings).level == "ok"

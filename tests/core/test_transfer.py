"""An optimum measured on other rows: the same threshold, the other rows' counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best, transfer
from tests.strategies import Rows, rows, weighted_or_not


def test_the_value_is_that_of_scikit_learn_on_the_other_rows() -> None:
    """The threshold stays the one that was chosen; everything that is counted is counted anew."""
    rng = np.random.default_rng(1)
    y_true = rng.random(400) < 0.3
    score = np.round(rng.normal(y_true, 1.0), 2)
    chosen = best(ThresholdCurve.from_predictions(y_true[:200], score[:200]))
    found = transfer(chosen, ThresholdCurve.from_predictions(y_true[200:], score[200:]))
    assert found.point.threshold == chosen.point.threshold
    assert found.value == pytest.approx(f1_score(y_true[200:], score[200:] >= chosen.point.threshold), rel=1e-14)
    assert float(found.point.counts.total()) == 200


@given(drawn=weighted_or_not(), name=st.sampled_from(METRICS))
@settings(deadline=None)
def test_on_the_same_rows_nothing_changes(drawn: Rows, name: str) -> None:
    """Measured where it was chosen, an optimum is what it was."""
    chosen = best(drawn.curve(), name)
    found = transfer(chosen, drawn.curve())
    assert (found.value, found.point.threshold, found.interval) == (
        chosen.value, chosen.point.threshold, chosen.interval,
    )  # fmt: skip
    assert found.ties.tolist() == chosen.ties.tolist()


@given(tune=rows(), report=rows(), name=st.sampled_from(METRICS))
@settings(deadline=None)
def test_other_rows_never_do_better_than_their_own_best(tune: Rows, report: Rows, name: str) -> None:
    """The best of the other rows is an upper bound, where the metric is defined."""
    value = transfer(best(tune.curve(), name), report.curve()).value
    assert math.isnan(value) or value <= best(report.curve(), name).value + 1e-12


def test_what_was_asked_of_the_choice_stays_with_it() -> None:
    """Constraints are those of the choice, though the other rows break them; precision of nothing flagged is 0."""
    asked = (Constraint.at_least("recall", 1.0),)
    chosen = best(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]), "precision", constraints=asked)
    found = transfer(chosen, ThresholdCurve.from_predictions([1, 0], [0.5, 0.4]))
    assert found.constraints == asked
    assert found.value == 0
    assert (found.point.counts.tp, found.point.counts.fn) == (0, 1)

"""The best threshold under constraints, and what is closest when they cannot be met."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from f1tools.core import curve as curve_module
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, best
from tests.exact import Cells, candidates, cells_at, exact, maximizers, plain
from tests.strategies import Rows, weighted_or_not

AT_LEAST = ["recall", "precision", "specificity", "npv", "accuracy"]
AT_MOST = ["predicted_positive_rate", "flagged"]


class Bound(NamedTuple):
    """A constraint in exact arithmetic: its bound is the decimal that was meant, not the nearest double."""

    name: str
    bound: Fraction

    def stated(self) -> Constraint:
        """Give the constraint as people state it."""
        return (Constraint.at_least if self.name in AT_LEAST else Constraint.at_most)(self.name, float(self.bound))

    def violation(self, cells: Cells) -> Fraction:
        """How far the cells are from keeping the bound; a number of rows is taken as a share of them."""
        value = exact(self.name, cells)
        assert value is not None
        missing = self.bound - value if self.name in AT_LEAST else value - self.bound
        return max(missing / sum(cells, Fraction(0)) if self.name == "flagged" else missing, Fraction(0))


bounds = st.one_of(
    st.builds(Bound, st.sampled_from(AT_LEAST), st.integers(0, 20).map(lambda n: Fraction(n, 20))),
    st.builds(Bound, st.just("predicted_positive_rate"), st.integers(0, 20).map(lambda n: Fraction(n, 20))),
    st.builds(Bound, st.just("flagged"), st.integers(0, 15).map(Fraction)),
)


@given(
    drawn=weighted_or_not(most=15),
    asked=st.lists(bounds, min_size=1, max_size=3),
    name=st.sampled_from(METRICS),
    together=st.sampled_from([1, 3, 1 << 15]),
)
@settings(deadline=None, max_examples=120)
def test_constraints_hold_and_nothing_better_keeps_them(
    drawn: Rows, asked: list[Bound], name: str, together: int
) -> None:
    """Of all thresholds that keep every bound the best is found, or the point that misses them by the least."""
    cells = {threshold: cells_at(drawn, threshold) for threshold in candidates(drawn)}
    missing = {t: sum((bound.violation(c) for bound in asked), Fraction(0)) for t, c in cells.items()}
    values = {t: exact(name, c) for t, c in cells.items()}
    stated = [bound.stated() for bound in asked]
    curve = drawn.curve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_module, "_BLOCK", together)
        if any(short == 0 for short in missing.values()):
            highest, ties = maximizers((t, values[t]) for t, short in missing.items() if short == 0)
            found = best(curve, name, constraints=stated)
            assert found.ties.tolist() == ties
            assert found.value == pytest.approx(plain(name, highest), rel=1e-14, abs=1e-15)
            assert found.constraints == tuple(stated)
            return
        with pytest.raises(ConstraintsNotMet) as refusal:
            best(curve, name, constraints=stated)
    closest = refusal.value.closest.threshold
    least = min(missing.values())
    assert float(missing[closest]) == pytest.approx(float(least), abs=1e-12)
    assume(sorted(missing.values())[0] == sorted(missing.values())[-1] or missing[closest] == least)
    highest, _ = maximizers((t, values[t]) for t, short in missing.items() if short == least)
    assert values[closest] == highest


def test_what_cannot_be_met_is_said_with_the_closest() -> None:
    """The message repeats what was asked and says how close one can get, at which threshold."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5])
    wanted = [Constraint.at_least("recall", 0.9), Constraint.at_most("flagged", 2)]
    said = (
        "No threshold gives recall at least 0.9 and at most 2 flagged; "
        "the closest is 0.7 with recall 1, 3 flagged. Loosen a constraint."
    )
    with pytest.raises(ConstraintsNotMet, match=f"^{re.escape(said)}$") as refusal:
        best(curve, constraints=wanted)
    closest = refusal.value.closest
    assert (closest.threshold, closest.counts.tp, closest.counts.fp) == (0.7, 2, 1)


def test_a_metric_bound_twice_is_said_once() -> None:
    """What was reached is told once a metric, not once a bound."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.1, 0.9])
    wanted = [Constraint.at_least("precision", 0.8), Constraint.at_least("precision", 0.9)]
    with pytest.raises(
        ConstraintsNotMet, match=r"and precision at least 0\.9; the closest is 0\.1 with precision 0\.5\."
    ):
        best(curve, constraints=wanted)


@pytest.mark.parametrize("tenths", range(11))
@pytest.mark.parametrize("weight", [0.1, 1 / 3, 0.7])
def test_bounds_are_met_by_sums_of_weights_but_for_rounding(tenths: int, weight: float) -> None:
    """Three rows of ten with weight 0.1 each are at most 30 %, though their sum is not 0.3 to the last digit."""
    y_true, y_score = np.ones(11, dtype=bool), np.arange(11.0, 0, -1)
    y_true[-1] = False
    curve = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(11, weight))
    expected = 11.0 - tenths + 1 if tenths else math.inf
    at_most = best(curve, "predicted_positive_rate", constraints=[Constraint.at_most("recall", tenths / 10)])
    at_least = best(curve, "specificity", constraints=[Constraint.at_least("recall", tenths / 10)])
    flagged = best(curve, "predicted_positive_rate", constraints=[Constraint.at_most("flagged", tenths * weight)])
    assert at_most.point.threshold == (expected if tenths < 10 else 1.0)
    assert at_least.ties[0] == expected
    assert flagged.point.threshold == expected


def test_a_number_of_flagged_rows_is_kept_exactly_among_millions() -> None:
    """One row too many is one too many, however many rows there are."""
    n = 3_000_000
    curve = ThresholdCurve(np.array([np.inf, 3.0, 2.0, 1.0]), np.array([0, 100, 101, n]), np.array([0, 0, 0, n]))
    assert best(curve, "recall", constraints=[Constraint.at_most("flagged", 100)]).point.threshold == 3.0
    assert best(curve, "recall", constraints=[Constraint.at_most("flagged", 101)]).point.threshold == 2.0


def test_at_least_so_many_flagged() -> None:
    """A lower bound on the number of flagged rows is a lower bound, or is refused: it is no upper one."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5])
    try:
        bound = Constraint.at_least("flagged", 4)
    except ValueError:
        return
    assert best(curve, "precision", constraints=[bound]).point.counts.flagged() >= 4


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (Constraint.at_least("recall", 0.8), "recall at least 0.8"),
        (Constraint.at_most("predicted_positive_rate", 0.02), "share flagged at most 0.02"),
        (Constraint.at_most("flagged", 100), "at most 100 flagged"),
        (Constraint.at_most("flagged", 1_234_567), "at most 1,234,567 flagged"),
        (Constraint.at_least("precision", 0.123456789), "precision at least 0.123456789"),
    ],
)
def test_constraints_read_as_they_are_meant(constraint: Constraint, text: str) -> None:
    """A constraint is written in the words of the metrics, its bound in full."""
    assert str(constraint) == text


@pytest.mark.parametrize("bound", [-0.1, math.nan, math.inf])
def test_a_bound_must_be_a_number_from_0_up(bound: float) -> None:
    """A bound that nothing or everything keeps by mistake is refused."""
    with pytest.raises(ValueError, match=rf"^The bound of 'recall' must be a number from 0 up, got {bound}\.$"):
        Constraint.at_least("recall", bound)


def test_only_known_metrics_can_be_bounded() -> None:
    """A misspelt name is refused with the known ones."""
    with pytest.raises(ValueError, match=r"^There is no metric 'recal'\. Choose one of"):
        Constraint.at_least("recal", 0.5)

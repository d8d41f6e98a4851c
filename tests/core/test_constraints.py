"""The best threshold under constraints, and the closest one when they cannot be met."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from f1tools.core import threshold_counts
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, best
from tests.exact import Cells, candidates, cells_at, exact, maximizers, plain
from tests.helpers import constants
from tests.strategies import Rows, weighted_or_not

AT_LEAST = ["recall", "precision", "specificity", "npv", "accuracy"]
AT_MOST = ["predicted_positive_rate", "flagged"]


class Bound(NamedTuple):
    """A constraint in exact arithmetic: its bound is the intended decimal, not the nearest double."""

    name: str
    bound: Fraction

    def constraint(self) -> Constraint:
        """Return the constraint in floating point."""
        return (Constraint.at_least if self.name in AT_LEAST else Constraint.at_most)(self.name, float(self.bound))

    def violation(self, cells: Cells) -> Fraction:
        """Return by how much the cells violate the bound; numbers of rows as shares of all rows."""
        value = exact(self.name, cells)
        assert value is not None
        violation = self.bound - value if self.name in AT_LEAST else value - self.bound
        return max(violation / sum(cells, Fraction(0)) if self.name == "flagged" else violation, Fraction(0))


bounds = st.one_of(
    st.builds(Bound, st.sampled_from(AT_LEAST), st.integers(0, 20).map(lambda n: Fraction(n, 20))),
    st.builds(Bound, st.just("predicted_positive_rate"), st.integers(0, 20).map(lambda n: Fraction(n, 20))),
    st.builds(Bound, st.just("flagged"), st.integers(0, 15).map(Fraction)),
)


@given(
    drawn=weighted_or_not(most=15),
    required=st.lists(bounds, min_size=1, max_size=3),
    name=st.sampled_from(METRICS),
    block=st.sampled_from([1, 3, 1 << 15]),
)
def test_the_best_threshold_under_constraints(drawn: Rows, required: list[Bound], name: str, block: int) -> None:
    """The best of all thresholds that satisfy every bound is optimum, or the one with the smallest violation."""
    cells = {threshold: cells_at(drawn, threshold) for threshold in candidates(drawn)}
    violation = {t: sum((bound.violation(c) for bound in required), Fraction(0)) for t, c in cells.items()}
    values = {t: exact(name, c) for t, c in cells.items()}
    constraints = [bound.constraint() for bound in required]
    curve = drawn.curve()
    with constants(threshold_counts, _BLOCK=block):
        if any(short == 0 for short in violation.values()):
            highest, ties = maximizers((t, values[t]) for t, short in violation.items() if short == 0)
            optimum = best(curve, name, constraints=constraints)
            assert optimum.ties.tolist() == ties
            assert optimum.value == pytest.approx(plain(name, highest), rel=1e-14, abs=1e-15)
            assert optimum.constraints == tuple(constraints)
            return
        with pytest.raises(ConstraintsNotMet) as raised:
            best(curve, name, constraints=constraints)
    closest = raised.value.closest.threshold
    smallest = min(violation.values())
    assert float(violation[closest]) == pytest.approx(float(smallest), abs=1e-12)
    assume(sorted(violation.values())[0] == sorted(violation.values())[-1] or violation[closest] == smallest)
    highest, _ = maximizers((t, values[t]) for t, short in violation.items() if short == smallest)
    assert values[closest] == highest


@pytest.mark.parametrize(
    ("constraints", "message", "closest"),
    [
        (
            [Constraint.at_least("recall", 0.9), Constraint.at_most("flagged", 2)],
            r"recall at least 0\.9 and at most 2 flagged; .* 0\.7 with recall 1, 3 flagged\.",
            (0.71234567, 2, 1),
        ),
        # Two bounds on one metric: its value is shown once.
        (
            [Constraint.at_least("npv", 2), Constraint.at_least("npv", 3)],
            r"value at least 2 and .* value at least 3; .* 0\.7 with negative predictive value 1\.",
            (0.71234567, 2, 1),
        ),
    ],
)
def test_constraints_that_cannot_be_met(
    constraints: list[Constraint], message: str, closest: tuple[float, int, int]
) -> None:
    """The message repeats the constraints and shows the closest point, its threshold with few digits."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0, 0], [0.9, 0.8, 0.71234567, 0.6, 0.5])
    with pytest.raises(ConstraintsNotMet, match=message) as raised:
        best(curve, constraints=constraints)
    point = raised.value.closest
    assert (point.threshold, point.counts.tp, point.counts.fp) == closest


@pytest.mark.parametrize(
    ("name", "bound", "message"),
    [
        *(("recall", bound, "The bound of 'recall' must be a number") for bound in (-0.1, math.nan, math.inf)),
        ("recal", 0.5, r"^There is no metric 'recal'\. Choose one of"),
    ],
)
def test_invalid_constraints(name: str, bound: float, message: str) -> None:
    """The metric is known, and the bound finite and not negative."""
    with pytest.raises(ValueError, match=message):
        Constraint.at_least(name, bound)


@pytest.mark.parametrize("tenths", range(11))
@pytest.mark.parametrize("weight", [0.1, 1 / 3, 0.7])
def test_bounds_on_sums_of_weights(tenths: int, weight: float) -> None:
    """Bounds hold up to rounding: three of ten rows with weight 0.1 are at most 30 %, though their sum is not 0.3."""
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


def test_a_bound_on_flagged_rows_is_exact() -> None:
    """One row more is too many, even among millions."""
    n = 3_000_000
    curve = ThresholdCurve(np.array([np.inf, 3.0, 2.0, 1.0]), np.array([0, 100, 101, n]), np.array([0, 0, 0, n]))
    assert best(curve, "recall", constraints=[Constraint.at_most("flagged", 100)]).point.threshold == 3.0
    assert best(curve, "recall", constraints=[Constraint.at_most("flagged", 101)]).point.threshold == 2.0
    assert best(curve, "precision", constraints=[Constraint.at_least("flagged", 102)]).point.threshold == 1.0


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (Constraint.at_least("recall", 0.8), "recall at least 0.8"),
        (Constraint.at_most("predicted_positive_rate", 0.02), "at most 2% flagged"),
        (Constraint.at_most("flagged", 100), "at most 100 flagged"),
        (Constraint.at_most("flagged", 1_234_567), "at most 1,234,567 flagged"),
        (Constraint.at_least("precision", 0.123456789), "precision at least 0.123456789"),
    ],
)
def test_constraints_as_text(constraint: Constraint, text: str) -> None:
    """The label of the metric and the exact bound."""
    assert str(constraint) == text


@given(cells=st.tuples(*[st.integers(0, 20)] * 4).filter(any), bound=st.integers(0, 20).map(lambda n: n / 20))
def test_the_value_and_its_violation(cells: tuple[int, ...], bound: float) -> None:
    """A point satisfies a bound exactly if the value that is bounded is on its side; undefined values count as 0."""
    counts = ConfusionCounts(*cells)
    for name in METRICS:
        at_least, at_most = Constraint.at_least(name, bound), Constraint.at_most(name, bound)
        value = float(at_least.measure(counts))
        assert at_least.describe(counts).endswith(" undefined") == math.isnan(value)
        if not math.isnan(value):
            assert at_least.is_satisfied_by(counts) == (value >= bound - 1e-12)
            assert at_most.is_satisfied_by(counts) == (value <= bound + 1e-12)
    flagged = Constraint.at_most("flagged", 10)
    assert (float(flagged.measure(counts)), flagged.describe(counts)) == (
        cells[1] + cells[3],
        f"{cells[1] + cells[3]} flagged",
    )
    assert flagged.is_satisfied_by(counts) == (cells[1] + cells[3] <= 10)

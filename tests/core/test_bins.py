"""Curves of rows that were counted in bins: what they know is true of the rows, and no threshold beats their bounds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.bins import bracket, curve_from_bins, may_hold_best, metric_bounds
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, attains, metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import best, plateau
from f1tools.record.fingerprint import table_digest
from f1tools.what_if.class_weight import with_class_weight
from tests.helpers import rejected
from tests.strategies import binned, weighted_or_not

CONSTRAINTS = st.lists(
    st.sampled_from(
        [
            Constraint.at_least("recall", 0.6),
            Constraint.at_least("precision", 0.5),
            Constraint.at_most("flagged", 4),
            Constraint.at_most("predicted_positive_rate", 0.5),
            Constraint.at_least("flagged", 2),
            Constraint.at_most("specificity", 0.9),
        ]
    ),
    max_size=2,
)


pairs = st.tuples(weighted_or_not(both=True), st.lists(st.integers(0, 20), max_size=8)).map(
    lambda drawn: (drawn[0].curve(), drawn[1])
)
Pair = tuple[ThresholdCurve, list[int]]


def close(one: float, other: float) -> bool:
    """Return whether two sums of weights are equal but for the order of the additions."""
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)


@given(drawn=pairs)
def test_counts(drawn: Pair) -> None:
    """At each score of the rows the counts are those of the rows, or lie in the bracket; the ends of bins are known."""
    exact, curve = drawn[0], binned(*drawn)
    assert curve.is_exact == (len(curve) == len(exact))
    for score in exact.thresholds.tolist():
        true, fewer, more = exact.at(score).counts, *bracket(curve, score)
        if curve.is_inside_bin(score):
            assert fewer.tp <= true.tp <= more.tp * (1 + 1e-12)
            assert fewer.fp <= true.fp <= more.fp * (1 + 1e-12)
            assert curve.at(score).threshold < score
            assert curve.at(score).threshold in curve.thresholds
        else:
            assert all(close(getattr(true, cell), getattr(fewer, cell)) for cell in ("tn", "fp", "fn", "tp"))
            assert vars(fewer) == vars(more)
            assert curve.at(score).threshold == score
            assert curve.next_below(score) == exact.next_below(score)


@given(drawn=pairs, name=st.sampled_from(METRICS), constraints=CONSTRAINTS)
def test_no_threshold_is_better_than_the_bound(drawn: Pair, name: str, constraints: list[Constraint]) -> None:
    """The best of all thresholds is at most the bound; if no bin may hold a better one, it is the one that is found."""
    exact, curve, objective = drawn[0], binned(*drawn), metric(name)
    true = best(exact, objective, constraints=constraints, on_unmet="relax")
    found = best(curve, objective, constraints=constraints, on_unmet="relax")
    if true.not_met or found.not_met:
        return
    assert attains(found.bound, true.value, weighted=True)
    bins, bound = may_hold_best(curve, objective, found.value, constraints)
    assert bound == found.bound
    if not bins.any() and not exact.weighted:
        assert found.is_certain
        assert (found.point.threshold, found.interval) == (true.point.threshold, true.interval)
        assert found.value == true.value


@given(drawn=pairs, constraints=CONSTRAINTS)
def test_no_threshold_is_said_to_meet_constraints_only_if_none_does(drawn: Pair, constraints: list[Constraint]) -> None:
    """If the table has none, and says that there is none, no threshold of the rows meets them either."""
    exact, curve = drawn[0], binned(*drawn)
    true, found = (best(each, constraints=constraints, on_unmet="relax") for each in (exact, curve))
    if found.not_met.startswith("No threshold gives"):
        assert true.not_met


def test_a_threshold_between_those_of_the_table_may_meet_constraints() -> None:
    """At 0.8 precision is 1 and recall 0.5, inside of a bin whose ends both miss one of the bounds."""
    constraints = [Constraint.at_least("precision", 0.9), Constraint.at_least("recall", 0.5)]
    assert best(ThresholdCurve.from_predictions([1, 0, 1], [0.8, 0.7, 0.6]), constraints=constraints).value == 2 / 3
    curve = curve_from_bins([0.6], [0.8], positives=[2], negatives=[1])
    unmet = best(curve, constraints=constraints, on_unmet="relax").not_met
    assert unmet.startswith(
        "No threshold of the table gives precision at least 0.9 and recall at least 0.5; the closest"
    )
    assert unmet.endswith(
        "One between those of the table may meet all: count the rows in more bins, or loosen a constraint."
    )


def test_a_share_is_never_above_one() -> None:
    """A negative predictive value of 1 can be reached elsewhere, but not exceeded."""
    found = best(curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[0, 20], negatives=[30, 1]), "npv")
    assert (found.value, found.bound) == (1, 1)


@given(drawn=pairs, name=st.sampled_from(METRICS))
def test_metric_bounds(drawn: Pair, name: str) -> None:
    """Inside each bin the metric lies between its bounds."""
    exact, curve, objective = drawn[0], binned(*drawn), metric(name)
    low, high = metric_bounds(curve, objective)
    for score, value in zip(exact.thresholds.tolist(), objective.evaluate(exact.counts).tolist(), strict=True):
        position = curve.positions([score])[0]
        assert math.isnan(value) or attains(value, low[position], weighted=True)
        assert math.isnan(value) or attains(high[position], value, weighted=True)


@given(drawn=pairs, within=st.sampled_from([0.0, 0.05, 0.3]), constraints=CONSTRAINTS)
def test_plateau(drawn: Pair, within: float, constraints: list[Constraint]) -> None:
    """All thresholds of the plateau lose at most what is allowed, also those inside of bins."""
    exact, curve = drawn[0], binned(*drawn)
    found = best(curve, constraints=constraints, on_unmet="relax")
    wide = plateau(curve, found, within)
    values = feasible_values(found.metric, exact.counts, found.constraints, weighted=True)
    inside = (exact.thresholds > wide.low) & (exact.thresholds <= wide.high)
    assert attains(values[inside], found.value - within, weighted=True).all()
    assert not curve.is_inside_bin(wide.round_threshold)


@given(drawn=pairs, points=st.integers(2, 9))
def test_fewer_points(drawn: Pair, points: int) -> None:
    """A thinned curve has the same counts at its thresholds, and knows that scores lie between them."""
    curve = binned(*drawn)
    thinned = curve.thinned(points)
    for threshold in thinned.thresholds.tolist():
        assert vars(thinned.at(threshold).counts) == vars(curve.at(threshold).counts)
        assert curve.is_exact or thinned.next_below(threshold) == curve.next_below(threshold)


def test_what_if_keeps_the_bins() -> None:
    """Reweighted classes leave the scores alone; a weight in training shifts both ends of a bin."""
    curve = curve_from_bins([0.1, 0.5], [0.4, 0.75], positives=[1, 2], negatives=[3, 1])
    assert curve.reweighted(2, 1).next_below(0.5) == 0.4
    shifted = with_class_weight(curve, 3)
    assert shifted.thresholds.tolist() == pytest.approx([math.inf, 0.75, 0.25])  # odds of 1 and 1/9, times 3
    assert shifted.next_below(math.inf) == pytest.approx(0.9)  # odds of 3, times 3


def test_probabilities_by_the_highest_score() -> None:
    """Scores are probabilities only if the highest one in the first bin is, too."""
    assert curve_from_bins([0.1], [1.0], [1], [1]).is_probability
    assert not curve_from_bins([0.1], [1.5], [1], [1]).is_probability


def test_digest_depends_on_the_bins() -> None:
    """Two curves that differ only in the highest scores of their bins have different digests."""
    one = curve_from_bins([0.1], [0.3], [1], [1])
    other = curve_from_bins([0.1], [0.4], [1], [1])
    assert table_digest(one) != table_digest(other)


@pytest.mark.parametrize(
    ("lowest", "highest", "message"),
    [
        ([0.1, 0.3], [0.3, 0.9], "overlaps"),
        ([0.1, 0.1], [0.1, 0.1], "overlaps"),
        ([0.5, 0.6], [0.4, 0.9], "from 0.5 to 0.4 is empty"),
        ([0.5, math.inf], [0.6, math.inf], "finite"),
        ([0.5], [0.6], "1 threshold"),
    ],
)
def test_errors(lowest: list[float], highest: list[float], message: str) -> None:
    """Bins that overlap, are upside down or infinite, or lack counts, are refused."""
    with rejected(message):
        curve_from_bins(lowest, highest, [1, 2], [3, 4])


def test_counts_at_half_are_known_or_none() -> None:
    """Inside a bin of several scores nothing is said of the threshold 0.5."""
    for highest, known in ((0.4, 2), (0.6, None)):
        curves = ModelCurves.from_curve(curve_from_bins([0.1, 0.7], [highest, 0.9], [1, 2], [3, 1]))
        assert (curves.counts_at_half and curves.counts_at_half.tp) == known

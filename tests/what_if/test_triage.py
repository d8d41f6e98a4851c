"""Triage: against sorting the rows by hand, and against all pairs of thresholds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import Triage, Zone, optimal_triage, triage
from tests.exact import candidates, cells_at, share
from tests.strategies import Rows, weighted_or_not

PARTS = st.integers(0, 16).map(lambda parts: parts / 16)


@given(weighted_or_not(both=False), st.data())
def test_every_row_is_in_the_zone_of_its_score(drawn: Rows, data: st.DataObject) -> None:
    """Zones, workload, errors and yield are those of sorting the rows one by one."""
    threshold = st.one_of(st.sampled_from([*candidates(drawn), -math.inf]), st.floats(allow_nan=False))
    low, high = sorted([data.draw(threshold), data.draw(threshold)])
    found = triage(drawn.curve(), low, high)
    weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    score = drawn.y_score.astype(np.float64)

    def zone(inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[float, float]:
        return float(weight[inside & drawn.y_true].sum()), float(weight[inside & ~drawn.y_true].sum())

    yes, no = zone(score >= high), zone(score < low)
    people = zone((score >= low) & (score < high))
    assert found == Triage(low, high, Zone(*yes), Zone(*people), Zone(*no))
    assert found.workload == sum(people) / weight.sum()
    assert found.wrong == yes[1] + no[0]
    automated = sum(yes) + sum(no)
    assert found.error == pytest.approx(found.wrong / automated if automated else math.nan, nan_ok=True)
    assert found.review_yield == pytest.approx(people[0] / sum(people) if sum(people) else math.nan, nan_ok=True)


@given(weighted_or_not(both=False, most=12), PARTS, PARTS)
def test_no_pair_of_thresholds_leaves_less_to_people(drawn: Rows, max_false: float, max_missed: float) -> None:
    """Of all pairs that keep both bounds: the least review, then the fewest errors, then the lowest thresholds."""
    by_threshold = {t: cells_at(drawn, t) for t in candidates(drawn)}
    kept = []
    for high, low in combinations_with_replacement(by_threshold, 2):
        yes, no = by_threshold[high], by_threshold[low]
        if share(yes.fp, yes.fp + yes.tp) <= max_false and share(no.fn, no.fn + no.tp) <= max_missed:
            reviewed = no.tp + no.fp - yes.tp - yes.fp
            kept.append((reviewed, yes.fp + no.fn, low, high))
    found = optimal_triage(drawn.curve(), max_false=max_false, max_missed=max_missed)
    assert (Fraction(found.review.total), Fraction(found.wrong), found.low, found.high) == min(kept)


def test_bounds_are_kept_where_quality_goes_up_and_down() -> None:
    """One negative on top does not end the sure yes: further down its share is small enough again."""
    curve = ThresholdCurve.from_predictions([0, 1, 1, 1, 0, 1, 0, 0], [8, 7, 6, 5, 4, 3, 2, 1])
    found = optimal_triage(curve, max_false=0.25, max_missed=0.0)
    assert (found.low, found.high) == (3, 5)
    assert (found.auto_positive, found.review, found.auto_negative) == (Zone(3, 1), Zone(1, 1), Zone(0, 2))
    assert (found.workload, found.wrong, found.error, found.review_yield) == (0.25, 1, 1 / 6, 0.5)


def test_rare_positives_are_not_given_away() -> None:
    """Of 20 positives in 2,000 rows one may be lost: calling nothing positive, wrong in 1%, would lose all."""
    score = np.arange(2000)
    curve = ThresholdCurve.from_predictions((score % 100 == 99), score)
    found = optimal_triage(curve, max_false=0.0, max_missed=0.05)
    assert (found.low, found.auto_negative.positives, found.auto_negative.negatives) == (199, 1, 198)


def test_where_no_review_is_needed_the_fewest_errors_decide() -> None:
    """Bounds that one threshold keeps leave nothing to people, and the better of such thresholds is taken."""
    curve = ThresholdCurve.from_predictions([1, 1, 0, 0], [4, 3, 2, 1])
    found = optimal_triage(curve, max_false=0.5, max_missed=0.5)
    assert (found.low, found.high, found.workload, found.wrong) == (3, 3, 0.0, 0)
    assert math.isnan(found.review_yield)


def test_where_nothing_is_sure_people_review_everything() -> None:
    """Scores that tell nothing leave no zone that is clean enough."""
    found = optimal_triage(ThresholdCurve.from_predictions([1, 0], [0.5, 0.5]), max_false=0.1, max_missed=0.1)
    assert (found.low, found.high, found.workload) == (0.5, math.inf, 1.0)
    assert math.isnan(found.error)


def test_the_lower_threshold_is_not_above_the_upper() -> None:
    """A case cannot be surely both."""
    curve = ThresholdCurve.from_predictions([0, 1], [0.1, 0.9])
    with pytest.raises(ValueError, match=r"got 0\.6 and 0\.5"):
        triage(curve, 0.6, 0.5)
    with pytest.raises(ValueError, match="must be a number"):
        triage(curve, math.nan, 0.5)


@pytest.mark.parametrize(("max_false", "max_missed"), [(-0.1, 0.5), (0.5, 1.1), (math.nan, 0.5)])
def test_bounds_are_shares(max_false: float, max_missed: float) -> None:
    """A zone cannot be wrong more than always, nor less than never."""
    with pytest.raises(ValueError, match="must be between 0 and 1"):
        optimal_triage(ThresholdCurve.from_predictions([0, 1], [0.1, 0.9]), max_false=max_false, max_missed=max_missed)

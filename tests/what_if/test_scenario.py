"""Tests of combined what-if scenarios: a curve becomes a curve, and thresholds convert in both directions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best, plateau
from f1tools.what_if import WhatIf, shift_odds
from tests.strategies import Rows, weighted_or_not
from tests.what_if.strategies import (
    EDGES,
    FACTOR,
    PROBABILITY,
    SHARE,
    TENTHS,
    as_tuple,
    class_weights_for,
    probability_rows,
    weights_of,
)

THRESHOLD = st.one_of(PROBABILITY, st.sampled_from([-math.inf, -1.0, -0.0, 1.0000000000000002, 7.0, math.inf]))
EIGHTHS = st.integers(1, 64).map(lambda eighths: eighths / 8)


@given(weighted_or_not())
def test_inactive_scenario_is_the_identity(sample: Rows) -> None:
    """Without a change, or with weights of 1, the curve is the same object, whatever its scores are."""
    curve = sample.curve()
    for scenario in (WhatIf(), WhatIf(class_weight=1), WhatIf(positive_weight=1.0), WhatIf(1.0, None, 1.0)):
        assert not scenario.active
        assert scenario.apply(curve) is curve
        assert scenario.to_scenario(-3.25) == scenario.from_scenario(-3.25) == -3.25
    own_prevalence = WhatIf(prevalence=curve.positives / (curve.positives + curve.negatives))
    assert own_prevalence.active
    assert own_prevalence.apply(curve) is curve


@given(probability_rows(), FACTOR, THRESHOLD)
def test_from_scenario_keeps_the_decisions(sample: Rows, weight: float, threshold: float) -> None:
    """A threshold in the scenario flags exactly the rows that the converted one flags on the measured scores."""
    curve, scenario = sample.curve(), WhatIf(class_weight=weight)
    in_scenario, measured = scenario.apply(curve).at(threshold), curve.at(scenario.from_scenario(threshold))
    assert as_tuple(in_scenario.counts) == as_tuple(measured.counts)


@given(PROBABILITY, PROBABILITY, FACTOR)
def test_conversions_are_adjoint(score: float, threshold: float, weight: float) -> None:
    """A score reaches the converted threshold exactly when the shifted score reaches the threshold."""
    scenario = WhatIf(class_weight=weight)
    assert (score >= scenario.from_scenario(threshold)) == (shift_odds(score, weight) >= threshold)
    assert scenario.to_scenario(score) == shift_odds(score, weight)


@given(probability_rows(score=TENTHS), st.floats(1e-3, 1e3), THRESHOLD)
def test_round_trip_keeps_the_decisions(sample: Rows, weight: float, threshold: float) -> None:
    """A threshold converted to the scenario and back flags the same rows, and flags them in the scenario too."""
    # A threshold within rounding distance of a score may have the same shifted odds.
    assume(all(tenths / 10 == threshold or abs(tenths / 10 - threshold) > 1e-9 for tenths in range(11)))
    curve, scenario = sample.curve(), WhatIf(class_weight=weight)
    converted = scenario.to_scenario(threshold)
    counts = as_tuple(curve.at(threshold).counts)
    assert as_tuple(scenario.apply(curve).at(converted).counts) == counts
    assert as_tuple(curve.at(scenario.from_scenario(converted)).counts) == counts


@pytest.mark.parametrize(
    ("weight", "expected"),
    [(3.0, 0.25), (1 / 3, 0.75), (9.0, 0.1), (999.0, 0.001), (1e300, 1e-300), (1e-12, 1 - 1e-12)],
)
def test_half_corresponds_to_1_over_1_plus_w(weight: float, expected: float) -> None:
    """0.5 in the scenario is 1 / (1 + w) on the measured scores."""
    assert WhatIf(class_weight=weight).from_scenario(0.5) == pytest.approx(expected, rel=1e-15)
    assert WhatIf(class_weight=weight).to_scenario(expected) == pytest.approx(0.5, rel=1e-4)


@given(st.sampled_from(EDGES), FACTOR)
def test_fixed_points_of_the_conversion(threshold: float, weight: float) -> None:
    """0, 1 and thresholds outside [0, 1] do not change; those inside stay inside."""
    scenario = WhatIf(class_weight=weight)
    for fixed in (-math.inf, -2.0, 0.0, 1.5, math.inf):
        assert scenario.to_scenario(fixed) == scenario.from_scenario(fixed) == fixed
    assert scenario.to_scenario(1.0) == 1.0
    assert 0 <= scenario.to_scenario(threshold) <= 1


@given(probability_rows(most=10), EIGHTHS, SHARE, EIGHTHS)
def test_combined_scenario_equals_scikit_learn(
    sample: Rows, weight: float, prevalence: float, positive_weight: float
) -> None:
    """F1 at every threshold is scikit-learn's on rescored rows with the product of both weights."""
    curve = WhatIf(weight, prevalence, positive_weight).apply(sample.curve())
    positive, negative = class_weights_for(sample, prevalence)
    row_weight = weights_of(sample) * np.where(sample.y_true, positive_weight * positive, negative)
    score = shift_odds(sample.y_score, weight)
    for threshold, f1 in zip(curve.thresholds.tolist(), curve.counts.f1().tolist(), strict=True):
        expected = f1_score(sample.y_true, score >= threshold, sample_weight=row_weight, zero_division=0)
        assert f1 == pytest.approx(expected, rel=1e-9)


@given(probability_rows(score=TENTHS), st.floats(1e-3, 1e3), SHARE, st.sampled_from(METRICS))
def test_optimum_converts_back(sample: Rows, weight: float, prevalence: float, name: str) -> None:
    """A class weight does not change the optimum apart from its threshold; plateaus and thinning work on the curve."""
    scenario, unweighted = WhatIf(weight, prevalence), WhatIf(prevalence=prevalence).apply(sample.curve())
    curve = scenario.apply(sample.curve())
    optimum, expected = best(curve, name), best(unweighted, name)
    assert optimum.value == expected.value
    converted = unweighted.at(scenario.from_scenario(optimum.point.threshold))
    assert as_tuple(converted.counts) == as_tuple(expected.point.counts)
    around = plateau(curve, optimum)
    assert around.low < optimum.point.threshold <= around.high
    assert len(curve.thinned(3)) <= len(curve)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("class_weight", 0.0), ("class_weight", math.nan), ("positive_weight", math.inf), ("positive_weight", -1.0)),
        *(("prevalence", 0.0), ("prevalence", 1.0), ("prevalence", math.nan)),
    ],
)
def test_invalid_scenario_raises(name: str, value: float) -> None:
    """The message names the parameter and its value."""
    with pytest.raises(ValueError, match=f"^{name} must be .*, got {value}"):
        WhatIf(**{name: value})


def test_other_scores_allow_a_prevalence_but_no_class_weight() -> None:
    """A class weight needs probabilities; a prevalence does not."""
    curve = ThresholdCurve.from_predictions([0, 1], [-1.5, 3.5])
    assert WhatIf(prevalence=0.9).apply(curve).thresholds.tolist() == [math.inf, 3.5, -1.5]
    with pytest.raises(ValueError, match="Only probabilities have odds"):
        WhatIf(class_weight=2).apply(curve)

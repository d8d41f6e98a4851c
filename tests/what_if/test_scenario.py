"""Several what-ifs at once: a curve becomes a curve, and thresholds go there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best
from f1tools.core.plateau import plateau
from f1tools.what_if import WhatIf, shift_odds
from tests.strategies import Rows, weighted_or_not
from tests.what_if.strategies import EDGES, FACTOR, PROBABILITY, SHARE, TENTHS, as_tuple, probable_rows

THRESHOLD = st.one_of(PROBABILITY, st.sampled_from([-math.inf, -1.0, -0.0, 1.0000000000000002, 7.0, math.inf]))
EIGHTHS = st.integers(1, 64).map(lambda eighths: eighths / 8)


@given(weighted_or_not())
def test_nothing_asked_changes_nothing(drawn: Rows) -> None:
    """Without a question, or with weights of one, the curve is the same object, whatever its scores are."""
    curve = drawn.curve()
    for asked in (WhatIf(), WhatIf(class_weight=1), WhatIf(positive_weight=1.0), WhatIf(1.0, None, 1.0)):
        assert not asked.active
        assert asked.apply(curve) is curve
        assert asked.to_scenario(-3.25) == asked.from_scenario(-3.25) == -3.25


@given(weighted_or_not())
def test_its_own_prevalence_changes_nothing(drawn: Rows) -> None:
    """It is a question, with the answer that all stays."""
    curve = drawn.curve()
    asked = WhatIf(prevalence=curve.positives / (curve.positives + curve.negatives))
    assert asked.active
    assert asked.apply(curve) is curve


@given(probable_rows(), FACTOR, THRESHOLD)
def test_a_threshold_that_comes_back_decides_alike(drawn: Rows, weight: float, threshold: float) -> None:
    """A threshold of the asked-for model flags there the rows that its translation flags here, to the last digit."""
    curve, asked = drawn.curve(), WhatIf(class_weight=weight)
    there, here = asked.apply(curve).at(threshold), curve.at(asked.from_scenario(threshold))
    assert as_tuple(there.counts) == as_tuple(here.counts)


@given(PROBABILITY, PROBABILITY, FACTOR)
def test_going_and_coming_fit_together(score: float, threshold: float, weight: float) -> None:
    """A score reaches the threshold that came back exactly if the shifted score reaches the threshold."""
    asked = WhatIf(class_weight=weight)
    assert (score >= asked.from_scenario(threshold)) == (shift_odds(score, weight) >= threshold)
    assert asked.to_scenario(score) == shift_odds(score, weight)


@given(probable_rows(score=TENTHS), st.floats(1e-3, 1e3), THRESHOLD)
def test_there_and_back_again(drawn: Rows, weight: float, threshold: float) -> None:
    """A threshold that goes there and comes back makes the same decisions, and made them there."""
    # A threshold so near to a score may have the same odds as it.
    assume(all(tenths / 10 == threshold or abs(tenths / 10 - threshold) > 1e-9 for tenths in range(11)))
    curve, asked = drawn.curve(), WhatIf(class_weight=weight)
    there = asked.to_scenario(threshold)
    counts = as_tuple(curve.at(threshold).counts)
    assert as_tuple(asked.apply(curve).at(there).counts) == counts
    assert as_tuple(curve.at(asked.from_scenario(there)).counts) == counts


@pytest.mark.parametrize(
    ("weight", "lands"), [(3.0, 0.25), (1 / 3, 0.75), (9.0, 0.1), (999.0, 0.001), (1e300, 1e-300), (1e-12, 1 - 1e-12)]
)
def test_half_comes_back_at_one_in_one_plus_w(weight: float, lands: float) -> None:
    """The known place of 0.5, to the last few digits."""
    assert WhatIf(class_weight=weight).from_scenario(0.5) == pytest.approx(lands, rel=1e-15)
    assert WhatIf(class_weight=weight).to_scenario(lands) == pytest.approx(0.5, rel=1e-4)


@given(st.sampled_from(EDGES), FACTOR)
def test_the_ends_stay_the_ends(threshold: float, weight: float) -> None:
    """What flags everything, or only certainty, or nothing, does so on both scales."""
    asked = WhatIf(class_weight=weight)
    for end in (-math.inf, -2.0, 0.0, 1.5, math.inf):
        assert asked.to_scenario(end) == asked.from_scenario(end) == end
    assert asked.to_scenario(1.0) == 1.0
    assert 0 <= asked.to_scenario(threshold) <= 1


@given(probable_rows(most=10), EIGHTHS, SHARE, EIGHTHS)
def test_all_at_once_are_one_after_the_other(drawn: Rows, weight: float, prevalence: float, positive: float) -> None:
    """It is the curve of rescored rows with the weights of both: F1 as scikit-learn computes it, at every threshold."""
    asked = WhatIf(weight, prevalence, positive)
    found = asked.apply(drawn.curve())
    row_weight = np.ones(drawn.y_true.size) if drawn.sample_weight is None else drawn.sample_weight
    own = row_weight[drawn.y_true].sum() / row_weight.sum()
    row_weight = row_weight * np.where(drawn.y_true, positive * prevalence / own, (1 - prevalence) / (1 - own))
    score = shift_odds(drawn.y_score, weight)
    for threshold, f1 in zip(found.thresholds.tolist(), found.counts.f1().tolist(), strict=True):
        expected = f1_score(drawn.y_true, score >= threshold, sample_weight=row_weight, zero_division=0)
        assert f1 == pytest.approx(expected, rel=1e-9)


@given(probable_rows(score=TENTHS), st.floats(1e-3, 1e3), SHARE, st.sampled_from(METRICS))
def test_what_works_on_a_curve_works_on_the_answer(drawn: Rows, weight: float, prevalence: float, name: str) -> None:
    """The best threshold of the asked-for model comes back as the best one here; plateaus and thinning work too."""
    asked, moved = WhatIf(weight, prevalence), WhatIf(prevalence=prevalence).apply(drawn.curve())
    curve = asked.apply(drawn.curve())
    there, here = best(curve, name), best(moved, name)
    assert there.value == here.value
    assert as_tuple(moved.at(asked.from_scenario(there.point.threshold)).counts) == as_tuple(here.point.counts)
    near = plateau(curve, there)
    assert near.low < there.point.threshold <= near.high
    assert len(curve.thinned(3)) <= len(curve)


def test_certainty_comes_back() -> None:
    """Where odds become smaller only 1 gets to 1; where they become larger, what is nearest to 1 does too."""
    assert WhatIf(class_weight=0.01).from_scenario(1.0) == 1.0
    assert shift_odds(1 - 2**-53, 100) == 1.0
    assert WhatIf(class_weight=100.0).from_scenario(1.0) <= 1 - 2**-53


@pytest.mark.parametrize("score", [0.0, 1.0, 5e-324, 0.37])
def test_constant_scores(score: float) -> None:
    """A model that says one thing flags everything or nothing, under any question."""
    curve = WhatIf(5.0, 0.2, 3.0).apply(ThresholdCurve.from_predictions([1, 0, 0], [score] * 3))
    assert len(curve) == 2
    assert best(curve).point.counts.recall() == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"class_weight": 0.0}, r"class_weight must be finite and above 0, got 0\.0"),
        ({"class_weight": math.nan}, "class_weight must be"),
        ({"positive_weight": math.inf}, "positive_weight must be"),
        ({"positive_weight": -1.0}, "positive_weight must be"),
        ({"prevalence": 0.0}, "prevalence must be between 0 and 1"),
        ({"prevalence": 1.0}, "prevalence must be between 0 and 1"),
        ({"prevalence": math.nan}, "prevalence must be between 0 and 1"),
    ],
)
def test_questions_that_have_no_answer(asked: dict[str, float], sentence: str) -> None:
    """They are refused when they are asked."""
    with pytest.raises(ValueError, match=f"^{sentence}"):
        WhatIf(**asked)


def test_nan_is_no_threshold() -> None:
    """Neither here nor there."""
    for asked in (WhatIf(), WhatIf(class_weight=2)):
        with pytest.raises(ValueError, match="must be a number"):
            asked.to_scenario(math.nan)
        with pytest.raises(ValueError, match="must be a number"):
            asked.from_scenario(math.nan)


def test_margins_can_be_asked_about_prevalence_but_not_about_odds() -> None:
    """A class weight needs probabilities; a mix does not."""
    curve = ThresholdCurve.from_predictions([0, 1], [-1.5, 3.5])
    assert WhatIf(prevalence=0.9).apply(curve).thresholds.tolist() == [math.inf, 3.5, -1.5]
    with pytest.raises(ValueError, match="Only probabilities have odds"):
        WhatIf(class_weight=2).apply(curve)

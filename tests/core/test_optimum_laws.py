"""What is known of the best threshold from theory and from published files."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from tests.exact import candidates, cells_at, exact
from tests.strategies import Rows, weighted_or_not

REAL_FILES = Path(__file__).parents[2] / "shared" / "real_predictions"


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
@given(drawn=weighted_or_not())
@settings(deadline=None, max_examples=80)
def test_the_finite_sample_law(beta: float, drawn: Rows) -> None:
    """The last score included has a precision of at least F*/(1 + b²), the next one has less.

    Lipton, Elkan and Narayanaswamy (2014), without any calibration: a tied block of p positives and q negatives
    raises F-beta if and only if (1 + b²) p / (p + q) exceeds it.
    """
    curve = drawn.curve()
    found = best(curve, "fbeta", beta=beta)
    value = exact("fbeta", cells_at(drawn, found.point.threshold), beta)
    assert value is not None
    scores = candidates(drawn)
    place = scores.index(found.point.threshold)
    assert place > 0

    def precision_of_block(at: int) -> Fraction:
        above, here = cells_at(drawn, scores[at - 1]), cells_at(drawn, scores[at])
        return (here.tp - above.tp) / (here.tp - above.tp + here.fp - above.fp)

    assert (1 + Fraction(beta) ** 2) * precision_of_block(place) >= value
    if place + 1 < len(scores):
        assert (1 + Fraction(beta) ** 2) * precision_of_block(place + 1) < value


@given(
    probabilities=st.lists(st.integers(1, 63), min_size=1, max_size=20, unique=True),
    beta=st.sampled_from([0.5, 1.0, 2.0]),
)
@settings(deadline=None, max_examples=80)
def test_calibrated_scores_tell_the_best_threshold(probabilities: list[int], beta: float) -> None:
    """For calibrated scores F-beta is best from F*/(1 + b²) up, J and balanced accuracy from the prevalence up.

    Accuracy, where both errors cost the same, is best from 1/2 up.
    """
    p = np.array(probabilities) / 64
    y_true = np.repeat([True, False], p.size)
    curve = ThresholdCurve.from_predictions(y_true, np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p]))
    fbeta = best(curve, "fbeta", beta=beta)
    bounds = {
        fbeta.point.threshold: fbeta.value / (1 + beta**2) - 1e-12,
        best(curve, "youden_j").point.threshold: p.mean(),
        best(curve, "balanced_accuracy").point.threshold: p.mean(),
        best(curve, "accuracy").point.threshold: 0.5,
    }
    for threshold, bound in bounds.items():
        assert threshold == min(p[p >= bound], default=math.inf)


@pytest.mark.parametrize(("beta", "threshold", "value"), [(1.0, 0.3819660, 0.7639320), (2.0, 0.1715729, 0.8578644)])
def test_uniform_calibrated_scores_have_a_closed_form(beta: float, threshold: float, value: float) -> None:
    """For p ~ U(0, 1): t* = ((b² + 2) - sqrt((b² + 2)² - 4)) / 2 and F* = (1 + b²) t*."""
    root = ((beta**2 + 2) - math.sqrt((beta**2 + 2) ** 2 - 4)) / 2
    assert root == pytest.approx(threshold, abs=5e-8)
    n = 20_000
    p = (np.arange(n) + 0.5) / n
    curve = ThresholdCurve.from_predictions(
        np.repeat([True, False], n), np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p])
    )
    found = best(curve, "fbeta", beta=beta)
    assert found.point.threshold == pytest.approx(threshold, abs=1.5 / n)
    assert found.value == pytest.approx(value, abs=1e-7)


def test_ten_calibrated_scores() -> None:
    """For p = .05, .15, ..., .95, weighted by p and 1 - p, F1 is best at .45 with .7636364."""
    p = np.round(np.arange(0.05, 1, 0.1), 2)
    curve = ThresholdCurve.from_predictions(
        np.repeat([1, 0], 10), np.tile(p, 2), sample_weight=np.concatenate([p, 1 - p])
    )
    assert best(curve).point.threshold == 0.45
    assert best(curve).value == pytest.approx(0.7636364, abs=5e-8)


@pytest.mark.parametrize(("prevalence", "f1"), [(0.3, 0.461538), (0.05, 0.095238)])
def test_flagging_everything_is_no_achievement(prevalence: float, f1: float) -> None:
    """Flagging every row has an F1 of 2 pi / (1 + pi), and no best F1 is below that."""
    y_true = np.arange(1000) < 1000 * prevalence
    curve = ThresholdCurve.from_predictions(y_true, np.random.default_rng(0).random(1000))
    assert curve.at(-math.inf).counts.f1() == pytest.approx(f1, abs=5e-7)
    assert best(curve).value >= curve.at(-math.inf).counts.f1()


def _parquet(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


@pytest.mark.skipif(not REAL_FILES.is_dir(), reason="the published prediction files are not on this machine")
@pytest.mark.parametrize(
    ("file", "read", "truth", "score", "value", "threshold", "f1_at_half"),
    [
        ("california_housing.csv", _csv, "clf_target", "y_pred_proba", 0.8724550112, 0.35, 0.8479103835),
        (
            *("employment.parquet", _parquet, "employed", "predicted_probability"),
            *(0.8350008848, 0.4205307124206221, 0.8328529854),
        ),
        ("nba_games.csv", _csv, "prob1_outcome", "prob1", 0.7481855475, 0.3883920762955963, 0.7384401839),
        ("senate.csv", _csv, "winflag", "forecast_prob", 0.9615384615, 0.35, 0.9611650485),
        ("cancer_marker.csv", _csv, "cancer", "cancerpredmarker", 0.5829959514, 0.2531714, 0.4258064516),
    ],
)
def test_published_predictions(
    file: str,
    read: Callable[[Path], pd.DataFrame],
    truth: str,
    score: str,
    value: float,
    threshold: float,
    f1_at_half: float,
) -> None:
    """On files that other projects published, the best F1 is that of scikit-learn's precision-recall curve."""
    table = read(REAL_FILES / file)
    table = table[table[truth].isin([0, 1])]
    curve = ThresholdCurve.from_predictions(table[truth], table[score])
    found = best(curve)
    assert found.value == pytest.approx(value, abs=5e-11)
    assert found.point.threshold == threshold
    assert curve.at(0.5).counts.f1() == pytest.approx(f1_at_half, abs=5e-11)

"""Hypothesis strategies for what-if tests: rows whose scores are probabilities, with extreme and subnormal values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from f1tools.core.counts import ConfusionCounts
from tests.exact import Cells
from tests.strategies import EXACT_WEIGHT, Rows, truth

EDGES = [0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-17, 0.5, 0.9999999999999998, 0.9999999999999999, 1.0]
TENTHS = st.integers(0, 10).map(lambda tenths: tenths / 10)
PROBABILITY = st.one_of(TENTHS, st.floats(0.0, 1.0), st.sampled_from(EDGES))
FACTOR = st.one_of(st.floats(1e-3, 1e3), st.sampled_from([1.0, 2.0, 0.5, 3.0, 1e-300, 5e-324, 1e300, 1.7e308]))
SHARE = st.integers(1, 31).map(lambda parts: parts / 32)


@st.composite
def probability_rows(
    draw: st.DrawFn, *, score: st.SearchStrategy[float] = PROBABILITY, most: int = 15, weighted: bool | None = None
) -> Rows:
    """Draw rows of both classes whose scores are probabilities, weighted or not."""
    n = draw(st.integers(2, most))
    y_true = draw(truth(n, both=True))
    y_score = np.array(draw(st.lists(score, min_size=n, max_size=n)))
    if not (draw(st.booleans()) if weighted is None else weighted):
        return Rows(y_true, y_score, None)
    sample_weight = np.array(draw(st.lists(EXACT_WEIGHT, min_size=n, max_size=n)))
    for positive in (True, False):
        if not sample_weight[y_true == positive].any():
            sample_weight[y_true == positive] = 1.0
    return Rows(y_true, y_score, sample_weight)


def calibrated(multiples: dict[Fraction, int]) -> Rows:
    """Build exactly calibrated rows: where the score is k/20, k of 20 rows are positive."""
    y_true: list[bool] = []
    y_score: list[float] = []
    for probability, times in multiples.items():
        positives = int(20 * probability)
        assert positives == 20 * probability
        y_true += ([True] * positives + [False] * (20 - positives)) * times
        y_score += [float(probability)] * 20 * times
    return Rows(np.array(y_true), np.array(y_score), None)


def weights_of(sample: Rows) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the weights of the rows, 1 where they have none."""
    return np.ones(sample.y_true.size) if sample.sample_weight is None else sample.sample_weight


def class_weights_for(sample: Rows, prevalence: float) -> tuple[float, float]:
    """Return the weights pi'/pi and (1-pi')/(1-pi) that give the rows another prevalence."""
    weight = weights_of(sample)
    current = weight[sample.y_true].sum() / weight.sum()
    return prevalence / current, (1 - prevalence) / (1 - current)


def scaled(cells: Cells, positive: Fraction, negative: Fraction) -> Cells:
    """Multiply the counts of the positives and of the negatives."""
    return Cells(cells.tn * negative, cells.fp * negative, cells.fn * positive, cells.tp * positive)


def as_tuple(counts: ConfusionCounts) -> tuple[float, float, float, float]:
    """Return counts in a comparable form."""
    return float(counts.tn), float(counts.fp), float(counts.fn), float(counts.tp)

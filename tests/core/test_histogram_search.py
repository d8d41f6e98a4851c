"""The best threshold without a sort equals the best of the whole curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from f1tools.core import histogram_search
from f1tools.core.histogram_search import best_threshold
from f1tools.core.metrics import METRICS, Metric
from f1tools.core.optimum import Optimum, best
from tests.helpers import constants, rejected
from tests.strategies import ANY_WEIGHT, Rows, rows, truth, weighted_or_not

# The real sizes, and such small ones that every row and every tie is at an edge, in several rounds and blocks.
SIZES = [
    {"_FEW_ROWS": 0, "_BINS": 2, "_MAX_ROUNDS": 5, "_BLOCK": 3},
    {"_FEW_ROWS": 0, "_BINS": 4, "_MAX_ROUNDS": 2, "_BLOCK": 1},
    {"_FEW_ROWS": 3, "_BINS": 16, "_MAX_ROUNDS": 5, "_BLOCK": 7},
    {"_FEW_ROWS": 0, "_BINS": 8192, "_MAX_ROUNDS": 1},
    {},
]


@st.composite
def clustered(draw: st.DrawFn) -> Rows:
    """Draw scores in clusters so narrow that one bin holds a whole cluster, with extreme outliers."""
    n = draw(st.integers(2, 40))
    centers = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1e-12, 1e8, 1e300, -1e300]), min_size=1, max_size=3))
    y_score = np.array([centers[i % len(centers)] for i in range(n)])
    steps = np.array(draw(st.lists(st.integers(0, 6), min_size=n, max_size=n)))
    for step in range(6):
        y_score = np.where(step < steps, np.nextafter(y_score, np.inf), y_score)
    return Rows(draw(truth(n, both=True)), y_score, None)


def search(drawn: Rows, name: str) -> Optimum:
    """Find the best threshold without the curve."""
    return best_threshold(drawn.y_true, drawn.y_score, name, sample_weight=drawn.sample_weight)


def assert_same(optimum: Optimum, expected: Optimum) -> None:
    """Compare all fields of two optima, to the last bit."""
    assert optimum.ties.tolist() == expected.ties.tolist()
    assert optimum.interval == expected.interval
    assert optimum.point.threshold == expected.point.threshold
    for count in ("tn", "fp", "fn", "tp"):
        ours, theirs = getattr(optimum.point.counts, count), getattr(expected.point.counts, count)
        assert (type(ours), ours) == (type(theirs), theirs)
    assert optimum.value == expected.value
    assert optimum.metric is expected.metric


@pytest.mark.parametrize("name", METRICS)
@given(drawn=st.one_of(weighted_or_not(), clustered()), chosen=st.sampled_from(SIZES))
@settings(max_examples=60)
def test_the_search_equals_the_curve(name: str, drawn: Rows, chosen: dict[str, int]) -> None:
    """For every metric, on scores of every kind: the same value, counts, interval and ties."""
    with constants(histogram_search, **chosen):
        optimum = search(drawn, name)
    assert_same(optimum, best(drawn.curve(), name))


@given(drawn=rows(weight=ANY_WEIGHT), name=st.sampled_from(METRICS), chosen=st.sampled_from(SIZES))
def test_weights_with_rounded_sums(drawn: Rows, name: str, chosen: dict[str, int]) -> None:
    """Sums in another order differ in their last digits: the values of all ties agree to 11 digits."""
    with constants(histogram_search, **chosen):
        optimum = search(drawn, name)
    curve = drawn.curve()
    expected = best(curve, name)
    assert optimum.value == pytest.approx(expected.value, rel=1e-11, abs=1e-11)
    values = optimum.metric.evaluate(curve.at_each(optimum.ties.tolist()))
    np.testing.assert_allclose(values, expected.value, rtol=1e-11, atol=1e-11)
    assert optimum.interval == (curve.next_below(optimum.point.threshold), optimum.point.threshold)


def _many() -> dict[str, NDArray[Any]]:
    """Return so many scores of every kind that bins are used."""
    random = np.random.default_rng(5)
    unit = random.random(60_000)
    return {
        "uniform": unit,
        "squashed": unit**30,
        "float32": unit.astype(np.float32),
        "tied": unit.round(2),
        "equal": np.full(unit.size, 0.25),
        "two": (unit > 0.5).astype(bool),
        "deciles": (unit * 10).astype(np.uint8),
        "margins": random.normal(size=unit.size) * 1e3,
        "tiny": unit * 1e-300,
        "subnormal": unit * 1e-310,
        "outlier": np.append(unit[1:], 1e300),
        "low outlier": np.append(unit[1:], -1e300),
        "the whole range": np.concatenate([unit[2:], [1.7e308, -1.7e308]]),
        "narrow": 1 + unit * 1e-13,
    }


MANY = _many()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", MANY)
def test_many_rows(kind: str, weighted: bool) -> None:
    """With the real numbers of bins and rows, for every metric, with and without weights."""
    y_score = MANY[kind]
    random = np.random.default_rng(6)
    rank = np.argsort(np.argsort(y_score)) / y_score.size
    y_true = random.random(y_score.size) < 0.1 + 0.3 * rank
    sample_weight = random.integers(0, 5, y_score.size) / 4 if weighted else None
    drawn = Rows(y_true, y_score, sample_weight)
    for name in METRICS:
        assert_same(search(drawn, name), best(drawn.curve(), name))


def test_exact_ties_in_distant_bins() -> None:
    """Both thresholds are ties, and the lowest is chosen."""
    # Recall 1/2 at precision 1 and recall 1 at precision 1/2 have the same F1.
    y_true = np.repeat([True, True, False], [25_000, 25_000, 50_000])
    y_score = np.repeat([0.9, 0.2, 0.2], [25_000, 25_000, 50_000])
    optimum = best_threshold(y_true, y_score)
    assert optimum.ties.tolist() == [0.9, 0.2]
    assert optimum.value == pytest.approx(2 / 3)
    assert optimum.interval == (-np.inf, 0.2)


def test_labels_beta_and_weights() -> None:
    """They work as for the curve; rows of weight 0 are ignored."""
    optimum = best_threshold(["b", "a", "b"], [3, 2, 1], "fbeta", beta=0.5, sample_weight=[2, 1, 0], pos_label="b")
    assert (optimum.point.threshold, optimum.metric.label, optimum.value) == (3, "F0.5", 1)
    assert optimum.interval == (2, 3)


def test_a_metric_that_is_not_monotone() -> None:
    """No bin can be skipped: the whole curve is evaluated."""
    middle = Metric("middle", "Middle", lambda counts: -abs(counts.flagged() - 30_000.0), monotone=False)
    y_score = MANY["uniform"]
    optimum = best_threshold(y_score > 0.5, y_score, middle)
    assert optimum.point.threshold == np.sort(y_score)[30_000]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("weighted", [False, True])
def test_scores_must_be_finite(bad: float, weighted: bool) -> None:
    """The first other one is named with its row, with and without weights."""
    y_score = MANY["uniform"].copy()
    y_score[55_555] = bad
    sample_weight = (np.arange(y_score.size) % 2).astype(float) if weighted else None
    with rejected(f"y_score must be finite, got {bad} in row 55555 (1 such"):
        best_threshold(y_score > 0.5, y_score, sample_weight=sample_weight)


def test_invalid_arguments() -> None:
    """Columns and metrics are validated."""
    with rejected("sample_weight must be finite"):
        best_threshold([1, 0], [0.9, 0.1], sample_weight=[1, -1])
    with pytest.raises(ValueError, match="There is no metric 'f2'"):
        best_threshold([1, 0], [0.9, 0.1], "f2")


@pytest.mark.parametrize("seed", range(4, 6))
@pytest.mark.parametrize("name", METRICS)
def test_many_rows_with_rounded_sums(name: str, seed: int) -> None:
    """Rounding of the sums neither changes the optimum nor leaves negative counts."""
    random = np.random.default_rng(seed)
    y_score = random.random(60_000)
    y_true = random.random(60_000) < y_score * 0.3
    drawn = Rows(y_true, y_score, random.random(60_000) * 3)
    optimum, expected = search(drawn, name), best(drawn.curve(), name)
    assert optimum.value == pytest.approx(expected.value, rel=1e-11, abs=1e-11)
    assert optimum.interval == expected.interval

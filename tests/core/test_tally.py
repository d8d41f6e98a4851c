"""Counting at every distinct score: both implementations, compared with scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix_at_thresholds

from f1tools.core import tally as module
from f1tools.core.tally import Tally, tally, tally_descending
from tests.helpers import constants, rejected
from tests.strategies import ANY_WEIGHT, EDGES, EXACT_WEIGHT, Rows, rows, truth

# The real sizes, and such small ones that a few rows fill many buckets and blocks.
SIZES = [
    {},
    {"_MIN_ROWS": 1, "_BUCKETS": 4, "_DISTRIBUTED_TOGETHER": 5, "BLOCK": 3},
    {"_MIN_ROWS": 1, "_BUCKETS": 64, "_DISTRIBUTED_TOGETHER": 1, "BLOCK": 1},
    {"BLOCK": 2},
]


@st.composite
def extreme(draw: st.DrawFn) -> Rows:
    """Draw many scores among subnormals, the largest doubles, neighbors and zeros of both signs."""
    y_score = np.array(draw(st.lists(st.sampled_from(EDGES), min_size=1, max_size=60)))
    return Rows(draw(truth(y_score.size, both=False)), y_score, None)


def on_one_core(function: Callable[[Any], Any], tasks: Iterable[Any], n_rows: int) -> list[Any]:
    """Run the tasks without threads: starting them for ten rows takes too long."""
    return [function(task) for task in tasks]


def assert_equals_scikit_learn(counted: Tally, drawn: Rows) -> None:
    """Compare thresholds and counts with scikit-learn's, to the last bit, after the first row at +inf."""
    with np.errstate(over="ignore", invalid="ignore"):  # scikit-learn subtracts scores
        tns, fps, fns, tps, thresholds = confusion_matrix_at_thresholds(
            drawn.y_true, drawn.y_score, pos_label=True, sample_weight=drawn.sample_weight
        )
    np.testing.assert_array_equal(counted.thresholds, [np.inf, *thresholds.astype(np.float64)])
    np.testing.assert_array_equal(counted.tp, [0, *tps])
    np.testing.assert_array_equal(counted.fp, [0, *fps])
    np.testing.assert_array_equal(counted.tp[-1] - counted.tp[1:].astype(np.float64), fns)
    np.testing.assert_array_equal(counted.fp[-1] - counted.fp[1:].astype(np.float64), tns)


@given(drawn=st.one_of(rows(both=False), extreme()), sizes=st.sampled_from(SIZES))
@settings(max_examples=200)
def test_counts_equal_scikit_learn(drawn: Rows, sizes: dict[str, int]) -> None:
    """Scores of every kind, also with one class only, in blocks of any size; -0.0 is 0.0."""
    with constants(module, **sizes, _run_all=on_one_core):
        counted = tally(drawn.y_true, drawn.y_score)
    assert_equals_scikit_learn(counted, drawn)
    assert counted.tp.dtype == counted.fp.dtype == np.uint32
    assert not np.signbit(counted.thresholds[counted.thresholds == 0]).any()


@given(drawn=st.one_of(rows(both=False, weight=EXACT_WEIGHT), rows(both=False, weight=ANY_WEIGHT)))
def test_weighted_counts_equal_scikit_learn(drawn: Rows) -> None:
    """Sums of weights are scikit-learn's, to the last bit; scores of rows of weight 0 are not thresholds."""
    counted = tally(drawn.y_true, drawn.y_score, drawn.sample_weight)
    assert_equals_scikit_learn(counted, drawn)
    assert counted.tp.dtype == counted.fp.dtype == np.float64


@given(drawn=st.one_of(rows(both=False), extreme(), rows(both=False, weight=EXACT_WEIGHT)))
def test_sorted_rows_need_no_sort(drawn: Rows) -> None:
    """Rows whose scores descend already are counted in their order."""
    score = drawn.y_score.astype(np.float64)
    order = np.argsort(-score, kind="stable")
    if drawn.sample_weight is not None:
        order = order[drawn.sample_weight[order] > 0]
    weight = None if drawn.sample_weight is None else drawn.sample_weight[order]
    assert_equals_scikit_learn(tally_descending(drawn.y_true[order], score[order], weight), drawn)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("low", [0.0, -1.0, -1e30, 0.25])
@pytest.mark.parametrize("decimals", [1, 3, 30])
def test_many_rows_equal_scikit_learn(dtype: str, low: float, decimals: int) -> None:
    """Over several blocks, with many ties, few and none."""
    random = np.random.default_rng(7)
    unit = random.random(300_001).round(decimals)
    y_score = (unit if low == 0 else low + unit * abs(low) * 3).astype(dtype)
    drawn = Rows(random.random(unit.size) < unit, y_score, None)
    assert_equals_scikit_learn(tally(drawn.y_true, drawn.y_score), drawn)
    weighted = drawn._replace(sample_weight=random.integers(0, 4, unit.size) / 2)
    assert_equals_scikit_learn(tally(weighted.y_true, weighted.y_score, weighted.sample_weight), weighted)


def test_the_input_is_not_changed() -> None:
    """Read-only and strided columns are accepted."""
    y_true, y_score = np.array([True, False, True, False]), np.array([0.9, 0.4, -0.0, 0.1])
    sample_weight = np.array([1.0, 2.0, 0.0, 1.0])
    before = [array.copy() for array in (y_true, y_score, sample_weight)]
    for array in (y_true, y_score, sample_weight):
        array.flags.writeable = False
    tally(y_true, y_score)
    tally(y_true, y_score, sample_weight)
    for array, copy in zip((y_true, y_score, sample_weight), before, strict=True):
        np.testing.assert_array_equal(array, copy)
    strided = tally(np.repeat(y_true, 3)[::3], np.repeat(y_score, 2)[::-2][::-1])
    np.testing.assert_array_equal(strided.tp, tally(y_true, y_score).tp)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "longdouble"])
@pytest.mark.parametrize("value", ["nan", "inf"])
@pytest.mark.parametrize("sample_weight", [None, np.ones(3), np.array([0.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0])])
def test_scores_must_be_finite(dtype: str, value: str, sample_weight: NDArray[np.float64] | None) -> None:
    """The first other one is named with its row, with and without weights, also in a row of weight 0."""
    y_score = np.array([0.5, 0.25, float(value)], dtype=dtype)
    with rejected(f"y_score must be finite, got {value} in row 2"):
        tally(np.array([True, False, True]), y_score, sample_weight)

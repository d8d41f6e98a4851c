"""Counting at every distinct score: both ways behind the door, beside scikit-learn's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix_at_thresholds

from f1tools.core import tally as module
from f1tools.core.errors import InvalidPredictions
from f1tools.core.tally import Tally, tally
from tests.strategies import ANY_WEIGHT, EDGES, EXACT_WEIGHT, Rows, rows

# As it is, and with all sizes so small that a few rows fill many stretches, blocks and tasks.
SIZES = [
    {},
    {"_MIN_ROWS": 1, "_BUCKETS": 4, "_DISTRIBUTED_TOGETHER": 5, "BLOCK": 3},
    {"_MIN_ROWS": 1, "_BUCKETS": 64, "_DISTRIBUTED_TOGETHER": 1, "BLOCK": 1},
    {"BLOCK": 2},
]


@contextmanager
def sizes(chosen: dict[str, int]) -> Iterator[None]:
    """Work in blocks of other sizes for a while, on one core: starting threads for ten rows takes too long."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in chosen.items():
            patch.setattr(module, name, value)
        patch.setattr(module, "_run_all", lambda function, tasks, _: [function(task) for task in tasks])
        yield


def assert_equals_scikit_learn(found: Tally, drawn: Rows) -> None:
    """Compare thresholds and counts with scikit-learn's, to the last bit; ours start with +inf and no row."""
    with np.errstate(over="ignore", invalid="ignore"):  # it adds and subtracts scores, we do not
        tns, fps, fns, tps, thresholds = confusion_matrix_at_thresholds(
            drawn.y_true, drawn.y_score, pos_label=True, sample_weight=drawn.sample_weight
        )
    np.testing.assert_array_equal(found.thresholds, [np.inf, *thresholds.astype(np.float64)])
    np.testing.assert_array_equal(found.tp, [0, *tps])
    np.testing.assert_array_equal(found.fp, [0, *fps])
    np.testing.assert_array_equal(found.tp[-1] - found.tp[1:].astype(np.float64), fns)
    np.testing.assert_array_equal(found.fp[-1] - found.fp[1:].astype(np.float64), tns)


@given(drawn=rows(both=False), chosen=st.sampled_from(SIZES))
@settings(deadline=None, max_examples=150)
def test_counts_equal_scikit_learn(drawn: Rows, chosen: dict[str, int]) -> None:
    """Scores of every kind, one class only included, in blocks of any size: the counts are scikit-learn's."""
    with sizes(chosen):
        found = tally(drawn.y_true, drawn.y_score)
    assert_equals_scikit_learn(found, drawn)
    assert found.tp.dtype == found.fp.dtype == np.uint32


@given(drawn=st.one_of(rows(both=False, weight=EXACT_WEIGHT), rows(both=False, weight=ANY_WEIGHT)))
@settings(deadline=None, max_examples=120)
def test_weighted_counts_equal_scikit_learn(drawn: Rows) -> None:
    """Sums of weights are scikit-learn's, to the last bit: rows of weight 0 leave no threshold behind."""
    found = tally(drawn.y_true, drawn.y_score, drawn.sample_weight)
    assert_equals_scikit_learn(found, drawn)
    assert found.tp.dtype == found.fp.dtype == np.float64


@given(drawn=rows(both=False))
@settings(deadline=None, max_examples=120)
def test_both_ways_in_agree(drawn: Rows) -> None:
    """Weights of 1 take the general way, no weights the packed one where it can be: the counts are the same."""
    packed_sort = tally(drawn.y_true, drawn.y_score)
    general = tally(drawn.y_true, drawn.y_score, np.ones(drawn.y_true.size))
    for one, other in zip(packed_sort[:3], general[:3], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(general.tp_squares, packed_sort.tp)  # 1 is its own square
    np.testing.assert_array_equal(general.fp_squares, packed_sort.fp)
    assert packed_sort.tp_squares is packed_sort.fp_squares is None


@given(
    y_score=st.lists(st.sampled_from(EDGES), min_size=1, max_size=60),
    label=st.lists(st.booleans(), min_size=60, max_size=60),
    chosen=st.sampled_from(SIZES),
)
@settings(deadline=None, max_examples=120)
def test_no_score_is_lost_where_doubles_end(y_score: list[float], label: list[bool], chosen: dict[str, int]) -> None:
    """Zeros of both signs, subnormals, the largest doubles and neighbours keep apart, and -0.0 is 0.0."""
    drawn = Rows(np.array(label[: len(y_score)]), np.array(y_score), None)
    with sizes(chosen):
        found = tally(drawn.y_true, drawn.y_score)
    assert_equals_scikit_learn(found, drawn)
    assert not np.signbit(found.thresholds[found.thresholds == 0]).any()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("low", [0.0, -1.0, -1e30, 0.25])
@pytest.mark.parametrize("decimals", [1, 3, 30])
def test_many_rows_equal_scikit_learn(dtype: str, low: float, decimals: int) -> None:
    """Over several blocks, with many ties, with few and with none."""
    random = np.random.default_rng(7)
    unit = random.random(300_001).round(decimals)
    y_score = (unit if low == 0 else low + unit * abs(low) * 3).astype(dtype)
    drawn = Rows(random.random(unit.size) < unit, y_score, None)
    assert_equals_scikit_learn(tally(drawn.y_true, drawn.y_score), drawn)
    weighted = drawn._replace(sample_weight=random.integers(0, 4, unit.size) / 2)
    assert_equals_scikit_learn(tally(weighted.y_true, weighted.y_score, weighted.sample_weight), weighted)


def test_the_rows_are_left_alone() -> None:
    """Counting does not write into what it is given, and takes read-only and strided columns."""
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
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("sample_weight", [None, np.ones(3), np.array([0.0, 1.0, 1.0])])
def test_scores_must_be_finite(dtype: str, value: str, sample_weight: NDArray[np.float64] | None) -> None:
    """A score that is no finite number is named with its row, weighted or not."""
    y_score = np.array([0.5, 0.25, float(value)], dtype=dtype)
    said = rf"^y_score must be finite, got {value} in row 2 \(1 such rows in all\)\. Drop or fill them\.$"
    with pytest.raises(InvalidPredictions, match=said):
        tally(np.array([True, False, True]), y_score, sample_weight)


def test_scores_of_rows_that_do_not_count_must_be_finite_too() -> None:
    """A missing score is refused in a row of weight 0 as well, as scikit-learn does."""
    rows_: tuple[Any, ...] = (np.array([True, False, True]), np.array([0.5, 0.25, np.nan]), np.array([1.0, 1.0, 0.0]))
    with pytest.raises(ValueError, match="contains NaN"):
        confusion_matrix_at_thresholds(rows_[0], rows_[1], sample_weight=rows_[2])
    with pytest.raises(InvalidPredictions, match="in row 2"):
        tally(*rows_)

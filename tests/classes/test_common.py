"""The best threshold for all labels, against scikit-learn at every score, with tables and rounds of all sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import fbeta_score

from f1tools.classes import Average, ClassCurves, common_threshold
from f1tools.classes import common as module
from tests.helpers import constants

AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")
SCORES = [-1e300, -7.5, -1e-200, -0.0, 0.0, 5e-324, 1e-9, 0.1, 0.1 + 1e-17, 0.25, 0.5, np.nextafter(0.5, 1), 3.0, 1e300]


@st.composite
def labelled(draw: st.DrawFn) -> ClassCurves:
    """Draw up to 12 rows with up to 3 labels, each of which some rows have and some have not, and tied scores."""
    n, k = draw(st.integers(2, 12)), draw(st.integers(2, 3))
    y_true = np.array(draw(st.lists(st.lists(st.booleans(), min_size=k, max_size=k), min_size=n, max_size=n)))
    y_true[0], y_true[1] = True, False
    scores = st.sampled_from(draw(st.lists(st.sampled_from(SCORES), min_size=1, max_size=8)))
    y_score = draw(st.lists(st.lists(scores, min_size=k, max_size=k), min_size=n, max_size=n))
    return ClassCurves.from_predictions(y_true.astype(int), np.array(y_score))


@given(
    curves=labelled(), average=st.sampled_from(AVERAGES), beta=st.sampled_from([0.5, 1.0]),
    edges=st.sampled_from([2, 4096]), sample=st.sampled_from([1, 1 << 20]), bits=st.sampled_from([2, 19]),
)  # fmt: skip
def test_best_of_all_scores(
    curves: ClassCurves, average: Average, beta: float, edges: int, sample: int, bits: int
) -> None:
    """No threshold for all labels is better, and of equally good ones it is the lowest."""
    with constants(module, _EDGES=edges, _SAMPLE=sample, _BUCKET_BITS=bits):
        found = common_threshold(curves, average, beta=beta)
    choices = np.append(np.unique(curves.y_score), np.inf)
    values = [
        fbeta_score(curves.y_true, curves.y_score >= each, beta=beta, average=average, zero_division=0)
        for each in choices
    ]
    assert found == choices[np.flatnonzero(np.array(values) >= max(values) - 1e-12)[0]]


def highest_by_counting(y_true: NDArray[np.bool_], y_score: NDArray[np.float64], average: Average) -> float:
    """Return the best of all scores, from numbers of scores above each."""
    scores = np.unique(y_score)
    values = np.zeros(scores.size)
    for positive, score in zip(y_true.T, y_score.T, strict=True):
        flagged = score.size - np.searchsorted(np.sort(score), scores)
        n_pos = np.count_nonzero(positive)
        tp = n_pos - np.searchsorted(np.sort(score[positive]), scores)
        values += (1 if average == "macro" else n_pos) * 2 * tp / (n_pos + flagged)
    return float(scores[np.argmax(values)])


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_many_rows(average: Average) -> None:
    """With more scores than are evaluated at first the result is the same, and progress only grows."""
    rng = np.random.default_rng(1)
    y_true = rng.random((5000, 3)) < [0.5, 0.1, 0.02]
    y_score = rng.normal(size=(5000, 3)) + y_true * [0.5, 1, 2]
    curves, shares = ClassCurves.from_predictions(y_true.astype(int), y_score), list[float]()
    assert common_threshold(curves, average, on_progress=shares.append) == highest_by_counting(y_true, y_score, average)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_scores_that_say_nothing() -> None:
    """Where nearly all thresholds are about as good the search still ends at the best one."""
    rng = np.random.default_rng(2)
    y_true, y_score = rng.random((4000, 2)) < 0.01, rng.random((4000, 2)) ** 9
    with constants(module, _EDGES=50, _SAMPLE=400):
        found = common_threshold(ClassCurves.from_predictions(y_true.astype(int), y_score))
    assert found == highest_by_counting(y_true, y_score, "macro")

"""Strategies of the tests: labels, scores and weights of every kind that occurs in files."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import tally
from f1tools.core.validation import as_scores

MOST_ROWS = 20

# Special doubles: zeros, subnormals, the ends of the normal range, neighbours of 1 and of 0.5.
EDGES = [
    *(0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, -2.2250738585072014e-308, 1e-310),
    *(0.5, 0.49999999999999994, 1.0, 0.9999999999999999, 1.0000000000000002, -1.0, 2.0, 1e16),
    *(1.7976931348623157e308, -1.7976931348623157e308, 1e300, -1e300, 1e-300),
]
BY_DTYPE = {
    "bool": st.booleans(),
    "uint8": st.integers(0, 255),
    "int64": st.integers(-(2**53), 2**53),
    "float16": st.floats(allow_nan=False, allow_infinity=False, width=16),
    "float32": st.floats(allow_nan=False, allow_infinity=False, width=32),
}
DOUBLES = {
    "few": st.integers(0, 4).map(lambda tenths: tenths / 10),
    "unit": st.floats(0.0, 1.0),
    "any": st.floats(allow_nan=False, allow_infinity=False),
    "edges": st.sampled_from(EDGES),
    "tiny": st.floats(-1e-300, 1e-300),
    "huge": st.one_of(st.floats(1e300, 1.7e308), st.floats(-1.7e308, -1e300)),
    "negative": st.floats(-50.0, -0.0),
    "margins": st.integers(-40, 40).map(lambda quarters: quarters / 4),
}
# Their sums are exact in any order, so weighted counts can be compared to the last bit.
EXACT_WEIGHT = st.one_of(st.just(0.0), st.integers(1, 64).map(lambda eighths: eighths / 8))
ANY_WEIGHT = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.sampled_from([0.1, 1 / 3, 1e-8]))


def curve_of(y_true: ArrayLike, y_score: ArrayLike, sample_weight: NDArray[np.float64] | None = None) -> ThresholdCurve:
    """Return the curve of some rows, which may all be of one class."""
    positive = np.asarray(y_true, dtype=np.bool_)
    return ThresholdCurve(*tally(positive, as_scores(y_score, positive.size), sample_weight))


class Rows(NamedTuple):
    """Labels, scores and optional weights."""

    y_true: NDArray[np.bool_]
    y_score: NDArray[Any]
    sample_weight: NDArray[np.float64] | None

    def curve(self) -> ThresholdCurve:
        """Return their threshold curve; a class may be missing, as in a part of the rows."""
        return curve_of(self.y_true, self.y_score, self.sample_weight)


@st.composite
def scores(draw: st.DrawFn, n: int) -> NDArray[Any]:
    """Draw n scores of one kind: doubles of a range, or another type of number."""
    kind = draw(st.sampled_from([*DOUBLES, *BY_DTYPE]))
    values = draw(st.lists(DOUBLES[kind] if kind in DOUBLES else BY_DTYPE[kind], min_size=n, max_size=n))
    pool = draw(st.integers(1, n))  # few distinct values where it is small: ties
    return np.array([values[i % pool] for i in range(n)], dtype=kind if kind in BY_DTYPE else None)


@st.composite
def truth(draw: st.DrawFn, n: int, *, both: bool) -> NDArray[np.bool_]:
    """Draw n labels, with both classes if required."""
    y_true = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    if both:
        y_true[:2] = draw(st.sampled_from([(True, False), (False, True)]))
    return y_true


@st.composite
def rows(
    draw: st.DrawFn,
    *,
    both: bool = True,
    weight: st.SearchStrategy[float] | None = None,
    most: int = MOST_ROWS,
) -> Rows:
    """Draw rows: unweighted, or with weights of which at least one in each class that occurs is above 0.

    Parameters
    ----------
    both : bool
        Whether both classes must occur.
    weight : strategy, optional
        Strategy of a single weight; without it, rows are not weighted.
    most : int
        The largest number of rows.
    """
    n = draw(st.integers(2 if both else 1, most))
    y_true, y_score = draw(truth(n, both=both)), draw(scores(n))
    if weight is None:
        return Rows(y_true, y_score, None)
    sample_weight = np.array(draw(st.lists(weight, min_size=n, max_size=n)))
    for side in (True, False):
        if not sample_weight[y_true == side].any():
            sample_weight[y_true == side] = 1.0
    return Rows(y_true, y_score, sample_weight)


def weighted_or_not(*, both: bool = True, most: int = MOST_ROWS) -> st.SearchStrategy[Rows]:
    """Draw rows without weights, or with weights whose sums are exact."""
    return st.one_of(rows(both=both, most=most), rows(both=both, weight=EXACT_WEIGHT, most=most))


class Labelled(NamedTuple):
    """Labels of some kind, the positive label to pass, and the expected result."""

    y_true: Any
    pos_label: Any
    positive: list[bool]


# The positive label and the others.
WORDS: dict[str, tuple[Any, list[Any]]] = {
    "one_two": (1, [2]),
    "words": ("yes", ["no"]),
    "many_words": ("sick", ["well", "", "unknown", "1"]),
    "objects": ("yes", [0, False, 2.5, "no"]),
}


@st.composite
def labels(draw: st.DrawFn) -> Labelled:
    """Draw labels of every kind: numbers of any type, booleans, words, mixed objects; arrays and lists."""
    positive = draw(st.lists(st.booleans(), min_size=1, max_size=MOST_ROWS).filter(any))
    kind = draw(st.sampled_from(["bool", "zero_one", "minus_one_one", "one_two", "words", "many_words", "objects"]))
    if kind in ("bool", "zero_one"):
        dtype = (
            "bool" if kind == "bool" else draw(st.sampled_from(["bool", "uint8", "int8", "int64", "f2", "f4", "f8"]))
        )
        pos_label = 1 if draw(st.booleans()) else None
        return Labelled(_as_drawn(draw, np.array(positive, dtype=dtype)), pos_label, positive)
    if kind == "minus_one_one":
        dtype = draw(st.sampled_from(["int8", "int64", "f4", "f8"]))
        return Labelled(_as_drawn(draw, np.where(positive, 1, -1).astype(dtype)), None, positive)
    positive = [*positive, True]
    names = WORDS[kind]
    values = [names[0] if hit else names[1][i % len(names[1])] for i, hit in enumerate(positive)]
    return Labelled(_as_drawn(draw, np.array(values, dtype="O" if kind == "objects" else None)), names[0], positive)


def _as_drawn(draw: st.DrawFn, array: NDArray[Any]) -> Any:
    form = draw(st.sampled_from(["array", "list", "column", "strided"]))
    if form == "list":
        return array.tolist()
    if form == "column":
        return array[:, np.newaxis]
    return np.repeat(array, 2)[::2] if form == "strided" else array


def binned(curve: ThresholdCurve, first: list[int]) -> ThresholdCurve:
    """Return a curve of the same rows, with bins that begin at some of its positions, from 1 on."""
    starts = np.unique([1, *(1 + each % (len(curve) - 1) for each in first)])
    ends = np.append(starts[1:] - 1, len(curve) - 1)
    positives, negatives, *squares = (
        None if column is None else np.diff(column[np.append(0, ends)])
        for column in (curve.tp, curve.fp, curve.tp_squares, curve.fp_squares)
    )
    assert positives is not None
    assert negatives is not None
    return curve_from_bins(
        curve.thresholds[ends], curve.thresholds[starts], positives, negatives,
        positive_squares=squares[0], negative_squares=squares[1],
    )  # fmt: skip

"""The checks at the door: what is a column, of scores, of weights, of amounts, of yes and no."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.counts import BoolArray, FloatArray
from f1tools.errors import InvalidPredictions

_EXACT_INTEGERS = 2**53  # from here on, doubles have no room for every integer


def column(values: ArrayLike, name: str) -> NDArray[Any]:
    """Give the values as one column, or say what shape they have instead."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InvalidPredictions(
            f"{name} must be one column, got rows of different lengths. Pass one value a row."
        ) from None
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise InvalidPredictions(
            f"{name} must be one column of values, got an array of shape {array.shape}. Pass a single column."
        )
    if array.size == 0:
        raise InvalidPredictions(f"{name} is empty. At least one row of each class is needed.")
    return array


def as_scores(y_score: ArrayLike, n: int, name: str = "y_score") -> NDArray[Any]:
    """Check that the scores are n numbers that a double holds.

    Raises
    ------
    InvalidPredictions
        When they are something else. Whether they are finite is another question: see :func:`finite`.
    """
    score = _numbers(y_score, n, name)
    if score.dtype.kind in "iu" and score.dtype.itemsize == 8 and _beyond(score, _EXACT_INTEGERS):
        raise InvalidPredictions(
            f"{_begin(name)} holds integers beyond {_EXACT_INTEGERS:,}, too large to tell apart. Scale the column."
        )
    if score.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # what leaves the range becomes inf, and is refused as that
            score = score.astype(np.float64)
    return score


def finite(y_score: NDArray[Any], name: str = "y_score") -> FloatArray:
    """Give the scores as doubles; every one must be finite.

    Raises
    ------
    InvalidPredictions
        Naming the first row whose score is not.
    """
    score = y_score.astype(np.float64, copy=False)
    usable = np.isfinite(score)
    if not usable.all():
        row = int(np.argmin(usable))
        raise InvalidPredictions(
            f"{_begin(name)} must be finite, got {score[row]} in row {row} "
            f"({np.count_nonzero(~usable):,} such rows in all). Drop or fill them."
        )
    return score


def as_weights(sample_weight: ArrayLike, n: int) -> FloatArray:
    """Check that the weights are n finite numbers with a finite sum, none below 0 and not all 0.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    weight = _numbers(sample_weight, n, "sample_weight").astype(np.float64, copy=False)
    usable = np.isfinite(weight) & (weight >= 0)
    if not usable.all():
        row = int(np.argmin(usable))
        raise InvalidPredictions(
            f"sample_weight must be finite and not negative, got {weight[row]} in row {row}. Mend or drop that row."
        )
    with np.errstate(over="ignore"):
        total = weight.sum()
    if not (np.isfinite(total) and total > 0):
        raise InvalidPredictions(
            f"sample_weight must have a finite sum above 0, got {total}. Scale or mend the column."
        )
    return weight


def as_amounts(amount: ArrayLike, n: int) -> FloatArray:
    """Check that the amounts are n finite numbers, none below 0.

    Raises
    ------
    InvalidPredictions
        Naming the first row that is not so.
    """
    values = finite(as_scores(amount, n, "amount"), "amount")
    if values.min() < 0:
        row = int(np.argmax(values < 0))
        raise InvalidPredictions(f"amount must not be negative, got {values[row]} in row {row}. Mend or drop that row.")
    return values


def as_flags(values: ArrayLike, n: int, name: str = "tunes") -> BoolArray:
    """Check that the values are n times True or False.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    flags = column(values, name)
    if flags.dtype.kind != "b":
        raise InvalidPredictions(f"{name} must hold True or False, got {flags.dtype}. Compare the column with a value.")
    if flags.size != n:
        raise InvalidPredictions(f"y_true has {n:,} rows and {name} has {flags.size:,}. Pass one a row.")
    return flags


def _numbers(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    array = column(values, name)
    if array.dtype.kind not in "biuf":
        listed = array.tolist()
        row = next((i for i, value in enumerate(listed) if not isinstance(value, int | float)), None)
        if row is None:  # numbers in a column of objects, as data frames often have them
            return _numbers(np.array(listed, dtype=np.float64), n, name)
        raise InvalidPredictions(
            f"{_begin(name)} must hold numbers, got {listed[row]!r} in row {row}. Convert or change the column."
        )
    if array.size != n:
        raise InvalidPredictions(
            f"y_true has {n:,} rows and {name} has {array.size:,}. They must describe the same rows in one order."
        )
    return array


def _beyond(integers: NDArray[Any], bound: int) -> bool:
    return int(integers.max()) > bound or int(integers.min()) < -bound


def _begin(name: str) -> str:
    """Begin a sentence with a name; that of an argument keeps its case."""
    return name[0].upper() + name[1:] if " " in name else name

"""Input validation: labels, scores, weights, amounts and masks become checked numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.errors import InvalidPredictions

BLOCK = 1 << 15  # rows a block: what is worked on together stays in the processor's cache
_EXACT_INTEGERS = 2**53  # from here on, doubles have no room for every integer


def as_column(values: ArrayLike, name: str) -> NDArray[Any]:
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
        When they are something else. Whether they are finite is another question: see :func:`require_finite`.
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


def require_finite(y_score: NDArray[Any], name: str = "y_score") -> FloatArray:
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
    values = require_finite(as_scores(amount, n, "amount"), "amount")
    if values.min() < 0:
        row = int(np.argmax(values < 0))
        raise InvalidPredictions(f"amount must not be negative, got {values[row]} in row {row}. Mend or drop that row.")
    return values


def as_mask(values: ArrayLike, n: int, name: str = "tuning") -> BoolArray:
    """Check that the values are n times True or False.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    flags = as_column(values, name)
    if flags.dtype.kind != "b":
        raise InvalidPredictions(f"{name} must hold True or False, got {flags.dtype}. Compare the column with a value.")
    if flags.size != n:
        raise InvalidPredictions(f"y_true has {n:,} rows and {name} has {flags.size:,}. Pass one a row.")
    return flags


def _numbers(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    array = as_column(values, name)
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


def binarize_labels(y_true: ArrayLike, pos_label: object = None) -> BoolArray:
    """Tell for each row whether its label is the positive one.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Labels: booleans, numbers or strings.
    pos_label : bool, number or str, optional
        The positive label; every other label is negative. May be left out for {0, 1}, {-1, 1} and booleans.

    Returns
    -------
    ndarray of bool of shape (n,)

    Raises
    ------
    InvalidPredictions
        When labels are missing, when the positive one is not among them or cannot be told.
    """
    labels = as_column(y_true, "y_true")
    if labels.dtype == np.bool_ and pos_label is None:
        return labels
    if labels.dtype.kind in "biuf" and pos_label is None:
        return _one_is_positive(labels)
    return _equal_to(labels, pos_label)


def class_names(labels: NDArray[Any], positive: BoolArray) -> tuple[str, str]:
    """Tell what the two classes are called, from the labels themselves."""
    names = {}
    for side, rows in (("positive", positive), ("negative", ~positive)):
        found = dict.fromkeys(labels[rows].tolist())
        names[side] = ", ".join(str(label) for label in list(found)[:3]) + (", ..." if len(found) > 3 else "")
    return names["positive"] or "1", names["negative"] or "0"


def _one_is_positive(labels: NDArray[Any]) -> BoolArray:
    positive = np.empty(labels.shape, dtype=np.bool_)
    zeros = minus_ones = 0
    for start in range(0, labels.size, BLOCK):
        block = labels[start : start + BLOCK]
        np.equal(block, 1, out=positive[start : start + BLOCK])
        zeros += int(np.count_nonzero(block == 0))
        minus_ones += int(np.count_nonzero(block == -1))
    negatives = labels.size - np.count_nonzero(positive)
    if negatives not in (zeros, minus_ones):
        _refuse_missing(labels)
        raise InvalidPredictions(
            f"y_true holds the labels {_seen(labels)}, and it is not plain which one is positive. Pass pos_label."
        )
    return positive


def _equal_to(labels: NDArray[Any], pos_label: object) -> BoolArray:
    _refuse_missing(labels)
    if pos_label is None:
        raise InvalidPredictions(
            f"y_true holds the labels {_seen(labels)}, and it is not plain which one is positive. Pass pos_label."
        )
    if labels.dtype.kind in "biuf" and isinstance(pos_label, (bool, int, float, np.generic)):
        positive = np.asarray(labels == pos_label)
    else:
        positive = np.fromiter((label == pos_label for label in labels.tolist()), np.bool_, labels.size)
    if not positive.any():
        raise InvalidPredictions(
            f"pos_label {pos_label!r} does not occur in y_true, which holds {_seen(labels)}. Pass one of these."
        )
    return positive


def _refuse_missing(labels: NDArray[Any]) -> None:
    if labels.dtype.kind in "biuU":
        return
    missing = [_is_missing(label) for label in labels.tolist()]
    if any(missing):
        raise InvalidPredictions(
            f"y_true has no label in row {missing.index(True)} ({sum(missing):,} such rows in all). "
            "Drop or fill these rows."
        )


def _is_missing(label: object) -> bool:
    # nan differs from itself, pandas' NA won't say, and None stands for a missing value in lists of strings.
    same = label == label  # noqa: PLR0124
    return label is None or not (isinstance(same, bool | np.bool_) and same)


def _seen(labels: NDArray[Any]) -> str:
    shown = [repr(label) for label in dict.fromkeys(labels.tolist())]
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5:,} more" if len(shown) > 5 else "")

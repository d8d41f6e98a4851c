"""Input validation: labels, scores, weights, amounts and masks become checked numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions

BLOCK = 1 << 15  # rows processed together: they fit the processor's cache
BOTH_CLASSES = "Both classes are needed: add rows of the other one."
LARGEST_EXACT_INTEGER = 2**53  # beyond it doubles cannot represent every integer


def as_column(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return the values as a one-dimensional array.

    Raises
    ------
    InvalidPredictions
        When they are not one column, empty, or masked in some rows.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise InvalidPredictions(
            f"{name} must be one column, got rows of different lengths. Pass one value per row."
        ) from None
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise InvalidPredictions(
            f"{name} must be one column of values, got an array of shape {array.shape}. Pass a single column."
        )
    if array.size == 0:
        raise InvalidPredictions(f"{name} is empty. At least one row of each class is needed.")
    if isinstance(values, np.ma.MaskedArray):
        _reject_missing(name, np.ma.getmaskarray(values).ravel())
    return array


def _reject_missing(name: str, missing: BoolArray) -> None:
    if missing.any():
        row, n = int(np.argmax(missing)), np.count_nonzero(missing)
        raise InvalidPredictions(
            f"{_capitalized(name)} has no value in row {row} ({n:,} such rows in all). Drop or fill these rows."
        )


def as_scores(y_score: ArrayLike, n: int, name: str = "y_score") -> NDArray[Any]:
    """Return the scores as a numeric array of n values that a double can represent.

    Raises
    ------
    InvalidPredictions
        When they are something else. Non-finite scores are accepted: see :func:`require_scores`.
    """
    score = _numbers(y_score, n, name)
    is_wide = score.dtype.kind in "iu" and score.dtype.itemsize == 8
    if is_wide and max(int(score.max()), -int(score.min())) > LARGEST_EXACT_INTEGER:
        raise too_large_integers(name)
    if score.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # values out of range become inf and are rejected as such
            score = score.astype(np.float64)
    return score


def too_large_integers(name: str) -> InvalidPredictions:
    """Return the error that a column holds integers which doubles cannot distinguish."""
    return InvalidPredictions(
        f"{_capitalized(name)} holds integers beyond {LARGEST_EXACT_INTEGER:,}, too large to distinguish. "
        "Scale the column."
    )


def require_scores(y_score: NDArray[Any], name: str = "y_score") -> FloatArray:
    """Return the scores as doubles, each finite, or -inf for a row without a score.

    Raises
    ------
    InvalidPredictions
        When a score is nan or +inf; the message names the first such row.
    """
    score = y_score.astype(np.float64, copy=False)
    valid = np.isfinite(score)
    if not valid.all():
        _reject(score, valid | (score == -np.inf), name, "Drop or fill them, or pass -inf for rows without a score.")
    return score


def require_finite(y_score: NDArray[Any], name: str = "y_score") -> FloatArray:
    """Return the scores as doubles, all of them finite.

    Raises
    ------
    InvalidPredictions
        When a score is not finite; the message names the first such row.
    """
    score = y_score.astype(np.float64, copy=False)
    _reject(score, np.isfinite(score), name, "Drop or fill them.")
    return score


def _reject(score: FloatArray, valid: BoolArray, name: str, action: str) -> None:
    if not valid.all():
        row = int(np.argmin(valid))
        raise InvalidPredictions(
            f"{_capitalized(name)} must be finite, got {score[row]} in row {row} "
            f"({np.count_nonzero(~valid):,} such rows in all). {action}"
        )


def as_weights(sample_weight: ArrayLike, n: int) -> FloatArray:
    """Return the weights as n finite, non-negative doubles with a finite, positive sum.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    weight = require_nonnegative(_numbers(sample_weight, n, "sample_weight"), "sample_weight")
    with np.errstate(over="ignore"):
        total = weight.sum()
    if not (np.isfinite(total) and total > 0):
        raise InvalidPredictions(
            f"sample_weight must have a finite sum above 0, got {total}. Scale or correct the column."
        )
    return weight


def as_amounts(amount: ArrayLike, n: int, name: str = "amount") -> FloatArray:
    """Return the amounts as n finite, non-negative doubles.

    Raises
    ------
    InvalidPredictions
        When they are something else; the message names the first such row.
    """
    return require_nonnegative(as_scores(amount, n, name), name)


def require_nonnegative(values: NDArray[Any], name: str) -> FloatArray:
    """Return the numbers as doubles, all of them finite and not negative.

    Raises
    ------
    InvalidPredictions
        When one is something else; the message names the first such row.
    """
    numbers: FloatArray = values.astype(np.float64, copy=False)
    valid = np.isfinite(numbers) & (numbers >= 0)
    if not valid.all():
        row = int(np.argmin(valid))
        raise InvalidPredictions(
            f"{name} must be finite and not negative, got {numbers[row]} in row {row}. Correct or drop that row."
        )
    return numbers


def as_mask(values: ArrayLike, n: int, name: str = "tuning") -> BoolArray:
    """Return the values as a boolean array of size n.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    mask = as_column(values, name)
    if mask.dtype.kind != "b":
        raise InvalidPredictions(f"{name} must hold True or False, got {mask.dtype}. Compare the column with a value.")
    if mask.size != n:
        raise InvalidPredictions(f"y_true has {n:,} rows and {name} has {mask.size:,}. Pass one value per row.")
    return mask


def _numbers(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    array = as_column(values, name)
    if array.dtype.kind not in "biuf":
        objects = array.tolist()
        _reject_missing(name, _missing(array, nan=False))
        row = next((i for i, value in enumerate(objects) if not isinstance(value, int | float)), None)
        if row is None:  # numbers in a column of objects, as in many data frames
            return _numbers(np.array(objects, dtype=np.float64), n, name)
        raise InvalidPredictions(
            f"{_capitalized(name)} must hold numbers, got {objects[row]!r} in row {row}. Convert or change the column."
        )
    if array.size != n:
        raise InvalidPredictions(
            f"y_true has {n:,} rows and {name} has {array.size:,}. They must describe the same rows in one order."
        )
    return array


def _capitalized(name: str) -> str:
    """Return a name for the start of a sentence; the name of an argument keeps its case."""
    return name[0].upper() + name[1:] if " " in name else name


def binarize_labels(y_true: ArrayLike, pos_label: object = None) -> BoolArray:
    """Return for each row whether its label is the positive one; at least one row is.

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
        When labels are missing, or when the positive one is not among them or ambiguous.
    """
    labels = as_column(y_true, "y_true")
    if labels.dtype.kind not in "biuf" or pos_label is not None:
        return _equals(labels, pos_label)
    positive = labels if labels.dtype == np.bool_ else _equals_one(labels)
    if not positive.any():
        raise only_one_class(labels.size, labels[0].item())
    return positive


def only_one_class(n: int, label: object) -> InvalidPredictions:
    """Return the error that all rows have one label."""
    return InvalidPredictions(f"All {n:,} rows have the label {label!r}. {BOTH_CLASSES}")


def require_weight(weight: FloatArray, rows: BoolArray, label: object) -> None:
    """Check that the rows of a class, whose label is given, do not all weigh 0.

    Raises
    ------
    InvalidPredictions
        When they do.
    """
    if not np.any(weight, where=rows):
        raise InvalidPredictions(
            f"sample_weight is 0 in all rows with the label {label!r}. Both classes need a positive weight."
        )


def class_names(labels: NDArray[Any], positive: BoolArray) -> tuple[str, str]:
    """Return the names of the positive and of the negative class, made of the labels that occur."""

    def name(rows: BoolArray) -> str:
        distinct = list(dict.fromkeys(labels[rows].tolist()))
        return ", ".join(map(str, distinct[:3])) + (", ..." if len(distinct) > 3 else "")

    return name(positive) or "1", name(~positive) or "0"


def _equals_one(labels: NDArray[Any]) -> BoolArray:
    positive: BoolArray = labels == 1
    n_negative = labels.size - np.count_nonzero(positive)
    if n_negative not in (np.count_nonzero(labels == 0), np.count_nonzero(labels == -1)):
        _reject_missing("y_true", _missing(labels))
        raise _ambiguous(labels)
    return positive


def _equals(labels: NDArray[Any], pos_label: object) -> BoolArray:
    _reject_missing("y_true", _missing(labels))
    if pos_label is None:
        raise _ambiguous(labels)
    if labels.dtype.kind in "biuf" and isinstance(pos_label, (bool, int, float, np.generic)):
        positive = np.asarray(labels == pos_label)
    else:
        positive = np.fromiter((label == pos_label for label in labels.tolist()), np.bool_, labels.size)
    if not positive.any():
        raise InvalidPredictions(
            f"pos_label {pos_label!r} does not occur in y_true, which holds {_listed(labels)}. Pass one of these."
        )
    return positive


def _ambiguous(labels: NDArray[Any]) -> InvalidPredictions:
    return InvalidPredictions(
        f"y_true holds the labels {_listed(labels)}, and it is not clear which one is positive. Pass pos_label."
    )


def _missing(values: NDArray[Any], *, nan: bool = True) -> BoolArray:
    """Return which values are missing: None, NA and, unless told otherwise, nan."""
    if values.dtype.kind in "biuU":
        return np.zeros(values.size, np.bool_)
    return np.array([_is_missing(value) and (nan or not isinstance(value, float)) for value in values.tolist()])


def _is_missing(label: object) -> bool:
    # nan does not equal itself, comparing pandas' NA gives NA, and None is a missing value in a list of strings.
    same = label == label  # noqa: PLR0124
    return label is None or not (isinstance(same, bool | np.bool_) and same)


def _listed(labels: NDArray[Any]) -> str:
    distinct = [repr(label) for label in dict.fromkeys(labels.tolist())]
    return ", ".join(distinct[:5]) + (f" and {len(distinct) - 5:,} more" if len(distinct) > 5 else "")

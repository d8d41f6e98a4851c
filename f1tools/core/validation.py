"""Input validation: labels, scores, weights, amounts and masks become checked numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions

BLOCK = 1 << 15  # rows processed together: they fit the processor's cache
_LARGEST_EXACT_INTEGER = 2**53  # beyond it doubles cannot represent every integer


def as_column(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return the values as a one-dimensional array.

    Raises
    ------
    InvalidPredictions
        When they are not one column, or empty.
    """
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
    """Return the scores as a numeric array of n values that a double can represent.

    Raises
    ------
    InvalidPredictions
        When they are something else. Non-finite scores are accepted: see :func:`require_finite`.
    """
    score = _numbers(y_score, n, name)
    is_wide = score.dtype.kind in "iu" and score.dtype.itemsize == 8
    if is_wide and max(int(score.max()), -int(score.min())) > _LARGEST_EXACT_INTEGER:
        raise InvalidPredictions(
            f"{_capitalized(name)} holds integers beyond {_LARGEST_EXACT_INTEGER:,}, too large to distinguish. "
            "Scale the column."
        )
    if score.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # values out of range become inf and are rejected as such
            score = score.astype(np.float64)
    return score


def require_finite(y_score: NDArray[Any], name: str = "y_score") -> FloatArray:
    """Return the scores as doubles, all of them finite.

    Raises
    ------
    InvalidPredictions
        When a score is not finite; the message names the first such row.
    """
    score = y_score.astype(np.float64, copy=False)
    finite = np.isfinite(score)
    if not finite.all():
        row = int(np.argmin(finite))
        raise InvalidPredictions(
            f"{_capitalized(name)} must be finite, got {score[row]} in row {row} "
            f"({np.count_nonzero(~finite):,} such rows in all). Drop or fill them."
        )
    return score


def as_weights(sample_weight: ArrayLike, n: int) -> FloatArray:
    """Return the weights as n finite, non-negative doubles with a finite, positive sum.

    Raises
    ------
    InvalidPredictions
        When they are something else.
    """
    weight = _require_nonnegative(_numbers(sample_weight, n, "sample_weight"), "sample_weight")
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
    return _require_nonnegative(as_scores(amount, n, name), name)


def _require_nonnegative(values: NDArray[Any], name: str) -> FloatArray:
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
        raise InvalidPredictions(f"y_true has {n:,} rows and {name} has {mask.size:,}. Pass one value a row.")
    return mask


def _numbers(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    array = as_column(values, name)
    if array.dtype.kind not in "biuf":
        objects = array.tolist()
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
    """Return for each row whether its label is the positive one.

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
    if labels.dtype == np.bool_ and pos_label is None:
        return labels
    if labels.dtype.kind in "biuf" and pos_label is None:
        return _equals_one(labels)
    return _equals(labels, pos_label)


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
        _reject_missing(labels)
        raise _ambiguous(labels)
    return positive


def _equals(labels: NDArray[Any], pos_label: object) -> BoolArray:
    _reject_missing(labels)
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


def _reject_missing(labels: NDArray[Any]) -> None:
    if labels.dtype.kind in "biuU":
        return
    missing = [_is_missing(label) for label in labels.tolist()]
    if any(missing):
        raise InvalidPredictions(
            f"y_true has no label in row {missing.index(True)} ({sum(missing):,} such rows in all). "
            "Drop or fill these rows."
        )


def _is_missing(label: object) -> bool:
    # nan does not equal itself, comparing pandas' NA gives NA, and None is a missing value in a list of strings.
    same = label == label  # noqa: PLR0124
    return label is None or not (isinstance(same, bool | np.bool_) and same)


def _listed(labels: NDArray[Any]) -> str:
    distinct = [repr(label) for label in dict.fromkeys(labels.tolist())]
    return ", ".join(distinct[:5]) + (f" and {len(distinct) - 5:,} more" if len(distinct) > 5 else "")


def cumulative_counts(
    thresholds: ArrayLike, tp: ArrayLike, fp: ArrayLike, tp_squares: ArrayLike | None, fp_squares: ArrayLike | None
) -> tuple[NDArray[Any], ...]:
    """Return thresholds in descending order from +inf with cumulative counts, as a curve holds them.

    Parameters
    ----------
    thresholds, tp, fp, tp_squares, fp_squares
        As for :meth:`f1tools.ThresholdCurve.from_counts`.

    Raises
    ------
    InvalidPredictions
        When the columns cannot be the counts of any rows.
    """
    at = as_column(thresholds, "thresholds")
    at = as_scores(at, at.size, "thresholds").astype(np.float64, copy=False)
    counts = {"tp": tp, "fp": fp, "tp_squares": tp_squares, "fp_squares": fp_squares}
    columns = {name: _counts(values, at.size, name) for name, values in counts.items() if values is not None}
    if np.isnan(at).any() or (at == -np.inf).any():
        raise InvalidPredictions("thresholds must be finite scores, or +inf. Drop the others.")
    order = np.argsort(-at, kind="stable")
    at = at[order] + 0.0  # -0.0 becomes 0.0
    repeated = np.flatnonzero(at[1:] == at[:-1])
    if repeated.size:
        raise InvalidPredictions(f"The threshold {at[repeated[0]]} occurs twice. Pass each distinct score once.")
    has_infinity = at[0] == np.inf
    at = at if has_infinity else np.append(np.inf, at)
    columns = {
        name: column[order] if has_infinity else np.append(np.zeros(1, column.dtype), column[order])
        for name, column in columns.items()
    }
    for name, column in columns.items():
        _require_rising(name, at, column)
    if len(columns) == 2 and all((column == np.floor(column)).all() for column in columns.values()):
        columns = {name: column.astype(np.int64) for name, column in columns.items()}
    elif len(columns) < 4:
        raise InvalidPredictions("tp and fp are sums of weights. Pass tp_squares and fp_squares as well.")
    changes = np.flatnonzero((np.diff(columns["tp"]) > 0) | (np.diff(columns["fp"]) > 0)) + 1
    if not changes.size:
        raise InvalidPredictions("tp and fp are 0 at every threshold. At least one row is needed.")
    used = np.append(0, changes)
    return at[used], *(column[used] for column in columns.values())


def _counts(values: ArrayLike, n: int, name: str) -> NDArray[Any]:
    column = as_column(values, name)
    if column.size != n:
        raise InvalidPredictions(f"There are {n:,} thresholds and {column.size:,} values of {name}. Pass one each.")
    return _require_nonnegative(as_scores(column, n, name), name)


def _require_rising(name: str, thresholds: FloatArray, column: NDArray[Any]) -> None:
    if column[0] != 0:
        raise InvalidPredictions(f"{name} must be 0 at +inf, where no row is counted, got {column[0]:g}.")
    falls = np.flatnonzero(column[1:] < column[:-1])
    if falls.size:
        first = int(falls[0])
        raise InvalidPredictions(
            f"{name} must not fall as the threshold falls: it is {column[first]:g} at {thresholds[first]:g} and "
            f"{column[first + 1]:g} at {thresholds[first + 1]:g}. Pass cumulative counts."
        )

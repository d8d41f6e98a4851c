"""From labels of any kind to "is this row positive?"."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.columns import column
from f1tools.counts import BoolArray
from f1tools.errors import InvalidPredictions

BLOCK = 1 << 15  # rows a block: what is worked on together stays in the processor's cache


def is_positive(y_true: ArrayLike, pos_label: object = None) -> BoolArray:
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
    labels = column(y_true, "y_true")
    if labels.dtype == np.bool_ and pos_label is None:
        return labels
    if labels.dtype.kind in "biuf" and pos_label is None:
        return _one_is_positive(labels)
    return _equal_to(labels, pos_label)


def label_names(labels: NDArray[Any], positive: BoolArray) -> tuple[str, str]:
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

"""Which classes are taken for which: counted where a row has one class, and as pairs of errors where it has labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.curves import ClassCurves
from f1tools.classes.decision import ClassRule
from f1tools.core.counts import FloatArray
from f1tools.core.types import OnProgress, ignore_progress

_BLOCK = 1 << 22  # cells that are decided at a time


class ConfusedPair(NamedTuple):
    """A class and the one that rows get instead of it.

    Attributes
    ----------
    true, decided : int
        Positions of the classes.
    n : float
        Number of such rows, or the sum of their weights.
    """

    true: int
    decided: int
    n: float


def class_confusion(curves: ClassCurves, rule: ClassRule, *, on_progress: OnProgress = ignore_progress) -> FloatArray:
    """Count which classes a rule takes for which.

    Parameters
    ----------
    curves : ClassCurves
    rule : ClassRule
    on_progress : callable
        Called with the share of rows that are counted.

    Returns
    -------
    ndarray of shape (k, k)
        Where a row has one class: the confusion matrix, with the true class in the row and the decided one in the
        column, as in scikit-learn. Where it has several labels: the number of rows that miss the label of the row and
        wrongly get the one of the column; 0 on the diagonal. Weighted rows count by their weights.

    Examples
    --------
    >>> from f1tools.classes.decision import decide_classes
    >>> curves = ClassCurves.from_predictions(["a", "a", "b"], [[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]])
    >>> class_confusion(curves, decide_classes(curves, rule="default").rule).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    n, k = curves.y_true.shape
    counts = np.zeros((k, k))
    size = max(1, _BLOCK // k)
    for start in range(0, n, size):
        rows = slice(start, start + size)
        weight = None if curves.sample_weight is None else curves.sample_weight[rows]
        counts += _confusion(curves.y_true[rows], rule.decide(curves.y_score[rows]), weight, curves.one_per_row)
        on_progress(min(start + size, n) / n)
    return counts


def _confusion(
    y_true: NDArray[np.bool_], decided: NDArray[np.bool_], weight: FloatArray | None, one_per_row: bool
) -> FloatArray:
    k = y_true.shape[1]
    if one_per_row:
        codes = np.argmax(y_true, axis=1) * k + np.argmax(decided, axis=1)
        return np.bincount(codes, weight, minlength=k * k).reshape(k, k).astype(np.float64)
    missed, wrong = y_true & ~decided, decided & ~y_true
    both = np.flatnonzero(missed.any(axis=1) & wrong.any(axis=1))
    # Single precision counts the rows of a block exactly, in half the time.
    kind: type[np.floating[Any]] = np.float32 if weight is None else np.float64
    of_missed: NDArray[np.floating[Any]] = missed[both].astype(kind)
    if weight is not None:
        of_missed *= weight[both, np.newaxis]
    return np.asarray(of_missed.T @ wrong[both].astype(kind), np.float64)


def confused_pairs(confusion: FloatArray, most: int) -> list[ConfusedPair]:
    """Return the pairs of different classes that are confused most often, the most frequent first.

    Parameters
    ----------
    confusion : ndarray of shape (k, k)
        From :func:`class_confusion`.
    most : int
        The largest number of pairs; pairs that are never confused are left out.

    Examples
    --------
    >>> confused_pairs(np.array([[9, 2, 0], [0, 7, 3], [1, 0, 8]]), 2)
    [ConfusedPair(true=1, decided=2, n=3.0), ConfusedPair(true=0, decided=1, n=2.0)]
    """
    errors = np.array(confusion, dtype=np.float64)
    np.fill_diagonal(errors, 0.0)
    order = np.argsort(-errors, axis=None, kind="stable")[:most]
    places = zip(*(each.tolist() for each in np.unravel_index(order, errors.shape)), strict=True)
    return [ConfusedPair(i, j, float(errors[i, j])) for i, j in places if errors[i, j] > 0]


def outcome_shares(rule: ClassRule) -> dict[str, FloatArray]:
    """Return how the rows that have a class, or get it, divide into caught, missed and false alarms.

    Parameters
    ----------
    rule : ClassRule

    Returns
    -------
    dict of str to ndarray of shape (k,)
        By "tp", "fn" and "fp"; they add up to 1, since every class has a row.
    """
    parts = {cell: np.asarray(getattr(rule.counts, cell), dtype=np.float64) for cell in ("tp", "fn", "fp")}
    total = parts["tp"] + parts["fn"] + parts["fp"]
    return {cell: part / total for cell, part in parts.items()}

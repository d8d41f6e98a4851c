"""The threshold curves of several labels: of each label, or of each class against all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import tally
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import as_column, as_weights, require_finite
from f1tools.predictions import Predictions

FEW_POSITIVES = 10
"""A threshold or offset tuned for a class with fewer rows would mostly fit noise."""


@dataclass(frozen=True, eq=False)
class ClassCurves:
    """Labels and scores of several classes; the threshold curve of a class is computed when it is asked for.

    Use :meth:`from_predictions`. A thousand curves of 100,000 rows would not fit into memory at once, so none is kept.

    Parameters
    ----------
    y_true : ndarray of bool of shape (n, k)
        Whether a row has each label. Every label has rows with and without it. Where each row has one class, classes
        may have none: rows can be decided to be of them, which is wrong, and they have no F-beta.
    y_score : ndarray of shape (n, k)
        Finite scores: higher means more likely.
    classes : tuple of str
        Names of the k labels or classes.
    one_per_row : bool
        Whether each row has exactly one class, so that the classes exclude each other.
    sample_weight, ids : ndarray of shape (n,) or None
        The weight of each row, and its identifier.
    """

    y_true: BoolArray
    y_score: FloatArray
    classes: tuple[str, ...]
    one_per_row: bool
    sample_weight: FloatArray | None = None
    ids: NDArray[Any] | None = None

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_score: ArrayLike,
        *,
        classes: Sequence[object] | None = None,
        sample_weight: ArrayLike | None = None,
        ids: ArrayLike | None = None,
    ) -> ClassCurves:
        """Check labels and scores.

        Parameters
        ----------
        y_true : array-like of shape (n,) or (n, k)
            The class of each row; or, for several labels a row, 1 where a row has a label and else 0.
        y_score : array-like of shape (n, k)
            A column a class.
        classes : sequence, optional
            The classes or labels that the columns stand for; by default the sorted classes of ``y_true``, as in
            scikit-learn, or 0 to k - 1.
        sample_weight, ids : array-like of shape (n,), optional

        Raises
        ------
        InvalidPredictions
            When shapes do not fit, values are invalid, or a label has no row, or no row is without it: rows of weight 0
            count for nothing. Where each row has one class, when fewer than two have rows.

        Examples
        --------
        >>> curves = ClassCurves.from_predictions(["cat", "dog", "cat"], [[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]])
        >>> curves.classes, curves.one_per_row, curves.curve("cat").thresholds.tolist()
        (('cat', 'dog'), True, [inf, 0.8, 0.4, 0.3])
        """
        score = np.asarray(y_score)
        if score.ndim != 2 or score.shape[1] < 2:
            raise InvalidPredictions(
                f"y_score must have a column for each of at least two classes, got the shape {score.shape}."
            )
        n, k = score.shape
        order: Literal["F", "C"] = "F" if score.flags.f_contiguous else "C"
        score = require_finite(score.ravel(order=order), "y_score").reshape(score.shape, order=order)
        labels = np.asarray(y_true)
        one_per_row = labels.ndim == 1
        if labels.shape[0] != n or (not one_per_row and labels.shape != (n, k)):
            raise InvalidPredictions(
                f"y_true has the shape {labels.shape} and y_score {score.shape}. Pass the same rows."
            )
        names, members = _classes_of(labels, k, classes) if one_per_row else _labels_of(labels, k, classes)
        weight = None if sample_weight is None else as_weights(sample_weight, n)
        _require_both(members, names, weight, one_per_row=one_per_row)
        keys = None if ids is None else as_column(ids, "ids")
        if keys is not None and keys.size != n:
            raise InvalidPredictions(f"y_score has {n:,} rows and ids has {keys.size:,}. Pass one each.")
        return cls(members, score, names, one_per_row, weight, keys)

    def __repr__(self) -> str:
        """Return the size, not the arrays."""
        return f"ClassCurves(n={len(self.y_true)}, classes={len(self.classes)}, one_per_row={self.one_per_row})"

    @property
    def supports(self) -> NDArray[np.int64]:
        """Number of rows of each class, whatever they weigh."""
        return np.asarray(np.count_nonzero(self.y_true, axis=0), dtype=np.int64)

    @property
    def has_rows(self) -> BoolArray:
        """Whether rows of each class weigh anything; shape (k,)."""
        return np.asarray(rows_that_weigh(self.y_true, self.sample_weight).any(axis=0))

    @property
    def with_rows(self) -> tuple[str, ...]:
        """The classes that some row has, so that each can be compared with the rest."""
        return tuple(name for name, has in zip(self.classes, self.has_rows.tolist(), strict=True) if has)

    @property
    def absent(self) -> tuple[str, ...]:
        """The classes that no row has; rows can be decided to be of them all the same."""
        return tuple(name for name, has in zip(self.classes, self.has_rows.tolist(), strict=True) if not has)

    @property
    def is_probability(self) -> bool:
        """Whether all scores lie in [0, 1]."""
        return bool(self.y_score.min() >= 0 and self.y_score.max() <= 1)

    def predictions(self, name: str, *, model: str = "score") -> Predictions:
        """Return the rows and scores of one class against all others.

        Parameters
        ----------
        name : str
        model : str
            What its scores are called.

        Raises
        ------
        KeyError
            For an unknown class.
        """
        column = self._column(name)
        return Predictions(
            np.ascontiguousarray(self.y_true[:, column]), {model: np.ascontiguousarray(self.y_score[:, column])},
            name, f"not {name}", self.sample_weight, ids=self.ids,
        )  # fmt: skip

    def curve(self, name: str) -> ThresholdCurve:
        """Return the threshold curve of one class against all others.

        Raises
        ------
        KeyError
            For an unknown class.
        """
        return self._curve(self._column(name))

    def each(self) -> Iterator[ThresholdCurve]:
        """Yield the curve of each class, in their order."""
        return (self._curve(column) for column in range(len(self.classes)))

    def _column(self, name: str) -> int:
        if name not in self.classes:
            raise KeyError(name)
        return self.classes.index(name)

    def _curve(self, column: int) -> ThresholdCurve:
        score = np.ascontiguousarray(self.y_score[:, column])
        return ThresholdCurve(*tally(np.ascontiguousarray(self.y_true[:, column]), score, self.sample_weight))


def _classes_of(labels: NDArray[Any], k: int, classes: Sequence[object] | None) -> tuple[tuple[str, ...], BoolArray]:
    known = np.unique(labels) if classes is None else np.asarray(classes)
    if known.size != k:
        raise InvalidPredictions(
            f"y_true has {known.size} classes and y_score {k} columns. Pass the classes of the columns as classes=."
        )
    members = labels[:, np.newaxis] == known
    unknown = np.flatnonzero(~members.any(axis=1))
    if unknown.size:
        raise InvalidPredictions(
            f"y_true has the class {labels[unknown[0]].item()!r} in row {unknown[0]}, and no column is for it. "
            "Name all classes."
        )
    return tuple(str(each) for each in known.tolist()), members


def _labels_of(labels: NDArray[Any], k: int, classes: Sequence[object] | None) -> tuple[tuple[str, ...], BoolArray]:
    other = np.flatnonzero(~np.isin(labels, (0, 1)).all(axis=1))
    if other.size:
        raise InvalidPredictions(
            f"y_true must hold 0 and 1 where a row has several labels, but row {other[0]} has others."
        )
    names = range(k) if classes is None else classes
    if len(names) != k:
        raise InvalidPredictions(f"There are {len(names)} names of labels and {k} columns. Pass one each.")
    return tuple(map(str, names)), labels.astype(np.bool_)


def rows_that_weigh(members: BoolArray, sample_weight: FloatArray | None) -> BoolArray:
    """Return the rows of a matrix whose weight is not 0; the matrix itself where all weigh something."""
    return members if sample_weight is None or sample_weight.all() else members[sample_weight > 0]


def _require_both(members: BoolArray, names: tuple[str, ...], weight: FloatArray | None, *, one_per_row: bool) -> None:
    if len(set(names)) < len(names):
        raise InvalidPredictions("Two classes have the same name. Give each its own.")
    weighing = rows_that_weigh(members, weight)
    n_with, rows = np.count_nonzero(weighing, axis=0), "row" if len(weighing) == len(members) else "row with a weight"
    if one_per_row:
        if np.count_nonzero(n_with) < 2:
            found = ", ".join(repr(names[column]) for column in np.flatnonzero(n_with))
            raise InvalidPredictions(f"Every {rows} is of the class {found}. Provide rows of at least two classes.")
        return
    for column in np.flatnonzero((n_with == 0) | (n_with == len(weighing)))[:1]:
        which = "No" if n_with[column] == 0 else "Every"
        raise InvalidPredictions(
            f"{which} {rows} has the label {names[column]!r}, so it has no threshold. Leave it out."
        )

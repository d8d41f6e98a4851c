"""Predictions over repeated splits: the same rows, split anew in every repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import as_column, as_scores, binarize_labels, class_names, require_scores
from f1tools.formatting import single_line
from f1tools.predictions import Predictions

PARTS = ("train", "tune", "test")
"""The parts of a repeat by their codes: rows scored by the model that was trained on them, rows that a threshold is
chosen on, and rows that it is evaluated on."""

TRAIN, TUNE, TEST = range(3)


class Split(NamedTuple):
    """The rows of one repeat, by part."""

    train: Predictions | None
    tune: Predictions
    test: Predictions


@dataclass(frozen=True, eq=False)
class RepeatedPredictions:
    """The predictions of one or several models that are trained and evaluated anew on each of several splits.

    Use :meth:`from_arrays`, or :func:`f1tools.read_repeated` for a file.

    Parameters
    ----------
    y_true : ndarray of bool of shape (n,)
        Whether a row is positive. A row of the table appears once for each repeat and part that it belongs to.
    scores : mapping from model name to ndarray of shape (n,)
        Float64 scores; higher means more likely positive. Finite, or -inf for a row without a score.
    repeat : ndarray of int of shape (n,)
        The repeat of each row, from 0 to J - 1.
    part : ndarray of int of shape (n,)
        The part of each row: :data:`TRAIN`, :data:`TUNE` or :data:`TEST`. Every repeat has tuning rows and test rows
        of both classes; either all repeats have train rows or none has.
    pos_label, neg_label : str
        The labels of the two classes.
    repeat_names : tuple of str, optional
        The names of the J repeats: "1" to "J" by default.
    """

    y_true: BoolArray
    scores: Mapping[str, FloatArray]
    repeat: NDArray[np.intp]
    part: NDArray[np.int8]
    pos_label: str = "1"
    neg_label: str = "0"
    repeat_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = self.y_true.size
        if not self.scores:
            raise InvalidPredictions("There is no score column. Name at least one.")
        for name, score in self.scores.items():
            require_scores(as_scores(score, n, f"the score {name!r}"), f"the score {name!r}")
        for name, codes in (("repeat", self.repeat), ("part", self.part)):
            if codes.size != n:
                raise InvalidPredictions(
                    f"y_true has {n:,} rows and {name} has {codes.size:,}. Pass one value for each row."
                )
        if not self.repeat_names:
            names = tuple(str(number) for number in range(1, int(self.repeat.max()) + 2))
            object.__setattr__(self, "repeat_names", names)
        for name, codes, end in (("repeat", self.repeat, self.n_repeats), ("part", self.part, len(PARTS))):
            if codes.dtype.kind not in "iu" or not 0 <= codes.min() <= codes.max() < end:
                raise InvalidPredictions(f"{name} must hold integer codes from 0 to {end - 1}. See from_arrays.")
        self._check_parts()

    def _check_parts(self) -> None:
        """Check that a threshold can be chosen and evaluated in every repeat."""
        for j, part, positive in np.argwhere(self._counts == 0).tolist():
            subject = f"The repeat {single_line(self.repeat_names[j])!r}"
            if part == TRAIN and not self.has_train:
                continue
            if part == TRAIN and not self._counts[j, TRAIN].any():
                raise InvalidPredictions(
                    f"{subject} has no train rows, but others have. Provide them for every repeat or for none."
                )
            raise InvalidPredictions(
                f"{subject} has no {PARTS[part]} row with the label "
                f"{(self.neg_label, self.pos_label)[positive]!r}. Every part of every repeat needs both classes: add "
                "such rows, or leave this repeat out."
            )
        for name, score in self.scores.items():
            scored = self._count(score != -np.inf) if score.min() == -np.inf else self._counts
            for j, part, positive in np.argwhere((scored == 0) & (self._counts > 0))[:1].tolist():
                raise InvalidPredictions(
                    f"The repeat {single_line(self.repeat_names[j])!r} has no {PARTS[part]} row with the label "
                    f"{(self.neg_label, self.pos_label)[positive]!r} and a score of {name!r}. Leave this repeat out."
                )

    @classmethod
    def from_arrays(
        cls,
        y_true: ArrayLike,
        y_score: Mapping[str, ArrayLike],
        repeat: ArrayLike,
        part: ArrayLike,
        *,
        pos_label: object = None,
    ) -> RepeatedPredictions:
        """Construct from arrays, lists or columns.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Labels.
        y_score : mapping from model name to array-like of shape (n,)
        repeat : array-like of shape (n,)
            The name of each row's repeat: numbers or strings. Repeats are ordered by first appearance.
        part : array-like of str of shape (n,)
            "train", "tune" or "test".
        pos_label : bool, number or str, optional
            Optional for {0, 1}, {-1, 1} and booleans.

        Raises
        ------
        InvalidPredictions
            If the arrays are invalid; the message names the problem, its place and the remedy.

        Examples
        --------
        >>> repeated = RepeatedPredictions.from_arrays(
        ...     [1, 0, 1, 0, 1, 0, 1, 0],
        ...     {"score": [0.9, 0.2, 0.4, 0.6, 0.3, 0.1, 0.8, 0.7]},
        ...     repeat=[1, 1, 1, 1, 2, 2, 2, 2],
        ...     part=["tune", "tune", "test", "test"] * 2,
        ... )
        >>> repeated.n_repeats, repeated.models, repeated.has_train
        (2, ('score',), False)
        >>> repeated.split(1).test.scores["score"]
        array([0.8, 0.7])
        """
        positive = binarize_labels(y_true, pos_label)
        positive_name, negative_name = class_names(np.asarray(y_true).ravel(), positive)
        names: dict[Any, int] = {}
        repeats = [names.setdefault(name, len(names)) for name in as_column(repeat, "repeat").tolist()]
        return cls(
            y_true=positive,
            scores={
                str(name): as_scores(score, positive.size, f"the score {name!r}").astype(np.float64, copy=False)
                for name, score in y_score.items()
            },
            repeat=np.array(repeats, dtype=np.intp),
            part=_part_codes(as_column(part, "part").tolist()),
            pos_label=positive_name,
            neg_label=negative_name,
            repeat_names=tuple(str(name) for name in names),
        )

    @property
    def n_repeats(self) -> int:
        """Number of repeats, J."""
        return len(self.repeat_names)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the scores."""
        return tuple(self.scores)

    @property
    def has_train(self) -> bool:
        """Whether there are rows scored by the model that was trained on them."""
        return bool(self._counts[:, TRAIN].any())

    def n_rows(self, part: int) -> FloatArray:
        """Return the number of rows of a part in each repeat."""
        return np.asarray(self._counts[:, part].sum(axis=1), dtype=np.float64)

    def n_pos(self, part: int) -> FloatArray:
        """Return the number of positive rows of a part in each repeat."""
        return np.asarray(self._counts[:, part, 1], dtype=np.float64)

    def split(self, j: int) -> Split:
        """Return one repeat, from 0 to J - 1."""
        return Split(self._rows(j, TRAIN) if self.has_train else None, self._rows(j, TUNE), self._rows(j, TEST))

    def _rows(self, j: int, part: int) -> Predictions:
        order, starts = self._order
        rows = order[starts[3 * j + part] : starts[3 * j + part + 1]]
        scores = {name: score[rows] for name, score in self.scores.items()}
        return Predictions(self.y_true[rows], scores, self.pos_label, self.neg_label)

    @cached_property
    def _counts(self) -> NDArray[np.intp]:
        """Number of rows by repeat, part and class."""
        return self._count(slice(None))

    def _count(self, rows: slice | BoolArray) -> NDArray[np.intp]:
        cell = (self.repeat[rows].astype(np.intp) * 3 + self.part[rows]) * 2 + self.y_true[rows]
        return np.bincount(cell, minlength=self.n_repeats * 6).reshape(self.n_repeats, 3, 2)

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row indices sorted by repeat and part, stably, and the start of each part among them."""
        order = np.argsort(self.repeat.astype(np.intp) * 3 + self.part, kind="stable")
        return order, np.concatenate([[0], np.cumsum(self._counts.sum(axis=2).ravel())])


def _part_codes(parts: list[Any]) -> NDArray[np.int8]:
    codes = {name: code for code, name in enumerate(PARTS)}
    row = next((row for row, name in enumerate(parts) if name not in codes), None)
    if row is not None:
        raise InvalidPredictions(
            f"part must hold 'train', 'tune' or 'test', got {parts[row]!r} in row {row}. Rename the parts."
        )
    return np.array([codes[name] for name in parts], dtype=np.int8)

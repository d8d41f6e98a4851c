"""The inputs of an experiment: a task, which is a table with known classes, and the settings of the protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions

MIN_CLASS_ROWS = 20
"""Rows that each class needs: with fewer, the splits leave too little to train and evaluate on."""

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "repeats": (1, 1000),
    "test_size": (0.1, 0.9),
    "folds": (2, 20),
    "seed": (0, 2**32 - 1),
    "decimals": (1, 12),
    "positive_cost": (1e-6, 10**6),
    "beta": (0.001, 1000),
    "cross_entropy_first": (0, 1),
    "dropout": (0, 0.99),
    "weight_decay": (0, 1000),
    "n_updates": (1, 10**6),
    "batch_size": (2, 10**6),
    "learning_rate": (0, 10),
    "hidden": (1, 10_000),
}


def check_ranges(parameters: Mapping[str, Any]) -> None:
    """Check that settings and network parameters, by name, are in their ranges; other names are ignored.

    Raises
    ------
    InvalidPredictions
        For a value outside of its range.
    """
    for name, (low, high) in _BOUNDS.items():
        value = parameters.get(name, low)
        for number in value if isinstance(value, tuple | list) else (value,):
            is_valid = not isinstance(number, str) and low <= number <= high
            if not is_valid and (name, number) != ("positive_cost", "balanced"):
                kind = "balanced or " if name == "positive_cost" else ""
                raise InvalidPredictions(
                    f"{name} must be {kind}from {low:,} to {high:,}, got {number}. Choose another one."
                )


@dataclass(frozen=True)
class Settings:
    """The settings of the protocol.

    Parameters
    ----------
    repeats : int
        Number of splits into training and test rows.
    test_size : float
        Share of the test rows, from 0.1 to 0.9.
    folds : int
        Number of inner folds, at least 2: each training row is scored by a model of the other folds, and these
        out-of-fold scores choose the threshold.
    seed : int
        Determines all randomness.
    in_sample : bool
        Whether to write the training rows again with the scores of the model that was trained on them.
    decimals : int
        Decimals of the scores, from 1 to 12.
    positive_cost : float or "balanced"
        Cost of a missed positive relative to a false alarm, for the cost-sensitive strategies; "balanced" is the ratio
        of negatives to positives.
    network : mapping
        Parameters of the network that differ from its defaults.

    Raises
    ------
    InvalidPredictions
        For a value outside of its range.
    """

    repeats: int = 20
    test_size: float = 0.3
    folds: int = 5
    seed: int = 0
    in_sample: bool = True
    decimals: int = 6
    positive_cost: float | str = "balanced"
    network: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ranges({**vars(self), **self.network})


@dataclass(frozen=True, eq=False)
class Task:
    """A table of features with known classes.

    Parameters
    ----------
    X : ndarray of shape (n, n_features)
        Finite numbers or NaN; categories are encoded as integers from 0.
    y : ndarray of bool of shape (n,)
        Whether a row is positive. Each class needs at least :data:`MIN_CLASS_ROWS` rows.
    n_levels : tuple of int of length n_features, optional
        The number of levels of each categorical feature, 0 for numeric features. All are numeric by default.
    ids : tuple of str of length n, optional
        Unique row identifiers; the numbers from 1 by default.
    groups : ndarray of shape (n,), optional
        The group of each row; the rows of a group stay on one side of every split.
    pos_label, neg_label : str
        The labels of the two classes.
    title : str
        The name of the data.
    image_shape : (int, int), optional
        Height and width, if the features are the pixels of an image, row by row.
    file_sha256 : str
        Hash of the source file; "" if there is none.
    notes : tuple of str
        Sentences about what was left out or imputed when the table was read.

    Raises
    ------
    InvalidPredictions
        If no classifier can be trained on the table.
    """

    X: FloatArray
    y: BoolArray
    n_levels: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    groups: NDArray[np.intp] | None = None
    pos_label: str = "1"
    neg_label: str = "0"
    title: str = "the data"
    image_shape: tuple[int, int] | None = None
    file_sha256: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, n_features = self.X.shape
        if not n_features:
            raise InvalidPredictions(f"{self.title} has no feature columns. Add features beside the target.")
        object.__setattr__(self, "n_levels", self.n_levels or (0,) * n_features)
        object.__setattr__(self, "ids", self.ids or tuple(map(str, range(1, n + 1))))
        for label, rows in ((self.pos_label, self.n_pos), (self.neg_label, n - self.n_pos)):
            if rows < MIN_CLASS_ROWS:
                raise InvalidPredictions(
                    f"{formatting.count(rows)} rows have the class {formatting.truncate(label)}, and the lab needs "
                    f"{MIN_CLASS_ROWS} of each class for repeated splits. Add rows of this class."
                )
        if self.image_shape is None:
            return
        height, width = self.image_shape
        if height * width != n_features:
            raise InvalidPredictions(
                f"An image of {height} x {width} has {formatting.count(height * width)} pixels, and there are "
                f"{formatting.count(n_features)} features. Correct the shape, or ignore other columns."
            )
        if any(self.n_levels):
            raise InvalidPredictions("The pixels of images must be numbers, got categories. Ignore these columns.")

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.y.size

    @property
    def n_pos(self) -> int:
        """Number of positive rows."""
        return int(np.count_nonzero(self.y))

    def digest(self) -> str:
        """Return the SHA-256 of everything that affects training and output: features, classes, groups, names.

        Examples
        --------
        >>> task = Task(np.eye(40), np.arange(40) < 20)
        >>> task.digest() == Task(np.eye(40), np.arange(40) < 20, title="another title").digest()
        True
        """
        sha256 = hashlib.sha256(repr((self.X.shape, self.n_levels, self.image_shape)).encode())
        sha256.update(repr((self.pos_label, self.neg_label, self.ids)).encode())
        sha256.update(canonical(self.X).astype("<f8").tobytes())
        sha256.update(self.y.tobytes())
        sha256.update(b"" if self.groups is None else self.groups.astype("<i8").tobytes())
        return sha256.hexdigest()


def canonical(features: FloatArray) -> FloatArray:
    """Return the features with equal bytes for equal numbers: one zero and one NaN."""
    return np.where(np.isnan(features), np.nan, features + 0.0)

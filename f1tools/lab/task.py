"""What the lab learns: rows with features, some of them positive; and how features become the input of a network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.errors import InvalidPredictions

FEWEST = 20
"""Rows that each class needs: with fewer, splits leave nothing to learn from, or nothing to tell from."""


_LARGEST = 1e30  # a row that lies so far from those that train leaves what float32 holds


@dataclass(frozen=True, eq=False)
class Task:
    """Rows to learn from, whose class is known.

    Parameters
    ----------
    X : ndarray of shape (n, n_features)
        Finite numbers, or NaN where there is none; of a category the place of its level, from 0.
    y : ndarray of bool of shape (n,)
        Whether a row is positive. Each class has at least 20 rows.
    levels : tuple of int of length n_features, optional
        How many levels a category has; 0 for a number. All are numbers if left out.
    ids : tuple of str of length n, optional
        What the rows are called, all differently; numbers from 1 if left out.
    groups : ndarray of shape (n,), optional
        What rows belong to: those of one group stay on one side of every split.
    pos_label, neg_label : str
        What the two classes are called.
    title : str
        What the data are called.
    image_shape : (int, int), optional
        Height and width where the features are the pixels of an image, row by row.
    sha256 : str
        That of the file they come from; "" where they don't.
    notes : tuple of str
        What was left out or filled in when they were read, a sentence each.

    Raises
    ------
    InvalidPredictions
        When nothing can be learned from them.
    """

    X: FloatArray
    y: BoolArray
    levels: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    groups: NDArray[np.intp] | None = None
    pos_label: str = "1"
    neg_label: str = "0"
    title: str = "the data"
    image_shape: tuple[int, int] | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, width = self.X.shape
        if not width:
            raise InvalidPredictions(f"{self.title} has no column to learn from. Bring features beside the target.")
        object.__setattr__(self, "levels", self.levels or (0,) * width)
        object.__setattr__(self, "ids", self.ids or tuple(map(str, range(1, n + 1))))
        for label, rows in ((self.pos_label, self.n_pos), (self.neg_label, n - self.n_pos)):
            if rows < FEWEST:
                raise InvalidPredictions(
                    f"{formatting.count(rows)} rows are {formatting.truncate(label)}, and the lab needs "
                    f"{FEWEST} of each class "
                    "to split them again and again. Bring more of them."
                )
        if self.image_shape is not None and self.image_shape[0] * self.image_shape[1] != width:
            height, across = self.image_shape
            raise InvalidPredictions(
                f"An image of {height} x {across} has {formatting.count(height * across)} pixels, and there are "
                f"{formatting.count(width)} features. Name the shape that fits, or leave other columns out."
            )
        if self.image_shape is not None and any(self.levels):
            raise InvalidPredictions("The pixels of images must be numbers, got categories. Leave these columns out.")

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.y.size

    @property
    def n_pos(self) -> int:
        """Number of positive rows."""
        return int(np.count_nonzero(self.y))

    def digest(self) -> str:
        """Give the SHA-256 of all that training and the output rest on: features, classes, groups, names.

        Examples
        --------
        >>> task = Task(np.eye(40), np.arange(40) < 20)
        >>> task.digest() == Task(np.eye(40), np.arange(40) < 20, title="another title").digest()
        True
        """
        seen = hashlib.sha256(repr((self.X.shape, self.levels, self.image_shape)).encode())
        seen.update(repr((self.pos_label, self.neg_label, self.ids)).encode())
        seen.update(canonical(self.X).astype("<f8").tobytes())
        seen.update(self.y.tobytes())
        seen.update(b"" if self.groups is None else self.groups.astype("<i8").tobytes())
        return seen.hexdigest()


def canonical(features: FloatArray) -> FloatArray:
    """Give equal numbers equal bytes: there is one zero, and one NaN."""
    return np.where(np.isnan(features), np.nan, features + 0.0)


def preprocessor(task: Task) -> Pipeline:
    """Give what turns features into a network's input, to be fitted on training rows only.

    Missing numbers become the median and all are standardised: each on its own, or pixels together. A category becomes
    a column for each of its levels in the whole table, so that the width does not depend on the rows it is fitted on.

    Examples
    --------
    >>> task = Task(np.tile([[1.0, 0.0], [np.nan, 1.0], [3.0, 1.0]], (20, 1)), np.arange(60) % 3 == 0, levels=(0, 2))
    >>> preprocessor(task).fit_transform(task.X)[:3].round(2)
    array([[-1.22,  1.  ,  0.  ],
           [ 0.  ,  0.  ,  1.  ],
           [ 1.22,  0.  ,  1.  ]], dtype=float32)
    """
    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    numbers = make_pipeline(filled, StandardScaler() if task.image_shape is None else PixelScaler())
    coded = OneHotEncoder(categories=[np.arange(k) for k in task.levels if k], sparse_output=False)
    columns = ColumnTransformer(
        [
            ("numbers", numbers, [at for at, k in enumerate(task.levels) if not k]),
            ("levels", coded, [at for at, k in enumerate(task.levels) if k]),
        ]
    )
    return make_pipeline(columns, FunctionTransformer(_float32))


def _float32(features: FloatArray) -> NDArray[np.float32]:
    return np.clip(features, -_LARGEST, _LARGEST).astype(np.float32)


class PixelScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Standardise all columns by one mean and one standard deviation, so that neighbouring pixels stay comparable.

    Examples
    --------
    >>> PixelScaler().fit_transform(np.array([[0.0, 2.0], [2.0, 0.0]])).tolist()
    [[-1.0, 1.0], [1.0, -1.0]]
    """

    def fit(self, X: FloatArray, y: Any = None) -> PixelScaler:  # noqa: N803 (scikit-learn's names)
        """Take mean and standard deviation."""
        self.mean_ = float(X.mean())
        self.scale_ = float(X.std()) or 1.0
        return self

    def transform(self, X: FloatArray) -> FloatArray:  # noqa: N803
        """Standardise."""
        return np.asarray((X - self.mean_) / self.scale_)

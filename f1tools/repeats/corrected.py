"""Intervals of a mean over splits that overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray


@dataclass(frozen=True)
class CorrectedInterval:
    """The mean over the splits, and its confidence interval.

    Parameters
    ----------
    mean : float
        nan where no split has a value.
    low, high : float
        nan where fewer than two splits have a value: nothing tells how much they vary then.
    confidence_level : float
    """

    mean: float
    low: float
    high: float
    confidence_level: float

    @property
    def holds_zero(self) -> bool:
        """Whether 0 is not ruled out; an interval whose ends are unknown rules nothing out."""
        return not (self.low > 0 or self.high < 0)

    @property
    def half_width(self) -> float:
        """How far it reaches to either side."""
        return (self.high - self.low) / 2


def corrected_interval(
    values: ArrayLike, *, n_train: float, n_test: float, confidence_level: float = 0.95
) -> CorrectedInterval:
    """Give the interval of a mean over random splits of the same rows.

    The training rows of two splits are mostly the same, so their results are no independent draws, and the usual
    interval of a mean is far too narrow. Nadeau and Bengio's correction puts ``1 / J + n_test / n_train`` in the place
    of ``1 / J``::

        mean ± t · sqrt((1 / J + n_test / n_train) · s²)

    with s² the variance (by J - 1) of the J values and t Student's quantile with J - 1 degrees of freedom. However
    many splits there are, it does not shrink to nothing: more splits of the same rows are no more rows.

    Parameters
    ----------
    values : array-like of shape (J,)
        One a split, such as the difference of two strategies there; nan is left out.
    n_train, n_test : float
        Rows of a split that are learned from, and rows that test.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    CorrectedInterval
        A point where all values are the same, as when two strategies decide alike in every split.

    Raises
    ------
    ValueError
        When the confidence level is not between 0 and 1, or a number of rows is not above 0.

    References
    ----------
    Nadeau and Bengio, *Inference for the generalization error*, Machine Learning 52, 2003.

    Examples
    --------
    >>> found = corrected_interval([0.02, 0.05, 0.03, 0.04], n_train=70, n_test=30)
    >>> round(found.mean, 4), round(found.low, 4), round(found.high, 4), found.holds_zero
    (0.035, 0.0012, 0.0688, False)
    """
    if not 0 < confidence_level < 1:
        raise ValueError(f"confidence_level must be between 0 and 1, got {confidence_level}.")
    if not (n_train > 0 and n_test > 0):
        raise ValueError(f"n_train and n_test must be above 0, got {n_train} and {n_test}.")
    array = np.asarray(values, dtype=np.float64)
    known = array[~np.isnan(array)]
    mean = mean_known(known).item() if known.size else math.nan
    if known.size < 2:
        return CorrectedInterval(mean, math.nan, math.nan, confidence_level)
    variance = float(((known - mean) ** 2).sum()) / (known.size - 1)
    share = 1 / known.size + n_test / n_train
    reach = student_quantile(confidence_level, known.size - 1) * math.sqrt(share * variance)
    return CorrectedInterval(mean, mean - reach, mean + reach, confidence_level)


def mean_known(values: FloatArray) -> FloatArray:
    """Average over the first axis what is known; nan where nothing is. Equal values come out as they are.

    Examples
    --------
    >>> mean_known(np.array([[1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]]))
    array([1.5, nan])
    """
    known, start = ~np.isnan(values), np.nan_to_num(values[0])
    number = known.sum(axis=0)
    beyond = np.where(known, values - start, 0.0).sum(axis=0)
    return np.asarray(np.where(number > 0, start + beyond / np.maximum(number, 1), np.nan), dtype=np.float64)


def student_quantile(confidence_level: float, freedom: int) -> float:
    """Give how many standard errors an interval reaches to either side, by Student's distribution.

    Examples
    --------
    >>> round(student_quantile(0.95, 19), 3)
    2.093
    """
    from scipy.special import stdtrit  # slow to load, and only intervals need it

    return float(stdtrit(freedom, (1 + confidence_level) / 2))

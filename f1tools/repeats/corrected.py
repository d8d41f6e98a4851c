"""Confidence intervals of a mean over overlapping splits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.counts import FloatArray
from f1tools.core.extras import needs_extra
from f1tools.uncertainty.intervals import Interval


@dataclass(frozen=True)
class CorrectedInterval:
    """A mean over the splits and its confidence interval.

    Parameters
    ----------
    mean : float
        nan if no split has a value.
    low, high : float
        nan if fewer than two splits have a value, since the variance is unknown then.
    confidence_level : float
    """

    mean: float
    low: float
    high: float
    confidence_level: float

    @property
    def defined(self) -> bool:
        """Whether enough splits have a value for an interval."""
        return not math.isnan(self.low)

    @property
    def contains_zero(self) -> bool:
        """Whether 0 is not ruled out; an undefined interval rules nothing out."""
        return not (self.low > 0 or self.high < 0)

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2

    @property
    def text(self) -> str:
        """The interval of a metric, such as "0.548 to 0.767"."""
        return Interval(self.low, self.high, self.confidence_level).text

    @property
    def signed_text(self) -> str:
        """The interval of a difference, such as "−0.020 to +0.040"."""
        return Interval(self.low, self.high, self.confidence_level).signed_text


def corrected_interval(
    values: ArrayLike, *, n_train: float, n_test: float, confidence_level: float = 0.95
) -> CorrectedInterval:
    """Compute the confidence interval of a mean over random splits of the same rows.

    Two splits share most of their training rows, so their results are not independent and the usual interval of a mean
    is far too narrow. Nadeau and Bengio's correction replaces ``1 / J`` by ``1 / J + n_test / n_train``:

        mean ± t · sqrt((1 / J + n_test / n_train) · s²)

    where s² is the sample variance of the J values (with J - 1) and t is Student's quantile with J - 1 degrees of
    freedom. The interval does not shrink to zero with the number of splits: more splits of the same rows add no rows.

    Parameters
    ----------
    values : array-like of shape (J,)
        One value per split, such as the difference of two strategies; nan is ignored.
    n_train, n_test : float
        Training rows and test rows of a split.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    CorrectedInterval
        A single point if all values are equal, such as for two strategies that decide alike in every split.

    Raises
    ------
    ValueError
        If the confidence level is not between 0 and 1, or a number of rows is not above 0.

    References
    ----------
    Nadeau and Bengio, *Inference for the generalization error*, Machine Learning 52, 2003.

    Examples
    --------
    >>> interval = corrected_interval([0.02, 0.05, 0.03, 0.04], n_train=70, n_test=30)
    >>> round(interval.mean, 4), round(interval.low, 4), round(interval.high, 4), interval.contains_zero
    (0.035, 0.0012, 0.0688, False)
    """
    if not 0 < confidence_level < 1:
        raise ValueError(f"confidence_level must be between 0 and 1, got {confidence_level}.")
    if not (n_train > 0 and n_test > 0):
        raise ValueError(f"n_train and n_test must be above 0, got {n_train} and {n_test}.")
    with needs_extra("app"):
        from scipy.special import stdtrit  # slow to import, and only intervals need it

    array = np.asarray(values, dtype=np.float64)
    defined = array[~np.isnan(array)]
    mean = nanmean(defined).item() if defined.size else math.nan
    if defined.size < 2:
        return CorrectedInterval(mean, math.nan, math.nan, confidence_level)
    variance = float(((defined - mean) ** 2).sum()) / (defined.size - 1)
    scale = 1 / defined.size + n_test / n_train
    margin = float(stdtrit(defined.size - 1, (1 + confidence_level) / 2)) * math.sqrt(scale * variance)
    return CorrectedInterval(mean, mean - margin, mean + margin, confidence_level)


def nanmean(values: FloatArray) -> FloatArray:
    """Return the mean over the first axis, ignoring nan; nan where all values are nan.

    The mean of equal values is exactly that value.

    Examples
    --------
    >>> nanmean(np.array([[1.0, np.nan], [np.nan, np.nan], [2.0, np.nan]]))
    array([1.5, nan])
    """
    defined, start = ~np.isnan(values), np.nan_to_num(values[0])
    number = defined.sum(axis=0)
    excess = np.where(defined, values - start, 0.0).sum(axis=0)
    return np.asarray(np.where(number > 0, start + excess / np.maximum(number, 1), np.nan), dtype=np.float64)

"""A test of whether scores are calibrated probabilities: its p-value, and how large the deviation is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from f1tools.calibration.clustered import ScoredRows, cluster_covariance, corrected
from f1tools.calibration.recalibration import log_odds
from f1tools.calibration.reliability import Reliability, cells, reliability
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

_LEVEL = 0.05
_MIN_BINS, _MAX_BINS, _POSITIVES_PER_BIN = 3, 10, 5
_MIN_VARIANCE = 2.0  # rows; with a smaller one a single row among scores near 0 or 1 would be significant
_SMALL = 0.1  # of the log-odds
_REACH = 3.0  # standard deviations of the log-odds; more extreme ones count as much
_CLOSEST = 1e-12  # to 0 and 1
_ROUNDING = 1e-9  # of the spread of log-odds that are all equal
_NONCENTRALITY = 11.493  # at which a chi-square statistic with 2 degrees of freedom exceeds its 2.5% limit in 80%

Trend = Literal["too low", "too high", "too extreme", "not extreme enough"]


@dataclass(frozen=True, eq=False)
class CalibrationAssessment:
    """How far scores are from calibrated probabilities, and whether chance explains it.

    Parameters
    ----------
    bins : Reliability
        Up to 10 bins with 95% intervals, the ones of the reliability diagram.
    p_value : float
        Of the hypothesis that every row is positive with its score as probability; see :func:`assess_calibration`.
    deviation : float
        Root mean square of the deviation of the log-odds in the bins beyond what chance explains: 0.1 multiplies or
        divides the odds by 1.1.
    information : float
        Expected variance of the number of positives if the scores are calibrated, in effective rows.
    trend : {"too low", "too high", "too extreme", "not extreme enough"} or None
        What the scores are over the whole range, by the larger part of the test of intercept and slope; None where the
        test of the bins has the smaller p-value.
    """

    bins: Reliability
    p_value: float
    deviation: float
    information: float
    trend: Trend | None = None

    @property
    def is_significant(self) -> bool:
        """Whether the scores are not calibrated, at the 5% level."""
        return self.p_value < _LEVEL

    @property
    def is_small(self) -> bool:
        """Whether the odds deviate by about a tenth or less, so that recalibration hardly changes anything."""
        return self.deviation < _SMALL

    @property
    def detectable_factor(self) -> float:
        """The factor on all odds that the test finds in about 80% of samples like this one; inf without information."""
        return math.exp(min(math.sqrt(_NONCENTRALITY / self.information), 700)) if self.information else math.inf

    @cached_property
    def worst(self) -> int:
        """The bin of the largest deviation: of those whose interval misses the mean score, if there are any."""
        distance = np.abs(self.bins.observed - self.bins.mean_score)
        return int(np.argmax(distance + self.bins.missed))


def assess_calibration(curve: ThresholdCurve) -> CalibrationAssessment:
    """Test whether the scores are calibrated, at a level of 5%, on rows that did not train the model.

    Two tests at half the level each (Bonferroni). The first is the score test of intercept 0 and slope 1 of a logistic
    regression on the log-odds of the scores (Cox, 1958), which finds scores that are too high, too low, too extreme or
    too timid. The second compares the positives in all bins of the reliability diagram with their mean scores, which
    finds any other shape. Neither needs a fit, and neither is affected by ties. Log-odds farther than three standard
    deviations from the center count as three, so that no row with a score near 0 or 1 decides alone.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned, with scores in [0, 1]. Rows without a score are left out. Weighted rows count with the sums of
        their squared weights, so that a few heavy rows are no more evidence than they are. Rows in clusters count as
        far as clusters differ: the variances are those of the sums of clusters, and the sums of squares have the
        second-order correction of Rao and Scott.

    Raises
    ------
    ValueError
        When scores lie outside [0, 1].

    References
    ----------
    Cox, *Two further applications of a model for binary regression*, Biometrika 45, 1958.
    Rao and Scott, *On chi-squared tests for multiway contingency tables*, Annals of Statistics 12, 1984.

    Examples
    --------
    >>> y_true, y_score = [0, 0, 0, 1] * 50, [0.1, 0.2, 0.2, 0.9] * 50
    >>> assessment = assess_calibration(ThresholdCurve.from_predictions(y_true, y_score))
    >>> assessment.is_significant, assessment.bins.mean_score[assessment.worst].round(3)
    (True, np.float64(0.2))
    """
    n_bins, independent = _n_bins(curve), replace(curve, clusters=None)
    bins = reliability(independent, n_bins, strategy="mixed")
    fit = _recalibration_statistics(independent)
    variance = bins.trials * bins.mean_score * (1 - bins.mean_score)
    residual = bins.trials * (bins.observed - bins.mean_score) / np.sqrt(np.maximum(variance, _MIN_VARIANCE))
    in_bins = float((residual**2).sum())
    total, expected, information = float(variance.sum()), float(residual.size), fit.information
    of_intercept, of_slope = fit.of_intercept, fit.of_slope
    if curve.clusters is None:
        p_values = [
            chi_square_survival(of_intercept**2 + of_slope**2, 1 + fit.has_slope),
            chi_square_survival(in_bins, residual.size),
        ]
    else:
        rows = ScoredRows.build(curve, curve.clusters)
        of_fit = _at_least_independent(cluster_covariance(rows.codes, fit.contributions(rows)))
        of_bins = _at_least_independent(cluster_covariance(rows.codes, _residuals_in_bins(bins, variance, rows)))
        p_values = [_p_value(of_intercept**2 + of_slope**2, of_fit), _p_value(in_bins, of_bins)]
        expected, information = float(np.trace(of_bins)), information / float(of_fit[0, 0])
        of_intercept, of_slope = of_intercept / math.sqrt(of_fit[0, 0]), of_slope / math.sqrt(of_fit[-1, -1])
        bins = reliability(curve, n_bins, strategy="mixed")
    beyond_chance = max(in_bins - expected, 0.0)
    deviation = math.sqrt(beyond_chance / total) if total and beyond_chance else beyond_chance
    trend = _trend(of_intercept, of_slope) if p_values[0] < p_values[1] else None
    return CalibrationAssessment(bins, min(1.0, 2 * min(p_values)), deviation, information, trend)


def _p_value(statistic: float, covariance: FloatArray) -> float:
    """Return the p-value of a sum of squares of standard scores with a covariance."""
    from scipy.stats import chi2  # slow to load, and only rows in clusters have fractional degrees of freedom

    return float(chi2.sf(*corrected(statistic, covariance)))


def _at_least_independent(covariance: FloatArray) -> FloatArray:
    """Return a covariance of standard scores, scaled up where it is less than that of independent rows."""
    return covariance * max(1.0, len(covariance) / max(float(np.trace(covariance)), _CLOSEST))


def _residuals_in_bins(bins: Reliability, variance: FloatArray, rows: ScoredRows) -> FloatArray:
    """Return what each row adds to the standardized residual of each bin; shape (k, n)."""
    part = np.maximum(np.searchsorted(bins.lowest, rows.y_score, side="right") - 1, 0)
    scale = bins.trials / (bins.positives + bins.negatives) / np.sqrt(np.maximum(variance, _MIN_VARIANCE))
    residual = rows.weight * (rows.y_true - rows.y_score) * scale[part]
    return np.where(part == np.arange(scale.size)[:, np.newaxis], residual, 0.0)


def _trend(of_intercept: float, of_slope: float) -> Trend:
    """Name the larger of two standard scores: more positives than expected, and a slope above 1, are positive."""
    if abs(of_intercept) >= abs(of_slope):
        return "too low" if of_intercept > 0 else "too high"
    return "not extreme enough" if of_slope > 0 else "too extreme"


def _n_bins(curve: ThresholdCurve) -> int:
    """Return a number of bins that leaves several rows of the rarer class for each."""
    rarer = min(float(curve.tp[-1]), float(curve.fp[-1]))
    if curve.tp_squares is not None and curve.fp_squares is not None:
        totals = (curve.tp[-1], curve.tp_squares[-1]), (curve.fp[-1], curve.fp_squares[-1])
        rarer = min(float(total) / float(squares) * float(total) if squares else 0.0 for total, squares in totals)
    return int(min(max(rarer // _POSITIVES_PER_BIN, _MIN_BINS), _MAX_BINS))


@dataclass(frozen=True)
class _Recalibration:
    """The score test of intercept 0 and slope 1: two standard scores, of independent rows.

    Parameters
    ----------
    of_intercept, of_slope : float
        The sum of their squares is the score statistic.
    information : float
        On the intercept. All are in effective rows: weights of any size give the same.
    unit : float
        Weight of such a row.
    center, spread : float
        Mean of the log-odds, and their variance times the information, by which the slope is standardized; a spread
        of 0 means that there is no slope.
    limits : (float, float)
        Scores beyond count as these.
    """

    of_intercept: float
    of_slope: float
    information: float
    unit: float
    center: float = 0.0
    spread: float = 0.0
    limits: tuple[float, float] = (_CLOSEST, 1 - _CLOSEST)

    @property
    def has_slope(self) -> bool:
        """Whether the log-odds differ, so that there is a slope to test."""
        return self.spread > 0

    def contributions(self, rows: ScoredRows) -> FloatArray:
        """Return what each row adds to the standard scores; shape (1 or 2, n)."""
        residual = rows.weight * (rows.y_true - rows.y_score)
        of_intercept = residual / self.unit / math.sqrt(max(self.information, _MIN_VARIANCE))
        if not self.has_slope:
            return of_intercept[np.newaxis]
        distance = log_odds(rows.y_score, self.limits) - self.center
        return np.array([of_intercept, residual * distance / math.sqrt(self.spread)])


def _recalibration_statistics(curve: ThresholdCurve) -> _Recalibration:
    _, moments, unit = _moments(curve, (_CLOSEST, 1 - _CLOSEST))
    spread = float(moments[2] - moments[1] ** 2 / moments[0]) if moments[0] else 0.0
    information = float(moments[0]) / unit**2
    has_slope = information >= _MIN_VARIANCE and spread > _ROUNDING * moments[2]
    center, reach = (moments[1] / moments[0], _REACH * math.sqrt(spread / moments[0])) if has_slope else (0.0, 1.0)
    low, high = (1 / (1 + math.exp(-odds)) for odds in (center - reach, center + reach))
    gradient, moments, _ = _moments(curve, (low, high))
    of_intercept = float(gradient[0]) / unit / math.sqrt(max(information, _MIN_VARIANCE))
    if not has_slope:
        return _Recalibration(of_intercept, 0.0, information, unit)
    center = float(moments[1] / moments[0])
    of_slope = float(gradient[1] - center * gradient[0]) / math.sqrt(spread)  # the spread of all log-odds is larger
    return _Recalibration(of_intercept, of_slope, information, unit, center, spread, (low, high))


def _moments(curve: ThresholdCurve, limits: tuple[float, float]) -> tuple[FloatArray, FloatArray, float]:
    """Sum over the rows, with log-odds of scores within limits.

    Returns
    -------
    gradient : ndarray of shape (2,)
        Sums of w (y - p) x^i over the rows with log-odds x.
    moments : ndarray of shape (3,)
        Sums of w² p (1 - p) x^i.
    unit : float
        Sum of w² by sum of w.
    """
    gradient, moments, weights = np.zeros(2), np.zeros(3), np.zeros(2)
    for first, score, positives, negatives in cells(curve):
        rows = squares = positives + negatives
        if curve.tp_squares is not None and curve.fp_squares is not None:
            block = slice(first - 1, first + score.size)
            squares = np.diff(curve.tp_squares[block]) + np.diff(curve.fp_squares[block])
        odds, residual, variance = log_odds(score, limits), positives - rows * score, squares * score * (1 - score)
        gradient += residual.sum(), (residual * odds).sum()
        moments += variance.sum(), (variance * odds).sum(), (variance * odds**2).sum()
        weights += rows.sum(), squares.sum()
    return gradient, moments, float(weights[1] / weights[0])


def chi_square_survival(statistic: float, freedom: int) -> float:
    """Return the probability that a chi-square variable exceeds the statistic.

    Examples
    --------
    >>> round(chi_square_survival(3.841459, 1), 6), round(chi_square_survival(18.307038, 10), 6)
    (0.05, 0.05)
    """
    half = min(statistic / 2, 700.0)
    first = (freedom % 2) / 2  # an odd number starts from 1 degree, an even one from none
    tail = math.erfc(math.sqrt(half)) if freedom % 2 else 0.0
    terms = (math.exp((first + k) * math.log(half) - math.lgamma(first + k + 1) - half) for k in range(freedom // 2))
    return tail + math.fsum(terms) if half > 0 else 1.0

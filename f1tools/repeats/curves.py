"""The mean curve of each strategy: the objective against the threshold, or against the share flagged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import defined_values
from f1tools.repeats.corrected import nanmean
from f1tools.repeats.outcomes import Outcomes, ThresholdChoice
from f1tools.repeats.repeated import RepeatedPredictions

By: TypeAlias = Literal["threshold", "flagged"]

_STEP = 0.05  # between two ticks of the axis of shares
_TOLERANCE = 1e-9  # of a row: rounding error of a share times a number of rows


@dataclass(frozen=True, eq=False)
class MeanCurve:
    """The objective on the test rows, as a mean over the repeats.

    Parameters
    ----------
    model : str
    x : ndarray of shape (k,)
        Thresholds, or shares of the rows flagged; ascending.
    value : ndarray of shape (k,)
        The mean objective; nan where it is undefined in every repeat.
    tuned : (float, float)
        The mean of the tuned thresholds (or of the shares they flag) and of the objective there. Each repeat has its
        own threshold, so the point need not lie on the curve.
    half : (float, float) or None
        The same for the threshold 0.5; None for scores that are not probabilities.
    """

    model: str
    x: FloatArray
    value: FloatArray
    tuned: tuple[float, float]
    half: tuple[float, float] | None


def mean_curves(
    repeated: RepeatedPredictions, outcomes: Outcomes, *, by: By = "threshold", points: int = 201
) -> tuple[MeanCurve, ...]:
    """Compute the mean curve of each strategy.

    Parameters
    ----------
    repeated : RepeatedPredictions
    outcomes : Outcomes
        Of the same predictions.
    by : {"threshold", "flagged"}
        Thresholds from 0 to 1, for the strategies whose scores are probabilities; or shares flagged from 0 to 1, for
        all strategies: each repeat uses the lowest threshold that flags no more than the share of its test rows.
        Shares end at the first multiple of 5 % above which no curve exceeds half of the overall maximum, but not below
        three times the share of positives: where positives are rare, the curves are flat above it.
    points : int
        The number of thresholds, or the maximal number of shares; at least 2. Thresholds are equally spaced. Where
        positives are rare, half of the shares are below about five times the share of positives.

    Notes
    -----
    Each repeat's curve is a step function and is evaluated exactly before the mean is computed.
    """
    grid = np.linspace(0, 1, points) if by == "threshold" else _shares(outcomes.n_pos_test / outcomes.n_test, points)
    results = {m: each for m, each in outcomes.results.items() if by == "flagged" or "half" in each.choices}
    values: dict[str, list[FloatArray]] = {model: [] for model in results}
    for j in range(repeated.n_repeats):
        test = repeated.split(j).test
        for model, of_model in values.items():
            of_model.append(defined_values(outcomes.objective, _counts(test.curve(model), grid, by)))
    curves = []
    for model, result in results.items():
        half = result.choices.get("half")
        tuned_point = _point(outcomes, result.choices["tuned"], by)
        half_point = None if half is None else _point(outcomes, half, by)
        curves.append(MeanCurve(model, grid, nanmean(np.array(values[model])), tuned_point, half_point))
    return tuple(curves) if by == "threshold" else _cropped(curves, outcomes)


def _cropped(curves: Sequence[MeanCurve], outcomes: Outcomes) -> tuple[MeanCurve, ...]:
    """Remove the shares above which all curves are low."""
    maximum = max((float(np.nanmax(curve.value, initial=0.0)) for curve in curves), default=0.0)
    high_shares = [curve.x[curve.value > maximum / 2] for curve in curves]
    needed = max([3 * outcomes.n_pos_test / outcomes.n_test, *(float(x[-1]) for x in high_shares if x.size)])
    end = math.ceil(round(needed / _STEP, 6)) * _STEP + _TOLERANCE
    return tuple(replace(curve, x=curve.x[curve.x <= end], value=curve.value[curve.x <= end]) for curve in curves)


def _shares(prevalence: float, points: int) -> FloatArray:
    """Return equally spaced shares, or half of them up to five times the prevalence; all axis ticks are included."""
    ticks = round(1 / _STEP)
    bend = math.ceil(round(5 * prevalence / _STEP, 6))
    if bend >= ticks / 2 or points <= 2 * ticks:
        return np.linspace(0, 1, points)
    above = (points - 1) // 2 // (ticks - bend)  # shares between two ticks
    below = (points - 1 - above * (ticks - bend)) // bend
    low = np.linspace(0, bend * _STEP, below * bend, endpoint=False)
    return np.concatenate([low, np.linspace(bend * _STEP, 1, above * (ticks - bend) + 1)])


def _counts(curve: ThresholdCurve, grid: FloatArray, by: By) -> ConfusionCounts:
    if by == "threshold":
        return curve.at_each(grid)
    flagged = curve.counts.flagged()
    total = float(curve.positives + curve.negatives)
    return curve.counts_of(np.searchsorted(flagged, grid * total + _TOLERANCE, side="right") - 1)


def _point(outcomes: Outcomes, choice: ThresholdChoice, by: By) -> tuple[float, float]:
    # A threshold above all probabilities, where flagging nothing is best, is drawn at 1.
    x = np.minimum(choice.threshold, 1.0) if by == "threshold" else choice.counts.predicted_positive_rate()
    return float(np.mean(x)), nanmean(choice.value(outcomes.objective)).item()

"""Each strategy's curve: the objective against the threshold, or against the share flagged, as a mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import defined_values
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.cuts import Cut, ModelOutcomes
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.repeated import RepeatedPredictions

By: TypeAlias = Literal["threshold", "flagged"]

_STEP = 0.05  # of the axis of shares
_ALMOST = 1e-9  # of a row: what the product of a share and a number of rows may lose


@dataclass(frozen=True, eq=False)
class MeanCurve:
    """The objective on the test rows, as a mean over the repeats.

    Parameters
    ----------
    model : str
    x : ndarray of shape (k,)
        Thresholds, or shares of the rows flagged; rising.
    value : ndarray of shape (k,)
        The mean there; nan where it is undefined in every repeat.
    tuned : (float, float)
        Where the tuned thresholds are in the mean, and what they reach in the mean. As each repeat has its own
        threshold, the point need not lie on the line.
    half : (float, float) or None
        The same for 0.5; None for scores that are no probabilities.
    """

    model: str
    x: FloatArray
    value: FloatArray
    tuned: tuple[float, float]
    half: tuple[float, float] | None


def mean_curves(
    repeated: RepeatedPredictions, outcomes: Outcomes, *, by: By = "threshold", points: int = 201
) -> tuple[MeanCurve, ...]:
    """Give the curve of each strategy.

    Parameters
    ----------
    repeated : RepeatedPredictions
    outcomes : Outcomes
        Of the same.
    by : {"threshold", "flagged"}
        Thresholds from 0 to 1, for the strategies whose scores are probabilities; or shares flagged from 0 to 1, for
        all: at a share, each repeat takes the lowest threshold that flags no more than that of its test rows. Shares
        end at a multiple of 5 % above which no curve exceeds half of the highest value of all, at three times the share
        of positives or more: where these are rare, nothing happens above it.
    points : int
        How many thresholds, or at most how many shares; from 2 up. Thresholds are evenly spread. Where positives are
        rare, half of the shares are below about five times theirs.

    Notes
    -----
    Each repeat's curve is a step function, and it is evaluated exactly; only then the mean is taken.
    """
    grid = np.linspace(0, 1, points) if by == "threshold" else _shares(outcomes.n_pos_test / outcomes.n_test, points)
    results = [each for each in outcomes.results if by == "flagged" or each.half is not None]
    sums: dict[str, list[FloatArray]] = {each.model: [] for each in results}
    for j in range(repeated.n_repeats):
        test = repeated.split(j).test
        for model, values in sums.items():
            values.append(defined_values(outcomes.objective, _counts(test.curve(model), grid, by)))
    curves = [_mean_curve(outcomes, each, grid, np.array(sums[each.model]), by) for each in results]
    return tuple(curves) if by == "threshold" else _zoomed(curves, outcomes)


def _zoomed(curves: Sequence[MeanCurve], outcomes: Outcomes) -> tuple[MeanCurve, ...]:
    """Leave out the shares where nothing happens any more."""
    high = max((float(np.nanmax(one.value, initial=0.0)) for one in curves), default=0.0)
    still = [one.x[one.value > high / 2] for one in curves]
    needed = max([3 * outcomes.n_pos_test / outcomes.n_test, *(float(x[-1]) for x in still if x.size)])
    until = math.ceil(round(needed / _STEP, 6)) * _STEP + _ALMOST
    return tuple(replace(one, x=one.x[one.x <= until], value=one.value[one.x <= until]) for one in curves)


def _shares(positive: float, points: int) -> FloatArray:
    """Spread shares evenly, or half of them up to five times the share of positives, with all steps of the axis."""
    steps = round(1 / _STEP)
    bend = math.ceil(round(5 * positive / _STEP, 6))
    if bend >= steps / 2 or points <= 2 * steps:
        return np.linspace(0, 1, points)
    above = (points - 1) // 2 // (steps - bend)  # shares a step
    below = (points - 1 - above * (steps - bend)) // bend
    low = np.linspace(0, bend * _STEP, below * bend, endpoint=False)
    return np.concatenate([low, np.linspace(bend * _STEP, 1, above * (steps - bend) + 1)])


def _counts(curve: ThresholdCurve, grid: FloatArray, by: By) -> ConfusionCounts:
    if by == "threshold":
        return curve.at_each(grid)
    flagged = curve.counts.flagged()
    return curve.counts_of(np.searchsorted(flagged, grid * flagged[-1] + _ALMOST, side="right") - 1)


def _mean_curve(outcomes: Outcomes, each: ModelOutcomes, grid: FloatArray, values: FloatArray, by: By) -> MeanCurve:
    half = None if each.half is None else _point(outcomes, each.half, by)
    return MeanCurve(each.model, grid, mean_known(values), _point(outcomes, each.tuned, by), half)


def _point(outcomes: Outcomes, cut: Cut, by: By) -> tuple[float, float]:
    # Above all probabilities, as where flagging nothing is best, is drawn at the end.
    x = np.minimum(cut.threshold, 1.0) if by == "threshold" else cut.counts.predicted_positive_rate()
    return float(np.mean(x)), mean_known(cut.value(outcomes.objective)).item()

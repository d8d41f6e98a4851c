"""Each strategy's curve: the objective against the threshold, or against the share flagged, as a mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from f1tools.counts import ConfusionCounts, FloatArray
from f1tools.curve import ThresholdCurve
from f1tools.metrics import known_values
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.outcomes import Cut, ModelOutcomes, Outcomes
from f1tools.repeats.repeated import RepeatedPredictions

By: TypeAlias = Literal["threshold", "flagged"]

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
        The same for 0.5; None for scores that are no chances.
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
        Thresholds from 0 to 1, for the strategies whose scores are chances; or shares flagged from 0 to 1, for all: at
        a share, each repeat takes the lowest threshold that flags no more than that of its test rows.
    points : int
        How many thresholds or shares, evenly spread; from 2 up.

    Notes
    -----
    Each repeat's curve is a step function, and it is evaluated exactly; only then the mean is taken.
    """
    grid = np.linspace(0, 1, points)
    results = [each for each in outcomes.results if by == "flagged" or each.half is not None]
    sums: dict[str, list[FloatArray]] = {each.model: [] for each in results}
    for j in range(repeated.n_repeats):
        test = repeated.split(j).test
        for model, values in sums.items():
            values.append(known_values(outcomes.objective, _counts(test.curve(model), grid, by)))
    return tuple(_mean_curve(outcomes, each, grid, np.array(sums[each.model]), by) for each in results)


def _counts(curve: ThresholdCurve, grid: FloatArray, by: By) -> ConfusionCounts:
    if by == "threshold":
        return curve.at_each(grid)
    flagged = curve.counts.flagged()
    return curve.counts_of(np.searchsorted(flagged, grid * flagged[-1] + _ALMOST, side="right") - 1)


def _mean_curve(outcomes: Outcomes, each: ModelOutcomes, grid: FloatArray, values: FloatArray, by: By) -> MeanCurve:
    half = None if each.half is None else _point(outcomes, each.half, by)
    return MeanCurve(each.model, grid, mean_known(values), _point(outcomes, each.tuned, by), half)


def _point(outcomes: Outcomes, cut: Cut, by: By) -> tuple[float, float]:
    # Above all chances, as where flagging nothing is best, is drawn at the end.
    x = np.minimum(cut.threshold, 1.0) if by == "threshold" else cut.counts.predicted_positive_rate()
    return float(np.mean(x)), mean_known(cut.value(outcomes.objective)).item()

"""The best threshold for an objective, under constraints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.constraints import Constraint, allowed_values
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import Metric, metric, reaches

OnUnmet: TypeAlias = Literal["raise", "relax"]
"""What to do where no threshold satisfies all constraints: raise, or drop them and say so."""


class ConstraintsNotMet(ValueError):
    """No threshold satisfies the constraints.

    Attributes
    ----------
    closest : OperatingPoint
        The operating point that misses the constraints by the least.
    """

    def __init__(self, message: str, closest: OperatingPoint) -> None:
        super().__init__(message)
        self.closest = closest


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best operating point by a metric.

    Parameters
    ----------
    metric : Metric
    value : float
        The metric at the point.
    point : OperatingPoint
        Its threshold is a real score, or +inf when calling nothing positive is best.
    interval : tuple of float
        (low, high]: all thresholds t with low < t <= high decide like the point. low is -inf when everything is
        flagged, high is the point's threshold.
    ties : ndarray of shape (k,)
        All thresholds that reach the value, descending; the last is the point's.
    constraints : tuple of Constraint
        The constraints that the point satisfies where it was chosen.
    not_met : str
        Why the constraints were dropped; empty where they hold.
    """

    metric: Metric
    value: float
    point: OperatingPoint
    interval: tuple[float, float]
    ties: FloatArray
    constraints: tuple[Constraint, ...] = ()
    not_met: str = ""


def best(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    on_unmet: OnUnmet = "raise",
) -> Optimum:
    """Find the best threshold, exactly: all distinct scores are tried, and +inf.

    Of equally good thresholds the lowest is taken: it finds the most positives, and it is the one that argmax over
    scikit-learn's ``precision_recall_curve`` gives.

    Parameters
    ----------
    curve : ThresholdCurve
    objective : str or Metric
        See :data:`f1tools.core.metrics.METRICS`.
    beta : float, optional
        For ``"fbeta"``.
    constraints : sequence of Constraint
        All must hold at the point.
    on_unmet : {"raise", "relax"}
        Where no threshold satisfies all constraints: raise, or find the best threshold without them and give the
        reason in ``not_met``.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints and ``on_unmet`` is ``"raise"``; it holds the closest point.
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> found = best(curve)
    >>> found.point.threshold, round(found.value, 3), found.interval
    (0.4, 0.8, (0.1, 0.4))
    >>> best(curve, constraints=[Constraint.at_least("precision", 0.9)]).point.threshold
    0.9
    """
    wanted = metric(objective, beta)
    highest = -np.inf
    held: list[tuple[int, FloatArray]] = []  # blocks that hold a maximum so far
    skipping = wanted.monotone and not constraints
    for start, counts in _blocks_near_best(curve, wanted) if skipping else curve.blocks():
        values = allowed_values(wanted, counts, constraints, weighted=curve.weighted)
        top = float(values.max())
        if top == -np.inf or not reaches(top, highest, weighted=curve.weighted):
            continue
        highest = max(top, highest)
        held.append((start, values))
        held = [one for one in held if reaches(one[1].max(), highest, weighted=curve.weighted)]
    if not held:
        error = _not_met(curve, wanted, constraints)
        if on_unmet == "raise" or not constraints:
            raise error
        return replace(best(curve, wanted), not_met=str(error))
    positions = np.concatenate(
        [start + np.flatnonzero(reaches(v, highest, weighted=curve.weighted)) for start, v in held]
    )
    ties = curve.thresholds[positions]
    point = curve.at(float(ties[-1]))
    interval = (curve.next_below(point.threshold), point.threshold)
    return Optimum(wanted, float(wanted.evaluate(point.counts)), point, interval, ties, tuple(constraints))


def _blocks_near_best(curve: ThresholdCurve, wanted: Metric) -> Iterator[tuple[int, ConfusionCounts]]:
    """Go through the blocks of a curve that can hold an optimum of a metric that rewards catching.

    Within a block the metric cannot exceed what all of its true positives give with none of its false ones. Where
    that is less than what the first threshold of another block reaches, the block need not be looked at.
    """
    starts = curve.block_starts()
    ends = np.append(starts[1:], len(curve)) - 1
    first = curve.counts_of(starts)
    found = curve.tp[ends].astype(first.tp.dtype)
    bounds = wanted.evaluate(ConfusionCounts(tn=first.tn, fp=first.fp, fn=curve.positives - found, tp=found))
    reached = np.nan_to_num(wanted.evaluate(first), nan=-np.inf).max()
    hopeful = reaches(np.nan_to_num(bounds, nan=np.inf), reached, weighted=curve.weighted)
    for start, end in zip(starts[hopeful].tolist(), ends[hopeful].tolist(), strict=True):
        yield start, curve.counts_of(slice(start, end + 1))


def transfer(optimum: Optimum, curve: ThresholdCurve) -> Optimum:
    """Measure the threshold of an optimum on other rows than those it was chosen on.

    Parameters
    ----------
    optimum : Optimum
        As chosen.
    curve : ThresholdCurve
        Of the rows that tell what the choice is worth.

    Returns
    -------
    Optimum
        Value and point are the other curve's at the same threshold. The interval, the ties and
        the constraints are those of the choice: on other rows the constraints need not hold.

    Examples
    --------
    >>> chosen = best(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]))
    >>> again = transfer(chosen, ThresholdCurve.from_predictions([1, 0, 0], [0.5, 0.4, 0.3]))
    >>> again.point.threshold, round(again.value, 3)
    (0.4, 0.667)
    """
    point = curve.at(optimum.point.threshold)
    return replace(optimum, value=float(optimum.metric.evaluate(point.counts)), point=point)


def _not_met(curve: ThresholdCurve, wanted: Metric, constraints: Sequence[Constraint]) -> Exception:
    """Say which operating point misses the constraints by the least."""
    closest, least = 0, (np.inf, np.inf)
    for start, counts in curve.blocks():
        missing = sum(constraint.shortfall(counts) for constraint in constraints) + np.zeros(counts.tp.shape)
        missing = np.round(missing, 12)  # equal sums must come out equal for the metric to decide between them
        values = np.nan_to_num(wanted.evaluate(counts), nan=-np.inf)
        position = int(np.lexsort((-values, missing))[0])
        if (missing[position], -values[position]) < least:
            closest, least = start + position, (missing[position], -values[position])
    if not constraints:
        return ValueError(f"{wanted.label} is undefined at every threshold: both classes must have rows.")
    point = curve.at(float(curve.thresholds[closest]))
    asked = " and ".join(str(constraint) for constraint in constraints)
    reached = ", ".join(_reached(name, point.counts) for name in dict.fromkeys(c.name for c in constraints))
    return ConstraintsNotMet(
        f"No threshold gives {asked}; the closest is {point.threshold!r} with {reached}. Loosen a constraint.",
        point,
    )


def _reached(name: str, counts: ConfusionCounts) -> str:
    if name == "flagged":
        return f"{counts.flagged():,} flagged"
    return f"{metric(name).label.lower()} {metric(name).evaluate(counts):.4g}"

"""The cheapest threshold, by fixed prices or by the amounts in the rows."""

import math
from dataclasses import dataclass

from f1tools import words
from f1tools.curve import ThresholdCurve
from f1tools.errors import InvalidPredictions
from f1tools.optimum import Optimum, transferred
from f1tools.predictions import Predictions
from f1tools.what_if import CostRanges, Costs, cheapest, cost_ranges, curve_of_amounts

AsIsAndSupposed = tuple[ThresholdCurve, ThresholdCurve]


@dataclass(frozen=True, eq=False)
class Cheapest:
    """The cheapest threshold.

    Attributes
    ----------
    curve
        In its counts false alarms and misses are cases, or what they cost where rows have amounts.
    costs
        What each of them costs.
    cases
        All cases, or the sum of their weights.
    ranges
        Which threshold is cheapest for which prices.
    optimum, written
        The cheapest threshold as found, and as it is written.
    """

    curve: ThresholdCurve
    costs: Costs
    cases: float
    ranges: CostRanges
    optimum: Optimum
    written: str
    by_amounts: bool

    @property
    def flags_nothing(self) -> bool:
        """Whether it is cheapest to flag nothing."""
        return math.isinf(self.optimum.point.threshold)

    @property
    def threshold(self) -> float:
        """A threshold that decides as it is written."""
        return math.inf if self.flags_nothing else float(self.written)

    def per_case(self, threshold: float) -> float:
        """Give the mean cost of a case at a threshold."""
        return float(self.costs.total(self.curve.at(threshold).counts)) / self.cases


def find_cheapest(
    curves: tuple[AsIsAndSupposed, AsIsAndSupposed], costs: Costs, model: str, priced: Predictions | None
) -> Cheapest:
    """Find the cheapest threshold.

    Parameters
    ----------
    curves : pair of pairs
        Of the rows that the numbers are about, and of those that thresholds are chosen on: as they are, and as they
        are supposed to be.
    costs : Costs
    model : str
    priced : Predictions or None
        The rows whose amounts are what a miss costs; None where every miss costs the same.
    """
    (_, curve), (_, tuning) = curves
    cases = float(curve.positives + curve.negatives)
    same = tuning is curve
    if priced is not None:
        curve = _in_money(priced.part("report"), model, costs.fp, curves[0])
        tuning = curve if same else _in_money(priced.part("tune"), model, costs.fp, curves[1])
        costs = Costs()
    tuned = cheapest(tuning, costs)
    found = tuned if same else transferred(tuned, curve)
    at = found.point.threshold
    written = words.decision_text(max(tuned.interval[0], curve.next_below(at)), at)
    return Cheapest(curve, costs, cases, cost_ranges(curve), found, written, priced is not None)


def _in_money(
    rows: Predictions, model: str, false_alarm: float, curves: tuple[ThresholdCurve, ThresholdCurve]
) -> ThresholdCurve:
    """Count what decisions cost by the rows' own amounts, each class as often as it is supposed to occur."""
    if rows.amount is None:
        raise RuntimeError("There are no amounts; ask for them only where there are.")
    if false_alarm <= 0:
        raise InvalidPredictions(f"A false alarm must cost more than nothing, got {false_alarm}. Change its price.")
    money = curve_of_amounts(
        rows.y_true,
        rows.scores[model],
        miss=rows.amount,
        false_alarm=false_alarm,
        sample_weight=rows.sample_weight,
    )
    now, then = curves
    if then is now:
        return money
    return money.reweighted(then.positives / now.positives, then.negatives / now.negatives)

"""The cheapest threshold, by fixed prices or by the amounts in the rows."""

import math
from dataclasses import dataclass

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.curve import ThresholdCurve
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import attains, rounding_tolerance
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import best
from f1tools.predictions import Predictions
from f1tools.what_if import CostRanges, Costs, amount_curve, cheapest, cost_ranges


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
    found, written
        The cheapest threshold as found, and as it is written.
    kept, not_met
        The limits that it keeps, and why they had to be left aside; empty where there are none.
    """

    curve: ThresholdCurve
    costs: Costs
    cases: float
    ranges: CostRanges
    found: float
    written: str
    by_amounts: bool
    kept: tuple[Constraint, ...]
    not_met: str

    @property
    def flags_nothing(self) -> bool:
        """Whether it is cheapest to flag nothing."""
        return math.isinf(self.found)

    @property
    def threshold(self) -> float:
        """A threshold that decides as it is written."""
        return math.inf if self.flags_nothing else float(self.written)

    def per_case(self, threshold: float) -> float:
        """Give the mean cost of a case at a threshold."""
        return float(self.costs.total(self.curve.at(threshold).counts)) / self.cases


def find_cheapest(
    now: ModelCurves,
    then: ModelCurves,
    costs: Costs,
    priced: Predictions | None,
    constraints: tuple[Constraint, ...] = (),
) -> Cheapest:
    """Find the cheapest threshold; where the constraints cannot all be met, without them.

    Parameters
    ----------
    now, then : ModelCurves
        The curves as they are, and under the what-if.
    costs : Costs
    priced : Predictions or None
        The rows whose amounts are what a miss costs; None where every miss costs the same.
    constraints : tuple of Constraint
        Of cases, not of money.
    """
    curve, tuning = then.evaluation, then.tuning
    paid, paid_tuning = curve, tuning
    if priced is not None:
        paid = _in_money(priced.evaluation_set, now.model, costs.fp, (now.evaluation, curve))
        paid_tuning = paid
        if then.has_roles:
            paid_tuning = _in_money(priced.tuning_set, now.model, costs.fp, (now.tuning, tuning))
        costs = Costs()
    within = best(tuning, costs.metric(), constraints=constraints, on_unmet="relax")
    kept, not_met = within.constraints, within.not_met
    found = within.point.threshold if priced is None else _cheapest_in_money(paid_tuning, tuning, kept)
    written = formatting.threshold_text(max(tuning.next_below(found), curve.next_below(found)), found)
    cases = float(curve.positives + curve.negatives)
    return Cheapest(paid, costs, cases, cost_ranges(paid_tuning), found, written, priced is not None, kept, not_met)


def _cheapest_in_money(money: ThresholdCurve, cases: ThresholdCurve, constraints: tuple[Constraint, ...]) -> float:
    """Find the cheapest threshold by amounts among those that keep constraints on cases."""
    if not constraints:
        return cheapest(money, Costs()).point.threshold
    paid, counts = money.at_each(cases.thresholds), cases.counts
    values = feasible_values(Costs().metric(), paid, (), weighted=True)
    for constraint in constraints:
        values[constraint.violation(counts) > rounding_tolerance(weighted=cases.weighted)] = -math.inf
    return float(cases.thresholds[np.flatnonzero(attains(values, values.max(), weighted=True))[-1]])


def _in_money(
    rows: Predictions, model: str, false_alarm: float, curves: tuple[ThresholdCurve, ThresholdCurve]
) -> ThresholdCurve:
    """Count what decisions cost by the rows' own amounts, each class as often as it is supposed to occur."""
    if rows.amount is None:
        raise RuntimeError("There are no amounts; ask for them only where there are.")
    if false_alarm <= 0:
        raise InvalidPredictions(f"A false alarm must cost more than nothing, got {false_alarm}. Change its price.")
    money = amount_curve(
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

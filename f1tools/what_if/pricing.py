"""The cheapest threshold of a model: by fixed costs or by the amounts in the rows, in a scenario, under constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, attains
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.what_if.costs import CostRanges, Costs, amount_curve, cheapest, cost_ranges


@dataclass(frozen=True, eq=False)
class CheapestThreshold:
    """The cheapest threshold on the tuning set, and its costs on the evaluation set.

    Parameters
    ----------
    curve : ThresholdCurve
        Of the evaluation set. Where rows have amounts, its false positives and false negatives are costs.
    costs : Costs
        Cost of each of its counts.
    n_cases : float
        Number of cases of the evaluation set, or the sum of their weights.
    ranges : CostRanges
        Which threshold is cheapest for which cost ratio.
    threshold : float
        A threshold that decides as its text does; inf where flagging nothing is cheapest.
    threshold_text : str
        As short as the scores allow.
    by_amounts : bool
        Whether a missed case costs the amount in its row.
    constraints : tuple of Constraint
        Those that the threshold satisfies.
    not_met : str
        Why constraints had to be dropped; empty where they hold.
    lowest_cost : float
        No threshold has a lower mean cost of a case of the tuning set; the cost of the cheapest one, unless rows were
        counted in bins that may hold a cheaper one. nan where that is unknown.
    """

    curve: ThresholdCurve
    costs: Costs
    n_cases: float
    ranges: CostRanges
    threshold: float
    threshold_text: str
    by_amounts: bool
    constraints: tuple[Constraint, ...]
    not_met: str
    lowest_cost: float = np.nan

    def cost_per_case(self, threshold: float) -> float:
        """Return the mean cost of a case of the evaluation set at a threshold."""
        return float(self.costs.total(self.curve.at(threshold).counts)) / self.n_cases


def find_cheapest(
    actual: ModelCurves,
    assumed: ModelCurves,
    costs: Costs,
    predictions: Predictions | None = None,
    constraints: Sequence[Constraint] = (),
) -> CheapestThreshold:
    """Find the cheapest threshold; constraints that cannot all be met are dropped.

    Parameters
    ----------
    actual, assumed : ModelCurves
        The curves as they are and in the scenario; the same object without one.
    costs : Costs
    predictions : Predictions, optional
        The rows whose amounts a missed case costs; left out, every missed case costs the same.
    constraints : sequence of Constraint
        On cases, not on amounts.

    Raises
    ------
    InvalidPredictions
        When a missed case costs its amount and a false alarm costs nothing or less.
    """
    evaluation, tuning = assumed.evaluation, assumed.tuning
    priced, priced_tuning = evaluation, tuning
    if predictions is not None:
        priced = _amounts(predictions.evaluation_set, actual.model, costs.fp, actual.evaluation, evaluation)
        priced_tuning = priced
        if assumed.has_roles:
            priced_tuning = _amounts(predictions.tuning_set, actual.model, costs.fp, actual.tuning, tuning)
        costs = Costs()
    optimum = best(tuning, costs.metric(), constraints=constraints, on_unmet="relax")
    exact = optimum.point.threshold
    if predictions is not None:
        exact = _cheapest_by_amounts(priced_tuning, tuning, optimum.constraints)
    text = formatting.threshold_text(max(tuning.next_below(exact), evaluation.next_below(exact)), exact)
    return CheapestThreshold(
        curve=priced,
        costs=costs,
        n_cases=float(evaluation.positives + evaluation.negatives),
        ranges=cost_ranges(priced_tuning),
        threshold=formatting.parse_threshold(text),
        threshold_text=text,
        by_amounts=predictions is not None,
        constraints=optimum.constraints,
        not_met=optimum.not_met,
        lowest_cost=-optimum.bound if predictions is None and np.isfinite(optimum.bound) else np.nan,
    )


def _cheapest_by_amounts(priced: ThresholdCurve, cases: ThresholdCurve, constraints: Sequence[Constraint]) -> float:
    """Find the cheapest threshold by amounts among those that satisfy constraints on cases."""
    if not constraints:
        return cheapest(priced, Costs()).point.threshold
    amounts = priced.at_each(cases.thresholds)
    by_amounts = Metric("cost", "Cost", lambda _: -Costs().per_case(amounts))
    values = feasible_values(by_amounts, cases.counts, constraints, weighted=cases.weighted)
    return float(cases.thresholds[np.flatnonzero(attains(values, values.max(), weighted=True))[-1]])


def _amounts(
    rows: Predictions, model: str, false_alarm: float, actual: ThresholdCurve, assumed: ThresholdCurve
) -> ThresholdCurve:
    """Return the curve of costs by the rows' own amounts, each class as frequent as in the scenario."""
    if rows.amount is None:
        raise RuntimeError("The rows have no amounts.")
    if false_alarm <= 0:
        raise InvalidPredictions(f"A false alarm must cost more than 0, got {false_alarm}. Change its cost.")
    curve = amount_curve(
        rows.y_true,
        rows.scores[model],
        miss=rows.amount,
        false_alarm=false_alarm,
        sample_weight=rows.sample_weight,
    )
    if assumed is actual:
        return curve
    return curve.reweighted(assumed.positives / actual.positives, assumed.negatives / actual.negatives)

"""What if: a curve becomes a curve, so that every figure, optimum and export works on it unchanged.

Three questions that are easily confused. *Class weights* ask about another training: the scores move, the counts
stay. *Prevalence* asks about other cases: the counts change, the scores stay. *Costs* ask about other aims: the curve
stays, and another threshold is best on it.
"""

from __future__ import annotations

from f1tools.what_if.class_weight import balanced_weight, half_equivalent_threshold, shift_odds, with_class_weight
from f1tools.what_if.costs import CostRanges, Costs, amount_curve, cheapest, cost_ranges
from f1tools.what_if.prevalence import PrevalenceSweep, at_prevalence, prior_shift, sweep_prevalence
from f1tools.what_if.scenario import WhatIf
from f1tools.what_if.tradeoffs import ExchangeRate, ThresholdMove, at_capacity, exchange_rate
from f1tools.what_if.triage import Triage, Zone, optimal_triage, triage

__all__ = [
    "CostRanges",
    "Costs",
    "ExchangeRate",
    "PrevalenceSweep",
    "ThresholdMove",
    "Triage",
    "WhatIf",
    "Zone",
    "amount_curve",
    "at_capacity",
    "at_prevalence",
    "balanced_weight",
    "cheapest",
    "cost_ranges",
    "exchange_rate",
    "half_equivalent_threshold",
    "optimal_triage",
    "prior_shift",
    "shift_odds",
    "sweep_prevalence",
    "triage",
    "with_class_weight",
]

"""What-if scenarios: a curve becomes a curve, so every figure, optimum and export works on it unchanged.

Three questions are easily confused. *Class weights* describe another training: scores shift, counts stay. *Prevalence*
describes another population: counts change, scores stay. *Costs* describe another objective: the curve stays, and
another threshold is the best one on it.
"""

from __future__ import annotations

from f1tools.what_if.class_weight import balanced_weight, shift_odds, with_class_weight
from f1tools.what_if.costs import CostRanges, Costs, amount_curve, cheapest, cost_ranges
from f1tools.what_if.prevalence import PrevalenceSweep, at_prevalence, prior_shift, sweep_prevalence, tuned_sweep
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
    "optimal_triage",
    "prior_shift",
    "shift_odds",
    "sweep_prevalence",
    "triage",
    "tuned_sweep",
    "with_class_weight",
]

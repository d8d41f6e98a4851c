"""What if: a curve becomes a curve, so that every figure, optimum and export works on it unchanged.

Three questions that are easily confused. *Class weights* ask about another training: the scores move, the counts
stay. *Prevalence* asks about other cases: the counts change, the scores stay. *Costs* ask about other aims: the curve
stays, and another threshold is best on it.
"""

from __future__ import annotations

from f1tools.what_if.capacity import at_capacity
from f1tools.what_if.class_weight import balanced_weight, half_lands_at, shifted_odds, with_class_weight
from f1tools.what_if.costs import Costs, cheapest, curve_of_amounts
from f1tools.what_if.exchange import Exchange, Step, exchange
from f1tools.what_if.prevalence import PrevalenceSweep, at_prevalence, prior_shift, sweep_prevalence
from f1tools.what_if.ratios import CostRanges, cost_ranges
from f1tools.what_if.triage import Triage, Zone, triage, triage_within
from f1tools.what_if.whole import WhatIf

__all__ = [
    "CostRanges",
    "Costs",
    "Exchange",
    "PrevalenceSweep",
    "Step",
    "Triage",
    "WhatIf",
    "Zone",
    "at_capacity",
    "at_prevalence",
    "balanced_weight",
    "cheapest",
    "cost_ranges",
    "curve_of_amounts",
    "exchange",
    "half_lands_at",
    "prior_shift",
    "shifted_odds",
    "sweep_prevalence",
    "triage",
    "triage_within",
    "with_class_weight",
]

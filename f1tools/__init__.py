"""Choose the threshold of a binary classifier: exact, honest, explained.

Everything that a notebook needs is here by name; what takes long to load is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from f1tools.constraints import Constraint
from f1tools.counts import ConfusionCounts
from f1tools.curve import ThresholdCurve
from f1tools.errors import InvalidPredictions
from f1tools.metrics import METRICS, Metric, metric
from f1tools.operating_point import OperatingPoint
from f1tools.optimum import ConstraintsNotMet, Optimum, best, transferred
from f1tools.plateau import Plateau, plateau
from f1tools.predictions import Predictions
from f1tools.search import best_threshold

if TYPE_CHECKING:
    from f1tools.advice import Advice, advise
    from f1tools.calibration import brier_score, recalibrated, reliability
    from f1tools.reading import Choices, Reading, read_predictions
    from f1tools.uncertainty import Interval, TunedEstimate, metric_interval, tuned_estimate, wilson_interval
    from f1tools.what_if import (
        Costs,
        WhatIf,
        at_capacity,
        at_prevalence,
        cheapest,
        cost_ranges,
        curve_of_amounts,
        exchange,
        prior_shift,
        sweep_prevalence,
        triage,
        triage_within,
        with_class_weight,
    )

_READ_LATER = {
    "f1tools.advice": ("Advice", "advise"),
    "f1tools.calibration": ("brier_score", "recalibrated", "reliability"),
    "f1tools.reading": ("Choices", "Reading", "read_predictions"),
    "f1tools.uncertainty": ("Interval", "TunedEstimate", "metric_interval", "tuned_estimate", "wilson_interval"),
    "f1tools.what_if": (
        "Costs",
        "WhatIf",
        "at_capacity",
        "at_prevalence",
        "cheapest",
        "cost_ranges",
        "curve_of_amounts",
        "exchange",
        "prior_shift",
        "sweep_prevalence",
        "triage",
        "triage_within",
        "with_class_weight",
    ),
}
_HOME = {name: module for module, names in _READ_LATER.items() for name in names}

__all__ = [
    "METRICS",
    "Advice",
    "Choices",
    "ConfusionCounts",
    "Constraint",
    "ConstraintsNotMet",
    "Costs",
    "Interval",
    "InvalidPredictions",
    "Metric",
    "OperatingPoint",
    "Optimum",
    "Plateau",
    "Predictions",
    "Reading",
    "ThresholdCurve",
    "TunedEstimate",
    "WhatIf",
    "advise",
    "at_capacity",
    "at_prevalence",
    "best",
    "best_threshold",
    "brier_score",
    "cheapest",
    "cost_ranges",
    "curve_of_amounts",
    "exchange",
    "metric",
    "metric_interval",
    "plateau",
    "prior_shift",
    "read_predictions",
    "recalibrated",
    "reliability",
    "sweep_prevalence",
    "transferred",
    "triage",
    "triage_within",
    "tuned_estimate",
    "wilson_interval",
    "with_class_weight",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

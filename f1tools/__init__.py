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
    from f1tools.reading import Choices, Reading, read_predictions

__all__ = [
    "METRICS",
    "Choices",
    "ConfusionCounts",
    "Constraint",
    "ConstraintsNotMet",
    "InvalidPredictions",
    "Metric",
    "OperatingPoint",
    "Optimum",
    "Plateau",
    "Predictions",
    "Reading",
    "ThresholdCurve",
    "best",
    "best_threshold",
    "metric",
    "plateau",
    "read_predictions",
    "transferred",
]

_READ_LATER = {"Choices", "Reading", "read_predictions"}


def __getattr__(name: str) -> Any:
    if name in _READ_LATER:
        return getattr(import_module("f1tools.reading"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

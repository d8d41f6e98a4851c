"""Figures: numbers in, a Plotly figure out. Nothing is computed here.

Every ``plot_*`` takes the core's objects, chooses colours by role for a ``theme`` and carries a sentence for people
who cannot see it (:func:`alt`). Show them with ``config=CONFIG``: no logo, no button that sends data away.
"""

from f1tools.plots.band import plot_band
from f1tools.plots.canvas import CONFIG, MAX_POINTS, alt, digits, taken_title
from f1tools.plots.confusion_matrix import plot_confusion_matrix
from f1tools.plots.cost_ratio import plot_cost_ratio
from f1tools.plots.costs import plot_costs
from f1tools.plots.dumbbell import DumbbellRow, plot_dumbbell
from f1tools.plots.marks import Mark
from f1tools.plots.metrics import plot_metrics
from f1tools.plots.precision_recall import plot_precision_recall
from f1tools.plots.prevalence import plot_prevalence
from f1tools.plots.reliability import plot_reliability
from f1tools.plots.roc import plot_roc
from f1tools.plots.score_distributions import plot_score_distributions
from f1tools.plots.strategy_curves import plot_strategy_curves
from f1tools.plots.threshold_spread import plot_threshold_spread
from f1tools.plots.triage import plot_triage
from f1tools.plots.what_if import plot_what_if

__all__ = [
    "CONFIG",
    "MAX_POINTS",
    "DumbbellRow",
    "Mark",
    "alt",
    "digits",
    "plot_band",
    "plot_confusion_matrix",
    "plot_cost_ratio",
    "plot_costs",
    "plot_dumbbell",
    "plot_metrics",
    "plot_precision_recall",
    "plot_prevalence",
    "plot_reliability",
    "plot_roc",
    "plot_score_distributions",
    "plot_strategy_curves",
    "plot_threshold_spread",
    "plot_triage",
    "plot_what_if",
    "taken_title",
]

"""Figures: numbers in, a Plotly figure out. Nothing is computed here.

Every ``plot_*`` takes the core's objects, chooses colours by role for a ``theme`` and carries a sentence for people
who cannot see it (:func:`alt`). Show them with ``config=CONFIG``: no logo, no button that sends data away.
"""

from f1tools.plots.canvas import CONFIG, MAX_POINTS, alt, digits, taken_title
from f1tools.plots.confusion_matrix import plot_confusion_matrix
from f1tools.plots.marks import Mark
from f1tools.plots.metrics import plot_metrics
from f1tools.plots.precision_recall import plot_precision_recall
from f1tools.plots.roc import plot_roc
from f1tools.plots.score_distributions import plot_score_distributions

__all__ = [
    "CONFIG",
    "MAX_POINTS",
    "Mark",
    "alt",
    "digits",
    "plot_confusion_matrix",
    "plot_metrics",
    "plot_precision_recall",
    "plot_roc",
    "plot_score_distributions",
    "taken_title",
]

"""Figures: numbers in, a Plotly figure out. Nothing is computed here.

Every ``plot_*`` takes objects of the core, colors them by role for a ``theme``, and stores a sentence for people who
cannot see the figure (:func:`alt_text`). Show figures with ``config=CONFIG``: no logo, no button that uploads data.
"""

from f1tools.core.extras import needs_extra

with needs_extra("app"):
    from f1tools.plots.canvas import CONFIG, MAX_POINTS, TITLE_HEIGHT, alt_text, digits, pop_title
    from f1tools.plots.classes import plot_averages, plot_confusion, plot_outcomes
    from f1tools.plots.costs import plot_cost_ratio, plot_costs
    from f1tools.plots.curves import plot_gains
    from f1tools.plots.distributions import plot_threshold_spread
    from f1tools.plots.groups import GroupCurve, GroupValue, plot_group_curves, plot_group_values
    from f1tools.plots.marks import Mark
    from f1tools.plots.metrics import plot_band, plot_metrics
    from f1tools.plots.reliability import plot_reliability
    from f1tools.plots.strategies import DumbbellRow, plot_dumbbell, plot_strategy_curves
    from f1tools.plots.triage import plot_triage
    from f1tools.plots.what_if import plot_prevalence, plot_what_if

__all__ = [
    "CONFIG",
    "MAX_POINTS",
    "TITLE_HEIGHT",
    "DumbbellRow",
    "GroupCurve",
    "GroupValue",
    "Mark",
    "alt_text",
    "digits",
    "plot_averages",
    "plot_band",
    "plot_confusion",
    "plot_cost_ratio",
    "plot_costs",
    "plot_dumbbell",
    "plot_gains",
    "plot_group_curves",
    "plot_group_values",
    "plot_metrics",
    "plot_outcomes",
    "plot_prevalence",
    "plot_reliability",
    "plot_strategy_curves",
    "plot_threshold_spread",
    "plot_triage",
    "plot_what_if",
    "pop_title",
]

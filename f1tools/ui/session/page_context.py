"""What a page is about: the decision for one model of the current data set, as it is or in a scenario."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.decision import Decision
from f1tools.formatting.positives import Positives, name_positives
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.view import View
from f1tools.what_if import WhatIf

NO_WHAT_IF = WhatIf()


@dataclass(frozen=True, eq=False)
class PageContext:
    """Everything that a page shows of one model.

    Attributes
    ----------
    view
        What the visitor chose.
    data
        The current data set.
    best
        The decision for the best threshold.
    decision
        The decision for the current threshold: the chosen one, or the best.
    what_if
        What is assumed; nothing, unless this is a scenario.
    """

    view: View
    data: Dataset
    best: Decision
    decision: Decision
    what_if: WhatIf

    @property
    def curves(self) -> ModelCurves:
        """The curves of the model."""
        return self.decision.curves

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.curves.model

    @property
    def models(self) -> tuple[str, ...]:
        """Names of all models of the data set."""
        return self.data.models

    @property
    def point(self) -> OperatingPoint:
        """The operating point of the current threshold."""
        return self.decision.point

    @property
    def class_names(self) -> tuple[str, str]:
        """Names of the positive and the negative class."""
        return self.curves.pos_label, self.curves.neg_label

    @property
    def positives(self) -> Positives:
        """How sentences name the positive class."""
        return name_positives(self.curves.pos_label, self.view.noun)

    @property
    def tuning_set(self) -> str:
        """Name of the tuning set; empty without roles."""
        return self.curves.role_names[0] if self.curves.role_names else ""

    @property
    def model_key(self) -> Hashable:
        """Identity of the curves, for caches."""
        return self.data.id, self.model, self.what_if

    @property
    def best_key(self) -> Hashable:
        """Identity of the best threshold, for caches."""
        return self.model_key, objective_key(self.view), self.view.constraints

    @property
    def score_range(self) -> tuple[float, float]:
        """The range of thresholds that figures show."""
        edges = self.curves.histogram.edges
        return float(edges[0]), float(edges[-1])

    def threshold_text(self, threshold: float) -> str:
        """Return a score as a threshold, as short as the scores of both sets allow."""
        curves = self.curves.tuning, self.curves.evaluation
        return formatting.threshold_text(max(curve.next_below(threshold) for curve in curves), threshold)

    @property
    def zoom_range(self) -> tuple[float, float]:
        """The zoomed range of thresholds; the whole range where a link asks for one outside of it."""
        (lowest, highest), low, high = self.score_range, self.view.zoom_low, self.view.zoom_high
        low = lowest if low is None else max(low, lowest)
        high = highest if high is None else min(high, highest)
        return (low, high) if low < high else (lowest, highest)


def page_context(what_if: WhatIf = NO_WHAT_IF, *, model: str | None = None, data: Dataset | None = None) -> PageContext:
    """Return the context of the page; what is expensive comes from the cache.

    Parameters
    ----------
    what_if : WhatIf
        A scenario. The best threshold applies there: a chosen threshold is one of the model as it is.
    model : str, optional
        By default the current model of the view. Another model has its best threshold.
    data : Dataset, optional
        By default the current data set. Another one has best thresholds only, and needs `model`.
    """
    view, is_current = state.view(), data is None
    data = state.dataset() if data is None else data
    current = state.model(data)
    name = current if model is None else model
    curves = cache.curves(data.id, name, data.counted)
    if what_if.active:
        curves = cache.scenario_curves(data.id, name, what_if, curves)
    key = (data.id, name, what_if)
    best = cache.best_decision(key, objective_key(view), view.constraints, curves)
    by_hand = is_current and name == current and not what_if.active
    decision = best
    if view.threshold is not None and by_hand:
        decision = replace(best, manual_threshold=_within_reach(view.threshold, curves.evaluation))
    return PageContext(view, data, best, decision, what_if)


def _within_reach(threshold: float, curve: ThresholdCurve) -> float:
    """Return a chosen threshold; one that no score of such a model comes near is inf or a short number below all.

    It is farther from the scores, by their range or at least 1, than they are from each other. A threshold that is
    nearer may decide about rows to come, so it stays as it was chosen.
    """
    lowest, highest = float(curve.thresholds[-1]), float(curve.thresholds[1])
    span = max(highest - lowest, 1.0)
    if threshold > highest + span:
        return math.inf
    if threshold < lowest - span:
        return float(formatting.shortest_decimal(max(lowest - 2 * span, threshold), lowest - span))
    return threshold


def assumed_what_if(context: PageContext) -> WhatIf:
    """Return what is assumed on What if; weights in training only act on probabilities."""
    assumed = context.view.what_if
    return assumed if context.curves.is_probability else replace(assumed, class_weight=None)


def counts_if_assumed(context: PageContext) -> ConfusionCounts:
    """Return the counts that the decisions of the current threshold have under what is assumed."""
    what_if = assumed_what_if(context)
    curves = cache.scenario_curves(context.data.id, context.model, what_if, context.curves)
    return curves.evaluation.at(what_if.to_scenario(context.point.threshold)).counts


def objective_key(view: View) -> cache.Objective:
    """Return the objective as the key of caches."""
    return view.objective.name, view.objective.beta


def best_by_f1(context: PageContext) -> Decision:
    """Decide on the best threshold by F1 without constraints, whatever the objective is."""
    return cache.best_decision(context.model_key, ("f1", None), (), context.curves)

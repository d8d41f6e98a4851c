"""What Decide and Explore are about: one model of one data set at one threshold."""

from dataclasses import dataclass

from f1tools.core.curve import OperatingPoint
from f1tools.core.model_curves import ModelCurves
from f1tools.decision import Decision
from f1tools.ui.session import cache, state
from f1tools.ui.session.cache import Best
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.view import View
from f1tools.what_if import WhatIf

AS_IT_IS = WhatIf()


@dataclass(frozen=True, eq=False)
class PageContext:
    """Everything the pages show, for the view in force.

    Attributes
    ----------
    best
        The best threshold and what belongs to it.
    decision
        The decision for the threshold in force: the chosen one, or the best.
    what_if
        The scenario; empty, unless this is a what-if.
    """

    view: View
    data: Dataset
    best: Best
    decision: Decision
    what_if: WhatIf

    @property
    def curves(self) -> ModelCurves:
        """The curves of the model."""
        return self.decision.curves

    @property
    def model(self) -> str:
        """The name of the model."""
        return self.curves.model

    @property
    def point(self) -> OperatingPoint:
        """The operating point of the threshold in force."""
        return self.decision.point

    @property
    def objective_key(self) -> tuple[str, float | None]:
        """The metric that the best threshold maximizes, for caches."""
        return self.view.objective.name, self.view.objective.beta

    @property
    def has_roles(self) -> bool:
        """Whether thresholds are chosen on other rows than those of the evaluation set."""
        return self.curves.has_roles

    @property
    def roles(self) -> tuple[str, str] | None:
        """Names of the tuning set and of the evaluation set; None without roles."""
        return self.curves.role_names

    @property
    def chosen_on(self) -> str:
        """The name of the tuning set; empty without roles."""
        return self.roles[0] if self.roles else ""

    @property
    def is_best(self) -> bool:
        """Whether the threshold in force is the best one."""
        return self.decision.is_best

    @property
    def written(self) -> str:
        """The threshold in force, as text."""
        return self.decision.threshold_text

    @property
    def span(self) -> tuple[float, float]:
        """The range of thresholds worth showing."""
        edges = self.curves.histogram.edges
        return float(edges[0]), float(edges[-1])

    @property
    def zoom(self) -> tuple[float, float]:
        """The range of thresholds to show; everything where a link asks for a range that lies elsewhere."""
        (lowest, highest), low, high = self.span, self.view.zoom_low, self.view.zoom_high
        low = lowest if low is None else max(low, lowest)
        high = highest if high is None else min(high, highest)
        return (low, high) if low < high else (lowest, highest)


def page_context(what_if: WhatIf = AS_IT_IS) -> PageContext:
    """Work out what to show, of the data as they are or as they might be; what is expensive is remembered.

    A threshold that was chosen is one of the model as it is; under a what-if the best one is in force.
    """
    view, data = state.view(), state.dataset()
    model = state.model(data)
    curves = cache.curves(data.id, model, data.predictions)
    if what_if.active:
        curves = cache.what_if_curves(data.id, model, what_if, curves)
    objective = (view.objective.name, view.objective.beta)
    best = cache.best_by(data.id, model, objective, view.constraints, what_if, curves)
    threshold = None if what_if.active else view.threshold
    return PageContext(view, data, best, Decision(curves, best.tuning, best.evaluation, threshold), what_if)


def by_f1(now: PageContext) -> Best:
    """Return the best threshold by F1 without constraints, whatever the objective of the view is."""
    return cache.best_by(now.data.id, now.model, ("f1", None), (), now.what_if, now.curves)

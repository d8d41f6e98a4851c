"""What Decide and Explore are about: one model of one data set at one threshold."""

from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.curve import OperatingPoint
from f1tools.decision import Decision
from f1tools.ui.session import cache, state
from f1tools.ui.session.cache import Best, Overview
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.view import View
from f1tools.what_if import WhatIf

AS_IT_IS = WhatIf()


@dataclass(frozen=True, eq=False)
class PageContext:
    """Everything the pages show, for the view in force.

    Attributes
    ----------
    point
        What the threshold in force does: the chosen one, or the best.
    what_if
        What is supposed; nothing, unless this is a what-if.
    """

    view: View
    data: Dataset
    model: str
    overview: Overview
    best: Best
    point: OperatingPoint
    what_if: WhatIf

    @property
    def objective_key(self) -> tuple[str, float | None]:
        """What the best threshold is best by, for caches."""
        return self.view.objective.name, self.view.objective.beta

    @property
    def has_roles(self) -> bool:
        """Whether thresholds are chosen on other rows than those that the numbers are about."""
        return self.overview.tuning is not self.overview.curve

    @property
    def roles(self) -> tuple[str, str] | None:
        """What the rows are called that thresholds are chosen on, and those that the numbers are about."""
        return self.data.predictions.role_names if self.has_roles else None

    @property
    def chosen_on(self) -> str:
        """What the rows are called that thresholds are chosen on; empty where rows have no roles."""
        return self.roles[0] if self.roles else ""

    @property
    def is_best(self) -> bool:
        """Whether the threshold in force is the best one."""
        return self.written == self.best.written

    @property
    def written(self) -> str:
        """The threshold in force, as it is written."""
        return formatting.decimal(self.point.threshold)

    @property
    def decision(self) -> Decision:
        """What is decided, for memos, records and whoever else needs no page."""
        predictions, best = self.data.predictions, self.best
        return Decision(
            model=self.model,
            pos_label=predictions.pos_label,
            neg_label=predictions.neg_label,
            curve=self.overview.curve,
            tuning=self.overview.tuning,
            rows=self.overview.rows,
            role_names=self.roles,
            optimum=best.optimum,
            tuned=best.tuned,
            point=self.point,
            not_met=best.not_met,
        )

    @property
    def span(self) -> tuple[float, float]:
        """The range of thresholds worth showing."""
        edges = self.overview.histogram.edges
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
    overview = cache.overview(data.id, model, data.predictions)
    if what_if.active:
        overview = cache.supposed(data.id, model, what_if, overview)
    objective = (view.objective.name, view.objective.beta)
    best = cache.best_by(data.id, model, objective, view.constraints, what_if, overview)
    asked = None if what_if.active else view.threshold
    threshold = float(best.written) if asked is None else asked
    return PageContext(view, data, model, overview, best, overview.curve.at(threshold), what_if)


def by_f1(now: PageContext) -> Best:
    """Give the best threshold by F1 without limits, whatever is asked for."""
    return cache.best_by(now.data.id, now.model, ("f1", None), (), now.what_if, now.overview)

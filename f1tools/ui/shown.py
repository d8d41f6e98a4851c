"""What Decide and Explore are about: one model of one data set at one threshold."""

from dataclasses import dataclass

from f1tools import words
from f1tools.operating_point import OperatingPoint
from f1tools.ui import cached, state
from f1tools.ui.cached import Best, Overview
from f1tools.ui.state import Dataset
from f1tools.ui.view import View


@dataclass(frozen=True, eq=False)
class Shown:
    """Everything the pages show, for the view in force.

    Attributes
    ----------
    point
        What the threshold in force does: the chosen one, or the best.
    """

    view: View
    data: Dataset
    model: str
    overview: Overview
    best: Best
    point: OperatingPoint

    @property
    def written(self) -> str:
        """The threshold in force, as it is written."""
        return words.decimal_text(self.point.threshold)

    @property
    def span(self) -> tuple[float, float]:
        """The range of thresholds worth showing."""
        edges = self.overview.histogram.edges
        return float(edges[0]), float(edges[-1])

    @property
    def zoom(self) -> tuple[float, float]:
        """The range of thresholds to show; everything where a link asks for a range that lies elsewhere."""
        (lowest, highest), low, high = self.span, self.view.low, self.view.high
        low = lowest if low is None else max(low, lowest)
        high = highest if high is None else min(high, highest)
        return (low, high) if low < high else (lowest, highest)


def shown() -> Shown:
    """Work out what to show; what is expensive is remembered."""
    view, data = state.current(), state.dataset()
    model = state.model(data)
    overview = cached.overview(data.id, model, data.predictions)
    objective = (view.objective.name, view.objective.beta)
    best = cached.best_by(data.id, model, objective, view.constraints, overview.curve)
    threshold = float(best.written) if view.threshold is None else view.threshold
    return Shown(view, data, model, overview, best, overview.curve.at(threshold))

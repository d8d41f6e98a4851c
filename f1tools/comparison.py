"""Several models side by side, each at its own best threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import is_probability
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics_with_f1
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import Decision, decide
from f1tools.predictions import Predictions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ModelResult:
    """What one model can do.

    Parameters
    ----------
    model : str
        Its name, as in the file.
    decision : Decision
        For its best threshold; where the limits can't be kept, for the best one without them, and it says so.
    half : ConfusionCounts or None
        At 0.5, the usual threshold; None where the scores are no chances, so that 0.5 means nothing.
    roc_auc, average_precision : float
        On the rows that the numbers are about, whatever the threshold.
    """

    model: str
    decision: Decision
    half: ConfusionCounts | None
    roc_auc: float
    average_precision: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several models by the same metric and within the same limits.

    Make one with :func:`compare`.

    Parameters
    ----------
    objective : Metric
        What each threshold is best by.
    results : tuple of ModelResult
        In the order of the scores.
    """

    objective: Metric
    results: tuple[ModelResult, ...]

    def frame(self) -> pd.DataFrame:
        """Give a row a model: the best threshold and what it does; nan where a metric is undefined."""
        import pandas as pd  # slow to load, and only this method needs it

        points = [result.decision.point for result in self.results]
        halves = [result.half for result in self.results]
        return pd.DataFrame(
            {
                "model": [result.model for result in self.results],
                "threshold": [point.threshold for point in points],
                **{
                    one.name: [float(defined_values(one, point.counts)) for point in points]
                    for one in reported_metrics_with_f1(self.objective, by="name")
                },
                **{name: [getattr(point.counts, name) for point in points] for name in ("tn", "fp", "fn", "tp")},
                f"{self.objective.name}_at_0_5": [
                    np.nan if half is None else float(defined_values(self.objective, half)) for half in halves
                ],
                "roc_auc": [result.roc_auc for result in self.results],
                "average_precision": [result.average_precision for result in self.results],
                "not_met": [result.decision.not_met for result in self.results],
            }
        )

    def _repr_html_(self) -> str:
        from f1tools.notebook import html_of_comparison  # for notebooks only

        return html_of_comparison(self)


def compare(
    predictions: Predictions,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
) -> Comparison:
    """Take every model at its own best threshold.

    Parameters
    ----------
    predictions : Predictions
        Where rows have roles, each threshold is chosen on those that tune and measured on those that report.
    objective, beta, constraints
        As for :func:`f1tools.best`. A model that can't keep the constraints is taken without them, and its
        ``decision.not_met`` says why.

    Raises
    ------
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> scores = {"forest": [0.93, 0.41, 0.41, 0.12], "linear": [0.8, 0.3, 0.6, 0.5]}
    >>> found = compare(Predictions.from_arrays([1, 0, 1, 0], scores))
    >>> [(each.model, each.decision.written, each.roc_auc) for each in found.results]
    [('forest', '0.4', 0.875), ('linear', '0.6', 1.0)]
    """
    wanted = metric(objective, beta)
    return Comparison(wanted, tuple(_result(predictions, model, wanted, constraints) for model in predictions.models))


def _result(predictions: Predictions, model: str, wanted: Metric, constraints: Sequence[Constraint]) -> ModelResult:
    alone = replace(predictions, scores={model: predictions.scores[model]})  # else all scores are parted for each
    try:
        decision = decide(alone, model, wanted, constraints=constraints)
    except ConstraintsNotMet as error:
        decision = replace(decide(alone, model, wanted), not_met=str(error))
    curve = decision.curve
    chances = is_probability(curve) and is_probability(decision.tuning)
    half = curve.at(0.5).counts if chances else None
    return ModelResult(model, decision, half, curve.roc_auc(), curve.average_precision())

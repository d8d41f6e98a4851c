"""Several models side by side, each at its own best threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics_with_f1
from f1tools.decision import Decision, decide
from f1tools.predictions import Predictions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several models by the same metric and under the same constraints.

    Make one with :func:`compare`.

    Parameters
    ----------
    objective : Metric
        The metric that each threshold maximizes.
    decisions : tuple of Decision
        One a model, in the order of the scores, each for the best threshold of its model.
    """

    objective: Metric
    decisions: tuple[Decision, ...]

    def frame(self) -> pd.DataFrame:
        """Return a row a model: the best threshold and its metrics; nan where a metric is undefined."""
        import pandas as pd  # slow to load, and only this method needs it

        curves = [decision.curves for decision in self.decisions]
        points = [decision.point for decision in self.decisions]
        halves = [each.counts_at_half for each in curves]
        return pd.DataFrame(
            {
                "model": [each.model for each in curves],
                "threshold": [point.threshold for point in points],
                **{
                    one.name: [float(defined_values(one, point.counts)) for point in points]
                    for one in reported_metrics_with_f1(self.objective, by="name")
                },
                **{name: [getattr(point.counts, name) for point in points] for name in ("tn", "fp", "fn", "tp")},
                f"{self.objective.name}_at_0_5": [
                    np.nan if counts is None else float(defined_values(self.objective, counts)) for counts in halves
                ],
                "roc_auc": [each.roc_auc for each in curves],
                "average_precision": [each.average_precision for each in curves],
                "not_met": [decision.tuning.not_met for decision in self.decisions],
            }
        )


def compare(
    predictions: Predictions,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
) -> Comparison:
    """Compare all models, each at its own best threshold.

    Parameters
    ----------
    predictions : Predictions
        Where rows have roles, each threshold is chosen on the tuning set and evaluated on the evaluation set.
    objective, beta, constraints
        As for :func:`f1tools.best`. Constraints that a model cannot satisfy are dropped for it, and its
        ``decision.tuning.not_met`` says why.

    Raises
    ------
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> scores = {"forest": [0.93, 0.41, 0.41, 0.12], "linear": [0.8, 0.3, 0.6, 0.5]}
    >>> comparison = compare(Predictions.from_arrays([1, 0, 1, 0], scores))
    >>> [(each.curves.model, each.threshold_text, each.curves.roc_auc) for each in comparison.decisions]
    [('forest', '0.4', 0.875), ('linear', '0.6', 1.0)]
    """
    by = metric(objective, beta)
    decisions = (
        decide(predictions.curves(model), by, constraints=constraints, on_unmet="relax") for model in predictions.models
    )
    return Comparison(by, tuple(decisions))

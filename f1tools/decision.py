"""The decision for the threshold of one model, and the comparison of several models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.extras import needs_extra
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics_with_f1
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import OnUnmet, Optimum, Plateau, best, plateau, transfer
from f1tools.predictions import Predictions
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Decision:
    """The threshold of one model: the best one, or one chosen by hand.

    Make one with :func:`decide`.

    Parameters
    ----------
    curves : ModelCurves
        The curves of the tuning set and of the evaluation set.
    tuning : Optimum
        The best threshold, with its value on the tuning set, where it was chosen.
    evaluation : Optimum
        The same threshold, with its value on the evaluation set. Without roles the same object.
    manual_threshold : float or None
        The threshold chosen by hand; None: the best one is decided on.
    """

    curves: ModelCurves
    tuning: Optimum
    evaluation: Optimum
    manual_threshold: float | None = None

    def __repr__(self) -> str:
        """Return the model, the threshold and the metric, not the curves."""
        return (
            f"Decision(model={self.curves.model!r}, threshold={self.point.threshold}, metric={self.objective.name!r})"
        )

    @property
    def objective(self) -> Metric:
        """The metric that the best threshold maximizes."""
        return self.tuning.metric

    @cached_property
    def best_threshold_text(self) -> str:
        """The best threshold as text: the shortest decimal that makes the same decisions."""
        return formatting.best_threshold_text(self.evaluation, self.curves.evaluation)

    @property
    def threshold_text(self) -> str:
        """The threshold decided on, as text; "above all scores" where nothing is flagged, whatever its score."""
        return formatting.exact_threshold(self.point.threshold)

    @property
    def is_best(self) -> bool:
        """Whether the threshold decided on is the best one."""
        return self.threshold_text == self.best_threshold_text

    @cached_property
    def best_point(self) -> OperatingPoint:
        """The operating point of the best threshold, as written, on the evaluation set."""
        return self.curves.evaluation.at(formatting.parse_threshold(self.best_threshold_text))

    @cached_property
    def point(self) -> OperatingPoint:
        """The operating point of the threshold decided on, on the evaluation set."""
        if self.manual_threshold is None:
            return self.best_point
        curve = self.curves.evaluation
        if curve.is_inside_bin(self.manual_threshold):  # the table's lower threshold stands for it, as short as others
            return curve.at(formatting.parse_threshold(formatting.lower_threshold_text(curve, self.manual_threshold)))
        return curve.at(self.manual_threshold)

    @property
    def same_decisions(self) -> tuple[float, float]:
        """(low, high]: all thresholds that make the same decisions on the evaluation set."""
        curve = self.curves.evaluation
        high = float(curve.thresholds[curve.positions([self.point.threshold])[0]])
        return curve.next_below(high), high

    @cached_property
    def plateau(self) -> Plateau:
        """The thresholds around the best one that are nearly as good on the tuning set."""
        return plateau(self.curves.tuning, self.tuning)

    @property
    def round_threshold(self) -> float | None:
        """The roundest number among them; None where the best threshold is as round, or flags nothing."""
        value = self.plateau.round_threshold
        return None if math.isinf(value) or formatting.decimal(value) == self.best_threshold_text else value


def decide(
    curves: ModelCurves,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    threshold: float | None = None,
    on_unmet: OnUnmet = "raise",
) -> Decision:
    """Decide on a threshold: the best one on the tuning set, or one chosen by hand.

    Parameters
    ----------
    curves : ModelCurves
        Of one model, see :meth:`f1tools.Predictions.curves`.
    objective, beta, constraints, on_unmet
        As for :func:`f1tools.best`.
    threshold : float, optional
        A threshold chosen by hand; inf flags nothing.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints and ``on_unmet`` is ``"raise"``.
    ValueError
        For an unknown metric, a beta that does not fit it or a threshold that is not a number.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> decision = decide(predictions.curves())
    >>> decision.threshold_text, decision.point.counts.tp, decision.same_decisions
    ('0.4', 2, (0.12, 0.41))
    """
    tuning = best(curves.tuning, objective, beta=beta, constraints=constraints, on_unmet=on_unmet)
    evaluation = transfer(tuning, curves.evaluation) if curves.has_roles else tuning
    if threshold is not None:
        curves.evaluation.positions([threshold])  # raises where it is not a number
    return Decision(curves, tuning, evaluation, threshold if threshold is None else float(threshold))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several models by the same metric and under the same constraints.

    Make one with :func:`compare`.

    Parameters
    ----------
    objective : Metric
        The metric that each threshold maximizes.
    decisions : tuple of Decision
        One per model, in the order of the scores, each for the best threshold of its model.
    """

    objective: Metric
    decisions: tuple[Decision, ...]

    def __repr__(self) -> str:
        """Return the metric and the models with their thresholds, not the curves."""
        thresholds = {each.curves.model: each.point.threshold for each in self.decisions}
        return f"Comparison(metric={self.objective.name!r}, thresholds={thresholds!r})"

    def frame(self) -> pd.DataFrame:
        """Return one row per model: the best threshold and its metrics; nan where a metric is undefined."""
        with needs_extra("app"):
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


def comparable_values(decisions: Sequence[Decision]) -> dict[str, float]:
    """Return the value of each model; nan where a model had to drop constraints that others satisfy."""
    met = any(not each.tuning.not_met for each in decisions)
    return {
        each.curves.model: math.nan if met and each.tuning.not_met else float(each.evaluation.value)
        for each in decisions
    }


def compare(
    predictions: Predictions | ThresholdTable,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
) -> Comparison:
    """Compare all models, each at its own best threshold.

    Parameters
    ----------
    predictions : Predictions or ThresholdTable
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

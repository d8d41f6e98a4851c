"""The decision for a threshold, with everything that it is based on: what memos, records and gates describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.curve import OperatingPoint
from f1tools.core.metrics import Metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import OnUnmet, Optimum, best, transfer
from f1tools.core.plateau import Plateau, plateau
from f1tools.formatting import best_threshold_text


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
        The same threshold, with its value on the evaluation set. Without roles the very same object.
    manual_threshold : float or None
        The threshold chosen by hand; None: the best one is decided on.
    """

    curves: ModelCurves
    tuning: Optimum
    evaluation: Optimum
    manual_threshold: float | None = None

    @property
    def objective(self) -> Metric:
        """The metric that the best threshold maximizes."""
        return self.tuning.metric

    @cached_property
    def best_threshold_text(self) -> str:
        """The best threshold as text: the shortest decimal that makes the same decisions."""
        return best_threshold_text(self.evaluation, self.curves.evaluation)

    @property
    def threshold_text(self) -> str:
        """The threshold decided on, as text."""
        return formatting.decimal(self.point.threshold)

    @property
    def is_best(self) -> bool:
        """Whether the threshold decided on is the best one."""
        return self.threshold_text == self.best_threshold_text

    @cached_property
    def best_point(self) -> OperatingPoint:
        """The operating point of the best threshold, as written, on the evaluation set."""
        return self.curves.evaluation.at(float(self.best_threshold_text))

    @cached_property
    def point(self) -> OperatingPoint:
        """The operating point of the threshold decided on, on the evaluation set."""
        if self.manual_threshold is None:
            return self.best_point
        return self.curves.evaluation.at(self.manual_threshold)

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

    def with_threshold(self, threshold: float | None) -> Decision:
        """Return the decision for another threshold; None for the best one.

        Raises
        ------
        ValueError
            When the threshold is not a number.
        """
        if threshold is not None:
            self.curves.evaluation.positions([threshold])  # raises where it is not a number
        return replace(self, manual_threshold=None if threshold is None else float(threshold))


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
        A finite threshold chosen by hand.

    Raises
    ------
    ConstraintsNotMet
        When no threshold satisfies all constraints and ``on_unmet`` is ``"raise"``.
    ValueError
        For an unknown metric, a beta that does not fit it or a threshold that is not a number.

    Examples
    --------
    >>> from f1tools.predictions import Predictions
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> decision = decide(predictions.curves())
    >>> decision.threshold_text, decision.point.counts.tp, decision.same_decisions
    ('0.4', 2, (0.12, 0.41))
    """
    tuning = best(curves.tuning, objective, beta=beta, constraints=constraints, on_unmet=on_unmet)
    evaluation = transfer(tuning, curves.evaluation) if curves.has_roles else tuning
    return Decision(curves, tuning, evaluation).with_threshold(threshold)

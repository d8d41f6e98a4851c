"""A threshold that was decided on, with all that it rests on: what memos, records and gates speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.curve import OperatingPoint, ThresholdCurve
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import Optimum, best, transfer
from f1tools.formatting.threshold import best_threshold_text
from f1tools.predictions import Predictions


@dataclass(frozen=True, eq=False)
class Decision:
    """One model's threshold, and what is known about it.

    Make one with :func:`decide`.

    Parameters
    ----------
    model, pos_label, neg_label : str
        Names, as in the file.
    curve, tuning : ThresholdCurve
        Of the rows that the numbers are about, and of those that thresholds are chosen on; the very same curve where
        rows have no roles.
    rows : (int, int)
        How many rows thresholds are chosen on, and how many the numbers are about.
    role_names : (str, str) or None
        What the two parts are called.
    optimum, tuned : Optimum
        The best threshold as measured on the curve, and as chosen on the tuning rows.
    point : OperatingPoint
        What the threshold that was decided on does on the curve: the best one, or one chosen by hand. Finite.
    not_met : str
        Why constraints had to be left aside; empty where they hold.
    """

    model: str
    pos_label: str
    neg_label: str
    curve: ThresholdCurve
    tuning: ThresholdCurve
    rows: tuple[int, int]
    role_names: tuple[str, str] | None
    optimum: Optimum
    tuned: Optimum
    point: OperatingPoint
    not_met: str = ""

    @property
    def objective(self) -> Metric:
        """What the best threshold is best by."""
        return self.optimum.metric

    @property
    def best_written(self) -> str:
        """The best threshold as it is written."""
        return best_threshold_text(self.optimum, self.curve)

    @property
    def written(self) -> str:
        """The threshold that was decided on, as it is written."""
        return formatting.decimal(self.point.threshold)

    @property
    def is_best(self) -> bool:
        """Whether it is the best one."""
        return self.written == self.best_written

    @property
    def has_roles(self) -> bool:
        """Whether thresholds are chosen on other rows than those that the numbers are about."""
        return self.tuning is not self.curve

    @property
    def same_decisions(self) -> tuple[float, float]:
        """(low, high]: the thresholds that decide alike on the rows that the numbers are about."""
        high = float(self.curve.thresholds[self.curve.positions([self.point.threshold])[0]])
        return self.curve.next_below(high), high


def decide(
    predictions: Predictions,
    model: str | None = None,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: Sequence[Constraint] = (),
    threshold: float | None = None,
) -> Decision:
    """Decide on a threshold: the best one, as it is written, or one that is given.

    Parameters
    ----------
    predictions : Predictions
        Where rows have roles, the best threshold is found on those that tune and measured on those that report.
    model : str, optional
        The first one when it is left out.
    objective, beta, constraints
        As for :func:`f1tools.best`.
    threshold : float, optional
        Finite.

    Raises
    ------
    ConstraintsNotMet
        When no threshold keeps all constraints.
    KeyError
        For a model that is not there.
    ValueError
        For an unknown metric, a beta that does not fit it or a threshold that is not a number.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> decision = decide(predictions)
    >>> decision.written, decision.point.counts.tp, decision.same_decisions
    ('0.4', 2, (0.12, 0.41))
    """
    name = predictions.models[0] if model is None else model
    tune, report = predictions.part("tune"), predictions.part("report")
    tuning = tune.curve(name)
    curve = tuning if tune is report else report.curve(name)
    tuned = best(tuning, metric(objective, beta), constraints=constraints)
    optimum = tuned if curve is tuning else transfer(tuned, curve)
    wanted = float(best_threshold_text(optimum, curve)) if threshold is None else float(threshold)
    return Decision(
        model=name,
        pos_label=predictions.pos_label,
        neg_label=predictions.neg_label,
        curve=curve,
        tuning=tuning,
        rows=(tune.n, report.n),
        role_names=None if tune is report else predictions.role_names,
        optimum=optimum,
        tuned=tuned,
        point=curve.at(wanted),
    )

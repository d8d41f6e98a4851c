"""The part of a decision record about what the best threshold maximizes."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field, model_validator

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import metric
from f1tools.record.fields import Text, Threshold
from f1tools.record.source import Part

_CORRELATIONS = ("mcc", "youden_j", "kappa")
_ROUNDING = 1e-9


class RecordedConstraint(Part):
    """A constraint on the best threshold."""

    metric: Text = Field(
        description="The name of a metric, or flagged: the number of rows that are predicted positive."
    )
    sense: Literal["at least", "at most"]
    bound: float = Field(ge=0)

    @model_validator(mode="after")
    def _check(self) -> RecordedConstraint:
        self.constraint()
        return self

    def constraint(self) -> Constraint:
        """Return the constraint as the package works with it."""
        return Constraint(self.metric, self.sense, self.bound)


class Objective(Part):
    """What the best threshold maximizes, and what it reaches."""

    metric: Text = Field(
        description="The name that f1tools has for the metric, such as f1, fbeta, mcc or balanced_accuracy."
    )
    beta: float | None = Field(
        description="For fbeta, how many times more recall counts than precision; null for every other metric."
    )
    constraints: tuple[RecordedConstraint, ...] = Field(
        strict=False, max_length=100, description="The constraints that were requested."
    )
    not_met: str = Field(description="Why the constraints had to be ignored; empty where they hold.")
    best_threshold: Threshold = Field(
        description="The best threshold, with as few digits as make the same decisions; null where flagging nothing is "
        "best."
    )
    best_value: float | None = Field(
        description="The metric at the best threshold, on the evaluation rows; null where it is undefined."
    )
    value_where_tuned: float | None = Field(
        description="The metric at the best threshold, on the tuning rows; null where it is undefined."
    )
    bound: float | None = Field(
        default=None,
        exclude_if=lambda bound: bound is None,
        description="Only where a threshold between those of a table could be better: no threshold has a higher value.",
    )

    @model_validator(mode="after")
    def _check(self) -> Objective:
        if self.metric == "fbeta" and self.beta is None:
            raise ValueError("fbeta needs a beta")
        metric(self.metric, self.beta)
        check_range("best_value", self.metric, self.best_value)
        check_range("value_where_tuned", self.metric, self.value_where_tuned)
        check_range("bound", self.metric, self.bound)
        if self.bound is not None and self.bound < (-math.inf if self.best_value is None else self.best_value):
            raise ValueError("bound must not be below best_value")
        return self


def check_range(field: str, name: str, *values: float | None) -> None:
    """Raise ValueError unless values lie in the range of a metric."""
    low = -1.0 if name in _CORRELATIONS else 0.0
    high = math.inf if name == "lift" else 1.0
    for value in values:
        if value is not None and not low - _ROUNDING <= value <= high + _ROUNDING:
            raise ValueError(f"{field} is {value!r}, but {name} ranges from {low:g} to {high:g}")

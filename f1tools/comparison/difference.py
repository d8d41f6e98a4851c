"""The difference of one model from another one, and what its interval says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from f1tools.comparison.simultaneous import EQUAL
from f1tools.comparison.workload import SameWorkload
from f1tools.core.metrics import Metric
from f1tools.uncertainty.intervals import Interval

Verdict: TypeAlias = Literal["same", "as good", "better", "worse", "not worse", "undecided"]
"""What an interval of a difference says about a margin, see :meth:`ModelDifference.verdict`."""


@dataclass(frozen=True)
class ModelDifference:
    """The metric of a model minus that of the reference, each at its own best threshold.

    Parameters
    ----------
    model, reference : str
    metric : Metric
    value : float
        The difference on the evaluation set: ``model_value - reference_value``, exact; nan where one of the models
        misses the constraints, see :attr:`ModelDifferences.unmet`.
    model_value, reference_value : float
    interval : Interval
        Of this difference alone (pointwise); nan where there is none.
    simultaneous : Interval
        All differences from the reference lie in their simultaneous intervals together, with the confidence level.
        Equal to ``interval`` where there is one other model.
    detectable : float
        The smallest true difference that rows like these would show, by a simultaneous interval without 0, with a
        probability of 80%.
    same_workload : SameWorkload
        What the model catches when it flags as many rows as the reference.
    at_workload_of_model : bool
        Whether ``same_workload`` is at the workload of the model instead, and the reference is the one that flags as
        many rows: where the model is the one that all others are compared with.
    """

    model: str
    reference: str
    metric: Metric
    value: float
    model_value: float
    reference_value: float
    interval: Interval
    simultaneous: Interval
    detectable: float
    same_workload: SameWorkload
    at_workload_of_model: bool = False

    def reversed(self) -> ModelDifference:
        """Return the difference of the reference from the model, with the same rows flagged."""
        work = self.same_workload
        return replace(
            self,
            model=self.reference,
            reference=self.model,
            value=-self.value,
            model_value=self.reference_value,
            reference_value=self.model_value,
            interval=_negated(self.interval),
            simultaneous=_negated(self.simultaneous),
            same_workload=replace(
                work, in_sample=-work.in_sample, more_caught=-work.more_caught, interval=_negated(work.interval)
            ),
            at_workload_of_model=not self.at_workload_of_model,
        )

    @property
    def is_same(self) -> bool:
        """Whether both models have the same value in every resample."""
        widest = max(abs(self.simultaneous.low), abs(self.simultaneous.high), self.detectable)
        return bool(widest <= EQUAL)

    @property
    def excludes_zero(self) -> bool:
        """Whether the simultaneous interval excludes 0; an undefined one excludes nothing."""
        return bool(self.simultaneous.low > 0 or self.simultaneous.high < 0)

    def verdict(self, margin: float = 0.0) -> Verdict:
        """Return what the simultaneous interval says.

        Parameters
        ----------
        margin : float
            The largest difference that does not matter, in the unit of the metric; 0 or more.

        Returns
        -------
        {"same", "as good", "better", "worse", "not worse", "undecided"}
            "same": both models have the same value in every resample. "as good": the interval lies within ± margin
            (equivalence; also where it excludes 0). "better", "worse": it excludes 0. "not worse": it lies above
            -margin (non-inferiority). "undecided": none of these.

        Raises
        ------
        ValueError
            When ``margin`` is negative or not a number.
        """
        if not 0 <= margin < np.inf:
            raise ValueError(f"margin must be a number from 0 up, got {margin}.")
        return "same" if self.is_same else verdict_of(self.simultaneous.low, self.simultaneous.high, margin)


def verdict_of(low: float, high: float, margin: float) -> Verdict:
    """Return what an interval says about models that are not the same, see :meth:`ModelDifference.verdict`."""
    if margin > 0 and -margin < low and high < margin:
        return "as good"
    if low > 0 or high < 0:
        return "better" if low > 0 else "worse"
    return "not worse" if margin > 0 and low > -margin else "undecided"


def _negated(interval: Interval) -> Interval:
    return Interval(-interval.high, -interval.low, interval.confidence_level)

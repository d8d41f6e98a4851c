"""What the checks look at: the best threshold on its curve, and how sentences about it start."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from f1tools import formatting
from f1tools.calibration.assessment import CalibrationAssessment
from f1tools.core.area_bounds import roc_auc_bounds
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, Plateau
from f1tools.formatting import lowercase_label, with_article
from f1tools.groups import GroupReport
from f1tools.uncertainty.class_rates import ClassRates


@dataclass(frozen=True, eq=False)
class Result:
    """A best threshold with what is known about it; the fields are the parameters of :func:`f1tools.advise`."""

    curve: ThresholdCurve
    optimum: Optimum
    plateau: Plateau
    out_of_sample: bool
    expected: float | None
    trained: str
    groups: GroupReport | None
    assess: Callable[[ThresholdCurve], CalibrationAssessment]

    @cached_property
    def roc_auc(self) -> tuple[float, float]:
        """Between which values the area under the ROC curve lies."""
        return roc_auc_bounds(self.curve)

    @property
    def class_sizes(self) -> tuple[float, float]:
        """The positives and the negatives; effective numbers of rows where these are weighted."""
        rates = ClassRates.from_point(self.curve.at(-math.inf))
        return rates.positives, rates.negatives

    @property
    def name(self) -> str:
        """The metric as written within a sentence, with a remark about constraints."""
        label = lowercase_label(self.optimum.metric.label)
        return f"{label} under your constraints" if self.optimum.constraints else label

    @property
    def every_case(self) -> str:
        """What the lowest threshold flags."""
        return formatting.every_case(has_unscored=self.curve.has_unscored)

    @property
    def needless(self) -> str:
        """What flagging all of these does without: a model that gives some cases no score has selected the others."""
        return "threshold" if self.curve.has_unscored else "model"

    @property
    def value(self) -> float:
        """The least optimistic value known for the best threshold."""
        return self.optimum.value if self.expected is None else self.expected

    @property
    def value_text(self) -> str:
        """The start of a sentence about this value, which a comparison follows."""
        if self.expected is not None:
            return f"On new data, expect {with_article(self.name)} of {formatting.metric_value(self.expected)},"
        where = "At this threshold" if self.out_of_sample else "At the best threshold, on the rows that chose it"
        return f"{where}, {self.name} is {formatting.metric_value(self.value)},"

    @property
    def brief_value(self) -> str:
        """The start of a clause about this value."""
        value = formatting.metric_value(self.value)
        return f"{self.name} is {value}" if self.expected is None else f"expect {self.name} {value} on new data"

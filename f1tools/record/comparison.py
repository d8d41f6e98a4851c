"""The model of a record beside the other models on the same rows: an optional part, with intervals and verdicts."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from f1tools.comparison import ModelDifferences
from f1tools.comparison.difference import verdict_of
from f1tools.comparison.simultaneous import EQUAL
from f1tools.core.types import InvalidPredictions
from f1tools.record.fields import Interval, Level
from f1tools.record.source import Part, WholeNumber

_ROUNDING = 1e-9


class ComparedModel(Part):
    """Another model at its own best threshold, and its difference from the model of the record."""

    model: str
    value: float | None = Field(
        description="The metric of the record at the model's own best threshold, on the evaluation rows; null where it "
        "is undefined."
    )
    difference: float | None = Field(
        description="value minus objective.best_value; null where one is null, or where a model "
        "misses the constraints on all rows or in more than 5% of the resamples."
    )
    interval: Interval = Field(
        description="Of this difference alone; null where there are too few rows, and where the difference is null."
    )
    simultaneous: Interval = Field(
        description="All differences lie in these intervals together, with the confidence level; null as above."
    )
    verdict: Literal["same", "as good", "better", "worse", "not worse", "undecided"] = Field(
        description="same: equal in every resample. as good: the simultaneous interval lies within the margin. better, "
        "worse: it excludes 0. not worse: it lies above minus the margin. undecided: none of these."
    )


class RecordedComparison(Part):
    """Differences of the other models from the model of the record, in resamples that tune every threshold again."""

    reference: str = Field(description="The model of the record, from which differences are.")
    models: tuple[ComparedModel, ...] = Field(strict=False, min_length=1, max_length=1000)
    margin: float = Field(ge=0, description="The largest difference that does not matter.")
    confidence_level: Level
    # The maximum keeps the verification of somebody's record from taking hours.
    n_resamples: Annotated[int, Field(ge=1, le=20_000), WholeNumber]
    random_state: Annotated[int, Field(ge=0), WholeNumber]
    clustered: bool = Field(description="Whether clusters of rows were resampled: the column read_as.cluster.")

    @model_validator(mode="after")
    def _check(self) -> RecordedComparison:
        names = [self.reference, *(each.model for each in self.models)]
        if len(set(names)) < len(names):
            raise ValueError("every model may be named only once")
        for each in self.models:
            low, high = (math.nan if bound is None else bound for bound in each.simultaneous or (None, None))
            equal = max(abs(low), abs(high)) <= EQUAL
            if each.verdict != verdict_of(low, high, self.margin) and not (equal and each.verdict == "same"):
                raise ValueError(f"the verdict {each.verdict} contradicts the interval and the margin")
        return self

    def check_reference(self, model: str, best_value: float | None) -> None:
        """Raise ValueError unless all differences are from the model of the record and its best value."""
        if self.reference != model:
            raise ValueError("comparison.reference must be the model of the record")
        for each in self.models:
            undefined = each.value is None or best_value is None
            # A model that misses the constraints has a value, but no difference and no interval.
            if each.difference is None and (undefined or each.interval is None):
                continue
            if undefined or each.difference is None:
                raise ValueError("a difference is null where a value is, and without an interval else")
            if not math.isclose(
                each.difference, (each.value or 0.0) - (best_value or 0.0), rel_tol=_ROUNDING, abs_tol=_ROUNDING
            ):
                raise ValueError("a difference is not that of value and objective.best_value")


def recorded_comparison(found: ModelDifferences, reference: str, margin: float) -> RecordedComparison:
    """Return the differences of all other models from one as a record has them.

    Raises
    ------
    InvalidPredictions
        When models have different rows.
    ValueError
        For an unknown model, or a margin that is negative or not a number.
    """
    if not found.paired:
        raise InvalidPredictions("A record is about rows that all models have. Leave out the comparison of other rows.")
    return RecordedComparison(
        reference=reference,
        models=tuple(
            ComparedModel(
                model=each.model,
                value=_finite(each.model_value),
                difference=_finite(each.value),
                interval=_bounds(each.interval.low, each.interval.high),
                simultaneous=_bounds(each.simultaneous.low, each.simultaneous.high),
                verdict=each.verdict(margin),
            )
            for each in found.against(reference).differences
        ),
        margin=margin,
        confidence_level=found.confidence_level,
        n_resamples=found.n_resamples,
        random_state=found.random_state,
        clustered=found.clustered,
    )


def _bounds(low: float, high: float) -> tuple[float, float] | None:
    return None if math.isnan(low) or math.isnan(high) else (float(low), float(high))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None

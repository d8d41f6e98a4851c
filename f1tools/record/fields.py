"""The types of the fields of a decision record, with their limits."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from f1tools.record.source import Part

VERSIONS = ("f1tools", "python", "numpy")
"""The programs whose versions a record names."""


def _check_setting(value: object) -> object:
    if value is not None and not (isinstance(value, bool | int | float) and abs(value) <= sys.float_info.max):
        raise ValueError("must be a finite number, a boolean or null")
    return value


def check_versions(versions: Mapping[str, str]) -> Mapping[str, str]:
    """Check that the versions of all programs that compute a record are there."""
    for name in VERSIONS:
        if name not in versions:
            raise ValueError(f"{name} is missing")
    return versions


def _check_date(text: str) -> str:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise ValueError(f"{text} is not a date") from None
    return text


def _check_order(bounds: Bounds) -> Bounds:
    """Check that both bounds are undefined, or both defined and in order."""
    low, high = bounds
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        raise ValueError("the bounds of an interval must be in order, and both defined or both null")
    return bounds


def _null_as_infinity(value: object, validate: ValidatorFunctionWrapHandler) -> float:
    return math.inf if value is None else float(validate(value))


def _infinity_as_null(value: float) -> float | None:
    return value if math.isfinite(value) else None


Text = Annotated[str, Field(max_length=100)]
Share = Annotated[float, Field(ge=0, le=1.000001)]
# JSON has no infinity: null is the threshold above all scores, of these rows and of any other.
Threshold = Annotated[
    float,
    WrapValidator(_null_as_infinity, json_schema_input_type=float | None),
    PlainSerializer(_infinity_as_null, return_type=float | None),
]
Level = Annotated[float, Field(ge=0.001, le=0.999999)]
Bounds = Annotated[tuple[float | None, float | None], Strict(False)]
Interval = Annotated[Bounds, AfterValidator(_check_order)] | None
Setting = Annotated[
    bool | int | float | None, PlainValidator(_check_setting, json_schema_input_type=bool | float | None)
]
Timestamp = Annotated[
    str,
    Field(max_length=20, pattern="^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z$"),
    AfterValidator(_check_date),
]
TableDigest = Annotated[str, Field(max_length=71, pattern="^sha256:[0-9a-f]{64}$")]


class RecordedCells(Part):
    """Cells of a confusion matrix: counts of rows, or sums of their weights."""

    tn: float = Field(ge=0, description="True negatives.")
    fp: float = Field(ge=0, description="False positives.")
    fn: float = Field(ge=0, description="False negatives.")
    tp: float = Field(ge=0, description="True positives.")

    @model_validator(mode="after")
    def _check_sum(self) -> RecordedCells:
        if not 0 < self.tp + self.fn + self.fp + self.tn < math.inf:
            raise ValueError("counts must have a finite sum above 0")
        return self


class RecordedCounts(RecordedCells):
    """Cells of the confusion matrix at the threshold: counts of rows, or sums of their weights."""

    @model_validator(mode="after")
    def _check_both(self) -> RecordedCounts:
        if not (self.tp + self.fn > 0 and self.fp + self.tn > 0):
            raise ValueError("both classes are needed, with a finite sum")
        return self

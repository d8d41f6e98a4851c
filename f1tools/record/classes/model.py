"""The record of a decision about several classes: its fields, their limits, and what must hold between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

import numpy as np
from pydantic import AfterValidator, Field, field_serializer, model_validator

from f1tools.classes import Average, Rule
from f1tools.classes.weighting import highest_class
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.metrics import LARGEST_BETA, SMALLEST_BETA
from f1tools.record.fields import (
    VERSIONS,
    Interval,
    Level,
    RecordedCells,
    TableDigest,
    Text,
    Threshold,
    Timestamp,
    check_versions,
)
from f1tools.record.model import ScoreBins
from f1tools.record.objective import RecordedConstraint, check_range
from f1tools.record.source import FileDigest, Part, ReadAs, RowCount, WholeNumber

CLASSES_SCHEMA: Final = "f1tools-decision/4"
"""Name and version of a record of several classes, which has no single threshold."""
RuleText: TypeAlias = Literal["y_score >= threshold", "argmax(y_score + offset)", "argmax(log(y_score) + offset)"]
BY_THRESHOLD: Final = "y_score >= threshold"
BY_OFFSET: Final = "argmax(y_score + offset)"
BY_LOG_OFFSET: Final = "argmax(log(y_score) + offset)"

MAX_CLASSES: Final = 1000
METHOD: Final = 4
"""Of the search for offsets and of the estimates for new rows. Increase it whenever either gives other numbers: records
of another method are verified without comparing these."""
MAX_OFFSET: Final = 1e300
MAX_LOG_OFFSET: Final = 700.0  # its exponential is the weight of a probability in code, and must be a number
_ROUNDING = 1e-9


class ClassSource(Part):
    """Where the rows come from."""

    title: str = Field(description="Name of the data, for people.")
    files: tuple[FileDigest, ...] = Field(
        strict=False,
        max_length=100,
        description="The files that the rows were read from; empty where they never were in a file.",
    )
    read_as: ReadAs = Field(description="How the files were understood, complete.")
    n: RowCount = Field(ge=2, description="Usable rows.")
    dropped: Mapping[str, RowCount] = Field(description="Rows that were left out, by reason.")

    @model_validator(mode="after")
    def _check(self) -> ClassSource:
        read_as = self.read_as
        if self.files and not (read_as.scores and read_as.classes and (read_as.truth or read_as.truths)):
            raise ValueError("read_as must name the truth, the scores and the classes of the file")
        if read_as.one_class is not None:
            raise ValueError("read_as.one_class is for a record of one class against all others")
        return self


class Expectation(Part):
    """F-beta to expect on new rows, out of bag."""

    value: float | None = Field(description="null where it is unknown.")
    interval: Interval = Field(description="Of the value; null where it is unknown.")

    @model_validator(mode="after")
    def _check(self) -> Expectation:
        check_range("expected", "fbeta", self.value, *(self.interval or ()))
        return self


class RecordedClass(Part):
    """One class or label against all others, as it is decided."""

    name: str
    positives: RowCount = Field(description="Rows that have it, whatever they weigh; 0 only where each row has one.")
    cells: RecordedCells = Field(alias="counts")
    value: Annotated[float, Field(ge=0, le=1 + _ROUNDING)] | None = Field(
        description="F-beta on these rows; null where no row has the class."
    )
    expected: Expectation | None = Field(description="null where it was not estimated.")
    kept: bool = Field(
        description="Whether it has so few positive rows that it keeps the common threshold, or no offset."
    )
    not_met: str = Field(description="Why its limits had to be ignored; empty where they hold.")
    scores: ScoreBins
    table: TableDigest = Field(description="Of its counts at every threshold; independent of the order of the rows.")

    @property
    def counts(self) -> ConfusionCounts:
        """Confusion counts against all others, as floats."""
        return ConfusionCounts(**dict(self.cells))


class RecordedRule(Part):
    """One way to decide about all classes, and its average."""

    value: float = Field(ge=0, le=1 + _ROUNDING, description="On the rows it was tuned on, so it is optimistic.")
    expected: Expectation | None = Field(description="null where it was not estimated.")


class Resamples(Part):
    """The resamples that all estimates are of."""

    confidence_level: Level
    # The maximum keeps the verification of somebody's record from taking hours.
    n_resamples: Annotated[int, Field(ge=2, le=10_000), WholeNumber]
    random_state: Annotated[int, Field(ge=0), WholeNumber]


class ClassRecord(Part):
    """The decision about several classes: a threshold for each of several labels, or an offset for each class.

    A record holds enough to deploy the decision, to verify it against its rows and to check new rows against it.
    """

    format: Literal["f1tools-decision/4"] = Field(alias="schema", description="Name and version of this format.")
    created: Timestamp = Field(description="When the record was written: ISO 8601, UTC, to the second.")
    versions: Annotated[Mapping[str, Text], AfterValidator(check_versions)] = Field(
        description="Versions of f1tools, Python and numpy that computed the record.",
        json_schema_extra={"required": list(VERSIONS)},
    )
    method: Annotated[int, Field(ge=1, le=1000), WholeNumber] = Field(
        default=1,
        description="How offsets were searched and estimates for new rows were made. Another number gives others.",
    )
    one_per_row: bool = Field(description="Whether each row has exactly one class; else it has any number of labels.")
    rule: RuleText = Field(
        description="How the thresholds or offsets are applied. argmax is the first of the highest. Of probabilities, "
        "(y_score + 1e-300) * weight is computed, where weight is exp(offset), rounded to 12 significant digits."
    )
    average: Average = Field(description="How F-beta of the classes becomes the number that was maximized.")
    beta: float = Field(
        ge=SMALLEST_BETA, le=LARGEST_BETA, description="How many times more recall counts than precision."
    )
    chosen: Rule = Field(
        description="default: 0.5 for each label, or no offsets. common: one threshold for all labels. own: a "
        "threshold for each label, or an offset for each class."
    )
    thresholds: Mapping[str, Threshold] = Field(
        default={},
        exclude_if=lambda thresholds: not thresholds,
        description="Where rows have several labels: of each label, in the order of classes. null flags nothing.",
    )
    offsets: Mapping[str, float] = Field(
        default={},
        exclude_if=lambda offsets: not offsets,
        description="Where rows have one class: of each class, in the order of classes.",
    )
    by_hand: tuple[str, ...] = Field(
        strict=False, max_length=MAX_CLASSES, description="Labels whose threshold somebody set."
    )
    limits: Mapping[str, Annotated[tuple[RecordedConstraint, ...], Field(strict=False, max_length=20)]] = Field(
        description="What thresholds of labels had to satisfy, by label."
    )
    min_positives: RowCount = Field(
        description="With fewer positive rows a label keeps the common threshold, and a class has no offset."
    )
    weighted: bool = Field(description="Whether counts are sums of weights.")
    classes: tuple[RecordedClass, ...] = Field(
        strict=False, min_length=2, max_length=MAX_CLASSES, description="In the order of the columns of scores."
    )
    rules: Mapping[Rule, RecordedRule] = Field(
        min_length=1, description="All ways to decide that were compared, before thresholds were set by hand."
    )
    resamples: Resamples | None = Field(description="null where nothing was estimated.")
    data: ClassSource

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return tuple(each.name for each in self.classes)

    @property
    def is_logarithmic(self) -> bool:
        """Whether offsets are added to the logarithms of probabilities."""
        return self.rule == BY_LOG_OFFSET

    @property
    def cuts(self) -> FloatArray:
        """The thresholds of the labels or the offsets of the classes, in their order; shape (k,)."""
        of = self.offsets if self.one_per_row else self.thresholds
        return np.array([of[name] for name in self.names])

    @property
    def constraints(self) -> dict[str, tuple[Constraint, ...]]:
        """What thresholds of labels had to satisfy, by label."""
        return {name: tuple(each.constraint() for each in limits) for name, limits in self.limits.items()}

    @property
    def counts(self) -> ConfusionCounts:
        """Confusion counts of each class against all others; arrays of shape (k,)."""
        cells = ("tn", "fp", "fn", "tp")
        return ConfusionCounts(*(np.array([getattr(each.cells, cell) for each in self.classes]) for cell in cells))

    @property
    def expected(self) -> Expectation | None:
        """What to expect of the chosen rule on new rows; None where thresholds were set by hand, or unknown."""
        return None if self.by_hand else self.rules[self.chosen].expected

    def decide(self, y_score: Any) -> BoolArray:
        """Return which classes each row gets.

        Parameters
        ----------
        y_score : array-like of shape (n, k)
            A column for each class, in the order of ``classes``.

        Returns
        -------
        ndarray of bool of shape (n, k)
            Where a row has one class, one in each row.
        """
        if not self.one_per_row:
            return np.asarray(np.asarray(y_score, np.float64) >= self.cuts)
        decided = highest_class(y_score, self.cuts, logarithmic=self.is_logarithmic)
        return np.asarray(decided[:, np.newaxis] == np.arange(len(self.classes)))

    @field_serializer("classes")
    def _classes(self, classes: tuple[RecordedClass, ...]) -> list[dict[str, Any]]:
        written = [each.model_dump(mode="json", by_alias=True) for each in classes]
        for each in () if self.weighted else written:
            each["counts"] = {cell: int(count) for cell, count in each["counts"].items()}
        return written

    @model_validator(mode="after")
    def _check_rule(self) -> ClassRecord:
        names, labels = self.names, () if self.one_per_row else self.names
        if len(set(names)) < len(names):
            raise ValueError("two classes have the same name")
        if (self.rule == BY_THRESHOLD) == self.one_per_row:
            raise ValueError(f"the rule {self.rule} does not fit one_per_row")
        expected = (self.thresholds, labels), (self.offsets, names if self.one_per_row else ())
        if any(set(found) != set(needed) for found, needed in expected):
            raise ValueError("each label needs a threshold where rows have several, else each class an offset")
        limit = MAX_LOG_OFFSET if self.is_logarithmic else MAX_OFFSET
        if any(abs(offset) > limit for offset in self.offsets.values()):
            raise ValueError(f"offsets must lie between -{limit:g} and {limit:g}")
        for field, found in (("by_hand", self.by_hand), ("limits", self.limits)):
            if not set(found) <= set(labels):
                raise ValueError(f"{field} must name labels that have thresholds")
        if self.chosen not in self.rules:
            raise ValueError(f"rules lack the chosen one, {self.chosen}")
        if self.one_per_row and "common" in self.rules:
            raise ValueError("one threshold for all is for rows with several labels")
        return self

    @model_validator(mode="after")
    def _check_rows(self) -> ClassRecord:
        data, read_as = self.data, self.data.read_as
        if data.files and not set(self.names) <= set(read_as.classes):
            raise ValueError("read_as.classes must have the names of all classes")
        for each in self.classes:
            counts = each.counts
            has_rows = each.positives > 0 and counts.positives() > 0
            if not (self.one_per_row or has_rows) or each.positives >= data.n or not counts.negatives():
                raise ValueError(f"{each.positives:,} of {data.n:,} rows are positive, but both are needed")
            if (each.value is None) == (counts.positives() > 0):
                raise ValueError("the value must be null where no row has the class, and only there")
            if self.weighted:
                continue
            if not all(value.is_integer() for _, value in each.cells):
                raise ValueError("counts must be whole numbers where rows are not weighted")
            if (counts.total(), counts.positives()) != (data.n, each.positives):
                raise ValueError("counts must add up to data.n rows and the positives of the class")
        if self.one_per_row and sum(each.positives for each in self.classes) != data.n:
            raise ValueError("the rows of all classes must add up to data.n, where each has one")
        estimates = [each.expected for each in self.classes] + [each.expected for each in self.rules.values()]
        if self.resamples is None and any(estimates):
            raise ValueError("resamples are needed where something is expected")
        return self

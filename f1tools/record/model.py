"""The decision record: its fields, their limits, and what must hold between them.

The models below are the only definition of the format: records are read and written by them, and
``decision.schema.json`` is generated from them, descriptions included.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, field_serializer, model_validator

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, metric, reported_metrics_with_f1
from f1tools.formatting import exact_threshold
from f1tools.groups.thresholds import SEPARABLE
from f1tools.record.comparison import RecordedComparison
from f1tools.record.fields import (
    VERSIONS,
    Bounds,
    Interval,
    Level,
    RecordedCounts,
    Setting,
    Share,
    TableDigest,
    Text,
    Threshold,
    Timestamp,
    check_versions,
)
from f1tools.record.groups import GroupThresholds
from f1tools.record.objective import Objective, check_range
from f1tools.record.source import DataSource, Part, RowCount, WholeNumber
from f1tools.uncertainty.resampling import BY_MULTINOMIAL, FROM_TABLES, Drawing

Format: TypeAlias = Literal["f1tools-decision/1", "f1tools-decision/2", "f1tools-decision/3"]

SCHEMA: Final = "f1tools-decision/1"
"""Name and version of the format; a change that old readers would misread gets another number."""
GROUPS_SCHEMA: Final = "f1tools-decision/2"
"""Name and version of a record with one threshold for each group, which is not to be read as one with a single one."""
TABLES_SCHEMA: Final = "f1tools-decision/3"
"""Name and version of a record, with groups or without, whose estimate is of resamples that were drawn from tables."""
SCHEMAS: Final = (SCHEMA, GROUPS_SCHEMA, TABLES_SCHEMA)
RULE: Final = "y_score >= threshold"

_ROUNDING = 1e-9


class Tables(Part):
    """Digests of the counts at every threshold, which do not depend on the order of the rows."""

    tune: TableDigest = Field(description="Of the tuning rows; equal to the other digest where rows have no roles.")
    report: TableDigest = Field(description="Of the evaluation rows.")


class RecordedData(DataSource):
    """The rows that the decision was made on."""

    tables: Tables

    @model_validator(mode="after")
    def _check(self) -> RecordedData:
        read_as = self.read_as
        if not 0 < self.n_pos < self.n:
            raise ValueError(f"{self.n_pos:,} of {self.n:,} rows are positive, but rows of both classes are needed")
        has_truth = self.table is not None or read_as.truth is not None or bool(read_as.truths)
        label, what = (read_as.one_class, "class") if read_as.classes else (read_as.pos_label, "positive label")
        if self.files and not (read_as.scores and has_truth and label is not None):
            raise ValueError(f"read_as must name the truth, the scores and the {what} of the file")
        if (read_as.role is None) != (not read_as.tune and not read_as.report):
            raise ValueError("read_as must name the role column together with its values")
        return self


class SameDecisions(Part):
    """All thresholds t with above < t <= up_to make the same decisions on the evaluation rows."""

    above: float | None = Field(description="null where there is no bound.")
    up_to: float | None = Field(description="null where there is no bound.")


class MetricValue(Part):
    """A metric at the threshold."""

    value: float | None = Field(description="null where it is undefined, as precision is when nothing is flagged.")
    interval: Interval = Field(
        description="As for a threshold that was chosen on other rows; null for a metric that is not a proportion."
    )


class Expected(Part):
    """Performance of the best threshold on new data, by the .632 bootstrap."""

    value: float | None = Field(
        description="null where it is unknown, and where rows have roles: the evaluation rows measure it then."
    )
    optimism: float | None = Field(description="How much better the metric is on the tuning rows.")
    interval: Interval = Field(description="Of the value; null where it is unknown.")
    threshold_interval: Bounds = Field(
        description="Of the best threshold over resamples; a null bound is above all scores, where nothing is flagged."
    )
    confidence_level: Level
    # The maximum keeps the verification of somebody's record from taking hours.
    n_resamples: Annotated[int, Field(ge=1, le=100_000), WholeNumber]
    random_state: Annotated[int, Field(ge=0), WholeNumber]
    drawing: Drawing = Field(
        default=BY_MULTINOMIAL,
        exclude_if=lambda drawing: drawing == BY_MULTINOMIAL,
        description="How the resamples were drawn: 2 from tables, for many rows. A seed gives other resamples then.",
    )

    @model_validator(mode="after")
    def _check(self) -> Expected:
        low, high = self.threshold_bounds
        if low > high:
            raise ValueError("the bounds of threshold_interval are not in order")
        return self

    @property
    def threshold_bounds(self) -> tuple[float, float]:
        """The threshold interval, with inf for null."""
        low, high = (math.inf if bound is None else bound for bound in self.threshold_interval)
        return low, high


class Roles(Part):
    """The tuning rows and the evaluation rows."""

    tune: str = Field(description="Name of the tuning rows.")
    report: str = Field(description="Name of the evaluation rows.")
    n_tune: RowCount
    n_report: RowCount


class ScoreBins(Part):
    """Distribution of the scores of the evaluation rows, to compare those of later rows with.

    ``shares[0]`` is the share below ``edges[0]``, ``shares[i]`` that from ``edges[i - 1]`` up to, but not including,
    ``edges[i]``, and the last one that from the last edge up.
    """

    span: tuple[float, float] = Field(strict=False, description="The lowest and the highest score.")
    edges: tuple[float, ...] = Field(
        strict=False,
        max_length=1000,
        description="Scores at which bins begin, ascending; the first bin lies below the first edge.",
    )
    shares: tuple[Share, ...] = Field(
        strict=False,
        description="The share of the rows, or of their weights, in each bin; one more than there are edges.",
    )

    @model_validator(mode="after")
    def _check(self) -> ScoreBins:
        low, high = self.span
        if len(self.shares) != len(self.edges) + 1:
            raise ValueError(f"{len(self.edges)} edges need {len(self.edges) + 1} shares, got {len(self.shares)}")
        if max((low, *self.edges)) > high or any(left >= right for left, right in pairwise((low, *self.edges))):
            raise ValueError("the edges must ascend within the span")
        if abs(math.fsum(self.shares) - 1) > 1e-6:
            raise ValueError("the shares must add up to 1")
        return self


class DecisionRecord(Part):
    """The threshold of a binary classifier: the rows and the metric that it was chosen by, and its performance.

    A record holds enough to deploy the decision, to verify it against its rows and to check new rows against it. Where
    it has thresholds of groups, its own threshold applies to all other groups, and everything outside of ``groups``
    describes that threshold for all rows.
    """

    format: Format = Field(
        alias="schema",
        description="Name and version of this format: 2 where there are thresholds of groups, 3 where "
        "``expected.drawing`` is 2.",
    )
    created: Timestamp = Field(description="When the record was written: ISO 8601, UTC, to the second.")
    versions: Annotated[Mapping[str, Text], AfterValidator(check_versions)] = Field(
        description="Versions of f1tools, Python and numpy that computed the record.",
        json_schema_extra={"required": list(VERSIONS)},
    )
    model: str = Field(description="Name of the model: its score column, as in the file.")
    pos_label: str = Field(description="The label of positive rows, as in the file.")
    neg_label: str = Field(description="The label of all other rows.")
    rule: Literal["y_score >= threshold"] = Field(
        description="How the threshold is applied: a row whose score equals the threshold is predicted positive."
    )
    threshold: Threshold = Field(
        description="The threshold that was decided on; null flags nothing, whatever the score."
    )
    chosen: Literal["best", "by hand"] = Field(
        description="Whether the threshold is the best one by the objective, or one that somebody set."
    )
    same_decisions: SameDecisions
    objective: Objective
    weighted: bool = Field(description="Whether counts are sums of weights.")
    cells: RecordedCounts = Field(alias="counts")
    confidence_level: Level = Field(description="Of the intervals of the metrics.")
    metrics: Mapping[str, MetricValue] = Field(
        min_length=3, max_length=4, description="The objective, precision, recall and F1 at the threshold, by name."
    )
    expected: Expected | None = Field(description="null where it was not estimated.")
    roles: Roles | None = Field(
        description="null where rows have no roles: then all rows are tuning and evaluation rows."
    )
    scores: ScoreBins
    data: RecordedData
    supposed: Mapping[str, Setting] = Field(
        description="What-if settings that were open when the record was written; no number depends on them. null is "
        "a threshold above all scores."
    )
    groups: GroupThresholds | None = Field(
        default=None,
        exclude_if=lambda groups: groups is None,
        description="Only where each group has a threshold of its own.",
    )
    comparison: RecordedComparison | None = Field(
        default=None,
        exclude_if=lambda comparison: comparison is None,
        description="Only where the model was compared with others.",
    )

    @property
    def metric(self) -> Metric:
        """The metric that the best threshold maximizes."""
        return metric(self.objective.metric, self.objective.beta)

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints that were requested."""
        return tuple(each.constraint() for each in self.objective.constraints)

    @property
    def counts(self) -> ConfusionCounts:
        """Confusion counts at the threshold: integers, or floats where rows are weighted."""
        return ConfusionCounts(**self._counts(self.cells))

    @field_serializer("cells")
    def _counts(self, cells: RecordedCounts) -> dict[str, int | float]:
        return {name: value if self.weighted else int(value) for name, value in cells}

    @model_validator(mode="after")
    def _check_thresholds(self) -> DecisionRecord:
        above, up_to = self.same_decisions.above, self.same_decisions.up_to
        if (above is not None and self.threshold <= above) or (up_to is not None and self.threshold > up_to):
            raise ValueError(f"threshold {exact_threshold(self.threshold)} lies outside same_decisions")
        if (self.threshold == self.objective.best_threshold) != (self.chosen == "best"):
            threshold = exact_threshold(self.threshold)
            raise ValueError(f"chosen is {self.chosen}, which contradicts threshold {threshold} and best_threshold")
        return self

    @model_validator(mode="after")
    def _check_metrics(self) -> DecisionRecord:
        names = {each.name for each in reported_metrics_with_f1(self.metric, by="name")}
        if set(self.metrics) != names:
            raise ValueError(f"metrics must be {', '.join(sorted(names))}")
        for name, each in self.metrics.items():
            check_range(f"metrics.{name}", name, each.value, *(each.interval or ()))
        if self.expected is not None:
            values = (self.expected.value, *(self.expected.interval or ()))
            check_range("expected", self.objective.metric, *values)
        return self

    @model_validator(mode="after")
    def _check_rows(self) -> DecisionRecord:
        data, roles = self.data, self.roles
        if self.pos_label == self.neg_label:
            raise ValueError("pos_label and neg_label must differ")
        if roles is None and data.tables.tune != data.tables.report:
            raise ValueError("data.tables must be equal where rows have no roles")
        if roles is not None and roles.n_tune + roles.n_report != data.n:
            raise ValueError(f"the rows of both roles must add up to data.n, {data.n:,}")
        if not self.weighted:
            self._check_counts(data.n if roles is None else roles.n_report)
        return self

    @model_validator(mode="after")
    def _check_groups(self) -> DecisionRecord:
        groups, data = self.groups, self.data
        if self.format != schema_of(groups, self.expected):
            if self.format == TABLES_SCHEMA or schema_of(None, self.expected) == TABLES_SCHEMA:
                raise ValueError(f"expected.drawing 2 belongs to {TABLES_SCHEMA}, and only to it")
            raise ValueError(f"groups belong to {GROUPS_SCHEMA}, and only to it")
        if groups is None:
            return self
        if self.objective.metric not in SEPARABLE or self.objective.constraints:
            raise ValueError(f"groups need one of the metrics {', '.join(SEPARABLE)}, without constraints")
        if data.files and data.read_as.group != groups.column:
            raise ValueError("read_as.group must be the column of groups")
        of_groups, of_all = groups.counts, self.counts
        if not math.isclose(of_groups.positives(), of_all.positives(), rel_tol=_ROUNDING) or not math.isclose(
            of_groups.negatives(), of_all.negatives(), rel_tol=_ROUNDING
        ):
            raise ValueError("groups.counts must be of the same rows as counts")
        if not self.weighted and not all(value.is_integer() for _, value in groups.cells):
            raise ValueError("groups.counts must be whole numbers where rows are not weighted")
        check_range("groups.value", self.objective.metric, groups.value)
        return self

    @model_validator(mode="after")
    def _check_comparison(self) -> DecisionRecord:
        if self.comparison is not None:
            self.comparison.check_reference(self.model, self.objective.best_value)
            values = (each.value for each in self.comparison.models)
            check_range("comparison.models.value", self.objective.metric, *values)
        return self

    def _check_counts(self, n: int) -> None:
        """Check that counts of rows fit the numbers of rows."""
        counts, n_pos = self.counts, self.data.n_pos
        if not all(value.is_integer() for _, value in self.cells):
            raise ValueError("counts must be whole numbers where rows are not weighted")
        if counts.total() != n:
            raise ValueError(f"counts add up to {counts.total():,}, but there are {n:,} rows")
        if self.roles is None and counts.positives() != n_pos:
            raise ValueError(f"counts hold {counts.positives():,} positive rows, but data.n_pos is {n_pos:,}")
        if self.roles is not None and counts.positives() >= n_pos:
            raise ValueError(f"the evaluation rows cannot hold all {n_pos:,} positive rows")


def schema_of(groups: GroupThresholds | None, expected: Expected | None) -> Format:
    """Return the format of a record with these parts."""
    if expected is not None and expected.drawing == FROM_TABLES:
        return TABLES_SCHEMA
    return SCHEMA if groups is None else GROUPS_SCHEMA

"""Building the decision record of a decision."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from f1tools import formatting
from f1tools.comparison import ModelDifferences
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, Metric, defined_values, reported_metrics_with_f1
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import Optimum
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Decision
from f1tools.record.comparison import recorded_comparison
from f1tools.record.drift_statistics import score_bins
from f1tools.record.fields import RecordedCounts
from f1tools.record.fingerprint import table_digest
from f1tools.record.groups import GroupThresholds, check_applicable
from f1tools.record.model import (
    RULE,
    DecisionRecord,
    Expected,
    MetricValue,
    RecordedData,
    Roles,
    SameDecisions,
    Tables,
    schema_of,
)
from f1tools.record.objective import Objective, RecordedConstraint
from f1tools.record.source import DataSource
from f1tools.uncertainty import Interval, TunedEstimate, metric_interval
from f1tools.version import __version__


def build_record(  # noqa: PLR0913 (keywords, each with a default)
    decision: Decision,
    source: DataSource,
    *,
    estimate: TunedEstimate | None = None,
    what_if: Mapping[str, float | int | bool | None] | None = None,
    constraints: Sequence[Constraint] | None = None,
    differences: ModelDifferences | None = None,
    margin: float = 0.0,
    confidence_level: float = 0.95,
    groups: GroupThresholds | None = None,
) -> DecisionRecord:
    """Return the record of a decision.

    Parameters
    ----------
    decision : Decision
    source : DataSource
        See :func:`f1tools.data_source`.
    estimate : TunedEstimate, optional
        From the tuning rows, by the decision's metric and constraints.
    what_if : mapping of str to float, int, bool or None, optional
        What-if settings that were open; None for a threshold above all scores.
    constraints : sequence of Constraint, optional
        The constraints that were requested, where they could not be met; by default those of the decision.
    differences : ModelDifferences, optional
        Of this model and others on the same rows, from :func:`f1tools.model_differences`.
    margin : float
        The largest of these differences that does not matter.
    confidence_level : float
        Of the intervals of metrics; from 0.001 to 0.999999.
    groups : GroupThresholds, optional
        One threshold for each group, from :func:`f1tools.group_thresholds` with the same decision.

    Raises
    ------
    InvalidPredictions
        When the metric is user-defined, so that other programs do not know it, when a name is not text, or when models
        with differences have different rows.
    ValueError
        When the parts belong to different decisions, or a number is out of range.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> from f1tools.predictions import Predictions
    >>> from f1tools.record import data_source
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> record = build_record(decide(predictions.curves()), data_source(predictions))
    >>> record.threshold, record.counts.tp, record.metrics["recall"].value
    (0.4, 2, 1.0)
    """
    _check_parts(decision, source, estimate)
    _check_differences(decision, differences)
    _check_names(decision, source, groups, differences)
    if groups is not None:
        check_applicable(decision)
    curves, (low, high) = decision.curves, decision.same_decisions
    expected = None if estimate is None else expected_performance(estimate, has_roles=curves.has_roles)
    return DecisionRecord(
        schema=schema_of(groups, expected),
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions={"f1tools": __version__, "python": platform.python_version(), "numpy": np.__version__},
        model=curves.model,
        pos_label=curves.pos_label,
        neg_label=curves.neg_label,
        rule=RULE,
        threshold=_threshold(decision.threshold_text),
        chosen="best" if decision.is_best else "by hand",
        same_decisions=SameDecisions(above=_finite(low), up_to=_finite(high)),
        objective=_objective(decision, decision.tuning.constraints if constraints is None else constraints),
        weighted=curves.evaluation.weighted,
        counts=RecordedCounts(**{cell: float(count) for cell, count in vars(decision.point.counts).items()}),
        confidence_level=confidence_level,
        metrics={
            each.name: _metric_value(each, decision.point, confidence_level)
            for each in reported_metrics_with_f1(decision.objective, by="name")
        },
        expected=expected,
        roles=_roles(curves),
        scores=score_bins(curves.evaluation),
        data=RecordedData(**{**dict(source), "tables": _tables(curves)}),
        supposed=dict(what_if or {}),
        groups=groups,
        comparison=None if differences is None else recorded_comparison(differences, curves.model, margin),
    )


def _check_parts(decision: Decision, source: DataSource, estimate: TunedEstimate | None) -> None:
    """Check that the parts belong together, and that a record can hold the decision."""
    n = decision.curves.n_total
    if source.n != n:
        raise ValueError(f"The source has {source.n:,} rows, the decision {n:,}: they are of different data.")
    if decision.objective.name not in METRICS:
        raise InvalidPredictions(
            f"The metric {decision.objective.label} is not known to readers of the record. Choose one of: "
            f"{', '.join(METRICS)}."
        )
    if estimate is None:
        return
    objective, threshold = decision.objective, decision.tuning.point.threshold
    estimated = estimate.metric.name, estimate.metric.beta, estimate.threshold
    if estimated != (objective.name, objective.beta, threshold):
        raise ValueError(
            "The estimate is of another decision: make it from decision.curves.tuning, by the same metric."
        )


def _check_differences(decision: Decision, differences: ModelDifferences | None) -> None:
    """Check that differences of models are about the model of the decision, by its metric."""
    if differences is None:
        return
    objective, found = decision.objective, differences.metric
    values = dict(zip(differences.models, differences.values, strict=True))
    value = values.get(decision.curves.model, math.inf)
    same_value = bool(np.isclose(value, decision.evaluation.value, rtol=1e-9, atol=1e-12, equal_nan=True))
    if (found.name, found.beta) != (objective.name, objective.beta) or not same_value:
        raise ValueError("The differences are of another decision: compare its model with others, by the same metric.")


def _check_names(
    decision: Decision, source: DataSource, groups: GroupThresholds | None, differences: ModelDifferences | None
) -> None:
    """Refuse names with lone surrogates, which JSON in UTF-8 cannot hold."""
    curves = decision.curves
    names: list[Any] = [curves.model, curves.pos_label, curves.neg_label, curves.role_names, source.read_as.chosen()]
    if groups is not None:
        names += [groups.column, groups.too_few, [each.group for each in groups.thresholds]]
    if differences is not None:
        names += differences.models
    try:
        json.dumps(names, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        near = ascii(error.object[max(error.start - 20, 0) : error.end])
        raise InvalidPredictions(
            f"A name holds a lone surrogate, near {near}, which is not text. Rename the column or the label."
        ) from None


def _objective(decision: Decision, constraints: Sequence[Constraint]) -> Objective:
    return Objective(
        metric=decision.objective.name,
        beta=decision.objective.beta,
        constraints=tuple(
            RecordedConstraint(metric=each.name, sense=each.sense, bound=each.bound) for each in constraints
        ),
        not_met=decision.tuning.not_met,
        best_threshold=_threshold(decision.best_threshold_text),
        best_value=_finite(decision.evaluation.value),
        value_where_tuned=_finite(decision.tuning.value),
        bound=_bound(decision.tuning),
    )


def _bound(optimum: Optimum) -> float | None:
    """Return the highest value that any threshold can have, where it may be above that of the best one known."""
    if optimum.is_certain:
        return None
    return optimum.bound if math.isfinite(optimum.bound) else 1.0  # metrics that have no bounds are shares


def _threshold(text: str) -> Any:
    """Return the number that a text stands for; None for +inf, as in JSON."""
    return _finite(formatting.parse_threshold(text))


def _metric_value(each: Metric, point: OperatingPoint, confidence_level: float) -> MetricValue:
    interval = metric_interval(each, point, confidence_level=confidence_level)
    return MetricValue(value=_finite(defined_values(each, point.counts)), interval=_bounds(interval))


def expected_performance(estimate: TunedEstimate, *, has_roles: bool = False) -> Expected:
    """Return an estimate as a record has it: where evaluation rows measure the value, only the threshold's interval."""
    low, high = estimate.threshold_interval.low, estimate.threshold_interval.high
    return Expected(
        value=None if has_roles else _finite(estimate.estimate),
        optimism=None if has_roles else _finite(estimate.optimism),
        interval=None if has_roles else _bounds(estimate.interval),
        threshold_interval=(_finite(low), _finite(high)),
        confidence_level=estimate.confidence_level,
        n_resamples=int(estimate.n_resamples),
        random_state=int(estimate.random_state),
        drawing=estimate.drawing,
    )


def _roles(curves: ModelCurves) -> Roles | None:
    if not curves.has_roles:
        return None
    tune, report = curves.role_names or ("tune", "report")
    return Roles(tune=tune, report=report, n_tune=curves.n_rows[0], n_report=curves.n_rows[1])


def _tables(curves: ModelCurves) -> Tables:
    report = table_digest(curves.evaluation)
    return Tables(tune=table_digest(curves.tuning) if curves.has_roles else report, report=report)


def _bounds(interval: Interval | None) -> tuple[float | None, float | None] | None:
    return None if interval is None else (_finite(interval.low), _finite(interval.high))


def _finite(value: float | np.ndarray) -> float | None:
    """Return a number for JSON: None where it is undefined or infinite."""
    return float(value) if math.isfinite(value) else None

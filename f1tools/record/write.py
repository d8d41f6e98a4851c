"""From a decision to its record, and from the record to JSON."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import METRICS, Metric, defined_values, metric, reported_metrics_with_f1
from f1tools.decision import Decision
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading
from f1tools.record.fingerprint import table_digest
from f1tools.record.layout import LEVELS, MOST_RESAMPLES, as_json_objects
from f1tools.record.record import Bounds, DataSource, DecisionRecord, Expected, FileSeen, Measured, Roles
from f1tools.record.score_shares import score_shares
from f1tools.uncertainty import Interval, TunedEstimate, metric_interval
from f1tools.version import __version__

Supposed = Mapping[str, float | int | bool]


def source_of(data: Reading | Predictions, files: Sequence[FileSeen] = (), *, title: str | None = None) -> DataSource:
    """Say where rows come from.

    Parameters
    ----------
    data : Reading or Predictions
        What was read from files, or predictions that never were in one.
    files : sequence of FileSeen
        See :func:`f1tools.file_seen`.
    title : str, optional
        The name of what was read, when it is left out.

    Raises
    ------
    InvalidPredictions
        When nothing could be read.

    Examples
    --------
    >>> source_of(Predictions.from_arrays([1, 0, 1], [0.9, 0.2, 0.4]), title="Three cases").positives
    2
    """
    if isinstance(data, Predictions):
        read_as = Choices(scores=data.models, pos_label=data.pos_label, neg_label=data.neg_label)
        return DataSource("data" if title is None else title, tuple(files), read_as, data.n, data.n_pos, {})
    if data.predictions is None or data.proposal is None:
        raise InvalidPredictions(data.reason)
    return DataSource(
        title=data.name if title is None else title,
        files=tuple(files),
        read_as=data.proposal,
        rows=data.predictions.n,
        positives=data.predictions.n_pos,
        dropped=dict(data.dropped),
        trained=" ".join(each.sentence for each in data.warnings if each.kind == "train_rows"),
    )


def record_of(
    decision: Decision,
    source: DataSource,
    *,
    estimate: TunedEstimate | None = None,
    supposed: Supposed | None = None,
    constraints: Sequence[Constraint] | None = None,
    created: datetime | None = None,
    confidence_level: float = 0.95,
) -> DecisionRecord:
    """Write down a decision with all that is known of it.

    Parameters
    ----------
    decision : Decision
    source : DataSource
        See :func:`source_of`.
    estimate : TunedEstimate, optional
        Of the rows that thresholds are chosen on, by the decision's metric and constraints.
    supposed : mapping of str to float, int or bool, optional
        What-ifs that were open.
    constraints : sequence of Constraint, optional
        What was asked for, where it could not be kept; else the decision knows.
    created : datetime, optional
        Now, when it is left out.
    confidence_level : float
        Of the intervals; from 0.001 to 0.999999.

    Raises
    ------
    InvalidPredictions
        When the metric is none of the package's own, so that no other program knows what the record speaks of; or
        no finite threshold does what is best.
    ValueError
        When the parts don't belong together, or a number is out of range.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> record = record_of(decide(predictions.curves()), source_of(predictions))
    >>> record.threshold, record.counts.tp, record.metrics["recall"].value
    (0.4, 2, 1.0)
    """
    _check(decision, source, estimate, confidence_level)
    objective, point = _known(decision.objective), decision.point
    low, high = decision.same_decisions
    tables = table_digest(decision.curves.tuning), table_digest(decision.curves.evaluation)
    return DecisionRecord(
        created=(datetime.now(UTC) if created is None else created).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions={"f1tools": __version__, "python": platform.python_version(), "numpy": np.__version__},
        source=source,
        tables=tables if decision.curves.has_roles else (tables[1], tables[1]),
        model=decision.curves.model,
        pos_label=decision.curves.pos_label,
        neg_label=decision.curves.neg_label,
        weighted=decision.curves.evaluation.weighted,
        threshold=float(decision.threshold_text),
        chosen="best" if decision.is_best else "by hand",
        same_decisions=(_finite(low), _finite(high)),
        metric=objective,
        constraints=tuple(decision.tuning.constraints if constraints is None else constraints),
        not_met=decision.tuning.not_met,
        best_threshold=float(decision.best_threshold_text),
        best_value=float(decision.evaluation.value),
        value_where_tuned=float(decision.tuning.value),
        roles=_roles(decision),
        counts=point.counts,
        metrics=_measured(objective, point, confidence_level),
        confidence_level=confidence_level,
        expected=None if estimate is None else _expected(estimate, has_roles=decision.curves.has_roles),
        scores=score_shares(decision.curves.evaluation),
        supposed=dict(supposed or {}),
    )


def _check(decision: Decision, source: DataSource, estimate: TunedEstimate | None, confidence_level: float) -> None:
    """Make sure that what is written can be read again."""
    if source.rows != decision.curves.n_total:
        raise ValueError(
            f"The source has {source.rows:,} rows, the decision {decision.curves.n_total:,}: they are of other data."
        )
    if not (math.isfinite(decision.point.threshold) and math.isfinite(float(decision.best_threshold_text))):
        raise InvalidPredictions(
            "To flag nothing is best, and no threshold does so: the highest score is the largest number that there is. "
            "Scale the scores."
        )
    levels = [confidence_level] if estimate is None else [confidence_level, estimate.confidence_level]
    if not all(LEVELS[0] <= level <= LEVELS[1] for level in levels):
        raise ValueError(f"confidence_level must be from {LEVELS[0]} to {LEVELS[1]} in a record, got {levels}.")
    if estimate is None:
        return
    tuned = decision.tuning
    if (estimate.metric.name, estimate.metric.beta, estimate.threshold) != (
        tuned.metric.name,
        tuned.metric.beta,
        tuned.point.threshold,
    ):
        raise ValueError(
            "The estimate is of another decision: make it from decision.curves.tuning, by the same metric."
        )
    if estimate.n_resamples > MOST_RESAMPLES:
        raise ValueError(f"A record takes {MOST_RESAMPLES:,} resamples at most, got {estimate.n_resamples:,}.")


def _known(objective: Metric) -> Metric:
    """Find the metric by its name, as whoever reads the record will."""
    if objective.name not in METRICS:
        raise InvalidPredictions(
            f"The metric {objective.label} has no name that a record could carry. Choose one of: {', '.join(METRICS)}."
        )
    return metric(objective.name, objective.beta)


def _roles(decision: Decision) -> Roles | None:
    if not decision.curves.has_roles:
        return None
    tune, report = decision.curves.role_names or ("tune", "report")
    return Roles(tune, report, *decision.curves.n_rows)


def _measured(objective: Metric, point: OperatingPoint, confidence_level: float) -> dict[str, Measured]:
    """Give the objective, precision, recall and F1, each once."""
    wanted = reported_metrics_with_f1(objective, by="name")
    return {one.name: _measure(one, point.counts, point.squares, confidence_level) for one in wanted}


def _measure(one: Metric, counts: ConfusionCounts, squares: ConfusionCounts | None, level: float) -> Measured:
    found = metric_interval(one, counts, squares=squares, confidence_level=level)
    return Measured(_finite(float(defined_values(one, counts))), None if found is None else _ends(found))


def _expected(estimate: TunedEstimate, *, has_roles: bool) -> Expected:
    interval = None if has_roles or estimate.interval is None else _ends(estimate.interval)
    return Expected(
        value=None if has_roles else _finite(estimate.estimate),
        optimism=None if has_roles else _finite(estimate.optimism),
        interval=interval,
        threshold_interval=_ends(estimate.threshold_interval),
        confidence_level=estimate.confidence_level,
        n_resamples=int(estimate.n_resamples),
        random_state=int(estimate.random_state),
    )


def _ends(interval: Interval) -> Bounds:
    return _finite(float(interval.low)), _finite(float(interval.high))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def to_json(record: DecisionRecord) -> str:
    """Write a record as strict JSON, in ASCII: no name in it can steer a terminal or turn the writing round.

    Parameters
    ----------
    record : DecisionRecord

    Returns
    -------
    str
        Ends with a line break. :func:`f1tools.read_record` gives the same record again.

    Raises
    ------
    InvalidPredictions
        When a name holds half of a character, which is no text.
    """
    content: dict[str, Any] = as_json_objects(record)
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        seen = ascii(error.object[max(error.start - 20, 0) : error.end])
        raise InvalidPredictions(
            f"A name holds half of a character, near {seen}, which is no text. Rename the column or the label."
        ) from None
    return json.dumps(content, indent=2, allow_nan=False) + "\n"

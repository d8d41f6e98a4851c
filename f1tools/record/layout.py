"""How a record is laid out in JSON; ``decision.schema.json`` says the same to other programs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import metric
from f1tools.formatting import utf8_safe
from f1tools.readers import Choices
from f1tools.record.record import (
    SCHEMA,
    Bounds,
    DataSource,
    DecisionRecord,
    Expected,
    FileSeen,
    Measured,
    Roles,
    ScoreShares,
)

RULE = "y_score >= threshold"
LEVELS = 0.001, 0.999999
"""Confidence levels that a record can have."""
MOST_RESAMPLES = 100_000
"""Resamples at most, so that nobody's record keeps a computer busy for hours."""

_CELLS = ("tn", "fp", "fn", "tp")


def as_json_objects(record: DecisionRecord) -> dict[str, Any]:
    """Lay a record out for JSON, what people look for first."""
    above, up_to = record.same_decisions
    return {
        "schema": SCHEMA,
        "created": record.created,
        "versions": dict(record.versions),
        "model": record.model,
        "pos_label": record.pos_label,
        "neg_label": record.neg_label,
        "rule": RULE,
        "threshold": record.threshold,
        "chosen": record.chosen,
        "same_decisions": {"above": above, "up_to": up_to},
        "objective": _objective(record),
        "weighted": record.weighted,
        "counts": {name: getattr(record.counts, name) for name in _CELLS},
        "confidence_level": record.confidence_level,
        "metrics": {
            name: {"value": one.value, "interval": _pair(one.interval)} for name, one in record.metrics.items()
        },
        "expected": None if record.expected is None else _expected(record.expected),
        "roles": None if record.roles is None else _roles(record.roles),
        "scores": {
            "span": _pair(record.scores.span),
            "edges": list(record.scores.edges),
            "shares": list(record.scores.shares),
        },
        "data": _data(record.source, record.tables),
        "supposed": dict(record.supposed),
    }


def _objective(record: DecisionRecord) -> dict[str, Any]:
    return {
        "metric": record.metric.name,
        "beta": record.metric.beta,
        "constraints": [{"metric": each.name, "sense": each.sense, "bound": each.bound} for each in record.constraints],
        "not_met": record.not_met,
        "best_threshold": record.best_threshold,
        "best_value": _known(record.best_value),
        "value_where_tuned": _known(record.value_where_tuned),
    }


def _expected(expected: Expected) -> dict[str, Any]:
    return {
        "value": expected.value,
        "optimism": expected.optimism,
        "interval": _pair(expected.interval),
        "threshold_interval": _pair(expected.threshold_interval),
        "confidence_level": expected.confidence_level,
        "n_resamples": expected.n_resamples,
        "random_state": expected.random_state,
    }


def _roles(roles: Roles) -> dict[str, Any]:
    return {"tune": roles.tune, "report": roles.report, "n_tune": roles.rows_tune, "n_report": roles.rows_report}


def _data(source: DataSource, tables: tuple[str, str]) -> dict[str, Any]:
    return {
        "title": utf8_safe(source.title),
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in source.files],
        "read_as": source.read_as.chosen(),
        "n": source.rows,
        "n_pos": source.positives,
        "dropped": dict(source.dropped),
        "trained": source.trained,
        "tables": {"tune": tables[0], "report": tables[1]},
    }


def _pair(bounds: Bounds | None) -> list[float | None] | None:
    return None if bounds is None else list(bounds)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def from_json_objects(data: Mapping[str, Any]) -> DecisionRecord:
    """Give the record that is laid out so.

    Raises
    ------
    ValueError
        When a metric, a beta or a constraint is none.
    """
    objective, weighted = data["objective"], data["weighted"]
    return DecisionRecord(
        created=data["created"],
        versions=dict(data["versions"]),
        source=_source(data["data"]),
        tables=(data["data"]["tables"]["tune"], data["data"]["tables"]["report"]),
        model=data["model"],
        pos_label=data["pos_label"],
        neg_label=data["neg_label"],
        weighted=weighted,
        threshold=float(data["threshold"]),
        chosen=data["chosen"],
        same_decisions=(_number(data["same_decisions"]["above"]), _number(data["same_decisions"]["up_to"])),
        metric=metric(objective["metric"], _number(objective["beta"])),
        constraints=tuple(
            Constraint(each["metric"], each["sense"], float(each["bound"])) for each in objective["constraints"]
        ),
        not_met=objective["not_met"],
        best_threshold=float(objective["best_threshold"]),
        best_value=_value(objective["best_value"]),
        value_where_tuned=_value(objective["value_where_tuned"]),
        roles=None if data["roles"] is None else _roles_of(data["roles"]),
        counts=ConfusionCounts(**{name: (float if weighted else int)(data["counts"][name]) for name in _CELLS}),
        metrics={
            name: Measured(_number(one["value"]), _bounds(one["interval"])) for name, one in data["metrics"].items()
        },
        confidence_level=float(data["confidence_level"]),
        expected=None if data["expected"] is None else _expected_of(data["expected"]),
        scores=_scores_of(data["scores"]),
        supposed=dict(data["supposed"]),
    )


def _source(data: Mapping[str, Any]) -> DataSource:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data["read_as"].items()
    }
    return DataSource(
        title=data["title"],
        files=tuple(FileSeen(each["name"], int(each["size"]), each["sha256"]) for each in data["files"]),
        read_as=Choices(**given),
        rows=int(data["n"]),
        positives=int(data["n_pos"]),
        dropped={reason: int(rows) for reason, rows in data["dropped"].items()},
        trained=data["trained"],
    )


def _roles_of(data: Mapping[str, Any]) -> Roles:
    return Roles(data["tune"], data["report"], int(data["n_tune"]), int(data["n_report"]))


def _expected_of(data: Mapping[str, Any]) -> Expected:
    return Expected(
        value=_number(data["value"]),
        optimism=_number(data["optimism"]),
        interval=_bounds(data["interval"]),
        threshold_interval=_bounds(data["threshold_interval"]) or (None, None),
        confidence_level=float(data["confidence_level"]),
        n_resamples=int(data["n_resamples"]),
        random_state=int(data["random_state"]),
    )


def _scores_of(data: Mapping[str, Any]) -> ScoreShares:
    return ScoreShares(
        edges=tuple(map(float, data["edges"])),
        shares=tuple(map(float, data["shares"])),
        span=_bounds(data["span"]) or (None, None),
    )


def _bounds(pair: list[float | None] | None) -> Bounds | None:
    return None if pair is None else (_number(pair[0]), _number(pair[1]))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _value(value: float | None) -> float:
    return math.nan if value is None else float(value)

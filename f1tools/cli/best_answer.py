"""What ``f1tools best`` says about each model, and how it is written as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from f1tools.decision import Decision
    from f1tools.predictions import Predictions
    from f1tools.readers import Choices, Reading
    from f1tools.uncertainty import Interval, TunedEstimate


@dataclass(frozen=True, eq=False)
class Answer:
    """A decision for the best threshold of one model, and what to expect on new rows where that was asked for.

    Parameters
    ----------
    decision : Decision
    expected : TunedEstimate or None
        Without roles: the value to expect of a threshold that was chosen on these rows.
    interval : Interval or None
        With roles: the confidence interval of the metric on the evaluation set.
    """

    decision: Decision
    expected: TunedEstimate | None = None
    interval: Interval | None = None


def as_json(file: str, reading: Reading, answers: Iterable[Answer]) -> str:
    """Write the answers as strict JSON: numbers in full, null for what is not finite."""
    predictions, taken = reading.predictions, reading.proposal
    assert predictions is not None  # noqa: S101 - there are answers
    assert taken is not None  # noqa: S101
    record = {
        "file": file,
        "truth": taken.truth,
        "pos_label": predictions.pos_label,
        "n": predictions.n,
        "n_pos": predictions.n_pos,
        "dropped": sum(reading.dropped.values()),
        "roles": _roles(predictions, taken),
        "models": [_model(answer) for answer in answers],
    }
    return json.dumps(record, indent=2, allow_nan=False)


def _roles(predictions: Predictions, taken: Choices) -> dict[str, Any] | None:
    if predictions.tuning is None:
        return None
    n_tune = int(predictions.tuning.sum())
    values = {"tune": list(taken.tune), "report": list(taken.report)}
    return {"column": taken.role, **values, "n_tune": n_tune, "n_report": predictions.n - n_tune}


def _model(answer: Answer) -> dict[str, Any]:
    decision = answer.decision
    curves, best = decision.curves, decision.evaluation
    counts = best.point.counts
    return {
        "score": curves.model,
        "metric": best.metric.name,
        "value": _finite(best.value),
        **({"value_where_tuned": _finite(decision.tuning.value)} if curves.has_roles else {}),
        **({} if answer.interval is None else {"interval": _ends(answer.interval)}),
        **({} if answer.expected is None else {"expected": _expected(answer.expected)}),
        "threshold": _finite(best.point.threshold),
        "threshold_interval": [_finite(end) for end in best.interval],
        "tn": counts.tn,
        "fp": counts.fp,
        "fn": counts.fn,
        "tp": counts.tp,
        "precision": float(counts.precision()),
        "recall": float(counts.recall()),
        "f1": float(counts.f1()),
        "roc_auc": curves.roc_auc,
        "average_precision": curves.average_precision,
        "f1_at_0_5": float(curves.evaluation.at(0.5).counts.f1()),
    }


def _expected(estimate: TunedEstimate) -> dict[str, Any]:
    return {
        "value": estimate.estimate,
        "optimism": estimate.optimism,
        "interval": None if estimate.interval is None else _ends(estimate.interval),
        "threshold_interval": _ends(estimate.threshold_interval),
        "confidence_level": estimate.confidence_level,
        "n_resamples": estimate.n_resamples,
        "random_state": estimate.random_state,
    }


def _ends(interval: Interval) -> list[float | None]:
    return [_finite(float(interval.low)), _finite(float(interval.high))]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""What ``f1tools best`` says about each model, and how it is written as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import Optimum

if TYPE_CHECKING:
    from f1tools.core.plateau import Plateau
    from f1tools.predictions import Predictions
    from f1tools.readers import Choices, Reading
    from f1tools.uncertainty import Interval, TunedEstimate


@dataclass(frozen=True)
class Answer:
    """What is said about one model.

    Parameters
    ----------
    score : str
        The model's name.
    optimum : Optimum
        Measured on the rows that report, where the rows have roles.
    roc_auc, average_precision : float
    half, everything : ConfusionCounts
        At 0.5, and where all rows are flagged.
    probabilities : bool
        Whether all scores lie in [0, 1], so that 0.5 means something.
    alike : (float, float)
        (low, high]: all thresholds in it make the decisions of the best one, on all rows, whatever their role.
    value_where_tuned : float or None
        What the threshold reaches on the rows that it was chosen on; None where the rows have no roles.
    expected : TunedEstimate or None
        Where it was asked for: what to expect on new rows of a threshold that was chosen on these.
    interval : Interval or None
        Where it was asked for, on rows that report: of the metric.
    nearby : Plateau or None
        For text only.
    at_round : ConfusionCounts or None
        At the plateau's round number; None where nothing is flagged at best.
    """

    score: str
    optimum: Optimum
    roc_auc: float
    average_precision: float
    half: ConfusionCounts
    everything: ConfusionCounts
    probabilities: bool
    alike: tuple[float, float]
    value_where_tuned: float | None = None
    expected: TunedEstimate | None = None
    interval: Interval | None = None
    nearby: Plateau | None = None
    at_round: ConfusionCounts | None = None


def as_json(file: str, reading: Reading, answers: Sequence[Answer]) -> str:
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
    if predictions.tunes is None:
        return None
    n_tune = int(predictions.tunes.sum())
    values = {"tune": list(taken.tune), "report": list(taken.report)}
    return {"column": taken.role, **values, "n_tune": n_tune, "n_report": predictions.n - n_tune}


def _model(answer: Answer) -> dict[str, Any]:
    optimum, counts, tuned = answer.optimum, answer.optimum.point.counts, answer.value_where_tuned
    return {
        "score": answer.score,
        "metric": optimum.metric.name,
        "value": _finite(optimum.value),
        **({} if tuned is None else {"value_where_tuned": _finite(tuned)}),
        **({} if answer.interval is None else {"interval": _ends(answer.interval)}),
        **({} if answer.expected is None else {"expected": _expected(answer.expected)}),
        "threshold": _finite(optimum.point.threshold),
        "threshold_interval": [_finite(end) for end in optimum.interval],
        "tn": counts.tn,
        "fp": counts.fp,
        "fn": counts.fn,
        "tp": counts.tp,
        "precision": float(counts.precision()),
        "recall": float(counts.recall()),
        "f1": float(counts.f1()),
        "roc_auc": answer.roc_auc,
        "average_precision": answer.average_precision,
        "f1_at_0_5": float(answer.half.f1()),
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

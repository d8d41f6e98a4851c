"""New rows as a recorded decision sees them, and what is found about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from f1tools.curve import ThresholdCurve
from f1tools.errors import InvalidPredictions
from f1tools.operating_point import OperatingPoint
from f1tools.predictions import Predictions
from f1tools.record.record import DecisionRecord
from f1tools.record.stability import EffectiveRows

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """An answer.

    Parameters
    ----------
    kind : str
        "floor" for what was asked for, "limits" for what the decision had to keep, "threshold", "prevalence" and
        "scores" for what may have moved.
    name : str
        What was asked.
    level : "ok", "warn" or "fail"
    sentence : str
        The answer with its numbers.
    """

    kind: str
    name: str
    level: Level
    sentence: str


@dataclass(frozen=True, eq=False)
class NewRows:
    """New rows as the checks see them.

    Parameters
    ----------
    tuning, curve : ThresholdCurve
        Of the rows that choose a threshold, and of those that are judged; one and the same where they have no roles.
    point : OperatingPoint
        The recorded threshold on the rows that are judged.
    effective, recorded : EffectiveRows
        Of the rows that are judged, and of those that the record is about. A record holds no squares of weights: its
        weights are taken to differ as much as the new ones.
    """

    tuning: ThresholdCurve
    curve: ThresholdCurve
    point: OperatingPoint
    effective: EffectiveRows
    recorded: EffectiveRows


def new_rows(record: DecisionRecord, predictions: Predictions) -> NewRows:
    """See predictions as new rows of a recorded decision.

    Raises
    ------
    InvalidPredictions
        When they don't fit it.
    """
    if record.model not in predictions.models:
        shown = ", ".join(predictions.models[:12])
        raise InvalidPredictions(
            f"There are no scores called {record.model!r}, which the decision is about; there are: {shown}. "
            "Bring the scores of this model."
        )
    if predictions.pos_label != record.pos_label:
        raise InvalidPredictions(
            f"The record calls {record.pos_label!r} positive, these rows {predictions.pos_label!r}. "
            "Bring rows with the recorded label."
        )
    tune, report = predictions.part("tune"), predictions.part("report")
    tuning = tune.curve(record.model)
    curve = tuning if tune is report else report.curve(record.model)
    if curve.weighted != record.weighted:
        one, other = ("rows", "sums of weights") if curve.weighted else ("sums of weights", "rows")
        raise InvalidPredictions(f"The record counts {one}, these predictions {other}. Weight both or neither.")
    effective = EffectiveRows.of(curve)
    recorded_rows = record.source.rows if record.roles is None else record.roles.rows_report
    return NewRows(tuning, curve, curve.at(record.threshold), effective, effective.scaled(recorded_rows / report.n))

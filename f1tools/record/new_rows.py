"""New rows as a recorded decision sees them, and what is found about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint
from f1tools.core.errors import InvalidPredictions
from f1tools.core.model_curves import ModelCurves
from f1tools.predictions import Predictions
from f1tools.record.differ import quoted
from f1tools.record.record import DecisionRecord
from f1tools.record.stability import EffectiveRows

Level = Literal["ok", "warn", "fail"]
FEW = 10
"""Positives, and negatives, below which intervals and resamples don't hold what they promise: nothing fails by them."""


@dataclass(frozen=True)
class Finding:
    """An answer.

    Parameters
    ----------
    kind : str
        "rows" for what is judged, "floor" for what was asked for, "limits" for what the decision had to keep, "value"
        for what its record promises, "threshold", "prevalence" and "scores" for what may have moved.
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
    curves : ModelCurves
        Of the rows that choose a threshold, and of those that are judged.
    point : OperatingPoint
        The recorded threshold on the rows that are judged.
    effective, recorded : EffectiveRows
        Of the rows that are judged, and of those that the record is about. A record holds no squares of weights: its
        weights are taken to differ as much as the new ones.
    rows, positives : int
        Of the rows that are judged.
    everything : int
        Usable rows of all roles.
    few : bool
        Whether any part has fewer than ten positives or negatives that count.
    """

    curves: ModelCurves
    point: OperatingPoint
    effective: EffectiveRows
    recorded: EffectiveRows
    rows: int
    positives: int
    everything: int
    few: bool


def new_rows(record: DecisionRecord, predictions: Predictions) -> NewRows:
    """See predictions as new rows of a recorded decision.

    Raises
    ------
    InvalidPredictions
        When they don't fit it.
    """
    if record.model not in predictions.models:
        shown = ", ".join(map(quoted, predictions.models[:12]))
        raise InvalidPredictions(
            f"There are no scores called {quoted(record.model)}, which the decision is about; there are: {shown}. "
            "Bring the scores of this model."
        )
    if predictions.pos_label != record.pos_label:
        raise InvalidPredictions(
            f"The record calls {quoted(record.pos_label)} positive, these rows {quoted(predictions.pos_label)}. "
            "Bring rows with the recorded label."
        )
    curves = predictions.curves(record.model)
    curve = curves.evaluation
    if curve.weighted != record.weighted:
        one, other = ("rows", "sums of weights") if curve.weighted else ("sums of weights", "rows")
        raise InvalidPredictions(f"The record counts {one}, these predictions {other}. Weight both or neither.")
    effective = EffectiveRows.evaluate(curve)
    recorded_rows = record.source.rows if record.roles is None else record.roles.rows_report
    judged = predictions.evaluation_set
    return NewRows(
        curves,
        point=curve.at(record.threshold),
        effective=effective,
        recorded=effective.scaled(recorded_rows / judged.n),
        rows=judged.n,
        positives=judged.n_pos,
        everything=predictions.n,
        few=_few(judged) or _few(predictions.tuning_set),
    )


def _few(part: Predictions) -> bool:
    """Tell whether a part has few rows of a class; those without weight don't count."""
    counted = part.y_true if part.sample_weight is None else part.y_true[part.sample_weight > 0]
    positives = int(counted.sum())
    return min(positives, counted.size - positives) < FEW


def recorded_squares(record: DecisionRecord, new: NewRows) -> ConfusionCounts:
    """Give the sums of the squared weights behind the recorded counts, as far as new rows tell how weights differ."""
    counts = record.counts
    each = float(counts.total()) / new.recorded.scores if record.weighted else 1
    return ConfusionCounts(tn=counts.tn * each, fp=counts.fp * each, fn=counts.fn * each, tp=counts.tp * each)

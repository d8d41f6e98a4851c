"""Records to test with: of any rows, by any metric, with and without weights, roles, limits and an estimate."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, metric
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import Decision, decide
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource, DecisionRecord, FileSeen, record_of, to_json
from f1tools.uncertainty import tuned_estimate
from tests.strategies import ANY_WEIGHT, rows

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x")',
    "a\nb",
    "'; DROP TABLE x; --",
    '"); import os #',
    "back\\slash' OR 1=1 --",
    "{{ config() }}",
    "\u202eevil",
    "coding: utf-7",
    "naïve größe",
    "",
)
NAMES = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


class Made(NamedTuple):
    """A record with what it is of."""

    record: DecisionRecord
    predictions: Predictions
    decision: Decision


def patients(n: int = 400, *, weighted: bool = False, roles: bool = False, seed: int = 0) -> Predictions:
    """Make the scores of a fair model."""
    random = np.random.default_rng(seed)
    y_true = random.random(n) < 0.3
    score = np.clip(random.normal(0.35 + 0.25 * y_true, 0.2), 0, 1)
    return Predictions.from_arrays(
        np.where(y_true, "sick", "well"),
        {"forest": score, "guess": random.random(n)},
        pos_label="sick",
        sample_weight=random.lognormal(size=n) if weighted else None,
        tuning=random.random(n) < 0.5 if roles else None,
    )


def source(predictions: Predictions, **more: Any) -> DataSource:
    """Say that predictions come from a file."""
    labels = predictions.pos_label, predictions.neg_label
    read_as = Choices("y", predictions.models, *labels)
    known = {"title": "patients", "files": (FileSeen("patients.csv", 3, "ab" * 32),), "read_as": read_as, "dropped": {}}
    return DataSource(**{**known, "rows": predictions.n, "positives": predictions.n_pos, **more})


def made(
    predictions: Predictions | None = None, *, model: str | None = None, n_resamples: int = 20, **options: Any
) -> Made:
    """Make a record with an estimate, or without one for 0 resamples."""
    predictions = patients() if predictions is None else predictions
    decision = decide(predictions.curves(model), **options)
    estimate = None
    if n_resamples:
        tuned = decision.tuning
        estimate = tuned_estimate(
            decision.curves.tuning, tuned.metric, constraints=tuned.constraints, n_resamples=n_resamples
        )
    return Made(record_of(decision, source(predictions), estimate=estimate), predictions, decision)


def as_data(record: DecisionRecord) -> dict[str, Any]:
    """Give the JSON of a record as Python objects."""
    data: dict[str, Any] = json.loads(to_json(record))
    return data


@st.composite
def all_predictions(draw: st.DrawFn) -> Predictions:
    """Draw predictions of every kind, with hostile names."""
    found = draw(rows(weight=draw(st.sampled_from([None, ANY_WEIGHT]))))
    model, label = draw(NAMES), draw(NAMES)
    score = np.clip(found.y_score.astype(np.float64), -1e308, 1e308)  # a number must be above all of them
    positive, weight, tunes = found.y_true, found.sample_weight, None
    if draw(st.booleans()):  # both parts have what the whole has
        positive, score = np.tile(positive, 2), np.tile(score, 2)
        weight = None if weight is None else np.tile(weight, 2)
        tunes = np.arange(positive.size) < positive.size // 2
    predictions = Predictions(positive, {model: score}, label, f"not {label}", weight)
    return predictions.with_roles(tunes, (draw(NAMES), draw(NAMES))) if tunes is not None else predictions


@st.composite
def all_made(draw: st.DrawFn) -> Made:
    """Draw a record of any decision."""
    predictions = draw(all_predictions())
    objective = metric(draw(st.sampled_from(METRICS)))
    if objective.name == "fbeta":
        objective = metric("fbeta", draw(st.sampled_from([0.001, 0.1, 1.0, 1000.0])))
    limits = draw(st.sampled_from([(), (Constraint.at_least("recall", 0.5),), (Constraint.at_most("flagged", 3),)]))
    threshold = draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))
    try:
        decision = decide(predictions.curves(), objective, constraints=limits, threshold=threshold)
    except ConstraintsNotMet:
        decision = decide(predictions.curves(), objective, threshold=threshold)
    estimate = None
    if draw(st.booleans()):
        tuned = decision.tuning
        with np.errstate(divide="ignore", invalid="ignore"):  # a resample of two rows may hold none of them
            estimate = tuned_estimate(
                decision.curves.tuning, tuned.metric, constraints=tuned.constraints, n_resamples=3
            )
    more = {"dropped": {draw(NAMES): 7}, "title": draw(NAMES), "trained": draw(NAMES)}
    supposed = draw(st.dictionaries(NAMES, st.integers(0, 9) | st.floats(0, 1) | st.booleans(), max_size=2))
    record = record_of(decision, source(predictions, **more), estimate=estimate, supposed=supposed)
    return Made(record, predictions, decision)


def plainly(record: DecisionRecord) -> dict[str, Any]:
    """Give the fields of a record with what equals by value: undefined numbers as text, metrics by name and beta."""
    fields = dict(vars(record))
    fields["metric"] = (record.metric.name, record.metric.beta)
    fields["counts"] = vars(record.counts)
    for name in ("best_value", "value_where_tuned"):
        fields[name] = formatting.metric_value(fields[name]) if np.isnan(fields[name]) else fields[name]
    return fields

"""Records to test with: any rows and metric, with and without weights, roles, constraints and an estimate."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from hypothesis import strategies as st
from pydantic import BaseModel
from scipy.stats import binomtest

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, metric
from f1tools.decision import Decision, decide
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource, DecisionRecord, FileDigest, Finding, build_record, data_source, to_json
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
_NUMBERS = st.sampled_from([0, 1, -1, 0.5, 1.5, 2**53, 2**64, -0.0, 5e-324, 1.7976931348623157e308, 10**300, 10**400])
_VALUES = _NUMBERS | st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(HOSTILE)
ANY_JSON = st.recursive(
    _VALUES,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=8,
)
PART = TypeVar("PART", bound=BaseModel)


class RecordedDecision(NamedTuple):
    """A record with the decision that it is about."""

    record: DecisionRecord
    predictions: Predictions
    decision: Decision


def patients(n: int = 400, *, weighted: bool = False, roles: bool = False, seed: int = 0) -> Predictions:
    """Draw the scores of a mediocre model, and of one that guesses."""
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


def by_region(n: int = 600, *, weighted: bool = False, roles: bool = False, seed: int = 0) -> Predictions:
    """Draw rows of groups whose scores differ: two large ones, rows without a region, and four rows of an island."""
    random = np.random.default_rng(seed)
    region = np.array(["north", "south", "", "island"])[random.choice(3, n, p=[0.5, 0.35, 0.15])]
    region[:4] = "island"
    y_true = random.random(n) < 0.3
    score = np.round(1 / (1 + np.exp(-random.normal(1.5 * y_true + 0.8 * (region == "north") - 1, 1))), 4)
    return Predictions.from_arrays(
        y_true,
        score,
        group=region,
        sample_weight=random.lognormal(size=n) if weighted else None,
        tuning=random.random(n) < 0.5 if roles else None,
    )


def digest(name: str = "patients.csv", size: int = 3, byte: str = "ab") -> FileDigest:
    """Return the digest of a file that does not exist."""
    return FileDigest(name=name, size=size, sha256=byte * 32)


def source(predictions: Predictions, **fields: Any) -> DataSource:
    """Describe predictions as if they came from a file."""
    read_as = Choices("y", predictions.models, predictions.pos_label, predictions.neg_label)
    return changed(data_source(predictions, [digest()], title="patients"), **{"read_as": read_as, **fields})


def changed(part: PART, **fields: Any) -> PART:
    """Return a copy with other fields, which nothing checks; ``data__n=3`` changes a field of a part."""
    update: dict[str, Any] = {}
    for path, value in fields.items():
        name, _, rest = path.partition("__")
        update[name] = changed(update.get(name, getattr(part, name)), **{rest: value}) if rest else value
    return part.model_copy(update=update)


def record_decision(
    predictions: Predictions | None = None, *, model: str | None = None, n_resamples: int = 20, **options: Any
) -> RecordedDecision:
    """Make a record, with an estimate unless there are 0 resamples."""
    predictions = patients() if predictions is None else predictions
    decision = decide(predictions.curves(model), **options)
    estimate = None
    if n_resamples:
        tuned = decision.tuning
        estimate = tuned_estimate(
            decision.curves.tuning, tuned.metric, constraints=tuned.constraints, n_resamples=n_resamples
        )
    return RecordedDecision(build_record(decision, source(predictions), estimate=estimate), predictions, decision)


def shuffled(predictions: Predictions, seed: int = 1) -> Predictions:
    """Return the same rows in another order."""
    order = np.random.default_rng(seed).permutation(predictions.n)
    weight, tunes = predictions.sample_weight, predictions.tuning
    return replace(
        predictions,
        y_true=predictions.y_true[order],
        scores={name: score[order] for name, score in predictions.scores.items()},
        sample_weight=None if weight is None else weight[order],
        tuning=None if tunes is None else tunes[order],
    )


def as_data(record: DecisionRecord) -> dict[str, Any]:
    """Return the JSON of a record as Python objects."""
    data: dict[str, Any] = json.loads(to_json(record))
    return data


def replaced(data: Any, path: str | Sequence[str | int], value: Any) -> Any:
    """Return JSON with another value at a path of keys and numbers, such as "data.files.0.size"."""
    step, *rest = path.split(".") if isinstance(path, str) else path
    data, key = copy.copy(data), int(step) if isinstance(data, list) else step
    data[key] = replaced(data[key], rest, value) if rest else value
    return data


def paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths to all parts of JSON."""
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [*filter(None, [path]), *(each for step, part in steps for each in paths(part, (*path, step)))]


@st.composite
def any_predictions(draw: st.DrawFn) -> Predictions:
    """Draw predictions of every kind, with hostile names."""
    drawn = draw(rows(weight=draw(st.sampled_from([None, ANY_WEIGHT]))))
    model, label = draw(NAMES), draw(NAMES)
    score = drawn.y_score.astype(np.float64)
    y_true, weight, tunes = drawn.y_true, drawn.sample_weight, None
    if draw(st.booleans()):  # both roles have the same rows
        y_true, score = np.tile(y_true, 2), np.tile(score, 2)
        weight = None if weight is None else np.tile(weight, 2)
        tunes = np.arange(y_true.size) < y_true.size // 2
    predictions = Predictions(y_true, {model: score}, label, f"not {label}", weight)
    return predictions.with_roles(tunes, (draw(NAMES), draw(NAMES))) if tunes is not None else predictions


@st.composite
def recorded_decisions(draw: st.DrawFn) -> RecordedDecision:
    """Draw a record of any decision."""
    predictions = draw(any_predictions())
    objective = metric(draw(st.sampled_from(METRICS)))
    if objective.name == "fbeta":
        objective = metric("fbeta", draw(st.sampled_from([0.001, 0.1, 1.0, 1000.0])))
    limits = draw(st.sampled_from([(), (Constraint.at_least("recall", 0.5),), (Constraint.at_most("flagged", 3),)]))
    threshold = draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))
    decision = decide(predictions.curves(), objective, constraints=limits, threshold=threshold, on_unmet="relax")
    estimate = None
    if draw(st.booleans()):
        tuned = decision.tuning
        with np.errstate(divide="ignore", invalid="ignore"):  # a resample of two rows may lack a class
            estimate = tuned_estimate(
                decision.curves.tuning, tuned.metric, constraints=tuned.constraints, n_resamples=3
            )
    fields = {"dropped": {draw(NAMES): 7}, "title": draw(NAMES), "trained": draw(NAMES)}
    what_if = draw(st.dictionaries(NAMES, st.integers(0, 9) | st.floats(0, 1) | st.booleans(), max_size=2))
    about = source(predictions, **fields)
    record = build_record(decision, about, estimate=estimate, what_if=what_if, constraints=limits)
    return RecordedDecision(record, predictions, decision)


def scored(n: int = 1000, seed: int = 0, *, shift: float = 0.0, share: float = 0.3, **more: Any) -> Predictions:
    """Draw rows whose scores are shifted by some log-odds, and a share of which is positive."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < share
    y_score = np.round(1 / (1 + np.exp(-rng.normal(2 * y_true - 1.5 + shift, 1.2))), 3)
    return Predictions.from_arrays(y_true, y_score, **more)


def with_counts(tp: int, fn: int, fp: int, tn: int, threshold: float = 0.5) -> Predictions:
    """Make rows with these counts at a threshold, and scores a little above or below it."""
    y_true = np.repeat([True, True, False, False], [tp, fn, fp, tn])
    y_score = np.repeat([threshold + 0.1, threshold - 0.1, threshold + 0.1, threshold - 0.1], [tp, fn, fp, tn])
    return Predictions.from_arrays(y_true, y_score)


def concatenated(tuning: Predictions, evaluation: Predictions) -> Predictions:
    """Return the rows of both, with these roles."""
    return Predictions.from_arrays(
        np.concatenate([tuning.y_true, evaluation.y_true]),
        np.concatenate([tuning.scores["score"], evaluation.scores["score"]]),
        tuning=np.arange(tuning.n + evaluation.n) < tuning.n,
    )


def recorded(predictions: Predictions, *, n_resamples: int = 200, **options: Any) -> DecisionRecord:
    """Record the best decision, or the one with the threshold among the options."""
    return record_decision(predictions, n_resamples=n_resamples, **options).record


def one(kind: str, findings: tuple[Finding, ...]) -> Finding:
    """Return the only finding of a kind."""
    (finding,) = (each for each in findings if each.kind == kind)
    return finding


def levels(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Return the levels by kind."""
    return {each.kind: each.level for each in findings}


def newcombe_high(hits: int, n: int, other_hits: int, m: int) -> float:
    """Return the upper bound of the 99 % interval of a difference of proportions, from scipy's Wilson intervals."""
    p, q = hits / n, other_hits / m
    high = binomtest(hits, n).proportion_ci(confidence_level=0.99, method="wilson").high
    low = binomtest(other_hits, m).proportion_ci(confidence_level=0.99, method="wilson").low
    return float(p - q + math.hypot(high - p, q - low))

"""Building a record: every number is scikit-learn's, and parts of different decisions are refused."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score, fbeta_score, precision_score, recall_score

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import Metric
from f1tools.core.types import InvalidPredictions
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.readers import read_predictions
from f1tools.record import build_record, data_source, file_digest, read_record, to_json
from f1tools.uncertainty import metric_interval, tuned_estimate, wilson_interval
from f1tools.version import __version__
from tests.record.helpers import patients, record_decision, source


@pytest.mark.parametrize("weighted", [False, True])
def test_numbers_are_those_of_scikit_learn(weighted: bool) -> None:
    """Counts and metrics at the recorded threshold are those of scikit-learn."""
    predictions = patients(weighted=weighted)
    record = record_decision(predictions, objective="fbeta", beta=2.0).record
    y_pred = predictions.scores["forest"] >= record.threshold
    given: dict[str, Any] = {"sample_weight": predictions.sample_weight}
    cells = confusion_matrix(predictions.y_true, y_pred, **given).ravel()
    counts = record.counts
    assert [counts.tn, counts.fp, counts.fn, counts.tp] == pytest.approx(cells.tolist(), rel=1e-12)
    assert {name: one.value for name, one in record.metrics.items()} == pytest.approx(
        {
            "fbeta": fbeta_score(predictions.y_true, y_pred, beta=2.0, **given),
            "precision": precision_score(predictions.y_true, y_pred, **given),
            "recall": recall_score(predictions.y_true, y_pred, **given),
            "f1": f1_score(predictions.y_true, y_pred, **given),
        }
    )


def test_intervals() -> None:
    """Intervals have the requested level; those of precision and recall are Wilson's."""
    record = build_record(decide(patients().curves()), source(patients()), confidence_level=0.9)
    counts = record.counts
    wilson = wilson_interval(counts.tp, counts.tp + counts.fp, confidence_level=0.9)
    assert record.metrics["precision"].interval == pytest.approx((wilson.low, wilson.high))
    f1 = metric_interval("f1", counts, confidence_level=0.9)
    assert f1 is not None
    assert record.metrics["f1"].interval == (f1.low, f1.high)
    assert record.confidence_level == 0.9


@pytest.mark.parametrize(
    ("objective", "names"),
    [("mcc", ["mcc", "precision", "recall", "f1"]), ("recall", ["recall", "precision", "f1"])],
)
def test_each_metric_once(objective: str, names: list[str]) -> None:
    """The objective comes first; a metric that is not a proportion has no interval."""
    metrics = record_decision(objective=objective).record.metrics
    assert list(metrics) == names
    assert (metrics[objective].interval is None) == (objective == "mcc")


def test_thresholds_beyond_all_scores() -> None:
    """Above all scores precision is undefined and the interval has no upper bound; below them it has no lower bound."""
    record = record_decision(threshold=2.0).record
    assert record.metrics["precision"].value is None
    assert record.metrics["precision"].interval == (None, None)
    assert (record.same_decisions.above, record.same_decisions.up_to) == (patients().scores["forest"].max(), None)
    assert record.chosen == "by hand"
    assert record_decision(threshold=-3.0).record.same_decisions.above is None


def test_estimate_for_new_data() -> None:
    """The estimate is recorded; where evaluation rows measure the value, only the threshold's interval remains."""
    decision = decide(patients().curves())
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=50, random_state=3)
    expected = build_record(decision, source(patients()), estimate=estimate).expected
    assert expected is not None
    assert estimate.interval is not None
    assert (expected.value, expected.optimism) == (estimate.estimate, estimate.optimism)
    assert expected.interval == (estimate.interval.low, estimate.interval.high)
    assert expected.threshold_interval == (estimate.threshold_interval.low, estimate.threshold_interval.high)
    assert (expected.n_resamples, expected.random_state, expected.confidence_level) == (50, 3, 0.95)
    apart = record_decision(patients(roles=True)).record.expected
    assert apart is not None
    assert (apart.value, apart.optimism, apart.interval) == (None, None, None)
    assert None not in apart.threshold_interval


def test_roles() -> None:
    """Both roles have names, rows and tables; the numbers are about the evaluation rows."""
    predictions = patients(roles=True)
    record = record_decision(predictions).record
    tune, report = predictions.tuning_set, predictions.evaluation_set
    assert record.roles is not None
    assert dict(record.roles) == {"tune": "tune", "report": "report", "n_tune": tune.n, "n_report": report.n}
    assert record.data.tables.tune != record.data.tables.report
    assert record.counts.total() == report.n
    y_pred = report.scores["forest"] >= record.objective.best_threshold
    assert record.objective.best_value == pytest.approx(f1_score(report.y_true, y_pred))
    y_pred = tune.scores["forest"] >= record.objective.best_threshold
    assert record.objective.value_where_tuned == pytest.approx(f1_score(tune.y_true, y_pred))


def test_requested_constraints() -> None:
    """Constraints are recorded even where they could not be met."""
    limit = Constraint.at_least("recall", 0.9)
    assert record_decision(constraints=[limit]).record.constraints == (limit,)
    impossible = Constraint.at_least("precision", 2)
    decision = decide(patients().curves(), constraints=[impossible], on_unmet="relax")
    record = build_record(decision, source(patients()), constraints=[impossible])
    assert record.constraints == (impossible,)
    assert record.objective.not_met.startswith("No threshold")


def test_time_and_versions() -> None:
    """The time is that of now in UTC, to the second; the versions are those that compute the record."""
    record = record_decision().record
    now = datetime.strptime(record.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=10)
    assert record.versions == {"f1tools": __version__, "python": platform.python_version(), "numpy": np.__version__}


def test_source_of_a_file() -> None:
    """The source describes how the file was read, which rows were left out, and which trained the model."""
    lines = [f"{row % 2},{(row * 37 % 101) / 101},{'train' if row < 50 else 'test'}" for row in range(100)]
    content = "\n".join(["y,score,set", *lines, "1,,test"]).encode()
    reading = read_predictions(content, name="a.csv")
    reading = read_predictions(content, name="a.csv", choices=reading.candidates[-1].choices)
    described = data_source(reading, [file_digest("a.csv", content)])
    assert reading.predictions is not None
    assert (described.title, described.files[0].size) == ("a.csv", len(content))
    assert (described.n, described.n_pos) == (reading.predictions.n, reading.predictions.n_pos)
    assert described.read_as == reading.proposal
    assert described.dropped == reading.dropped
    assert described.trained == " ".join(each.sentence for each in reading.warnings if each.kind == "train_rows")


def test_source_that_could_not_be_read() -> None:
    """A file without predictions is refused with the reader's reason."""
    reading = read_predictions(b"a,b\nx,y\nz,w\n", name="a.csv")
    with pytest.raises(InvalidPredictions) as caught:
        data_source(reading)
    assert str(caught.value) == reading.reason


@pytest.mark.parametrize(
    ("fields", "by", "n_resamples", "level", "message"),
    [
        ({"n": 3}, "f1", 2, 0.95, r"3 rows, the decision 400"),
        ({}, "f1", 2, 1 - 1e-9, "(?s)confidence_level.*less than or equal to 0.999999"),
        ({}, "recall", 2, 0.95, "of another decision"),
        ({}, "f1", 200_000, 0.95, "(?s)n_resamples.*less than or equal to 100000"),
    ],
)
def test_parts_of_different_decisions(
    fields: dict[str, Any], by: str, n_resamples: int, level: float, message: str
) -> None:
    """Combining parts of different decisions raises an error."""
    decision = decide(patients().curves())
    estimate = replace(tuned_estimate(decision.curves.tuning, by, n_resamples=2), n_resamples=n_resamples)
    with pytest.raises(ValueError, match=message):
        build_record(decision, source(patients(), **fields), estimate=estimate, confidence_level=level)


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_no_number_is_above_the_scores(threshold: float | None) -> None:
    """Where flagging nothing is best, the threshold is above all numbers, and null in JSON."""
    predictions = Predictions.from_arrays([1, 0, 0], [0.1, 0.2, 1.7976931348623157e308])
    decision = decide(predictions.curves(), constraints=[Constraint.at_most("flagged", 0)], threshold=threshold)
    record = build_record(decision, data_source(predictions))
    assert (record.threshold, record.objective.best_threshold) == (threshold or math.inf, math.inf)
    content = json.loads(to_json(record))
    assert (content["threshold"], content["objective"]["best_threshold"]) == (threshold, None)
    assert read_record(to_json(record)) == record


def test_user_defined_metric() -> None:
    """A record cannot hold a user-defined metric, because its readers do not know it."""
    own = Metric("half_recall", "Half recall", lambda counts: counts.recall() / 2)
    with pytest.raises(InvalidPredictions, match=r"^The metric Half recall is not known to readers"):
        build_record(decide(patients().curves(), objective=own), source(patients()))


@pytest.mark.parametrize("where", ["model", "label"])
def test_names_that_are_not_text(where: str) -> None:
    """A lone surrogate is refused when the record is written, not when it is read."""
    bad = "a\ud800"
    model, label = (bad, "b") if where == "model" else ("b", bad)
    predictions = Predictions(np.array([True, False]), {model: np.array([0.9, 0.1])}, label, "no")
    with pytest.raises(InvalidPredictions, match=r"near '.*a\\ud800', which is not text\. Rename"):
        build_record(decide(predictions.curves()), data_source(predictions))

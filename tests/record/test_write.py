"""A decision, written down: every number is scikit-learn's, and what is written can be read."""

from __future__ import annotations

import json
import platform
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from sklearn.metrics import confusion_matrix, f1_score, fbeta_score, precision_score, recall_score

from f1tools import METRICS
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import Metric
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.readers import read_predictions
from f1tools.record import file_seen, read_record, record_of, schema, source_of, to_json
from f1tools.uncertainty import metric_interval, tuned_estimate, wilson_interval
from f1tools.version import __version__
from tests.record.making import Made, all_made, as_data, made, patients, plainly, source

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("weighted", [False, True])
def test_numbers_are_those_of_scikit_learn(weighted: bool) -> None:
    """Counts and metrics at the recorded threshold."""
    predictions = patients(weighted=weighted)
    record = made(predictions, objective="fbeta", beta=2.0).record
    y_pred = predictions.scores["forest"] >= record.threshold
    known: dict[str, Any] = {"sample_weight": predictions.sample_weight}
    cells = confusion_matrix(predictions.y_true, y_pred, **known).ravel()
    counts = record.counts
    assert [counts.tn, counts.fp, counts.fn, counts.tp] == pytest.approx(cells.tolist(), rel=1e-12)
    assert {name: one.value for name, one in record.metrics.items()} == pytest.approx(
        {
            "fbeta": fbeta_score(predictions.y_true, y_pred, beta=2.0, **known),
            "precision": precision_score(predictions.y_true, y_pred, **known),
            "recall": recall_score(predictions.y_true, y_pred, **known),
            "f1": f1_score(predictions.y_true, y_pred, **known),
        }
    )


def test_intervals() -> None:
    """Those of the metrics at the level asked for; precision and recall have Wilson's."""
    record = record_of(decide(patients().curves()), source(patients()), confidence_level=0.9)
    counts = record.counts
    wilson = wilson_interval(counts.tp, counts.tp + counts.fp, confidence_level=0.9)
    assert record.metrics["precision"].interval == pytest.approx((wilson.low, wilson.high))
    f1 = metric_interval("f1", counts, confidence_level=0.9)
    assert f1 is not None
    assert record.metrics["f1"].interval == (f1.low, f1.high)
    assert record.confidence_level == 0.9


def test_a_metric_that_is_no_share_has_no_interval() -> None:
    """And the objective comes first."""
    record = made(objective="mcc").record
    assert list(record.metrics) == ["mcc", "precision", "recall", "f1"]
    assert record.metrics["mcc"].interval is None


def test_each_metric_once() -> None:
    """An objective that is told anyway is not told twice."""
    assert list(made(objective="recall").record.metrics) == ["recall", "precision", "f1"]


def test_nothing_flagged() -> None:
    """Above all scores precision is undefined, and there is no bound above."""
    record = made(threshold=2.0).record
    assert record.metrics["precision"].value is None
    assert record.metrics["precision"].interval == (None, None)
    assert record.same_decisions == (patients().scores["forest"].max(), None)
    assert record.chosen == "by hand"


def test_everything_flagged() -> None:
    """At and below all scores there is no bound below."""
    assert made(threshold=-3.0).record.same_decisions[0] is None


def test_what_is_expected() -> None:
    """The estimate of the rows that choose; where others report, it tells the threshold's interval only."""
    decision = decide(patients().curves())
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=50, random_state=3)
    expected = record_of(decision, source(patients()), estimate=estimate).expected
    assert expected is not None
    assert estimate.interval is not None
    assert (expected.value, expected.optimism) == (estimate.estimate, estimate.optimism)
    assert expected.interval == (estimate.interval.low, estimate.interval.high)
    assert expected.threshold_interval == (estimate.threshold_interval.low, estimate.threshold_interval.high)
    assert (expected.n_resamples, expected.random_state, expected.confidence_level) == (50, 3, 0.95)
    apart = made(patients(roles=True)).record.expected
    assert apart is not None
    assert (apart.value, apart.optimism, apart.interval) == (None, None, None)
    assert None not in apart.threshold_interval


def test_roles() -> None:
    """Both parts are there with their names, rows and tables; the numbers are about those that report."""
    predictions = patients(roles=True)
    record = made(predictions).record
    tune, report = predictions.tuning_set, predictions.evaluation_set
    assert record.roles is not None
    assert vars(record.roles) == {"tune": "tune", "report": "report", "rows_tune": tune.n, "rows_report": report.n}
    assert record.tables[0] != record.tables[1]
    assert record.counts.total() == report.n
    y_pred = report.scores["forest"] >= record.best_threshold
    assert record.best_value == pytest.approx(f1_score(report.y_true, y_pred))
    y_pred = tune.scores["forest"] >= record.best_threshold
    assert record.value_where_tuned == pytest.approx(f1_score(tune.y_true, y_pred))


def test_limits_that_were_asked_for() -> None:
    """They are kept, also where they could not be met."""
    limit = Constraint.at_least("recall", 0.9)
    assert made(constraints=[limit]).record.constraints == (limit,)
    impossible = Constraint.at_least("precision", 2)
    decision = decide(patients().curves(), constraints=[impossible], on_unmet="relax")
    record = record_of(decision, source(patients()), constraints=[impossible])
    assert (record.constraints, record.not_met) == ((impossible,), decision.tuning.not_met)
    assert record.not_met.startswith("No threshold")


def test_when_and_by_what() -> None:
    """The time is UTC to the second, wherever it was told; versions are those that computed it."""
    there = datetime(2026, 3, 1, 1, 30, 59, 999, timezone(timedelta(hours=2)))
    record = record_of(decide(patients().curves()), source(patients()), created=there)
    assert record.created == "2026-02-28T23:30:59Z"
    assert record.versions == {
        "f1tools": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    now = datetime.strptime(made().record.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - now) < timedelta(hours=1)


def test_a_source_that_was_read() -> None:
    """Of a file: how it was understood, what was left out and which rows trained the model."""
    lines = [f"{row % 2},{(row * 37 % 101) / 101},{'train' if row < 50 else 'test'}" for row in range(100)]
    content = "\n".join(["y,score,set", *lines, "1,,test"]).encode()
    reading = read_predictions(content, name="a.csv")
    reading = read_predictions(content, name="a.csv", choices=reading.candidates[-1].choices)
    found = source_of(reading, [file_seen("a.csv", content)])
    assert reading.predictions is not None
    assert (found.title, found.files[0].size, found.rows) == ("a.csv", len(content), reading.predictions.n)
    assert found.positives == reading.predictions.n_pos
    assert found.read_as == reading.proposal
    assert found.dropped == reading.dropped
    assert found.trained == " ".join(each.sentence for each in reading.warnings if each.kind == "train_rows")


def test_a_source_that_could_not_be_read() -> None:
    """The reader's own reason is told."""
    reading = read_predictions(b"a,b\nx,y\nz,w\n", name="a.csv")
    with pytest.raises(InvalidPredictions) as caught:
        source_of(reading)
    assert str(caught.value) == reading.reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": 3}, "The source has 3 rows, the decision 400: they are of other data."),
        ({"level": 1 - 1e-9}, "confidence_level must be from 0.001 to 0.999999 in a record, got [0.999999999, 0.95]."),
        (
            {"by": "recall"},
            "The estimate is of another decision: make it from decision.curves.tuning, by the same metric.",
        ),
        ({"by": "f1", "drawn": 200_000}, "A record takes 100,000 resamples at most, got 200,000."),
    ],
)
def test_parts_that_do_not_belong_together(options: dict[str, Any], message: str) -> None:
    """A mistake in a program is told to whoever wrote it."""
    decision = decide(patients().curves())
    estimate = tuned_estimate(decision.curves.tuning, options.get("by", "f1"), n_resamples=2)
    estimate = replace(estimate, n_resamples=options.get("drawn", 2))
    about = source(patients(), rows=options.get("rows", 400))
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
        record_of(decision, about, estimate=estimate, confidence_level=options.get("level", 0.95))
    assert str(caught.value) == message


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_no_number_is_above_the_scores(threshold: float | None) -> None:
    """Where it is best to flag nothing, the threshold must be above all scores, and be a number."""
    predictions = Predictions.from_arrays([1, 0, 0], [0.1, 0.2, 1.7976931348623157e308])
    decision = decide(predictions.curves(), constraints=[Constraint.at_most("flagged", 0)], threshold=threshold)
    with pytest.raises(InvalidPredictions, match=r"^To flag nothing is best, and no threshold does so: .*\. Scale the"):
        record_of(decision, source_of(predictions))


def test_a_metric_that_others_do_not_know() -> None:
    """A metric of one's own can't travel."""
    own = Metric("half_recall", "Half recall", lambda counts: counts.recall() / 2)
    with pytest.raises(InvalidPredictions, match=r"^The metric Half recall has no name that a record could carry\. Ch"):
        record_of(decide(patients().curves(), objective=own), source(patients()))


def test_half_of_a_character() -> None:
    """A name that is no text is refused when it is written, not when it is read."""
    predictions = Predictions.from_arrays([1, 0], {"a\ud800": [0.9, 0.1]})
    with pytest.raises(InvalidPredictions, match=r"near '(.*)a\\ud800', which is no text\. Rename the column"):
        to_json(record_of(decide(predictions.curves()), source_of(predictions)))


@PATIENT
@given(all_made())
def test_what_is_written_is_read(one: Made) -> None:
    """Every field comes back as it was, through strict JSON in ASCII that the published schema allows."""
    text = to_json(one.record)
    assert text.isascii()
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert next(iter(data)) == "schema"
    jsonschema.Draft202012Validator(schema()).validate(data)
    again = read_record(text)
    assert plainly(again) == plainly(one.record)
    assert type(again.counts.tp) is type(one.record.counts.tp)
    assert to_json(again) == text


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_comes_back(name: str) -> None:
    """By name and, for F-beta, by beta."""
    record = made(objective=name, beta=0.3 if name == "fbeta" else None, n_resamples=0).record
    again = read_record(to_json(record))
    counts = ConfusionCounts(tn=5, fp=2, fn=3, tp=7)
    assert again.metric.evaluate(counts) == record.metric.evaluate(counts)
    assert as_data(again) == as_data(record)


def test_the_schema_is_one() -> None:
    """It is valid itself, allows nothing that it does not name, and describes every part of a record."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["additionalProperties"] is False
    assert set(schema()["required"]) == set(schema()["properties"]) == set(as_data(made().record))
    assert all("description" in each for each in schema()["properties"].values())
    parts = schema()["properties"]
    for name in ("objective", "expected", "roles", "data"):
        described = parts[name]["properties"]
        assert parts[name]["additionalProperties"] is False
        assert set(as_data(made(patients(roles=True)).record)[name]) == set(described)

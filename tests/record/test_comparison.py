"""The comparison in a record: what model_differences found, read again as it was written, and verified."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.comparison import ModelDifferences, model_differences, unpaired_differences
from f1tools.core.types import InvalidPredictions
from f1tools.decision import compare, decide
from f1tools.predictions import Predictions
from f1tools.record import DecisionRecord, InvalidRecord, Verification, build_record, read_record, to_json, verify
from f1tools.record.comparison import RecordedComparison
from tests.record.helpers import as_data, digest, patients, replaced, shuffled, source

SAME, OTHER = [digest()], [digest(byte="cd")]


def with_third(rows: Predictions) -> Predictions:
    """Return the rows with a third model, which is nearly the first."""
    return replace(rows, scores={**rows.scores, "copy": np.round(rows.scores["forest"], 2)})


ROWS = with_third(patients())


def differences_of(rows: Predictions, **options: Any) -> ModelDifferences:
    return model_differences(rows, compare(rows).decisions, n_resamples=100, **options)


def compared(rows: Predictions = ROWS, *, margin: float = 0.02, **options: Any) -> DecisionRecord:
    """Return the record of the first model with its comparison."""
    decision = decide(rows.curves())
    return build_record(decision, source(rows), differences=differences_of(rows, **options), margin=margin)


def comparison_of(record: DecisionRecord) -> RecordedComparison:
    assert record.comparison is not None
    return record.comparison


def names(verification: Verification) -> list[str]:
    return [each.what for each in verification.differences]


def test_what_is_recorded() -> None:
    """Values are scikit-learn's; differences, intervals and verdicts are those from the record's model."""
    record, found = compared(reference="guess"), differences_of(ROWS, reference="forest")
    comparison = comparison_of(record)
    assert (comparison.reference, comparison.margin, comparison.n_resamples) == ("forest", 0.02, 100)
    assert [each.model for each in comparison.models] == ["guess", "copy"]
    best = {each.curves.model: each.evaluation.point.threshold for each in compare(ROWS).decisions}
    for each, other in zip(comparison.models, found.differences, strict=True):
        value = f1_score(ROWS.y_true, ROWS.scores[each.model] >= best[each.model])
        own = f1_score(ROWS.y_true, ROWS.scores["forest"] >= best["forest"])
        assert (each.value, each.difference) == pytest.approx((value, value - own), abs=1e-12)
        assert each.interval == (other.interval.low, other.interval.high)
        assert each.simultaneous == (other.simultaneous.low, other.simultaneous.high)
        assert each.verdict == other.verdict(0.02)


def test_written_and_read() -> None:
    """A record is read as it was written; without a comparison it is what it was before there were any."""
    record = compared()
    assert read_record(to_json(record)) == record
    plain = build_record(decide(ROWS.curves()), source(ROWS))
    data = as_data(plain)
    assert "comparison" not in data
    without = {name: part for name, part in as_data(record).items() if name != "comparison"}
    assert without | {"created": ""} == data | {"created": ""}
    assert list(as_data(record))[:-1] == list(data)


@pytest.mark.parametrize("options", [{}, {"weighted": True}, {"roles": True}])
def test_a_comparison_agrees_with_its_rows(options: dict[str, bool]) -> None:
    """The same rows give the same intervals; in another order nearly the same, and a note says so."""
    rows = patients(**options)
    record = compared(rows)
    assert verify(record, rows, SAME).agrees
    result = verify(record, shuffled(rows), OTHER)
    assert result.differences == ()
    assert any("intervals of the comparison agree only approximately" in note for note in result.notes)


def test_clusters() -> None:
    """Where clusters were resampled, verifying does so, too; without them the record differs."""
    rows = replace(ROWS, cluster=np.arange(ROWS.n) // 4)
    record = compared(rows)
    assert comparison_of(record).clustered
    assert verify(record, rows, SAME).agrees
    assert "Resamples of the comparison" in names(verify(record, ROWS, SAME))


def test_few_rows_have_no_intervals() -> None:
    """With fewer than ten rows of a class there are values and differences only, and they agree."""
    rows = patients(20)
    assert rows.n_pos < 10
    record = compared(rows)
    assert comparison_of(record).models[0].simultaneous is None
    assert verify(read_record(to_json(record)), rows, SAME).agrees


@pytest.mark.parametrize(
    ("path", "value", "differs"),
    [
        ("models.0.interval", [-0.5, -0.1], "Difference of “guess”, lower bound"),
        ("models.1.simultaneous", [-0.019, 0.019], "Difference of “copy”, simultaneous, lower bound"),
        ("random_state", 1, "Difference of “guess”, lower bound"),
        ("n_resamples", 99, "Difference of “guess”, lower bound"),
        ("confidence_level", 0.9, "Difference of “guess”, lower bound"),
        ("models.0.model", "gues", "Compared model"),
    ],
)
def test_tampering_is_found(path: str, value: Any, differs: str) -> None:
    """Whatever is changed is a difference."""
    data = replaced(as_data(compared()), f"comparison.{path}", value)
    if path == "models.1.simultaneous":
        data = replaced(data, "comparison.models.1.verdict", "as good")
    changed = read_record(json.dumps(data))
    assert differs in names(verify(changed, ROWS, SAME))


def test_a_changed_value_is_found() -> None:
    """A value and its difference that were changed together are a difference, also where resamples are others."""
    data = as_data(compared())
    guess = data["comparison"]["models"][0]
    for name in ("value", "difference"):
        guess[name] += 0.01
    changed = read_record(json.dumps(data))
    for files in (SAME, OTHER):
        assert {"F1 of “guess”", "Difference of “guess”"} <= set(names(verify(changed, ROWS, files)))
    # Bounds that no other resamples would give are found as well.
    wide = replaced(as_data(compared()), "comparison.models.0.interval", [-0.9, -0.1])
    assert names(verify(read_record(json.dumps(wide)), ROWS, OTHER))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("reference", "guess", "every model may be named only once"),
        ("reference", "other", "comparison.reference must be the model of the record"),
        ("models.0.verdict", "better", "contradicts the interval"),
        ("margin", 0.9, "contradicts the interval"),
        ("margin", -0.1, "margin"),
        ("models.0.difference", 0.1, "is not that of value"),
        ("models.0.value", None, "null where a value is"),
        ("models.0.value", 7, "comparison.models.value is 7"),
        ("n_resamples", 10**6, "n_resamples"),
        ("models", [], "models"),
        ("models.0.note", "x", "not a known field"),
    ],
)
def test_contradictions_are_refused(path: str, value: Any, message: str) -> None:
    """A comparison that contradicts itself or its record is not a record."""
    data = replaced(as_data(compared()), f"comparison.{path}", value)
    if path == "models.0.value" and value is not None:
        best = data["objective"]["best_value"]
        data = replaced(data, "comparison.models.0.difference", value - best)
    with pytest.raises(InvalidRecord, match=message):
        read_record(json.dumps(data))


def test_comparisons_of_other_decisions_are_refused() -> None:
    """Differences must be about the record's model, by its metric, on the same rows."""
    decision = decide(ROWS.curves())
    by_mcc = model_differences(ROWS, compare(ROWS, "mcc").decisions, n_resamples=10)
    for found in (by_mcc, differences_of(with_third(patients(seed=1)))):
        with pytest.raises(ValueError, match="The differences are of another decision"):
            build_record(decision, source(ROWS), differences=found)
    several = [Predictions.from_arrays(ROWS.y_true, {name: ROWS.scores[name]}) for name in ("forest", "guess")]
    unpaired = unpaired_differences([(each, [decide(each.curves())]) for each in several], n_resamples=20)
    with pytest.raises(InvalidPredictions, match="rows that all models have"):
        build_record(decision, source(ROWS), differences=unpaired)

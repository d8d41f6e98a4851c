"""Records of several classes: written and read again, decide as the decision does, and refuse contradictions."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score

from f1tools.classes import ClassCurves, ClassRule, decide_classes
from f1tools.core.types import InvalidPredictions
from f1tools.record import (
    ClassRecord,
    InvalidRecord,
    build_class_record,
    class_source,
    is_record,
    read_any_record,
    read_record,
    schema,
    to_json,
)
from tests.record.class_records import RecordedClasses, labels, one_class, record_classes, with_an_absent_class

VALIDATOR = jsonschema.Draft202012Validator(schema())
CASES = {
    "labels": lambda: record_classes(labels()),
    "labels, weighted": lambda: record_classes(labels(weighted=True), limited=True),
    "labels, common": lambda: record_classes(labels(), "common"),
    "labels, by hand": lambda: record_classes(labels(), by_hand={"a": 0.25, "c": math.inf}),
    "labels, no probabilities": lambda: record_classes(labels(scale=3.0)),
    "labels, estimated": lambda: record_classes(labels(), n_resamples=20),
    "one class": lambda: record_classes(one_class()),
    "one class, estimated": lambda: record_classes(one_class(150), n_resamples=5),
    "one class, logits": lambda: record_classes(one_class(logits=True, weighted=True)),
    "one class, another one without rows": lambda: record_classes(with_an_absent_class()),
    "one class, plain": lambda: record_classes(one_class(), "default"),
}


@pytest.fixture(params=CASES)
def one(request: pytest.FixtureRequest) -> RecordedClasses:
    """Return a record with its decision."""
    return CASES[request.param]()


def content_of(record: ClassRecord) -> dict[str, Any]:
    """Return a record as parsed JSON."""
    content: dict[str, Any] = json.loads(to_json(record))
    return content


def test_round_trip(one: RecordedClasses) -> None:
    """Every field is read as it was written, through strict JSON in ASCII that the published schema allows."""
    text = to_json(one.record)
    assert text.isascii()
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    VALIDATOR.validate(data)
    again = read_any_record(text)
    assert again == one.record
    assert to_json(again) == text
    assert is_record(text.encode())


def test_a_record_decides_as_the_decision(one: RecordedClasses) -> None:
    """The numbers of the classes are those of scikit-learn for the decisions of the record, read again."""
    record, curves = read_any_record(to_json(one.record)), one.decision.curves
    assert isinstance(record, ClassRecord)
    decided, truth, weight = record.decide(curves.y_score), curves.y_true, curves.sample_weight
    np.testing.assert_array_equal(decided, one.decision.rule.decide(curves.y_score))
    each = f1_score(truth, decided, average=None, sample_weight=weight, zero_division=0)
    has_rows = truth.any(axis=0)
    values = [math.nan if one.value is None else one.value for one in record.classes]
    np.testing.assert_allclose(values, np.where(has_rows, each, math.nan))
    np.testing.assert_allclose(record.counts.f1(), each)
    for name, rule in record.rules.items():
        of_rule: ClassRule = one.decision.rules[name]
        theirs = f1_score(
            truth, of_rule.decide(curves.y_score), labels=np.flatnonzero(has_rows), average="macro",
            sample_weight=weight, zero_division=0,
        )  # fmt: skip
        assert rule.value == pytest.approx(theirs)
    if record.limits:
        precision = precision_score(truth[:, 1], decided[:, 1], sample_weight=weight)
        assert precision >= record.constraints["b"][0].bound


def test_few_positives_and_flagging_nothing_are_marked() -> None:
    """A label with few positives keeps the common threshold; null flags nothing."""
    record = record_classes(labels(), by_hand={"c": math.inf}).record
    assert [each.kept for each in record.classes] == [False, False, False, True]
    assert record.by_hand == ("c",)
    assert content_of(record)["thresholds"]["c"] is None
    assert record.expected is None


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("thresholds", "a"), "0.5", "should be a number"),
        (("thresholds", "e"), 0.5, "each label needs a threshold"),
        (("offsets",), {"a": 0.0}, "each label needs a threshold"),
        (("one_per_row",), True, "does not fit one_per_row"),
        (("by_hand",), ["nobody"], "by_hand must name labels"),
        (("limits",), {"nobody": []}, "limits must name labels"),
        (("chosen",), "best", "should be 'default', 'common' or 'own'"),
        (("rules",), {"default": {"value": 0.5, "expected": None}}, "rules lack the chosen one"),
        (("classes", 0, "counts", "tp"), 3, "must add up"),
        (("classes", 0, "name"), "b", "two classes have the same name"),
        (("classes", 0, "value"), 1.5, "should be"),
        (("classes", 0, "expected"), {"value": 0.5, "interval": [0.4, 0.6]}, "resamples are needed"),
        (("average",), "samples", "should be"),
        (("data", "read_as", "one_class"), "a", "one class against all others"),
        (("data", "n"), 399, "must add up"),
        (("more",), 1, "is not a known field"),
    ],
)
def test_contradictions_are_refused(path: tuple[str | int, ...], value: Any, message: str) -> None:
    """One changed value is found, in a sentence."""
    content: Any = content_of(record_classes(labels()).record)
    target = content
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(InvalidRecord, match=message):
        read_any_record(json.dumps(content))


def test_programs_for_one_threshold_refuse_it() -> None:
    """It has no threshold that they could deploy."""
    text = to_json(record_classes(labels()).record)
    with pytest.raises(InvalidRecord, match="decides about 4 classes, and has no single threshold"):
        read_record(text, name="record.json")


def test_many_classes_fit_into_a_record() -> None:
    """A thousand labels are written and read again; more are refused in a sentence."""
    rng = np.random.default_rng(0)
    y_true = rng.random((60, 1001)) < 0.5
    y_true[:2] = [[True], [False]]
    score = rng.random(y_true.shape)

    def decided(k: int) -> ClassRecord:
        curves = ClassCurves.from_predictions(y_true[:, :k].astype(int), score[:, :k])
        return build_class_record(decide_classes(curves, rule="default"), class_source(curves))

    record = decided(1000)
    assert read_any_record(to_json(record)) == record
    with pytest.raises(InvalidPredictions, match="up to 1,000 classes"):
        decided(1001)

"""Reading whatever comes as a record: a record, or one sentence about what is wrong with it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from f1tools import METRICS
from f1tools.core.counts import ConfusionCounts
from f1tools.core.types import InvalidPredictions
from f1tools.record import DecisionRecord, InvalidRecord, is_record, read_record, schema, to_json
from tests.record.helpers import RecordedDecision, as_data, patients, record_decision, recorded_decisions, replaced

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
TEXT = to_json(record_decision().record)
VALIDATOR = jsonschema.Draft202012Validator(schema())


def refusal(content: str | bytes) -> str:
    """Return why a record is refused: one sentence of moderate length, whatever the content is."""
    with pytest.raises(InvalidRecord) as caught:
        read_record(content, name="record.json")
    assert isinstance(caught.value, InvalidPredictions)
    message = str(caught.value)
    assert re.fullmatch(r"record\.json [^\n]{10,900}\.", message)
    return message


def refusal_of(path: str, value: Any, record: DecisionRecord | None = None) -> str:
    """Return why a record is refused after one change."""
    return refusal(json.dumps(replaced(json.loads(TEXT) if record is None else as_data(record), path, value)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not JSON: .* in line 1, column 1"),
        ("{", "is not JSON: .* in line 1, column 2"),
        (b"\xff\xfe\xff", "is not text in UTF-8"),
        (b"PAR1\x00\x80", "is not text in UTF-8"),
        ("[" * 100_000, "is nested too deeply"),
        ("[" + "9" * 5000 + "]", "holds a number that is too large"),
        ('{"a": 1, "a": 2}', "holds the key 'a' twice"),
        (" " * 3_000_000, "is too large: 3,000,000 characters"),
        ("[" + "1," * 60_000 + "1]", "has more than 50,000 parts"),
        ("null", 'is not a decision record of f1tools: it lacks "schema": "f1tools-decision/..."'),
        ("[]", "is not a decision record of f1tools"),
        ('{"schema": 1}', "is not a decision record of f1tools"),
        ('{"schema": "f1tools-decision/0"}', "is not a decision record of f1tools"),
        (
            '{"schema": "f1tools-decision/5"}',
            "has version 5 of the format, .* reads versions 1, 2, 3 and 4",
        ),
        ('{"schema": "f1tools-decision/1"}', "is not a valid decision record: created is missing"),
    ],
)
def test_what_is_not_a_record(content: str | bytes, message: str) -> None:
    """The error is one sentence, whatever the content is."""
    assert re.match(rf"record\.json {message}", refusal(content))


@pytest.mark.parametrize(
    "field", ["threshold", "data.n", "expected.random_state", "supposed.shift", "scores.edges.3", "model"]
)
@pytest.mark.parametrize(
    "text",
    ["NaN", "-Infinity", "1e999", f"1{'0' * 400}", f"-1{'0' * 400}", r'"\ud800"', '"\ud800"', json.dumps("x" * 200_000),
     "[" * 500 + "]" * 500],
)  # fmt: skip
def test_values_that_no_field_can_have(field: str, text: str) -> None:
    """Numbers must be finite and text must be Unicode; content must not be too long or nested too deeply."""
    data = replaced(json.loads(TEXT), field, "@")
    assert field.replace(".3", "[3]") in refusal(json.dumps(data).replace('"@"', text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    """Pages recognize a record in every encoding that it can be read in."""
    content = TEXT.encode(encoding)
    assert is_record(content)
    assert to_json(read_record(content)) == TEXT


@pytest.mark.parametrize("key", [r'"\ud800"', '"<b>"', r'"a\\1\n"', json.dumps("x" * 1_000_000)])
@pytest.mark.parametrize("place", ["", '"supposed": '])
def test_keys_that_no_field_has(key: str, place: str) -> None:
    """Messages show unknown keys on one line."""
    refusal(TEXT.replace(f"{place}{{", f"{place}{{{key}: [], ", 1).replace(", }", "}"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("threshold", "0.5"),
        ("threshold", "0.4"),
        ("threshold", True),
        ("weighted", 1),
        ("created", "yesterday"),
        ("rule", "y_score > threshold"),
        ("chosen", "luck"),
        ("data.n", -3),
        ("data.n", 1.5),
        ("data.n", 2**54),
        ("data.files.0.sha256", "00"),
        ("data.files.0.sha256", f"{'0' * 64}\n"),
        ("data.more", 1),
        ("data.read_as.more", 1),
        ("data.read_as.scores", "forest"),
        ("data.read_as.weight", None),
        ("data.read_as.one_vs_rest", 1),
        ("expected.n_resamples", 10**9),
        ("confidence_level", 1),
        ("counts.tp", -1),
        ("metrics.recall", {"value": None}),
        ("metrics.f1.interval", [0.1, 0.2, 0.3]),
        ("supposed.shift", {"x": []}),
        ("supposed.shift", []),
        ("versions.numpy", "1" * 101),
        ("model", ["x"] * 1000),
    ],
)
def test_types_and_ranges(path: str, value: Any) -> None:
    """Nothing is converted or ignored: the message names the field, and JSON Schema refuses the value, too."""
    field = re.sub(r"\.(\d+)", r"[\1]", path)
    assert field in refusal_of(path, value)
    if not (isinstance(value, str) and value.endswith("\n")):  # which "$" allows in Python's regular expressions
        assert not VALIDATOR.is_valid(replaced(json.loads(TEXT), path, value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("created", "2026-02-30T00:00:00Z", "created: 2026-02-30T00:00:00Z is not a date"),
        ("data.n_pos", 0, "data: 0 of 400 rows are positive"),
        ("data.n", 401, "counts add up to 400, but there are 401 rows"),
        ("counts.tp", 0.5, "counts must be whole numbers"),
        ("data.n_pos", 7, r"counts hold \d+ positive rows, but data.n_pos is 7"),
        ("counts", {"tn": 0, "fp": 0, "fn": 200, "tp": 200}, "counts: both classes are needed"),
        ("data.tables.tune", f"sha256:{'0' * 64}", "data.tables must be equal"),
        ("threshold", 7.5, "threshold 7.5 lies outside same_decisions"),
        ("chosen", "by hand", r"chosen is by hand, which contradicts threshold 0\.\d+"),
        ("expected.threshold_interval", [None, 0.5], "expected: the bounds of threshold_interval are not in order"),
        ("expected.interval", [0.9, 0.1], "expected.interval: the bounds of an interval must be in order"),
        ("metrics.f1.interval", [None, 0.1], "metrics.f1.interval: the bounds of an interval must be .* both"),
        ("metrics.mcc", {"value": 0.5, "interval": None}, "metrics must be f1, precision, recall"),
        ("scores.shares", [0.5, 0.5], "scores: 9 edges need 10 shares, got 2"),
        ("scores.shares.0", 0.9, "scores: the shares must add up to 1"),
        ("scores.edges.3", 0.0, "scores: the edges must ascend within the span"),
        ("scores.span", [0.0, 0.1], "scores: the edges must ascend within the span"),
        ("scores.span", [None, 1.0], r"scores.span\[0\] should be a number, got null"),
        ("scores", [], "scores should be an object, got a list"),
        ("scores.edges", "abc", "scores.edges should be a list, got 'abc'"),
        ("versions.numpy", [], "versions.numpy should be text, got a list"),
        ("created", "yesterday", "created should be written as `f1tools record` writes it, got 'yesterday'"),
        ("counts.tp", -1, "counts.tp should be 0 or more, got -1"),
        ("chosen", "luck", "chosen should be 'best' or 'by hand', got 'luck'"),
        ("neg_label", "sick", "pos_label and neg_label must differ"),
        ("objective.best_value", 1.5, "objective: best_value is 1.5, but f1 ranges from 0 to 1"),
        ("objective.value_where_tuned", -0.5, "objective: value_where_tuned is -0.5"),
        ("expected.value", -0.01, "expected is -0.01, but f1 ranges from 0 to 1"),
        ("expected.interval", [0.5, 1.1], "expected is 1.1, but f1 ranges from 0 to 1"),
        ("metrics.recall.value", 1.01, "metrics.recall is 1.01, but recall ranges from 0 to 1"),
        ("metrics.precision.interval", [-1, 1], "metrics.precision is -1.0, but precision ranges from 0 to 1"),
        ("data.read_as", {}, "data: read_as must name the truth, the scores and the positive label"),
        ("data.read_as.role", "set", "data: read_as must name the role column together with its values"),
        ("versions", {"f1tools": "1", "python": "3"}, "versions: numpy is missing"),
        ("objective.metric", "magic", "objective: There is no metric 'magic'. Choose one of: f1, fbeta, "),
        ("objective.metric", "fbeta", "objective: fbeta needs a beta"),
        ("objective.beta", 3, "objective: beta belongs to the metric fbeta"),
        (
            "objective.constraints",
            [{"metric": "luck", "sense": "at least", "bound": 0.5}],
            r"objective.constraints\[0\]: There is no metric 'luck'",
        ),
    ],
)
def test_contradictions(path: str, value: Any, message: str) -> None:
    """Values that contradict each other are refused with the reason."""
    assert re.match(rf"record\.json is not a valid decision record: {message}", refusal_of(path, value))


@pytest.mark.parametrize(
    ("objective", "allowed", "beyond"),
    [("mcc", [-1, 1], [-1.1, 1.1]), ("kappa", [-1, 1], [-1.1, 1.1]), ("youden_j", [-1, 1], [1.1]),
     ("lift", [0, 99], [-0.1]), ("balanced_accuracy", [0, 1], [-0.1, 1.1])],
)  # fmt: skip
def test_each_metric_has_its_own_range(objective: str, allowed: list[float], beyond: list[float]) -> None:
    """Correlations may be negative, lift has no maximum, and all others are proportions."""
    record = record_decision(objective=objective).record
    for value in allowed:
        data = replaced(as_data(record), "objective.best_value", value)
        assert read_record(json.dumps(data)).objective.best_value == value
    for value in beyond:
        assert f"best_value is {value}, but {objective} ranges from " in refusal_of(
            "objective.best_value", value, record
        )


def test_roles_and_weights_that_contradict_the_counts() -> None:
    """The rows of both roles must add up, one role cannot hold all positives, and sums of weights must be finite."""
    record = record_decision(patients(roles=True)).record
    assert record.roles is not None
    assert "must add up to data.n, 400" in refusal_of("roles.n_tune", record.roles.n_tune + 1, record)
    positives = int(record.counts.positives())
    assert f"cannot hold all {positives}" in refusal_of("data.n_pos", positives, record)
    huge = dict.fromkeys(("tn", "fp", "fn", "tp"), 1.7e308)
    assert "must have a finite sum" in refusal_of("counts", huge, record_decision(patients(weighted=True)).record)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    """A shell may have written the file in another encoding, or with a byte order mark."""
    assert to_json(read_record(TEXT.encode(encoding))) == TEXT
    assert to_json(read_record("\ufeff" + TEXT)) == TEXT


def test_whole_numbers_may_be_written_as_decimals() -> None:
    """Whole numbers are read from decimals, because other programs write 400.0 for 400."""
    again = read_record(json.dumps(json.loads(TEXT, parse_int=float)))
    assert type(again.counts.tp) is int
    assert to_json(again) == TEXT


def test_a_hostile_file_name() -> None:
    """Messages show file names on one line of moderate length."""
    with pytest.raises(InvalidRecord, match=r"^a bbb.{99,290}$"):
        read_record("[]", name="a\n\u202e" + "b" * 500)


@PATIENT
@given(recorded_decisions())
def test_round_trip(one: RecordedDecision) -> None:
    """Every field is read as it was written, through strict JSON in ASCII that the published schema allows."""
    text = to_json(one.record)
    assert text.isascii()
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert next(iter(data)) == "schema"
    VALIDATOR.validate(data)
    again = read_record(text)
    assert again == one.record
    assert type(again.counts.tp) is type(one.record.counts.tp)
    assert to_json(again) == text


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_read_again(name: str) -> None:
    """A metric is identified by its name and, for F-beta, by beta."""
    record = record_decision(objective=name, beta=0.3 if name == "fbeta" else None, n_resamples=0).record
    again = read_record(to_json(record))
    counts = ConfusionCounts(tn=5, fp=2, fn=3, tp=7)
    assert again.metric.evaluate(counts) == record.metric.evaluate(counts)


def test_the_published_schema_is_that_of_the_models() -> None:
    """The file is generated, valid, closed, and describes every field of a record."""
    file = files("f1tools.record").joinpath("decision.schema.json")
    published = json.loads(file.read_text(encoding="utf-8"))
    assert published == schema(), "Run `make schema`."
    jsonschema.Draft202012Validator.check_schema(published)
    objects = [each for each in published["$defs"].values() if each["type"] == "object"]
    assert all(each["additionalProperties"] is False and each["description"] for each in objects)
    record, of_classes = (published["$defs"][name] for name in ("DecisionRecord", "ClassRecord"))
    assert set(record["required"]) == set(json.loads(TEXT)) == set(record["properties"]) - {"groups", "comparison"}
    optional = set(of_classes["properties"]) - set(of_classes["required"])
    assert optional == {"thresholds", "offsets", "method"}
    properties = [*record["properties"].values(), *of_classes["properties"].values()]
    assert all("description" in each or "$ref" in str(each) for each in properties)

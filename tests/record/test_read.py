"""Whatever is brought as a record: a record, or one sentence about what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.record import InvalidRecord, read_record, to_json
from tests.record.making import as_data, made, patients

Data = dict[str, Any]
TEXT = to_json(made().record)


def set_at(path: str, value: Any) -> Callable[[Data], None]:
    """Put a value where a path of keys and numbers leads."""
    *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))

    def change(data: Data) -> None:
        part: Any = data
        for step in way:
            part = part[step]
        part[last] = value

    return change


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not JSON: expecting value in line 1, column 1. Bring a record that `f1tools record` wrote."),
        ("{", "is not JSON: expecting property name enclosed in double quotes in line 1, column 2. Bring"),
        (b"\xff\xfe\xff", "is not text in UTF-8. Bring"),
        (b"PAR1\x00\x80", "is not text in UTF-8. Bring"),
        ("[" * 100_000, "is nested too deeply. Bring"),
        ("[" * 500 + "]" * 500, "is nested too deeply. Bring"),
        ("[NaN]", "holds NaN, which is not JSON: a number that is not known is null. Bring"),
        ("[-Infinity]", "holds -Infinity, which is not JSON: a number that is not known is null. Bring"),
        ("[1e999]", "holds the number 1e999, which is too large. Bring"),
        (f"[1{'0' * 400}]", "holds a number that is too large. Bring"),
        (f"[-1{'0' * 400}]", "holds a number that is too large. Bring"),
        ("[" + "9" * 5000 + "]", "holds a number that is too large. Bring"),
        ('{"a": 1, "a": 2}', "says 'a' twice. Bring"),
        (r'{"a": "\ud800"}', "holds half of a character in '\\ud800', which is no text. Bring"),
        ('["\ud800"]', "holds half of a character in '\\ud800', which is no text. Bring"),
        (" " * 3_000_000, "is too large: 3,000,000 characters, where a record has a few thousand. Bring"),
        (json.dumps(["x" * 200_000]), "holds a text of 200,000 characters. Bring"),
        ("[" + "1," * 60_000 + "1]", "has more than 50,000 parts, where a record has a few dozen. Bring"),
        ("null", 'is no decision record of f1tools: it does not say "schema": "f1tools-decision/1". Write one with'),
        ("[]", "is no decision record of f1tools: it does not say"),
        ('{"schema": 1}', "is no decision record of f1tools: it does not say"),
        ('{"schema": "f1tools-decision/0"}', "is no decision record of f1tools: it does not say"),
        (
            '{"schema": "f1tools-decision/2"}',
            "has version 2 of the format, and f1tools 0.1.0 reads version 1. Update f1tools, or write the r",
        ),
        ('{"schema": "f1tools-decision/1"}', "is no valid decision record: it lacks created. Write it again with"),
    ],
)
def test_what_is_no_record(content: str | bytes, message: str) -> None:
    """One sentence, and never another error."""
    with pytest.raises(InvalidRecord) as caught:
        read_record(content, name="record.json")
    assert str(caught.value).startswith(f"record.json {message}")
    assert isinstance(caught.value, InvalidPredictions)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("threshold", "0.5", "threshold must be number, got '0.5'"),
        ("threshold", None, "threshold must be number, got null"),
        ("threshold", True, "threshold must be number, got true"),
        ("weighted", 1, "weighted must be boolean, got 1"),
        ("created", "yesterday", "created is not written as it must be, got 'yesterday'"),
        ("rule", "y_score > threshold", "rule must be 'y_score >= threshold', got 'y_score > threshold'"),
        ("chosen", "luck", "chosen must be 'best' or 'by hand', got 'luck'"),
        ("data.n", -3, "data.n must be at least 0, got -3"),
        ("data.n", 1.5, "data.n must be integer, got 1.5"),
        ("data.files.0.sha256", "00", "data.files[0].sha256 is not written as it must be, got '00'"),
        ("data.files.0.sha256", f"{'0' * 64}\n", "data.files[0].sha256 is too long or too short"),
        ("data.more", 1, "data has 'more', which is unknown"),
        ("data.read_as.scores", "forest", "data.read_as.scores must be array, got 'forest'"),
        ("expected.n_resamples", 10**9, "expected.n_resamples must be at most 100000, got 1000000000"),
        ("confidence_level", 1, "confidence_level must be at most 0.999999, got 1"),
        ("metrics.f1", {}, "metrics.f1 lacks value"),
        ("supposed.<b>", {"x": []}, "supposed.'<b>' must be number or boolean, got an object"),
        ("model", ["x"] * 1000, "model must be string, got a list"),
    ],
)
def test_what_the_schema_does_not_allow(path: str, value: Any, message: str) -> None:
    """The place, what belongs there and what was found instead."""
    assert complaint(set_at(path, value)) == (
        f"The record is no valid decision record: {message}. Write it again with `f1tools record`."
    )


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("created", "2026-02-30T00:00:00Z", "created is no date, 2026-02-30T00:00:00Z"),
        ("data.n_pos", 0, "of 400 rows 0 are positive, and both classes are needed"),
        ("data.n", 401, "the counts add up to 400 and not to 401 rows"),
        ("counts.tp", 0.5, "counts of rows must be whole numbers"),
        ("data.n_pos", 7, r"the counts hold \d+ positive rows and not 7"),
        ("counts", {"tn": 0, "fp": 0, "fn": 200, "tp": 200}, "the counts must have a finite sum and hold both classes"),
        ("data.tables.tune", f"sha256:{'0' * 64}", "without roles both tables are one"),
        ("threshold", 7.5, "the threshold 7.5 is not among those that decide like it"),
        ("chosen", "by hand", r"the threshold 0\.\d+ can't be chosen as by hand"),
        ("expected.threshold_interval", [None, 0.5], "the interval of the best threshold has its ends in the wrong o"),
        ("expected.interval", [0.9, 0.1], "an interval has its ends in the wrong order, or one end alone"),
        ("metrics.f1.interval", [None, 0.1], "an interval has its ends in the wrong order, or one end alone"),
        ("metrics.mcc", {"value": 0.5, "interval": None}, "metrics must be f1, precision, recall"),
        ("scores.shares", [0.5, 0.5], "9 edges of scores make 10 shares, got 2"),
        ("scores.shares.0", 0.9, "the shares of the scores don't add up to 1"),
        ("scores.edges.3", 0.0, "the edges of the scores are not ascending within their span"),
        ("scores.span", [0.0, 0.1], "the edges of the scores are not ascending within their span"),
        ("scores.span", [None, 1.0], "the span of the scores has two ends"),
        ("neg_label", "sick", "the positive and the negative label are one"),
        ("objective.best_value", 1.5, "best_value is 1.5, and f1 lies from 0 to 1"),
        ("objective.value_where_tuned", -0.5, "value_where_tuned is -0.5, and f1 lies from 0 to 1"),
        ("expected.value", -0.01, "the expected value is -0.01, and f1 lies from 0 to 1"),
        ("expected.interval", [0.5, 1.1], "the expected interval is 1.1, and f1 lies from 0 to 1"),
        ("metrics.recall.value", 1.01, "the value of recall is 1.01, and recall lies from 0 to 1"),
        ("metrics.precision.interval", [-1, 1], "the interval of precision is -1.0, and precision lies from 0 to 1"),
        ("data.read_as", {}, "read_as must name the truth, the scores and the positive label of the file"),
        ("data.read_as.role", "set", "read_as names a role without its values, or values without the column"),
    ],
)
def test_what_does_not_fit_together(path: str, value: Any, message: str) -> None:
    """What no schema can say."""
    found = complaint(set_at(path, value))
    assert re.match(rf"The record does not fit together: {message}", found)


@pytest.mark.parametrize(
    ("objective", "allowed", "beyond"),
    [("mcc", [-1, 1], [-1.1, 1.1]), ("kappa", [-1, 1], [-1.1, 1.1]), ("youden_j", [-1, 1], [1.1]),
     ("lift", [0, 99], [-0.1]), ("balanced_accuracy", [0, 1], [-0.1, 1.1])],
)  # fmt: skip
def test_each_metric_has_its_own_range(objective: str, allowed: list[float], beyond: list[float]) -> None:
    """Correlations may be negative, lift has no upper end, and all others are shares."""
    data = as_data(made(objective=objective).record)
    for value in (*allowed, *beyond):
        data["objective"]["best_value"] = value
        if value in allowed:
            assert read_record(json.dumps(data)).best_value == value
        else:
            with pytest.raises(InvalidRecord, match=f"best_value is {value}, and {objective} lies from "):
                read_record(json.dumps(data))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("objective.metric", "magic", "There is no metric 'magic'. Choose one of: f1, fbeta, precision, "),
        ("objective.beta", 3, "beta belongs to the metric fbeta, not to f1. Leave it out or ask for fbeta."),
        (
            "objective.constraints",
            [{"metric": "luck", "sense": "at least", "bound": 0.5}],
            "There is no metric 'luck'. Choose one of: f1, fbeta, precision, ",
        ),
    ],
)
def test_metrics_that_are_none(path: str, value: Any, message: str) -> None:
    """They are told in the words that everybody gets who asks for one."""
    assert complaint(set_at(path, value)).startswith(f"The record can't be used. {message}")


def test_f_beta_needs_its_beta() -> None:
    """Left out, everybody would take another one."""
    data = as_data(made(objective="fbeta", beta=2.0).record)
    data["objective"]["beta"] = None
    data["metrics"]["fbeta"] = data["metrics"].pop("fbeta")
    with pytest.raises(InvalidRecord, match=r"does not fit together: fbeta needs a beta\."):
        read_record(json.dumps(data))


def test_roles_that_do_not_fit() -> None:
    """Rows of both parts add up, and the positive ones of one are fewer than of both."""
    data = as_data(made(patients(roles=True)).record)
    more = json.loads(json.dumps(data))
    more["roles"]["n_tune"] += 1
    with pytest.raises(InvalidRecord, match=r"the rows of both roles don't add up to 400\."):
        read_record(json.dumps(more))
    data["data"]["n_pos"] = data["counts"]["tp"] + data["counts"]["fn"]
    with pytest.raises(InvalidRecord, match=r"the rows that report can't hold all \d+ positive ones\."):
        read_record(json.dumps(data))


def test_weights_beyond_doubles() -> None:
    """Sums of weights must have a sum themselves."""
    data = as_data(made(patients(weighted=True)).record)
    data["counts"] = dict.fromkeys(data["counts"], 1.7e308)
    with pytest.raises(InvalidRecord, match=r"the counts must have a finite sum and hold both classes\."):
        read_record(json.dumps(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_unicode(encoding: str) -> None:
    """A shell may have written it in another encoding; as text it may begin with a mark of the order of bytes."""
    assert to_json(read_record(TEXT.encode(encoding))) == TEXT
    assert to_json(read_record("\ufeff" + TEXT)) == TEXT


def test_whole_numbers_may_be_written_as_decimals() -> None:
    """Other programs write 400.0 for 400."""
    data = as_data(made().record)
    floats = json.loads(json.dumps(data), parse_int=float)
    again = read_record(json.dumps(floats))
    assert type(again.counts.tp) is int
    assert as_data(again) == data


def test_a_hostile_name_of_a_file() -> None:
    """It is one line of moderate length in the sentence."""
    with pytest.raises(InvalidRecord) as caught:
        read_record("[]", name="a\n\u202e" + "b" * 500)
    assert str(caught.value).startswith("a bbb")
    assert len(str(caught.value)) < 300


def complaint(change: Callable[[Data], None]) -> str:
    """Say what is wrong with a record after a change."""
    data = json.loads(TEXT)
    change(data)
    with pytest.raises(InvalidRecord) as caught:
        read_record(json.dumps(data))
    return str(caught.value)

"""Verification of records of several classes: what was changed is named, and what may differ is only noted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools import formatting
from f1tools.classes import ClassCurves
from f1tools.record import (
    ClassRecord,
    FileDigest,
    Verification,
    check_classes,
    read_any_record,
    to_json,
    verify_classes,
)
from f1tools.record.classes.model import BY_LOG_OFFSET, BY_OFFSET, METHOD
from tests.record.class_records import labels, one_class, record_classes, with_an_absent_class

DIGEST = FileDigest(name="rows.csv", size=1, sha256="0" * 64)


def edited(record: ClassRecord, path: tuple[str | int, ...], value: Any) -> ClassRecord:
    """Return a record after one change."""
    content: Any = json.loads(to_json(record))
    target = content
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    changed = read_any_record(json.dumps(content))
    assert isinstance(changed, ClassRecord)
    return changed


def reordered(curves: ClassCurves, order: Any) -> ClassCurves:
    """Return the rows in another order, or other rows."""
    weight = None if curves.sample_weight is None else curves.sample_weight[order]
    return replace(curves, y_true=curves.y_true[order], y_score=curves.y_score[order], sample_weight=weight)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("make", [labels, one_class])
def test_a_record_agrees_with_its_rows_in_any_order(make: Any, weighted: bool) -> None:
    """Estimates agree approximately where other rows are drawn, and a note says so."""
    curves = make(300, weighted=weighted)
    record = record_classes(curves, n_resamples=40 if make is labels else 10, limited=make is labels).record
    assert verify_classes(record, curves).agrees
    shuffled = reordered(curves, np.random.default_rng(0).permutation(300))
    result = verify_classes(record, shuffled)
    assert result.differences == ()
    assert "agree only approximately" in " ".join(result.notes)


def test_a_class_without_rows_is_verified_and_checked() -> None:
    """It is recorded without F1; new rows may lack it as well, or have some, which F1 only warns of."""
    curves = with_an_absent_class()
    record = record_classes(curves, n_resamples=5).record
    last = record.classes[3]
    assert (last.name, last.positives, last.value, last.kept) == ("w", 0, None, True)
    assert last.expected is not None
    assert last.expected.value is None
    assert verify_classes(record, curves).agrees
    found = {each.name: each for each in check_classes(record, curves)}
    assert found["F1 of “w”"].sentence.startswith("F1 of “w” is undefined: no row has it")
    assert "“w”" not in found["rows"].sentence
    assert not [each for each in found.values() if each.level == "fail"]
    y_true = curves.y_true.copy()
    y_true[:40] = np.eye(4, dtype=bool)[3]
    found = {each.name: each for each in check_classes(record, replace(curves, y_true=y_true))}
    assert (found["F1 of “w”"].level, found["shares of the classes"].level) == ("warn", "fail")


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("thresholds", "a"), 0.4, "Threshold of “a”"),
        (("classes", 1, "value"), 0.1, "F1 of “b”"),
        (("classes", 3, "kept"), False, "Few positives of “d”"),
        (("classes", 0, "table"), "sha256:" + "0" * 64, "Table of counts of “a”"),
        (("rules", "common", "value"), 0.9, "Macro F1, common"),
        (("rules", "own", "expected", "value"), 0.9, "Expected value, own"),
        (("classes", 0, "expected", "interval"), [0.1, 0.9], "Expected value of “a”"),
        (("beta",), 2.0, "F-beta"),
        (("chosen",), "common", "Threshold of"),
        (("average",), "micro", "Micro F1, own"),
    ],
)
def test_a_changed_record_differs(path: tuple[str | int, ...], value: Any, what: str) -> None:
    """Each changed value is named, with what was recorded and what was computed."""
    curves = labels(200)
    record = edited(record_classes(curves, n_resamples=5).record, path, value)
    differences = verify_classes(record, curves).differences
    assert any(what.replace("F-beta", "F2") in each.what for each in differences)


def test_changed_offsets_differ_unless_they_are_as_good() -> None:
    """Other offsets are a difference in the recorded bytes; elsewhere a search may find others that are as good."""
    curves = one_class()
    record = record_classes(curves).record
    shifted = {name: offset + 1e-6 for name, offset in record.offsets.items()}  # decides alike
    as_good, worse = edited(record, ("offsets",), shifted), edited(record, ("offsets", "x"), 5.0)
    read_as = replace(record.data.read_as, truth="animal")
    with_files = record.data.model_copy(update={"files": (DIGEST,), "read_as": read_as})
    same_bytes = as_good.model_copy(update={"data": with_files})
    assert len(verify_classes(same_bytes, curves, [DIGEST]).differences) == 3
    result = verify_classes(as_good, curves)
    assert result.agrees
    assert "other offsets, which are neither better nor worse" in " ".join(result.notes)
    assert "Offset of “x”" in [each.what for each in verify_classes(worse, curves).differences]


def test_a_changed_rule_differs() -> None:
    """The same offsets decide otherwise where they are added to scores instead of their logarithms."""
    curves = one_class()
    record = record_classes(curves).record
    assert record.rule == BY_LOG_OFFSET
    changed = edited(record, ("rule",), BY_OFFSET)
    assert not np.array_equal(changed.decide(curves.y_score), record.decide(curves.y_score))
    assert [each.what for each in verify_classes(changed, curves).differences] == ["Rule"]


def test_other_rows_and_other_classes() -> None:
    """Rows that are missing are a difference, and so are other classes."""
    curves = labels(300)
    record = record_classes(curves).record
    fewer = verify_classes(record, reordered(curves, slice(0, 299)), left_out={"missing score": 1})
    assert str(fewer.differences[0]) == "Rows: recorded 300, computed 299"
    assert "Rows left out, “missing score”: recorded 0, computed 1" in map(str, fewer.differences)
    others = verify_classes(record, one_class()).differences
    assert [each.what for each in others] == ["Classes", "Kind"]


def test_a_record_of_another_method() -> None:
    """Its offsets are judged by their counts, and its estimates are left out; notes say so, and what a search gains."""
    curves = one_class()
    record, decision = record_classes(curves, "default", n_resamples=3)
    other = edited(
        edited(record, ("method",), METHOD + 1), ("rules", "own", "expected"), {"value": 0, "interval": [0, 1]}
    )
    estimates = "What to expect on new rows is estimated in another way than for the record, so it is not compared."
    assert verify_classes(other, curves) == Verification((), (estimates,))
    # Somebody else's search found no offsets that are better than none.
    plain, found = (decision.rules[name].value("macro") for name in ("default", "own"))
    worse = edited(edited(record, ("chosen",), "own"), ("rules", "own", "value"), plain)
    assert "Offset of “x”" in [each.what for each in verify_classes(worse, curves).differences]
    result = verify_classes(edited(worse, ("method",), METHOD + 1), curves)
    gain = f"their macro F1 is {formatting.metric_value(found - plain)} higher now."
    assert result == Verification((), (estimates, f"Offsets are searched in another way than for the record: {gain}"))

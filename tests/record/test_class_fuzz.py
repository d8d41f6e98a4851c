"""Whatever a record of several classes claims: it is refused in a sentence, or can be verified, checked and printed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.classes import ClassCurves, ClassOffsets
from f1tools.core.types import InvalidPredictions
from f1tools.record import (
    ClassRecord,
    InvalidRecord,
    build_class_record,
    check_classes,
    read_any_record,
    snippets,
    to_json,
    verify_classes,
)
from tests.record.class_records import labels, one_class, record_classes, without
from tests.record.helpers import ANY_JSON, paths, replaced

PATIENT = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
ROWS = [labels(50), labels(50, weighted=True), one_class(50), one_class(50, logits=True, weighted=True)]
ROWS.append(without(one_class(50), 2))
RECORDS = [
    record_classes(ROWS[0], limited=True, n_resamples=2).record,
    record_classes(ROWS[1], by_hand={"a": 0.4}, n_resamples=2).record,
    record_classes(ROWS[2], n_resamples=2).record,
    record_classes(ROWS[3], n_resamples=2).record,
    record_classes(ROWS[4], n_resamples=2).record,
]
KINDS = [(json.loads(to_json(record)), rows) for record, rows in zip(RECORDS, ROWS, strict=True)]
EXTREME = st.sampled_from(
    [0, -1, 2, 0.5, 1e30, -1e30, 1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 2**200, 10**400, None]
)


def numbers(data: Any) -> list[tuple[str | int, ...]]:
    """Return the paths to all numbers, and to what is null."""

    def at(path: tuple[str | int, ...]) -> Any:
        part = data
        for step in path:
            part = part[step]
        return part

    return [path for path in paths(data) if at(path) is None or type(at(path)) in (int, float)]


NUMBERS = [(place, path) for place, (data, _) in enumerate(KINDS) for path in numbers(data)]
PARTS = [(place, path) for place, (data, _) in enumerate(KINDS) for path in paths(data)]


def result_or_reason(use: Callable[[], Any]) -> Any:
    """Return a result, or the sentence that says why there is none."""
    try:
        return use()
    except InvalidPredictions as error:
        return str(error)


def survive(content: str, curves: ClassCurves) -> None:
    """Read a record; if it is one, write, verify and check it, and turn it into code."""
    results = [record := result_or_reason(lambda: read_any_record(content))]
    if isinstance(record, ClassRecord):
        assert to_json(read_any_record(to_json(record))) == to_json(record)
        for name, code in snippets(record).items():
            if name != "SQL":
                compile(code, name, "exec")
        results = [result_or_reason(partial(use, record, curves)) for use in (verify_classes, check_classes)]
    assert all(re.fullmatch("[^\n]{20,1000}", each) for each in results if isinstance(each, str))


@PATIENT
@given(st.sampled_from(NUMBERS), EXTREME)
def test_extreme_numbers(edit: tuple[int, tuple[str | int, ...]], value: float | None) -> None:
    """Any number may be as large, as small or as wrong as JSON allows."""
    (data, curves), path = KINDS[edit[0]], edit[1]
    survive(json.dumps(replaced(data, path, value)), curves)


@settings(PATIENT, max_examples=30)
@given(st.sampled_from(PARTS), ANY_JSON)
def test_parts_replaced(edit: tuple[int, tuple[str | int, ...]], value: Any) -> None:
    """Any part may be anything."""
    (data, curves), path = KINDS[edit[0]], edit[1]
    survive(json.dumps(replaced(data, path, value)), curves)


def test_offsets_that_have_no_weight() -> None:
    """Beyond 700 the weight of a probability would be no number."""
    data, _ = KINDS[2]
    for offset in (1e30, -701):
        with pytest.raises(InvalidRecord, match="offsets must lie between -700 and 700"):
            read_any_record(json.dumps(replaced(data, ("offsets", "x"), offset)))
    record, decision = record_classes(ROWS[2])
    rule = decision.rules["own"]
    assert isinstance(rule.by, ClassOffsets)
    far = replace(rule, by=replace(rule.by, offsets=np.array([701.0, 0, 0])))
    with pytest.raises(InvalidPredictions, match="An offset is beyond 700"):
        build_class_record(replace(decision, rules={"own": far}), record.data)

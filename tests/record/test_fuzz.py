"""Whatever comes as a record is a record or one message; and every record can be verified, whatever it claims."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import (
    DecisionRecord,
    InvalidRecord,
    Verification,
    build_record,
    check,
    data_source,
    group_thresholds,
    read_record,
    snippets,
    to_json,
    verify,
)
from tests.record.helpers import (
    ANY_JSON,
    HOSTILE,
    any_predictions,
    as_data,
    by_region,
    paths,
    patients,
    record_decision,
    replaced,
)

PATIENT = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))

PEOPLE = patients(60)
CONSTRAINTS = [Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 30)]
WEIGHTED, WITH_ROLES = patients(60, weighted=True), patients(60, roles=True)
RECORDS = [
    as_data(record_decision(PEOPLE, n_resamples=3).record),
    as_data(record_decision(PEOPLE, n_resamples=3, objective="fbeta", beta=0.5, constraints=CONSTRAINTS[:1]).record),
    as_data(record_decision(WEIGHTED, n_resamples=3, objective="mcc", constraints=CONSTRAINTS[1:]).record),
    as_data(record_decision(WITH_ROLES, n_resamples=3, model="guess", threshold=0.37).record),
    as_data(record_decision(patients(60, weighted=True, roles=True), n_resamples=0, threshold=1e300).record),
]
REGIONS = by_region(80)
BY_REGION = as_data(
    build_record(
        (DECISION := decide(REGIONS.curves())),
        data_source(REGIONS),
        groups=group_thresholds(REGIONS, DECISION, "region", equal="recall", min_rows=3),
    )
)

PIECES = st.sampled_from([b"", b"0", b"9" * 400, b"e999", b'"', b"[", b"}", b"\xff", b"\\ud800", b"-"])

# What a record could claim: most of these are read, and `verify` has to cope with them.
BOUNDS = st.none() | st.floats(-2, 2) | st.sampled_from([-1.7e308, 1.7e308])
CONSTRAINT = st.fixed_dictionaries(
    {
        "metric": st.sampled_from([*METRICS, "flagged"]),
        "sense": st.sampled_from(["at least", "at most"]),
        "bound": st.sampled_from([0, 0.3, 1, 20, 1e-320, 1.7e308]),
    }
)
THRESHOLD: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, 1, 0.31, 1e300, -1e300, "north", "own", "parity", "recall", []]
)
PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "model": st.sampled_from(["forest", "guess", *HOSTILE]),
    "pos_label": st.sampled_from(["sick", "well", *HOSTILE]),
    "versions.numpy": st.sampled_from(["1.0", "2.0"]),
    "same_decisions": st.just({"above": None, "up_to": None}),
    "objective.constraints": st.lists(CONSTRAINT, max_size=3),
    "objective.not_met": st.sampled_from(["", "No threshold meets it."]),
    "objective.best_value": BOUNDS,
    "objective.value_where_tuned": BOUNDS,
    "confidence_level": st.floats(0.001, 0.999999),
    "metrics.f1.value": BOUNDS,
    "metrics.recall.interval": st.none() | st.just([None, None]) | st.just([-1e300, 1e300]),
    "expected": st.none()
    | st.fixed_dictionaries(
        {
            "value": BOUNDS,
            "optimism": BOUNDS,
            "interval": st.none() | st.just([0.1, 0.2]),
            "threshold_interval": st.sampled_from([[None, None], [0.1, None], [-1.7e308, 1.7e308]]),
            "confidence_level": st.floats(0.001, 0.999999),
            "n_resamples": st.integers(1, 5),
            "random_state": st.integers(0, 2**200),
        }
    ),
    "scores": st.just({"span": [-1e308, 1e308], "edges": [], "shares": [1]})
    | st.just({"span": [-9, 9], "edges": [-5, -4, 3], "shares": [0, 0, 0, 1]}),
    "roles": st.none(),
    "data.tables": st.just({"tune": f"sha256:{'0' * 64}", "report": f"sha256:{'0' * 64}"}),
    "data.files": st.just([]),
    "supposed": st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 1), max_size=2),
}


def named(data: dict[str, Any]) -> str:
    """Return JSON that claims to be a record."""
    return json.dumps({**data, "schema": "f1tools-decision/1"})


def record_or_reason(content: str | bytes) -> DecisionRecord | str:
    """Return a record, or why there is none."""
    try:
        return read_record(content)
    except InvalidRecord as error:
        return str(error)


def survive(content: str | bytes, people: Predictions = PEOPLE) -> Verification | None:
    """Read a record and, if it is one, write it, turn it into code and verify it."""
    record = record_or_reason(content)
    if isinstance(record, str):
        assert re.fullmatch("[^\n]{20,1000}", record)
        return None
    assert to_json(read_record(to_json(record))) == to_json(record)
    assert set(snippets(record)) == {"scikit-learn", "Python", "SQL"}
    verification = verify(record, people, record.data.files)
    assert all(each.recorded != each.computed for each in verification.differences)
    return verification


@PATIENT
@given(st.binary(max_size=300) | ANY_JSON.map(json.dumps) | st.dictionaries(st.text(max_size=3), ANY_JSON).map(named))
def test_other_content_is_not_a_record(content: str | bytes) -> None:
    """Neither arbitrary bytes nor other JSON is read as a record, even with the right schema."""
    assert survive(content) is None


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_with_parts_replaced(data: Any, draw: st.DataObject) -> None:
    """A record with any part replaced is refused, or can be verified."""
    for _ in range(draw.draw(st.integers(1, 3))):
        data = replaced(data, draw.draw(st.sampled_from(paths(data))), draw.draw(ANY_JSON))
    survive(json.dumps(data))


@PATIENT
@given(st.sampled_from([each for each in paths(BY_REGION) if each[0] == "groups"]), ANY_JSON | THRESHOLD)
def test_thresholds_of_groups_replaced(path: tuple[str | int, ...], value: Any) -> None:
    """A record with any part of its thresholds of groups replaced is refused, or can be verified and checked."""
    content = json.dumps(replaced(BY_REGION, path, value))
    survive(content, REGIONS)
    record = record_or_reason(content)
    if not isinstance(record, str):
        assert check(record, REGIONS)


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_with_text_damaged(data: Any, draw: st.DataObject) -> None:
    """A record with damaged text is refused, or can be verified."""
    content = json.dumps(data).encode()
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(content)))
        content = content[:start] + draw.draw(PIECES) + content[start + draw.draw(st.integers(0, 5)) :]
    survive(content)


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_that_claim_other_things(data: Any, draw: st.DataObject) -> None:
    """Records with other plausible numbers, constraints, names and resamples can be verified."""
    for field in draw.draw(st.lists(st.sampled_from(sorted(PLAUSIBLE)), min_size=1, max_size=4, unique=True)):
        if data[field.split(".")[0]] is not None:
            data = replaced(data, field, draw.draw(PLAUSIBLE[field]))
    survive(json.dumps(data))


@PATIENT
@given(st.sampled_from(RECORDS), any_predictions())
def test_records_of_other_rows(data: Any, predictions: Any) -> None:
    """A record does not agree with rows of any kind that are not its own."""
    model = predictions.models[0]
    record = read_record(json.dumps({**data, "model": model}))
    assert not verify(record, predictions).agrees

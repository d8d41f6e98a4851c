"""Whatever comes as a record: a record or one sentence; and whatever the record says, it can be verified."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS
from f1tools.record import DecisionRecord, InvalidRecord, Verification, read_record, snippets, to_json, verify
from tests.record.making import HOSTILE, all_predictions, as_data, made, patients

PATIENT = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))

PEOPLE = patients(60)
LIMITS = [Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 30)]
RECORDS = [
    as_data(made(PEOPLE, n_resamples=3).record),
    as_data(made(PEOPLE, n_resamples=3, objective="fbeta", beta=0.5, constraints=LIMITS[:1]).record),
    as_data(made(patients(60, weighted=True), n_resamples=3, objective="mcc", constraints=LIMITS[1:]).record),
    as_data(made(patients(60, roles=True), n_resamples=3, model="guess", threshold=0.37).record),
    as_data(made(patients(60, weighted=True, roles=True), n_resamples=0, threshold=1e300).record),
]

NUMBERS = st.sampled_from([0, 1, -1, 0.5, 1.5, 2**53, 2**64, -0.0, 5e-324, 1.7976931348623157e308, 10**300, 10**400])
PIECES = NUMBERS | st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(HOSTILE)
ANYTHING = st.recursive(
    PIECES,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=8,
)

# What a record could say as well: most of these get through, and `verify` has to cope with them.
ENDS = st.none() | st.floats(-2, 2) | st.sampled_from([-1.7e308, 1.7e308])
LIMIT = st.fixed_dictionaries(
    {
        "metric": st.sampled_from([*METRICS, "flagged"]),
        "sense": st.sampled_from(["at least", "at most"]),
        "bound": st.sampled_from([0, 0.3, 1, 20, 1e-320, 1.7e308]),
    }
)
PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "model": st.sampled_from(["forest", "guess", *HOSTILE]),
    "pos_label": st.sampled_from(["sick", "well", *HOSTILE]),
    "versions.numpy": st.sampled_from(["1.0", "2.0"]),
    "same_decisions": st.just({"above": None, "up_to": None}),
    "objective.constraints": st.lists(LIMIT, max_size=3),
    "objective.not_met": st.sampled_from(["", "No threshold keeps it."]),
    "objective.best_value": ENDS,
    "objective.value_where_tuned": ENDS,
    "confidence_level": st.floats(0.001, 0.999999),
    "metrics.f1.value": ENDS,
    "metrics.recall.interval": st.none() | st.just([None, None]) | st.just([-1e300, 1e300]),
    "expected": st.none()
    | st.fixed_dictionaries(
        {
            "value": ENDS,
            "optimism": ENDS,
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


def read(content: str | bytes) -> tuple[DecisionRecord | None, str]:
    """Read a record, or say why there is none."""
    try:
        return read_record(content), ""
    except InvalidRecord as error:
        return None, str(error)


def survive(content: str | bytes) -> Verification | None:
    """Read, and if that worked, verify, write and deploy."""
    record, said = read(content)
    if record is None:
        assert 20 < len(said) < 1000
        assert "\n" not in said
        return None
    assert to_json(read_record(to_json(record))) == to_json(record)
    assert set(snippets(record)) == {"scikit-learn", "Python", "SQL"}
    found = verify(record, PEOPLE, record.source.files)
    assert found.agrees == (not found.differences)
    assert all(each.recorded != each.found for each in found.differences)
    return found


def paths(data: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the ways to all parts of JSON."""
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [way, *(path for step, part in steps for path in paths(part, (*way, step)))]


def replaced(data: Any, way: tuple[str | int, ...], value: Any) -> Any:
    """Put a value in the place of a part."""
    if not way:
        return value
    data = copy.copy(data)
    data[way[0]] = replaced(data[way[0]], way[1:], value)
    return data


@PATIENT
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    """Random bytes are no record."""
    assert survive(content) is None


@PATIENT
@given(ANYTHING, st.booleans())
def test_any_json(value: Any, named: bool) -> None:
    """Any JSON, also where it says that it is a record, is none."""
    data = {**value, "schema": "f1tools-decision/1"} if named and isinstance(value, dict) else value
    assert survive(json.dumps(data)) is None


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_with_parts_replaced(data: Any, draw: st.DataObject) -> None:
    """A part taken out, put in twice or replaced by anything: a record or a sentence."""
    for _ in range(draw.draw(st.integers(1, 3))):
        ways = paths(data)
        way = draw.draw(st.sampled_from(ways))
        other = replaced(data, draw.draw(st.sampled_from(ways)), draw.draw(ANYTHING))
        data = replaced(data, way, draw.draw(ANYTHING)) if draw.draw(st.booleans()) else other
    survive(json.dumps(data))


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_with_text_damaged(data: Any, draw: st.DataObject) -> None:
    """Pieces cut out, repeated or overwritten in the text itself."""
    content = json.dumps(data).encode()
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(content)))
        piece = draw.draw(
            st.sampled_from([b"", b"0", b"9" * 400, b"e999", b'"', b"[", b"}", b"\xff", b"\\ud800", b"-"])
        )
        content = content[:start] + piece + content[start + draw.draw(st.integers(0, 5)) :]
    survive(content)


@PATIENT
@given(st.sampled_from(RECORDS), st.data())
def test_records_that_say_other_things(data: Any, draw: st.DataObject) -> None:
    """Other numbers, limits, names and resamples, all of them possible, are verified and found to differ or not."""
    for place in draw.draw(st.lists(st.sampled_from(sorted(PLAUSIBLE)), min_size=1, max_size=4, unique=True)):
        way = tuple(place.split("."))
        if data[way[0]] is not None:
            data = replaced(data, way, draw.draw(PLAUSIBLE[place]))
    survive(json.dumps(data))


@PATIENT
@given(st.sampled_from(RECORDS), all_predictions())
def test_records_of_other_rows(data: Any, predictions: Any) -> None:
    """A record that is verified against rows of every kind, which are not its own."""
    model = predictions.models[0]
    record = read_record(json.dumps({**data, "model": model}))
    assert not verify(record, predictions).agrees

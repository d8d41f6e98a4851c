"""Whatever the bytes: a Reading, or one sentence."""

from __future__ import annotations

import contextlib
import gzip

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Reading, join_predictions, read_predictions
from tests.readers.zoo import ANIMALS

PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b";",
    b"\t",
    b" ",
    b"NA",
    b"\x00",
    b"\xff",
    b"1e400",
    b"-inf",
    b"nan",
    b"[",
    b"]",
    b"%",
    b"#",
    b"0.5",
    b"1",
]
FILES = [data for data, _ in ANIMALS.values() if len(data) < 20_000]
PATIENT = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def survive(data: bytes) -> Reading | None:
    """Read, and read again with every candidate."""
    try:
        reading = read_predictions(data)
    except InvalidPredictions:
        return None
    assert reading.reason
    assert (reading.predictions is not None) == (reading.outcome == "sure")
    for candidate in reading.candidates:
        try:
            again = read_predictions(data, choices=candidate.choices)
        except InvalidPredictions:
            continue
        if again.predictions is not None:
            assert again.n_rows == again.predictions.n + sum(again.dropped.values()) or candidate.choices.split
    return reading


@PATIENT
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=120).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    """Random bytes, and random pieces of tables."""
    survive(data)


@PATIENT
@given(st.data())
def test_mutated_files(data: st.DataObject) -> None:
    """Files of the zoo with pieces cut out, repeated, replaced; packed or not; every row is accounted for."""
    file = data.draw(st.sampled_from(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(file)))
        stop = min(len(file), start + data.draw(st.sampled_from([0, 1, 3, 20, 300])))
        file = file[:start] + data.draw(st.sampled_from([b"", *PIECES, file[start:stop] * 2])) + file[stop:]
    survive(gzip.compress(file) if data.draw(st.integers(0, 9)) == 0 else file)


@PATIENT
@given(st.sampled_from(FILES), st.sampled_from(FILES), st.integers(0, 3000))
def test_any_two_files(first: bytes, second: bytes, cut: int) -> None:
    """Joining what does not belong together ends in a Reading or a sentence."""
    with contextlib.suppress(InvalidPredictions):
        assert join_predictions(first, second[cut:]).reason

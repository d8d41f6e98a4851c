"""Whatever the bytes, the result is a Reading or an `InvalidPredictions`."""

from __future__ import annotations

import contextlib
import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_files, read_predictions
from tests.readers.example_files import EXAMPLES
from tests.readers.formats.mutations import read_damaged

PIECES = b'"|,|\n|\r|;|\t| |NA|\x00|\xff|1e400|-inf|nan|[|]|%|#|0.5|1'.split(b"|")
FILES = [data for data, _ in EXAMPLES.values() if len(data) < 20_000]
PATIENT = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def check(data: bytes) -> None:
    """Read a file, and read it again with every candidate; all rows are accounted for."""
    with contextlib.suppress(InvalidPredictions):
        reading = read_predictions(data)
        assert reading.reason
        assert (reading.predictions is not None) == (reading.outcome == "sure")
        for candidate in reading.candidates:
            with contextlib.suppress(InvalidPredictions):
                reread = read_predictions(data, choices=candidate.choices)
                if reread.predictions is not None and not candidate.choices.split:
                    assert reread.n_rows == reread.predictions.n + sum(reread.dropped.values())


@PATIENT
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=120).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    """Random bytes, and random pieces of tables."""
    check(data)


@PATIENT
@given(st.data())
def test_mutated_files(data: st.DataObject) -> None:
    """Realistic files with pieces cut out, repeated or replaced, some of them compressed."""
    file = data.draw(st.sampled_from(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(file)))
        stop = min(len(file), start + data.draw(st.sampled_from([0, 1, 3, 20, 300])))
        file = file[:start] + data.draw(st.sampled_from([b"", *PIECES, file[start:stop] * 2])) + file[stop:]
    check(gzip.compress(file) if data.draw(st.integers(0, 9)) == 0 else file)


@PATIENT
@given(st.sampled_from(FILES), st.sampled_from(FILES), st.integers(0, 3000))
def test_any_two_files(first: bytes, second: bytes, cut: int) -> None:
    """Files that do not belong together are joined to a Reading or refused."""
    with contextlib.suppress(InvalidPredictions):
        assert read_files([first, second[cut:]]).reason


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_damaged_files_of_every_format(start: int) -> None:
    """A damaged file is read or refused in a sentence; `make fuzz` reads ten thousand."""
    outcomes = {read_damaged(seed) for seed in range(start, start + 100)}
    assert outcomes >= {"sure", "refused"}

"""Oddities of text tables: preambles, ends of lines, encodings."""

from __future__ import annotations

import numpy as np

from f1tools.readers import Reading, read_predictions
from tests.readers.making import rows, table

Y, P = rows(300)
PLAIN = table({"y_true": Y, "y_prob": P})


def expect(reading: Reading) -> None:
    """Assert that the table of this page was read as it is."""
    assert reading.outcome == "sure", reading.reason
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
    np.testing.assert_array_equal(reading.predictions.scores["y_prob"], P)
    assert reading.n_rows == len(Y)


def test_preambles_and_trailing_delimiters() -> None:
    """Comments, a title and `sep=` before the header are passed over; a delimiter at the end of lines is harmless."""
    for before in (b"# by model 3\n# seed 1\n", b"sep=,\n", b"Results of the run\n\n"):
        expect(read_predictions(before + PLAIN))
    expect(read_predictions(b"#" + PLAIN))
    lines = PLAIN.replace(b"\n", b",\n")
    expect(read_predictions(lines))
    expect(read_predictions(lines.replace(b"y_prob,", b"y_prob")))


def test_text_beyond_utf_8() -> None:
    """Windows-1252 where UTF-8 does not fit, from the start or only far into the file."""
    names = [f"naïve {i}" for i in range(len(Y))]
    data = table({"text": names, "y_true": Y, "y_prob": P})
    expect(read_predictions(data.decode().encode("cp1252")))
    late = table({"text": ["x" * 2000] * len(Y), "y_true": Y, "y_prob": P})
    spot = late.rindex(b"xxxx")
    expect(read_predictions(late[:spot] + b"\xff\xfe" + late[spot + 2 :]))

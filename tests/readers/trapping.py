"""What the tests of traps share."""

from __future__ import annotations

import numpy as np

from f1tools.readers import Choices, Reading, read_predictions
from tests.readers.making import rows

Y, P = rows(400)
N = len(Y)
HARD = (P >= 0.5).astype(int)
CONFIDENCE = np.where(HARD == 1, P, 1 - P).round(6)
RNG = np.random.default_rng(3)
NOISE = RNG.random(N).round(5)


def kinds(reading: Reading) -> set[str]:
    return {warning.kind for warning in reading.warnings}


def top(reading: Reading) -> Choices:
    assert reading.proposal is not None
    assert reading.candidates[0].choices == reading.proposal
    return reading.proposal


def read_top(data: bytes) -> Reading:
    """Read again with the first candidate, as a click does."""
    return read_predictions(data, choices=top(read_predictions(data)))

"""Populations whose scores are chances by construction, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

# The best threshold for F1 where scores are spread evenly from 0 to 1 and chances: (3 - √5) / 2.
UNIFORM_BEST = (3 - 5**0.5) / 2


def population(chance: FloatArray, said: FloatArray, rows: int = 1000) -> ThresholdCurve:
    """Give the curve of so many rows at each chance, that share of them positive, with the scores that are said.

    Parameters
    ----------
    chance : ndarray of shape (k,)
        Ascending; times ``rows`` they are whole.
    said : ndarray of shape (k,)
        Ascending too.
    """
    tp = np.concatenate([[0], np.cumsum(np.rint(chance * rows)[::-1])]).astype(np.int64)
    flagged = np.arange(chance.size + 1) * rows
    return ThresholdCurve(np.concatenate([[np.inf], said[::-1]]), tp, flagged - tp)


def uniform(distort: Callable[[FloatArray], FloatArray] = lambda chance: chance) -> ThresholdCurve:
    """Give chances spread evenly from 0 to 1: half of all rows are positive."""
    chance = (np.arange(1000) + 0.5) / 1000
    return population(chance, distort(chance), rows=2000)


def coarse(distort: Callable[[FloatArray], FloatArray] = lambda chance: chance) -> ThresholdCurve:
    """Give the chances .05, .15 ... .95, equally often."""
    chance = np.arange(5, 100, 10) / 100
    return population(chance, distort(chance), rows=100)

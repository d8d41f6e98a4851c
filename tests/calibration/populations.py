"""Populations with exactly calibrated scores, and monotone distortions of these scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve

UNIFORM_BEST = (3 - 5**0.5) / 2
"""The best threshold for F1 where calibrated scores are uniform on [0, 1]."""


def population(probability: FloatArray, score: FloatArray, rows: int = 1000) -> ThresholdCurve:
    """Return the curve of a population with ``rows`` rows at each probability, that share of them positive.

    Parameters
    ----------
    probability : ndarray of shape (k,)
        Ascending; integers when multiplied by ``rows``.
    score : ndarray of shape (k,)
        The score of the rows of each probability, ascending too.
    rows : int
    """
    tp = np.concatenate([[0], np.cumsum(np.rint(probability * rows)[::-1])]).astype(np.int64)
    flagged = np.arange(probability.size + 1) * rows
    return ThresholdCurve(np.concatenate([[np.inf], score[::-1]]), tp, flagged - tp)


def uniform(distort: Callable[[FloatArray], FloatArray] = lambda probability: probability) -> ThresholdCurve:
    """Return a population with probabilities uniform on [0, 1]: half of all rows are positive."""
    probability = (np.arange(1000) + 0.5) / 1000
    return population(probability, distort(probability), rows=2000)


def coarse() -> ThresholdCurve:
    """Return a population with the probabilities .05, .15 ... .95, equally frequent."""
    probability = np.arange(5, 100, 10) / 100
    return population(probability, probability, rows=100)

"""Repeated predictions and outcomes for the tests."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric
from f1tools.repeats import (
    TEST,
    TRAIN,
    TUNE,
    ChoiceName,
    ModelOutcomes,
    Outcomes,
    RepeatedPredictions,
    ThresholdChoice,
)

ROWS = 1000  # test rows of constructed outcomes
TP_RATE = Metric("f1", "F1", lambda counts: counts.tp / ROWS)
"""A stand-in for F1 whose value a test can set: the true positives of 1,000 rows."""

FloatArray = NDArray[np.float64]
PLAIN = np.full(20, 0.6)
NAN = math.nan


def repeated(
    repeats: int = 3, *, train: bool = False, seed: int = 0, n: tuple[int, int] = (40, 24), positive: float = 1 / 3
) -> RepeatedPredictions:
    """Draw repeats with ties: informative probabilities, uninformative ones, and margins; rows in random order."""
    rng = np.random.default_rng(seed)
    parts = [(TUNE, n[0]), (TEST, n[1]), *([(TRAIN, n[0])] if train else [])]
    repeat = np.concatenate([np.full(rows, j) for j in range(repeats) for _, rows in parts])
    part = np.concatenate([np.full(rows, code) for _ in range(repeats) for code, rows in parts])
    y_true = np.concatenate(
        [rng.permutation(np.arange(rows) < int(rows * positive)) for _ in range(repeats) for _, rows in parts]
    )
    margin = rng.normal(size=y_true.size) + np.where(part == TRAIN, 3.0, 1.2) * y_true - 0.6
    scores = {
        "score_plain": np.round(1 / (1 + np.exp(-margin)), 1),
        "score_noise": np.round(rng.random(y_true.size), 1),
        "score_ranknet": np.round(margin, 1),
    }
    order = rng.permutation(y_true.size)
    scores = {name: score[order] for name, score in scores.items()}
    return RepeatedPredictions(y_true[order], scores, repeat[order].astype(np.intp), part[order].astype(np.int8))


def threshold_choice(
    values: ArrayLike,
    *,
    flagged: ArrayLike | None = None,
    in_sample: float = math.nan,
    interval: tuple[float, float] = (math.nan, math.nan),
) -> ThresholdChoice:
    """Construct a choice with given values of :data:`TP_RATE` in each repeat, and a share of rows flagged."""
    tp = ROWS * np.asarray(values, dtype=np.float64)
    fp = np.zeros_like(tp) if flagged is None else ROWS * np.asarray(flagged, dtype=np.float64) - tp
    counts = ConfusionCounts(tn=ROWS - tp - fp, fp=fp, fn=np.zeros_like(tp), tp=tp)
    value, low, high = (np.full(tp.size, each) for each in (in_sample, *interval))
    return ThresholdChoice(np.linspace(0.3, 0.5, tp.size), counts, value, (low, high))


def build(
    tuned: Mapping[str, Sequence[float] | FloatArray],
    half: Mapping[str, Sequence[float] | FloatArray] | None = None,
    in_sample: Mapping[str, tuple[Sequence[float] | FloatArray, float]] | None = None,
    *,
    middle: Mapping[str, tuple[Sequence[float] | FloatArray, tuple[float, float]]] | None = None,
    flagged: Mapping[str, Sequence[float]] | None = None,
    n_pos: float = 300,
) -> Outcomes:
    """Construct outcomes with 70 training rows for every 30 test rows.

    Each mapping gives values by model. In-sample choices also have an in-sample value; middle ones an interval of
    equivalent thresholds, which is narrow by default and then gives the same values.
    """
    results = {}
    for model, values in tuned.items():
        choices: dict[ChoiceName, ThresholdChoice] = {
            "tuned": threshold_choice(values, flagged=(flagged or {}).get(model))
        }
        if half and model in half:
            choices["half"] = threshold_choice(half[model])
        if in_sample and model in in_sample:
            highest, value = in_sample[model]
            others, interval = (middle or {}).get(model, (highest, (0.5, 0.502)))
            choices["in_sample"] = threshold_choice(highest, in_sample=value, interval=interval)
            choices["in_sample_middle"] = threshold_choice(others, in_sample=value, interval=interval)
        results[model] = ModelOutcomes(choices, np.full(len(values), 0.8), np.full(len(values), 0.6))
    return Outcomes(
        objective=TP_RATE,
        results=results,
        repeats=len(next(iter(tuned.values()))),
        n_train=ROWS * 7 / 3,
        n_test=ROWS,
        n_tune=2000,
        n_pos_test=n_pos,
        flag_all=0.462,
    )


def around(mean: float, spread: float, repeats: int = 20) -> FloatArray:
    """Return values with a given mean and a given sample standard deviation."""
    distance = spread * np.sqrt((repeats - 1) / repeats)
    return np.asarray(mean + distance * np.resize([1.0, -1.0], repeats))


def half_width(values: ArrayLike, compared: int = 1) -> float:
    """Compute half the width of the corrected interval of values, one of several that hold simultaneously."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    quantile = stats.t.ppf(1 - 0.05 / compared / 2, known.size - 1)
    return float(quantile * math.sqrt(1 / known.size + 3 / 7) * np.std(known, ddof=1))


def numbers(text: str) -> list[str]:
    """Return the decimal numbers of a text, with their signs."""
    return re.findall(r"[+−]?\d+\.\d+", text)


def signed(value: float) -> str:
    """Write a difference with its sign and three decimals."""
    return f"{value:+.3f}".replace("-", "−")


def interval_of(values: ArrayLike, compared: int = 1) -> str:
    """Write the interval of the mean of differences."""
    mean, margin = float(np.nanmean(np.asarray(values, dtype=float))), half_width(values, compared)
    return f"{signed(mean - margin)} to {signed(mean + margin)}"

"""Repeated predictions and outcomes for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric
from f1tools.repeats import TEST, TRAIN, TUNE, RepeatedPredictions
from f1tools.repeats.cuts import Cut, ModelOutcomes
from f1tools.repeats.outcomes import Outcomes

ROWS = 1000  # of a test, where outcomes are made up
SHARED = Metric("f1", "F1", lambda counts: counts.tp / ROWS)
"""A stand-in for F1 whose value is what a test says: the true positives of 1,000 rows."""

FloatArray = NDArray[np.float64]


def repeated(
    repeats: int = 3, *, train: bool = False, seed: int = 0, n: tuple[int, int] = (40, 24), positive: float = 1 / 3
) -> RepeatedPredictions:
    """Draw repeats with ties: probabilities that tell something, others that tell nothing, and margins."""
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
    order = rng.permutation(y_true.size)  # the rows of a repeat need not stand together
    scores = {name: score[order] for name, score in scores.items()}
    return RepeatedPredictions(y_true[order], scores, repeat[order].astype(np.intp), part[order].astype(np.int8))


def cut(values: ArrayLike, *, flagged: ArrayLike | None = None) -> Cut:
    """Give a cut whose :data:`SHARED` is what is asked for in each repeat, and that flags a share of the rows."""
    tp = ROWS * np.asarray(values, dtype=np.float64)
    fp = np.zeros_like(tp) if flagged is None else ROWS * np.asarray(flagged, dtype=np.float64) - tp
    counts = ConfusionCounts(tn=ROWS - tp - fp, fp=fp, fn=np.zeros_like(tp), tp=tp)
    return Cut(np.linspace(0.3, 0.5, tp.size), counts)


def chosen(values: ArrayLike, promised: float, alike: tuple[float, float]) -> Cut:
    """Give a cut that promised something in each repeat, and all thresholds of an interval as much."""
    found = cut(values)
    low, high, promise = (np.full(found.threshold.size, value) for value in (*alike, promised))
    return replace(found, promised=promise, alike=(low, high))


def made(
    tuned: Mapping[str, Sequence[float] | FloatArray],
    half: Mapping[str, Sequence[float] | FloatArray] | None = None,
    in_sample: Mapping[str, tuple[Sequence[float] | FloatArray, float]] | None = None,
    *,
    middle: Mapping[str, tuple[Sequence[float] | FloatArray, tuple[float, float]]] | None = None,
    flagged: Mapping[str, Sequence[float]] | None = None,
    n_pos: float = 300,
) -> Outcomes:
    """Make outcomes of 70 rows to learn from for every 30 that test; of the others, what is not given is None.

    Thresholds chosen in sample give values and what they promise. In the middle of those that decide alike, all from a
    low to a high one, they may give other values; else they are close together and give the same.
    """
    results = []
    for model, values in tuned.items():
        top = in_middle = None
        if in_sample and model in in_sample:
            found, promised = in_sample[model]
            others, alike = (middle or {}).get(model, (found, (0.5, 0.502)))
            top, in_middle = chosen(found, promised, alike), chosen(others, promised, alike)
        results.append(
            ModelOutcomes(
                model=model,
                half=cut(half[model]) if half and model in half else None,
                tuned=cut(values, flagged=(flagged or {}).get(model)),
                in_sample=top,
                in_sample_middle=in_middle,
                roc_auc=np.full(len(values), 0.8),
                average_precision=np.full(len(values), 0.6),
            )
        )
    repeats = len(next(iter(tuned.values())))
    return Outcomes(
        objective=SHARED,
        results=tuple(results),
        repeats=repeats,
        n_train=ROWS * 7 / 3,
        n_test=ROWS,
        n_tune=2000,
        n_pos_test=n_pos,
        flag_all=0.462,
    )


def around(mean: float, spread: float, repeats: int = 20) -> FloatArray:
    """Give values whose mean is known, and whose variance (by J - 1) is the square of the spread."""
    away = spread * np.sqrt((repeats - 1) / repeats)
    return np.asarray(mean + away * np.resize([1.0, -1.0], repeats))

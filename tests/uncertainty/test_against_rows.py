"""The estimate of every metric, against a plain bootstrap of the rows that takes nothing from the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.uncertainty import tuned_estimate

Array = NDArray[Any]
Formula = Callable[[Array, Array, Array, Array], tuple[Array, Array]]

# Numerator and denominator, from tn, fp, fn, tp.
FORMULAS: dict[str, Formula] = {
    "f1": lambda tn, fp, fn, tp: (2 * tp, 2 * tp + fp + fn),
    "fbeta": lambda tn, fp, fn, tp: (5 * tp, 5 * tp + fp + 4 * fn),
    "precision": lambda tn, fp, fn, tp: (tp, tp + fp),
    "recall": lambda tn, fp, fn, tp: (tp, tp + fn),
    "specificity": lambda tn, fp, fn, tp: (tn, tn + fp),
    "npv": lambda tn, fp, fn, tp: (tn, tn + fn),
    "accuracy": lambda tn, fp, fn, tp: (tp + tn, tn + fp + fn + tp),
    "balanced_accuracy": lambda tn, fp, fn, tp: (tp / (tp + fn) + tn / (tn + fp), np.full(tp.shape, 2.0)),
    "mcc": lambda tn, fp, fn, tp: (
        tp * tn - fp * fn,
        # With a class or a decision that nobody has it is 0, as scikit-learn says: its convention, not 0/0.
        np.maximum(np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)), 1e-9),
    ),
    "youden_j": lambda tn, fp, fn, tp: (tp / (tp + fn) + tn / (tn + fp) - 1, np.ones(tp.shape)),
    "g_mean": lambda tn, fp, fn, tp: (np.sqrt(tp / (tp + fn) * tn / (tn + fp)), np.ones(tp.shape)),
    "jaccard": lambda tn, fp, fn, tp: (tp, tp + fp + fn),
    "kappa": lambda tn, fp, fn, tp: (2 * (tp * tn - fp * fn), (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn)),
    "predicted_positive_rate": lambda tn, fp, fn, tp: (tp + fp, tn + fp + fn + tp),
    "lift": lambda tn, fp, fn, tp: (tp * (tn + fp + fn + tp), (tp + fp) * (tp + fn)),
}
UNDEFINED_OFTEN = ("precision", "npv", "lift")


def values(name: str, counts: list[Array]) -> Array:
    """Evaluate a formula: nan where it is 0/0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        numerator, denominator = FORMULAS[name](*counts)
        return np.asarray(numerator / denominator)


def counted(y_true: Array, flagged: Array, times: Array) -> list[Array]:
    """Count rows, each as often as it occurs, in the four cells: tn, fp, fn, tp at each threshold."""
    return [
        (flagged == decision) @ (times * (y_true == truth)).astype(float)
        for truth, decision in ((False, False), (False, True), (True, False), (True, True))
    ]


def chosen(found: Array, flagged: Array, times: Array) -> int:
    """Find the best of thresholds in descending order: the lowest of equals that one of the rows has as its score."""
    number = flagged @ times
    good = np.nan_to_num(found) >= np.nan_to_num(found).max() - 1e-12
    return int(np.flatnonzero(number == number[np.flatnonzero(good)[-1]])[0])


@pytest.fixture(scope="module")
def rows() -> tuple[Array, Array]:
    """Draw rows of which few are positive, with ties: extremes have few rows to judge them."""
    rng = np.random.default_rng(4)
    y_true = np.arange(60) < 15
    return y_true, np.round(rng.normal(size=60) + 1.2 * y_true, 1)


@pytest.fixture(scope="module")
def judged(rows: tuple[Array, Array]) -> dict[str, tuple[float, Array]]:
    """Resample rows: of each metric its best value, and what is said of it by the rows left out of 1,500 resamples."""
    y_true, y_score = rows
    flagged = y_score >= np.append(np.inf, np.unique(y_score)[::-1])[:, np.newaxis]
    rng = np.random.default_rng(1)
    found: dict[str, list[float]] = {name: [] for name in FORMULAS}
    for _ in range(1500):
        times = rng.poisson(1.0, y_true.size)
        inside, outside = (counted(y_true, flagged, each) for each in (times, (times == 0).astype(int)))
        left_out = y_true[times == 0]
        if not left_out.any() or left_out.all():
            continue
        for name, seen in found.items():
            at = chosen(values(name, inside), flagged, times)
            seen.append(float(values(name, [cell[at : at + 1] for cell in outside])[0]))
    everything = counted(y_true, flagged, np.ones(y_true.size, dtype=int))
    return {name: (float(np.nanmax(values(name, everything))), np.array(seen)) for name, seen in found.items()}


def test_every_metric_has_its_formula_here() -> None:
    """None is left out."""
    assert set(FORMULAS) == set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_the_estimate_is_that_of_resampled_rows(
    name: str, rows: tuple[Array, Array], judged: dict[str, tuple[float, Array]]
) -> None:
    """.368 of the best value and .632 of the mean over what the rows left out can judge; what is 0/0 has no part."""
    best_value, outside = judged[name]
    known = outside[~np.isnan(outside)]
    found = tuned_estimate(ThresholdCurve.from_predictions(*rows), name, n_resamples=4000)
    assert found.apparent == pytest.approx(best_value)
    error = 0.632 * known.std() * np.sqrt(1 / known.size + 1 / 4000)
    assert found.estimate == pytest.approx(0.367879 * best_value + 0.632121 * known.mean(), abs=4 * error + 1e-9)


@pytest.mark.parametrize("name", UNDEFINED_OFTEN)
def test_what_is_undefined_would_show(name: str, judged: dict[str, tuple[float, Array]]) -> None:
    """On these rows judgements without an answer occur, and taking them for 0 would change the mean visibly."""
    outside = judged[name][1]
    share = np.isnan(outside).mean()
    assert share > 0.02
    known = outside[~np.isnan(outside)]
    assert known.mean() * share > 6 * known.std() / np.sqrt(known.size)

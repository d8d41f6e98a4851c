"""Curves for the tests of figures, and readers of what a figure holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.plots import DumbbellRow, GroupCurve, GroupValue, Mark
from f1tools.repeats import CorrectedInterval, MeanCurve
from f1tools.uncertainty import Interval

FloatArray = NDArray[np.float64]
Rows = tuple[NDArray[np.bool_], FloatArray]

VECTOR_A: Rows = (
    np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0], dtype=np.bool_),
    np.array([0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]),
)


def random_rows(n: int, prevalence: float, kind: str) -> Rows:
    rng = np.random.default_rng(20260101)
    y_true = rng.uniform(size=n) < prevalence
    y_true[:2] = True, False
    margin = rng.normal(size=n) + 1.5 * y_true
    y_score = {
        "ties": np.round(1 / (1 + np.exp(-margin)), 2),
        "probabilities": 1 / (1 + np.exp(-margin)),
        "margins": 5 * margin - 3,
        "squashed": 1 - 1e-9 * np.exp(margin),
        "huge": margin * 1e307,
    }[kind]
    return y_true, y_score


def without_some_scores(rows: Rows) -> Rows:
    y_true, y_score = rows
    return y_true, np.where(np.arange(y_true.size) % 6 == 0, -np.inf, y_score)


CASES: dict[str, Rows] = {
    "vector A": VECTOR_A,
    "ties": random_rows(300, 0.3, "ties"),
    "probabilities": random_rows(180, 0.3, "probabilities"),
    "margins": random_rows(170, 0.5, "margins"),
    "rare": random_rows(190, 0.01, "probabilities"),
    "squashed": random_rows(100, 0.3, "squashed"),
    "huge": random_rows(50, 0.3, "huge"),
    "gaps": without_some_scores(random_rows(180, 0.3, "probabilities")),
    "constant": (np.array([True, False, False]), np.array([7.0, 7.0, 7.0])),
}


SCORED = [name for name in CASES if name != "gaps"]  # every row has a score


def curve_of(name: str) -> ThresholdCurve:
    return ThresholdCurve.from_predictions(*CASES[name])


def long_curve(prevalence: float = 0.2, n: int = 20_000) -> ThresholdCurve:
    return ThresholdCurve.from_predictions(*random_rows(n, prevalence, "probabilities"))


def two_marks(curve: ThresholdCurve) -> list[Mark]:
    middle = float(curve.thresholds[(len(curve) + 1) // 2])
    return [Mark("now", curve.at(middle)), Mark("best", best(curve).point)]


def dumbbell_rows(curve: ThresholdCurve, names: tuple[str, str]) -> list[DumbbellRow]:
    """Return three strategies: a usual one, one whose scores are not probabilities, and one without an interval."""
    half, tuned, nan = float(curve.at(0.5).counts.f1()), best(curve).value, float("nan")
    return [
        DumbbellRow(names[0], half, CorrectedInterval(tuned, tuned - 0.1, tuned + 0.05, 0.95)),
        DumbbellRow(names[1], None, CorrectedInterval(tuned - 0.02, tuned - 0.03, tuned - 0.01, 0.95)),
        DumbbellRow("once", 0.0, CorrectedInterval(tuned / 2, nan, nan, 0.95)),
    ]


def group_values(curve: ThresholdCurve, names: tuple[str, str]) -> list[GroupValue]:
    """Return three groups: a usual one, one with few rows, and one whose value is undefined."""
    recall, nan = float(curve.counts.recall()[1]), float("nan")
    interval = Interval(max(recall - 0.1, 0.0), min(recall + 0.2, 1.0), 0.95)
    return [
        GroupValue(names[0], recall, interval, recall / 2, has_few_rows=False),
        GroupValue(names[1], recall / 2, Interval(0.0, 1.0, 0.95), nan, has_few_rows=True),
        GroupValue("none", nan, Interval(nan, nan, 0.95), recall, has_few_rows=False),
    ]


def group_curves(curve: ThresholdCurve, names: tuple[str, ...]) -> list[GroupCurve]:
    """Return a curve for each of some groups and for two more; the last has no threshold of its own."""
    optimum = best(curve)
    own = optimum.point.threshold, optimum.value
    return [*(GroupCurve(name, curve, own) for name in (*names, "third")), GroupCurve("fourth", curve, None)]


def strategy_curves(curve: ThresholdCurve, names: tuple[str, ...], points: int = 201) -> list[MeanCurve]:
    """Return a curve for each name: F1 by share of the rows flagged, each a little lower than the one before."""
    grid, flagged = np.linspace(0, 1, points), curve.counts.flagged()
    values = np.interp(grid, flagged / flagged[-1], curve.counts.f1())
    optimum, half = best(curve), curve.at(0.5).counts
    tuned = float(optimum.point.counts.predicted_positive_rate()), optimum.value
    at_half = float(half.predicted_positive_rate()), float(half.f1())
    return [
        MeanCurve(name, grid, values - 0.01 * k, (tuned[0], tuned[1] - 0.01 * k), None if k % 2 else at_half)
        for k, name in enumerate(names)
    ]


def trace(figure: Any, name: str) -> Any:
    """Return the trace with a name; in the legend a value can follow the name."""
    return next(each for each in figure.data if each.name == name or each.name.startswith(f"{name} "))


def trace_names(figure: Any) -> set[str]:
    return {each.name for each in figure.data}


def column(values: Any) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def texts(figure: Any) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def vertical_lines(figure: Any) -> list[Any]:
    return [shape for shape in figure.layout.shapes if shape.type == "line" and shape.x0 == shape.x1]


def horizontal_lines(figure: Any) -> list[Any]:
    return [shape for shape in figure.layout.shapes if shape.type == "line" and shape.y0 == shape.y1]

"""Threshold tables of rows: as an engine counts them, exactly or in bins of several scores."""

from __future__ import annotations

import numpy as np

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.predictions import Predictions
from f1tools.threshold_table import CountedRows, TableSource, ThresholdTable


def binned(curve: ThresholdCurve, n_bins: int, *, certain: bool = True) -> ThresholdCurve:
    """Return a curve of the same rows in bins of about as many scores; ``certain`` keeps the best F1 exact.

    Bins that may hold the best F1 are those of single scores then, as after the last pass of an engine.
    """
    starts = np.unique(np.linspace(1, len(curve) - 1, n_bins).astype(int))
    if certain:
        f1 = curve.counts.f1()
        near = np.flatnonzero(f1 >= 0.9 * f1.max())
        starts = np.union1d(starts, [*near, *near + 1])
        starts = starts[(starts > 0) & (starts < len(curve))]
    ends = np.append(starts[1:] - 1, len(curve) - 1)
    positives, negatives, *squares = (
        None if column is None else np.diff(column[np.append(0, ends)])
        for column in (curve.tp, curve.fp, curve.tp_squares, curve.fp_squares)
    )
    assert positives is not None
    assert negatives is not None
    found = curve_from_bins(
        curve.thresholds[ends], curve.thresholds[starts], positives, negatives,
        positive_squares=squares[0], negative_squares=squares[1], unscored=curve.unscored,
    )  # fmt: skip
    assert best(found).is_certain or not certain
    return found


def table_of(
    predictions: Predictions, n_bins: int | None = None, *, certain: bool = True, y_true: str = "y"
) -> ThresholdTable:
    """Return the table of all models; exact without a number of bins."""
    curves = {name: predictions.curve(name) for name in predictions.models}
    if n_bins is not None:
        curves = {name: binned(curve, n_bins, certain=certain) for name, curve in curves.items()}
    by_model = {name: CountedRows(curve, predictions.n, n_pos=predictions.n_pos) for name, curve in curves.items()}
    source = TableSource("scores/*.parquet", "duckdb", "2026-11-29T12:00:00Z", 65536, ("F1",), y_true)
    return ThresholdTable(by_model, predictions.pos_label, predictions.neg_label, source)

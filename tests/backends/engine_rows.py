"""Rows as frames of every engine, and tables that are counted from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from f1tools import ThresholdCurve, summarize
from f1tools.threshold_table import ThresholdTable
from tests.strategies import Rows

FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "polars": pl.from_arrow,
    "lazy": lambda table: pl.LazyFrame(pl.from_arrow(table)),
    "duckdb": duckdb.from_arrow,
}


def table_of(p: Rows) -> pa.Table:
    """Return rows as columns y, s and, where they are weighted, w."""
    columns = {"y": p.y_true.astype(np.int64), "s": p.y_score}
    return pa.table(columns if p.sample_weight is None else columns | {"w": p.sample_weight})


def summary(p: Rows, engine: str = "lazy", **options: Any) -> ThresholdTable:
    """Count rows with few bins, so that cells are coarse and passes are many."""
    weight = None if p.sample_weight is None else "w"
    options = {"y_true": "y", "y_score": "s", "sample_weight": weight, "n_bins": 2} | options
    return summarize(FRAMES[engine](table_of(p)), **options)


def simulated(n: int, kind: str = "uniform", seed: int = 0) -> Rows:
    """Return rows whose scores have a shape that bins must follow."""
    rng = np.random.default_rng(seed)
    u = rng.random(n)
    y_true = rng.random(n) < u**3
    y_true[:2] = True, False
    with np.errstate(under="ignore"):
        shapes = {
            "uniform": u,
            "ties": u.round(2),
            "logits": np.log(u) - np.log1p(-u),
            "squashed to 0": u**30,
            "squashed to 1": 1 - (1 - u) ** 12,
            "an outlier": np.append(1e300, u[1:]),
            "of 1e-300": 1e-300 * u,
            "subnormal": 1e-320 * u,
            "with zeros": np.where(u < 0.4, 0.0, u**50),
            "negative": -np.exp(-40 * u),
            "extreme": np.where(u < 0.5, -1.0, 1.0) * 10.0 ** (600 * np.abs(u - 0.5)),
        }
    return Rows(y_true, shapes.get(kind, u), rng.integers(1, 5, n) / 4 if kind == "weighted" else None)


def require_true_counts(curve: ThresholdCurve, reference: ThresholdCurve) -> None:
    """Require that the counts at each threshold of a curve are those of the rows, and that its ends are scores."""
    assert np.isin(curve.thresholds, reference.thresholds).all()
    assert curve.highest is None or np.isin(curve.highest, reference.thresholds).all()
    expected = reference.at_each(curve.thresholds)
    assert np.array_equal(curve.counts.tp, expected.tp)
    assert np.array_equal(curve.counts.fp, expected.fp)
    if curve.squares is not None and reference.squares is not None:
        at = reference.squares_of(reference.positions(curve.thresholds))
        assert at is not None
        assert np.array_equal(curve.squares.tp, at.tp)


GOOD = {"y": [1, 0, 1], "s": [0.9, 0.4, 0.1], "w": [1.0, 1.0, 1.0], "g": ["a", "b", "a"]}

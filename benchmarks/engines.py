"""Threshold tables from engines, beside a sort of all scores: ``python -m benchmarks.engines [rows] [way ...]``.

Each way is a process of its own that reads a Parquet file of two columns; without rows it takes a quarter of an hour.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks import timing
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best

SIZES = (10**6, 10**7, 10**8)
ROUNDS = 3
CHUNK = 10**7  # rows written at a time
LOSS_ROWS = 10**6
LOSS_BINS = (100, 200, 1000)
# Rows are positive with probability u^rarity, u uniform on [0, 1], and scored u^power: calibrated where both are equal.
LOSS_KINDS = (("25 % positive", 3, 1), ("0.1 % positive", 999, 1), ("0.1 % positive, calibrated", 999, 999))
MEMORY = "1GB"  # of DuckDB; its sort writes to the disk what is beyond


def write(path: Path, n: int) -> None:
    """Write labels as int8 and scores as float64, nearly all distinct."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(0)
    schema = pa.schema({"y_true": pa.int8(), "y_score": pa.float64()})
    with parquet.ParquetWriter(path, schema, compression="NONE", use_dictionary=False) as writer:
        for start in range(0, n, CHUNK):
            score = rng.random(min(CHUNK, n - start))
            label = (rng.random(score.size) < score**3).astype(np.int8)
            writer.write_table(pa.table({"y_true": label, "y_score": score}, schema=schema), row_group_size=1 << 20)


def duckdb_frame(path: Path) -> Any:
    """Return the file as a relation of DuckDB."""
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(path.parent / "spill")})
    return connection.read_parquet(str(path))


def polars_frame(path: Path) -> Any:
    """Return the file as a lazy frame of polars."""
    import polars as pl

    return pl.scan_parquet(path)


def spark_frame(path: Path) -> Any:
    """Return the file as a table of Spark, in a JVM of its own."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session.read.parquet(str(path))


FRAMES: dict[str, Callable[[Path], Any]] = {"duckdb": duckdb_frame, "polars": polars_frame, "pyspark": spark_frame}


def summarized(path: Path, engine: str) -> tuple[float, float]:
    """Return the best threshold for F1 and its value, from a threshold table."""
    from f1tools import summarize

    optimum = best(summarize(FRAMES[engine](path), y_true="y_true", y_score="y_score").curve())
    assert optimum.bound == optimum.value
    return optimum.point.threshold, optimum.value


def sorted_by_duckdb(path: Path) -> tuple[float, float]:
    """Return the same from a sort of all rows in SQL: cumulative counts of each score, and the best one."""
    relation = duckdb_frame(path)
    query = """
        with total as (select sum(y_true)::double as p from rows),
        sorted as (
            select y_score, sum(y_true) over w as tp, row_number() over w as flagged
            from rows window w as (order by y_score desc rows unbounded preceding)
        )
        select y_score, 2 * tp / (p + flagged) as f1 from sorted, total order by f1 desc, y_score limit 1
        """
    [(threshold, value)] = relation.query("rows", query).fetchall()
    return float(threshold), float(value)


def ordered_by_duckdb(path: Path) -> tuple[float, float]:
    """Only sort the rows by score, and read the sorted rows once; there is no optimum."""
    batches = duckdb_frame(path).order("y_score desc").to_arrow_reader(1 << 20)
    return float(sum(batch.num_rows for batch in batches)), 0.0


_NO_OPTIMUM = "DuckDB, order by score"
WAYS: dict[str, Callable[[Path], tuple[float, float]]] = {
    "summarize, DuckDB": lambda path: summarized(path, "duckdb"),
    "summarize, polars": lambda path: summarized(path, "polars"),
    "summarize, Spark": lambda path: summarized(path, "pyspark"),
    _NO_OPTIMUM: ordered_by_duckdb,
    "DuckDB, best F1 by a window": sorted_by_duckdb,
}
NEEDS = {"summarize, polars": "polars", "summarize, Spark": "pyspark"}


def speed(n: int, ways: list[str], folder: Path) -> list[list[str]]:
    """Measure the ways in turns on a file of n rows, each in a fresh process."""
    path = folder / "rows.parquet"
    timing.process([sys.executable, "-m", "benchmarks.engines", "--write", str(path), str(n)])
    runs: dict[str, list[timing.Process]] = {way: [] for way in ways}
    for _ in range(ROUNDS if n < 10**8 else 1):
        for way in ways:
            runs[way].append(timing.process([sys.executable, "-m", "benchmarks.engines", "--run", way, str(path)]))
    found = {runs[way][0].output for way in ways if way != _NO_OPTIMUM}
    assert len(found) == 1, found
    first = runs[ways[0]]
    return [
        [
            timing.power_of_ten(n),
            way,
            f"{median(run.seconds for run in each):.1f} s",
            f"{median(run.cpu for run in each):.1f} s",
            timing.mb(median(run.memory for run in each)),
            f"{median(run.seconds / base.seconds for run, base in zip(each, first, strict=True)):.1f}",
            f"{median(run.cpu / base.cpu for run, base in zip(each, first, strict=True)):.1f}",
        ]
        for way, each in runs.items()
    ]


def spark_bins(curve: ThresholdCurve, n_bins: int) -> FloatArray:
    """Return the thresholds that ``BinaryClassificationMetrics(numBins)`` of Spark keeps.

    It joins groups of as many distinct scores, and keeps the lowest score of each (``counts.grouped``).
    """
    scores = curve.thresholds[1:]
    grouping = scores.size // n_bins
    return scores if grouping < 2 else scores[np.append(np.arange(grouping - 1, scores.size - 1, grouping), -1)]


def uniform_grid(_: ThresholdCurve, n_bins: int) -> FloatArray:
    """Return the thresholds of binned curves of torchmetrics (``thresholds=n``): a uniform grid on [0, 1]."""
    return np.linspace(0, 1, n_bins)


def losses() -> list[list[str]]:
    """Return how much F1 binned curves lose against the exact optimum."""
    rng = np.random.default_rng(0)
    rows = []
    for kind, rarity, power in LOSS_KINDS:
        u = rng.random(LOSS_ROWS)
        curve = ThresholdCurve.from_predictions(rng.random(LOSS_ROWS) < u**rarity, u**power)
        exact = best(curve).value
        for name, grid in (("uniform grid", uniform_grid), ("Spark's groups of scores", spark_bins)):
            for n_bins in LOSS_BINS:
                value = float(curve.at_each(grid(curve, n_bins).tolist()).f1().max())
                rows.append([kind, name, f"{n_bins:,}", f"{exact:.6f}", f"{value:.6f}", f"{exact - value:.2g}"])
    return rows


def main(*arguments: str) -> None:
    """Print both tables."""
    chosen = [way for way in WAYS if find_spec(NEEDS.get(way, "duckdb"))]
    ways = [way for way in chosen if way in arguments[1:]] if len(arguments) > 1 else chosen
    with tempfile.TemporaryDirectory() as folder:
        sizes = [int(float(arguments[0]))] if arguments else SIZES
        rows = [row for n in sizes for row in speed(n, ways, Path(folder))]
    head = ["rows", "way", "time", "CPU", "peak memory", "times as long", "times the CPU"]
    timing.show(f"From Parquet to the best F1, against {ways[0]} (whole processes)", head, rows)
    head = ["scores", "binned curve", "bins", "best F1", "its best F1", "lost"]
    print()
    timing.show(f"What binned curves lose, {timing.power_of_ten(LOSS_ROWS)} rows", head, losses())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--write", path, n]:
            write(Path(path), int(n))
        case ["--run", way, path]:
            print(*map(repr, WAYS[way](Path(path))))
        case arguments:
            main(*arguments)

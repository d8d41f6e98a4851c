"""Benchmark reading target and score from a file: ``python -m benchmarks.reading``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import timing
from benchmarks.data import write
from f1tools.readers import Choices, read_predictions

ROUNDS = 5
FILES = {
    "CSV, 10^7 rows": ("ten_million.csv", 10**7, 2),
    "CSV, 10^6 rows": ("million.csv", 10**6, 2),
    "CSV, 10^6 rows of 23 columns": ("wide.csv", 10**6, 23),
    "Parquet, 10^7 rows": ("ten_million.parquet", 10**7, 2),
}
COLUMNS = ["y_true", "y_score"]


def with_inference(path: Path) -> object:
    """Read as ``f1tools best`` does: infer the two columns, then load them."""
    reading = read_predictions(path, extras=False)
    assert reading.proposal is not None
    assert (reading.proposal.truth, reading.proposal.scores) == ("y_true", ("y_score",))
    return reading


def with_choices(path: Path) -> object:
    """Read columns that are given."""
    return read_predictions(path, choices=Choices(truth="y_true", scores=("y_score",), pos_label="1"), extras=False)


def with_pandas(path: Path) -> object:
    """Read with pandas, given the columns and their types."""
    import pandas as pd

    if path.suffix == ".parquet":
        return pd.read_parquet(path, columns=COLUMNS)
    return pd.read_csv(path, usecols=COLUMNS, dtype={"y_true": np.int64, "y_score": np.float64})


METHODS: dict[str, Callable[[Path], object]] = {
    "f1tools": with_inference,
    "f1tools, columns given": with_choices,
    "pandas": with_pandas,
}


def warm_up(path: Path, method: str) -> tuple[Path]:
    """Import what a method needs by reading a small file."""
    with tempfile.TemporaryDirectory() as folder:
        METHODS[method](write(Path(folder) / f"small{path.suffix}", 1000))
    return (path,)


def measure(title: str, folder: Path) -> list[str]:
    """Measure all methods on one file."""
    name, n, columns = FILES[title]
    path = write(folder / name, n, columns=columns)
    times = timing.in_turns({method: partial(read, path) for method, read in METHODS.items()}, ROUNDS)
    memory = {method: timing.extra_memory(warm_up, read, path, method) for method, read in METHODS.items()}
    path.unlink()
    return [
        title,
        *(timing.ms(times.median(method)) for method in METHODS),
        f"{times.ratio('f1tools', 'pandas'):.2f}",
        *(timing.mb(memory[method]) for method in ("f1tools", "pandas")),
    ]


def main() -> None:
    """Print the results as a table."""
    header = ["file", *METHODS, "time / pandas", "extra memory", "pandas' memory"]
    with tempfile.TemporaryDirectory() as folder:
        timing.show("Reading target and score", header, [measure(title, Path(folder)) for title in FILES])


if __name__ == "__main__":
    main()

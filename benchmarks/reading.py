"""Reading truth and score from a file: ``python -m benchmarks.reading``."""

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


def ours(path: Path) -> object:
    """Read as ``f1tools best`` does: the two columns are found, then read."""
    reading = read_predictions(path, extras=False)
    assert reading.proposal is not None
    assert (reading.proposal.truth, reading.proposal.scores) == ("y_true", ("y_score",))
    return reading


def told(path: Path) -> object:
    """Read the columns that are named."""
    return read_predictions(path, choices=Choices(truth="y_true", scores=("y_score",), pos_label="1"), extras=False)


def with_pandas(path: Path) -> object:
    """Read with pandas, which is told the columns and their types."""
    import pandas as pd

    if path.suffix == ".parquet":
        return pd.read_parquet(path, columns=COLUMNS)
    return pd.read_csv(path, usecols=COLUMNS, dtype={"y_true": np.int64, "y_score": np.float64})


WAYS: dict[str, Callable[[Path], object]] = {"f1tools": ours, "f1tools, columns named": told, "pandas": with_pandas}


def prepare(path: Path, way: str) -> tuple[Path]:
    """Load all that the way needs by reading a small file."""
    with tempfile.TemporaryDirectory() as folder:
        WAYS[way](write(Path(folder) / f"small{path.suffix}", 1000))
    return (path,)


def row(what: str, folder: Path) -> list[str]:
    """Measure with one file."""
    name, n, columns = FILES[what]
    path = write(folder / name, n, columns=columns)
    times = timing.in_turns({way: partial(read, path) for way, read in WAYS.items()}, ROUNDS)
    memory = {way: timing.extra_memory(prepare, read, path, way) for way, read in WAYS.items()}
    path.unlink()
    return [
        what,
        *(timing.ms(times.median(way)) for way in WAYS),
        f"{times.ratio('f1tools', 'pandas'):.2f}",
        *(timing.mb(memory[way]) for way in ("f1tools", "pandas")),
    ]


def main() -> None:
    """Print the table."""
    head = ["file", *WAYS, "of pandas' time", "extra memory", "pandas'"]
    with tempfile.TemporaryDirectory() as folder:
        timing.show("Reading truth and score", head, [row(what, Path(folder)) for what in FILES])


if __name__ == "__main__":
    main()

"""The real engines of the tests work: they read what was written, and group it."""

from __future__ import annotations

import warnings

import narwhals as nw
import numpy as np
import pytest

from tests.backends.conftest import Engines


@pytest.mark.parametrize("engine", Engines.names)
def test_engines_read_and_group(engines: Engines, engine: str) -> None:
    """Doubles keep every bit, nulls are nulls, and groups are counted."""
    label, score = [0, 1, None, 1, 0, 1, 0], [0.1, 1e-300, 1e300, None, -0.0, 0.0, 5e-324]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dask support is moving out of Narwhals", FutureWarning)
        frame = nw.from_native(engines.frame(engine, {"label": label, "score": score})).lazy()
    kept = frame.filter(~nw.col("label").is_null())
    counts = kept.group_by("label").agg(
        rows=nw.len(), scored=nw.col("score").count(), lowest=nw.col("score").min(), total=nw.col("score").sum()
    )
    result = counts.collect("pyarrow").to_native().sort_by("label").to_pydict()
    assert result["label"] == [0, 1]
    assert (result["rows"], result["scored"]) == ([3, 3], [3, 2])
    assert result["total"] == [np.sum([0.1, 5e-324]), 1e-300]
    assert result["lowest"] == [0.0, 0.0]

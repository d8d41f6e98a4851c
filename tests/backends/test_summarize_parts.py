"""Rows in parts, passes over them, and runs that stop and resume."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from f1tools import InvalidPredictions, summarize
from f1tools.backends.passes import Arrays
from tests.backends.engine_rows import GOOD, simulated, summary
from tests.strategies import Rows


def parts_of(p: Rows, n: int) -> dict[str, Any]:
    """Return the rows in parts, as files are, sorted by score as in a table that is clustered by it."""
    order = np.argsort(p.y_score)
    chunks = np.array_split(order, n)
    return {f"part {i}": pa.table({"y": p.y_true[rows], "s": p.y_score[rows]}) for i, rows in enumerate(chunks)}


def test_parts_are_counted_as_one() -> None:
    """Parts of any rows make the curve of all rows, with no more cells than one part."""
    p = simulated(3000, "logits")
    curve = summarize(parts_of(p, 5), y_true="y", y_score="s", n_bins=16).curve()
    whole = summary(p, n_bins=16).curve()
    assert np.array_equal(curve.thresholds, whole.thresholds)
    assert np.array_equal(curve.tp, whole.tp)


def test_parts_may_have_labels_of_other_types() -> None:
    """A part that is empty, or has numbers where another has texts, is counted by its own labels."""
    parts = {
        "a": pa.table({"y": [1, 0], "s": [0.9, 0.2]}),
        "b": pa.table({"y": [True, False], "s": [0.8, 0.1]}),
        "c": pa.table({"y": pa.array([], pa.int64()), "s": pa.array([], pa.float64())}),
    }
    assert summarize(parts, y_true="y", y_score="s").curve().tp.tolist() == [0, 1, 2, 2, 2]


def test_a_part_that_fails_is_named() -> None:
    """The error names the part: of a column that is missing, and of an engine that fails."""
    parts: dict[str, Any] = {"good": duckdb.from_arrow(pa.table(GOOD)), "bad": duckdb.from_arrow(pa.table({"y": [1]}))}
    with pytest.raises(InvalidPredictions, match="bad: There is no column 's'"):
        summarize(parts, y_true="y", y_score="s")
    parts["bad"] = duckdb.sql("select 1 as y, error('disk is gone')::double as s")
    with pytest.raises(InvalidPredictions, match=r"The part 'bad' could not be counted: .*disk is gone"):
        summarize(parts, y_true="y", y_score="s")


def test_rows_that_change_between_passes_are_noticed() -> None:
    """A view whose rows differ from pass to pass is refused."""
    connection = duckdb.connect()
    connection.execute("create table t as select range / 1000 as s, (range % 3 = 0)::int as y from range(1000)")
    done: list[float] = []

    def change(share: float) -> None:
        done.append(share)
        if len(done) == 2:
            connection.execute("delete from t where s > 0.5 and s < 0.9")

    with pytest.raises(InvalidPredictions, match="The rows changed while they were counted"):
        summarize(connection.table("t"), y_true="y", y_score="s", n_bins=2, on_progress=change)


class Kept:
    """Checkpoints in memory; a stop after some passes stands for a run that ends."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, str], Arrays] = {}
        self.room = 10**6

    def load(self, part: str, step: str) -> Arrays | None:
        return self.arrays.get((part, step))

    def save(self, part: str, step: str, arrays: Arrays) -> None:
        if len(self.arrays) >= self.room:
            raise KeyboardInterrupt
        assert {each.dtype.kind for each in arrays.values()} <= set("ifU")
        json.loads(step)
        self.arrays[part, step] = dict(arrays)


def test_a_stopped_run_resumes() -> None:
    """Finished parts and passes are not counted again, and the table is the same."""
    p = simulated(1000)
    kept = Kept()
    kept.room = 7
    parts = parts_of(p, 3)
    options: dict[str, Any] = {"y_true": "y", "y_score": "s", "n_bins": 2, "checkpoints": kept}
    with pytest.raises(KeyboardInterrupt):
        summarize(parts, **options)
    kept.room = 10**6
    resumed = summarize(parts, **options).curve()
    whole = summarize(parts, y_true="y", y_score="s", n_bins=2).curve()
    assert np.array_equal(resumed.thresholds, whole.thresholds)
    assert np.array_equal(resumed.fp, whole.fp)
    nothing = {name: part.slice(0, 0) for name, part in parts.items()}
    again = summarize(nothing, **options).curve()  # all from checkpoints
    assert np.array_equal(again.thresholds, whole.thresholds)


def test_a_group_with_a_long_name_is_held_once() -> None:
    """Counts of groups take the memory of numbers, not that of a text a score, and come back from checkpoints."""
    kept, names = Kept(), ["a", "b" * 1000]
    frame = pa.table({"y": [0, 1] * 300, "s": np.arange(600) / 600, "g": [names[i % 3 == 0] for i in range(600)]})
    options: dict[str, Any] = {"y_true": "y", "y_score": "s", "group": "g", "checkpoints": kept}
    tables = [summarize({"part": frame}, **options) for _ in range(2)]
    assert sum(each.nbytes for arrays in kept.arrays.values() for each in arrays.values()) < 600 * 1000
    for counted in tables:
        assert {name: of.n for name, of in counted.groups["s"].items()} == {names[0]: 400, names[1]: 200}


def test_progress_rises_to_1() -> None:
    done: list[float] = []
    summary(simulated(500), on_progress=done.append)
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert len(done) >= 3

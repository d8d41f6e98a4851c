"""Threshold tables: the file returns what was written, to the last bit, and refuses what was damaged."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.tally import Unscored
from f1tools.core.types import InvalidPredictions
from f1tools.threshold_table import METADATA_KEY, CountedRows, TableSource, ThresholdTable
from tests.core.test_bins import Pair, pairs
from tests.helpers import rejected
from tests.strategies import binned

EXACT = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
BINS = curve_from_bins([0.1, 0.6], [0.4, 0.9], [1, 2], [3, 1], unscored=Unscored(1, 2, 1, 2))


def table() -> ThresholdTable:
    """Return a table of two models, one with groups."""
    return ThresholdTable(
        {"a": CountedRows(EXACT, 4, {"no label": 3}), "b<i>": CountedRows(BINS, 10, n_pos=4)},
        "yes", "no", TableSource("scores/*.parquet", "duckdb", "2026-11-29T12:00:00Z", 65536, ("F1", "F2"), "y", "w"),
        "region",
        {"a": {"north": CountedRows(EXACT, 4), "süd": CountedRows(BINS, 10)}},
    )  # fmt: skip


def assert_equal(one: CountedRows, other: CountedRows) -> None:
    """Compare curves to the last bit, and what is known about their rows."""
    assert (one.n, one.n_pos, dict(one.dropped)) == (other.n, other.n_pos, dict(other.dropped))
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares", "highest"):
        np.testing.assert_array_equal(getattr(one.curve, name), getattr(other.curve, name))
    assert one.curve.unscored == other.curve.unscored
    assert one.curve.weighted == other.curve.weighted


def test_file_returns_what_was_written(tmp_path: Path) -> None:
    """Models, groups, labels, source and counts come back as they were."""
    written, path = table(), tmp_path / "table.parquet"
    written.to_parquet(path)
    read = ThresholdTable.from_parquet(path)
    assert (read.models, read.pos_label, read.neg_label) == (("a", "b<i>"), "yes", "no")
    assert (read.source, read.group_column) == (written.source, "region")
    for model in written.models:
        assert_equal(read.by_model[model], written.by_model[model])
    assert list(read.groups) == ["a"]
    for group, counted in written.groups["a"].items():
        assert_equal(read.groups["a"][group], counted)
    curves = read.curves("b<i>")
    assert (curves.n_rows, curves.model, curves.pos_label) == ((10, 10), "b<i>", "yes")


def test_links_and_devices_remain(tmp_path: Path) -> None:
    """A table is written through a link, and to a device such as /dev/null, instead of taking their place."""
    file, link, pipe = tmp_path / "table.parquet", tmp_path / "link.parquet", tmp_path / "pipe"
    link.symlink_to(file)
    table().to_parquet(link)
    assert link.is_symlink()
    assert ThresholdTable.from_parquet(file).models == ("a", "b<i>")
    os.mkfifo(pipe)
    read = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # a small table fits into the pipe
    table().to_parquet(pipe)
    assert pipe.is_fifo()
    assert os.read(read, 4) == b"PAR1"
    os.close(read)


@given(drawn=pairs)
def test_any_curve_returns(drawn: Pair) -> None:
    """Whatever was counted comes back to the last bit, weighted or not, in bins or by score."""
    for curve in (drawn[0], binned(*drawn)):
        n = 30 if curve.weighted else int(curve.positives + curve.negatives)
        counted = CountedRows(curve, n)
        read = ThresholdTable.from_arrow(ThresholdTable({"s": counted}).to_arrow())
        assert_equal(read.by_model["s"], counted)


def damage(change: Any) -> pa.Table:
    """Return the table with a changed column, or changed metadata."""
    arrow = table().to_arrow()
    if callable(change):
        about = json.loads(arrow.schema.metadata[METADATA_KEY])
        change(about)
        return arrow.replace_schema_metadata({METADATA_KEY: json.dumps(about)})
    (name, values) = change
    position = arrow.column_names.index(name)
    column = arrow.column(name).to_pylist()
    return arrow.set_column(position, name, pa.array([*column[: -len(values)], *values]))


@pytest.mark.parametrize(
    "change",
    [
        ("tp", [1, 0]),
        ("fp", [-1, 2]),
        ("threshold", [0.1, 0.6]),
        ("threshold", [0.6, float("nan")]),
        ("highest", [0.9, 0.7]),
        ("highest", [0.9, 0.05]),
        ("highest", [float("inf"), 0.4]),
        ("model", ["c"]),
        lambda about: about.update(format="f1tools-threshold-table/9"),
        lambda about: about.update(counted=[]),
        lambda about: about["counted"][0].update(n_thresholds=1),
        lambda about: about["counted"][0].update(unscored=[-1, 0, 0, 0]),
        lambda about: about["counted"][0].update(weighted=True),
        lambda about: about["counted"][0].update(n_pos=5),
        lambda about: about["source"].update(n_bins="many"),
        lambda about: about["source"].update(name="a" * 2000),
        lambda about: about.update(pos_label="no"),
        lambda about: about["counted"][0].update(n=10**15),
        lambda about: about["counted"][0].update(n_pos=3),
        lambda about: about["counted"][0].update(dropped={"no label": -5}),
        lambda about: about["counted"][0].update(unscored=[1e300, 0, 0, 0]),
        lambda about: about.pop("pos_label"),
    ],
)
def test_damaged_tables(change: Any) -> None:
    """Counts that contradict each other, and metadata of another kind, are refused in a sentence."""
    with pytest.raises(InvalidPredictions, match=r"\.$"):
        ThresholdTable.from_arrow(damage(change))


def test_files_of_other_kinds() -> None:
    """A Parquet file without the metadata, without the columns, and a file that is not Parquet, are refused."""
    other = io.BytesIO()
    pq.write_table(pa.table({"threshold": [0.1]}), other)
    for content in (other.getvalue(), b"PAR1 but not really"):
        with rejected("threshold table is damaged"):
            ThresholdTable.from_parquet(io.BytesIO(content))
    with rejected("the column highest is missing"):
        ThresholdTable.from_arrow(table().to_arrow().drop_columns(["highest"]))


def test_a_class_without_rows() -> None:
    """A model without positives, or without negatives, cannot be judged."""
    with rejected("'s' has no rows with the label '1'"):
        ThresholdTable({"s": CountedRows(ThresholdCurve.from_counts([0.5], [0], [3]), 3)})
    with rejected("no model"):
        ThresholdTable({})


def test_numbers_of_rows() -> None:
    """The number of positive rows is known, or counted, or as large as the share of their weight."""
    weighted = ThresholdCurve.from_predictions([1, 0, 0, 1], [0.9, 0.4, 0.4, 0.1], sample_weight=[5.0, 1, 1, 3.0])
    assert ThresholdTable({"s": CountedRows(weighted, 4, n_pos=2)}).n_pos == 2
    assert ThresholdTable({"s": CountedRows(EXACT, 4)}).n_pos == 2
    assert ThresholdTable({"s": CountedRows(weighted, 4)}).n_pos == 3  # 8 of 10
    assert table().unscored == {"b<i>": (1, 2)}


def test_impossible_squares() -> None:
    """A sum of squared weights is at most the square of their sum."""
    weighted = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.5, 0.2], sample_weight=[0.5, 1.5, 2.0])
    arrow = ThresholdTable({"s": CountedRows(weighted, 3)}).to_arrow()
    position = arrow.column_names.index("tp_squares")
    with rejected("sums of squared weights of s are not possible"):
        ThresholdTable.from_arrow(arrow.set_column(position, "tp_squares", pa.array([1.0, 1.0, 1e9])))


def test_a_failed_write_leaves_the_old_table(tmp_path: Path) -> None:
    """A table is replaced as a whole, or not at all."""
    path = tmp_path / "table.parquet"
    table().to_parquet(path)
    before = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pq, "write_table", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            table().to_parquet(path)
    assert path.read_bytes() == before


def test_absorbed_weights() -> None:
    """Thresholds where rounding absorbs the weights of their rows are not written, so that the file can be read."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.8, 0.5, 0.2], sample_weight=[1e20, 1.0, 1.0, 3.0])
    read = ThresholdTable.from_arrow(ThresholdTable({"s": CountedRows(curve, 4)}).to_arrow())
    assert read.curve().thresholds.tolist() == [np.inf, 0.9, 0.8, 0.2]

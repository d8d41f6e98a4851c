"""Threshold tables: files with counts instead of rows are opened like any other file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, read_files, read_predictions
from f1tools.threshold_table import ThresholdTable
from tests.helpers import rejected
from tests.readers.helpers import rows
from tests.readers.helpers import table as text_table
from tests.test_threshold_table import assert_equal
from tests.test_threshold_table import table as example


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of a table with two models, one of them with groups."""
    example().to_parquet(tmp_path / "mine.parquet")
    return tmp_path / "mine.parquet"


def test_own_table_is_read_without_a_question(path: Path) -> None:
    """All models, groups and counts come from the file; what was recognized is described."""
    expected = example()
    for reading in (
        read_predictions(path),
        read_files([path]),
        read_predictions(path.read_bytes(), name="mine.parquet"),
    ):
        assert (reading.outcome, reading.predictions, reading.name) == ("sure", None, "mine.parquet")
        table = reading.table
        assert table is not None
        assert reading.counted is table
        assert (table.models, table.source, table.group_column) == (expected.models, expected.source, "region")
        for model in table.models:
            assert_equal(table.by_model[model], expected.by_model[model])
        assert reading.layout == "Parquet, threshold table"
        assert reading.reason == "A threshold table: 4 rows in scores/*.parquet, counted by duckdb at 3 thresholds."
        assert (reading.n_rows, reading.dropped, reading.unscored) == (7, {"no label": 3}, {"b<i>": (1, 2)})
        assert [column.name for column in reading.columns][:4] == ["model", "group", "threshold", "highest"]
        assert isinstance(reading.as_dict(), dict)


def test_models_are_chosen_by_name(path: Path) -> None:
    """Scores choose models; anything else that needs rows is refused with what the file is."""
    reading = read_predictions(path, choices=Choices(scores=("b<i>",)))
    assert reading.table is not None
    assert (reading.table.models, reading.table.groups) == (("b<i>",), {})
    for choices in (Choices(truth="y"), Choices(scores=("c",)), Choices(scores=("a",), weight="w")):
        with rejected("mine.parquet is a threshold table: it has counts of a and b<i>, no rows with a column "):
            read_predictions(path, choices=choices)


def test_a_table_is_not_joined_with_rows(path: Path, tmp_path: Path) -> None:
    """Counts cannot be matched with rows of another file."""
    y_true, score = rows()
    other = tmp_path / "rows.csv"
    other.write_bytes(text_table({"y": y_true, "score": score}))
    for files in ([path, other], [other, path]):
        with rejected("mine.parquet is a threshold table: it has counts, no rows"):
            read_files(files)


def test_damaged_own_table(tmp_path: Path) -> None:
    """A file that claims to be a table, and is none, is refused."""
    import pyarrow.parquet as pq

    pq.write_table(example().to_arrow().drop_columns(["highest"]), tmp_path / "mine.parquet")
    with rejected("the column highest is missing"):
        read_predictions(tmp_path / "mine.parquet")
    other = replace(example(), pos_label="1")
    other.to_parquet(tmp_path / "other.parquet")
    assert isinstance(read_predictions(tmp_path / "other.parquet").table, ThresholdTable)


def test_damaged_bytes_are_read_or_refused() -> None:
    """Whatever is changed in a file of f1tools, it is read or refused in a sentence."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    def written(arrow: pa.Table) -> bytes:
        file = io.BytesIO()
        pq.write_table(arrow, file)
        return file.getvalue()

    arrow = example().to_arrow()
    n = arrow.num_rows
    strange = (["x"] * n, [None] * n, [True] * n, [[1.0]] * n, [1e300] * n, [2**62] * n, [float("nan")] * n, [1] * n)
    files = [
        written(arrow.set_column(place, name, pa.array(values)))
        for place, name in enumerate(arrow.column_names)
        for values in strange
    ]
    rng = np.random.default_rng(1)
    for _ in range(60):
        damaged = bytearray(written(arrow))
        for place in rng.integers(0, len(damaged), 3).tolist():
            damaged[place] = int(rng.integers(256))
        files.append(bytes(damaged))
    for data in [*files, written(arrow.slice(0, 0))]:
        try:
            reading = read_predictions(data)
        except InvalidPredictions as error:
            assert str(error).endswith(".")  # noqa: PT017 (either outcome is right)
        else:
            assert reading.outcome in ("sure", "ask", "refuse")

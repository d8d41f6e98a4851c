"""Operating points as CSV and Parquet."""

import csv
import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.export import points_csv, points_parquet
from tests.strategies import Rows, weighted_or_not

HEAD = ["model", "threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1"]


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def long_curve(n: int) -> ThresholdCurve:
    rng = np.random.default_rng(7)
    y_true = rng.uniform(size=n) < 0.2
    return ThresholdCurve.from_predictions(y_true, 1 / (1 + np.exp(-rng.normal(size=n) - y_true)))


@given(drawn=weighted_or_not(both=False))
def test_numbers_are_exact(drawn: Rows) -> None:
    """Both files have every threshold with its counts, in full precision."""
    curve = drawn.curve()
    table, columns = read(points_csv(curve, "m")), pq.read_table(io.BytesIO(points_parquet(curve, "m"))).to_pydict()
    assert list(columns) == HEAD
    for name in ("tn", "fp", "fn", "tp"):
        expected = getattr(curve.counts, name).tolist()
        assert [float(row[name]) for row in table] == expected == columns[name]
    for name, expected in (
        ("threshold", curve.thresholds), ("recall", curve.counts.recall()), ("f1", curve.counts.f1()),
    ):  # fmt: skip
        assert [float(row[name]) for row in table] == expected.tolist() == columns[name]


def test_both_files_equal_the_data_frame() -> None:
    """Counts are integers, and an undefined precision is missing, as in :meth:`ThresholdCurve.frame`."""
    import pandas as pd

    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    for frame in (
        pd.read_csv(io.BytesIO(points_csv(curve, "m"))),
        pd.read_parquet(io.BytesIO(points_parquet(curve, "m"))),
    ):
        assert frame.pop("model").tolist() == ["m"] * 4
        pd.testing.assert_frame_equal(frame, curve.frame(), check_exact=True)


@pytest.mark.parametrize("name", ["=HYPERLINK(0)", 'a,\n"b', "<img src=x onerror=alert(1)>", "x;=1+1", "\ud800"])
def test_a_model_is_never_a_formula(name: str) -> None:
    """CSV has it as text; Parquet, which has no formulas, keeps the name."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    written = {"=HYPERLINK(0)": "'=HYPERLINK(0)", "x;=1+1": "x;'=1+1", 'a,\n"b': 'a, "b', "\ud800": "?"}
    assert {row["model"] for row in read(points_csv(curve, name))} == {written.get(name, name)}
    name_as_text = name.replace("\ud800", "?")
    assert set(pq.read_table(io.BytesIO(points_parquet(curve, name)))["model"].to_pylist()) == {name_as_text}


def test_a_very_long_name_is_not_repeated() -> None:
    """A name of a megabyte does not make a file of gigabytes."""
    curve = long_curve(2_000)
    assert len(points_csv(curve, "n" * 1_000_000)) < 1_000_000
    assert len(points_parquet(curve, "n" * 1_000_000)) < 3_000_000


def test_all_thresholds() -> None:
    """The files have every distinct score; Parquet has several row groups."""
    curve = long_curve(70_000)
    table = read(points_csv(curve, "m"))
    file = pq.ParquetFile(io.BytesIO(points_parquet(curve, "m", row_group_size=30_000)))
    assert [float(row["threshold"]) for row in table] == curve.thresholds.tolist()
    assert [row["precision"] for row in table[:2]] == ["", repr(float(curve.counts.precision()[1]))]
    assert file.num_row_groups == 3
    assert file.read(["threshold"])["threshold"].to_pylist() == curve.thresholds.tolist()
    assert file.read(["f1"])["f1"].to_pylist() == curve.counts.f1().tolist()


@given(model=st.text(max_size=9))
def test_metadata(model: str) -> None:
    """The metadata have the model, the decision rule and the totals as JSON."""
    curve = ThresholdCurve.from_predictions([1, 0, 0], [0.9, 0.1, 0.2], sample_weight=[0.5, 1, 2])
    schema = pq.read_schema(io.BytesIO(points_parquet(curve, model)))
    assert json.loads(schema.metadata[b"f1tools"]) == {
        "model": model, "rule": "y_score >= threshold", "positives": 0.5, "negatives": 3.0, "weighted": True,
    }  # fmt: skip

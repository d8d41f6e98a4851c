"""The operating points as files to take away."""

import csv
import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.export import points, points_csv, points_parquet
from tests.strategies import Rows, weighted_or_not

HEAD = ["model", "threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1"]


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def long_curve(n: int) -> ThresholdCurve:
    rng = np.random.default_rng(7)
    y_true = rng.uniform(size=n) < 0.2
    return ThresholdCurve.from_predictions(y_true, 1 / (1 + np.exp(-rng.normal(size=n) - y_true)))


@given(drawn=weighted_or_not(both=False))
def test_numbers_come_back_exactly(drawn: Rows) -> None:
    """Every threshold is there, in full precision, with its counts, in either file."""
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


def test_either_file_is_the_frame_of_pandas() -> None:
    """The same table as :meth:`ThresholdCurve.frame`: counts are integers, and an undefined precision is missing."""
    import pandas as pd

    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    for found in (
        pd.read_csv(io.BytesIO(points_csv(curve, "m"))),
        pd.read_parquet(io.BytesIO(points_parquet(curve, "m"))),
    ):
        assert found.pop("model").tolist() == ["m"] * 4
        pd.testing.assert_frame_equal(found, curve.frame(), check_exact=True)


@pytest.mark.parametrize("name", ["=HYPERLINK(0)", 'a,\n"b', "<img src=x onerror=alert(1)>", "x;=1+1", "\ud800"])
def test_a_model_is_never_a_formula(name: str) -> None:
    """In CSV it is written as text; Parquet knows no formulas and keeps the name."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    written = {"=HYPERLINK(0)": "'=HYPERLINK(0)", "x;=1+1": "x;'=1+1", 'a,\n"b': 'a, "b', "\ud800": "?"}
    assert {row["model"] for row in read(points_csv(curve, name))} == {written.get(name, name)}
    kept = name.replace("\ud800", "?")
    assert set(pq.read_table(io.BytesIO(points_parquet(curve, name)))["model"].to_pylist()) == {kept}


def test_a_very_long_name_does_not_fill_every_row() -> None:
    """A megabyte of name stays one megabyte at most."""
    curve = long_curve(2_000)
    assert len(points_csv(curve, "n" * 1_000_000)) < 1_000_000
    assert len(points_parquet(curve, "n" * 1_000_000)) < 3_000_000


def test_all_means_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has every distinct score, however many there are, and Parquet's is in several groups."""
    monkeypatch.setattr(points, "_ROW_GROUP", 30_000)
    curve = long_curve(70_000)
    table, file = read(points_csv(curve, "m")), pq.ParquetFile(io.BytesIO(points_parquet(curve, "m")))
    assert [float(row["threshold"]) for row in table] == curve.thresholds.tolist()
    assert [row["precision"] for row in table[:2]] == ["", repr(float(curve.counts.precision()[1]))]
    assert file.num_row_groups == 3
    assert file.read(["threshold"])["threshold"].to_pylist() == curve.thresholds.tolist()
    assert file.read(["f1"])["f1"].to_pylist() == curve.counts.f1().tolist()


@given(model=st.text(max_size=9))
def test_the_metadata_say_what_the_file_is(model: str) -> None:
    """Which model, how a threshold decides, and the totals; as JSON."""
    curve = ThresholdCurve.from_predictions([1, 0, 0], [0.9, 0.1, 0.2], sample_weight=[0.5, 1, 2])
    schema = pq.read_schema(io.BytesIO(points_parquet(curve, model)))
    assert json.loads(schema.metadata[b"f1tools"]) == {
        "model": model, "rule": "y_score >= threshold", "positives": 0.5, "negatives": 3.0, "weighted": True,
    }  # fmt: skip

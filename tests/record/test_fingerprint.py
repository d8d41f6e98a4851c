"""The digest of what was counted, and that of a file."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.curve import ThresholdCurve
from f1tools.readers import read_predictions
from f1tools.record import file_digest, table_digest
from tests.strategies import ANY_WEIGHT, Rows, rows


@given(rows())
def test_the_digest_is_that_of_thresholds_and_counts(found: Rows) -> None:
    """Of rows, the SHA-256 of a header, the thresholds as doubles and the counts as integers, little-endian."""
    pairs = list(zip(found.y_score.astype(float).tolist(), found.y_true.tolist(), strict=True))
    thresholds = [float("inf"), *sorted({score for score, _ in pairs}, reverse=True)]
    counts = [sum(score >= t and hit is side for score, hit in pairs) for side in (True, False) for t in thresholds]
    packed = f"f1tools-table/1 {len(thresholds)} rows ".encode()
    packed += struct.pack(f"<{len(thresholds)}d", *(t + 0.0 for t in thresholds))
    packed += struct.pack(f"<{len(counts)}q", *counts)
    assert table_digest(found.curve()) == f"sha256:{hashlib.sha256(packed).hexdigest()}"


@given(st.one_of(rows(), rows(weight=ANY_WEIGHT)), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found: Rows, random: object) -> None:
    """The same rows in another order have the same digest, also where they are weighted."""
    order = np.arange(found.y_true.size)
    random.shuffle(order)  # type: ignore[attr-defined]
    weight = None if found.sample_weight is None else found.sample_weight[order]
    assert table_digest(Rows(found.y_true[order], found.y_score[order], weight).curve()) == table_digest(found.curve())


@pytest.mark.parametrize("weights", [[0.1, 0.2, 0.7], [0.05, 0.35], [1.1, 2.3, 1e-6]])
def test_round_weights_do_not_lie_at_a_cut(weights: list[float]) -> None:
    """Many sums of weights with short decimals, whose last digits depend on the order, come out alike."""
    random = np.random.default_rng(0)
    y_true, score = random.random(3000) < 0.4, random.random(3000).round(2)
    weight = random.choice(weights, 3000)
    digests = set()
    for _ in range(20):
        order = random.permutation(3000)
        digests.add(table_digest(Rows(y_true[order], score[order], weight[order]).curve()))
    assert len(digests) == 1


@given(st.one_of(rows(), rows(weight=st.floats(0.5, 2.0))), st.data())
def test_another_row_is_another_digest(found: Rows, data: st.DataObject) -> None:
    """One more row, another label or another weight shows."""
    before = table_digest(found.curve())
    row = data.draw(st.integers(0, found.y_true.size - 1))
    weight = found.sample_weight
    more = Rows(
        np.append(found.y_true, found.y_true[row]),
        np.append(found.y_score, found.y_score[row]),
        None if weight is None else np.append(weight, weight[row]),
    )
    assert table_digest(more.curve()) != before
    turned = found.y_true.copy()
    turned[row] = not turned[row]
    assert table_digest(Rows(turned, found.y_score, weight).curve()) != before
    if weight is not None:
        heavier = weight.copy()
        heavier[row] *= 1.01
        assert table_digest(Rows(found.y_true, found.y_score, heavier).curve()) != before


def test_the_machine_does_not_matter() -> None:
    """Other types of integers and another order of bytes have the same digest."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    swapped = ThresholdCurve(curve.thresholds.astype(">f8"), curve.tp.astype(">i4"), curve.fp.astype(np.uint64))
    assert table_digest(swapped) == table_digest(curve)
    assert table_digest(replace(curve, thresholds=np.array([np.inf, 0.9, 0.4, 0.2]))) != table_digest(curve)


def test_squares_that_no_double_holds() -> None:
    """Weights whose squares are beyond doubles have a digest all the same."""
    huge = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1], sample_weight=[1e200, 1e200])
    assert table_digest(huge) != table_digest(replace(huge, fp=huge.fp * 2))
    assert table_digest(huge) != table_digest(replace(huge, tp_squares=None, fp_squares=None))


def test_kinds_of_files_do_not_matter() -> None:
    """A CSV and a Parquet of the same numbers have the same digest, though their bytes differ."""
    random = np.random.default_rng(0)
    table = pa.table({"y": random.integers(0, 2, 200), "score": random.random(200)})
    csv, parquet = io.BytesIO(), io.BytesIO()
    pyarrow.csv.write_csv(table, csv)
    pyarrow.parquet.write_table(table, parquet)
    curves = []
    for file in (csv, parquet):
        predictions = read_predictions(file.getvalue()).predictions
        assert predictions is not None
        curves.append(predictions.curve())
    assert table_digest(curves[0]) == table_digest(curves[1])


@given(st.binary(max_size=200))
def test_a_file_is_known_by_its_bytes(content: bytes) -> None:
    """Size and plain SHA-256."""
    seen = file_digest("a.csv", content)
    assert (seen.name, seen.size, seen.sha256) == ("a.csv", len(content), hashlib.sha256(content).hexdigest())


def test_a_path_is_read_in_pieces(tmp_path: Path) -> None:
    """A path gives the same as its content, under the name that it is given."""
    file = tmp_path / "b.csv"
    file.write_bytes(b"y,score\n" * 100_000)
    assert file_digest("a.csv", file) == file_digest("a.csv", file.read_bytes())


def test_a_file_name_that_is_no_text() -> None:
    """What a file system allows in a name and text does not, is replaced."""
    assert file_digest("a\udcff.csv", b"").name == "a?.csv"

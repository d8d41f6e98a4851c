"""Digests of tables of counts, and of files."""

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
def test_the_digest_is_that_of_thresholds_and_counts(drawn: Rows) -> None:
    """The digest of rows is the SHA-256 of a header, the thresholds as doubles and the counts as integers."""
    pairs = list(zip(drawn.y_score.astype(float).tolist(), drawn.y_true.tolist(), strict=True))
    thresholds = [float("inf"), *sorted({score for score, _ in pairs}, reverse=True)]
    counts = [
        sum(score >= t and is_positive is label for score, is_positive in pairs)
        for label in (True, False)
        for t in thresholds
    ]
    packed = f"f1tools-table/1 {len(thresholds)} rows ".encode()
    packed += struct.pack(f"<{len(thresholds)}d", *(t + 0.0 for t in thresholds))
    packed += struct.pack(f"<{len(counts)}q", *counts)
    assert table_digest(drawn.curve()) == f"sha256:{hashlib.sha256(packed).hexdigest()}"


@given(st.one_of(rows(), rows(weight=ANY_WEIGHT)), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn: Rows, random: object) -> None:
    """The same rows in another order have the same digest, also where they are weighted."""
    order = np.arange(drawn.y_true.size)
    random.shuffle(order)  # type: ignore[attr-defined]
    weight = None if drawn.sample_weight is None else drawn.sample_weight[order]
    assert table_digest(Rows(drawn.y_true[order], drawn.y_score[order], weight).curve()) == table_digest(drawn.curve())


@pytest.mark.parametrize("weights", [[0.1, 0.2, 0.7], [0.05, 0.35], [1.1, 2.3, 1e-6]])
def test_sums_of_round_weights_are_not_truncated_at_an_edge(weights: list[float]) -> None:
    """Many sums of weights with short decimals, whose last digits depend on the order, have one digest."""
    random = np.random.default_rng(0)
    y_true, score = random.random(3000) < 0.4, random.random(3000).round(2)
    weight = random.choice(weights, 3000)
    digests = set()
    for _ in range(20):
        order = random.permutation(3000)
        digests.add(table_digest(Rows(y_true[order], score[order], weight[order]).curve()))
    assert len(digests) == 1


@given(st.one_of(rows(), rows(weight=st.floats(0.5, 2.0))), st.data())
def test_other_rows_have_another_digest(drawn: Rows, data: st.DataObject) -> None:
    """One more row, another label or another weight changes the digest."""
    row = data.draw(st.integers(0, drawn.y_true.size - 1))
    twice, flipped = np.append(np.arange(drawn.y_true.size), row), drawn.y_true.copy()
    flipped[row] = not flipped[row]
    weight = drawn.sample_weight
    others = [
        Rows(drawn.y_true[twice], drawn.y_score[twice], None if weight is None else weight[twice]),
        drawn._replace(y_true=flipped),
    ]
    if weight is not None:
        others.append(drawn._replace(sample_weight=np.where(np.arange(weight.size) == row, 1.01 * weight, weight)))
    assert all(table_digest(other.curve()) != table_digest(drawn.curve()) for other in others)


def test_the_machine_does_not_matter() -> None:
    """Other integer types and byte orders have the same digest."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    swapped = ThresholdCurve(curve.thresholds.astype(">f8"), curve.tp.astype(">i4"), curve.fp.astype(np.uint64))
    assert table_digest(swapped) == table_digest(curve)
    assert table_digest(replace(curve, thresholds=np.array([np.inf, 0.9, 0.4, 0.2]))) != table_digest(curve)


def test_squares_that_overflow() -> None:
    """Weights whose squares overflow have a digest, too."""
    huge = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1], sample_weight=[1e200, 1e200])
    assert table_digest(huge) != table_digest(replace(huge, fp=huge.fp * 2))
    assert table_digest(huge) != table_digest(replace(huge, tp_squares=None, fp_squares=None))


def test_the_file_format_does_not_matter() -> None:
    """A CSV and a Parquet file of the same numbers have the same digest, though their bytes differ."""
    random = np.random.default_rng(0)
    table = pa.table({"y": random.integers(0, 2, 200), "score": random.random(200)})
    digests = set()
    for write in (pyarrow.csv.write_csv, pyarrow.parquet.write_table):
        file = io.BytesIO()
        write(table, file)
        predictions = read_predictions(file.getvalue()).predictions
        assert predictions is not None
        digests.add(table_digest(predictions.curve()))
    assert len(digests) == 1


@given(st.binary(max_size=200))
def test_digest_of_a_file(content: bytes) -> None:
    """The digest has the size and the SHA-256 of the bytes; a lone surrogate in the file name is replaced."""
    digest = file_digest("a\udcff.csv", content)
    assert (digest.name, digest.size, digest.sha256) == ("a?.csv", len(content), hashlib.sha256(content).hexdigest())


def test_digest_of_a_path(tmp_path: Path) -> None:
    """A path has the digest of its content, under any name."""
    file = tmp_path / "b.csv"
    file.write_bytes(b"y,score\n" * 100_000)
    assert file_digest("a.csv", file) == file_digest("a.csv", file.read_bytes())

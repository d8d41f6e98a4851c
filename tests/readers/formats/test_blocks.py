"""Large tables: whatever holds of a small table holds of one that is sampled and read in blocks."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, read_predictions
from f1tools.readers.formats import delimited, source
from f1tools.readers.formats.dialect import Dialect
from tests.readers.helpers import FloatArray, IntArray, labels, rows, table

N = 20_000
Y, P = rows(N, seed=4)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read blocks of 16 KB and a sample that is not the whole file."""
    for name, value in {"BLOCK": 16 << 10, "COMPLETE": 64 << 10, "HEAD": 8 << 10, "MAX_LINE": 1 << 16}.items():
        monkeypatch.setattr(delimited, f"{name}_BYTES", value)
    monkeypatch.setattr(delimited, "SAMPLE_ROWS", 1000)
    monkeypatch.setattr(delimited, "MAX_PIECES", 2)


def read(data: bytes, choices: Choices | None = None) -> tuple[IntArray, FloatArray, dict[str, int]]:
    """Return the truth, the score and the dropped rows of a file that is read without questions."""
    reading = read_predictions(data, choices=choices)
    assert reading.outcome == "sure", reading.reason
    assert reading.predictions is not None
    assert reading.n_rows == N
    (score,) = reading.predictions.scores.values()
    return reading.predictions.y_true.astype(np.int64), score, dict(reading.dropped)


@pytest.mark.parametrize("encode", [bytes, gzip.compress, lambda data: data.decode().encode("utf-16"), bytes.rstrip])
def test_all_blocks_are_read_in_order(encode: Callable[[bytes], bytes]) -> None:
    """Plain, compressed, in another encoding, and without an end of the last line."""
    y_true, score, dropped = read(encode(table({"id": range(N), "y_true": Y, "y_prob": P})))
    np.testing.assert_array_equal(y_true, Y)
    np.testing.assert_array_equal(score, P)
    assert dropped == {}


def as_text(ids: Sequence[object]) -> bytes:
    """Return a file with ids as delimited text, with rows whose target is missing in between."""
    return table({"id": ids, "y_true": np.where(np.arange(N) % 7, Y, -1), "y_prob": P}).replace(b",-1,", b",NA,")


def as_parquet(ids: Sequence[object]) -> bytes:
    """Return a file with typed ids, with rows whose target is missing in between."""
    sink = io.BytesIO()
    y_true = pa.array(Y, mask=np.arange(N) % 7 == 0)
    pq.write_table(pa.table({"id": ids, "y_true": y_true, "y_prob": P}), sink, row_group_size=3000)
    return sink.getvalue()


@pytest.mark.parametrize("encode", [as_text, as_parquet])
@pytest.mark.parametrize(
    "ids",
    [
        range(N), [f"{i:06}" for i in range(N)], [f"P{i}" if i else "x" * 99 for i in range(N)],
        [f"Zo\u00eb {i}" for i in range(N)],
    ],
    ids=["integers", "leading zeros", "one is long", "words"],
)  # fmt: skip
def test_ids_are_kept_as_they_are_written(encode: Callable[[Sequence[object]], bytes], ids: Sequence[object]) -> None:
    """Each row that is read has its own id."""
    reading = read_predictions(encode(ids), choices=Choices("y_true", ("y_prob",), "1", "0", id="id"))
    assert reading.predictions is not None
    assert reading.predictions.ids is not None
    assert reading.predictions.ids.tolist() == [str(each) for i, each in enumerate(ids) if i % 7]


@pytest.mark.parametrize(
    "data",
    [
        table({"text": [f'"a\nb ""{i}"", c\n"' for i in range(N)], "y_true": Y, "y_prob": P}),
        table({"y_true": Y, "y_prob": P}, delimiter="  \t "),
        table({"y_true": Y, "probs": [f'"[{1 - p:.6f} {p}]"' for p in P]}),
        table({"y_true": Y, "y_prob": P}) + b"\n" * (40 << 10),
    ],
    ids=["quoted line breaks", "white space", "vectors", "empty lines at the end"],
)
def test_layouts_of_lines(data: bytes) -> None:
    """Blocks end only outside quotes, and are parsed like a whole file."""
    np.testing.assert_array_equal(read(data)[1], P)


def test_an_unpaired_quote_costs_only_its_rows() -> None:
    """A quotation mark without its pair loses rows, which are counted, and never the file."""
    lines = table({"text": ["abc"] * N, "y_true": Y, "y_prob": P}).split(b"\n")
    lines[9_000] = b'"' + lines[9_000]
    reading = read_predictions(b"\n".join(lines))
    assert reading.outcome == "sure"
    assert reading.n_rows == N
    assert sum(reading.dropped.values()) <= 1


def test_dirty_cells_outside_the_sample() -> None:
    """A block with cells that are not numbers is parsed cell by cell, and every such cell is counted by its kind."""
    truth, score = Y.astype(str).astype(object), P.astype(str).astype(object)
    truth[15_000], truth[15_001], truth[15_002] = "1.0", "", "junk"
    score[16_000], score[16_001], score[16_002] = "oops", "12 %", "-inf"
    truth[2], score[2] = "1", "NA"
    y_true, values, dropped = read(table({"y_true": truth, "y_prob": score}))
    assert dropped == {
        "missing truth": 1, "unreadable truth": 1, "unreadable score": 1, "infinite score": 1, "missing score": 1,
    }  # fmt: skip
    assert 0.12 in values
    reading = read_predictions(table({"y_true": truth, "y_prob": score}))
    unreadable = [each.sentence for each in reading.warnings if each.kind == "unreadable"]
    assert [("15,003" in each, "16,001" in each) for each in unreadable] == [(True, False), (False, True)]
    assert y_true.sum() == Y.sum() - sum(Y[[15_001, 15_002, 16_000, 16_002]]) + 1 - Y[15_000] - Y[2]


@pytest.mark.parametrize(
    ("truth", "others"),
    [(Y.astype(str), {"0.5": 3, "7": 1}), (np.array(labels(Y, "no", "yes")), {"perhaps": 1})],
    ids=["numbers", "words"],
)
def test_a_third_target_value_outside_the_sample(truth: object, others: dict[str, int]) -> None:
    """It is asked about with its number of rows, and dropped on demand."""
    values = np.array(truth, dtype=object)
    values[17_000 : 17_000 + sum(others.values())] = np.repeat([*others], [*others.values()])
    data = table({"y_true": values, "y_prob": P})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert all(f"{value} ({count} row" in reading.reason for value, count in others.items())
    assert reading.proposal is not None
    assert read(data, reading.proposal)[2] == {f"truth is {value}": count for value, count in others.items()}


def test_a_target_with_many_values_outside_the_sample() -> None:
    """Two values in the sample and many more beyond it are an error."""
    truth = Y.astype(float)
    truth[9_000:9_060] = np.arange(60) + 0.5
    with pytest.raises(InvalidPredictions, match="more than two values"):
        read_predictions(table({"y_true": truth, "y_prob": P}))


def test_sorted_by_target() -> None:
    """The sample comes from all over the file, so that it includes a class at the end."""
    order = np.argsort(Y, kind="stable")
    np.testing.assert_array_equal(read(table({"y_true": Y[order], "y_prob": P[order]}))[0], Y[order])


def test_progress_grows_from_0_to_1(tmp_path: Path) -> None:
    """Progress is reported for every block and never goes back."""
    path = tmp_path / "big.csv.gz"
    path.write_bytes(gzip.compress(table({"y_true": Y, "y_prob": P})))
    calls: list[float] = []
    read_predictions(path, on_progress=calls.append)
    assert (calls[0], calls[-1]) == (0, 1)
    assert len(calls) > 5
    assert calls == sorted(calls)


def test_a_line_without_end_is_an_error() -> None:
    """Memory is bounded by the longest line allowed."""
    with pytest.raises(InvalidPredictions, match="line of more than"):
        read_predictions(table({"y_true": Y[:300], "y_prob": P[:300]}) + b"0" * (1 << 17))


def test_classes_far_from_zero() -> None:
    """Labels may be any numbers."""
    choices = Choices("y", ("prob",), "2000")
    np.testing.assert_array_equal(read(table({"y": 1000 * (Y + 1), "prob": P}), choices)[0], Y)


def test_edge_cases_of_lines() -> None:
    """Without a line end outside quotes a block ends at the last one; a table needs one complete row."""
    assert delimited.end_of_lines(b'"abc\nabc') == 5
    dialect = Dialect(",", ".", ("a", "b"), 4, has_header=True)
    empty = delimited.DelimitedTable(source.source_of_bytes(b"a,b\n1\n", "rows"), "utf-8", dialect, "text")
    with pytest.raises(InvalidPredictions, match="no complete rows"):
        empty.sample()


def test_infinities_of_both_signs_are_counted() -> None:
    """Infinite scores are dropped without a numpy warning about their sum."""
    reading = read_predictions(table({"y_true": [*Y, 1, 0], "prob": [*P, np.inf, -np.inf]}))
    assert reading.dropped == {"infinite score": 2}


@pytest.mark.parametrize(
    ("late", "values"),
    [
        ("0,35", {0.35}), ("0.35", {0.35}), ("1.234.567", {1234567}), ("1'000", {1000}), ("1 000", {1000}),
        ('"0,35"', {0.35}), ("35 %", {0.35}), ("1e3", {1000}), ("1,234.5", {1234.5}), ("+5", {5}),
    ],
)  # fmt: skip
def test_numbers_of_another_form_outside_the_sample(late: str, values: set[float]) -> None:
    """A separator that appears only far down the file is read as in a file where it comes first."""
    cells = P.round(0).astype(np.int64).astype(str).astype(object)
    cells[17_000:17_003] = late
    score, dropped = read(table({"y": Y, "prob": cells}, delimiter=";"), Choices("y", ("prob",)))[1:]
    assert dropped == {}
    assert set(score[17_000:17_003].tolist()) == values
    np.testing.assert_array_equal(np.delete(score, np.s_[17_000:17_003]), np.delete(P.round(0), np.s_[17_000:17_003]))


def test_late_groups_of_thousands_change_no_earlier_row() -> None:
    """Rows like 1.234 before the first that settles what the point means are read like those after it."""
    amounts = 1000 + (1000 * P).astype(np.int64)
    cells = [f"{each // 1000}.{each % 1000:03}" for each in amounts.tolist()]
    np.testing.assert_array_equal(read(table({"y": Y, "prob": cells}, delimiter=";"))[1], amounts / 1000)
    amounts[18_000], cells[18_000] = 1_234_567, "1.234.567"
    np.testing.assert_array_equal(read(table({"y": Y, "prob": cells}, delimiter=";"))[1], amounts)


@pytest.mark.parametrize("encode", [bytes, gzip.compress])
def test_what_is_constant_in_the_sample(encode: Callable[[bytes], bytes]) -> None:
    """A class or scores that appear only in a few rows are found before a file is refused for their absence."""
    y_true, score = np.zeros(N, dtype=np.int64), np.zeros(N)
    y_true[12_345:12_377], score[12_340:12_390] = 1, np.round(np.linspace(0.2, 0.9, 50), 3)
    cells = [str(each).replace(".", ",") for each in score]
    found = read(encode(table({"y_true": y_true, "prob": cells}, delimiter=";")))
    np.testing.assert_array_equal(found[0], y_true)
    np.testing.assert_array_equal(found[1], score)


def test_numbers_in_two_notations_are_counted() -> None:
    """Where a column has both decimal points and decimal commas, the rarer are unreadable, and counted."""
    cells = P.astype(str).astype(object)
    cells[16_000] = "0,35"
    assert read(table({"y": Y, "prob": cells}, delimiter=";"))[2] == {"unreadable score": 1}

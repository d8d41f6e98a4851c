"""Large tables: what holds of a small one holds block by block."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, read_predictions
from f1tools.readers.formats import delimited, source
from f1tools.readers.formats.dialect import Dialect
from tests.readers.making import FloatArray, IntArray, labels, rows, table

N = 20_000
Y, P = rows(N, seed=4)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 16 KB and a sample that is not the whole file."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 16 << 10)
    monkeypatch.setattr(delimited, "COMPLETE_BYTES", 64 << 10)
    monkeypatch.setattr(delimited, "HEAD_BYTES", 8 << 10)
    monkeypatch.setattr(delimited, "SAMPLE_ROWS", 1000)
    monkeypatch.setattr(delimited, "MAX_PIECES", 2)


def read(data: bytes, choices: Choices | None = None) -> tuple[IntArray, FloatArray, dict[str, int]]:
    reading = read_predictions(data, choices=choices)
    assert reading.outcome == "sure", reading.reason
    assert reading.predictions is not None
    assert reading.n_rows == N
    (score,) = reading.predictions.scores.values()
    return reading.predictions.y_true.astype(np.int64), score, dict(reading.dropped)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda data: data.decode().encode("utf-16")])
def test_all_blocks_are_read_in_order(pack: object) -> None:
    """Plain, packed, and in another encoding."""
    y_true, score, dropped = read(pack(table({"id": range(N), "y_true": Y, "y_prob": P})))  # type: ignore[operator]
    np.testing.assert_array_equal(y_true, Y)
    np.testing.assert_array_equal(score, P)
    assert dropped == {}


def test_quoted_line_breaks_do_not_end_a_block() -> None:
    """A block is cut only where no quoted cell is open."""
    data = table({"text": [f'"a\nb ""{i}"", c\n"' for i in range(N)], "y_true": Y, "y_prob": P})
    np.testing.assert_array_equal(read(data)[1], P)


def test_a_lonely_quote_costs_its_rows_only() -> None:
    """A quotation mark without its pair loses rows, which are counted, and never the file."""
    lines = table({"text": ["abc"] * N, "y_true": Y, "y_prob": P}).split(b"\n")
    lines[9_000] = b'"' + lines[9_000]
    reading = read_predictions(b"\n".join(lines))
    assert reading.outcome == "sure"
    assert reading.n_rows == N
    assert sum(reading.dropped.values()) <= 1


def test_dirty_cells_far_from_the_sample() -> None:
    """A block with a cell that is no number is read cell by cell, the others at full speed; all dirt is counted."""
    truth, score = Y.astype(str).astype(object), P.astype(str).astype(object)
    truth[15_000], truth[15_001], truth[15_002] = "1.0", "", "junk"
    score[16_000], score[16_001], score[16_002] = "oops", "12 %", "-inf"
    truth[2], score[2] = "1", "NA"
    y_true, values, dropped = read(table({"y_true": truth, "y_prob": score}))
    assert dropped == {
        "missing truth": 1, "unreadable truth": 1, "unreadable score": 1, "infinite score": 1, "missing score": 1,
    }  # fmt: skip
    assert 0.12 in values
    assert y_true.sum() == Y.sum() - sum(Y[[15_001, 15_002, 16_000, 16_002]]) + 1 - Y[15_000] - Y[2]


def test_a_third_truth_value_far_from_the_sample_is_asked_about() -> None:
    """Found only when all rows are read: ask with the number of rows, then leave them out on demand."""
    truth = Y.astype(str).astype(object)
    truth[17_000:17_003] = "0.5"
    truth[18_000] = "7"
    data = table({"y_true": truth, "y_prob": P})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert "0.5 (3 rows), 7 (1 rows)" in reading.reason
    assert reading.proposal is not None
    *_, dropped = read(data, reading.proposal)
    assert dropped == {"truth is 0.5": 3, "truth is 7": 1}


def test_a_third_word_far_from_the_sample_is_asked_about() -> None:
    """The same for labels of text."""
    truth = np.array(labels(Y, "no", "yes"), dtype=object)
    truth[17_000] = "perhaps"
    truth[17_001] = "YES"
    reading = read_predictions(table({"y_true": truth, "y_prob": P}))
    assert (reading.outcome, "perhaps (1 rows)" in reading.reason) == ("ask", True)


def test_a_truth_that_turns_out_to_be_a_number_is_refused() -> None:
    """Two values in the sample, thousands beyond it."""
    truth = Y.astype(float)
    middle = slice(9_000, 9_060)
    truth[middle] = np.arange(60) + 0.5
    data = table({"y_true": truth, "y_prob": P})
    with pytest.raises(InvalidPredictions, match="more than two values"):
        read_predictions(data)


def test_sorted_by_truth() -> None:
    """The sample comes from all over the file, so that a class that stands at the end is seen."""
    order = np.argsort(Y, kind="stable")
    y_true, *_ = read(table({"y_true": Y[order], "y_prob": P[order]}))
    np.testing.assert_array_equal(y_true, Y[order])


def test_progress_grows_from_0_to_1(tmp_path: Path) -> None:
    """Every call says more than the one before."""
    path = tmp_path / "big.csv.gz"
    path.write_bytes(gzip.compress(table({"y_true": Y, "y_prob": P})))
    calls: list[float] = []
    read_predictions(path, on_progress=calls.append)
    assert calls[0] == 0
    assert calls[-1] == 1
    assert len(calls) > 5
    assert calls == sorted(calls)


def test_a_line_without_end_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the longest line allowed."""
    monkeypatch.setattr(delimited, "MAX_LINE_BYTES", 1 << 16)
    data = table({"y_true": Y[:300], "y_prob": P[:300]}) + b"0" * (1 << 17)
    with pytest.raises(InvalidPredictions, match="line of more than"):
        read_predictions(data)


def test_white_space_and_vectors_in_blocks() -> None:
    """Runs of blanks and cells of vectors are taken apart in every block."""
    np.testing.assert_array_equal(read(table({"y_true": Y, "y_prob": P}, delimiter="  \t "))[1], P)
    data = table({"y_true": Y, "probs": [f'"[{1 - p:.6f} {p}]"' for p in P]})
    np.testing.assert_array_equal(read(data)[1], P)


def test_the_last_line_needs_no_end() -> None:
    """A file that stops right after its last cell is complete."""
    np.testing.assert_array_equal(read(table({"y_true": Y, "y_prob": P}).rstrip())[1], P)


def test_classes_far_from_zero() -> None:
    """Labels may be any numbers."""
    choices = Choices("y", ("prob",), "2000")
    np.testing.assert_array_equal(read(table({"y": 1000 * (Y + 1), "prob": P}), choices)[0], Y)


def test_blank_ends() -> None:
    """Megabytes of empty lines at the end are nothing."""
    np.testing.assert_array_equal(read(table({"y_true": Y, "y_prob": P}) + b"\n" * (40 << 10))[1], P)


def test_the_edges_of_cutting() -> None:
    """No line break outside quotes: cut at the last one; fewer lines than expected: nothing is left."""
    assert delimited.end_of_lines(b'"abc\nabc') == 5
    empty = delimited.DelimitedTable(
        source.source_of_bytes(b"a,b\n1\n", "rows"), "utf-8", Dialect(",", ".", ("a", "b"), 4, has_header=True), "text"
    )
    with pytest.raises(InvalidPredictions, match="no complete rows"):
        empty.sample()


def test_infinities_of_both_signs_are_counted_quietly() -> None:
    """One of each adds up to nothing that a warning of numpy should tell about."""
    reading = read_predictions(table({"y_true": [*Y, 1, 0], "prob": [*P, np.inf, -np.inf]}))
    assert reading.dropped == {"infinite score": 2}

"""Damaged files of every format, each made from a seed; as a program, read many of them: `make fuzz`.

A file of a format is mutated as it is stored, or its content is before it is compressed or packed, so that checksums do
not hide what lies behind them.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import sys
import traceback
import zipfile
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_predictions
from f1tools.threshold_table import CountedRows, ThresholdTable
from tests.readers.formats.foreign_files import arrow_file, ods, parquet_file, xlsx, zipped

N_ROWS = 60
INTERESTING = (
    b"\x00",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x00" * 8,
    b"-1",
    b"1e999",
    b"[",
    b"{",
    b'"',
    b"<",
    b"\n",
    b",",
)


def _table() -> pa.Table:
    rng = np.random.default_rng(0)
    y_true = np.arange(N_ROWS) % 2
    score = 0.5 * rng.random(N_ROWS) + 0.3 * y_true
    return pa.table({
        "id": [f"row {number}" for number in range(N_ROWS)],
        "y_true": y_true,
        "y_prob": score,
        "day": pa.array(np.arange(N_ROWS), pa.int32()).cast(pa.date32()),
        "moment": pa.array(np.arange(N_ROWS) * 10**9, pa.timestamp("us", "UTC")),
        "nested": [{"a": each, "b": [f"x{each}", None]} for each in range(N_ROWS)],
        "word": pa.array(["yes", "no", None] * (N_ROWS // 3)).dictionary_encode(),
    })  # fmt: skip


def _npy(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array))
    return buffer.getvalue()


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbooks(rows: list[dict[str, object]]) -> tuple[bytes, bytes]:
    """Return the rows as an xlsx and an ods workbook."""
    cells = "".join(
        f'<row><c t="s"><v>{number % 3}</v></c><c t="b"><v>{row["y_true"]}</v></c>'
        f'<c s="1"><v>{row["y_prob"]}</v></c></row>'
        for number, row in enumerate(rows)
    )
    styles = '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>'
    value = '<table:table-cell office:value-type="float" office:value="{}" table:number-columns-repeated="{}"/>'
    sheet = "".join(
        "<table:table-row>" + value.format(row["y_true"], 1) + value.format(row["y_prob"], 2) + "</table:table-row>"
        for row in rows
    )
    return xlsx(cells, strings="<si><t>id</t></si>" * 3, styles=styles), ods(sheet)


def _threshold_table() -> ThresholdTable:
    exact = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1], sample_weight=[1, 2, 0.5, 1])
    bins = curve_from_bins([0.1, 0.6], [0.4, 0.9], [1, 2], [3, 1])
    groups = {"b": {"north": CountedRows(bins, 7)}}
    return ThresholdTable({"a": CountedRows(exact, 4), "b": CountedRows(bins, 7)}, group_column="region", groups=groups)


def _counts() -> bytes:
    """Return counts of two classes at thresholds, as a warehouse writes them."""
    numbers = range(0, 20, 2)
    rows = [f"{label},{1 - at / 20},{at},{2 * at},{40 - 2 * at},{20 - at}" for label in ("no", "yes") for at in numbers]
    return "\n".join(["class,threshold,tp,fp,tn,fn", *rows]).encode()


def _contents() -> dict[str, Mapping[str, bytes]]:
    """Return valid files by format: one file, or the members of an archive."""
    frame = _table()
    flat = frame.select(["id", "y_true", "y_prob", "word"])
    rows = flat.to_pylist()
    csv = ("id,y_true,y_prob,word\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows)).encode()
    lines = "\n".join(map(json.dumps, rows)).encode()
    excel, opendocument = _workbooks(rows)
    files = {
        "csv": csv, "json lines": lines, "json": b"[" + lines.replace(b"\n", b",") + b"]",
        "json columns": json.dumps(flat.to_pydict()).encode(),
        "parquet": parquet_file(frame, row_group_size=20), "parquet zstd": parquet_file(flat, compression="zstd"),
        "parquet plain": parquet_file(frame, compression="none", use_dictionary=False, data_page_version="2.0"),
        "arrow": arrow_file(frame), "arrow zstd": arrow_file(frame, compression="zstd"),
        "arrow stream": arrow_file(flat, compression="lz4", is_stream=True),
        "npy": _npy(np.column_stack([flat["y_true"], flat["y_prob"]])),
        "threshold table": parquet_file(_threshold_table().to_arrow()), "counts": _counts(),
    }  # fmt: skip
    archives = {
        "xlsx": _members(excel), "ods": _members(opendocument),
        "zip": {"a.csv": csv}, "zip parquet": {"a": files["parquet"]},
        "npz": {"y_true.npy": _npy(flat["y_true"]), "y_prob.npy": _npy(flat["y_prob"])},
    }  # fmt: skip
    return {**{kind: {"": data} for kind, data in files.items()}, **archives}


CONTENTS = _contents()
COMPRESSIONS: tuple[Callable[[bytes], bytes], ...] = (
    *(gzip.compress, bz2.compress, lzma.compress),
    lambda data: bytes(pa.compress(data, "zstd", asbytes=True)),
)


def damaged_file(seed: int) -> bytes:
    """Return a file of any format with up to five mutations."""
    choose = random.Random(seed)  # noqa: S311 (no secret)
    kind = choose.choice(list(CONTENTS))
    members = dict(CONTENTS[kind])
    is_inside = choose.random() < 0.6
    if is_inside:
        name = choose.choice(list(members))
        members[name] = mutate(members[name], choose)
    data = members[""] if "" in members else zipped(dict(members))
    if choose.random() < 0.2:
        data = choose.choice(COMPRESSIONS)(data)
    return data if is_inside else mutate(data, choose)


def mutate(data: bytes, choose: random.Random) -> bytes:
    """Return bytes with flipped bits, or with pieces cut out, repeated, moved or replaced."""
    for _ in range(choose.randint(1, 5)):
        start = choose.randrange(len(data) + 1)
        stop = min(len(data), start + choose.choice((1, 2, 4, 8, 64, 1024)))
        other = choose.randrange(len(data) + 1)
        piece = data[start:stop]
        replaced = choose.choice((
            bytes(byte ^ (1 << choose.randrange(8)) for byte in piece[:2]) + piece[2:],
            b"", piece * 3, data[other : other + len(piece)], choose.choice(INTERESTING), choose.randbytes(len(piece)),
        ))  # fmt: skip
        data = data[:start] + replaced + data[stop:]
        if choose.random() < 0.05:
            data = data[:start]
    return data


def read_damaged(seed: int) -> str:
    """Return what became of a damaged file: the outcome, or "refused" by an error.

    Where the reader asks, the file is read again with its first proposal.
    """
    data = damaged_file(seed)
    try:
        reading = read_predictions(data, name="damaged.bin")
        if reading.outcome == "ask" and reading.proposal is not None:
            read_predictions(data, name="damaged.bin", choices=reading.proposal)
    except InvalidPredictions as error:
        if not str(error).endswith("."):
            raise AssertionError(f"not a sentence: {error}") from error
        return "refused"
    return reading.outcome


def main(count: int) -> int:
    """Read files of so many seeds; print those that end in another error."""
    n_failed = 0
    for seed in range(count):
        try:
            read_damaged(seed)
        except Exception:  # noqa: BLE001 (all are reported)
            n_failed += 1
            print(f"seed {seed}:\n{traceback.format_exc(limit=-6)}")
    print(f"{count:,} damaged files: {n_failed} were not refused in a sentence")
    return int(n_failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

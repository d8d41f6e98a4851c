"""A small file never takes much memory, whatever it declares or unpacks to: it is refused in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_predictions
from f1tools.readers.formats import arrow_files, workbook
from f1tools.readers.formats.boundary import Budget, check_expansion
from tests.readers.formats.foreign_files import BOMBS, list_views, ods, repeated_rows, shared_part

MAX_MEGABYTES = 400
READ = ("parquet, long texts", "parquet, long bytes")  # tables that are read: long texts are stored once
STATUS = Path("/proc/self/status")
# What may be parsed of a workbook takes seconds: with a quarter of it, a quarter of the memory must do.
WORKBOOK_PART = 4
# Reads each file, and prints what became of it with the memory that it took at its peak.
CHILD = f"""
import json, resource, sys
from pathlib import Path
from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_predictions
from f1tools.readers.formats import workbook

def megabytes():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

def outcome(path):
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = megabytes()
    try:
        read_predictions(path, name="small.bin")
        message = ""
    except InvalidPredictions as error:
        message = str(error)
    return message, megabytes() - before

workbook.MIN_UNPACKED_LIMIT //= {WORKBOOK_PART}
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # so that a failure harms nobody
print(json.dumps([outcome(path) for path in sys.argv[1:]]))
"""


@pytest.mark.skipif(not STATUS.exists(), reason="measures memory as Linux reports it")
def test_memory_and_message(tmp_path: Path) -> None:
    """Memory stays small, and the message names the file, in full sentences."""
    paths = [tmp_path / str(number) for number in range(len(BOMBS))]
    for path, make in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(make())
    done = subprocess.run([sys.executable, "-c", CHILD, *paths], capture_output=True, text=True, check=True)
    for kind, (message, megabytes) in zip(BOMBS, json.loads(done.stdout), strict=True):
        assert megabytes < MAX_MEGABYTES / (WORKBOOK_PART if kind.startswith(("xlsx", "ods")) else 1), kind
        if kind not in READ:
            assert "small.bin" in message, kind
            assert message.endswith("."), kind


@pytest.mark.parametrize(
    ("column", "n_bytes"),
    [
        (list_views(30, 1_000), 30 * 1_000 * (8 + 8)),
        (pa.array([["ab", None], None, ["cde"]]), 3 * (8 + 8) + len("abcde")),
        (pa.array([b"ab", b"ab", None]).dictionary_encode(), 8 + len("ab")),
        (pa.array([[1, 2], None], pa.list_(pa.int8(), 2)), 2 * (8 + 8)),
        (pa.array([[("k", "v")], None], pa.map_(pa.string(), pa.string())), 1 * (8 + 8 + 8 + 8) + len("kv")),
    ],
    ids=["views of one list", "lists of texts", "a dictionary", "lists of one length", "maps"],
)
def test_size_of_a_column(column: pa.Array, n_bytes: int) -> None:
    """What lists contain counts before and after it is laid out, and dictionaries once."""
    budget = Budget("a.arrow", 1)
    arrow_files._as_text(column, budget)
    assert budget.spent == n_bytes


def test_proportion() -> None:
    """The limit grows with the file."""
    check_expansion("large.csv.gz", 99e9, 1_000_000_000)
    with pytest.raises(InvalidPredictions, match="100 times its size"):
        check_expansion("large.csv.gz", 101e9, 1_000_000_000)


@pytest.mark.parametrize(
    "data",
    [
        shared_part(500, 2_000),
        ods("<table:table-row/>" * 1_000, *[""] * 300),
        repeated_rows(10**9),
        repeated_rows(10**7, header=2_000),
    ],
    ids=["one part as many sheets", "empty sheets after a long one", "a repeated row", "a row below a wide one"],
)
def test_work_on_a_workbook(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is parsed again, repeated and padded counts before it is done."""
    done = {"parsed": 0, "rows": 0}
    read = zipfile.ZipExtFile.read

    def counted_read(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        chunk = read(self, n)
        done["parsed"] += len(chunk)
        return chunk

    def counted_rows(row: list[str], count: int) -> list[list[str]]:
        done["rows"] += count
        return [row] * min(count, 1_000)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted_read)
    monkeypatch.setattr(workbook, "repeat", counted_rows)
    monkeypatch.setattr(workbook, "MIN_UNPACKED_LIMIT", 0)
    with pytest.raises(InvalidPredictions, match="100 times its size"):
        read_predictions(data)
    assert done["parsed"] < 2 * 100 * len(data)
    assert done["rows"] <= 1

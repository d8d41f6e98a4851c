"""JSON: lines or an array of records, which are parsed in blocks, and documents that hold the columns of a table."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate, utf8_safe
from f1tools.readers.formats.arrow import MIN_SAMPLE_ROWS, SAMPLE_CELLS, SAMPLE_ROWS, arrow_block
from f1tools.readers.formats.arrow_columns import short_texts, typed_column, value_text
from f1tools.readers.formats.boundary import check_width, decoding
from f1tools.readers.formats.dialect import unique_names
from f1tools.readers.formats.source import ByteStream, Source, detect_encoding
from f1tools.readers.formats.table import GOLDEN, Block, ColumnRequest, Sample

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 128 << 10
MAX_RECORD = 8 << 20
MAX_DOCUMENT = 128 << 20
MAX_DOCUMENT_VALUES = 3_000_000
BLOCK_ROWS = 1 << 14

_SCALARS = frozenset((int, float, bool, type(None)))
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[\s,]*")
_Values = Iterator[tuple[list[Any], float]]
"""Blocks of values, one per row, each with the share of all that has been read."""


@dataclass(frozen=True)
class JsonTable:
    """Records as a table: fields are columns, fields of nested records are columns `a.b`.

    Attributes
    ----------
    name : str
        The name of the table in messages.
    layout : str
        A short description of the format.
    values : callable
        Reads all rows in blocks.
    """

    name: str
    layout: str
    values: Callable[[], _Values]

    def sample(self) -> Sample:
        """Return all rows of a small table, or rows from all over a large one."""
        kept: list[tuple[float, dict[str, Any]]] = []
        columns: dict[str, None] = {}
        share, n_rows = 1.0, 0
        for values, _ in self.values():
            places = (np.arange(n_rows, n_rows + len(values)) * GOLDEN) % 1  # spread evenly, and without a period
            n_rows += len(values)
            chosen = np.flatnonzero(places < share).tolist()
            with decoding(self.name, "JSON file"):
                kept += [(places[index], _record(values[index])) for index in chosen]
            for _, record in kept[len(kept) - len(chosen) :]:
                columns |= dict.fromkeys(record)
            check_width(self.name, len(columns))
            while len(kept) > max(MIN_SAMPLE_ROWS, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(columns)))):
                share /= 2
                kept = [each for each in kept if each[0] < share]
        if not columns:
            raise InvalidPredictions(f"{self.name} contains no records.")
        cells = {column: short_texts([value_text(record.get(column)) for _, record in kept]) for column in columns}
        numeric = {column for column in columns if all(_is_number(record.get(column)) for _, record in kept)}
        return Sample(cells, is_complete=share == 1, numeric=frozenset(numeric))

    def passes(self, request: ColumnRequest) -> list[ColumnRequest]:
        """Return the request: a row is parsed as a whole."""
        return [request]

    def blocks(self, request: ColumnRequest) -> Iterator[Block]:
        """Yield all rows of the requested columns."""
        for records, progress in self._records():
            keys = dict.fromkeys(key for record in records for key in record)
            columns = {name: typed_column([each.get(name) for each in records]) for name in request.columns(keys)}
            yield arrow_block(pa.table(columns), request, progress=progress)

    def _records(self) -> Iterator[tuple[list[dict[str, Any]], float]]:
        for values, progress in self.values():
            with decoding(self.name, "JSON file"):
                records = [_record(value) for value in values]
            yield records, progress


def open_json(source: Source) -> JsonTable:
    """Return the table in a JSON file: lines, an array of records or of rows, or one object with columns or records.

    Raises
    ------
    InvalidPredictions
        If the file is not valid JSON, or holds no table.
    """
    head = source.head(HEAD_BYTES)
    encoding = detect_encoding(head, source.name)
    is_array = _is_array(head.decode(encoding, "replace"))
    stream = partial(_stream, source, encoding, is_array)
    first: list[Any] = []
    for values, _ in stream():
        first += values
        if len(first) > 1:
            break
    if not is_array and len(first) == 1 and isinstance(first[0], dict):
        columns = _columns(first[0], source.name)
        return JsonTable(source.name, source.describe("JSON"), partial(_rows, columns))
    return JsonTable(source.name, source.describe("JSON" if is_array else "JSON lines"), stream)


def _is_array(head: str) -> bool:
    """Return whether a text is one array, and not lines of arrays."""
    start = head.lstrip("\ufeff \t\r\n")
    if not start.startswith("["):
        return False
    line, _, following = start.partition("\n")
    try:
        return not isinstance(json.loads(line), list) or not following.strip()
    except (ValueError, RecursionError):
        return True


def _stream(source: Source, encoding: str, is_array: bool) -> _Values:
    """Yield the values in a text: the elements of its array, or its top-level values."""
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    text, n_values, is_last = "", 0, False
    with ByteStream(source, encoding) as stream, decoding(source.name, "JSON file"):
        start = is_array  # whether the bracket of the array comes next
        while not is_last:
            data = stream.read(max(BLOCK_BYTES, len(text)))
            is_last = not data
            text += utf8.decode(data, is_last)
            _check_size(text, source.name, is_first=n_values == 0)
            values, end = _decode(text, text.index("[") + 1 if start else 0, is_last)
            text, start = text[end:], False
            n_values += len(values)
            if values:
                yield values, stream.progress()
    if text.strip() != ("]" if is_array else ""):
        raise InvalidPredictions(
            f"The JSON file {source.name} is damaged or cut off after {n_values:,} records. Export it again."
        )


def _decode(text: str, start: int, is_last: bool) -> tuple[list[Any], int]:
    """Return the complete values in a text from a position on, and the position behind them."""
    values: list[Any] = []
    while True:
        start = _SPACE.match(text, start).end()  # type: ignore[union-attr]
        if start == len(text) or text[start] == "]":
            return values, start
        try:
            value, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError:
            return values, start
        if end == len(text) and not is_last:  # a number may go on
            return values, start
        values.append(value)
        start = end


def _check_size(text: str, name: str, *, is_first: bool) -> None:
    """Refuse a record that is too large to be one, and a document that takes too much memory."""
    if not is_first and len(text) > 2 * MAX_RECORD:
        raise InvalidPredictions(f"{name} has a record of more than {MAX_RECORD >> 20} MB: it is not a table.")
    if len(text) > MAX_DOCUMENT or text.count(",") + text.count(":") > MAX_DOCUMENT_VALUES:
        raise InvalidPredictions(f"{name} is too large for one JSON document. Save it as JSON lines, CSV or Parquet.")


def _record(value: Any) -> dict[str, Any]:
    """Return a row as columns.

    Examples
    --------
    >>> _record({"y": 1, "model": {"probs": [0.1, 0.9]}})
    {'y': 1, 'model.probs': '[0.1 0.9]'}
    >>> _record([{"label": "NEG", "score": 0.1}, {"label": "POS", "score": 0.9}])
    {'NEG': 0.1, 'POS': 0.9}
    >>> _record([1, 0.9])
    {'column 1': 1, 'column 2': 0.9}
    """
    record: dict[str, Any] = {}
    if isinstance(value, list) and not _are_class_scores(value):
        value = {f"column {number}": each for number, each in enumerate(value, 1)}
    elif not isinstance(value, dict | list):
        value = {"column 1": value}
    _flatten(value, "", record)
    return record


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _flatten(value: Any, name: str, record: dict[str, Any]) -> None:
    """Add a value to a record: objects as one column per field, scores of classes as one column per class."""
    if isinstance(value, list) and _are_class_scores(value):
        value = {str(each["label"]): each["score"] for each in value}
    if isinstance(value, dict):
        for key, each in value.items():
            inner = _name(f"{name}.{key}" if name else key)
            if type(each) in _SCALARS:
                record[inner] = each
            else:
                _flatten(each, inner, record)
    else:
        record[name] = utf8_safe(value_text(value))


@lru_cache
def _name(key: str) -> str:
    """Return the name of a column; lone surrogates, which JSON can spell, are replaced."""
    return utf8_safe(key)


def _are_class_scores(values: list[Any]) -> bool:
    """Return whether a list holds a label and a score for each class, as pipelines for classification return."""
    return bool(values) and all(isinstance(each, dict) and {"label", "score"} <= each.keys() for each in values)


def _columns(document: Mapping[str, Any], name: str) -> Mapping[str, Iterable[Any]]:
    """Return the columns of a table in one object, in one of the layouts that pandas and others write.

    These are names and rows (`{"columns": [...], "data": [[...]]}`), a list by column, an object by column or by row,
    and a list of records beside other values (`{"data": [{...}]}`).
    """
    names, rows = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        if any(len(row) != len(names) for row in rows):
            raise InvalidPredictions(f"{name} has rows that do not have a value for each of {len(names)} columns.")
        return dict(zip(unique_names(map(str, names)), zip(*rows, strict=True), strict=False))
    lists = {key: value for key, value in document.items() if isinstance(value, list) and value}
    tables = [value for value in lists.values() if all(isinstance(row, dict) for row in value)]
    if len(tables) == 1:
        return {"": tables[0]}
    objects = {key: value for key, value in document.items() if isinstance(value, dict) and value}
    if len(objects) == len(document) > 0:
        by_row = len(objects) > len(next(iter(objects.values())))
        return {"": list(objects.values())} if by_row else {key: each.values() for key, each in objects.items()}
    lengths = {key: len(value) for key, value in lists.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{truncate(key)} has {length:,}" for key, length in list(lengths.items())[:6])
        raise InvalidPredictions(f"The lists in {name} have different lengths: {listed}. Save lists of the same rows.")
    if not lists:
        raise InvalidPredictions(
            f"{name} contains JSON but no table. Provide one record per line or a list of records."
        )
    return lists


def _rows(columns: Mapping[str, Iterable[Any]]) -> _Values:
    """Yield the rows of columns in memory; a column without a name holds whole records."""
    n_rows = len(list(next(iter(columns.values()))))
    rows: Iterator[Any] = zip(*columns.values(), strict=True)
    for start in range(0, n_rows, BLOCK_ROWS):
        block = [dict(zip(columns, row, strict=True)) for row in islice(rows, BLOCK_ROWS)]
        yield [row.get("", row) for row in block], min(1.0, (start + BLOCK_ROWS) / n_rows)

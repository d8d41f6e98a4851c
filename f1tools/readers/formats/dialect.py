"""The dialect of a text table: delimiter, decimal mark, header and column names, detected in its first lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.cells import POINT, is_missing, is_number, number_formats

Record = list[str]
_DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "white space"}
_FLOAT = re.compile(r"[+-]?\d*\.\d*(?:[eE][+-]?\d+)?|[+-]?\d+[eE][+-]?\d+")
_MAX_LINES = 300
_MAX_PREAMBLE = 20
_MIN_ROWS_WITH_UNITS = 5


@dataclass(frozen=True)
class Dialect:
    """How to split a text into cells.

    Attributes
    ----------
    delimiter : str
        A single space stands for runs of white space.
    decimal : str
        "." or ","; empty where the first lines do not show it.
    names : tuple of str
        Unique column names; made up where the file has none.
    body_start : int
        Position of the first row: bytes of UTF-8 up to and including the header.
    has_header : bool
        Whether the file names its columns.
    has_units : bool
        Whether a row of units or other text stands between the header and the first row.
    """

    delimiter: str
    decimal: str
    names: tuple[str, ...]
    body_start: int
    has_header: bool
    has_units: bool = False

    def describe(self) -> str:
        """Return a short description, such as "text, comma, no header"."""
        parts = ["text", _DELIMITERS[self.delimiter] if len(self.names) > 1 else "one column"]
        parts += ["decimal comma"] * (self.decimal == ",") + ["no header"] * (not self.has_header)
        parts += ["a row of units"] * self.has_units
        return ", ".join(parts)


@dataclass(frozen=True)
class _Split:
    """The records below a preamble at one delimiter, each with the number of the line that ends it."""

    delimiter: str
    records: list[tuple[int, Record]]
    n_preamble: int
    preamble_end: int
    width: int

    def tidiness(self) -> float:
        """Return how well the delimiter explains the lines: mostly the share of records with the usual length."""
        if self.width < 2:
            return 0.0 if self.records else -1.0
        top, *rows = [len(record) for _, record in self.records]
        share = sum(length == self.width for length in rows or [top]) / max(1, len(rows))
        header = 1.0 if top == self.width else 0.8 if top == self.width - 1 else 0.3
        return share * header - 0.02 * self.n_preamble


def records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, Record]]:
    """Yield the records in lines of text with the number of lines read so far, without empty lines.

    Raises
    ------
    InvalidPredictions
        If a cell is longer than 128 KB.
    """
    if delimiter == " ":
        lines = (line.replace("\t", " ").strip() + "\n" for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        for record in reader:
            if record and (len(record) > 1 or record[0].strip()):
                yield reader.line_num, record
    except csv.Error as error:
        raise InvalidPredictions(
            "A cell of the table is longer than 128 KB. Look for a quotation mark without its pair."
        ) from error


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with their ends; unlike `str.splitlines`, keep lines with form feeds whole."""
    return io.StringIO(text, newline="").readlines()


def sniff(text: str, name: str, *, is_complete: bool) -> Dialect:
    """Return the dialect of a table from the beginning of its text.

    Raises
    ------
    InvalidPredictions
        If there is no table, or only a header.
    """
    lines = split_lines(text)
    if not is_complete:
        if len(lines) == 1:
            raise InvalidPredictions(
                f"The first line of {name} has more than {len(text):,} characters. Provide a table with one row per "
                "line, and only the columns of the truth and the scores."
            )
        lines = lines[:-1]
    split = max((_split(lines[:_MAX_LINES], delimiter) for delimiter in _DELIMITERS), key=_Split.tidiness)
    if not split.records:
        raise InvalidPredictions(f"{name} contains only white space.")
    (header_end, top), *rows = split.records
    body = [record for _, record in rows if len(record) == split.width]
    has_header = not rows or len(top) != split.width or _is_header(top, body)
    if has_header and not rows:
        what = "a header and no rows" if _is_header(top, []) else "a single line"
        raise InvalidPredictions(f"{name} contains {what}: {', '.join(top)[:80]}. Add the rows.")
    has_units = has_header and len(rows[0][1]) == split.width and _are_units(rows[0][1], body[1:])
    if has_units:
        header_end, body = rows[0][0], body[1:]
    if has_header:
        names = _column_names(top, body, split.width)
    else:
        names, header_end = tuple(f"column {i + 1}" for i in range(split.width)), split.preamble_end
    body_start = len("".join(lines[:header_end]).encode())
    return Dialect(split.delimiter, _decimal_mark(body, split.delimiter), names, body_start, has_header, has_units)


def _split(lines: Sequence[str], delimiter: str) -> _Split:
    numbered = list(records(lines, delimiter))
    rows = [record for _, record in numbered]
    width, n_filled = _most_common(map(len, rows)), _most_common(map(_count_filled, rows))
    start = 0
    while start < min(_MAX_PREAMBLE, len(rows) - 1) and _is_preamble(rows[start], rows[start + 1 :], width, n_filled):
        start += 1
    preamble_end = numbered[start - 1][0] if start else 0
    return _Split(delimiter, numbered[start:], start, preamble_end, _most_common(map(len, rows[start:])))


def _most_common(counts: Iterable[int]) -> int:
    """Return the most common count below the first record, the largest of several; 0 where there is none."""
    first, *rest = [*counts] or [0]
    number = Counter(rest or [first])
    return max(number, key=lambda count: (number[count], count))


def _count_filled(record: Record) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _is_preamble(record: Record, following: Sequence[Record], width: int, n_filled: int) -> bool:
    """Return whether a record is a comment or a title above the table, whose rows have `n_filled` filled cells."""
    if record[0].lower().startswith("sep=") and len(record) <= 2:
        return True
    if record[0].startswith(("#", "%", "//")):
        return len(record) != width or following[0][0].startswith("#")
    filled = [i for i, cell in enumerate(record) if cell.strip()]
    if len(record) < width - 1 or not filled:
        return True
    # A title starts left of the table or above its first column; a header may lack the names of first columns instead.
    table = [each for each in following[:_MAX_PREAMBLE] if _count_filled(each) >= max(2, n_filled - 1)]
    title = record[filled[0]].strip()
    if not table or is_number(title) or any(cell.strip() for cell in table[0][: filled[0]]):
        return False
    if n_filled > 2:
        return len(filled) < n_filled - 1 and (len(record) < width or not record[-1].strip())
    is_above_header = not any(map(is_number, table[0])) and any(is_number(cell) for row in table[1:2] for cell in row)
    return len(filled) == 1 < n_filled and (" " in title or is_above_header)


def _column_names(top: Record, body: Sequence[Record], width: int) -> tuple[str, ...]:
    """Return the names in a header, which may lack the name of row numbers or have a comment sign before it."""
    names = [top[0].lstrip("# ") or top[0], *top[1:]] if top[0].startswith("#") else list(top)
    if len(names) == width - 1:
        ends_with_delimiter = all(not record[-1].strip() for record in body)
        names = [*names, ""] if ends_with_delimiter else ["", *names]
    return unique_names((names + [""] * width)[:width])


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as pandas makes them unique: `Unnamed: 0` for an empty one, `a.1` for the second `a`."""
    unique: dict[str, None] = {}
    counts: Counter[str] = Counter()
    for index, original in enumerate(names):
        stem = name = " ".join(original.replace("\ufeff", "").split()) or f"Unnamed: {index}"
        while name in unique:
            counts[stem] += 1
            name = f"{stem}.{counts[stem]}"
        unique[name] = None
    return tuple(unique)


def _is_header(top: Record, body: Sequence[Record]) -> bool:
    """Return whether the first record names the columns of the others."""
    cells = [cell.strip() for cell in top]
    words = [i for i, cell in enumerate(cells) if cell and not _is_number(cell)]
    if any(not cell and all(row[i].strip() for row in body) for i, cell in enumerate(cells)):
        return True
    if not words:
        return _has_numeric_names(cells, body)
    return not any(cells[i] in {row[i].strip() for row in body} for i in words)


def _are_units(record: Record, body: Sequence[Record]) -> bool:
    """Return whether the record below the header has units or other text, above columns of nothing but numbers."""
    if len(body) < _MIN_ROWS_WITH_UNITS or not _count_filled(record):
        return False
    filled = [(i, cell.strip()) for i, cell in enumerate(record) if cell.strip()]
    return all(not _is_number(cell) and all(_is_number(row[i].strip()) for row in body) for i, cell in filled)


def _is_number(cell: str) -> bool:
    return is_missing(cell) or is_number(cell)


def _has_numeric_names(cells: Sequence[str], body: Sequence[Record]) -> bool:
    """Return whether integers name the columns of decimal fractions below: 0, 1, 2 ..., or numbers out of their range.

    The first column may have no name.
    """
    start = 0 if cells[0] else 1
    names = cells[start:]
    if len(set(names)) < len(names) or not all(map(str.isdecimal, names)) or not body:
        return False
    columns = [[row[i].strip() for row in body] for i in range(start, len(cells))]
    shares = [sum(_FLOAT.fullmatch(cell) is not None for cell in column) / len(body) for column in columns]
    if names == [str(i) for i in range(len(names))] and len(names) >= min(2, len(cells)):
        return max(shares) > 0.99
    if min(shares, default=0.0) <= 0.99:
        return False
    return all(float(name) > 2 * max(map(_magnitude, column)) for name, column in zip(names, columns, strict=True))


def _magnitude(cell: str) -> float:
    return abs(POINT.parse(cell) or 0.0)


def _decimal_mark(body: Sequence[Record], delimiter: str) -> str:
    """Return the decimal mark of the columns; empty where none of them settles it, and the delimiter is not a comma."""
    columns = {str(at): [cell.strip() for cell in cells] for at, cells in enumerate(zip(*body, strict=True))}
    convention = "." if delimiter == "," else ""
    formats = number_formats(columns, decimal=convention).values()
    marks = [each.decimal for each in formats if each.decimal and not each.is_assumed]
    return max(marks, key=marks.count, default=convention)

"""How a text table is written: delimiter, decimal mark, header, names; decided on its first lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.parsing import is_missing, parse_number

Record = list[str]
_DELIMITERS = ("\t", ";", ",", "|", " ")
_WORDS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "white space"}
_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)? ?%?")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)? ?%?")
_FLOAT_STYLE = re.compile(r"[+-]?\d*\.\d*(?:[eE][+-]?\d+)?|[+-]?\d+[eE][+-]?\d+")
_LINES_TRIED = 300
_PREAMBLE = 20


@dataclass(frozen=True)
class Dialect:
    """How to split a text into cells.

    Attributes
    ----------
    delimiter : str
        A single space stands for runs of white space.
    decimal : str
        "." or ",".
    names : tuple of str
        Unique column names; made up where the file has none.
    lines_before : int
        Lines up to and including the header.
    header : bool
        Whether the file names its columns.
    codec : str
        The encoding.
    """

    delimiter: str
    decimal: str
    names: tuple[str, ...]
    lines_before: int
    header: bool
    codec: str = "utf-8"

    def describe(self) -> str:
        """Say in a few words how the table is written."""
        words = [f"text, {_WORDS[self.delimiter] if len(self.names) > 1 else 'one column'}"]
        words += ["decimal comma"] * (self.decimal == ",") + ["no header"] * (not self.header)
        words += [self.codec.upper().replace("-SIG", "")] * (self.codec not in ("utf-8", "utf-8-sig"))
        return ", ".join(words)


def records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, Record]]:
    """Yield the records of a text with the number of lines read so far, empty lines left out."""
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
    """Return the lines of a text with their ends; other than `str.splitlines`, form feeds and the like end none."""
    return io.StringIO(text, newline="").readlines()


def sniff(text: str, name: str, *, whole: bool) -> Dialect:
    """Return how the table that begins with `text` is written.

    Raises
    ------
    InvalidPredictions
        If there is no table, or a header alone.
    """
    lines = split_lines(text)
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    lines = lines[:_LINES_TRIED]
    delimiter, found = max(
        ((delimiter, list(records(lines, delimiter))) for delimiter in _DELIMITERS), key=lambda each: _tidiness(each[1])
    )
    if not found:
        raise InvalidPredictions(f"{name} holds no lines, only white space.")
    first = _first_record(found)
    width = _width([record for _, record in found[first:]])
    return _with_names(found[first:], found[first - 1][0] if first else 0, delimiter, width, name)


def _width(found: Sequence[Record]) -> int:
    counted = Counter(len(record) for record in (found[1:] or found))
    return max(counted, key=lambda width: (counted[width], width))


def _tidiness(found: Sequence[tuple[int, Record]]) -> float:
    """Rate how well a delimiter explains the lines: the share of records with the usual width, none for one column."""
    if not found:
        return -1.0
    first = _first_record(found)
    rows = [record for _, record in found[first:]]
    width = _width(rows)
    if width < 2:
        return 0.0
    share = sum(len(record) == width for record in rows[1:] or rows) / max(1, len(rows) - 1)
    header = len(rows[0])
    fits = 1.0 if header == width else 0.8 if header == width - 1 else 0.3
    return share * fits - 0.02 * first


def _first_record(found: Sequence[tuple[int, Record]]) -> int:
    """Return the index of the first record that belongs to the table, past comments and titles."""
    width = _width([record for _, record in found])
    first = 0
    while first < min(_PREAMBLE, len(found) - 1) and _is_preamble(found[first][1], found[first + 1][1], width):
        first += 1
    return first


def _is_preamble(record: Record, after: Record, width: int) -> bool:
    if record[0].lower().startswith("sep=") and len(record) <= 2:
        return True
    if record[0].startswith(("#", "%", "//")):
        return len(record) != width or after[0].startswith("#")
    return len(record) < width - 1 or (len(record) == 1 and len(after) == width == 2 and " " in record[0].strip())


def _with_names(found: Sequence[tuple[int, Record]], before: int, delimiter: str, width: int, name: str) -> Dialect:
    top, body = found[0][1], [record for _, record in found[1:] if len(record) == width]
    header = len(found) == 1 or len(top) != width or _is_header(top, body)
    decimal = _decimal(body, delimiter)
    if not header:
        return Dialect(delimiter, decimal, tuple(f"column {i + 1}" for i in range(width)), before, header=False)
    if len(found) == 1:
        what = "a header and no rows" if _is_header(top, []) else "a single line"
        raise InvalidPredictions(f"{name} holds {what}: {', '.join(top)[:80]}. Bring the rows as well.")
    names = [top[0].lstrip("# ") or top[0], *top[1:]] if top[0].startswith("#") else list(top)
    if len(names) == width - 1:
        trailing = all(not record[-1].strip() for record in body)
        names = [*names, ""] if trailing else ["", *names]
    names = (names + [""] * width)[:width]
    return Dialect(delimiter, decimal, unique_names(names), found[0][0], header=True)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as pandas gives them: `Unnamed: 0` for an empty one, `a.1` for the second `a`."""
    taken: dict[str, None] = {}
    for index, given in enumerate(names):
        stem = name = " ".join(given.replace("\ufeff", "").split()) or f"Unnamed: {index}"
        again = 0
        while name in taken:
            again += 1
            name = f"{stem}.{again}"
        taken[name] = None
    return tuple(taken)


def _is_header(top: Record, body: Sequence[Record]) -> bool:
    """Say whether the first record names the columns of the others."""
    cells = [cell.strip() for cell in top]
    named = [i for i, cell in enumerate(cells) if cell and not _is_number(cell)]
    if any(not cell and all(row[i].strip() for row in body) for i, cell in enumerate(cells)):
        return True
    if not named:
        return _counts_classes([cell for cell in cells if cell], len(cells), body)
    below = {i: {row[i].strip() for row in body} for i in named}
    return not any(cells[i] in below[i] for i in named)


def _is_number(cell: str) -> bool:
    return is_missing(cell) or parse_number(cell) is not None or _COMMA_NUMBER.fullmatch(cell) is not None


def _share(flags: Iterable[bool]) -> float:
    flags = list(flags)
    return sum(flags) / max(1, len(flags))


def _counts_classes(cells: Sequence[str], width: int, body: Sequence[Record]) -> bool:
    """Say whether 0, 1, 2 ... on top are the names of columns whose own numbers are all written with a point."""
    if list(cells) != [str(i) for i in range(len(cells))] or len(cells) < min(2, width):
        return False
    columns = range(width - len(cells), width)
    return any(_share(bool(_FLOAT_STYLE.fullmatch(row[i].strip())) for row in body) > 0.99 for i in columns)


def _decimal(body: Sequence[Record], delimiter: str) -> str:
    cells = [cell.strip() for record in body for cell in record]
    commas = sum(bool(_COMMA_NUMBER.fullmatch(cell)) for cell in cells)
    points = sum(bool(_POINT_NUMBER.fullmatch(cell)) for cell in cells)
    if delimiter == ",":
        thousands = sum(bool(re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", cell)) for cell in cells)
        return "," if commas > thousands and not points else "."
    return "," if commas > points else "."

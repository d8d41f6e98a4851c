"""Cells that hold a vector, such as `[0.1 0.9]` or `{'no': 0.1, 'yes': 0.9}`: a column a component."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.readers.formats.cells import POINT, NumberFormat, is_missing, parse_numbers, without_calls

MAX_COMPONENTS = 30  # of vectors that need not be scores, such as embeddings
MAX_CLASSES = 1_000
MAX_VECTOR_LENGTH = 32_768  # characters
_SCORES = re.compile(r"prob|score|logit|pred|conf|softmax|sigmoid|output", re.IGNORECASE)
_ROUNDING = 0.02
_BRACKETS = {"[": "]", "(": ")"}
_SPACES = re.compile(r"[\s,;]+")
_QUOTES = re.compile(r"['\"]")
_ITEM = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,;'"]+)""")
_COMMAS = str.maketrans(",;", "  ")
_KEY, _VALUE = r"""('[^']*'|"[^"]*"|(?<![\w.-])[\w.-]+)""", r"([^\s,:{}\[\]]+)"
_KEY_VALUE = re.compile(rf"{_KEY}\s*:\s*{_VALUE}")
_LABEL_SCORE = re.compile(rf"""\{{\s*['"]label['"]\s*:\s*{_KEY}\s*,\s*['"]score['"]\s*:\s*{_VALUE}\s*\}}""")


def parse_vector(cell: str) -> dict[str, str]:
    """Return the components of a cell by name; none where it is not a vector.

    Examples
    --------
    >>> parse_vector("[0.1 0.9]"), parse_vector("{'no': 0.1, 'yes': 0.9}"), parse_vector("[np.float64(0.1), 0.9]")
    ({'0': '0.1', '1': '0.9'}, {'no': '0.1', 'yes': '0.9'}, {'0': '0.1', '1': '0.9'})
    >>> parse_vector("[{'label': 'no', 'score': 0.1}, {'label': 'yes', 'score': 0.9}]")
    {'no': '0.1', 'yes': '0.9'}
    """
    text = cell.strip()
    if not text.endswith(("]", ")", "}")) or len(text) > MAX_VECTOR_LENGTH:
        return {}
    text = without_calls(text)
    for entry in (_LABEL_SCORE, _KEY_VALUE):
        if "{" in text and not entry.sub("", text).strip("[]{}, \t\r\n"):
            return {key.strip("'\""): value for key, value in entry.findall(text)}
    inner = text.strip("[]()")
    components = list_items(inner) if _QUOTES.search(inner) else [part for part in _SPACES.split(inner) if part]
    is_vector = text.startswith(("[", "(")) and not any(set(part) & set("[](){}") for part in components)
    if not is_vector or len(components) < 2:
        return {}
    return {str(at): part.strip("'\"") for at, part in enumerate(components)}


def list_items(text: str) -> list[str]:
    """Return the items between the brackets of a list, without their quotes.

    Examples
    --------
    >>> list_items("'sea lion', 'cat'")
    ['sea lion', 'cat']
    """
    return ["".join(match.groups("")) for match in _ITEM.finditer(text)]


def expand_vectors(columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return columns of text with each column of vectors replaced by one column per component, named `name[0]` ..."""
    expanded: dict[str, list[str]] = {}
    for name, cells in columns.items():
        components = _component_names(name, cells)
        if not components:
            expanded[name] = cells
            continue
        vectors = VectorCells(cells)
        for component in components:
            expanded[f"{name}[{component}]"] = vectors.component(component)
    return expanded


def _component_names(name: str, cells: Sequence[str]) -> list[str]:
    """Return the components of the vectors in a column, judged by its first 20 values; none where they differ.

    Vectors of more than 30 numbers must be scores, by their name or as probabilities, or zeros and ones. Texts must be
    as many in all cells: else they are the names of the labels that a row has.
    """
    first = [parse_vector(cell) for cell in islice((cell for cell in cells if not is_missing(cell)), 20)]
    names = list(first[0]) if first else []
    if not names or len(names) > MAX_CLASSES or any(vector.keys() != first[0].keys() for vector in first):
        return []
    values = np.array([[POINT.parse(each) for each in vector.values()] for vector in first], dtype=np.float64)
    if np.isnan(values).all():
        others = (parse_vector(cell).keys() for cell in cells if not is_missing(cell))
        return names if len(names) <= MAX_COMPONENTS and all(keys == first[0].keys() for keys in others) else []
    if len(names) <= MAX_COMPONENTS or _SCORES.search(name):
        return names
    tolerance = _ROUNDING + 0.0005 * len(names)
    are_shares = bool(np.all(values >= 0)) and bool(np.all(np.abs(values.sum(axis=1) - 1) <= tolerance))
    return names if are_shares or bool(np.isin(values, (0, 1)).all()) else []


class VectorCells:
    """Cells that hold vectors, parsed once for all of their components."""

    def __init__(self, cells: list[str]) -> None:
        self._cells = cells
        self._vectors: list[dict[str, str]] | None = None
        self._rows: list[list[str]] | None = _plain_rows(cells)
        self._matrix: FloatArray | None = None

    def component(self, name: str) -> list[str]:
        """Return a component of each cell as text; empty where a cell has none."""
        if self._rows is not None and name.isdecimal():
            at = int(name)
            return [row[at] if at < len(row) else "" for row in self._rows]
        if self._vectors is None:
            self._vectors = [parse_vector(cell) for cell in self._cells]
        return [vector.get(name, "") for vector in self._vectors]

    def numbers(self, name: str, number_format: NumberFormat) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Return a component as numbers, NaN where there is none, and a mask of those that are something else."""
        if self._matrix is None and self._rows is not None:
            self._matrix = _matrix(self._rows)
            self._rows = self._rows if self._matrix is None else []
        if self._matrix is not None and name.isdecimal() and int(name) < self._matrix.shape[1]:
            return self._matrix[:, int(name)], np.zeros(len(self._cells), dtype=np.bool_)
        return parse_numbers(self.component(name), number_format)


def _plain_rows(cells: Sequence[str]) -> list[list[str]] | None:
    """Return the components of plain lists, none for a missing one; None where a cell is anything else."""
    rows: list[list[str]] = []
    for cell in cells:
        text = cell.strip()
        if is_missing(text):
            rows.append([])
            continue
        if not text or _BRACKETS.get(text[0]) != text[-1] or len(text) > MAX_VECTOR_LENGTH:
            return None
        inner = text[1:-1]
        if any(mark in inner for mark in "[](){}'\"_"):
            return None
        rows.append(inner.translate(_COMMAS).split())
    usual = usual_length(np.array([len(row) for row in rows], dtype=np.int64))
    return [row if len(row) <= usual else [] for row in rows]


def usual_length(lengths: NDArray[np.int64]) -> int:
    """Return the commonest length of lists that are not empty, of two the longer one.

    It is unknown what the numbers of still longer lists mean.
    """
    counts = np.bincount(lengths[lengths > 0])
    return counts.size - 1 - int(np.argmax(counts[::-1])) if counts.size else 0


def _matrix(rows: Sequence[Sequence[str]]) -> FloatArray | None:
    """Return rows of equally many numbers as a matrix, NaN where a row is empty; None where they are not such rows."""
    length = max(map(len, rows), default=0)
    filled = np.array([len(row) == length for row in rows], dtype=np.bool_)
    if not length or any(row and len(row) != length for row in rows):
        return None
    try:
        values = np.array([float(value) for row in rows for value in row])
    except ValueError:
        return None
    matrix = np.full((length, len(rows)), np.nan)
    matrix[:, filled] = values.reshape(-1, length).T
    return matrix.T


def locate_column(name: str, columns: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the column of a file behind a column name, and the component where that name is one of a vector.

    Examples
    --------
    >>> columns = dict.fromkeys(["y", "prob"])
    >>> locate_column("prob[1]", columns), locate_column("y", columns)
    (('prob', '1'), ('y', None))
    """
    if name not in columns and name.endswith("]"):
        for at, character in enumerate(name):
            if character == "[" and name[:at] in columns:
                return name[:at], name[at + 1 : -1]
    return name, None

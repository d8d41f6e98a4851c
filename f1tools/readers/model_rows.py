"""Match the rows of files that each hold true labels and scores: the same rows, with the same labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.readers.formats.table import Sample
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.join_keys import JoinKey, as_labels, find_key, id_key
from f1tools.readers.merge import LoadedTable
from f1tools.readers.models import Choices, DifferentRows

Rows = NDArray[np.intp]
MAX_CELL = 40  # characters
COMPARE_APART = "If these are models on different rows, f1tools compare compares them, unpaired."


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A file with true labels and scores.

    Attributes
    ----------
    table : LoadedTable
        Its rows.
    sample : Sample
        Some of them.
    inference : Inference
        What the file alone is read as, with at least one candidate.
    """

    table: LoadedTable
    sample: Sample
    inference: Inference

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.table.name

    @property
    def choices(self) -> Choices:
        """The likeliest reading of the file alone."""
        return self.inference.candidates[0].choices

    @property
    def truth(self) -> str:
        """The column of the true labels."""
        return self.choices.truth or ""

    @property
    def score_columns(self) -> list[str]:
        """The columns that the scores are computed from."""
        return [column for score in self.choices.scores for column in self.choices.operands(score)]

    @property
    def other_columns(self) -> pa.Table:
        """The columns that may identify a row: neither true labels nor scores."""
        return self.table.rows.drop_columns(list({self.truth, *self.score_columns}))

    def is_sure_with(self, label: str) -> bool:
        """Return whether nothing about the file alone is ambiguous once its positive class is known."""
        if self.inference.outcome == "sure":
            return True
        return infer(self.sample, Choices(truth=self.truth, pos_label=label)).outcome == "sure"

    def cell(self, column: str, row: int) -> str:
        """Return a cell as it is named in a sentence."""
        value = as_labels(self.table.rows[column].slice(row, 1))[0].as_py()
        return truncate(value, MAX_CELL) if value else "empty"


def match_rows(first: ModelFile, other: ModelFile) -> tuple[JoinKey | None, Rows]:
    """Match the rows of two files: by columns that are a key of both, else by their order.

    Returns
    -------
    key : JoinKey or None
        The columns that matched the rows; None where their order did.
    rows : int array
        The row of the other file for each row of the first.

    Raises
    ------
    DifferentRows
        If no key matches any row, or there is none and the numbers of rows or the true labels differ.
    InvalidPredictions
        If some rows are in one of them only, or rows with the same key have different true labels.
    """
    one, two = first.other_columns, other.other_columns
    key = find_key(one, two) or id_key(one, two)
    n, n_other = first.table.rows.num_rows, other.table.rows.num_rows
    if key is not None:
        matched, rows = key.matches()
        _require_all_rows(first, other, key, (matched, rows))  # of the first all, in their order
    elif n == n_other:
        rows = np.arange(n)
    else:
        raise DifferentRows(
            f"{first.name} has {n:,} rows and {other.name} has {n_other:,}, and no columns are a key of both. "
            f"Provide files of the same rows, or with a shared unique key. {COMPARE_APART}"
        )
    differ = _labels_differ(first, other, rows)
    if differ.any():
        raise _different_labels(first, other, key, rows, differ)
    return key, rows


def have_equal_labels(one: ModelFile, two: ModelFile) -> bool:
    """Return whether two files have the same rows with the same true labels."""
    try:
        match_rows(one, two)
    except InvalidPredictions:
        return False
    return True


def require_equal_values(first: ModelFile, other: ModelFile, column: str, values: pa.ChunkedArray) -> None:
    """Check that a column that the mapping uses is the same in two files.

    Parameters
    ----------
    values : ChunkedArray
        The column of the other file, in the order of the first file's rows.

    Raises
    ------
    InvalidPredictions
        If it differs.
    """
    differ = differing_rows(first.table.rows[column], values)
    if differ.any():
        raise InvalidPredictions(
            f"The column {column} differs between {first.name} and {other.name}, first in row "
            f"{int(np.argmax(differ)) + 1:,} of {first.name} ({int(differ.sum()):,} of {differ.size:,} rows differ). "
            "It has to be the same for all models."
        )


def differing_rows(one: pa.ChunkedArray, two: pa.ChunkedArray) -> BoolArray:
    """Return in which rows two columns differ; a missing value equals a missing value only."""
    if one.type != two.type:
        one, two = as_labels(one), as_labels(two)
    differ = pc.if_else(
        pc.or_(one.is_null(), two.is_null()), pc.xor(one.is_null(), two.is_null()), pc.not_equal(one, two)
    )
    return np.asarray(differ, dtype=np.bool_)


def _require_all_rows(first: ModelFile, other: ModelFile, key: JoinKey, matches: tuple[Rows, Rows]) -> None:
    """Check that no row is in one of two files only."""
    parts = []
    for side, (file, rows) in enumerate(zip((first, other), matches, strict=True)):
        is_alone = np.ones(file.table.rows.num_rows, dtype=np.bool_)
        is_alone[rows] = False
        if n := int(is_alone.sum()):
            text = _key_text(key, side, file, int(np.argmax(is_alone)))
            what = f"1 row is only in {file.name} ({text})"
            parts.append(what if n == 1 else f"{n:,} rows are only in {file.name} (the first has {text})")
    if parts:
        raised = InvalidPredictions if matches[0].size else DifferentRows
        raise raised(
            f"{first.name} and {other.name} have different rows: {' and '.join(parts)}. Models are compared on the "
            f"same rows: provide files that all have the same ones.{'' if matches[0].size else f' {COMPARE_APART}'}"
        )


def _labels_differ(first: ModelFile, other: ModelFile, rows: Rows) -> BoolArray:
    """Return in which rows the true labels differ, where classes may be written differently, such as 0 and no."""
    one = as_labels(first.table.rows[first.truth])
    two = as_labels(other.table.rows[other.truth].take(pa.array(rows)))
    if set(pc.unique(one).to_pylist()) == set(pc.unique(two).to_pylist()):
        return differing_rows(one, two)
    classes, other_classes = ((file.choices.pos_label, file.choices.neg_label) for file in (first, other))
    pairings = [zip(other_classes, classes, strict=True)]
    if any(file.inference.candidates[0].target.evidence == "" for file in (first, other)):  # either may be positive
        pairings.append(zip(other_classes, reversed(classes), strict=True))
    differing = [differing_rows(one, _renamed(two, dict(pairing))) for pairing in pairings]
    return min(differing, key=lambda rows: int(rows.sum()))


def _renamed(labels: pa.ChunkedArray, names: Mapping[str | None, str | None]) -> pa.ChunkedArray:
    encoded = labels.combine_chunks().dictionary_encode()
    renamed = pa.array([names.get(each, each) for each in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([renamed.take(encoded.indices)])


def _different_labels(
    first: ModelFile, other: ModelFile, key: JoinKey | None, rows: Rows, differ: BoolArray
) -> InvalidPredictions:
    row = int(np.argmax(differ))
    where = f"row {row + 1:,}"
    cure = (
        "Provide the same rows in the same order, or a column such as id that identifies each row in all files. "
        f"{COMPARE_APART}"
    )
    if key is not None:
        where = f"{_key_text(key, 0, first, row)} (row {row + 1:,} of {first.name})"
        cure = "Correct the labels: a row has the same one in all files."
    raised = DifferentRows if key is None else InvalidPredictions
    return raised(
        f"{first.name} and {other.name} have different true labels: {where} is {first.cell(first.truth, row)} in "
        f"{first.name} and {other.cell(other.truth, int(rows[row]))} in {other.name}, the first of "
        f"{int(differ.sum()):,} of {differ.size:,} rows that differ. {cure}"
    )


def _key_text(key: JoinKey, side: int, file: ModelFile, row: int) -> str:
    return " and ".join(f"{pair[side]} {file.cell(pair[side], row)}" for pair in key.columns)

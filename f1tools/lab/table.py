"""Reads a table, from a file, a DataFrame or OpenML, into a task."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import single_line, truncate
from f1tools.lab.features import FeatureBuilder
from f1tools.lab.roles import group_numbers, identifier_notes, is_row_identifier, read_target, row_names
from f1tools.lab.task import Task
from f1tools.readers.formats import open_table
from f1tools.readers.formats.table import Block, Categorical, ColumnRequest, GrowingCategorical, Table, read_blocks
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns

if TYPE_CHECKING:
    import pandas as pd

_MAX_NAMES = 12  # column names in a message


@dataclass(frozen=True)
class _Columns:
    """All rows of the requested columns: numbers (NaN if missing), numbers of unparsable cells, and texts."""

    numbers: Mapping[str, FloatArray]
    n_unparsable: Mapping[str, int]
    texts: Mapping[str, Categorical]
    n_skipped: int

    def values(self, name: str) -> FloatArray:
        """Return the numbers of a column, or the codes of its texts; NaN if missing."""
        if name in self.numbers:
            return self.numbers[name]
        codes = self.texts[name].codes
        return np.where(codes < 0, np.nan, codes)


def read_task(  # noqa: PLR0913 (one argument per option of the command)
    source: str | Path | pd.DataFrame,
    target: str,
    *,
    positive: str | None = None,
    id_column: str | None = None,
    group: str | None = None,
    ignore: Sequence[str] = (),
    image_shape: tuple[int, int] | None = None,
    title: str | None = None,
) -> Task:
    """Read a table into a task.

    Parameters
    ----------
    source : path or DataFrame
        A file as for :func:`f1tools.read_predictions`.
    target : str
        The column with the classes.
    positive : str, optional
        The positive class; required if there are more than two classes, or the positive one is not obvious.
    id_column, group : str, optional
        The columns with row identifiers and with groups.
    ignore : sequence of str
        Columns that are not features.
    image_shape : (int, int), optional
        Height and width, if the features are pixels.
    title : str, optional
        The name of the data; the name of the file by default.

    Returns
    -------
    Task
        Its notes state what was left out and imputed.

    Raises
    ------
    InvalidPredictions
        If the table can't be used.
    """
    table = open_table(source, title)
    profiles = profile_columns(table.sample())
    named = tuple(dict.fromkeys(filter(None, (target, id_column, group))))
    _check_names(table.name, [profile.name for profile in profiles], (*named, *ignore))
    if group == target:
        raise InvalidPredictions(
            f"{truncate(target)} is the target, and the rows of a class can't all stay on one side. Choose another "
            "column for --group, or none."
        )
    candidates = [profile for profile in profiles if profile.name not in {*named, *ignore}]
    columns = _load(table, candidates, named)
    classes = read_target(target, columns.texts[target], positive)
    identifiers = [each.name for each in candidates if is_row_identifier(each, columns.values(each.name))]
    ids: list[str] = []
    for name in [id_column] if id_column else identifiers[:1]:
        column = columns.texts.get(name) or _concatenate(table.blocks(ColumnRequest({}, (name,))), name)
        ids = row_names(name, column)
    features = [profile for profile in candidates if profile.name not in identifiers]
    builder = FeatureBuilder(classes.positive[classes.keep], pixels=image_shape is not None)
    _add_features(builder, columns, [profile.name for profile in features], identifiers, classes.keep)
    notes = [*classes.notes, *builder.notes()]
    if not image_shape:
        notes += [note for each in features for note in identifier_notes(each, columns.values(each.name))]
    if columns.n_skipped:
        notes.append(f"{formatting.count(columns.n_skipped)} rows with a wrong number of cells were left out.")
    return Task(
        builder.matrix(),
        builder.y,
        n_levels=tuple(builder.n_levels),
        ids=tuple(np.array(ids, dtype=object)[classes.keep].tolist()) if ids else (),
        groups=group_numbers(columns.texts[group])[classes.keep] if group else None,
        pos_label=classes.pos_label,
        neg_label=classes.neg_label,
        title=table.name,
        image_shape=image_shape,
        file_sha256=_file_sha256(Path(source)) if isinstance(source, str | Path) else "",
        notes=tuple(notes),
    )


def fetch_openml_table(name: str) -> tuple[pd.DataFrame, str | None, str]:
    """Fetch a data set from OpenML, or from scikit-learn's cache: the only function that sends a request.

    Parameters
    ----------
    name : str
        Its name, or name and version separated by a colon, such as ``credit-g:1``.

    Returns
    -------
    (DataFrame, str or None, str)
        The table including its target, the name of its only target (if there is one), and a title with the version.

    Raises
    ------
    InvalidPredictions
        If there is no such data set, or the network fails.
    """
    from sklearn.datasets import fetch_openml

    base, _, version = name.partition(":")
    if not base or (version and not version.isdecimal()):
        raise InvalidPredictions(
            f"{truncate(name)} is not the name of a data set. Write a name, or name:version, such as credit-g:1."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about several versions: the title states which one was fetched
            data = fetch_openml(name=base, version=int(version) if version else "active", as_frame=True, parser="auto")
    except (OSError, ValueError) as error:  # no network, or no such data set
        reason = single_line(str(error)) or type(error).__name__
        raise InvalidPredictions(
            f"OpenML's data set {truncate(name)} can't be fetched: {reason.rstrip('.')}. Check its name and the "
            "network, or use a file."
        ) from error
    targets = list(data.target_names or [])
    title = f"OpenML {data.details.get('name', base)} version {data.details.get('version', version or '?')}"
    return data.frame, targets[0] if len(targets) == 1 else None, title


def _add_features(
    builder: FeatureBuilder, columns: _Columns, features: Iterable[str], identifiers: Iterable[str], keep: BoolArray
) -> None:
    """Add columns to the features, without the rows that have no class."""
    for name in identifiers:
        builder.exclude(name, "row identifier")
    for name in features:
        if name in columns.numbers:
            builder.add_numbers(name, columns.numbers[name][keep], columns.n_unparsable[name])
        else:
            texts = columns.texts[name]
            builder.add_texts(name, Categorical(texts.codes[keep], texts.labels))


def _check_names(table: str, columns: Sequence[str], names: Sequence[str]) -> None:
    for name in names:
        if name not in columns:
            listed = ", ".join(map(truncate, columns[:_MAX_NAMES])) + (", ..." if len(columns) > _MAX_NAMES else "")
            raise InvalidPredictions(f"{table} has no column {truncate(name)!r}. Its columns are: {listed}.")


def _load(table: Table, features: Sequence[ColumnProfile], named: Sequence[str]) -> _Columns:
    """Read all rows: features as numbers or texts, named columns as texts."""
    numbers = {each.name: each.number_format for each in features if each.kind == "number"}
    texts = (*named, *(each.name for each in features if each.kind != "number"))
    blocks = list(read_blocks(table, ColumnRequest(numbers, texts)))
    none = np.zeros(0, dtype=bool)
    return _Columns(
        {name: np.concatenate([block.numbers[name] for block in blocks]).astype(np.float64) for name in numbers},
        {name: sum(int(block.unparsable.get(name, none).sum()) for block in blocks) for name in numbers},
        {name: _concatenate(blocks, name) for name in texts},
        sum(block.n_skipped for block in blocks),
    )


def _concatenate(blocks: Iterable[Block], name: str) -> Categorical:
    """Return a column of labels from all blocks."""
    column = GrowingCategorical()
    for block in blocks:
        column.add(block.texts[name], block.progress)
    return column.finish()


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

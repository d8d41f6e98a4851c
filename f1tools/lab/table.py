"""From a table of any kind to a task: which columns are features, and which can't be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.lab.features import Features
from f1tools.lab.keys import groups_of, key_notes, named_ids, names_rows
from f1tools.lab.loaded import Loaded, load, texts_of
from f1tools.lab.task import Task
from f1tools.lab.truth import Sides, sides
from f1tools.readers.formats import open_table
from f1tools.readers.formats.table import Categorical
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns

if TYPE_CHECKING:
    import pandas as pd


def read_task(  # noqa: PLR0913 (an argument an option)
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
    """Read a table to learn from.

    Parameters
    ----------
    source : path or DataFrame
        A file as :func:`f1tools.read_predictions` takes it.
    target : str
        The column with the classes.
    positive : str, optional
        The positive class; needed where there are more than two, or where it is not plain.
    id_column, group : str, optional
        What the rows are called; what they belong to.
    ignore : sequence of str
        Columns that are no features.
    image_shape : (int, int), optional
        Height and width where the features are pixels.
    title : str, optional
        What the data are called; the file's name if left out.

    Returns
    -------
    Task
        Its notes say what was left out and filled in.

    Raises
    ------
    InvalidPredictions
        When the table can't be used.
    """
    table = open_table(source, title)
    found = {each.name: each for each in profile_columns(table.sample())}
    named = tuple(dict.fromkeys(filter(None, (target, id_column, group))))
    _check_names(table.name, found, (*named, *ignore))
    _check_group(group, target)
    features = [each for each in found.values() if each.name not in {*named, *ignore}]
    loaded = load(table, features, named)
    truth = sides(target, loaded.texts[target], positive)
    counting = [] if id_column else [each.name for each in features if names_rows(each, loaded)]
    ids = texts_of(table, counting[0]) if counting else []
    if id_column:
        ids = named_ids(id_column, loaded.texts[id_column])
    taken = _taken(features, loaded, truth, counting, pixels=image_shape is not None)
    skipped = f"{formatting.count(loaded.skipped)} rows with a wrong number of cells were left out."
    keys = () if image_shape else key_notes([each for each in features if each.name not in counting], loaded)
    return Task(
        taken.matrix(),
        taken.y,
        tuple(taken.levels),
        tuple(np.array(ids, dtype=object)[truth.keep].tolist()) if ids else (),
        groups_of(loaded.texts[group])[truth.keep] if group else None,
        truth.pos_label, truth.neg_label, table.name, image_shape,
        _sha256(Path(source)) if isinstance(source, str | Path) else "",
        (*truth.notes, *taken.notes(), *keys, *([skipped] if loaded.skipped else [])),
    )  # fmt: skip


def _check_names(table: str, found: Mapping[str, ColumnProfile], wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in found:
            shown = ", ".join(map(truncate, list(found)[:12])) + (", ..." if len(found) > 12 else "")
            raise InvalidPredictions(f"{table} has no column {truncate(name)!r}. Its columns are: {shown}.")


def _check_group(group: str | None, target: str) -> None:
    if group == target:
        raise InvalidPredictions(
            f"{truncate(target)} is the target, and rows of one class can't all stay on one side. Name another column "
            "with --group, or none."
        )


def _taken(
    features: Sequence[ColumnProfile], loaded: Loaded, truth: Sides, counting: Sequence[str], *, pixels: bool
) -> Features:
    """Take the features; columns that only name or number the rows are none."""
    keep = truth.keep
    taken = Features(truth.positive[keep], pixels=pixels)
    for name in counting:
        taken.leave_out(name, "names the rows")
    for name in (each.name for each in features if each.name not in counting):
        if name in loaded.numbers:
            taken.take_numbers(name, loaded.numbers[name][keep], loaded.bad[name])
        else:
            taken.take_texts(name, Categorical(loaded.texts[name].codes[keep], loaded.texts[name].labels))
    return taken


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

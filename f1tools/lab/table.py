"""From a table of any kind to a task: which columns are features, and which can't be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from f1tools import words
from f1tools.counts import FloatArray
from f1tools.errors import InvalidPredictions
from f1tools.lab.features import Features
from f1tools.lab.task import Task
from f1tools.lab.truth import sides
from f1tools.reading import names
from f1tools.reading.columns import Profile, profiles
from f1tools.reading.read import open_table
from f1tools.reading.table import Coded, Table, Wanted
from f1tools.words import shortened

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
    found = {each.name: each for each in profiles(table.sample())}
    named = tuple(dict.fromkeys(filter(None, (target, id_column, group))))
    for name in (*named, *ignore):
        if name not in found:
            shown = ", ".join(map(shortened, list(found)[:12])) + (", ..." if len(found) > 12 else "")
            raise InvalidPredictions(f"{table.name} has no column {shortened(name)!r}. Its columns are: {shown}.")
    features = [each for each in found.values() if each.name not in {*named, *ignore}]
    loaded = _load(table, features, named)
    truth = sides(target, loaded.texts[target], positive)
    keep = truth.keep
    taken = Features(truth.positive[keep], pixels=image_shape is not None)
    ids = _ids(table, id_column, features, loaded, taken)
    naming = {name for columns in taken.left_out.values() for name in columns}
    for name in (each.name for each in features if each.name not in naming):
        if name in loaded.numbers:
            taken.take_numbers(name, loaded.numbers[name][keep], loaded.bad[name])
        else:
            taken.take_texts(name, Coded(loaded.texts[name].codes[keep], loaded.texts[name].labels))
    skipped = f"{words.count(loaded.skipped)} rows with a wrong number of cells were left out."
    return Task(
        taken.matrix(),
        taken.y,
        tuple(taken.levels),
        tuple(np.array(ids, dtype=object)[keep].tolist()) if ids else (),
        _groups(loaded.texts[group])[keep] if group else None,
        truth.pos_label, truth.neg_label, table.name, image_shape,
        _sha256(Path(source)) if isinstance(source, str | Path) else "",
        (*truth.notes, *taken.notes(), *([skipped] if loaded.skipped else [])),
    )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Loaded:
    """All rows of the columns of a table."""

    numbers: Mapping[str, FloatArray]
    bad: Mapping[str, int]
    texts: Mapping[str, Coded]
    skipped: int


def _load(table: Table, features: Sequence[Profile], named: Sequence[str]) -> _Loaded:
    numbers = tuple(each.name for each in features if each.kind == "number")
    texts = (*named, *(each.name for each in features if each.kind != "number"))
    blocks = list(table.blocks(Wanted(numbers, texts)))
    nothing = np.zeros(0, dtype=bool)
    return _Loaded(
        {name: np.concatenate([block.numbers[name] for block in blocks]).astype(np.float64) for name in numbers},
        {name: sum(int(block.bad.get(name, nothing).sum()) for block in blocks) for name in numbers},
        {name: _joined(block.texts[name] for block in blocks) for name in texts},
        sum(block.skipped for block in blocks),
    )


def _joined(pieces: Iterable[Coded]) -> Coded:
    """Put pieces of one column together, whose codes are each piece's own."""
    known: dict[str, int] = {}
    codes = []
    for piece in pieces:
        new = [known.setdefault(each, len(known)) for each in piece.labels]
        codes.append(np.array([*new, -1], dtype=np.int32)[piece.codes])
    return Coded(np.concatenate(codes), list(known))


def _groups(coded: Coded) -> NDArray[np.intp]:
    """Give the groups as numbers; a row without one is a group of its own."""
    codes = coded.codes.astype(np.intp)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(coded.labels) + np.arange(alone.size)
    return codes


def _ids(
    table: Table, wanted: str | None, features: Sequence[Profile], loaded: _Loaded, taken: Features
) -> list[str] | None:
    """Find what the rows are called; columns that only name or number the rows are no features."""
    if wanted is not None:
        coded = loaded.texts[wanted]
        if (coded.codes < 0).any() or np.unique(coded.codes).size < coded.codes.size:
            raise InvalidPredictions(
                f"The column {shortened(wanted)!r} does not name each row differently. Name another one with --id, or "
                f"keep rows that belong together on one side with --group {shortened(wanted)}."
            )
        return [coded.labels[code] for code in coded.codes.tolist()]
    found = [each.name for each in features if _names_rows(each, loaded)]
    for name in found:
        taken.leave_out(name, "names the rows")
    if not found:
        return None
    texts = _joined(block.texts[found[0]] for block in table.blocks(Wanted((), (found[0],))))
    return [texts.labels[code] for code in texts.codes.tolist()]


def _names_rows(profile: Profile, loaded: _Loaded) -> bool:
    """Tell whether a column counts the rows, or is called a key and holds something else in each row."""
    key = names.role(profile.name) == "id"
    if profile.name in loaded.texts:
        codes = loaded.texts[profile.name].codes
        return key and codes.size > 2 and codes.min() >= 0 and np.unique(codes).size == codes.size
    values = loaded.numbers[profile.name]
    if values.size < 3 or np.isnan(values).any() or not profile.whole:
        return False
    return bool((np.diff(values) == 1).all()) or (key and np.unique(values).size == values.size)

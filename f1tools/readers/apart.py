"""Several files of different rows, each read alone: their models have different names, and nothing else in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.core.types import InvalidPredictions, ignore_progress
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.merge import numbered_names
from f1tools.readers.model_files import short_names
from f1tools.readers.models import Choices, Reading
from f1tools.readers.reader import read_table

_ONE_COLUMN = ("truth", "weight", "group", "cluster", "id", "split", "predicted", "role", "amount")  # one column each
_WITH = {  # choices that mean nothing without that column
    "split": ("split_value",),
    "role": ("tune", "report"),
    "truth": ("pos_label", "neg_label", "one_vs_rest", "dropped_truth"),
}


def read_apart(
    sources: Sequence[Readable],
    *,
    names: Sequence[str | None] | None = None,
    choices: Choices | None = None,
    extras: bool = True,
) -> list[Reading]:
    """Read files of different rows, each with true labels and scores, alone; see :func:`with_own_names`.

    Parameters
    ----------
    sources, names
        As for :func:`f1tools.read_files`.
    choices : Choices, optional
        Each file is read by those that name its columns.
    extras : bool
        Whether to read the group and key columns as well.

    Returns
    -------
    list of Reading
        One a file. A model that several files have is called like its file, or ``name (file)`` if the file has several.

    Raises
    ------
    InvalidPredictions
        If a file cannot be read; the reason begins with its name.
    """
    return with_own_names(read_each(sources, names=names, choices=choices, extras=extras))


def read_each(
    sources: Sequence[Readable],
    *,
    names: Sequence[str | None] | None = None,
    choices: Choices | None = None,
    extras: bool = True,
) -> list[Reading]:
    """Read files alone, as :func:`read_apart` does, and leave the names of their models as they are."""
    readings = []
    labels = [None] * len(sources) if names is None else names
    for source, label in zip(sources, labels, strict=True):
        table = open_table(source, label)
        own = _choices_within(choices or Choices(), {*table.sample().cells})
        try:
            readings.append(read_table(table, own, on_progress=ignore_progress, extras=extras))
        except InvalidPredictions as error:
            raise InvalidPredictions(f"{table.name}: {error}") from error
    return readings


def _choices_within(choices: Choices, columns: set[str]) -> Choices:
    """Return the choices without those that name a column that a file does not have."""
    missing = {name: None for name in _ONE_COLUMN if getattr(choices, name) not in (None, *columns)}
    dropped = [name for column, names in _WITH.items() if column in missing for name in names]
    default = Choices()
    scores = tuple(each for each in choices.scores if set(choices.operands(each)) <= columns)
    return replace(
        choices,
        scores=scores,
        differences=tuple(each for each in choices.differences if each in scores),
        flipped=tuple(each for each in choices.flipped if each in columns),
        **missing,  # type: ignore[arg-type]
        **{name: getattr(default, name) for name in dropped},
    )


def with_own_names(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings with names for their models that no other file's model has."""
    models = [() if each.predictions is None else each.predictions.models for each in readings]
    taken = {name for each in models for name in each}
    renamed = []
    for place, short in enumerate(short_names(numbered_names([each.name for each in readings]))):
        reading, predictions = readings[place], readings[place].predictions
        if predictions is not None:
            others = {name for other, each in enumerate(models) if other != place for name in each}
            scores = {}
            for name, score in predictions.scores.items():
                own = name
                if name in others:
                    own = short if len(models[place]) == 1 else f"{name} ({short})"
                    while own in taken:
                        own += "_"
                    taken.add(own)
                scores[own] = score
            reading = replace(reading, predictions=replace(predictions, scores=scores))
        renamed.append(reading)
    return renamed

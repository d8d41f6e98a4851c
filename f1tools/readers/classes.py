"""Tables of several classes or labels: a column of scores for each; all are read, or one against all others."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.classes import ClassCurves
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.readers.formats.table import (
    TEXT,
    Categorical,
    ColumnRequest,
    GrowingArray,
    GrowingCategorical,
    Sample,
    Table,
    normalize_label,
    read_blocks,
)
from f1tools.readers.inference.class_columns import find_classes
from f1tools.readers.inference.mapping_validation import validate_mapping
from f1tools.readers.inference.profiles import profile_columns
from f1tools.readers.models import Choices, Reading


def read_classes(table: Table, sample: Sample, choices: Choices, *, on_progress: OnProgress) -> Reading | None:
    """Read a table of several classes or labels.

    Returns
    -------
    Reading or None
        None where a table has two classes.

    Raises
    ------
    InvalidPredictions
        If the choices do not fit the table, or a class has no row.
    """
    profiles = profile_columns(sample)
    if not choices.classes:
        found = find_classes(profiles, choices)
        if found is None:
            return None
        choices = replace(found, one_class=choices.one_class)
    validate_mapping(choices, profiles)
    roles = dict.fromkeys(choices.scores, "score") | dict.fromkeys((*choices.truths, choices.truth), "truth")
    loaded = _Loaded.read(table, sample, choices, on_progress)
    reading = Reading(
        "sure", table.name, table.layout, tuple(each.summary(roles.get(each.name, each.role)) for each in profiles),
        proposal=choices, dropped=dict(loaded.dropped), n_rows=loaded.n_rows, classes=loaded.curves(choices),
        reason=f"Taken: {len(choices.classes)} classes.",
    )  # fmt: skip
    return reading if choices.one_class is None else one_class(reading, choices.one_class)


def one_class(reading: Reading, name: str) -> Reading:
    """Return a reading of several classes as one of the class against all others.

    Raises
    ------
    InvalidPredictions
        If there is no such class.
    """
    curves, choices = reading.classes, reading.proposal
    if curves is None or choices is None:
        raise RuntimeError("The reading is not of several classes.")
    if name not in curves.classes:
        raise InvalidPredictions(f"There is no class {name!r}. The classes are {', '.join(curves.classes)}.")
    column = choices.scores[curves.classes.index(name)] if len(choices.scores) > 1 else f"score of {name}"
    return replace(
        reading,
        predictions=curves.predictions(name, model=column),
        proposal=replace(choices, one_class=name),
    )


class _Loaded:
    """The usable rows of a table."""

    def __init__(
        self,
        score: FloatArray,
        truths: list[Categorical],
        ids: NDArray[Any] | None,
        dropped: Counter[str],
        n_rows: int,
    ) -> None:
        self.score, self.truths, self.ids, self.dropped, self.n_rows = score, truths, ids, dropped, n_rows

    @classmethod
    def read(cls, table: Table, sample: Sample, choices: Choices, on_progress: OnProgress) -> _Loaded:
        """Read the chosen columns and leave out rows that lack a label or a score."""
        formats = sample.number_formats()
        truths = choices.truths or (choices.truth or "",)
        unique = (choices.id,) if choices.id else ()
        request = ColumnRequest({name: formats[name] for name in choices.scores}, truths, unique)
        scores = {name: GrowingArray(np.float64) for name in choices.scores}
        labels = {name: GrowingCategorical(normalize_label) for name in truths}
        ids, dropped, n_rows = GrowingArray(TEXT), Counter[str](), 0
        for block in read_blocks(table, request):
            n_rows += block.n_rows + block.n_skipped
            dropped["wrong number of cells"] += block.n_skipped
            no_truth = np.any([block.texts[name].codes < 0 for name in truths], axis=0)
            no_score = np.any([~np.isfinite(block.numbers[name]) for name in choices.scores], axis=0) & ~no_truth
            dropped["missing truth"] += int(no_truth.sum())
            dropped["missing score"] += int(no_score.sum())
            used = ~no_truth & ~no_score
            for name in choices.scores:
                scores[name].add(block.numbers[name][used], block.progress)
            for name in truths:
                labels[name].add(block.texts[name], block.progress, used)
            if choices.id:
                ids.add(block.unique_texts[choices.id][used], block.progress)
            on_progress(block.progress)
        score = np.stack([each.finish() for each in scores.values()]).T
        return cls(
            score, [each.finish() for each in labels.values()],
            ids.finish() if choices.id else None, +dropped, n_rows,
        )  # fmt: skip

    def curves(self, choices: Choices) -> ClassCurves:
        """Return labels and scores of all classes."""
        if choices.truths:
            positive = choices.pos_label or "1"
            members: list[BoolArray] = [each.isin([positive]) for each in self.truths]
            return ClassCurves.from_predictions(np.stack(members).T, self.score, classes=choices.classes, ids=self.ids)
        labels = np.array(self.truths[0].labels)[self.truths[0].codes]
        return ClassCurves.from_predictions(labels, self.score, classes=choices.classes, ids=self.ids)

"""Read all repeats of a file of repeated splits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from f1tools.core.counts import BoolArray
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.readers.assembly import to_scores
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.table import normalize_label
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.inference.names import stage
from f1tools.readers.inference.repeated_layout import missing_set
from f1tools.readers.loader import LoadedColumns, load_columns
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions


def read_repeated(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: OnProgress = ignore_progress,
) -> RepeatedPredictions | None:
    """Read all repeats of a file of repeated splits.

    Repeated splits are declared: by columns named `repeat`, `set` and `id`, as the lab writes them, or by choices that
    name a `split` and a `role` column.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        As for `read_predictions`.
    name : str, optional
        What to call the source in messages.
    choices : Choices, optional
        The known part of the column mapping, such as the proposal of a reading; its `split_value` is ignored.
    on_progress : callable, optional
        Called with the share of rows read, from 0 to 1.

    Returns
    -------
    RepeatedPredictions or None
        None where no repeated splits are declared. Rows that are in neither tuning, evaluation nor training set are
        left out. Weights are not used.

    Raises
    ------
    InvalidPredictions
        If the source is not a table or is damaged, the choices do not fit it or leave the mapping ambiguous, or the
        repeats cannot be compared: there is no tuning set, a repeat lacks a class, or a row differs between repeats.
    """
    table = open_table(source, name)
    choices = choices or Choices()
    inference = infer(table.sample(), choices)
    is_declared = inference.layout is not None or (choices.split is not None and choices.role is not None)
    if not is_declared or not inference.candidates or choices.split_value == SPLIT_INTO_MODELS:
        return None
    all_repeats = _all_repeats(inference, choices)
    role_labels = next(each.labels for each in inference.profiles if each.name == all_repeats.role)
    if not all_repeats.tune:
        issue, remedy = missing_set(all_repeats.role or "", role_labels, all_repeats.report)
        raise InvalidPredictions(f"In {table.name}, {issue}: {remedy}.")
    if inference.outcome != "sure":
        raise InvalidPredictions(f"The columns of {table.name} are ambiguous. {inference.reason}")
    named = {normalize_label(each) for each in (*all_repeats.tune, *all_repeats.report)}
    training = tuple(each for each in role_labels if stage(each) == "train" and each not in named)
    with_training = replace(all_repeats, report=(*all_repeats.report, *training))
    keys = [] if with_training.id is None else [with_training.id]
    loaded = load_columns(table, with_training, inference.profiles, extras=False, others=keys, on_progress=on_progress)
    if loaded.unexpected and not choices.is_complete:
        value = next(iter(loaded.unexpected))
        raise InvalidPredictions(
            f"The truth {all_repeats.truth} has a third value, {value}, in some of its {loaded.n_rows:,} rows. "
            "Choose to leave these rows out, or one class against the rest."
        )
    return _to_repeated(loaded, all_repeats, training, table.name)


def _all_repeats(inference: Inference, choices: Choices) -> Choices:
    """Return the mapping that takes the rows of all repeats."""
    best = inference.candidates[0].choices
    mapping = replace(best, split_value=None, group=None, weight=None, amount=None, cluster=None)
    layout = inference.layout
    if layout is None:
        return mapping
    tune, report = (choices.tune, choices.report) if choices.role else layout.values
    return replace(
        mapping, split=layout.repeat, role=layout.role, tune=tune, report=report, id=choices.id or layout.key
    )


def _to_repeated(loaded: LoadedColumns, choices: Choices, training: tuple[str, ...], name: str) -> RepeatedPredictions:
    repeat, role = loaded.labels[choices.split or ""], loaded.labels[choices.role or ""]
    part = np.full(role.codes.size, TEST, dtype=np.int8)
    part[role.isin(choices.tune)] = TUNE
    part[role.isin(training)] = TRAIN
    scores = to_scores(loaded, choices)
    if choices.id is not None:
        _require_consistent_keys(loaded, choices, part != TRAIN, name)
    in_repeat = repeat.codes >= 0
    rows: slice | BoolArray = slice(None) if in_repeat.all() else in_repeat
    try:
        return RepeatedPredictions(
            y_true=loaded.y_true[rows],
            scores={model: score[rows] for model, score in scores.items()},
            repeat=repeat.codes[rows].astype(np.intp),
            part=part[rows],
            pos_label=choices.pos_label or "1",
            neg_label=choices.negative_name,
            repeat_names=tuple(repeat.labels),
        )
    except InvalidPredictions as error:
        dropped = ", ".join(f"{reason} ({count:,})" for reason, count in loaded.dropped.items())
        raise InvalidPredictions(f"In {name}: {error}{f' Rows left out: {dropped}.' if dropped else ''}") from error


def _require_consistent_keys(loaded: LoadedColumns, choices: Choices, is_used: BoolArray, name: str) -> None:
    """Check that a key comes once in the tuning and evaluation rows of a repeat, with one class in all repeats."""
    key, repeat = loaded.labels[choices.id or ""], loaded.labels[choices.split or ""]
    rows = np.flatnonzero(is_used & (key.codes >= 0) & (repeat.codes >= 0))
    keys = key.codes[rows].astype(np.int64)
    cells, counts = np.unique(keys * len(repeat.labels) + repeat.codes[rows], return_counts=True)
    if np.any(counts > 1):
        at, in_repeat = divmod(int(cells[counts > 1][0]), len(repeat.labels))
        raise InvalidPredictions(
            f"In {name}, {choices.id} {key.labels[at]} comes more than once in {choices.split} "
            f"{repeat.labels[in_repeat]}: give every row a key of its own, and one role in each {choices.split}."
        )
    positives = np.bincount(keys, weights=loaded.y_true[rows], minlength=len(key.labels))
    is_mixed = (positives > 0) & (positives < np.bincount(keys, minlength=len(key.labels)))
    if np.any(is_mixed):
        raise InvalidPredictions(
            f"In {name}, {choices.id} {key.labels[int(np.flatnonzero(is_mixed)[0])]} is {choices.pos_label} in one "
            f"{choices.split} and {choices.negative_name} in another: give every row a key of its own, and the same "
            f"truth in each {choices.split}."
        )

"""Read predictions: open a table, infer the column mapping, load the columns, and check what was loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.formatting import counted
from f1tools.readers.assembly import models_side_by_side, to_predictions
from f1tools.readers.classes import read_classes
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.source import UNNAMED
from f1tools.readers.formats.table import Sample, Table, with_rare_rows
from f1tools.readers.inference.ambiguities import question
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.inference.long_format import (
    Stack,
    long_format_ambiguities,
    long_format_candidates,
    possible_stacks,
    repeats_truth,
)
from f1tools.readers.inference.names import roles_of_files, stage
from f1tools.readers.inference.pairs import RankedCandidate
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns
from f1tools.readers.loader import LoadedColumns, load_columns
from f1tools.readers.models import Candidate, Choices, Reading
from f1tools.readers.reading_warnings import find_unscored, find_warnings, stacked_files
from f1tools.readers.threshold_tables import is_own_table, read_counts, read_own_table, refuse_tables

if TYPE_CHECKING:
    from f1tools.readers.merge import LoadedTable, MergedTable

    ReadMerged = Callable[[MergedTable, Choices], Reading]

MAX_FILES = 50
MAX_STRAY_VALUES = 20


def read_predictions(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: OnProgress = ignore_progress,
    extras: bool = True,
) -> Reading:
    """Read predictions from a file of any layout; ask where the column mapping is ambiguous, refuse what is unusable.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        CSV and its relatives, JSON, Parquet, Feather and Arrow, NumPy arrays, xlsx or ods; also in gzip, bzip2, xz,
        zstd or zip. The format is detected by content, not by file extension.
    name : str, optional
        What to call the source in messages; the file's name by default.
    choices : Choices, optional
        The known part of the column mapping. With target and scores given, nothing is asked.
    on_progress : callable, optional
        Called with the share of rows read, from 0 to 1.
    extras : bool
        Whether to read the group and key columns as well; thresholds do not need them.

    Returns
    -------
    Reading
        With `outcome` "sure", "ask" or "refuse". A threshold table, which has counts instead of rows, is in `table`.

    Raises
    ------
    InvalidPredictions
        If the source is not a table or is damaged, or the choices do not fit it.
    """
    return read_table(open_table(source, name), choices or Choices(), on_progress=on_progress, extras=extras)


def read_files(
    sources: Sequence[Readable],
    *,
    names: Sequence[str | None] | None = None,
    choices: Choices | None = None,
    on_progress: OnProgress = ignore_progress,
    extras: bool = True,
    keep_absent: bool = False,
) -> Reading:
    """Read predictions from one file, or from several that belong together.

    Files of the same rows that each hold true labels and scores are joined: their scores are several models. Two files
    of the same rows, target and scores, are joined as well. Rows are matched by columns that have the same names in
    both and identify a row in each, alone or together; by ids with different names; else row by row. Two files of
    different rows, each complete, are stacked: one is the tuning set, the other the evaluation set. That is the file
    named test, holdout or the like, else the second one.

    Parameters
    ----------
    sources : sequence of path, bytes, binary file or DataFrame
        At most 50.
    names : sequence of str, optional
        What to call them; the files' names by default.
    choices : Choices, optional
        The known part of the mapping, of several files that of the merged table. Where files hold models, a score
        column that several files have is called like its file, without the extension, or `name (file)` if the file has
        several scores. Where target and scores are joined, a column of the second file that the first also has is
        called `name (file)`. A stacked table has a further column with the file of a row.
        With target and scores given, nothing is added: without a role, all rows of stacked files are pooled.
    on_progress : callable, optional
        Called with the share of rows read, from 0 to 1.
    extras : bool
        Whether to read the group and key columns as well. Of several files they are read in any case.
    keep_absent : bool
        Whether classes that the choices name are kept where none or all rows have them: to check new rows. They have no
        threshold.

    Returns
    -------
    Reading
        With `outcome` "sure", "ask" or "refuse". Rows that only one of target and scores has are counted as dropped;
        those of the file with the target are rows without a score.
        Stacked files are "sure" if each file alone is, unless one of them is named as a training set. Files of models
        are "sure" if each file alone is.

    Raises
    ------
    InvalidPredictions
        If there are too many files, they are not tables, do not belong together, or the choices do not fit them. Files
        of models do not belong together where a row or its true label is not the same in all of them.
    """
    if not 1 <= len(sources) <= MAX_FILES:
        raise InvalidPredictions(
            f"{len(sources)} files came at once. Provide 1 to {MAX_FILES} that belong together: the truth and the "
            "scores, several models of the same rows, or rows to choose the threshold on and rows to report from."
        )
    labels = [None] * len(sources) if names is None else names
    tables = [open_table(source, label) for source, label in zip(sources, labels, strict=True)]
    choices = choices or Choices()
    if len(tables) == 1:
        return read_table(tables[0], choices, on_progress=on_progress, extras=extras, keep_absent=keep_absent)
    refuse_tables(tables)
    from f1tools.readers import merge

    def read(merged: merge.MergedTable, mapping: Choices) -> Reading:
        reading = read_table(
            merged.table, mapping, on_progress=lambda done: on_progress(0.6 + 0.4 * done), extras=True,
            keep_absent=keep_absent,
        )  # fmt: skip
        dropped = Counter({**merged.dropped, **reading.dropped})
        missing = next((reason for reason in dropped if reason.startswith("missing score")), "")
        for reason, count in merged.unscored.items():  # they have no score because the other file has no such row
            moved = min(count, dropped[missing])
            dropped.update({reason: moved, missing: -moved})
        return replace(reading, dropped=dict(+dropped), n_rows=reading.n_rows + sum(merged.dropped.values()))

    is_stack = len(tables) == 2 and _are_stackable(tables)
    files = merge.load_tables(tables, lambda done: on_progress(0.6 * done))
    if is_stack:
        return _read_stack(tables, files, choices, read)
    return _read_models(tables, files, choices, read) or _read_joined(files, choices, read)


def _read_models(
    tables: Sequence[Table], loaded: Sequence[LoadedTable], choices: Choices, read: ReadMerged
) -> Reading | None:
    """Read files with true labels and scores each; None where two files are target and scores."""
    from f1tools.readers.model_files import find_model_files, join_models

    files = find_model_files(tables, loaded, choices)
    if not files:
        return None
    joined = join_models(files, choices)
    if len(files) == 2 and not set(choices.columns()) <= joined.columns:
        return None  # a link or a record of version 0.1, where such files were target and scores
    reading = read(joined.merged, joined.choices)
    if not joined.questions or reading.outcome != "sure":
        return replace(reading, joined=joined.how)
    candidates = tuple(sorted(reading.candidates, key=lambda each: -each.rank))
    return replace(
        reading, outcome="ask", reason=joined.questions[0], joined=joined.how, candidates=candidates,
        proposal=candidates[0].choices, predictions=None, dropped={}, warnings=(),
    )  # fmt: skip


def _read_joined(files: Sequence[LoadedTable], choices: Choices, read: ReadMerged) -> Reading:
    """Read two files of the same rows, target and scores."""
    from f1tools.readers.merge import join_tables

    joined = join_tables(*files)
    side_by_side = joined.side_by_side()
    likeliest = infer(side_by_side.table.sample(), choices).candidates[:1] if side_by_side.dropped else []
    reading = read(joined.side_by_side(likeliest[0].choices) if likeliest else side_by_side, choices)
    if reading.outcome != "sure" or reading.proposal is None:
        return reading
    return replace(reading, warnings=(*joined.warnings(reading.proposal), *reading.warnings))


def _read_stack(tables: Sequence[Table], files: Sequence[LoadedTable], choices: Choices, read: ReadMerged) -> Reading:
    """Read two files of different rows, each complete: tuning set and evaluation set."""
    from f1tools.readers.merge import stack_tables

    merged, origin = stack_tables(*files)
    if choices.is_complete or choices.role is not None or choices.split is not None:
        return read(merged, choices)
    inferences = {file.name: infer(table.sample(), choices) for file, table in zip(files, tables, strict=True)}
    one, two = inferences.values()
    if one.outcome == two.outcome == "sure" and _agree(one, two):
        choices = one.candidates[0].choices
    tune, report = roles_of_files(*inferences)
    reading = _confirm(read(merged, replace(choices, role=origin, tune=tune, report=report)), inferences, origin)
    if reading.predictions is None:
        return reading
    return replace(reading, warnings=(*reading.warnings, stacked_files(tune[0], report[0])))


def stackable(first: Readable, second: Readable, *, names: tuple[str | None, str | None] = (None, None)) -> bool:
    """Return whether `read_files` stacks two files: both are complete, with the same columns and different rows.

    Parameters
    ----------
    first, second : path, bytes, binary file or DataFrame
        In either order.
    names : pair of str, optional
        What to call them.

    Raises
    ------
    InvalidPredictions
        If one of them is not a table.
    """
    return _are_stackable([open_table(source, name) for source, name in zip((first, second), names, strict=True)])


def _are_stackable(tables: Sequence[Table]) -> bool:
    from f1tools.readers.merge import have_same_rows

    one, two = (infer(table.sample(), Choices()) for table in tables)
    if one.layout is not None or two.layout is not None:  # such a file has its roles in itself
        return False
    if {column.name for column in one.columns} != {column.name for column in two.columns}:
        return False
    if not (one.candidates and two.candidates and _agree(one, two)):
        return False
    unique = [{profile.name for profile in each.profiles if profile.is_unique} for each in (one, two)]
    return not have_same_rows(tables, one.candidates[0].target.name, unique[0] & unique[1])


def _agree(one: Inference, two: Inference) -> bool:
    """Return whether the best candidate of one file is among the candidates of the other."""

    def mapping(candidate: RankedCandidate) -> tuple[object, ...]:
        choices = candidate.choices
        return choices.truth, choices.scores, choices.pos_label, choices.neg_label

    mappings = [[mapping(candidate) for candidate in inference.candidates] for inference in (one, two)]
    return mappings[0][0] in mappings[1] or mappings[1][0] in mappings[0]


def _confirm(reading: Reading, inferences: Mapping[str, Inference], origin: str) -> Reading:
    """Ask where one of two stacked files alone is ambiguous, or is a training set by its name."""
    training = [name for name in inferences if stage(name) == "train"]
    ambiguous = [name for name, inference in inferences.items() if inference.outcome != "sure"]
    if reading.outcome != "sure" or not (training or ambiguous):
        return reading
    candidates = reading.candidates
    if training:
        top = candidates[0]
        pooled = replace(top.choices, role=None, tune=(), report=(), split=origin)
        single = [
            replace(inference.candidates[0].public(), choices=replace(pooled, split_value=name), rank=top.rank + 1)
            for name, inference in inferences.items()
            if name not in training and inference.candidates
        ]
        candidates = (*single, *candidates)
        reason = f"Please choose: by its name, {training[0]} holds the rows that trained the model."
    else:
        reason = f"{ambiguous[0]}: {inferences[ambiguous[0]].reason}"
    return replace(
        reading, outcome="ask", reason=reason, candidates=candidates, proposal=candidates[0].choices,
        predictions=None, dropped={}, warnings=(),
    )  # fmt: skip


def read_table(
    table: Table, choices: Choices, *, on_progress: OnProgress, extras: bool, keep_absent: bool = False
) -> Reading:
    """Read an opened table; see `read_files`."""
    if is_own_table(table):
        return read_own_table(table, choices)
    sample = table.sample()
    counted = read_counts(table, sample, choices, on_progress=on_progress)
    if counted is not None:
        return counted
    profiles = profile_columns(sample)
    of_classes = read_classes(table, sample, profiles, choices, on_progress=on_progress, keep_absent=keep_absent)
    if of_classes is not None:
        return of_classes
    return _read_rows(table, sample, profiles, choices, on_progress=on_progress, extras=extras)


def _read_rows(
    table: Table, sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices,
    *, on_progress: OnProgress, extras: bool,
) -> Reading:  # fmt: skip
    """Read a table of predictions, one row per case."""
    inference = infer(sample, choices, profiles)
    if inference.outcome == "refuse" and not sample.is_complete:
        sample = with_rare_rows(table, sample)
        inference = infer(sample, choices)
    candidates = tuple(candidate.public() for candidate in inference.candidates)
    is_refused = inference.outcome == "refuse" and table.name != UNNAMED
    reason = f"{table.name}: {inference.reason}" if is_refused else inference.reason
    reading = Reading(
        inference.outcome, table.name, table.layout, tuple(inference.columns), candidates,
        candidates[0].choices if candidates else None, reason=reason,
        n_rows=sample.n_rows + sample.n_skipped,
        repeat_column=None if inference.layout is None else inference.layout.repeat, copies=inference.copies,
    )  # fmt: skip
    if inference.outcome != "sure":
        return reading
    chosen = candidates[0].choices
    stacks = _possible_stacks(inference, choices) if not sample.is_complete else []
    others = [each.column.name for each in stacks]
    loaded = load_columns(table, chosen, inference.profiles, extras=extras, others=others, on_progress=on_progress)
    if loaded.unexpected and not choices.is_complete:
        return _confirm_stray_values(reading, loaded)
    for stack in stacks:
        if repeats_truth(loaded.labels[stack.column.name].codes, loaded.y_true):
            return _confirm_stack(reading, inference, stack)
    loaded = models_side_by_side(loaded, chosen)
    predictions = to_predictions(loaded, chosen)
    first = replace(candidates[0], n_pos=predictions.n_pos, n_neg=predictions.n - predictions.n_pos)
    layout, n_repeats = inference.layout, 1
    if layout is not None:
        n_repeats = len((loaded.labels[layout.repeat] if chosen.split else layout.repeats).labels)
    unscored = find_unscored(predictions, loaded, chosen)
    return replace(
        reading, predictions=predictions, dropped=dict(loaded.dropped), unscored=unscored, n_rows=loaded.n_rows,
        candidates=(first, *candidates[1:]),
        warnings=find_warnings(predictions, chosen, loaded, inference, n_repeats),
    )  # fmt: skip


def _possible_stacks(inference: Inference, choices: Choices) -> list[Stack]:
    """Return the columns that may turn out to stack models when all rows are read."""
    best = inference.candidates[0]
    is_open = inference.layout is None and best.choices.split is None and best.choices.role is None
    return possible_stacks(best, inference.profiles) if is_open and not choices.is_complete else []


def _confirm_stack(reading: Reading, inference: Inference, stack: Stack) -> Reading:
    """Ask about a column that stacks models, which appeared only when all rows were read."""
    stacked = [each.public() for each in long_format_candidates(inference.candidates[0], stack)]
    return replace(
        reading, outcome="ask", candidates=(*stacked, *reading.candidates), proposal=stacked[0].choices,
        reason=question(long_format_ambiguities(stack)),
    )  # fmt: skip


def _confirm_stray_values(reading: Reading, loaded: LoadedColumns) -> Reading:
    """Ask about target values in neither class that appeared only when all rows were read."""
    first = reading.candidates[0]
    shown = ", ".join(f"{value} ({counted(n, 'row')})" for value, n in loaded.unexpected.most_common(5))
    if len(loaded.unexpected) > MAX_STRAY_VALUES:
        raise InvalidPredictions(
            f"The truth {first.choices.truth} has more than two values: {shown} ... Provide a truth with two classes."
        )
    n_pos, n = int(loaded.y_true.sum()), int(loaded.y_true.size)
    choices = replace(first.choices, dropped_truth=(*first.choices.dropped_truth, *loaded.unexpected))
    candidate = Candidate(
        choices,
        f"{first.reason}; rows left out where it is {shown}",
        n_pos,
        n - n_pos,
        first.roc_auc,
        first.rank,
        first.examples,
    )
    return replace(
        reading, outcome="ask", candidates=(candidate, *reading.candidates[1:]), proposal=choices,
        reason=f"Please choose: {first.choices.truth} has further values, {shown}.", n_rows=loaded.n_rows,
    )  # fmt: skip

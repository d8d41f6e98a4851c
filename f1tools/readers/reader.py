"""Read predictions: open a table, infer the column mapping, load the columns, and check what was loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers.assemble import to_predictions
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.parsing import label_to_number, normalize_label
from f1tools.readers.formats.table import Progress, Table
from f1tools.readers.inference.infer import Inference, infer
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.loader import LoadedColumns, load_columns
from f1tools.readers.models import Candidate, Choices, Reading
from f1tools.readers.reading_warnings import RepeatsShown, find_warnings

MOST_STRAY_VALUES = 20


def read_predictions(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
    extras: bool = True,
) -> Reading:
    """Read predictions from a file of any layout; ask where the column mapping is ambiguous, refuse what is unusable.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        CSV and its relatives, gzip of these, Parquet or xlsx; detected by content, not by file extension.
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
        With `outcome` "sure", "ask" or "refuse".

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
    on_progress: Progress = ignore_progress,
    extras: bool = True,
) -> Reading:
    """Read predictions from one file, or from two that belong together.

    Parameters
    ----------
    sources : sequence of path, bytes, binary file or DataFrame
        One or two. Two are joined where they hold the same rows; files of different rows, each complete, are stacked,
        and a further column says which file a row is from.
    names : sequence of str, optional
        What to call them; the files' names by default.
    choices, on_progress, extras
        As for `read_predictions`. Of two files, group and key columns are read in any case.

    Returns
    -------
    Reading
        With `outcome` "sure", "ask" or "refuse".

    Raises
    ------
    InvalidPredictions
        If there are more than two files, they are not tables, do not belong together, or the choices do not fit them.
    """
    labels = [None] * len(sources) if names is None else list(names)
    if len(sources) == 1:
        return read_predictions(sources[0], name=labels[0], choices=choices, on_progress=on_progress, extras=extras)
    if len(sources) != 2:
        raise InvalidPredictions(
            f"{len(sources)} files came at once. Bring one, or two that belong together: the truth and the scores, "
            "or rows to choose the threshold on and rows to report from."
        )
    from f1tools.readers.merge import join_predictions, stack_predictions, stackable

    first, second = sources
    pair = labels[0], labels[1]
    read_both = stack_predictions if stackable(first, second, names=pair) else join_predictions
    return read_both(first, second, names=pair, choices=choices, on_progress=on_progress)


def read_table(table: Table, choices: Choices, *, on_progress: Progress, extras: bool) -> Reading:
    """Read an opened table; see `read_predictions`."""
    sample = table.sample()
    inference = infer(sample, choices)
    candidates = tuple(candidate.public() for candidate in inference.candidates)
    reading = Reading(
        inference.outcome, table.name, table.layout, tuple(inference.columns), candidates,
        candidates[0].choices if candidates else None, reason=inference.reason,
        n_rows=sample.n_rows + sample.n_skipped,
        repeat_column=None if inference.layout is None else inference.layout.repeat,
    )  # fmt: skip
    if inference.outcome != "sure":
        return reading
    chosen = candidates[0].choices
    loaded = load_chosen(table, chosen, inference.profiles, on_progress=on_progress, extras=extras)
    if loaded.unexpected and not choices.is_complete:
        return _ask_about_stray_values(reading, loaded)
    predictions = to_predictions(loaded, chosen)
    first = replace(candidates[0], n_pos=predictions.n_pos, n_neg=predictions.n - predictions.n_pos)
    repeats = _repeats_shown(inference, chosen, loaded)
    dropped = dict(loaded.dropped)
    return replace(
        reading, predictions=predictions, dropped=dropped, n_rows=loaded.n_rows, candidates=(first, *candidates[1:]),
        warnings=find_warnings(predictions, chosen, dropped, loaded.n_rows, reading.columns, repeats),
    )  # fmt: skip


def load_chosen(
    table: Table, choices: Choices, profiles: Sequence[ColumnProfile], *, on_progress: Progress, extras: bool
) -> LoadedColumns:
    """Return the usable rows of a table under complete choices, its target read in the fastest format."""
    target = next(profile for profile in profiles if profile.name == choices.truth)
    labels = (choices.pos_label or "", *filter(None, [choices.neg_label]), *choices.dropped_truth)
    is_numeric = target.kind == "number" and all(label_to_number(normalize_label(each)) is not None for each in labels)
    return load_columns(table, choices, is_numeric=is_numeric, extras=extras, on_progress=on_progress)


def _repeats_shown(inference: Inference, choices: Choices, loaded: LoadedColumns) -> RepeatsShown | None:
    layout = inference.layout
    if layout is None:
        return None
    n_repeats = len(loaded.labels[layout.repeat].labels) if choices.split == layout.repeat else len(layout.repeat_names)
    return RepeatsShown(layout.repeat, layout.role, choices.split_value, n_repeats, bool(layout.values.tune))


def _ask_about_stray_values(reading: Reading, loaded: LoadedColumns) -> Reading:
    """Ask about target values in neither class that appeared only when all rows were read."""
    first = reading.candidates[0]
    shown = ", ".join(f"{value} ({count:,} rows)" for value, count in loaded.unexpected.most_common(5))
    if len(loaded.unexpected) > MOST_STRAY_VALUES:
        raise InvalidPredictions(
            f"The truth {first.choices.truth} has more than two values: {shown} ... Bring a truth with two classes."
        )
    n_pos, n = int(loaded.y_true.sum()), int(loaded.y_true.size)
    choices = replace(first.choices, dropped_truth=(*first.choices.dropped_truth, *loaded.unexpected))
    candidate = Candidate(
        choices, f"{first.reason}; rows left out where it is {shown}", n_pos, n - n_pos, first.roc_auc, first.rank
    )
    return replace(
        reading, outcome="ask", candidates=(candidate, *reading.candidates[1:]), proposal=choices,
        reason=f"Please choose: {first.choices.truth} has further values, {shown}.", n_rows=loaded.n_rows,
    )  # fmt: skip

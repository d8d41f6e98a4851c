"""Read threshold tables, files with the counts of rows at thresholds instead of rows: those of f1tools, and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np
import pyarrow as pa

from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.formatting import count, join_names, metric_value, truncate
from f1tools.formatting.bounds import needed_counts_text
from f1tools.readers.counts import CountValues, counted_rows
from f1tools.readers.formats.arrow import ColumnarTable, lists_as_text
from f1tools.readers.formats.table import (
    Categorical,
    ColumnRequest,
    GrowingArray,
    GrowingCategorical,
    Sample,
    Table,
    normalize_label,
    read_blocks,
)
from f1tools.readers.inference import names
from f1tools.readers.inference.count_columns import CountColumns, find_count_columns, is_class_name, may_have_counts
from f1tools.readers.inference.infer import infer
from f1tools.readers.inference.profiles import profile_columns
from f1tools.readers.model_files import short_names
from f1tools.readers.models import SPLIT_INTO_MODELS, Candidate, Choices, ColumnSummary, Reading, ReadingWarning
from f1tools.threshold_table import METADATA_KEY, CountedRows, TableSource, ThresholdTable

MAX_THRESHOLDS = 1 << 22
MAX_OWN_THRESHOLDS = 1 << 24  # of all models and groups
_H2O_BINS = 400  # with as many, its thresholds are means of scores


def is_own_table(table: Table) -> TypeGuard[ColumnarTable]:
    """Return whether a file says of itself that it is a threshold table of f1tools."""
    return isinstance(table, ColumnarTable) and METADATA_KEY in table.metadata


def read_own_table(table: ColumnarTable, choices: Choices) -> Reading:
    """Read a threshold table of f1tools, all of its models or the chosen ones.

    Raises
    ------
    InvalidPredictions
        If it is damaged, or the choices name something else than models of it.
    """
    _require_size(table.name, table.n_rows, MAX_OWN_THRESHOLDS)
    batches = list(table.all_rows(table.columns)) if table.n_rows else []
    if not batches:
        raise InvalidPredictions(f"{table.name} is a threshold table without rows. Summarize the rows again.")
    rows = lists_as_text(pa.concat_tables(batches))
    counted = ThresholdTable.from_arrow(rows.replace_schema_metadata(dict(table.metadata)))
    if choices.pos_label not in (None, counted.pos_label):
        raise InvalidPredictions(
            f"{table.name} counts {truncate(counted.pos_label)} as positive, not {truncate(choices.pos_label or '')}. "
            "Leave the choice of the positive label out, or summarize the rows again."
        )
    shown = tuple(each.summary("") for each in profile_columns(table.sample()))
    return _reading(table, _with_models(counted, choices, table.name, counted.group_column), shown)


def read_counts(
    table: Table, sample: Sample, choices: Choices, *, on_progress: OnProgress = ignore_progress
) -> Reading | None:
    """Read a threshold table of any tool; ask where it has several classes or parts, refuse what contradicts itself.

    Parameters
    ----------
    table : Table
    sample : Sample
        Rows of it.
    choices : Choices
        `split` and `split_value` choose a part of the table or, with "*", each part as a model; `pos_label` and
        `neg_label` name the classes, and choose the part of a class; `scores` chooses models.
    on_progress : callable
        Called with the share of rows read, from 0 to 1.

    Returns
    -------
    Reading or None
        None where a table has predictions, or other numbers.

    Raises
    ------
    InvalidPredictions
        If the file is damaged or too large, or the choices name something else than the table has.
    """
    columns = _find_columns(sample) if choices.truth is None else None
    if columns is None or (columns.may_be_rows and infer(sample, Choices()).outcome != "refuse"):
        return None
    loaded = _load(table, sample, columns, on_progress)
    summaries = tuple(each.summary("") for each in profile_columns(sample))
    shown = Reading("refuse", table.name, table.layout, summaries, n_rows=loaded.values.rows.size)
    try:
        key, parts = _parts(loaded, choices.split)
        reading = _read_part(table, columns, key, parts, choices, shown)
        joined = _joined_bins(loaded.values) if key is None else []
        return replace(reading, warnings=(*joined, *reading.warnings))
    except InvalidPredictions as error:
        if choices != Choices():
            raise
        return replace(shown, reason=f"{table.name} is a threshold table that cannot be read. {error}")


def refuse_tables(tables: Sequence[Table]) -> None:
    """Refuse a threshold table among several files.

    Raises
    ------
    InvalidPredictions
        If one of them is a threshold table.
    """
    counted = (each.name for each in tables if is_own_table(each) or _find_columns(each.sample()) is not None)
    if name := next(counted, ""):
        raise InvalidPredictions(
            f"{name} is a threshold table: it has counts, no rows that could be joined with other files. Provide it "
            "alone."
        )


def _find_columns(sample: Sample) -> CountColumns | None:
    return find_count_columns(profile_columns(sample)) if may_have_counts(sample.cells) else None


@dataclass(frozen=True)
class _Loaded:
    """All rows of a threshold table, and the labels of the columns that may part them."""

    values: CountValues
    keys: Mapping[str, Categorical]


def _load(table: Table, sample: Sample, columns: CountColumns, on_progress: OnProgress) -> _Loaded:
    formats = sample.number_formats()
    request = ColumnRequest({name: formats[name] for name in columns.columns.values()}, columns.keys)
    numbers = {role: GrowingArray(np.float64) for role in columns.columns}
    keys = {name: GrowingCategorical(normalize_label) for name in columns.keys}
    n_rows = 0
    for block in read_blocks(table, request):
        n_rows += block.n_rows
        _require_size(table.name, n_rows, MAX_THRESHOLDS)
        if block.n_skipped:
            raise InvalidPredictions(
                f"{table.name} is a threshold table in which {block.n_skipped:,} rows have a wrong number of cells, so "
                "that their counts are missing. Export it again."
            )
        for role, name in columns.columns.items():
            numbers[role].add(block.numbers[name], block.progress)
        for name, labels in keys.items():
            labels.add(block.texts[name], block.progress)
        on_progress(block.progress)
    arrays = {role: column.finish() for role, column in numbers.items()}
    values = CountValues(columns, arrays, np.arange(1, n_rows + 1))
    return _Loaded(values, {name: column.finish() for name, column in keys.items()})


def _require_size(name: str, n_rows: int, limit: int) -> None:
    if n_rows > limit:
        raise InvalidPredictions(
            f"{name} is a threshold table with more than {limit:,} rows; no more are read. Count the rows in bins of "
            "the score, such as floor(score * 65536)."
        )


def _parts(loaded: _Loaded, chosen: str | None) -> tuple[str | None, dict[str, CountedRows]]:
    """Return the column that parts the rows, and the counts of each part; without such a column those of all rows.

    Columns with the name of one come first, then no column at all, then any other that resolves contradictions.

    Raises
    ------
    InvalidPredictions
        When the counts contradict each other in any case.
    """
    named = [name for name in loaded.keys if is_class_name(name) or names.suggested_role(name)]
    others = [name for name in loaded.keys if name not in named]
    error: InvalidPredictions | None = None
    for key in [chosen] if chosen in loaded.keys else [*named, None, *others]:
        try:
            if key is None:
                return None, {"": counted_rows(loaded.values)}
            codes, labels = loaded.keys[key].codes, loaded.keys[key].labels
            rows = {label: np.flatnonzero(codes == code) for code, label in enumerate(labels)}
            if (codes >= 0).all() and min(map(len, rows.values())) > 1:
                return key, {label: counted_rows(loaded.values.take(each)) for label, each in rows.items()}
        except InvalidPredictions as contradiction:
            error = contradiction if error is None or key is None else error
    raise error or InvalidPredictions(f"{chosen} does not part the table into parts with several thresholds each.")


def _read_part(
    table: Table,
    columns: CountColumns,
    key: str | None,
    parts: Mapping[str, CountedRows],
    choices: Choices,
    shown: Reading,
) -> Reading:
    """Read the chosen part, or each part as a model; ask which where nothing is chosen."""
    stem = short_names([table.name])[0]
    if key is None:
        whole = _table({stem: parts[""]}, choices, columns, table.name)
        return _reading(table, whole, shown.columns, _without_totals(columns, whole))
    candidates = tuple(_candidates(key, parts))
    value = choices.split_value
    if value is None and is_class_name(key) and choices.pos_label is not None:
        value = normalize_label(choices.pos_label)
    if value is None and not is_class_name(key) and _are_models(parts):
        value = SPLIT_INTO_MODELS
    if value is None:
        what = "the positive class" if is_class_name(key) else f"a part; {key} parts the table into several"
        reason = f"Please choose {what}: the table has counts of {join_names(map(truncate, parts))}."
        return replace(
            shown, outcome="ask", reason=reason, candidates=candidates, proposal=candidates[0].choices,
            layout=_layout(table),
        )  # fmt: skip
    if value == SPLIT_INTO_MODELS and not is_class_name(key) and _are_models(parts):
        reading = _reading(table, _table(dict(parts), choices, columns, table.name, key), shown.columns)
    elif value in parts:
        counted = {stem: parts[value]}
        if is_class_name(key):
            others = [label for label in parts if label != value]
            negative = choices.neg_label or (others[0] if len(others) == 1 else f"not {value}")
            choices = replace(choices, pos_label=value, neg_label=negative)
        reading = _reading(table, _table(counted, choices, columns, table.name, key), shown.columns)
    else:
        raise InvalidPredictions(
            f"{key} has no value {truncate(value)}. The values are: {join_names(map(truncate, parts))}."
        )
    used = [each for each in candidates if each.choices.split_value == value]
    candidates = (*used, *(each for each in candidates if each not in used))
    return replace(reading, candidates=candidates, proposal=candidates[0].choices)


def _are_models(parts: Mapping[str, CountedRows]) -> bool:
    """Return whether parts count the same number of rows of each class, as models of the same rows do."""
    return len({(each.curve.positives, each.curve.negatives) for each in parts.values()}) == 1


def _candidates(key: str, parts: Mapping[str, CountedRows]) -> Iterator[Candidate]:
    """Yield the choices among parts, the likeliest first."""
    labels = list(parts)
    if is_class_name(key):
        positive = names.positive_by_convention(labels) or names.positive_by_words(labels)
        labels.sort(key=lambda label: label != positive)
    models = [SPLIT_INTO_MODELS] if not is_class_name(key) and _are_models(parts) else []
    for place, label in enumerate([*models, *labels]):
        counted = parts[labels[0] if label == SPLIT_INTO_MODELS else label]
        n_pos = round(float(counted.curve.positives))
        if label == SPLIT_INTO_MODELS:
            choices, reason = Choices(split=key, split_value=label), f"each {key} is a model"
        elif is_class_name(key):
            choices, reason = Choices(split=key, split_value=label, pos_label=label), f"{label} is the positive class"
        else:
            choices, reason = Choices(split=key, split_value=label), f"{key} {label} only"
        yield Candidate(choices, reason, n_pos, round(float(counted.curve.negatives)), {}, float(-place))


def _table(
    counted: Mapping[str, CountedRows], choices: Choices, columns: CountColumns, name: str, key: str | None = None
) -> ThresholdTable:
    labels = choices.pos_label or "1", choices.neg_label or ("0" if choices.pos_label is None else
                                                             f"not {choices.pos_label}")  # fmt: skip
    table = ThresholdTable(counted, *labels, TableSource(name, columns.tool))
    return _with_models(table, choices, name, key)


def _with_models(counted: ThresholdTable, choices: Choices, name: str, key: str | None = None) -> ThresholdTable:
    """Return the chosen models of a table."""
    unknown = [each for each in choices.scores if each not in counted.models]
    others = [each for each in choices.columns() if each not in (*choices.scores, key)]
    if unknown or others:
        raise InvalidPredictions(
            f"{name} is a threshold table: it has counts of {join_names(map(truncate, counted.models))}, no rows with "
            f"a column {truncate([*others, *unknown][0])}. Leave the choice of columns out."
        )
    if not choices.scores:
        return counted
    by_model = {model: counted.by_model[model] for model in choices.scores}
    groups = {model: of for model, of in counted.groups.items() if model in by_model}
    return replace(counted, by_model=by_model, groups=groups)


def _joined_bins(values: CountValues) -> list[ReadingWarning]:
    """Warn that most bins touch, and were read as one, as if their edges had been exported instead of their scores."""
    if values.columns.kind != "bins":
        return []
    lowest, highest = values.numbers["lowest"], values.numbers["highest"]
    order = np.lexsort((highest, lowest))
    lowest, highest = lowest[order], highest[order]
    n_joined = int(((lowest[1:] == highest[:-1]) & ((highest > lowest)[1:] | (highest > lowest)[:-1])).sum())
    if 2 * n_joined < lowest.size:  # a few are of rows with equal scores, as in bins by ntile
        return []
    sentence = (
        f"{n_joined:,} of the {lowest.size:,} bins begin where another one ends, and are one bin with it: scores at "
        "the common end may be in both. Export the lowest and the highest score that occur in each bin, not its edges."
    )
    return [ReadingWarning("joined bins", sentence)]


def _without_totals(columns: CountColumns, counted: ThresholdTable) -> list[ReadingWarning]:
    """Warn that nothing says how many rows lie below the lowest threshold."""
    lowest = float(counted.curve().thresholds[-1])
    has_totals = all(
        {missed, total} & {*columns.columns} for missed, total in (("fn", "positives"), ("tn", "negatives"))
    )
    if columns.kind != "cumulative" or has_totals or lowest == 0 or "highest" in columns.columns:
        return []
    sentence = (
        f"The table has no columns tn and fn, so the rows at or above the lowest threshold, {lowest:g}, count as all "
        "rows. If there are others, add these columns."
    )
    return [ReadingWarning("no totals", sentence)]


def _reading(
    table: Table,
    counted: ThresholdTable,
    columns: tuple[ColumnSummary, ...],
    warnings: Sequence[ReadingWarning] = (),
) -> Reading:
    first = counted.by_model[counted.models[0]]
    source = counted.source
    by = f" by {truncate(source.engine, longest=40)}" if source.engine else ""
    origin = f" in {truncate(source.name, longest=60)}" if source.name not in ("", table.name) else ""
    unscored = {model: each.curve.unscored for model, each in counted.by_model.items() if each.curve.has_unscored}
    return Reading(
        "sure", table.name, _layout(table), columns, dropped=dict(first.dropped),
        unscored={} if counted.weighted else {model: (each[0], each[1]) for model, each in unscored.items()},
        reason=f"A threshold table: {count(first.n)} rows{origin}, counted{by} at {count(len(first.curve) - 1)} "
        "thresholds.",
        n_rows=first.n + sum(first.dropped.values()), warnings=(*warnings, *_warnings(counted)), table=counted,
    )  # fmt: skip


def _layout(table: Table) -> str:
    return f"{table.layout}, threshold table"


def _warnings(counted: ThresholdTable) -> Iterator[ReadingWarning]:
    """Yield what the table leaves open: rows that no threshold flags, and what may lie between its thresholds."""
    several = len(counted.by_model) > 1
    for model, each in counted.by_model.items():
        of = f" of {truncate(model)}" if several else ""
        curve, n_thresholds = each.curve, len(each.curve) - 1
        if counted.source.engine == "H2O" and n_thresholds >= _H2O_BINS:
            yield ReadingWarning(
                "averaged thresholds",
                f"H2O groups the scores{of} and writes their means as thresholds, so a few rows on the other side of "
                "each are counted with it. All counts are approximate.",
            )
        if curve.has_unscored and not counted.source.created:
            positives, negatives = curve.unscored[:2]
            yield ReadingWarning(
                "below all thresholds",
                f"{count(positives)} positive and {count(negatives)} negative rows{of} lie below the lowest threshold, "
                f"{curve.thresholds[-1]:g}: no threshold of the table flags them.",
            )
        optimum = best(curve)
        if needed := needed_counts_text(curve, optimum):
            yield ReadingWarning(
                "coarse",
                f"The table has counts{of} at {count(n_thresholds)} thresholds and none between them: the best F1 lies "
                f"between {metric_value(optimum.value)} and {metric_value(optimum.bound)}. {needed}",
            )

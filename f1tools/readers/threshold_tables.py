"""Read threshold tables: files with the counts of rows at thresholds, instead of rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

import pyarrow as pa

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import count, join_names, truncate
from f1tools.readers.formats.arrow import ColumnarTable
from f1tools.readers.formats.table import Table
from f1tools.readers.inference.profiles import profile_columns
from f1tools.readers.models import Choices, Reading
from f1tools.threshold_table import METADATA_KEY, ThresholdTable


def is_threshold_table(table: Table) -> TypeGuard[ColumnarTable]:
    """Return whether a file says of itself that it is a threshold table of f1tools."""
    return isinstance(table, ColumnarTable) and METADATA_KEY in table.metadata


def read_threshold_table(table: ColumnarTable, choices: Choices) -> Reading:
    """Read a threshold table, all of its models or the chosen ones.

    Raises
    ------
    InvalidPredictions
        If it is damaged, or the choices name something else than models of it.
    """
    rows = pa.concat_tables(table.all_rows(table.columns))
    counted = ThresholdTable.from_arrow(rows.replace_schema_metadata(dict(table.metadata)))
    return _reading(table, _with_models(counted, choices, table.name))


def _with_models(counted: ThresholdTable, choices: Choices, name: str) -> ThresholdTable:
    """Return the chosen models of a table."""
    unknown = [each for each in choices.scores if each not in counted.models]
    others = [each for each in choices.columns() if each not in choices.scores]
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


def _reading(table: Table, counted: ThresholdTable) -> Reading:
    first = counted.by_model[counted.models[0]]
    source = counted.source
    by = f" by {truncate(source.engine)}" if source.engine else ""
    origin = f" in {truncate(source.name, longest=60)}" if source.name else ""
    n_thresholds = len(first.curve) - 1
    unscored = {model: each.curve.unscored for model, each in counted.by_model.items() if each.curve.has_unscored}
    return Reading(
        "sure", table.name, f"{table.layout}, threshold table",
        tuple(each.summary("") for each in profile_columns(table.sample())),
        dropped=dict(first.dropped),
        unscored={} if counted.weighted else {model: (each[0], each[1]) for model, each in unscored.items()},
        reason=f"A threshold table: {count(first.n)} rows{origin}, counted{by} at {count(n_thresholds)} thresholds.",
        n_rows=first.n + sum(first.dropped.values()), table=counted,
    )  # fmt: skip

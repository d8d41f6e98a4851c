"""Threshold tables: the counts of rows at thresholds, without the rows, and the file that holds them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.core.files import replace_file
from f1tools.core.model_curves import ModelCurves
from f1tools.core.types import InvalidPredictions
from f1tools.table_columns import (
    COUNTS,
    AboutCurve,
    curve_columns,
    damaged_table,
    names_of,
    numbers_of,
    with_changes,
)

if TYPE_CHECKING:
    import pyarrow

FORMAT = "f1tools-threshold-table/1"
METADATA_KEY = b"f1tools"
"""Under this key the metadata of the Parquet file holds a JSON object, see :class:`ThresholdTable`."""

LONGEST_NAME = 1000
"""Most characters of a label, a group or another name in the file."""


@dataclass(frozen=True, eq=False)
class CountedRows:
    """Rows that were counted: those of a model, or of one group of them.

    Parameters
    ----------
    curve : ThresholdCurve
        Exact, or with bins of several scores.
    n : int
        Number of rows, whatever they weigh.
    dropped : mapping of str to int
        Rows left out, by reason.
    n_pos : int or None
        Number of positive rows; None where they are weighted and their number is unknown.
    """

    curve: ThresholdCurve
    n: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    n_pos: int | None = None


@dataclass(frozen=True)
class TableSource:
    """Where the counts of a table come from.

    Parameters
    ----------
    name : str
        The file, folder or database table that was counted.
    engine : str
        What counted it: an engine of :func:`f1tools.summarize`, or the tool that wrote the table.
    created : str
        When, in ISO 8601; empty if unknown.
    n_bins : int or None
        Number of bins of the first pass; None if unknown.
    objectives : tuple of str
        Labels of the metrics whose best threshold is exact.
    y_true, sample_weight : str
        The columns of labels and of weights; empty if unknown, or without weights.
    """

    name: str = ""
    engine: str = ""
    created: str = ""
    n_bins: int | None = None
    objectives: tuple[str, ...] = ()
    y_true: str = ""
    sample_weight: str = ""


@dataclass(frozen=True, eq=False)
class ThresholdTable:
    """The counts of one or several models at thresholds, without rows.

    Pages and commands that need only counts take it in the place of :class:`f1tools.Predictions`.
    :func:`f1tools.summarize` makes one, :meth:`from_parquet` reads one.

    Parameters
    ----------
    by_model : mapping of str to CountedRows
        At least one model.
    pos_label, neg_label : str
        Names of the two classes.
    source : TableSource
    group_column : str or None
        The column that groups come from.
    groups : mapping of str to mapping of str to CountedRows
        By model and group; empty without groups.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> table = ThresholdTable({"score": CountedRows(curve, 4)})
    >>> table.models, table.n, table.n_pos, table.is_exact
    (('score',), 4, 2, True)
    """

    by_model: Mapping[str, CountedRows]
    pos_label: str = "1"
    neg_label: str = "0"
    source: TableSource = TableSource()
    group_column: str | None = None
    groups: Mapping[str, Mapping[str, CountedRows]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.by_model:
            raise InvalidPredictions("The threshold table has no model. Count at least one score.")
        for name, counted in self.by_model.items():
            if not (counted.curve.positives and counted.curve.negatives):
                label = self.neg_label if counted.curve.positives else self.pos_label
                raise InvalidPredictions(f"The score {name!r} has no rows with the label {label!r}. Both are needed.")

    def __repr__(self) -> str:
        """Return what the table is about, not the counts."""
        return f"ThresholdTable(n={self.n}, pos_label={self.pos_label!r}, models={self.models!r})"

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(self.by_model)

    @property
    def n(self) -> int:
        """Number of rows of the first model."""
        return next(iter(self.by_model.values())).n

    @property
    def n_pos(self) -> int:
        """Number of positive rows of the first model; where only their weights are known, as many as their share."""
        counted = next(iter(self.by_model.values()))
        if counted.n_pos is not None:
            return counted.n_pos
        positives, negatives = float(counted.curve.positives), float(counted.curve.negatives)
        return min(max(round(counted.n * positives / (positives + negatives)), 1), max(counted.n - 1, 1))

    @property
    def weighted(self) -> bool:
        """Whether the counts are sums of weights."""
        return any(each.curve.weighted for each in self.by_model.values())

    @property
    def unscored(self) -> dict[str, tuple[int, int]]:
        """The number of positive and of negative rows without a score, by model, or their weights, rounded."""
        unscored = {name: each.curve.unscored for name, each in self.by_model.items() if each.curve.has_unscored}
        return {name: (round(each.positives), round(each.negatives)) for name, each in unscored.items()}

    @property
    def is_exact(self) -> bool:
        """Whether the counts are known at every threshold."""
        return all(each.curve.is_exact for each in self.by_model.values())

    def only(self, model: str) -> ThresholdTable:
        """Return the table of one model, whose rows may be others than those of the first one.

        Raises
        ------
        KeyError
            For an unknown model.
        """
        groups = {model: self.groups[model]} if model in self.groups else {}
        return replace(self, by_model={model: self.by_model[model]}, groups=groups)

    def curve(self, model: str | None = None) -> ThresholdCurve:
        """Return the threshold curve of a model; of the first one when none is named."""
        return self.by_model[self.models[0] if model is None else model].curve

    def curves(self, model: str | None = None) -> ModelCurves:
        """Return the curve of a model, whose rows both choose the threshold and evaluate it.

        Raises
        ------
        KeyError
            For an unknown model.
        """
        name = self.models[0] if model is None else model
        counted = self.by_model[name]
        curves = ModelCurves.from_curve(counted.curve, n_rows=counted.n, model=name)
        return replace(curves, pos_label=self.pos_label, neg_label=self.neg_label)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the table to a Parquet file: one row per threshold, and the rest as JSON in the metadata of the file.

        Columns: ``model``, ``group`` (null for all rows), ``threshold`` (the lowest score of a bin), ``highest`` (its
        highest score), ``tp`` and ``fp`` (rows, or weights, at or above the threshold), ``tp_squares`` and
        ``fp_squares`` (sums of squared weights; null where rows are not weighted).
        """
        import pyarrow.parquet as pq

        content = BytesIO()
        pq.write_table(self.to_arrow(), content, compression="zstd")
        file = Path(path).resolve()  # a link remains one
        if file.exists() and not file.is_file():  # a device is not a file to be replaced
            file.write_bytes(content.getvalue())
        else:
            replace_file(file, content.getvalue())

    def to_arrow(self) -> pyarrow.Table:
        """Return the table as :meth:`to_parquet` writes it."""
        import pyarrow as pa

        counted = [
            (model, group, replace(each, curve=with_changes(each.curve))) for model, group, each in self._all_counted()
        ]
        columns = {
            "model": pa.array(
                np.repeat([model for model, _, _ in counted], [len(each.curve) - 1 for *_, each in counted])
            ),
            "group": pa.array([group for _, group, each in counted for _ in range(len(each.curve) - 1)], pa.string()),
        }
        parts = [curve_columns(each.curve) for *_, each in counted]
        columns |= {name: pa.array(np.concatenate([part[name] for part in parts])) for name in parts[0]}
        metadata = _Metadata(
            FORMAT, self.pos_label, self.neg_label, self.source, self.group_column, [_about(*each) for each in counted]
        )
        return pa.table(columns).replace_schema_metadata({METADATA_KEY: json.dumps(asdict(metadata))})

    def _all_counted(self) -> Iterator[tuple[str, str | None, CountedRows]]:
        """Yield model, group and counts; without a group those of all rows of a model."""
        yield from ((model, None, counted) for model, counted in self.by_model.items())
        yield from ((model, group, counted) for model, of in self.groups.items() for group, counted in of.items())

    @classmethod
    def from_parquet(cls, source: str | os.PathLike[str] | BinaryIO) -> ThresholdTable:
        """Read a table that :meth:`to_parquet` wrote.

        Raises
        ------
        InvalidPredictions
            When the file is not such a table, or is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(source)
        except pa.ArrowException as error:
            raise damaged_table("it is not a Parquet file") from error
        return cls.from_arrow(table)

    @classmethod
    def from_arrow(cls, table: pyarrow.Table) -> ThresholdTable:
        """Read what :meth:`to_arrow` returned.

        Raises
        ------
        InvalidPredictions
            When it is not such a table, or counts contradict each other.
        """
        metadata = _parse_metadata((table.schema.metadata or {}).get(METADATA_KEY, b""))
        missing = [
            name for name in ("model", "group", "threshold", "highest", *COUNTS) if name not in table.column_names
        ]
        if missing:
            raise damaged_table(f"the column {missing[0]} is missing")
        columns = {name: numbers_of(table, name) for name in ("threshold", "highest", *COUNTS)}
        keys = [names_of(table, name) for name in ("model", "group")]
        by_key: dict[tuple[str, str | None], CountedRows] = {}
        start = 0
        for about in metadata.counted:
            key, end = (about.model, about.group), start + about.n_thresholds
            here = [set(np.unique(codes[start:end]).tolist()) for codes, _ in keys]
            expected = [{labels.get(label)} for (_, labels), label in zip(keys, key, strict=True)]
            if key in by_key or here != expected or not 1 <= about.n_thresholds <= table.num_rows - start:
                raise damaged_table(f"the rows of {about.model} do not stand where they should")
            curve = about.curve({name: column[start:end] for name, column in columns.items()})
            by_key[key] = CountedRows(curve, about.n, about.dropped, about.n_pos)
            start = end
        if start != table.num_rows:
            raise damaged_table("it has more rows than its metadata says")
        groups: dict[str, dict[str, CountedRows]] = {}
        for (model, group), counted in by_key.items():
            if group is not None:
                groups.setdefault(model, {})[group] = counted
        by_model = {model: counted for (model, group), counted in by_key.items() if group is None}
        return cls(by_model, metadata.pos_label, metadata.neg_label, metadata.source, metadata.group_column, groups)


@dataclass(frozen=True)
class _Metadata:
    """The JSON object in the metadata of a file."""

    format: str
    pos_label: str
    neg_label: str
    source: TableSource
    group_column: str | None
    counted: list[AboutCurve]


def _about(model: str, group: str | None, counted: CountedRows) -> AboutCurve:
    curve = counted.curve
    unscored = tuple(float(each) for each in curve.unscored)
    return AboutCurve(
        model,
        group,
        counted.n,
        len(curve) - 1,
        curve.weighted,
        dict(counted.dropped),
        unscored,  # type: ignore[arg-type]
        counted.n_pos,
    )


def _parse_metadata(text: bytes) -> _Metadata:
    from pydantic import TypeAdapter, ValidationError

    try:
        metadata = TypeAdapter(_Metadata).validate_json(text)
    except ValidationError as error:
        raise damaged_table("its metadata is not that of a threshold table of f1tools") from error
    if metadata.format != FORMAT:
        raise InvalidPredictions(
            f"The threshold table has the format {metadata.format[:40]!r}, and this version of f1tools reads "
            f"{FORMAT!r}. Update f1tools, or summarize the rows again."
        )
    texts = [
        metadata.pos_label,
        metadata.neg_label,
        metadata.group_column or "",
        *map(str, vars(replace(metadata.source, objectives=())).values()),
        *metadata.source.objectives,
    ]
    texts += [text for each in metadata.counted for text in (each.model, each.group or "", *each.dropped)]
    if max(map(len, texts)) > LONGEST_NAME:
        raise damaged_table("a name in it is too long")
    if metadata.pos_label == metadata.neg_label:
        raise damaged_table(f"both classes are called {metadata.pos_label!r}")
    return metadata

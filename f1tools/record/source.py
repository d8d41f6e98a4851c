"""The source of predictions: files, how they were read, and how many rows are usable."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    TypeAdapter,
    with_config,
)
from typing_extensions import TypedDict

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import utf8_safe
from f1tools.predictions import Predictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading
from f1tools.threshold_table import ThresholdTable

_CONFIG = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, str_max_length=100_000)


def _to_integer(value: object) -> object:
    """Return a whole number as an integer, because other programs write 400.0 for 400."""
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        raise ValueError("must be a number that a float can hold")
    return int(value) if isinstance(value, float) and value.is_integer() else value


Names = Annotated[tuple[str, ...], Strict(False), Field(max_length=10_000)]
WholeNumber = BeforeValidator(_to_integer)
RowCount = Annotated[int, Field(ge=0, le=2**53), WholeNumber]


class Part(BaseModel):
    """A part of a record: immutable, strict about types, without NaN, infinity or unknown fields."""

    model_config = _CONFIG


class UnscoredRows(Part):
    """Rows without a score of a model, by class."""

    positives: RowCount
    negatives: RowCount


class FileDigest(Part):
    """A file as it was read."""

    name: str
    size: RowCount = Field(description="In bytes.")
    sha256: str = Field(max_length=64, pattern="^[0-9a-f]{64}$", description="Of its bytes.")


@with_config(_CONFIG)
class _ReadAs(TypedDict, total=False):
    """Which columns mean what; a field that is missing is not used."""

    truth: Annotated[str, Field(description="The column with the labels.")]
    scores: Annotated[Names, Field(description="One column per model.")]
    pos_label: Annotated[str, Field(description="The label of positive rows.")]
    neg_label: Annotated[str, Field(description="The label of negative rows.")]
    one_vs_rest: Annotated[bool, Field(description="Whether all other labels are negative.")]
    dropped_truth: Annotated[Names, Field(description="Labels whose rows are left out.")]
    weight: Annotated[str, Field(description="The column of sample weights.")]
    group: Annotated[str, Field(description="The column of groups.")]
    id: Annotated[str, Field(description="The column of keys.")]
    split: Annotated[str, Field(description="The column that stacks models, runs or folds.")]
    split_value: Annotated[str, Field(description="The part that is used; * makes a model of each part.")]
    differences: Annotated[Names, Field(description="Scores that are the difference of two columns, named a - b.")]
    flipped: Annotated[Names, Field(description="Score columns whose direction is reversed.")]
    predicted: Annotated[str, Field(description="The column of predicted labels that the scores are confidences in.")]
    role: Annotated[str, Field(description="The column that tells tuning rows from evaluation rows.")]
    tune: Annotated[Names, Field(description="Its values for tuning rows.")]
    report: Annotated[Names, Field(description="Its values for evaluation rows.")]
    amount: Annotated[str, Field(description="The column with the cost of missing each row.")]
    cluster: Annotated[str, Field(description="The column of the patient, user or document that rows belong to.")]
    count_unscored: Annotated[bool, Field(description="Whether rows without a score count as not flagged.")]
    classes: Annotated[Names, Field(description="Names of the classes or labels, in the order of their columns.")]
    truths: Annotated[Names, Field(description="The column of each label, where a row can have several.")]
    one_class: Annotated[str, Field(description="The class that is read against all others.")]


_READ_AS: TypeAdapter[_ReadAs] = TypeAdapter(_ReadAs)


def _choices(value: object) -> Choices:
    return value if isinstance(value, Choices) else Choices(**_READ_AS.validate_python(value))


ReadAs = Annotated[
    Choices,
    PlainValidator(_choices, json_schema_input_type=_ReadAs),
    PlainSerializer(Choices.chosen, return_type=dict[str, Any]),
]


class RecordedTable(Part):
    """The threshold table that was read instead of rows."""

    source: str = Field(description="The file, folder or database table that was counted; empty if unknown.")
    engine: str = Field(description="What counted the rows; empty if unknown.")
    counted: str = Field(description="When, in ISO 8601; empty if unknown.")
    n_bins: Annotated[int, Field(ge=1, le=2**53), WholeNumber] | None = Field(
        description="Number of bins of the first pass; null if unknown."
    )
    exact: bool = Field(description="Whether the counts are known at every threshold, not only between bins.")


class DataSource(Part):
    """Where the rows come from."""

    title: str = Field(description="Name of the data, for people.")
    files: tuple[FileDigest, ...] = Field(
        strict=False,
        max_length=100,
        description="The files that the rows were read from; empty where they never were in a file.",
    )
    read_as: ReadAs = Field(description="How the files were understood, complete.")
    n: RowCount = Field(description="Usable rows, of all roles.")
    n_pos: RowCount = Field(description="Usable rows that are positive.")
    dropped: Mapping[str, RowCount] = Field(description="Rows that were left out, by reason.")
    unscored: Mapping[str, UnscoredRows] = Field(
        default={},
        exclude_if=lambda unscored: not unscored,
        description="Rows without a score, by model; left out, or not flagged where read_as has count_unscored.",
    )
    trained: str = Field(
        description="Why some of the rows probably trained the model; empty where nothing indicates it."
    )
    table: RecordedTable | None = Field(
        default=None,
        exclude_if=lambda table: table is None,
        description="Only where an engine counted the rows, and its threshold table was read.",
    )

    @property
    def part(self) -> str:
        """The part of stacked files that was used, such as "repeat 1"; empty where all rows were used."""
        split, value = self.read_as.split, self.read_as.split_value
        return "" if split is None or value in (None, SPLIT_INTO_MODELS) else f"{split} {value}"


def data_source(
    data: Reading | Predictions | ThresholdTable,
    files: Sequence[FileDigest] = (),
    *,
    title: str | None = None,
    model: str | None = None,
) -> DataSource:
    """Describe where rows come from.

    Parameters
    ----------
    data : Reading, Predictions or ThresholdTable
        What was read from files, or what never was in a file.
    files : sequence of FileDigest
        See :func:`f1tools.file_digest`.
    title : str, optional
        Name of the data, for people; by default the name of what was read.
    model : str, optional
        The model of the decision, because the models of a threshold table may have different rows; by default the
        first.

    Raises
    ------
    InvalidPredictions
        When nothing could be read.

    Examples
    --------
    >>> data_source(Predictions.from_arrays([1, 0, 1], [0.9, 0.2, 0.4]), title="Three cases").n_pos
    2
    """
    if isinstance(data, ThresholdTable):
        return _table_source(data, "data", files, title, model)
    if isinstance(data, Predictions):
        predictions, default_title = data, "data"
        unscored = predictions.unscored
        read_as = Choices(
            scores=data.models, pos_label=data.pos_label, neg_label=data.neg_label, count_unscored=bool(unscored)
        )
        dropped, trained = {}, ""
    elif data.table is not None:
        source = _table_source(data.table, data.name, files, title, model)
        chosen = data.proposal or Choices()  # the part of a table of several
        read_as = replace(source.read_as, split=chosen.split, split_value=chosen.split_value)
        return source.model_copy(update={"read_as": read_as})
    elif data.predictions is None or data.proposal is None:
        raise InvalidPredictions(data.reason)
    else:
        predictions, default_title, read_as = data.predictions, data.name, data.proposal
        dropped, unscored = dict(data.dropped), dict(data.unscored)
        trained = " ".join(each.sentence for each in data.warnings if each.kind == "train_rows")
    return DataSource(
        title=utf8_safe(default_title if title is None else title),
        files=tuple(files),
        read_as=read_as,
        n=predictions.n,
        n_pos=predictions.n_pos,
        dropped=dropped,
        unscored=_unscored_rows(unscored),
        trained=trained,
    )


def _table_source(
    table: ThresholdTable, name: str, files: Sequence[FileDigest], title: str | None, model: str | None
) -> DataSource:
    """Describe where the rows of one model of a threshold table come from."""
    source = table.source
    of_model = table if model is None else table.only(model)
    unscored = of_model.unscored
    read_as = Choices(
        truth=source.y_true or None,
        scores=table.models,
        pos_label=table.pos_label,
        neg_label=table.neg_label,
        weight=source.sample_weight or None,
        group=table.group_column,
        count_unscored=bool(unscored),
    )
    return DataSource(
        title=utf8_safe(name if title is None else title),
        files=tuple(files),
        read_as=read_as,
        n=of_model.n,
        n_pos=of_model.n_pos,
        dropped=dict(of_model.by_model[of_model.models[0]].dropped),
        unscored=_unscored_rows(unscored),
        trained="",
        table=RecordedTable(
            source=utf8_safe(source.name),
            engine=utf8_safe(source.engine),
            counted=source.created,
            n_bins=source.n_bins,
            exact=of_model.curve().is_exact,
        ),
    )


def _unscored_rows(unscored: Mapping[str, tuple[int, int]]) -> dict[str, UnscoredRows]:
    return {name: UnscoredRows(positives=n_pos, negatives=n_neg) for name, (n_pos, n_neg) in unscored.items()}

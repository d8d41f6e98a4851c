"""The data that pages show: samples, a data set of two classes, and one of several classes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from f1tools.classes import ClassCurves
from f1tools.core.histogram_search import best_threshold
from f1tools.core.optimum import best
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading
from f1tools.readers.classes import one_class
from f1tools.record import DataSource, FileDigest, data_source
from f1tools.threshold_table import ThresholdTable
from f1tools.ui.launch import app_folder

SAMPLE_FOLDER = app_folder() / "sample_data"

Counted = Predictions | ThresholdTable
"""What pages count from: rows, or a table of the counts of rows at thresholds."""


@dataclass(frozen=True)
class Sample:
    """A sample that comes with the project, as sample_data/index.json describes it.

    Attributes
    ----------
    positive
        The positive class; empty where the sample has several classes or labels.
    lab
        Whether it holds the scores of several strategies over repeated splits.
    """

    id: str
    file: str
    title: str
    sentence: str
    source: str
    positive: str
    lab: bool = False

    @property
    def path(self) -> Path:
        """Path of the file."""
        return SAMPLE_FOLDER / self.file


@cache
def all_samples() -> dict[str, Sample]:
    """Return all samples by id. Every rerun asks several times; they do not change."""
    entries = json.loads((SAMPLE_FOLDER / "index.json").read_text(encoding="utf-8"))
    return {entry["id"]: Sample(**entry) for entry in entries}


def default_sample() -> Sample:
    """Return the sample that a first visit shows."""
    return next(iter(all_samples().values()))


@dataclass(frozen=True, eq=False)
class Dataset:
    """What the pages show: rows, or a threshold table.

    Attributes
    ----------
    id
        Id of a sample or fingerprint of an upload.
    counted
        What everything is counted from.
    choices
        How the visitor had the files read; None where the reader decided alone.
    apart
        The data sets of all files, where these have different rows: models to compare, unpaired.
    classes
        All classes, where this is one of them against the others.
    """

    id: str
    source: DataSource
    counted: Counted
    is_sample: bool
    choices: Choices | None = None
    apart: "tuple[Dataset, ...]" = ()
    classes: "ClassData | None" = None

    @property
    def view_id(self) -> str:
        """Id as a view has it: that of all classes, where this is one of them."""
        return self.id if self.classes is None else self.classes.id

    def is_read_as(self, digests: Sequence[str], choices: Choices | None) -> bool:
        """Whether the data were read by such choices from files with these SHA-256 digests."""
        return [each.sha256 for each in self.source.files] == list(digests) and self.source.read_as == choices

    @property
    def rows(self) -> Predictions | None:
        """The rows; None where the data are a threshold table."""
        return self.counted if isinstance(self.counted, Predictions) else None

    @property
    def table(self) -> ThresholdTable | None:
        """The threshold table; None where the data have rows."""
        return self.counted if isinstance(self.counted, ThresholdTable) else None

    @property
    def predictions(self) -> Predictions:
        """The rows, for what cannot do without them."""
        if self.rows is None:
            raise RuntimeError("A threshold table has no rows; check rows first.")
        return self.rows

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return self.counted.models

    @property
    def rows_differ(self) -> bool:
        """Whether the models of a threshold table were counted on different numbers of rows."""
        return self.table is not None and len({each.n for each in self.table.by_model.values()}) > 1

    def source_of(self, model: str) -> DataSource:
        """Provenance of the rows of a model: those of a threshold table may have different rows."""
        if self.table is None or model == self.models[0]:
            return self.source
        source, of_first = data_source(self.table, self.source.files, title=self.title, model=model), self.source
        part = replace(source.read_as, split=of_first.read_as.split, split_value=of_first.read_as.split_value)
        return source.model_copy(update={"read_as": part})

    @property
    def title(self) -> str:
        """What the data set is called."""
        return self.source.title

    @property
    def is_grouped(self) -> bool:
        """Whether rows belong to groups."""
        if self.table is not None:
            return bool(self.table.groups)
        return self.predictions.group is not None

    def n_evaluation_rows(self, model: str | None = None) -> tuple[int, int]:
        """Return the number of rows of the evaluation set of a model, and the number of positives among them.

        All models have the same rows, unless they were counted for a threshold table; by default the first one's.
        """
        if self.rows is None:
            counted = self.counted if self.table is None or model is None else self.table.only(model)
            return counted.n, counted.n_pos
        y_true, tuning = self.rows.y_true, self.rows.tuning
        chosen = y_true if tuning is None else y_true[~tuning]
        return chosen.size, int(chosen.sum())


@dataclass(frozen=True, eq=False)
class ClassData:
    """A data set of several classes or labels. The page Classes shows all, the other pages one against the rest.

    Attributes
    ----------
    id
        Id of a sample or fingerprint of an upload.
    reading
        What the reader made of it, with all classes.
    files
        Names and digests of the files.
    title
        What the data set is called.
    choices
        How the visitor had the files read; None where the reader decided alone.
    """

    id: str
    reading: Reading
    files: tuple[FileDigest, ...]
    title: str
    is_sample: bool
    choices: Choices | None = None

    @property
    def curves(self) -> ClassCurves:
        """Labels and scores of all classes."""
        if self.reading.classes is None:
            raise RuntimeError("The reading is not of several classes.")
        return self.reading.classes

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.curves.classes

    @property
    def with_rows(self) -> tuple[str, ...]:
        """The names of the classes that rows have: these can be shown against the rest."""
        return self.curves.with_rows

    def is_read_as(self, digests: Sequence[str], choices: Choices | None) -> bool:
        """Whether the data were read by such choices from files with these SHA-256 digests."""
        return [each.sha256 for each in self.files] == list(digests) and self.reading.proposal == choices

    def one(self, name: str) -> Dataset:
        """Return the data set of one class against all others."""
        reading = one_class(self.reading, name)
        if reading.predictions is None:
            raise RuntimeError(f"The class {name} was not read.")
        return Dataset(
            f"{self.id}/class {self.names.index(name)}",
            data_source(reading, self.files, title=self.title),
            reading.predictions,
            self.is_sample,
            self.choices,
            classes=self,
        )


def best_model(counted: Counted) -> str:
    """Return the model with the highest F1 on the tuning set, each at its own best threshold.

    Examples
    --------
    >>> best_model(Predictions.from_arrays([0, 1, 1], {"a": [0.3, 0.2, 0.8], "b": [0.1, 0.7, 0.9]}))
    'b'
    """
    if len(counted.models) == 1:
        return counted.models[0]
    if isinstance(counted, ThresholdTable):
        return max(counted.models, key=lambda model: best(counted.curve(model)).value)
    rows = counted.tuning_set

    def best_f1(model: str) -> float:
        return best_threshold(rows.y_true, rows.scores[model], sample_weight=rows.sample_weight).value

    return max(rows.models, key=best_f1)

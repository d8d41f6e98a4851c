"""Uploaded files: what the reader made of them, and the strategies over repeated splits that they hold."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import starmap
from typing import ClassVar

import numpy as np

from f1tools.core.curve import ThresholdCurve
from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, DifferentRows, Reading, read_files, read_repeated
from f1tools.readers.apart import read_each, with_own_names
from f1tools.readers.reading_warnings import separate_files
from f1tools.record import DataSource, FileDigest, data_source, file_digest
from f1tools.repeats import Outcomes, RepeatedPredictions, outcomes
from f1tools.threshold_table import ThresholdTable
from f1tools.ui.session.data import ClassData, Counted, Dataset

MAX_COMPARISONS = 4_000
"""Splits times strategies: a few seconds of work for the page."""

Files = tuple[tuple[str, bytes], ...]
"""Name and content of each file."""


@dataclass(frozen=True, eq=False)
class Upload:
    """Uploaded files and what the reader made of them.

    Attributes
    ----------
    files
        Kept so that they can be read again with other choices.
    reading
        Result of the reader.
    digests
        Names and digests of the files.
    choices
        How the visitor had the files read; None where the reader decided alone.
    apart
        Files of different rows that each hold models: what the reader made of each one alone, with names that no other
        model has. `reading` is then that of the first file, as it is.
    """

    PREFIX: ClassVar[str] = "file-"

    files: Files
    reading: Reading
    digests: tuple[FileDigest, ...]
    choices: Choices | None
    apart: tuple[Reading, ...] = ()

    @classmethod
    def read(
        cls, files: Files, choices: Choices | None, on_progress: Callable[[float], None], *, apart: bool = False
    ) -> "Upload":
        """Read one file, or several that belong together; each alone if `apart`, or if they have different rows.

        Raises
        ------
        InvalidPredictions
            If they are not tables, do not belong together or do not fit the choices.
        """
        names, contents = [name for name, _ in files], [content for _, content in files]
        digests = tuple(starmap(file_digest, files))
        different_rows = None
        if not apart:
            try:
                reading = read_files(contents, names=names, choices=choices, on_progress=on_progress)
            except DifferentRows as error:
                different_rows = error
            else:
                return cls(files, reading, digests, choices)
        readings = _read_each(files, choices, different_rows)
        asked = next((each for each in readings if each.counted is None), None)
        if asked is not None:
            return cls(files, asked, digests, choices, tuple(readings))
        warnings = (separate_files(names[0]), *readings[0].warnings)
        return cls(files, replace(readings[0], warnings=warnings), digests, choices, tuple(with_own_names(readings)))

    @cached_property
    def id(self) -> str:
        """Fingerprint of the content and of how it was read."""
        readings = self.apart or (self.reading,)
        choices = (part_of_table(each.proposal) if each.table else each.proposal for each in readings)
        return upload_id(self.digests, *choices)

    @cached_property
    def source(self) -> DataSource:
        """Provenance of the rows, for records and memos."""
        digests = self.digests[:1] if self.apart else self.digests
        return data_source(self.reading, digests, title=self.read_title)

    @cached_property
    def compared(self) -> tuple[Dataset, ...]:
        """The data sets of files of different rows, for comparisons; empty unless they were read apart."""
        return tuple(
            Dataset(
                f"{self.id}/{place}",
                data_source(reading, [digest], title=digest.name),
                reading.counted,
                is_sample=False,
                choices=self.choices,
            )
            for place, (reading, digest) in enumerate(zip(self.apart, self.digests, strict=False))
            if reading.counted is not None
        )

    @property
    def title(self) -> str:
        """File names, joined."""
        return " + ".join(name for name, _ in self.files)

    @property
    def read_title(self) -> str:
        """Name of what `reading` is about: all files, or one of those that were read apart."""
        return self.reading.name if self.apart else self.title

    @cached_property
    def n_bytes(self) -> int:
        """Memory of the files and of what was read from them."""
        n_bytes = sum(len(content) for _, content in self.files)
        for reading in self.apart or (self.reading,):
            for column in () if reading.predictions is None else vars(reading.predictions).values():
                arrays = column.values() if isinstance(column, Mapping) else [column]
                n_bytes += sum(each.nbytes for each in arrays if isinstance(each, np.ndarray))
            if reading.classes is not None:
                n_bytes += reading.classes.y_true.nbytes + reading.classes.y_score.nbytes
            for curve in () if reading.table is None else _curves(reading.table):
                n_bytes += sum(each.nbytes for each in vars(curve).values() if isinstance(each, np.ndarray))
        return n_bytes

    @property
    def is_readable(self) -> bool:
        """Whether the reader found predictions, of two classes or more, or a threshold table."""
        return self.reading.counted is not None or self.reading.classes is not None

    @property
    def counted(self) -> Counted:
        """The rows of a readable upload, or its threshold table."""
        if self.reading.counted is None:
            raise RuntimeError("The upload was not read, or has several classes; check is_readable and models first.")
        return self.reading.counted

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models; none where there are several classes."""
        return () if self.reading.classes is not None else self.counted.models

    def data(self) -> Dataset | ClassData:
        """Return what the pages show of a readable upload."""
        if self.reading.classes is not None:
            return ClassData(self.id, self.reading, self.digests, self.title, is_sample=False, choices=self.choices)
        return Dataset(self.id, self.source, self.counted, is_sample=False, choices=self.choices, apart=self.compared)


def _curves(table: ThresholdTable) -> Iterator[ThresholdCurve]:
    """Yield the curves of a table, those of groups included."""
    for by_name in (table.by_model, *table.groups.values()):
        yield from (each.curve for each in by_name.values())


def _read_each(files: Files, choices: Choices | None, different_rows: DifferentRows | None) -> list[Reading]:
    """Read files of models alone; if one of them cannot be, raise why they were not read together."""
    contents, names = [content for _, content in files], [name for name, _ in files]
    readings = read_each(contents, names=names, choices=choices)
    for reading in readings:
        if reading.outcome == "refuse":
            raise different_rows or InvalidPredictions(f"{reading.name}: {reading.reason}")
        if choices is not None and reading.outcome == "ask":  # an answer to this would replace the first one
            raise InvalidPredictions(
                f"{reading.name} can be read in several ways as well. Give the columns of all files the same names, so "
                "that one answer is for all of them."
            )
        predictions, cluster = reading.predictions, None if choices is None else choices.cluster
        if predictions is not None and cluster is not None and predictions.cluster is None:
            raise InvalidPredictions(
                f"{reading.name} has no column {cluster}. Without clusters of its rows its interval would be too "
                "narrow: add the column, or choose no clusters."
            )
    return readings


def part_of_table(choices: Choices | None) -> Choices | None:
    """Return what of the choices decides how a threshold table is read: the part of several; None for a single one."""
    if choices is None or choices.split is None:
        return None
    return Choices(split=choices.split, split_value=choices.split_value)


def upload_id(files: Sequence[FileDigest], *proposals: Choices | None) -> str:
    """Return the fingerprint of files that are read by these choices: of all files, or of each one alone."""
    digest = hashlib.sha256(b"".join(bytes.fromhex(each.sha256) for each in files))
    for choices in proposals:
        if choices is not None:
            digest.update(choices.to_json().encode())
    return f"{Upload.PREFIX}{digest.hexdigest()[:24]}"


@dataclass(frozen=True, eq=False)
class StrategyData:
    """The scores of all strategies, and what each of them achieved."""

    repeated: RepeatedPredictions
    outcomes: Outcomes


def upload_strategies(upload: Upload, max_comparisons: int = MAX_COMPARISONS) -> StrategyData | None:
    """Read an upload by its column mapping; None if it has no repeated splits.

    Raises
    ------
    InvalidPredictions
        If a split cannot be compared, or there are too many of them for a page.
    """
    choices = upload.reading.proposal
    if choices is None or len(upload.files) > 1:
        return None
    if not upload.reading.repeat_column and (choices.split is None or choices.role is None):
        return None
    name, content = upload.files[0]
    repeated = read_repeated(content, name=name, choices=choices)
    if repeated is None:
        return None
    if repeated.n_repeats * len(repeated.models) > max_comparisons:
        raise InvalidPredictions(
            f"{repeated.n_repeats:,} splits of {len(repeated.models):,} scores are more than this page can compare "
            f"({max_comparisons:,} in all). Upload fewer splits, or compare them with f1tools.outcomes in a notebook."
        )
    return StrategyData(repeated, outcomes(repeated))

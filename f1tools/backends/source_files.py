"""The files of a source: one file, a folder of them, or those that match a pattern."""

from __future__ import annotations

import glob
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

Kind: TypeAlias = Literal["parquet", "csv", "duckdb"]

_ENDINGS: dict[Kind, tuple[str, ...]] = {
    "parquet": (".parquet", ".parq", ".pq"),
    "csv": (".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"),
}
_ADVICE = "Name a Parquet or CSV file, a folder or a pattern of such files, or a DuckDB database."
# Spark and dask wrap the error that says what happened.
_PREFIX = re.compile(r"^(: |Caused by: |Original Message: )")
_EMPTY_MESSAGE = re.compile(r"^An error occurred while calling |Exception thrown in awaitResult:$|^at ")
_DUCKDB_MARK, _PARQUET_MARK = b"DUCK", b"PAR1"


@dataclass(frozen=True)
class SourceFiles:
    """Files of one format.

    Parameters
    ----------
    kind : "parquet", "csv" or "duckdb"
    paths : tuple of str
        At least one, in alphabetical order; addresses of a cluster's storage as they are.
    """

    kind: Kind
    paths: tuple[str, ...]

    @classmethod
    def find(cls, source: str | Path) -> SourceFiles:
        """Return the files of a source.

        In folders, files count whose name has an ending of Parquet or CSV and does not begin with a dot or an
        underscore, as those do that writers leave beside their data. The names of folders are not columns. A path that
        exists is not taken for a pattern.

        Parameters
        ----------
        source : str or path
            A file, a folder, a pattern such as ``scores/2024-*.parquet`` where ``**`` stands for any folders, or an
            address such as ``s3://bucket/scores/*.parquet``.

        Raises
        ------
        InvalidPredictions
            If there is no such file, or there are files of several formats.
        """
        text = str(source)
        if is_address(text):
            return cls(_kind_by_name(text) or "parquet", (text,))
        path = Path(text)
        if path.is_dir():
            return cls._of_several(text, sorted(str(each) for each in path.rglob("*") if _is_data(each, path)))
        if path.is_file():
            return cls(_kind_of(path), (text,))
        matches = sorted(each for each in glob.glob(text, recursive=True) if Path(each).is_file())  # noqa: PTH207 (absolute)
        if glob.has_magic(text) and matches:
            return cls._of_several(text, matches)
        raise InvalidPredictions(f"There is no file {truncate(text, 120)}. {_ADVICE}")

    @classmethod
    def _of_several(cls, source: str, paths: list[str]) -> SourceFiles:
        kinds = {_kind_by_name(each) for each in paths}
        if not paths:
            raise InvalidPredictions(f"The folder {truncate(source, 120)} has no Parquet or CSV file. {_ADVICE}")
        if None in kinds:
            other = next(each for each in paths if _kind_by_name(each) is None)
            raise InvalidPredictions(f"{truncate(other, 120)} is neither Parquet nor CSV by its name. {_ADVICE}")
        if len(kinds) > 1:
            raise InvalidPredictions(
                f"{truncate(source, 120)} has both Parquet and CSV files. Name those to count by a pattern, such as "
                "*.parquet."
            )
        return cls(kinds.pop() or "parquet", tuple(paths))

    @property
    def separator(self) -> str:
        """What separates the cells of text files, by the ending of the first one."""
        return "\t" if ".tsv" in Path(self.paths[0]).name.lower() else ","

    @property
    def is_compressed(self) -> bool:
        """Whether a text file cannot be read from its middle."""
        return any(path.lower().endswith((".gz", ".zst")) for path in self.paths)

    def fingerprint(self, *more: str | None) -> str | None:
        """Return a text that changes when a file is replaced; None for files of a cluster's storage.

        Parameters
        ----------
        more : str or None
            What else decides which rows are read.
        """
        if any(map(is_address, self.paths)):
            return None
        stats = [(path, Path(path).stat()) for path in self.paths]
        files = [[str(Path(path).resolve()), stat.st_size, stat.st_mtime_ns] for path, stat in stats]
        return json.dumps([self.kind, files, *more])


def unreadable(path: str, error: Exception) -> InvalidPredictions:
    """Return the error that an engine cannot open a file, or one of those beginning with it."""
    return InvalidPredictions(
        f"{truncate(path, 120)} could not be opened: {first_line(error)}. Repair the file or leave it out."
    )


def first_line(error: Exception) -> str:
    r"""Return the first line of an engine's message that says what happened, without the full stop.

    Examples
    --------
    >>> first_line(OSError("An error occurred while calling o7.parquet.\n: java.io.IOException: no disk.\n\tat a.b.c"))
    'java.io.IOException: no disk'
    """
    lines = (_PREFIX.sub("", line.strip(), count=1) for line in str(error).splitlines())
    messages = (line for line in lines if line and not _EMPTY_MESSAGE.search(line))
    return truncate(next(messages, type(error).__name__), 300).rstrip(". ")


def is_address(path: str) -> bool:
    """Return whether a path is an address of a cluster's storage, such as ``hdfs://...``."""
    return "://" in path


def _is_data(file: Path, folder: Path) -> bool:
    inside = file.relative_to(folder).parts
    return _kind_by_name(file.name) is not None and file.is_file() and not any(part[0] in "._" for part in inside)


def _kind_by_name(path: str) -> Kind | None:
    name = path.lower()
    return next((kind for kind, endings in _ENDINGS.items() if name.endswith(endings)), None)


def _kind_of(path: Path) -> Kind:
    """Return the format of a file: by its ending, or by the marks that databases and Parquet files begin with."""
    if known := _kind_by_name(path.name):
        return known
    with path.open("rb") as file:
        head = file.read(12)
    if head[8:] == _DUCKDB_MARK:
        return "duckdb"
    if head.startswith(_PARQUET_MARK):
        return "parquet"
    raise InvalidPredictions(f"{truncate(str(path), 120)} is neither Parquet nor CSV nor a DuckDB database. {_ADVICE}")

"""Sources: files, folders and databases, opened by the engine that counts their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from f1tools.backends.cluster_source import open_dask, open_spark
from f1tools.backends.duckdb_source import open_database, open_files
from f1tools.backends.source_files import SourceFiles, is_address
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

Engine: TypeAlias = Literal["duckdb", "dask", "spark"]


@dataclass(frozen=True, eq=False)
class OpenSource:
    """The parts of a source, for :func:`f1tools.backends.summarize` while the source is open.

    Parameters
    ----------
    parts : mapping from name to frame
        With DuckDB a part is a file, so that a damaged one is named and finished ones need not be read again; a
        cluster reads all files as one part.
    fingerprints : mapping of str to str
        For the parts that are files of this machine, a text that changes when a file is replaced.
    """

    parts: Mapping[str, Any]
    fingerprints: Mapping[str, str]


@contextmanager
def open_source(
    source: str | Path,
    *,
    engine: Engine = "duckdb",
    table: str | None = None,
    query: str | None = None,
    address: str | None = None,
    n_threads: int | None = None,
    memory_limit: str | None = None,
) -> Iterator[OpenSource]:
    """Open the rows of a source in an engine; no row is read yet.

    DuckDB runs in this process, reads nothing but the files of the source, writes none of them, and installs and loads
    no extensions.

    Parameters
    ----------
    source : str or path
        A Parquet or CSV file, a folder of such files, a pattern such as ``scores/*.parquet``, or a DuckDB database.
        dask and Spark also take addresses of a cluster's storage.
    engine : "duckdb", "dask" or "spark"
    table : str, optional
        The table or view of the database; may be left out where there is only one.
    query : str, optional
        A SELECT statement in its place.
    address : str, optional
        A dask scheduler or Spark master. By default both run on this machine: dask in threads of this process, Spark in
        its own.
    n_threads : int, optional
        Threads of DuckDB; all cores by default.
    memory_limit : str, optional
        Memory of DuckDB, such as ``"2GB"``; four fifths of the machine's by default.

    Yields
    ------
    OpenSource

    Raises
    ------
    InvalidPredictions
        If there is no such file, it is damaged, the options don't suit the engine or the cluster does not answer.
    MissingExtra
        If the engine is not installed.
    """
    files = SourceFiles.find(source)
    name = str(source)
    if files.kind != "duckdb" and (table is not None or query is not None):
        raise InvalidPredictions("Tables and queries are for DuckDB databases. Leave them out, or name a database.")
    if engine == "duckdb":
        _check_for_duckdb(name, address)
        if files.kind == "duckdb":
            fingerprint = files.fingerprint(table, query)
            with open_database(name, table, query, n_threads, memory_limit) as relation:
                yield OpenSource({name: relation}, {name: fingerprint} if fingerprint else {})
        else:
            fingerprints = {path: SourceFiles(files.kind, (path,)).fingerprint() or "" for path in files.paths}
            with open_files(files, n_threads, memory_limit) as relations:
                yield OpenSource(relations, fingerprints)
        return
    if files.kind == "duckdb":
        raise InvalidPredictions(f"{engine} cannot read the DuckDB database {truncate(name, 120)}. Use duckdb.")
    if n_threads is not None or memory_limit is not None:
        raise InvalidPredictions("Threads and memory are options of DuckDB. Configure the cluster instead.")
    open_frame = open_dask if engine == "dask" else open_spark
    fingerprint = files.fingerprint(engine)
    with open_frame(files, address) as frame:
        yield OpenSource({name: frame}, {name: fingerprint} if fingerprint else {})


def _check_for_duckdb(source: str, address: str | None) -> None:
    if is_address(source):
        raise InvalidPredictions("DuckDB reads files of this machine. Copy them here, or use dask or Spark.")
    if address is not None:
        raise InvalidPredictions("An address is for dask or Spark; DuckDB runs in this process. Leave it out.")

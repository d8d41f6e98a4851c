"""Files and databases opened by DuckDB, which can reach nothing else."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from f1tools.backends.source_files import SourceFiles, first_line, unreadable
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import join_names, truncate
from f1tools.readers.formats.cells import MISSING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_SAFE = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # or a query could name variables of this process
}
_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_catalog = current_database() ORDER BY ALL
"""


@contextmanager
def open_files(
    files: SourceFiles, n_threads: int | None = None, memory_limit: str | None = None
) -> Iterator[dict[str, DuckDBPyRelation]]:
    """Open Parquet or CSV files, each as one relation by its path.

    Raises
    ------
    InvalidPredictions
        If a file is damaged, or an option is invalid.
    """
    import duckdb

    with _connection(":memory:", n_threads, memory_limit) as connection:
        absolute = [str(Path(path).absolute()) for path in files.paths]
        patterns = [glob.escape(path) for path in absolute]  # brackets and stars in a path are not a pattern
        _lock(connection, [*absolute, *patterns])
        relations = {}
        for path, pattern in zip(files.paths, patterns, strict=True):
            try:
                if files.kind == "parquet":
                    relations[path] = connection.read_parquet(pattern, hive_partitioning=False)
                else:
                    relations[path] = connection.read_csv(pattern, na_values=list(MISSING), hive_partitioning=False)
            except duckdb.Error as error:
                raise unreadable(path, error) from error
        yield relations


@contextmanager
def open_database(
    path: str, table: str | None, query: str | None, n_threads: int | None = None, memory_limit: str | None = None
) -> Iterator[DuckDBPyRelation]:
    """Open a table or view of a database, or the result of a query, for reading only.

    Raises
    ------
    InvalidPredictions
        If the database is damaged, in use by another process or has no such table, the query fails or is no SELECT
        statement, or an option is invalid.
    """
    import duckdb

    if table is not None and query is not None:
        raise InvalidPredictions("A table and a query exclude each other. Choose one of them.")
    with _connection(path, n_threads, memory_limit) as connection:
        _lock(connection, [])
        if query is None:
            yield _table(connection, path, table)
            return
        try:
            statements = duckdb.extract_statements(query)
            if [each.type for each in statements] != [duckdb.StatementType.SELECT]:
                raise InvalidPredictions("The query must be one SELECT statement. Leave out what else it does.")
            relation = connection.sql(query)
        except duckdb.Error as error:
            raise InvalidPredictions(f"The query fails: {first_line(error)}. Correct it.") from error
        yield relation


def _table(connection: DuckDBPyConnection, path: str, table: str | None) -> DuckDBPyRelation:
    import duckdb

    tables = connection.execute(_TABLES).fetchall()
    names = [name if schema == "main" else f"{schema}.{name}" for schema, name in tables]
    if not names:
        raise InvalidPredictions(f"{truncate(path, 120)} has no table. Choose another database.")
    if table is None and len(names) > 1:
        raise InvalidPredictions(
            f"{truncate(path, 120)} has the tables {join_names(names)}. Name the table, or write a query."
        )
    if table is not None and table not in names:
        raise InvalidPredictions(
            f"{truncate(path, 120)} has no table {truncate(table)!r}. It has: {join_names(names)}."
        )
    schema, name = tables[names.index(table) if table is not None else 0]
    try:
        return connection.sql(f"FROM {_quoted(schema)}.{_quoted(name)}")
    except duckdb.Error as error:  # a view of files
        raise InvalidPredictions(f"The table {truncate(name)!r} cannot be read: {first_line(error)}.") from error


@contextmanager
def _connection(path: str, n_threads: int | None, memory_limit: str | None) -> Iterator[DuckDBPyConnection]:
    """Open a database, by default one in memory, with a folder of its own for what does not fit into memory."""
    import duckdb

    with TemporaryDirectory(prefix="f1tools-") as folder:
        options: dict[str, str | bool | int | float | list[str]] = {**_SAFE, "temp_directory": folder}
        if n_threads is not None:
            options["threads"] = n_threads
        if memory_limit is not None:
            options["memory_limit"] = memory_limit
        try:
            connection = duckdb.connect(path, read_only=path != ":memory:", config=options)
        except duckdb.IOException as error:
            raise unreadable(path, error) from error
        except duckdb.Error as error:
            raise InvalidPredictions(f"DuckDB refuses an option: {first_line(error)}. Correct it.") from error
        with connection:
            yield connection


def _lock(connection: DuckDBPyConnection, paths: list[str]) -> None:
    """Forbid all files but some, and all changes of options."""
    if paths:
        connection.execute(f"SET allowed_paths = [{', '.join(map(_literal, paths))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'

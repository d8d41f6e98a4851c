"""Sources: which files are read, that every row of them is, and that DuckDB can reach nothing else."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from f1tools.backends import open_source, summarize
from f1tools.backends.source_files import SourceFiles
from f1tools.core.types import InvalidPredictions
from tests.backends.conftest import damaged_inside

Rows = list[tuple[Any, ...]]
TABLE = pa.table({"label": [1, 0, 1, None, 0, 1], "score": [0.1 + 0.2, 1e-300, 1e300, 0.5, 0.5, None]})
ROWS: Rows = [(1, 0.1 + 0.2), (0, 1e-300), (1, 1e300), (None, 0.5), (0, 0.5), (1, None)]


def parts(source: str | Path, **options: Any) -> dict[str, Rows]:
    """Return the rows of each part of a source."""
    with open_source(source, **options) as opened:
        collected = {name: nw.from_native(each).lazy().collect("pyarrow") for name, each in opened.parts.items()}
        return {name: frame.rows() for name, frame in collected.items()}


def rows(source: str | Path, **options: Any) -> Rows:
    """Return the rows of all parts."""
    return [row for part in parts(source, **options).values() for row in part]


def refused(source: str | Path, **options: Any) -> str:
    """Return the message with which a source is refused when it is opened or read."""
    with pytest.raises(InvalidPredictions) as error:
        rows(source, **options)
    message = str(error.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the rows in two files, and what writers leave beside them."""
    scores = tmp_path / "scores"
    (scores / "day=2").mkdir(parents=True)
    (scores / ".tmp").mkdir()
    pq.write_table(TABLE.slice(0, 4), scores / "a.parquet")
    pq.write_table(TABLE.slice(4), scores / "day=2" / "b.parquet")
    for name in ("_SUCCESS", "_metadata.parquet", ".a.parquet.crc", ".tmp/c.parquet", "notes.txt"):
        (scores / name).write_text("not a table")
    return scores


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a DuckDB database with a table, one of another schema and a view."""
    path = tmp_path / "scores.db"
    with duckdb.connect(str(path)) as connection:
        connection.register("rows", TABLE)
        connection.execute('CREATE TABLE "all ""rows""" AS FROM rows')
        connection.execute("CREATE SCHEMA old; CREATE TABLE old.rows AS FROM rows LIMIT 1")
        connection.execute('CREATE VIEW labeled AS FROM "all ""rows""" WHERE label IS NOT NULL')
    return path


def test_a_file_is_one_part(folder: Path) -> None:
    """Its name is that which the user wrote; an ending is not needed."""
    path = (folder / "a.parquet").rename(folder / "a")
    assert parts(path) == {str(path): ROWS[:4]}
    assert parts(str(path)) == {str(path): ROWS[:4]}


def test_a_folder_is_a_part_for_each_file(folder: Path) -> None:
    """Folders inside count, but their names are not columns: a part has the columns of its file."""
    found = parts(folder)
    assert list(found) == [str(folder / "a.parquet"), str(folder / "day=2" / "b.parquet")]
    assert list(found.values()) == [ROWS[:4], ROWS[4:]]


def test_patterns(folder: Path) -> None:
    """Stars and question marks stand for parts of a name, two stars for folders; relative patterns are fine."""
    assert rows(folder / "**" / "?.parquet") == ROWS
    assert rows(folder / "[ab].parquet") == ROWS[:4]
    assert rows(os.path.relpath(folder / "a*.parquet")) == ROWS[:4]


@pytest.mark.parametrize(
    "name", ["a[1].parquet", "a*.parquet", "what?.parquet", "it's {a,b}.parquet", "ünï cödé.parquet"]
)
def test_a_file_that_exists_is_no_pattern(folder: Path, name: str) -> None:
    """Its name may have the characters of patterns, and of SQL."""
    pq.write_table(TABLE, folder.parent / name)
    pq.write_table(TABLE, folder.parent / "a1.parquet")
    assert rows(folder.parent / name) == ROWS


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv(tmp_path: Path, separator: str) -> None:
    """Separators are found, doubles are read exactly, and missing values may be written as in other files."""
    lines = ["label,score", "1,0.30000000000000004", "0,1e-300", "1,1e300", "NA,0.5", "0,0.5", "1,nan"]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(lines).replace(",", separator))
    assert rows(path) == ROWS
    packed = tmp_path / "scores.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert rows(tmp_path / "*.csv.gz") == ROWS


def test_tables_of_a_database(database: Path) -> None:
    """A table is named as in SQL; views and tables of other schemas are tables as well."""
    assert rows(database, table='all "rows"') == ROWS
    assert rows(database, table="old.rows") == ROWS[:1]
    assert sorted(rows(database, table="labeled"), key=str) == sorted(
        (row for row in ROWS if row[0] is not None), key=str
    )
    assert refused(database).endswith(
        'has the tables all "rows", labeled and old.rows. Name the table, or write a query.'
    )
    assert refused(database, table="new").endswith("has no table 'new'. It has: all \"rows\", labeled and old.rows.")
    assert "exclude each other" in refused(database, table="labeled", query="FROM labeled")


def test_the_only_table_need_not_be_named(tmp_path: Path) -> None:
    """There is no question then; without any there is no answer."""
    path = tmp_path / "scores.duckdb"
    duckdb.connect(str(path)).close()
    assert refused(path).endswith("has no table. Choose another database.")
    with duckdb.connect(str(path)) as connection:
        connection.register("rows", TABLE)
        connection.execute("CREATE TABLE scores AS FROM rows")
    assert rows(path) == ROWS


def test_queries(database: Path) -> None:
    """A query gives the rows of its result; a bad one is answered with DuckDB's first line."""
    query = "WITH kept AS (FROM labeled WHERE score < 1) SELECT label, score * 2 AS twice FROM kept ORDER BY twice;"
    assert rows(database, query=query) == [(0, 2e-300), (1, 2 * (0.1 + 0.2)), (0, 1.0)]
    assert refused(database, query="SELECT nothing FROM labeled").startswith(
        'The query fails: Binder Error: Referenced column "nothing" not found'
    )
    for query in ("DROP TABLE old.rows", "SELECT 1; SELECT 2", "", "ATTACH ':memory:' AS more", "SET threads = 1"):
        assert refused(database, query=query) == "The query must be one SELECT statement. Leave out what else it does."


def test_a_query_reaches_nothing_but_the_database(database: Path, folder: Path) -> None:
    """It cannot read or write other files, load extensions, call other servers, name variables or change options."""
    other_rows = TABLE
    before = database.read_bytes()
    with open_source(database, table="labeled") as opened:
        relation = opened.parts[str(database)]
        names = "autoinstall_known_extensions autoload_known_extensions enable_external_access lock_configuration"
        settings = ", ".join(f"current_setting('{name}')" for name in names.split())
        assert relation.limit(1).project(settings).fetchall() == [(False, False, False, True)]
    outside = f"'{folder / 'a.parquet'}'"
    for source in (
        outside,
        "'https://127.0.0.1:9/a.parquet'",
        "read_text('/etc/hostname')",
        "glob('/*')",
        "other_rows",
    ):
        assert refused(database, query=f"FROM {source}").startswith("The query fails: ")
    assert len(other_rows) == len(ROWS)
    assert database.read_bytes() == before
    assert list(database.parent.glob("*.wal")) == []


def test_options_of_duckdb(database: Path) -> None:
    """Threads and memory are limited as asked; what DuckDB does not understand is refused."""
    query = "SELECT current_setting('threads'), current_setting('memory_limit')"
    assert rows(database, query=query, n_threads=1, memory_limit="512MiB") == [(1, "512.0 MiB")]
    for options in ({"n_threads": 0}, {"memory_limit": "much"}):
        assert refused(database, query=query, **options).startswith("DuckDB refuses an option: ")


def test_a_file_that_is_no_table_is_named(folder: Path) -> None:
    """Also where there are many: the others would be counted, and nobody would miss it."""
    damaged = folder / "day=2" / "b.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    message = refused(folder)
    assert message.startswith(f"{damaged} could not be opened: ")
    assert message.endswith(". Repair the file or leave it out.")


def test_a_file_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    """That its columns are damaged shows only when they are read."""
    pq.write_table(TABLE, tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(damaged_inside(TABLE))
    with open_source(tmp_path) as opened, pytest.raises(InvalidPredictions, match=r"^The part '.*/b\.parquet' could"):
        summarize(opened.parts, y_true="label", y_score="score")


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("no.parquet", {}, "There is no file no.parquet."),
        ("no/*.parquet", {}, "There is no file no/*.parquet."),
        ("scores/notes.txt", {}, "scores/notes.txt is neither Parquet nor CSV nor a DuckDB database."),
        ("scores/*", {}, "scores/_SUCCESS is neither Parquet nor CSV by its name."),
        ("empty", {}, "The folder empty has no Parquet or CSV file."),
        ("mixed", {}, "mixed has both Parquet and CSV files."),
        ("s3://bucket/a.parquet", {}, "DuckDB reads files of this machine."),
        ("scores", {"address": "tcp://127.0.0.1:9"}, "An address is for dask or Spark"),
        ("scores", {"table": "rows"}, "Tables and queries are for DuckDB databases."),
        ("scores", {"query": "FROM rows"}, "Tables and queries are for DuckDB databases."),
        ("scores.db", {"engine": "spark"}, "spark cannot read the DuckDB database scores.db."),
        ("scores", {"engine": "dask", "n_threads": 2}, "Threads and memory are options of DuckDB."),
    ],
)
def test_sources_that_are_refused(
    folder: Path, database: Path, monkeypatch: pytest.MonkeyPatch, source: str, options: dict[str, Any], message: str
) -> None:
    """What was found, and what to do."""
    monkeypatch.chdir(folder.parent)
    Path("empty").mkdir()
    Path("mixed").mkdir()
    Path("mixed/a.parquet").touch()
    Path("mixed/a.csv").touch()
    assert refused(source, **options).startswith(message)


def test_fingerprints_change_with_the_file(folder: Path, database: Path) -> None:
    """They depend on the file, its size and its time, and for databases on what is read of them."""

    def fingerprints(source: Path, **options: Any) -> dict[str, str]:
        with open_source(source, **options) as opened:
            assert opened.fingerprints.keys() == opened.parts.keys()
            return dict(opened.fingerprints)

    before = fingerprints(folder)
    assert fingerprints(folder) == before
    os.utime(folder / "a.parquet", ns=(0, 0))
    after = fingerprints(folder)
    assert [before[name] == after[name] for name in before] == [False, True]
    of_database = [
        fingerprints(database, **options)[str(database)]
        for options in ({"table": "labeled"}, {"table": "old.rows"}, {"query": "FROM labeled"})
    ]
    assert len(set(of_database)) == 3


def test_files_of_a_cluster_have_no_fingerprint() -> None:
    """Nothing shows on this machine that they have changed."""
    files = SourceFiles.find("hdfs://host/scores/*.csv")
    assert (files.kind, files.paths, files.fingerprint()) == ("csv", ("hdfs://host/scores/*.csv",), None)

"""Files opened by dask or Spark, on this machine or a cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import narwhals as nw

from f1tools.backends.source_files import SourceFiles, first_line, unreadable
from f1tools.core.extras import needs_extra
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.readers.formats.cells import MISSING

_LOCAL_SPARK = {
    "spark.driver.host": "127.0.0.1",  # no other machine can reach it
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}


@contextmanager
def open_dask(files: SourceFiles, address: str | None) -> Iterator[nw.LazyFrame[Any]]:
    """Open files in dask, with the scheduler at an address or in threads of this process.

    Raises
    ------
    InvalidPredictions
        If a file is damaged or the scheduler does not answer.
    MissingExtra
        If dask is not installed.
    """
    with needs_extra("engines"):
        import dask.dataframe as dd
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    stack = ExitStack()
    if address is not None:
        try:
            get_address_host_port(address, strict=True)  # a client of no valid address takes a minute to give up
            client = Client(address, set_as_default=False)  # or all others would wait for one that failed
        except (OSError, ValueError) as error:
            raise _not_started("The dask scheduler", address, error) from error
        stack.enter_context(client)
        stack.enter_context(client.as_current())
    with stack:
        try:
            if files.kind == "parquet":
                frame = dd.read_parquet(list(files.paths), dtype_backend="pyarrow")
            else:
                cells = {"na_values": list(MISSING), "keep_default_na": False, "dtype_backend": "pyarrow"}
                whole = {"blocksize": None} if files.is_compressed else {}
                frame = dd.read_csv(list(files.paths), sep=files.separator, **cells, **whole)
        except Exception as error:  # whatever its readers raise
            raise unreadable(files.paths[0], error) from error
        with warnings.catch_warnings():  # it names a package that is not published yet
            warnings.filterwarnings("ignore", "Dask support is moving out of Narwhals", FutureWarning)
            lazy = nw.from_native(frame).lazy()
        yield lazy


@contextmanager
def open_spark(files: SourceFiles, address: str | None) -> Iterator[nw.LazyFrame[Any]]:
    """Open files in the active Spark session, or in a new one with the master at an address or on this machine.

    Raises
    ------
    InvalidPredictions
        If a file is damaged, there is no Java or the master does not answer.
    MissingExtra
        If Spark is not installed.
    """
    with needs_extra("engines"):
        from pyspark.sql import SparkSession
    active = SparkSession.getActiveSession()
    builder = SparkSession.builder.appName("f1tools")
    builder = builder.master("local[*]").config(map=_LOCAL_SPARK) if address is None else builder.master(address)
    try:
        session = active or builder.getOrCreate()
    except Exception as error:  # Java's errors have many types
        raise _not_started("Spark", address or "local", error) from error
    try:
        try:
            if files.kind == "parquet":
                frame = session.read.parquet(*files.paths)
            else:
                cells = {"header": True, "inferSchema": True, "nanValue": "nan", "sep": files.separator}
                frame = session.read.options(**cells).csv(list(files.paths))
        except Exception as error:
            raise unreadable(files.paths[0], error) from error
        yield nw.from_native(frame).lazy()
    finally:
        if active is None:
            session.stop()


def _not_started(engine: str, address: str, error: Exception) -> InvalidPredictions:
    advice = "Is Java 17 or newer installed, and the address right?" if engine == "Spark" else "Is the address right?"
    where = truncate(address, 120)
    return InvalidPredictions(f"{engine} ({where}) could not be reached or started: {first_line(error)}. {advice}")

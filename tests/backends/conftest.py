"""Real engines for the tests: dask on a cluster of processes, Spark in its own JVM."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.backends.java import MISSING, find_java

N_PARTS = 3
# For queries of milliseconds: compiling once, not to the end, and one thread for the garbage halve the time of the JVM.
JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"


class Engines:
    """Starts each engine when a test asks for it first; one of each serves all tests of a module."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack

    def start(self, engine: str) -> str | None:
        """Start an engine, and return the address of the cluster if it needs one."""
        if engine == "spark":
            assert self.spark
        return self.dask_address if engine == "dask" else None

    @cached_property
    def dask_address(self) -> str:
        """The address of a scheduler with two worker processes."""
        from distributed import LocalCluster

        options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}  # any free port
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options)
        self._stack.enter_context(cluster)
        return str(cluster.scheduler_address)

    @cached_property
    def spark(self) -> Any:
        """A session whose master and executors are threads of one JVM."""
        home = find_java()
        if home is None:
            pytest.fail(MISSING)
        from pyspark.sql import SparkSession

        os.environ |= {"JAVA_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        options = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.extraJavaOptions": JVM,
            "spark.local.dir": str(self._folder / "spark"),
            "spark.sql.warehouse.dir": str(self._folder / "warehouse"),
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
        }
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        self._stack.callback(session.stop)
        return session


def write_parts(table: pa.Table, folder: Path) -> None:
    """Write the rows of a table as several Parquet files, of which the last may be empty."""
    folder.mkdir()
    size = -(-len(table) // N_PARTS)
    for i in range(N_PARTS):
        pq.write_table(table.slice(i * size, size), folder / f"part-{i}.parquet")


def damaged_inside(table: pa.Table) -> bytes:
    """Return a Parquet file whose end, which says where its columns are, is intact; but its first column is not."""
    file = pa.BufferOutputStream()
    pq.write_table(table, file)
    content = bytearray(file.getvalue().to_pybytes())
    content[4:40] = bytes(36)
    return bytes(content)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Yield the engines, and stop those that were started: dask takes a tenth of a processor while it waits."""
    with ExitStack() as stack:
        yield Engines(tmp_path_factory.mktemp("engines"), stack)

"""Threshold tables from an engine: DuckDB, polars, pyarrow, pandas, dask or Spark count, and only counts come back."""

from f1tools.backends.checkpoints import FolderCheckpoints
from f1tools.backends.columns import parse_label
from f1tools.backends.sources import Engine, OpenSource, open_source
from f1tools.backends.summary import summarize

__all__ = ["Engine", "FolderCheckpoints", "OpenSource", "open_source", "parse_label", "summarize"]

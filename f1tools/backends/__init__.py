"""Threshold tables from an engine: DuckDB, polars, pyarrow, pandas, dask or Spark count, and only counts come back."""

from f1tools.backends.summary import summarize

__all__ = ["summarize"]

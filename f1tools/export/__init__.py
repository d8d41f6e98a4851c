"""Downloads: operating points as CSV and Parquet, rows with their scores as CSV."""

from f1tools.export.cells import cell, file_name
from f1tools.export.points import points_csv, points_parquet
from f1tools.export.scores import scores_csv

__all__ = ["cell", "file_name", "points_csv", "points_parquet", "scores_csv"]

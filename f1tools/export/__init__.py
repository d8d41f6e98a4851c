"""Downloads: operating points as CSV and Parquet, rows with their scores and rows that flip as CSV."""

from f1tools.export.cells import cell, file_name
from f1tools.export.flips import flips_csv
from f1tools.export.points import points_csv, points_parquet
from f1tools.export.scores import scores_csv

__all__ = ["cell", "file_name", "flips_csv", "points_csv", "points_parquet", "scores_csv"]

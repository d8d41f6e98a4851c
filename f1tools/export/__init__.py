"""Downloads as CSV, curves as Parquet, too: operating points, rows with decisions, groups, classes."""

from f1tools.export.cells import cell, file_name
from f1tools.export.classes import class_decisions_csv, class_table_csv
from f1tools.export.flips import flips_csv
from f1tools.export.group_thresholds import group_thresholds_csv
from f1tools.export.points import points_csv, points_parquet
from f1tools.export.scores import scores_csv

__all__ = [
    "cell",
    "class_decisions_csv",
    "class_table_csv",
    "file_name",
    "flips_csv",
    "group_thresholds_csv",
    "points_csv",
    "points_parquet",
    "scores_csv",
]

"""The SQL of the documentation: run by DuckDB and SQLite, read, and compared with the rows."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import precision_recall_curve

from f1tools.core.optimum import best
from f1tools.readers import Reading, read_predictions
from f1tools.readers.inference.mapping_validation import COUNTS_SQL

PAGE = Path(__file__).parents[2] / "docs" / "threshold_tables.md"
FIRST, SECOND = re.findall(r"^```sql\n(.+?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
FEW_BINS = 64  # so that the optimum lies inside a bin


def rows() -> pd.DataFrame:
    """Return 20,000 rows with continuous scores, some of them without a label or a score."""
    rng = np.random.default_rng(5)
    label = (rng.random(20_000) < 0.1).astype(int)
    score = 1 / (1 + np.exp(-rng.normal(2.5 * label - 2, 1)))
    frame = pd.DataFrame({"label": label, "score": score}, dtype=object)
    frame.loc[:9, "label"] = None
    frame.loc[5:20, "score"] = None
    return frame


def run(engine: str, sql: str) -> Reading:
    """Return the result of a query as the file that it is downloaded as."""
    predictions = rows()
    if engine == "duckdb":
        predictions = predictions.astype({"label": "Int64", "score": "Float64"})
        with duckdb.connect() as connection:
            connection.register("predictions", predictions)
            result = connection.sql(sql).df()
    else:
        with sqlite3.connect(":memory:") as connection:
            predictions.to_sql("predictions", connection, dtype={"label": "INTEGER", "score": "REAL"})
            result = pd.read_sql_query(sql, connection)
    return read_predictions(result.to_csv(index=False).encode())


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_two_queries_find_the_best_threshold(engine: str) -> None:
    """The first query says where the best F1 may lie; the second one finds the best threshold of scikit-learn."""
    frame = rows().dropna().astype({"label": int, "score": float})
    precision, recall, thresholds = precision_recall_curve(frame.label, frame.score)
    f1 = (2 * precision * recall / (precision + recall))[:-1]
    first = run(engine, FIRST.replace("65536", str(FEW_BINS)))
    assert first.table is not None, first.reason
    assert (first.table.n, first.table.n_pos) == (len(frame), frame.label.sum())
    optimum = best(first.table.curve())
    assert optimum.value <= f1.max() <= optimum.bound
    assert not optimum.is_certain
    [warning] = first.warnings
    (stretch,) = re.findall(r"from (\S+) to (\S+) would tell", warning.sentence)
    sql = SECOND.replace("65536", str(FEW_BINS))
    for written, asked in zip(re.findall(r"BETWEEN (\S+) AND (\S+)", SECOND)[0], stretch, strict=True):
        sql = sql.replace(written, asked)
    second = run(engine, sql)
    assert second.table is not None, second.reason
    assert not second.warnings
    assert len(second.table.curve()) < len(frame) / 2
    found = best(second.table.curve())
    assert found.is_certain
    assert found.value == pytest.approx(f1.max(), abs=1e-12)
    assert found.point.threshold == thresholds[np.argmax(f1)]


def test_query_of_the_message() -> None:
    """The query in the message about ratios gives a table, too."""
    sql = COUNTS_SQL.replace("FROM predictions", "FROM predictions WHERE label IS NOT NULL AND score IS NOT NULL")
    reading = run("duckdb", sql.replace("y_true", "label"))
    assert reading.table is not None, reading.reason

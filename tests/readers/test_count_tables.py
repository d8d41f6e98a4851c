"""Threshold tables of other tools are recognized by their columns, and are as coarse as they are."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from f1tools.core.bins import bracket
from f1tools.core.optimum import best
from f1tools.readers import Choices, read_predictions
from tests.helpers import rejected
from tests.readers.count_tables import (
    GRID,
    SCORE,
    Columns,
    Y,
    assert_same_counts,
    bigquery,
    cells,
    counted,
    h2o,
    plain,
    snowflake,
)
from tests.readers.helpers import FloatArray, kinds, table


@pytest.mark.parametrize("make", [bigquery, h2o, plain])
@pytest.mark.parametrize("order", ["falling", "rising", "any"])
def test_layouts_of_tools(make: Callable[[], Columns], order: str) -> None:
    """Columns and rows may stand in any order, and repeated rows count once."""
    frame = pd.DataFrame(make()).sample(frac=1, random_state=1)
    if order != "any":
        frame = frame.sort_values("threshold", ascending=order == "rising")
    reading = read_predictions(frame.iloc[:, ::-1].to_csv(index=False).encode(), name="curve.csv")
    read = counted(reading)
    assert_same_counts(read)
    assert (read.models, read.curve().thresholds[-1]) == (("curve",), 0)  # rows below 0.02: one more bin
    assert reading.layout == "text, comma, threshold table"
    assert "A threshold table: 400 rows" in reading.reason
    assert kinds(reading) == {"coarse"}


@pytest.mark.parametrize(
    "names",
    [
        ["Threshold", "TP", "FP", "TN", "FN"],
        ["cutoff", "True Positives", "False Positives", "True Negatives", "False Negatives"],
        ["confidenceThreshold", "truePositiveCount", "falsePositiveCount", "trueNegativeCount", "falseNegativeCount"],
        [".threshold", "tps", "fps", "tns", "fns"],
    ],
)
def test_spellings(names: list[str]) -> None:
    """Names are known in any case, with any separators."""
    columns = dict(zip(names, (plain()[key] for key in ("threshold", "tp", "fp", "tn", "fn")), strict=True))
    assert_same_counts(counted(read_predictions(table(columns))))


def test_formats_of_files() -> None:
    """JSON with numbers as text, Parquet, a workbook, a data frame, and a decimal comma."""
    frame = pd.DataFrame(plain())
    parquet, workbook = io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    frame.to_excel(workbook, index=False)
    text = json.dumps([{key: str(value) for key, value in row.items()} for row in frame.to_dict("records")])
    european = frame.to_csv(sep=";", decimal=",", index=False)
    for source in (text.encode(), parquet.getvalue(), workbook.getvalue(), frame, european.encode()):
        assert_same_counts(counted(read_predictions(source)))


def test_thresholds_above_and_below_all_scores() -> None:
    """A first row where nothing is flagged, a last one where all is, and rows where nothing changes are normal."""
    at = np.array([np.inf, 1.5, 1.0, *GRID[::-1], 0.0, -0.5, -np.inf])
    read = counted(read_predictions(table(plain(at))))
    assert_same_counts(read)
    assert read.curve().unscored == (0, 0, 0, 0)


def test_between_thresholds_counts_are_bounds() -> None:
    """At any other threshold the counts of the rows lie between those of the table."""
    curve = counted(read_predictions(table(plain()))).curve()
    for threshold in np.linspace(0, 1, 101):
        fewer, more = bracket(curve, float(threshold))
        tp, fp = int(np.sum(Y[threshold <= SCORE])), int(np.sum(1 - Y[threshold <= SCORE]))
        assert fewer.tp <= tp <= more.tp
        assert fewer.fp <= fp <= more.fp


def test_warning_says_what_is_unknown() -> None:
    """The sentence has both ends of what the best F1 can be."""
    reading = read_predictions(table(plain()))
    optimum = best(counted(reading).curve())
    [warning] = reading.warnings
    assert f"the best F1 lies between {optimum.value:.3f} and {optimum.bound:.3f}" in warning.sentence


def test_scores_that_are_no_probabilities() -> None:
    """Rows below the lowest threshold are rows that none flags, because nothing says where they lie."""
    logit = np.log(SCORE / (1 - SCORE)).astype(np.float64).round(4)
    at: FloatArray = np.linspace(-2.0, 3.0, 21)
    reading = read_predictions(table({"threshold": at, **cells(at, Y, logit)}))
    curve = counted(reading).curve()
    assert_same_counts(counted(reading), Y, np.where(logit < -2, -1e9, logit))
    below = logit < -2
    assert curve.unscored[:2] == (Y[below].sum(), (1 - Y)[below].sum())
    assert list(reading.unscored.values()) == [curve.unscored[:2]]
    assert "lie below the lowest threshold, -2" in reading.warnings[0].sentence


def test_without_negatives_all_flagged_rows_are_all_rows() -> None:
    """With tp and fp alone, rows below the lowest threshold are unknown, and a warning says so."""
    reading = read_predictions(table({key: plain()[key] for key in ("threshold", "tp", "fp")}))
    above = GRID[0] <= SCORE
    assert_same_counts(counted(reading), Y[above], SCORE[above], n=int(above.sum()))
    assert kinds(reading) == {"coarse", "no totals"}
    totals = {"positives": np.full(33, Y.sum()), "negatives": np.full(33, (1 - Y).sum())}
    reading = read_predictions(table({key: plain()[key] for key in ("threshold", "tp", "fp")} | totals))
    assert_same_counts(counted(reading))


def test_an_infinite_threshold_leaves_probabilities_below_1() -> None:
    """Curves may begin with a threshold of inf, which no score reaches: those of the first bin are at most 1."""
    reading = read_predictions(table({"threshold": [np.inf, 0.5, 0.1], "tp": [0, 30, 50], "fp": [0, 20, 100],
                    "tn": [100, 80, 0], "fn": [50, 20, 0]}))  # fmt: skip
    curve = counted(reading).curve()
    assert curve.highest is not None
    assert curve.highest[1] == 1.0
    assert "to inf" not in "".join(each.sentence for each in reading.warnings)


def test_averaged_thresholds_of_h2o() -> None:
    """With 400 thresholds, those of H2O are means of scores."""
    assert "averaged thresholds" in kinds(read_predictions(table(h2o(np.unique(SCORE)[:400]))))


def test_snowflake_asks_for_the_class() -> None:
    """Each class has thresholds of its own: which one is positive is a question."""
    data = table(snowflake({"no": (1 - Y, np.round(1 - SCORE, 6)), "yes": (Y, SCORE)}))
    reading = read_predictions(data, name="metrics.csv")
    assert (reading.outcome, reading.table) == ("ask", None)
    assert "the positive class: the table has counts of no and yes" in reading.reason
    assert [candidate.choices.pos_label for candidate in reading.candidates] == ["yes", "no"]
    assert [(each.n_pos, each.n_neg) for each in reading.candidates] == [
        (Y.sum(), 400 - Y.sum()),
        (400 - Y.sum(), Y.sum()),
    ]
    for choices in (reading.candidates[0].choices, Choices(pos_label="yes")):
        read = read_predictions(data, choices=choices)
        assert_same_counts(counted(read))
        assert (read.table.pos_label, read.table.neg_label) == ("yes", "no")  # type: ignore[union-attr]
    other = read_predictions(data, choices=reading.candidates[1].choices)
    assert_same_counts(counted(other), 1 - Y, np.round(1 - SCORE, 6))
    with rejected("CLASS has no value maybe. The values are: no and yes."):
        read_predictions(data, choices=Choices(split="CLASS", split_value="maybe"))


def test_models_of_the_same_rows_stand_side_by_side() -> None:
    """A column with the model of each row parts the table where all have the same numbers of positives."""
    squared = np.round(SCORE**2, 6)
    parts = [{"model": name, **{"threshold": GRID, **cells(GRID, Y, score)}} for name, score in
             (("logistic", SCORE), ("forest", squared))]  # fmt: skip
    frame = pd.concat([pd.DataFrame(part) for part in parts])
    reading = read_predictions(frame)
    assert counted(reading).models == ("logistic", "forest")
    assert_same_counts(counted(read_predictions(frame, choices=Choices(scores=("forest",)))), Y, squared)
    assert_same_counts(
        counted(read_predictions(frame, choices=Choices(split="model", split_value="forest"))), Y, squared
    )
    other = frame.assign(tn=frame.tn + (frame.model == "forest"))
    assert read_predictions(other).outcome == "ask"

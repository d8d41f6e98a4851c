"""Threshold tables of other tools: recognized by their columns, checked, and as coarse as they are.

Tables are made from rows by scikit-learn's confusion matrices, and read tables are compared with the rows.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, confusion_matrix_at_thresholds, f1_score

from f1tools.core.bins import bracket
from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, Reading, read_files, read_predictions
from f1tools.threshold_table import ThresholdTable
from tests.helpers import rejected
from tests.readers.helpers import FloatArray, IntArray, features, kinds, rows, table

Y, SCORE = rows(400)
GRID = np.round(np.linspace(0.02, 0.98, 33), 3)
Columns = Mapping[str, Any]


def cells(thresholds: FloatArray, y: IntArray = Y, score: FloatArray = SCORE) -> dict[str, IntArray]:
    """Return true and false positives and negatives at each threshold, by scikit-learn."""
    tn, fp, fn, tp, scores = confusion_matrix_at_thresholds(y, score)
    below_all = {"tp": 0, "fp": 0, "tn": tn[0] + fp[0], "fn": tp[0] + fn[0]}
    position = np.searchsorted(-scores, -np.asarray(thresholds), side="right")  # so many scores are at least as high
    counted = {"tp": tp, "fp": fp, "tn": tn, "fn": fn}
    return {name: np.append(below_all[name], counted[name]).astype(int)[position] for name in below_all}


def f1(n: dict[str, IntArray]) -> FloatArray:
    """Return F1 at each threshold."""
    return 2 * n["tp"] / (2 * n["tp"] + n["fp"] + n["fn"])


def bigquery(thresholds: FloatArray = GRID) -> Columns:
    """Return a table as `ML.ROC_CURVE` writes it; rows are repeated where percentiles of the scores are equal."""
    at = np.repeat(thresholds, 2)
    n = cells(at)
    return {
        "threshold": at, "recall": n["tp"] / (n["tp"] + n["fn"]), "false_positive_rate": n["fp"] / (n["fp"] + n["tn"]),
        "true_positives": n["tp"], "false_positives": n["fp"], "true_negatives": n["tn"], "false_negatives": n["fn"],
    }  # fmt: skip


def h2o(thresholds: FloatArray = GRID) -> Columns:
    """Return `thresholds_and_metric_scores`, whose counts are floating-point numbers."""
    n = cells(thresholds)
    return {
        "threshold": thresholds, "f1": f1(n), "absolute_mcc": f1(n), "tns": n["tn"].astype(float),
        "fns": n["fn"].astype(float), "fps": n["fp"].astype(float), "tps": n["tp"].astype(float),
        "tpr": n["tp"] / Y.sum(), "idx": np.arange(thresholds.size),
    }  # fmt: skip


def plain(thresholds: FloatArray = GRID) -> Columns:
    """Return the four counts, as people write them with scikit-learn."""
    return {"threshold": thresholds, **cells(thresholds)}


def snowflake(classes: dict[str, tuple[IntArray, FloatArray]]) -> Columns:
    """Return a table as `SHOW_THRESHOLD_METRICS` writes it: rows of each class."""
    parts = [
        pd.DataFrame({
            "DATASET_TYPE": "EVAL", "CLASS": name, "THRESHOLD": GRID, "F1": 0.5,
            **{key.upper(): values for key, values in cells(GRID, y, score).items()},
            "SUPPORT": y.sum(), "LOGS": "",
        })
        for name, (y, score) in classes.items()
    ]  # fmt: skip
    return {str(name): values for name, values in pd.concat(parts).to_dict("list").items()}


def counted(reading: Reading) -> ThresholdTable:
    """Return the table of a reading that asks nothing."""
    assert reading.outcome == "sure", reading.reason
    assert reading.table is not None
    return reading.table


def assert_same_counts(read: ThresholdTable, y: IntArray = Y, score: FloatArray = SCORE, *, n: int = Y.size) -> None:
    """Compare the counts at each threshold with the rows, and the bounds of the best F1 with the best of all rows."""
    curve = read.curve()
    assert (read.n, read.n_pos) == (n, y.sum())
    counts, expected = curve.at_each(curve.thresholds.tolist()), cells(curve.thresholds, y, score)
    for name, values in expected.items():
        np.testing.assert_array_equal(getattr(counts, name), values)
    assert f1_score(y, score >= curve.thresholds[-1]) == pytest.approx(f1(expected)[-1])
    true_best, known_best = f1(cells(np.unique(score), y, score)).max(), f1(expected).max()
    optimum = best(curve)
    assert optimum.value == pytest.approx(known_best)
    assert optimum.value - 1e-12 <= true_best <= optimum.bound + 1e-12


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


# Parts: classes and models


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


# Counts in bins, as SQL returns them


def by_bin(bins: IntArray | FloatArray) -> Columns:
    """Return the lowest and highest score and the counts of each bin."""
    frame = pd.DataFrame({"bin": bins, "score": SCORE, "y": Y}).groupby("bin")
    return {
        "lowest": frame.score.min(), "highest": frame.score.max(), "positives": frame.y.sum(),
        "negatives": frame.y.size() - frame.y.sum(),
    }  # fmt: skip


def test_counts_in_bins() -> None:
    """A row a bin: the counts are exact at the lowest score of each bin."""
    read = counted(read_predictions(table(by_bin(np.floor(SCORE * 64)))))
    assert_same_counts(read)
    assert not read.is_exact


def test_bins_that_touch_are_one() -> None:
    """`ntile` parts equal scores: such bins are merged."""
    score = np.round(SCORE, 2)
    order = np.argsort(score, kind="stable")
    bins = np.empty(400, np.int64)
    bins[order] = np.arange(400) // 20
    frame = pd.DataFrame({"bin": bins, "score": score, "y": Y}).groupby("bin")
    columns = {
        "min_score": frame.score.min(), "max_score": frame.score.max(), "positives": frame.y.sum(),
        "negatives": 20 - frame.y.sum(),
    }  # fmt: skip
    assert_same_counts(counted(read_predictions(table(columns))), Y, score)


def test_edges_of_bins_are_no_scores() -> None:
    """Where each bin begins at the end of the one below, the table says why it has one threshold only."""
    edges = {"lowest": [0.0, 0.1, 0.2], "highest": [0.1, 0.2, 0.3], "positives": [5, 5, 7], "negatives": [90, 80, 7]}
    reading = read_predictions(table(edges))
    assert len(counted(reading).curve()) == 2
    assert reading.warnings[0].sentence.startswith("2 of the 3 bins begin where another one ends")
    apart = edges | {"highest": [0.09, 0.19, 0.3]}
    assert "joined bins" not in {each.kind for each in read_predictions(table(apart)).warnings}


def test_counts_by_score_are_exact() -> None:
    """A row a distinct score, cumulative or not, leaves nothing open."""
    one = by_bin(SCORE)
    read = read_predictions(
        table({"score": one["lowest"], "positives": one["positives"], "negatives": one["negatives"]})
    )
    at = np.unique(SCORE)
    n = cells(at)
    other = read_predictions(table({"threshold": at, "highest": at, "tp": n["tp"], "fp": n["fp"]}))
    for reading in (read, other):
        assert_same_counts(counted(reading))
        assert counted(reading).is_exact
        assert not reading.warnings


def test_weighted_bins() -> None:
    """Sums of weights need their squares and the number of rows."""
    rng = np.random.default_rng(3)
    weight = np.round(rng.uniform(0.5, 2, 400), 3)
    bins = np.floor(SCORE * 32)
    frame = pd.DataFrame({
        "bin": bins, "score": SCORE, "p": weight * Y, "n": weight * (1 - Y),
        "pp": weight**2 * Y, "nn": weight**2 * (1 - Y),
    }).groupby("bin")  # fmt: skip
    columns = {
        "lowest": frame.score.min(), "highest": frame.score.max(), "positives": frame.p.sum(),
        "negatives": frame.n.sum(), "positive_squares": frame.pp.sum(), "negative_squares": frame.nn.sum(),
        "rows": frame.size(),
    }  # fmt: skip
    read = counted(read_predictions(table(columns)))
    assert (read.n, read.weighted) == (400, True)
    for threshold in read.curve().thresholds[1:]:
        tn, fp, fn, tp = confusion_matrix(Y, threshold <= SCORE, sample_weight=weight).ravel()
        counts = read.curve().at(float(threshold)).counts
        np.testing.assert_allclose([counts.tn, counts.fp, counts.fn, counts.tp], [tn, fp, fn, tp], rtol=1e-9)
    wrong = columns | {"positive_squares": columns["positive_squares"] / 1000}
    assert "cannot have squares with the sum" in read_predictions(table(wrong)).reason
    del columns["rows"]
    assert "Add a column rows" in read_predictions(table(columns)).reason
    del columns["positive_squares"]
    assert "sums of weights need the columns" in read_predictions(table(columns)).reason


# Contradictions


def changed(column: str, row: int, value: object) -> Columns:
    """Return a table with one cell changed."""
    columns = {key: list(values) for key, values in plain(GRID[::-1]).items()}
    columns[column][row] = value
    return columns


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (changed("tp", 20, 0), "tp falls from "),
        (changed("fp", 20, 1), "in row 20 (threshold 0.41) to 1 in row 21 (threshold 0.38)"),
        (changed("fn", 4, 0), "tp + fn is "),
        (changed("tn", 9, 7), "fp + tn is "),
        (changed("tp", 2, ""), "tp in row 3 is no number."),
        (changed("fp", 2, -1), "fp in row 3 is -1."),
        (changed("tp", 2, 1.5), "tp in row 3 is 1.5. Counts of rows are whole numbers"),
        (changed("threshold", 7, 0.8), "occurs with other counts in row"),
        (changed("threshold", 7, "NA"), "threshold in row 8 is no number"),
        ({**plain(), "fn": np.zeros(33, int), "tn": np.zeros(33, int)}, "tp + fn is "),
        ({"lowest": [0.1, 0.2], "highest": [0.3, 0.4], "positives": [1, 2], "negatives": [3, 1]}, "overlap"),
        ({"lowest": [0.5, 0.2], "highest": [0.3, 0.4], "positives": [1, 2], "negatives": [3, 1]}, "ends below"),
        ({"threshold": [0.5], "tp": [3], "fp": [2], "tn": [2], "fn": [0]}, ""),
    ],
)
def test_contradictions_are_refused(columns: Columns, reason: str) -> None:
    """The reason names the column, the rows and what to do."""
    reading = read_predictions(table(columns), name="mine.csv")
    if not reason:  # a single threshold is a small table, but one
        assert reading.outcome == "sure"
        return
    assert (reading.outcome, reason in reading.reason) == ("refuse", True), reading.reason
    assert reading.reason.startswith("mine.csv is a threshold table that cannot be read.")
    assert reading.reason.endswith(".")


@pytest.mark.parametrize("names", [["threshold", "precision", "recall"], ["FPR", "TPR", "Threshold"]])
def test_ratios_alone_are_refused(names: list[str]) -> None:
    """Counts do not follow from ratios; the reason has SQL that gives them."""
    reading = read_predictions(table(dict(zip(names, (GRID, GRID, GRID), strict=True))))
    assert reading.outcome == "refuse"
    assert "ratios at thresholds" in reading.reason
    assert "SELECT min(score) AS lowest" in reading.reason


def test_a_log_of_experiments_is_no_threshold_table() -> None:
    """A row a model at its own threshold is not the curve of one model."""
    n = cells(GRID[:3])
    reading = read_predictions(
        table({"model": ["a", "b", "c"], "threshold": GRID[:3], **n, "f1": f1(n), "auc": GRID[:3]})
    )
    assert (reading.outcome, reading.table) == ("refuse", None)


def test_json_of_apis() -> None:
    """Rows inside of an object, with the names of Vertex AI and DataRobot, and numbers as text."""
    n = plain()
    spelled = {"tp": "truePositive", "fp": "falsePositive", "tn": "trueNegative", "fn": "falseNegative"}
    for outer, at, ending in (
        ("confidenceMetrics", "confidenceThreshold", "Count"),
        ("rocPoints", "threshold", "Score"),
    ):
        points = [
            {at: float(n["threshold"][row]), **{f"{name}{ending}": str(n[key][row]) for key, name in spelled.items()}}
            for row in range(GRID.size)
        ]
        assert_same_counts(counted(read_predictions(json.dumps({outer: points}).encode())))


def test_a_class_without_rows_is_refused() -> None:
    """No positives: there is no threshold to choose."""
    reading = read_predictions(table({**plain(), "tp": np.zeros(33, int), "fn": np.zeros(33, int)}))
    assert (reading.outcome, "Both are needed" in reading.reason) == ("refuse", True)


def test_choices_that_need_rows(tmp_path: Any) -> None:
    """Columns of rows cannot be chosen, and other files cannot be joined."""
    data = table(plain())
    with rejected("it has counts of", "no rows with a column w"):
        read_predictions(data, choices=Choices(weight="w"))
    with rejected("There is no column 'y'"):
        read_predictions(data, choices=Choices(truth="y", scores=("tp",)))
    with rejected("is a threshold table: it has counts, no rows"):
        read_files([data, table({"y": Y, "score": SCORE})], names=["a", "b"])
    read = counted(read_predictions(data, choices=Choices(pos_label="sick", neg_label="well")))
    assert (read.pos_label, read.neg_label) == ("sick", "well")


# Files of rows with such names


@pytest.mark.parametrize(
    "more",
    [
        {"threshold": np.full(400, 0.5), "tp": (SCORE >= 0.5) & (Y == 1), "fp": (SCORE >= 0.5) & (Y == 0)},
        {"threshold": SCORE, "tp": np.arange(400), "fp": np.arange(400)},
        {"lowest": SCORE, "highest": SCORE, "positives": np.arange(400), "negatives": np.arange(400)},
        {"positives": np.arange(400) % 7, "negatives": np.arange(400) % 5},
        features(400),
    ],
)
@pytest.mark.parametrize("target", ["y_true", "label", "churned", "class"])
def test_rows_stay_rows(more: Columns, target: str) -> None:
    """A file with true labels and scores is read as rows, whatever other columns are called."""
    flags = {key: np.asarray(values).astype(float) for key, values in more.items() if key not in features(400)}
    columns = {target: Y, "score": SCORE, **(flags or more)}
    choices = Choices(truth=target, scores=("score",))
    reading = read_predictions(table(columns), choices=choices)
    assert reading.predictions is not None
    assert read_predictions(table(columns)).table is None


# Damage

TABLES = [plain(), h2o(), by_bin(SCORE // 0.1)]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_tables_are_read_or_refused(data: st.DataObject) -> None:
    """A table with changed cells is read with counts of rows, or refused in a sentence; it never fails otherwise."""
    columns = {key: list(values) for key, values in data.draw(st.sampled_from(TABLES)).items()}
    strange = [0, 1, -1, 0.5, 1e300, -1e-300, 2**60, "", "NA", "inf", "-inf", "x", "1,5", "1e400", "<b>"]
    for _ in range(data.draw(st.integers(1, 4))):
        column = columns[data.draw(st.sampled_from(sorted(columns)))]
        column[data.draw(st.integers(0, len(column) - 1))] = data.draw(st.sampled_from(strange))
    with contextlib.suppress(InvalidPredictions):
        reading = read_predictions(table(columns))
        assert reading.reason.strip()
        if reading.table is not None:
            curve = reading.table.curve()
            assert (np.diff(curve.thresholds) < 0).all()
            assert (np.diff(curve.tp) >= 0).all()
            assert (np.diff(curve.fp) >= 0).all()


def test_too_many_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of rows is bounded."""
    monkeypatch.setattr("f1tools.readers.threshold_tables.MAX_THRESHOLDS", 20)
    with rejected("is a threshold table with more than 20 rows"):
        read_predictions(table(plain()), name="mine.csv")

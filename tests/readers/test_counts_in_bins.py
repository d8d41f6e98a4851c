"""Counts in bins of scores, as SQL returns them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from f1tools.readers import read_predictions
from tests.readers.count_tables import SCORE, Y, assert_same_counts, by_bin, cells, counted
from tests.readers.helpers import table


def test_counts_in_bins() -> None:
    """One row per bin: the counts are exact at the lowest score of each bin."""
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
    """One row per distinct score, cumulative or not, leaves nothing open."""
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

"""Truth and scores in two files find each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Reading, join_predictions
from tests.readers.making import labels, rows, table

Y, P = rows(300)
N = len(Y)
ORDER = np.random.default_rng(1).permutation(N)
HARD = (P >= 0.5).astype(int)


def scores(reading: Reading) -> list[float]:
    assert reading.predictions is not None, reading.reason
    (score,) = reading.predictions.scores.values()
    return [float(each) for each in score]


def test_by_a_key_of_text_in_any_case(tmp_path: Path) -> None:
    """`ID` and `id` are one key; rows of one file only are counted by its name."""
    truth, predicted = tmp_path / "truth.csv", tmp_path / "predicted.csv"
    names = np.array([f"case {i}" for i in range(N)])
    truth.write_bytes(table({"ID": names[10:], "target": Y[10:]}))
    predicted.write_bytes(table({"id": names[ORDER][:-5], "prob": P[ORDER][:-5]}))
    reading = join_predictions(truth, predicted)
    both = [i for i in range(10, N) if i not in ORDER[-5:]]
    assert reading.name == "truth.csv + predicted.csv"
    assert reading.dropped["only in truth.csv"] == N - 10 - len(both)
    assert reading.dropped["only in predicted.csv"] == N - 5 - len(both)
    assert scores(reading) == P[both].tolist()
    assert "joined by ID" in reading.layout


def test_the_same_name_for_truth_and_score() -> None:
    """`id,target` twice: the two-valued one is the truth, in whichever file it stands."""
    truth, submission = table({"id": range(N), "target": Y}), table({"id": ORDER, "target": P[ORDER]})
    for pair in ((truth, submission), (submission, truth)):
        reading = join_predictions(*pair)
        assert reading.outcome == "sure"
        assert sorted(scores(reading)) == sorted(P.tolist())


def test_an_index_of_another_kind_is_no_key() -> None:
    """Row numbers that do not match leave the order of the rows, when the files are equally long."""
    reading = join_predictions(table({"": ORDER * 7, "y_test": Y}), table({"": range(N), "0": P}))
    assert scores(reading) == P.tolist()
    assert "row by row" in reading.layout


def test_an_index_that_overlaps_by_chance_is_no_key() -> None:
    """Equally long files whose row numbers agree only in part are put side by side."""
    index = np.arange(N) + N // 4
    reading = join_predictions(table({"index": index, "y_test": Y}), table({"index": range(N), "prob": P}))
    assert scores(reading) == P.tolist()


def test_confidence_in_a_label_from_the_second_file() -> None:
    """The predicted label and its confidence become a score once the truth is there."""
    said = table({"LABEL": labels(HARD, "no", "yes"), "PROB": np.where(HARD == 1, P, 1 - P).round(6)})
    reading = join_predictions(table({"truth": labels(Y, "no", "yes")}), said)
    assert reading.outcome == "ask"
    assert reading.proposal is not None
    assert reading.proposal.predicted == "LABEL"
    again = join_predictions(table({"truth": labels(Y, "no", "yes")}), said, choices=reading.proposal)
    np.testing.assert_allclose(scores(again), P, atol=1e-12)


def test_frames_and_progress() -> None:
    """Data frames join as files do; progress runs once from 0 to 1."""
    calls: list[float] = []
    reading = join_predictions(
        pd.DataFrame({"k": ORDER, "y_true": Y[ORDER]}), pd.DataFrame({"k": range(N), "prob": P}), key="K",
        on_progress=calls.append,
    )  # fmt: skip
    assert scores(reading) == P[ORDER].tolist()
    assert calls == sorted(calls)
    assert calls[-1] == 1


def test_rows_with_too_few_cells_are_counted() -> None:
    """Broken rows of either file stay in the account."""
    broken = table({"id": range(N), "prob": P}).replace(b"7,", b"7;", 1)
    reading = join_predictions(table({"id": range(N), "y": Y}), broken)
    assert reading.dropped["wrong number of cells"] == 1
    assert reading.dropped["only in the first file"] == 1


@pytest.mark.parametrize("key", ["y", "nope"])
def test_a_key_that_is_none(key: str) -> None:
    """A column that repeats, or that one file lacks, cannot join."""
    with pytest.raises(InvalidPredictions, match="not a unique key"):
        join_predictions(table({"id": range(N), "y": Y}), table({"id": range(N), "y": P}), key=key)


def test_lengths_that_differ_name_both_files() -> None:
    """Keys that do not overlap, of different kinds, or none at all do not help."""
    for other in ({"prob": P[1:]}, {"id": [f"x{i}" for i in range(N - 1)], "prob": P[1:]}):
        with pytest.raises(InvalidPredictions, match="the first file has 300 rows and the second file has 299"):
            join_predictions(table({"id": range(N), "y": Y}), table(other))

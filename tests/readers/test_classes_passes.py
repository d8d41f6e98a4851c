"""Tables of very many columns of classes are read a few columns at a time, with the same rows as all at once."""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from f1tools import Choices, read_predictions
from f1tools.readers.formats import Readable

N, K = 400, 70  # more columns than are read at once
LABELS = [f"tag{place:02d}" for place in range(K)]


def table(*, truth: str) -> pd.DataFrame:
    """Return a table with rows that cannot be used for many reasons, some of them in the last columns only."""
    rng = np.random.default_rng(8)
    members = rng.random((N, K)) < 0.3
    scores = members + rng.normal(size=(N, K))
    scores[[7, 30, 31], [3, 69, 69]] = np.nan
    scores[[30, 50], [2, 68]] = np.inf, -np.inf
    frame = pd.DataFrame(scores, columns=[f"score_{each}" for each in LABELS])
    frame["case_id"], frame["weight"] = [f"r{row:04d}" for row in range(N)], rng.integers(1, 5, N).astype(np.float64)
    frame.loc[90, "weight"] = np.nan
    frame["part"] = np.where(np.arange(N) % 10 < 8, "test", "train")
    if truth == "a column for each":
        truths = pd.DataFrame(members.astype(np.float64), columns=LABELS)
        truths.iloc[[5, 31], [0, 69]] = np.nan
        return pd.concat([frame, truths], axis=1)
    frame["tags"] = [";".join(np.array(LABELS)[row]) for row in members]
    return frame


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet with several groups of rows."""
    content = io.BytesIO()
    frame.to_parquet(content, row_group_size=250)
    return content.getvalue()


def same(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table."""
    return frame


@pytest.mark.parametrize("truth", ["a column for each", "lists"])
@pytest.mark.parametrize("encode", [parquet, same])
def test_rows_are_those_of_text_which_is_read_at_once(encode: Callable[[pd.DataFrame], Readable], truth: str) -> None:
    frame = table(truth=truth)
    choices = Choices(weight="weight", id="case_id", split="part", split_value="test")
    at_once = read_predictions(frame.to_csv(index=False).encode(), choices=choices)
    progress: list[float] = []
    reading = read_predictions(encode(frame), choices=choices, on_progress=progress.append)
    assert reading.classes is not None
    assert at_once.classes is not None
    assert reading.classes.classes == tuple(LABELS)
    assert reading.proposal == at_once.proposal
    assert reading.dropped == at_once.dropped
    np.testing.assert_array_equal(reading.classes.y_true, at_once.classes.y_true)
    np.testing.assert_array_equal(reading.classes.y_score, at_once.classes.y_score)
    np.testing.assert_array_equal(reading.classes.sample_weight, at_once.classes.sample_weight)
    np.testing.assert_array_equal(reading.classes.ids, at_once.classes.ids)
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0.0, 1.0)


def test_rows_are_left_out_for_each_reason_by_themselves() -> None:
    """The rows that are used, found with pandas."""
    frame = table(truth="a column for each")
    reading = read_predictions(parquet(frame), choices=Choices(weight="weight", split="part", split_value="test"))
    of_part = frame[frame["part"] == "test"]
    known = of_part.dropna(subset=LABELS)
    scores = [f"score_{each}" for each in LABELS]
    values = known[scores].to_numpy()
    is_infinite, is_missing = np.isinf(values).any(axis=1), np.isnan(values).any(axis=1)
    finite = known[~(is_infinite | is_missing)]
    used = finite.dropna(subset=["weight"])
    assert reading.classes is not None
    np.testing.assert_array_equal(reading.classes.y_score, used[scores])
    np.testing.assert_array_equal(reading.classes.y_true, used[LABELS] == 1)
    assert reading.dropped == {
        "other part": len(frame) - len(of_part),
        "missing truth": len(of_part) - len(known),
        "infinite score": int(is_infinite.sum()),
        "missing score": int((is_missing & ~is_infinite).sum()),
        "missing weight": len(finite) - len(used),
    }


def test_labels_of_a_typed_column_are_those_of_its_text() -> None:
    """A truth of integers, of floats and of truth values has the labels and rows that it has in a text file."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, N)
    score = truth + rng.normal(size=N)
    texts = read_predictions(pd.DataFrame({"y": truth, "score": score}).to_csv(index=False).encode()).predictions
    assert texts is not None
    for values in (truth.astype(np.int8), truth.astype(np.uint64), truth.astype(np.float32), truth == 1):
        typed = read_predictions(parquet(pd.DataFrame({"y": values, "score": score}))).predictions
        assert typed is not None
        np.testing.assert_array_equal(typed.y_true, texts.y_true)

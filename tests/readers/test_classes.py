"""Tables of several classes or labels are read whole, or one class against all others."""

import io

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from f1tools import Choices, read_predictions
from f1tools.core.types import InvalidPredictions

N = 120
KINDS = ["setosa", "versicolor", "virginica"]


def csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV."""
    content = io.BytesIO()
    frame.to_csv(content, index=False)
    return content.getvalue()


def one_class_a_row() -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.str_]]:
    """Return a table with a truth of three classes and a probability for each, in another order."""
    rng = np.random.default_rng(4)
    probability = rng.dirichlet([1, 1, 1], N).round(5)
    truth = np.array(KINDS)[[rng.choice(3, p=row / row.sum()) for row in probability]]
    columns = {f"p_{kind}": probability[:, place] for place, kind in enumerate(KINDS)}
    return (
        pd.DataFrame({"id": np.arange(1, N + 1), "species": truth, **dict(reversed(columns.items()))}),
        probability,
        truth,
    )


def test_a_truth_of_several_classes_with_a_score_for_each() -> None:
    frame, probability, truth = one_class_a_row()
    reading = read_predictions(csv(frame))
    assert reading.outcome == "sure"
    assert reading.classes is not None
    assert reading.classes.classes == tuple(KINDS)
    assert reading.classes.one_per_row
    np.testing.assert_array_equal(reading.classes.y_score, probability)
    np.testing.assert_array_equal(reading.classes.y_true, truth[:, np.newaxis] == KINDS)
    assert reading.counted is None


def test_one_class_against_the_others() -> None:
    frame, probability, truth = one_class_a_row()
    reading = read_predictions(csv(frame), choices=Choices(one_class="versicolor"))
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["p_versicolor"], probability[:, 1])
    np.testing.assert_array_equal(reading.predictions.y_true, truth == "versicolor")
    again = read_predictions(csv(frame), choices=reading.proposal)
    assert again.predictions is not None
    np.testing.assert_array_equal(again.predictions.y_true, reading.predictions.y_true)
    with pytest.raises(InvalidPredictions, match="There is no class 'rose'"):
        read_predictions(csv(frame), choices=Choices(one_class="rose"))


def test_several_labels_a_row_and_rows_that_lack_one() -> None:
    rng = np.random.default_rng(5)
    names = ["toxic", "obscene", "threat"]
    labels = (rng.random((N, 3)) < 0.3).astype(int)
    scores = rng.random((N, 3)).round(5)
    frame = pd.DataFrame(labels, columns=names).assign(**{f"pred_{name}": scores[:, j] for j, name in enumerate(names)})
    frame.loc[3, "pred_toxic"] = np.nan
    frame["obscene"] = frame["obscene"].astype("Int64")
    frame.loc[7, "obscene"] = pd.NA
    reading = read_predictions(csv(frame))
    assert reading.classes is not None
    assert not reading.classes.one_per_row
    used = np.delete(np.arange(N), [3, 7])
    np.testing.assert_array_equal(reading.classes.y_true, labels[used])
    np.testing.assert_array_equal(reading.classes.y_score, scores[used])
    assert reading.dropped == {"missing score": 1, "missing truth": 1}
    assert reading.n_rows == N

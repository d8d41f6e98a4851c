"""Two logits of one model, one per class, are read as their difference: the log odds of the positive class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.decision import decide
from f1tools.readers import Choices, read_predictions
from tests.readers.helpers import best_f1, labels, rows, scores, table, top

Y, P = rows(300, seed=6)
N = len(Y)
OFFSET = np.random.default_rng(1).normal(0, 2, N)
NEGATIVE, POSITIVE = ((sign * np.log(P / (1 - P)) / 2 + OFFSET).round(4) for sign in (-1, 1))
WORDS = labels(Y, "NEGATIVE", "POSITIVE")
DIFFERENCE = POSITIVE - NEGATIVE


def vectors(*components: Any) -> list[str]:
    """Return cells such as `"[-1.2, 0.8]"`."""
    return [f'"[{", ".join(map(str, each))}]"' for each in zip(*components, strict=True)]


LAYOUTS: dict[str, tuple[dict[str, Any], str]] = {
    "columns": ({"label": Y, "logit_0": NEGATIVE, "logit_1": POSITIVE}, "logit_1 - logit_0"),
    "the other order": ({"label": Y, "logit_1": POSITIVE, "logit_0": NEGATIVE}, "logit_1 - logit_0"),
    "counted from 1": ({"label": Y, "logit1": NEGATIVE, "logit2": POSITIVE}, "logit2 - logit1"),
    "vectors": ({"text": range(N), "labels": Y, "logits": vectors(NEGATIVE, POSITIVE)}, "logits[1] - logits[0]"),
    "vectors and words": ({"label": WORDS, "predictions": vectors(NEGATIVE, POSITIVE)},
        "predictions[1] - predictions[0]"),
    "named after the classes": ({"label": WORDS, "logit_NEGATIVE": NEGATIVE, "logit_POSITIVE": POSITIVE},
        "logit_POSITIVE - logit_NEGATIVE"),
    "the classes alone": ({"label": WORDS, "NEGATIVE": NEGATIVE - OFFSET, "POSITIVE": POSITIVE - OFFSET},
        "POSITIVE - NEGATIVE"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_two_logits_are_one_model(name: str) -> None:
    """The model is their difference, and its best F1 that of brute force."""
    columns, expected = LAYOUTS[name]
    reading = read_predictions(table(columns))
    assert (reading.outcome, top(reading).scores, top(reading).differences) == ("sure", (expected,), (expected,))
    assert {each.name for each in reading.columns if each.role == "score"} == set(expected.split(" - "))
    predictions = reading.predictions
    assert predictions is not None
    shift = OFFSET if name == "the classes alone" else np.zeros(N)
    one, other = POSITIVE - shift, NEGATIVE - shift
    assert predictions.scores[expected].tolist() == (one - other).tolist()
    assert decide(predictions.curves()).evaluation.value == pytest.approx(best_f1(Y, one - other)[0], abs=1e-12)


def test_two_models_of_two_logits_each() -> None:
    """Each model has a difference of its own."""
    columns = {"y": Y, "bert_logit_0": NEGATIVE, "bert_logit_1": POSITIVE, "gru_logit_0": -P, "gru_logit_1": P}
    reading = read_predictions(table(columns))
    assert top(reading).scores == ("bert_logit_1 - bert_logit_0", "gru_logit_1 - gru_logit_0")
    assert scores(reading, name="gru_logit_1 - gru_logit_0") == (P + P).tolist()


def test_numbered_classes_keep_their_order() -> None:
    """A model that is worse than chance is not turned around: class 1 is the second column."""
    reading = read_predictions(table({"label": Y, "logit_0": POSITIVE, "logit_1": NEGATIVE}))
    assert top(reading).scores == ("logit_1 - logit_0",)
    assert reading.outcome == "ask"
    assert "low scores go with the positive class" in reading.reason


@pytest.mark.parametrize(
    "columns",
    [
        {"margin_0": DIFFERENCE, "margin_1": (DIFFERENCE * 0.7 + OFFSET).round(4)},
        {"x1": -DIFFERENCE, "x2": DIFFERENCE + OFFSET, "y_prob": P},
        {"logit_0": NEGATIVE, "logit_1": POSITIVE, "logit_2": OFFSET},
        {"prob_0": (1 - P).round(6), "prob_1": P},
    ],
    ids=["two models", "features", "three classes", "probabilities"],
)
def test_other_numbered_columns_are_not_subtracted(columns: dict[str, Any]) -> None:
    """Scores of two models, features, logits of more classes, and probabilities stay as they are."""
    reading = read_predictions(table({"y": Y, **columns}))
    assert not any(each.choices.differences for each in reading.candidates)


def test_a_difference_is_a_choice() -> None:
    """Any two columns can be subtracted by name, unless a column has that name; one logit alone can be chosen."""
    data = table({"y": Y, "a": POSITIVE, "b": NEGATIVE})
    assert scores(read_predictions(data, choices=Choices("y", ("a - b",)))) == DIFFERENCE.tolist()
    assert scores(read_predictions(data, choices=Choices("y", ("a",)))) == POSITIVE.tolist()
    named = table({"y": Y, "a": P, "b": P, "a - b": OFFSET})
    assert scores(read_predictions(named, choices=Choices("y", ("a - b",)))) == OFFSET.tolist()
    with pytest.raises(InvalidPredictions, match="There is no column 'a - c'"):
        read_predictions(data, choices=Choices("y", ("a - c",)))


def test_rows_without_one_of_the_logits_are_counted() -> None:
    """A difference is missing where one of its columns is, and infinite where one of them is."""
    one, other = POSITIVE.astype(str), NEGATIVE.astype(str)
    one[3], other[4], one[5], other[5], other[6], one[7] = "", "", "", "", "inf", "oops"
    reading = read_predictions(table({"label": Y, "logit_0": other, "logit_1": one}))
    assert reading.dropped == {"missing score": 3, "infinite score": 1, "unreadable score": 1}

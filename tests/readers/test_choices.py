"""Choices can be kept, given in part, and give back what they say."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, ColumnSummary, read_predictions
from tests.readers.making import features, labels, rows, table

Y, P = rows(300)
N = len(Y)
Q = rows(300, spread=0.7)[1]
RNG = np.random.default_rng(8)
WIDE = table({
    "key": [f"k{i}" for i in range(N)], **features(N), "group": RNG.choice(["a", "b", ""], N), "label": Y,
    "second_label": 1 - Y, "rf_prob": P, "nn_prob": Q, "sample_weight": np.round(RNG.random(N) + 0.1, 3),
})  # fmt: skip


def test_with_truth_and_scores_given_nothing_is_added() -> None:
    """Weights, groups and keys that are recognised otherwise stay out when the choices are complete without them."""
    reading = read_predictions(WIDE, choices=Choices("label", ("rf_prob",)))
    assert reading.proposal == Choices("label", ("rf_prob",), "1", "0")
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is None


def test_json_there_and_back() -> None:
    """Equal choices give one line of JSON, which gives them back."""
    choices = Choices("y", ("a", "b"), "1", "0", dropped_truth=("0.5",), flipped=("b",), split="m", split_value="*")
    assert Choices.from_json(choices.to_json()) == choices
    assert Choices.from_json(Choices().to_json()) == Choices()
    for wrong in ("", "[]", "[" * 9999, '{"nonsense": 1}', '{"truth": 1}', '{"scores": "p"}', '{"one_vs_rest": null}'):
        with pytest.raises(InvalidPredictions, match="Choose the columns again"):
            Choices.from_json(wrong)


def test_a_proposal_given_back_reads_the_same() -> None:
    """Reading with the proposal is reading without choices."""
    first = read_predictions(WIDE, choices=Choices("label"))
    again = read_predictions(WIDE, choices=first.proposal)
    assert (again.outcome, again.proposal) == ("sure", first.proposal)
    assert first.predictions is not None
    assert again.predictions is not None
    np.testing.assert_array_equal(first.predictions.scores["nn_prob"], again.predictions.scores["nn_prob"])


def test_weight_group_and_key_come_along() -> None:
    """Columns of weights, groups and keys are recognised and read; `extras=False` leaves groups and keys out."""
    reading = read_predictions(WIDE, choices=Choices("label"))
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.ids is not None
    assert reading.predictions.group is not None
    assert reading.predictions.ids[:2].tolist() == ["k0", "k1"]
    assert set(reading.predictions.group.tolist()) == {"a", "b", ""}
    assert "weighted" in {each.kind for each in reading.warnings}
    lean = read_predictions(WIDE, choices=Choices("label"), extras=False)
    assert lean.predictions is not None
    assert (lean.predictions.ids, lean.predictions.group) == (None, None)
    roles = {column.name: column.role for column in reading.columns}
    assert roles["sample_weight"] == "weight"
    assert roles["key"] == "id"
    assert roles["label"] == "truth"
    assert roles["rf_prob"] == roles["nn_prob"] == "score"


def test_anything_can_be_named() -> None:
    """Truth, scores in any order, positive label, weight: what is named is taken without a question."""
    choices = Choices("second_label", ("nn_prob", "rf_prob"), pos_label="0", weight="income", group="city", id="key")
    reading = read_predictions(WIDE, choices=choices)
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
    assert tuple(reading.predictions.scores) == ("nn_prob", "rf_prob")
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.sample_weight.max() > 1000


def test_a_label_may_be_spelled_otherwise() -> None:
    """`TRUE`, `true` and 1.0 for 1 are understood."""
    data = table({"y": labels(Y, "FALSE", "TRUE"), "score": P})
    for spelling in ("TRUE", "true"):
        assert read_predictions(data, choices=Choices("y", ("score",), spelling)).outcome == "sure"
    assert read_predictions(WIDE, choices=Choices("label", ("rf_prob",), "1.0")).outcome == "sure"


def test_one_class_against_the_rest_on_demand() -> None:
    """A positive label of a truth of several classes sets it against all others."""
    kinds = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    data = table({"kind": kinds, "score": P})
    reading = read_predictions(data, choices=Choices("kind", ("score",), "bee"))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.n_pos == N // 3
    assert reading.predictions.neg_label == "not bee"
    numbers = table({"kind": np.arange(N) % 3, "score": P})
    assert read_predictions(numbers, choices=Choices("kind", ("score",), "2")).candidates[0].n_pos == N // 3
    asked = read_predictions(data, choices=Choices("kind", ("score",)))
    assert {each.choices.pos_label for each in asked.candidates} == {"ant", "bee", "cat"}


def test_the_positive_label_alone_finds_the_truth() -> None:
    """Of several truths the one that has the label is taken."""
    data = table({"first": labels(Y, "no", "yes"), "second": labels(1 - Y, "cold", "warm"), "score": P})
    reading = read_predictions(data, choices=Choices(pos_label="warm"))
    assert reading.proposal is not None
    assert (reading.proposal.truth, reading.proposal.pos_label) == ("second", "warm")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (Choices("nope"), "no column 'nope'"),
        (Choices("label", ("city",)), "not scores"),
        (Choices("label", ("rf_prob",), "7"), "has no value '7'"),
        (Choices("label", ("income",), predicted="married"), "not a confidence"),
        (Choices("label", ("rf_prob",), split="city", split_value="nowhere"), "No usable rows"),
        (Choices("label", ("rf_prob",), split="city", split_value=SPLIT_INTO_MODELS), "not the same rows"),
        (Choices("label", ("rf_prob",), split="city", split_value="*", id="key"), "No key occurs in all parts"),
        (Choices("label", ("rf_prob",), split="city", split_value="*", id="visits"), "occurs twice"),
        (Choices("label", ("rf_prob",), weight="V"), "no column 'V'"),
    ],
)  # fmt: skip
def test_choices_that_do_not_fit(choices: Choices, words: str) -> None:
    """One sentence with what was chosen and what there is."""
    with pytest.raises(InvalidPredictions, match=words):
        read_predictions(WIDE, choices=choices)


def test_a_truth_without_two_classes_is_refused_on_demand_too() -> None:
    """A column of many numbers is no truth, even when it is named."""
    assert read_predictions(WIDE, choices=Choices("income", ("rf_prob",))).outcome == "refuse"
    assert read_predictions(WIDE, choices=Choices("income", ("rf_prob",), "1")).outcome == "refuse"


def test_everything_but_the_predictions_as_plain_data() -> None:
    """A reading can be shown or sent as dictionaries and lists."""
    told = read_predictions(WIDE, choices=Choices("label")).as_dict()
    assert told["outcome"] == "sure"
    assert told["proposal"]["truth"] == "label"
    assert told["columns"][0]["name"] == "key"
    assert told["candidates"][0]["n_pos"] == Y.sum()
    assert read_predictions(table({"a": [1, 2, 3], "b": [4, 5, 6]})).as_dict()["proposal"] is None


def test_columns_are_described() -> None:
    """Kind, distinct values, the most common labels with counts, range, missing cells."""
    data = table({"y": Y, "p": ["", *map(str, P[1:])], "who": ["x"] * N, "none": [""] * N})
    y, p, who, none = read_predictions(data).columns
    assert y == ColumnSummary("y", "number", 2, (("0", int(N - Y.sum())), ("1", int(Y.sum()))), 0.0, 1.0, 0, "truth")
    assert (p.kind, p.missing, p.low, p.role) == ("number", 1, P[1:].min(), "score")
    assert (who.kind, who.labels, who.low) == ("text", (("x", N),), None)
    assert (none.kind, none.missing) == ("empty", N)


def test_predicted_labels_that_are_missing_are_counted() -> None:
    """Without a predicted label a confidence says nothing."""
    data = table({"t": Y, "said": ["", *(Q[1:] > 0.5).astype(int)], "conf": P})
    reading = read_predictions(data, choices=Choices("t", ("conf",), predicted="said"))
    assert reading.dropped == {"missing prediction": 1}


def test_many_rows_left_out_are_warned_about() -> None:
    """More than one row in twenty."""
    reading = read_predictions(table({"y": Y, "score": [*[""] * 30, *P[30:]]}))
    assert "many_dropped" in {each.kind for each in reading.warnings}

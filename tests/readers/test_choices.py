"""Choices are kept, may be partial, and survive a round trip through JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, ColumnSummary, read_predictions
from tests.readers.helpers import features, labels, rows, table

Y, P = rows(300)
N = len(Y)
Q = rows(300, spread=0.7)[1]
RNG = np.random.default_rng(8)
WIDE = table({
    "key": [f"k{i}" for i in range(N)], **features(N), "group": RNG.choice(["a", "b", ""], N), "label": Y,
    "second_label": 1 - Y, "rf_prob": P, "nn_prob": Q, "sample_weight": np.round(RNG.random(N) + 0.1, 3),
})  # fmt: skip


def test_nothing_is_added_to_complete_choices() -> None:
    """With target and scores chosen, weights, groups and keys are not inferred."""
    reading = read_predictions(WIDE, choices=Choices("label", ("rf_prob",)))
    assert reading.proposal == Choices("label", ("rf_prob",), "1", "0")
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is None


def test_json_round_trip() -> None:
    """Choices equal those read from their JSON; any other text is refused."""
    choices = Choices("y", ("a", "b"), "1", "0", dropped_truth=("0.5",), flipped=("b",), split="m", split_value="*")
    assert Choices.from_json(choices.to_json()) == choices
    assert Choices.from_json(Choices().to_json()) == Choices()
    for text in ("", "[]", "[" * 9999, '{"nonsense": 1}', '{"truth": 1}', '{"scores": "p"}', '{"one_vs_rest": null}'):
        with pytest.raises(InvalidPredictions, match="Choose the columns again"):
            Choices.from_json(text)


@pytest.mark.parametrize(("dropped", "neg_label"), [(("d",), None), (("d", "c"), "b")])
def test_classes_that_are_left_out(dropped: tuple[str, ...], neg_label: str | None) -> None:
    """Of four classes, those to drop are dropped before one is set against the rest, chosen or proposed."""
    kinds = ["abcd"[i * 7 % 11 % 4] for i in range(N)]
    n = {kind: kinds.count(kind) for kind in "abcd"}
    content = table({"kind": kinds, "score": P})
    reading = read_predictions(content, choices=Choices("kind", ("score",), "a", dropped_truth=dropped))
    assert reading.predictions is not None
    assert reading.proposal == Choices(
        "kind", ("score",), "a", neg_label, one_vs_rest=neg_label is None, dropped_truth=dropped
    )
    assert reading.dropped == {f"truth is {kind}": n[kind] for kind in dropped}
    assert (reading.predictions.n_pos, reading.predictions.n) == (n["a"], N - sum(reading.dropped.values()))
    proposed = read_predictions(content, choices=Choices("kind", dropped_truth=dropped)).candidates
    assert {each.choices.pos_label for each in proposed}.isdisjoint(dropped)
    assert {each.n_pos + each.n_neg for each in proposed} == {reading.predictions.n}


def test_a_proposal_reads_the_same() -> None:
    """Reading with the proposal is reading without choices."""
    first = read_predictions(WIDE, choices=Choices("label"))
    reread = read_predictions(WIDE, choices=first.proposal)
    assert (reread.outcome, reread.proposal) == ("sure", first.proposal)
    assert first.predictions is not None
    assert reread.predictions is not None
    np.testing.assert_array_equal(first.predictions.scores["nn_prob"], reread.predictions.scores["nn_prob"])


def test_weight_group_and_key_are_inferred() -> None:
    """Columns of weights, groups and keys are inferred and read; `extras=False` leaves groups and keys out."""
    reading = read_predictions(WIDE, choices=Choices("label"))
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.ids is not None
    assert reading.predictions.group is not None
    assert reading.predictions.ids[:2].tolist() == ["k0", "k1"]
    assert set(reading.predictions.group.tolist()) == {"a", "b", ""}
    assert "weighted" in {each.kind for each in reading.warnings}
    without_extras = read_predictions(WIDE, choices=Choices("label"), extras=False)
    assert without_extras.predictions is not None
    assert (without_extras.predictions.ids, without_extras.predictions.group) == (None, None)
    roles = {column.name: column.role for column in reading.columns}
    assert roles["sample_weight"] == "weight"
    assert roles["key"] == "id"
    assert roles["label"] == "truth"
    assert roles["rf_prob"] == roles["nn_prob"] == "score"


def test_any_column_can_be_chosen() -> None:
    """Chosen target, scores in any order, positive label, weight, group and key are used without a question."""
    choices = Choices("second_label", ("nn_prob", "rf_prob"), pos_label="0", weight="income", group="city", id="key")
    reading = read_predictions(WIDE, choices=choices)
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
    assert tuple(reading.predictions.scores) == ("nn_prob", "rf_prob")
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.sample_weight.max() > 1000


def test_a_label_may_be_spelled_differently() -> None:
    """Case does not matter, and 1.0 is 1."""
    data = table({"y": labels(Y, "FALSE", "TRUE"), "score": P})
    for spelling in ("TRUE", "true"):
        assert read_predictions(data, choices=Choices("y", ("score",), spelling)).outcome == "sure"
    assert read_predictions(WIDE, choices=Choices("label", ("rf_prob",), "1.0")).outcome == "sure"


def test_one_class_against_the_rest() -> None:
    """A positive label of a target with several classes sets it against all others."""
    classes = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    data = table({"kind": classes, "score": P})
    reading = read_predictions(data, choices=Choices("kind", ("score",), "bee"))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.n_pos == N // 3
    assert reading.predictions.neg_label == "not bee"
    numbers = table({"kind": np.arange(N) % 3, "score": P})
    assert read_predictions(numbers, choices=Choices("kind", ("score",), "2")).candidates[0].n_pos == N // 3
    ambiguous = read_predictions(data, choices=Choices("kind", ("score",)))
    assert {each.choices.pos_label for each in ambiguous.candidates} == {"ant", "bee", "cat"}


def test_a_positive_label_identifies_the_target() -> None:
    """Of several targets the one that has the label is used."""
    data = table({"first": labels(Y, "no", "yes"), "second": labels(1 - Y, "cold", "warm"), "score": P})
    reading = read_predictions(data, choices=Choices(pos_label="warm"))
    assert reading.proposal is not None
    assert (reading.proposal.truth, reading.proposal.pos_label) == ("second", "warm")


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (Choices("nope"), "no column 'nope'"),
        (Choices("label", ("city",)), "not scores"),
        (Choices("label", ("rf_prob",), "7"), "has no value '7'"),
        (Choices(pos_label="nowhere"), "No column has the value 'nowhere'"),
        (Choices("label", ("income",), predicted="married"), "not a confidence"),
        (Choices("label", ("rf_prob",), split="city", split_value="nowhere"), "No usable rows"),
        (Choices("label", ("rf_prob",), split="city", split_value=SPLIT_INTO_MODELS), "not the same rows"),
        (Choices("label", ("rf_prob",), split="city", split_value="*", id="key"), "No key occurs in all parts"),
        (Choices("label", ("rf_prob",), split="city", split_value="*", id="visits"), "occurs twice"),
        (Choices("label", ("rf_prob",), weight="V"), "no column 'V'"),
    ],
)  # fmt: skip
def test_choices_that_do_not_fit(choices: Choices, reason: str) -> None:
    """The error says what was chosen and what the table has."""
    with pytest.raises(InvalidPredictions, match=reason):
        read_predictions(WIDE, choices=choices)


def test_a_chosen_target_without_two_classes_is_refused() -> None:
    """A column of many numbers is not a target, even if it is chosen."""
    assert read_predictions(WIDE, choices=Choices("income", ("rf_prob",))).outcome == "refuse"
    assert read_predictions(WIDE, choices=Choices("income", ("rf_prob",), "1")).outcome == "refuse"


def test_a_reading_as_plain_data() -> None:
    """A reading can be converted to dictionaries and lists, without the predictions."""
    values = read_predictions(WIDE, choices=Choices("label")).as_dict()
    assert values["outcome"] == "sure"
    assert values["proposal"]["truth"] == "label"
    assert values["columns"][0]["name"] == "key"
    assert values["candidates"][0]["n_pos"] == Y.sum()
    assert read_predictions(table({"a": [1, 2, 3], "b": [4, 5, 6]})).as_dict()["proposal"] is None


def test_columns_are_described() -> None:
    """A summary has the kind, distinct values, the most common labels with counts, the range and missing cells."""
    data = table({"y": Y, "p": ["", *map(str, P[1:])], "who": ["x"] * N, "none": [""] * N})
    y, p, who, none = read_predictions(data).columns
    counts = ("0", int(N - Y.sum())), ("1", int(Y.sum()))
    assert y == ColumnSummary("y", "number", 2, counts, 0.0, 1.0, 0, "truth", ("0", "1"), tuple(map(str, Y[:5])))
    assert p.examples == tuple(map(str, P[1:5]))
    assert (p.kind, p.missing, p.low, p.role) == ("number", 1, P[1:].min(), "score")
    assert (who.kind, who.labels, who.low) == ("text", (("x", N),), None)
    assert (none.kind, none.missing) == ("empty", N)


def test_predicted_labels_that_are_missing_are_counted() -> None:
    """Without a predicted label a confidence has no meaning."""
    data = table({"t": Y, "predicted": ["", *(Q[1:] > 0.5).astype(int)], "conf": P})
    reading = read_predictions(data, choices=Choices("t", ("conf",), predicted="predicted"))
    assert reading.dropped == {"missing prediction": 1}


def test_many_rows_left_out_are_warned_about() -> None:
    """More than one row in twenty raises a warning."""
    reading = read_predictions(table({"y": Y, "score": [*[""] * 30, *P[30:]]}))
    assert "many_dropped" in {each.kind for each in reading.warnings}


@pytest.mark.parametrize(
    "choice",
    [
        {"dropped_truth": ("tie",)},
        {"split": "part", "split_value": "b"},
        {"role": "part", "tune": ("a",), "report": ("b",)},
        {"role": "part", "report": ("b",)},
    ],
)
def test_rows_that_a_choice_leaves_out_are_no_loss(choice: dict[str, Any]) -> None:
    """They are counted, but only rows that are left out for want of a value are warned about."""
    truth = ["tie" if i % 3 == 0 else y for i, y in enumerate(Y)] if "dropped_truth" in choice else Y
    content = table({"part": ["abc"[i % 3] for i in range(N)], "y": truth, "score": P})
    reading = read_predictions(content, choices=Choices("y", ("score",), "1", "0", **choice))
    assert reading.predictions is not None
    assert sum(reading.dropped.values()) == N - reading.predictions.n > N / 4
    assert "many_dropped" not in {each.kind for each in reading.warnings}

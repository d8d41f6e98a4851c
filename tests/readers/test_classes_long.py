"""The long form of several labels: a row for each case and label, in any order, gives the same as a wide table."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools import Choices
from f1tools.core.types import InvalidPredictions
from f1tools.readers.models import SPLIT_INTO_CLASSES
from tests.readers.test_classes_wide import KINDS, LABELS, MEMBERS, NAMES, N, P, S, read, require

CHOICES = Choices("y", ("score",), "1", "0", id="id", split="label", split_value=SPLIT_INTO_CLASSES)
ORDER = np.argsort(NAMES)


def long(labels: Any = LABELS, scores: Any = S, names: Any = NAMES) -> pd.DataFrame:
    """Return a row for each case and label."""
    k = len(names)
    return pd.DataFrame(
        {
            "id": np.repeat([f"c{at}" for at in range(N)], k),
            "label": np.tile(names, N),
            "y": np.asarray(labels).astype(int).ravel(),
            "score": np.asarray(scores).ravel(),
        }
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_any_order_of_rows_gives_the_labels_of_a_wide_table(random: Any) -> None:
    """Cases come in the order in which the file has them first."""
    order = list(range(4 * N))
    random.shuffle(order)
    frame = long().iloc[order]
    cases = [int(each[1:]) for each in dict.fromkeys(frame["id"])]
    reading = read(frame, CHOICES)
    require(reading, LABELS[cases][:, ORDER], S[cases][:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)
    assert reading.classes is not None
    assert reading.classes.ids is not None
    assert reading.classes.ids.tolist() == [f"c{at}" for at in cases]


def test_it_is_offered_first() -> None:
    reading = read(long())
    assert (reading.outcome, reading.candidates[0].choices.split_value) == ("ask", SPLIT_INTO_CLASSES)
    answered = read(long(), reading.candidates[0].choices)
    require(answered, LABELS[:, ORDER], S[:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)


@pytest.mark.parametrize("column", ["category", "topic", "finding_name"])
def test_it_is_offered_for_each_score_and_other_names_of_the_column(column: str) -> None:
    """Every model can be read with all labels together; the first one is the likeliest."""
    frame = long().rename(columns={"label": column, "y": "is_true"})
    frame["other"] = (0.8 * frame["score"] + 0.2 * np.random.default_rng(0).random(len(frame))).round(4)
    reading = read(frame)
    together = [each for each in reading.candidates if each.choices.split_value == SPLIT_INTO_CLASSES]
    assert (reading.outcome, together) == ("ask", list(reading.candidates[:2]))
    assert [each.choices.scores for each in together] == [("score",), ("other",)]
    assert together[0].reason.endswith(f"all labels of {column} together")
    require(read(frame, together[0].choices), LABELS[:, ORDER], S[:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)


def test_a_column_called_truth_is_named_once() -> None:
    reading = read(long().rename(columns={"y": "truth"}))
    assert reading.candidates[0].reason.startswith("truth (1 against 0), scored by score")


def test_one_label_in_each_case_is_one_class_a_row() -> None:
    reading = read(long(MEMBERS, P, KINDS), CHOICES)
    require(reading, MEMBERS, P, KINDS, one_per_row=True)
    one = read(long(MEMBERS, P, KINDS), replace(CHOICES, one_class="cat"))
    assert one.predictions is not None
    assert one.predictions.models == ("score of cat",)


def test_cases_without_a_row_for_each_label_are_left_out_by_reason() -> None:
    frame = long().astype(object)
    frame.loc[1, "score"] = None
    frame.loc[4, "y"] = None
    reading = read(frame.drop(index=[8]), CHOICES)
    require(reading, LABELS[3:, ORDER], S[3:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)
    assert reading.dropped == {"missing score": 1, "missing truth": 1, "not a row for each label": 9}
    assert reading.n_rows == 4 * N - 1


def test_a_weight_belongs_to_a_case() -> None:
    weight = np.repeat(np.arange(1, N + 1) / N, 4)
    reading = read(long().assign(w=weight), replace(CHOICES, weight="w"))
    assert reading.classes is not None
    assert reading.classes.sample_weight is not None
    assert reading.classes.sample_weight.tolist() == weight[::4].tolist()
    with pytest.raises(InvalidPredictions, match="w of rows with the same id differ"):
        read(long().assign(w=np.arange(1, 4 * N + 1)), replace(CHOICES, weight="w"))


def test_what_cannot_be_put_side_by_side_is_refused() -> None:
    with pytest.raises(InvalidPredictions, match="The id c0 has several rows for insult"):
        read(pd.concat([long(), long().iloc[[1]]]), CHOICES)
    with pytest.raises(InvalidPredictions, match="Name the column of ids"):
        read(long().drop(columns="id"), replace(CHOICES, id=None))


def test_the_key_is_found_where_only_the_column_of_labels_is_named() -> None:
    """So that the options which the command line suggests, which name no key, are complete."""
    require(
        read(long(), replace(CHOICES, id=None)),
        LABELS[:, ORDER],
        S[:, ORDER],
        np.array(NAMES)[ORDER],
        one_per_row=False,
    )


def test_labels_are_not_pooled_where_they_are_many() -> None:
    """A hundred labels are more than other columns may have, and more rows than a sample."""
    rng = np.random.default_rng(0)
    labels, scores = rng.random((N, 100)) < 0.3, rng.random((N, 100)).round(4)
    scores[labels] += 1
    frame = long(labels, scores, [f"l{at:02}" for at in range(100)])
    reading = read(frame)
    assert (reading.outcome, reading.candidates[0].choices.split_value) == ("ask", SPLIT_INTO_CLASSES)
    for choices in (reading.candidates[0].choices, replace(CHOICES, id=None)):
        together = read(frame, choices).classes
        assert together is not None
        np.testing.assert_array_equal(together.y_true, labels)
        np.testing.assert_array_equal(together.y_score, scores)


def test_labels_are_not_pooled_where_a_row_has_no_key_or_comes_twice() -> None:
    twice = pd.concat([long(), long().iloc[[1]]])
    without = long().astype(object)
    without.loc[5, "id"] = None
    assert [read(each).candidates[0].choices.split_value for each in (twice, without)] == [SPLIT_INTO_CLASSES] * 2
    assert [read(each).outcome for each in (twice, without)] == ["ask", "ask"]
    with pytest.raises(InvalidPredictions, match="The id c0 has several rows for insult"):
        read(twice, replace(CHOICES, id=None))
    assert read(without, replace(CHOICES, id=None)).dropped == {"missing id": 1, "not a row for each label": 3}


def test_users_in_categories_are_one_model() -> None:
    """Several rows of a user in a category are not labels of one row."""
    rng = np.random.default_rng(0)
    y = rng.random(600) < 0.3
    frame = pd.DataFrame({"user": rng.integers(0, 200, 600), "category": rng.choice([*"abcde"], 600), "y": y * 1})
    assert read(frame.assign(score=(y / 2 + rng.random(600)).round(4))).outcome == "sure"


def test_rows_about_labels_that_were_not_chosen_are_named() -> None:
    reading = read(long(), replace(CHOICES, classes=(NAMES[0], NAMES[1])))
    text = f"{2 * N:,} rows are about other labels than the 2 that are read, and are left out."
    assert [each.sentence for each in reading.warnings if each.kind == "other_labels"] == [text]

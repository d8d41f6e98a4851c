"""Files of repeated splits are recognised: one repeat is shown, each of its rows once."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions
from tests.readers.making import table
from tests.readers.repeating import STRATEGIES, expected, lab, note, part
from tests.readers.trapping import kinds, top

SCORES = tuple(f"score_{name}" for name in STRATEGIES)
LAB = lab(train=True)


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_the_file_of_the_lab_needs_no_question(train: bool, packed: bool) -> None:
    """One repeat is shown: all scores, the roles that its rows had in it, each row once; the others are counted."""
    columns = lab(train=train)
    data = table(columns)
    reading = read_predictions(gzip.compress(data, mtime=0) if packed else data)
    assert reading.outcome == "sure", reading.reason
    assert reading.proposal == Choices(
        "y_true", SCORES, "fast", "slower", id="id", split="repeat", split_value="1",
        role="set", tune=("oof",), report=("test",),
    )  # fmt: skip
    for role in ("oof", "test"):
        for score in SCORES:
            assert part(reading, role, score) == expected(columns, 1, role, score)
    assert reading.predictions is not None
    assert reading.predictions.ids is not None
    assert sorted(reading.predictions.ids.tolist()) == sorted(map(str, range(60)))
    assert reading.dropped == {"other repeat": 2 * (102 if train else 60)} | ({"set is train": 42} if train else {})
    assert reading.n_rows == len(columns["id"])
    roles = {column.name: column.role for column in reading.columns}
    assert (roles["id"], roles["repeat"], roles["set"]) == ("id", "split", "role")


def test_one_calm_note_says_what_is_shown() -> None:
    """How many splits of how many rows, that one is shown and why; no warning of rows left out or of training rows."""
    reading = read_predictions(table(LAB))
    assert note(reading) == (
        "repeat holds 3 splits of the same rows: repeat 1 alone is shown (60 rows), because together they would count "
        "a row up to 3 times. The dashboard's Strategies page compares the scores over all 3."
    )
    assert not kinds(reading) & {"many_dropped", "train_rows"}
    without = read_predictions(table({name: cells for name, cells in lab().items() if name != "set"}))
    assert without.outcome == "sure"
    assert "Strategies" not in note(without)
    assert "repeat 1 alone is shown (60 rows)" in note(without)
    assert not note(read_predictions(table(lab(repeats=1))))


def test_rows_left_out_for_another_reason_are_still_warned_about() -> None:
    """What the repeats leave out is meant; missing scores are not."""
    columns = {**LAB, "score_plain": [*[""] * 30, *LAB["score_plain"][30:]]}
    reading = read_predictions(table(columns))
    told = [each.sentence for each in reading.warnings if each.kind == "many_dropped"]
    assert told == ["30 of 60 rows were left out."]
    assert reading.dropped["missing score score_plain"] == 30


def test_every_repeat_and_all_pooled_stay_on_offer() -> None:
    """A candidate given back reads what it says; who pools is told that rows count several times."""
    data = table(LAB)
    reading = read_predictions(data)
    offers = [each.choices for each in reading.candidates]
    assert [each.split_value for each in offers[:3]] == ["1", "2", "3"]
    for choices in offers[:3]:
        again = read_predictions(data, choices=choices)
        assert (again.outcome, again.proposal) == ("sure", choices)
        assert part(again, "oof") == expected(LAB, choices.split_value, "oof")
        assert f"repeat {choices.split_value} alone is shown" in note(again)
    roles, plain = (read_predictions(data, choices=each) for each in offers[3:5])
    assert (offers[3].split, offers[3].role, offers[4].split, offers[4].role) == (None, "set", None, None)
    assert roles.predictions is not None
    assert plain.predictions is not None
    assert (roles.predictions.n, plain.predictions.n) == (180, 306)
    assert all("a row may count up to 3 times" in note(each) for each in (roles, plain))
    assert "train_rows" in kinds(plain)


@pytest.mark.parametrize("labels", [("fast", "slower"), ("slower", "fast"), ("good", "bad"), ("1", "2"), (">=7", "<7")])
def test_the_scores_say_which_class_is_positive(labels: tuple[str, str]) -> None:
    """High scores of several strategies go with the positive class, whatever words or numbers would suggest."""
    reading = read_predictions(table(lab(labels=labels)))
    assert (reading.outcome, top(reading).pos_label, top(reading).neg_label) == ("sure", *labels)


def test_where_scores_and_habit_disagree_or_say_nothing_the_reader_asks() -> None:
    """1 is positive by habit, so that scores for 0 are offered first, but asked about; scores of pure chance too."""
    asked = read_predictions(table(lab(labels=("0", "1"))))
    assert (asked.outcome, top(asked).pos_label, top(asked).split_value) == ("ask", "0", "1")
    assert "higher scores go with 0" in asked.reason
    data = table(lab(strength=0.0))
    asked = read_predictions(data)
    assert asked.outcome == "ask"
    assert "not plain which of" in asked.reason
    told = read_predictions(data, choices=Choices(pos_label="fast"))
    assert (told.outcome, top(told).split_value) == ("sure", "1")
    for columns in (lab(labels=("good", "bad")), lab(strength=0.1)):
        alone = {name: cells for name, cells in columns.items() if name[:6] != "score_" or name == "score_plain"}
        asked = read_predictions(table(alone))
        assert (asked.outcome, top(asked).scores, top(asked).split_value) == ("ask", ("score_plain",), "1")
    against = read_predictions(table(lab()), choices=Choices(pos_label="slower"))
    assert (against.outcome, top(against).pos_label) == ("ask", "slower")


def test_columns_of_two_classes_are_still_one_model() -> None:
    """All scores of one name are taken, but not the other class's side of each."""
    columns = {name: cells for name, cells in lab(labels=("1", "0")).items() if name[:5] != "score"}
    chance = lab()["score_plain"]
    reading = read_predictions(table({**columns, "prob_0": (1 - chance).round(6), "prob_1": chance}))
    assert top(reading).scores == ("prob_1",)


def test_a_score_that_collapsed_is_not_that_of_the_other_class() -> None:
    """Of a truth of 1 and 2 the scores f1 and f2 are two models, though one may rank the rows a little backwards."""
    columns = lab(labels=("2", "1"))
    flat = (0.99 - 0.001 * (columns["y_true"] == "2") * (columns["id"] % 10 == 0)).round(6)
    wobbly = (flat + 0.0001 * (columns["id"] % 4)).round(6)
    data = table({**columns, "score_soft_f1": wobbly, "score_soft_f2": columns["score_plain"] ** 2})
    assert top(read_predictions(data)).scores == SCORES
    halves = {name: np.full(len(flat), 0.5) for name in SCORES[2:]}
    assert top(read_predictions(table({**columns, **halves}))).scores == SCORES


def test_seeds_of_one_model_become_models() -> None:
    """One score without roles is as before: every repeat a model of its own, offered first."""
    columns = {name: cells for name, cells in lab().items() if name in ("id", "y_true", "repeat", "score_plain")}
    reading = read_predictions(table(columns))
    assert (reading.outcome, top(reading).split_value) == ("ask", SPLIT_INTO_MODELS)
    wide = read_predictions(table(lab()), choices=Choices(split="repeat", split_value=SPLIT_INTO_MODELS))
    assert top(wide).split_value == SPLIT_INTO_MODELS


def test_a_repeat_without_positives_to_report_on_is_not_shown() -> None:
    """The next one is; where no repeat can be shown the reader asks."""
    columns = lab()
    rows = np.array(columns["repeat"]) == 1
    columns["set"] = np.where(rows, np.where(columns["y_true"] == "fast", "oof", columns["set"]), columns["set"])
    assert top(read_predictions(table(columns))).split_value == "2"
    columns["set"] = np.where(columns["y_true"] == "fast", "oof", columns["set"])
    assert read_predictions(table(columns)).outcome == "ask"


def test_other_numbers_are_no_scores() -> None:
    """A column of a family by its name has to hold scores: no decisions, no errors, no features."""
    columns = {name.replace("score", "pred"): cells for name, cells in lab(labels=("1", "0")).items()}
    more = {"pred_class": (columns["pred_plain"] > 0.5).astype(int), "age": columns["id"] % 37 + 20}
    more["pred_error"] = (np.abs(columns["pred_plain"] - (columns["y_true"] == "1")) * 2).round(6)
    scores = top(read_predictions(table({**columns, **more}))).scores
    assert scores == ("pred_plain", "pred_ranknet", "pred_soft_f1")


def test_more_repeats_than_labels_are_kept_of_a_column() -> None:
    """Hundred repeats are a hundred repeats; of twenty all can be chosen."""
    reading = read_predictions(table(lab(n=30, repeats=100)))
    assert (reading.outcome, top(reading).split_value) == ("sure", "1")
    assert reading.dropped == {"other repeat": 99 * 30}
    assert "100 splits" in note(reading)
    repeat = read_predictions(table(lab(n=30, repeats=20))).columns[2]
    assert sorted(int(label) for label, rows in repeat.labels if rows == 30) == list(range(1, 21))


def test_what_is_known_in_part_is_kept() -> None:
    """A repeat or roles that are named leave the rest to the reader; with truth and scores nothing is added."""
    data = table(LAB)
    third = read_predictions(data, choices=Choices(split="repeat", split_value="3"))
    assert (third.outcome, top(third).role) == ("sure", "set")
    assert part(third, "test") == expected(LAB, 3, "test")
    swapped = read_predictions(data, choices=Choices(role="set", tune=("test",), report=("oof",)))
    assert (swapped.outcome, top(swapped).split_value) == ("sure", "1")
    assert part(swapped, "oof") == expected(LAB, 1, "test")
    pooled = read_predictions(data, choices=Choices("y_true", ("score_plain",), "fast"))
    assert (pooled.outcome, top(pooled).split, top(pooled).role) == ("sure", None, None)
    some = read_predictions(data, choices=Choices(scores=("score_ranknet", "score_plain")))
    assert (some.outcome, top(some).scores, top(some).split_value) == ("sure", ("score_ranknet", "score_plain"), "1")

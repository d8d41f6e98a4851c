"""A file of repeated splits, declared by its columns: one repeat is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions, read_repeated, stackable
from tests.readers.helpers import kinds, scores, table, top
from tests.readers.repeated_files import (
    SCORES,
    emptied,
    encoded,
    expected_scores,
    lab_columns,
    rows_of,
    train_and_test,
    without,
)

LAB = lab_columns(train=True)
ROLE = {"oof": "tune", "test": "report"}
ROLES = {"role": "set", "tune": ("oof",), "report": ("test",)}


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("layout", ["text", "gzip", "parquet", "frame"])
def test_one_repeat_of_a_lab_file_is_shown(layout: str, train: bool) -> None:
    """The first repeat is shown with all scores and with the roles of its rows; the other repeats are counted."""
    columns = lab_columns(train=train)
    reading = read_predictions(encoded(columns, layout))
    assert reading.outcome == "sure", reading.reason
    assert reading.proposal == Choices(
        "y_true", SCORES, "fast", "slower", id="id", split="repeat", split_value="1", **ROLES  # type: ignore[arg-type]
    )  # fmt: skip
    for role in ("oof", "test"):
        for score in SCORES:
            assert scores(reading, ROLE[role], score) == expected_scores(columns, 1, role, score)
    assert reading.predictions is not None
    assert reading.predictions.ids is not None
    assert sorted(reading.predictions.ids.tolist()) == sorted(map(str, range(60)))
    assert reading.dropped == {"other repeat": 2 * (102 if train else 60)} | ({"set is train": 42} if train else {})
    assert (reading.n_rows, reading.repeat_column) == (len(columns["id"]), "repeat")
    roles = {column.name: column.role for column in reading.columns}
    assert (roles["id"], roles["repeat"], roles["set"]) == ("id", "split", "role")


@pytest.mark.parametrize("layout", ["text", "gzip", "parquet"])
@pytest.mark.parametrize("by_row", [False, True])
def test_large_files_are_shown_like_small_ones(layout: str, by_row: bool) -> None:
    """Where only a sample is looked at, one repeat is shown with its roles, in whatever order the rows are."""
    columns = lab_columns(n=700, repeats=20)
    order = np.argsort(columns["id"], kind="stable") if by_row else np.arange(columns["id"].size)
    columns = {name: np.array(cells)[order] for name, cells in columns.items()}
    reading = read_predictions(encoded(columns, layout))
    assert (reading.outcome, top(reading).role) == ("sure", "set")
    assert scores(reading, "report") == expected_scores(columns, top(reading).split_value, "test")
    assert "20 splits of the same rows" in note(reading)


def note(reading: Any) -> str:
    """Return the warning about repeats."""
    return " ".join(each.sentence for each in reading.warnings if each.kind == "repeats")


def test_a_warning_says_what_is_shown() -> None:
    """One warning says how many splits there are and which one is shown; intended omissions raise no other."""
    reading = read_predictions(table(LAB))
    assert "3 splits" in note(reading)
    assert "repeat 1 alone is shown (60 rows)" in note(reading)
    assert not kinds(reading) & {"many_dropped", "train_rows"}
    assert not note(read_predictions(table(lab_columns(repeats=1))))
    missing = read_predictions(table({**LAB, "score_plain": [*[""] * 30, *LAB["score_plain"][30:]]}))
    assert missing.dropped["missing score score_plain"] == 30
    assert [each.sentence for each in missing.warnings if each.kind == "many_dropped"] == [
        "30 of 60 rows were left out."
    ]


def test_other_repeats_and_pooling_are_candidates() -> None:
    """A candidate passed back reads what it describes; pooling warns that rows count several times."""
    data = table(LAB)
    candidates = [each.choices for each in read_predictions(data).candidates]
    assert [each.split_value for each in candidates[:3]] == ["1", "2", "3"]
    for choices in candidates[:3]:
        reread = read_predictions(data, choices=choices)
        assert (reread.outcome, reread.proposal) == ("sure", choices)
        assert scores(reread, "tune") == expected_scores(LAB, choices.split_value, "oof")
        assert f"repeat {choices.split_value} alone is shown" in note(reread)
    with_roles, pooled = (read_predictions(data, choices=each) for each in candidates[3:5])
    assert [(each.split, each.role) for each in candidates[3:5]] == [(None, "set"), (None, None)]
    assert with_roles.predictions is not None
    assert pooled.predictions is not None
    assert (with_roles.predictions.n, pooled.predictions.n) == (180, 306)
    assert all("up to 3 times" in note(each) for each in (with_roles, pooled))
    assert "train_rows" in kinds(pooled)


@pytest.mark.parametrize("labels", [("fast", "slower"), ("slower", "fast"), ("good", "bad"), ("1", "2"), (">=7", "<7")])
def test_scores_imply_the_positive_class(labels: tuple[str, str]) -> None:
    """High values of several scores go with the positive class, whatever words or numbers would suggest."""
    reading = read_predictions(table(lab_columns(labels=labels)))
    assert (reading.outcome, top(reading).pos_label, top(reading).neg_label) == ("sure", *labels)


@pytest.mark.parametrize("labels", [("1", "0"), ("yes", "no"), ("malignant", "benign"), ("default", "paid")])
@pytest.mark.parametrize("seed", range(4))
def test_scores_without_skill_imply_nothing(labels: tuple[str, str], seed: int) -> None:
    """A ROC AUC that chance explains does not swap classes that the labels tell apart."""
    reading = read_predictions(table(lab_columns(n=120, labels=labels, strength=0.0, seed=seed)))
    assert (reading.outcome, top(reading).pos_label) == ("sure", labels[0])


def test_an_unclear_positive_class_is_asked_about() -> None:
    """The reader asks where scores contradict the convention or imply nothing."""
    ambiguous = read_predictions(table(lab_columns(labels=("0", "1"))))
    assert (ambiguous.outcome, top(ambiguous).pos_label, top(ambiguous).split_value) == ("ask", "0", "1")
    assert "higher scores go with 0" in ambiguous.reason
    data = table(lab_columns(strength=0.0))
    ambiguous = read_predictions(data)
    assert (ambiguous.outcome, "positive class" in ambiguous.reason) == ("ask", True)
    chosen = read_predictions(data, choices=Choices(pos_label="fast"))
    assert (chosen.outcome, top(chosen).split_value) == ("sure", "1")
    for columns in (lab_columns(labels=("good", "bad")), lab_columns(strength=0.1)):
        ambiguous = read_predictions(table(without(columns, *SCORES[1:])))
        assert (ambiguous.outcome, top(ambiguous).scores, top(ambiguous).split_value) == ("ask", ("score_plain",), "1")


def test_columns_of_two_classes_are_one_model() -> None:
    """Class columns are one score, as in any file."""
    columns = without(lab_columns(labels=("1", "0")), *SCORES)
    plain = lab_columns()["score_plain"]
    reading = read_predictions(table({**columns, "prob_0": (1 - plain).round(6), "prob_1": plain}))
    assert top(reading).scores == ("prob_1",)


def test_a_collapsed_score_is_a_model() -> None:
    """Scores `f1` and `f2` of a target 1 and 2 are two models, though one may rank rows slightly backwards."""
    columns = lab_columns(labels=("2", "1"))
    flat = (0.99 - 0.001 * (columns["y_true"] == "2") * (columns["id"] % 10 == 0)).round(6)
    wobbly = (flat + 0.0001 * (columns["id"] % 4)).round(6)
    data = table({**columns, "score_soft_f1": wobbly, "score_soft_f2": columns["score_plain"] ** 2})
    assert top(read_predictions(data)).scores == SCORES


def test_a_repeat_that_cannot_be_shown_is_skipped() -> None:
    """A repeat that lacks a class or a score is skipped; where none can be shown, the reader asks."""
    columns = lab_columns()
    no_score = emptied(columns, "score_ranknet", np.array(columns["repeat"]) == 1)
    assert top(read_predictions(table(no_score))).split_value == "2"
    is_fast = columns["y_true"] == "fast"
    no_positives = {**columns, "set": np.where(is_fast & (np.array(columns["repeat"]) == 1), "oof", columns["set"])}
    assert top(read_predictions(table(no_positives))).split_value == "2"
    nowhere = read_predictions(table({**columns, "set": np.where(is_fast, "oof", columns["set"])}))
    assert (nowhere.outcome, nowhere.repeat_column) == ("ask", None)


def test_any_number_of_repeats() -> None:
    """More repeats than labels are kept of other columns are counted, and all repeats can be chosen."""
    reading = read_predictions(table(lab_columns(n=30, repeats=100)))
    assert (reading.outcome, top(reading).split_value) == ("sure", "1")
    assert reading.dropped == {"other repeat": 99 * 30}
    assert "100 splits" in note(reading)
    repeat = read_predictions(table(lab_columns(n=30, repeats=20))).columns[2]
    assert sorted(int(label) for label, count in repeat.labels if count == 30) == list(range(1, 21))


def test_choices_are_kept() -> None:
    """A chosen repeat, role, score or positive class is kept; with target and scores chosen, nothing is added."""
    data = table(LAB)
    third = read_predictions(data, choices=Choices(split="repeat", split_value="3"))
    assert (third.outcome, top(third).role) == ("sure", "set")
    assert scores(third, "report") == expected_scores(LAB, 3, "test")
    swapped = read_predictions(data, choices=Choices(role="set", tune=("test",), report=("oof",)))
    assert (swapped.outcome, top(swapped).split_value) == ("sure", "1")
    assert scores(swapped, "tune") == expected_scores(LAB, 1, "test")
    pooled = read_predictions(data, choices=Choices("y_true", ("score_plain",), "fast"))
    assert (pooled.outcome, top(pooled).split, top(pooled).role) == ("sure", None, None)
    some = read_predictions(data, choices=Choices(scores=("score_ranknet", "score_plain")))
    assert (some.outcome, top(some).scores, top(some).split_value) == ("sure", ("score_ranknet", "score_plain"), "1")
    models = read_predictions(data, choices=Choices(split="repeat", split_value=SPLIT_INTO_MODELS))
    assert top(models).split_value == SPLIT_INTO_MODELS


def test_what_is_not_declared_is_asked_about() -> None:
    """Without the columns `repeat`, `set` with known roles and `id`, a column of repeats is one more long format."""
    unknown = np.where(np.array(LAB["set"]) == "oof", "A", "B")
    renamed = {("run" if name == "repeat" else name): cells for name, cells in LAB.items()}
    for columns in (without(LAB, "id"), without(LAB, "set"), renamed, {**LAB, "set": unknown}):
        reading = read_predictions(table(columns))
        assert (reading.outcome, reading.repeat_column) == ("ask", None)
        assert reading.reason.endswith("which should be used?")
        assert read_repeated(table(columns)) is None
    seeds = read_predictions(table(without(lab_columns(), "set", *SCORES[1:])))
    assert (seeds.outcome, top(seeds).split_value) == ("ask", SPLIT_INTO_MODELS)


def test_a_file_of_repeated_splits_is_not_stacked() -> None:
    """Such a file has its roles in itself."""
    one, two = table(lab_columns()), table(lab_columns(n=90, seed=1))
    assert not stackable(one, two)


@pytest.mark.parametrize(
    "columns",
    [train_and_test(), train_and_test(n=2000, repeats=20), without(train_and_test(), "rf")],
    ids=["usual", "large", "one score"],
)
def test_test_rows_of_one_repeat_are_proposed(columns: dict[str, Any]) -> None:
    """Without a tuning set the reader asks; no candidate has training rows or pools repeats."""
    data = table(columns)
    ambiguous = read_predictions(data)
    assert (ambiguous.outcome, ambiguous.repeat_column) == ("ask", "repeat")
    assert "none to choose a threshold on" in ambiguous.reason
    candidates = [each.choices for each in ambiguous.candidates]
    assert [each.split_value for each in candidates[:3]] == ["1", "2", "3"]
    assert {(each.role, each.tune, each.report) for each in candidates} == {("set", (), ("test",))}
    for choices in candidates[:2]:
        reading = read_predictions(data, choices=choices)
        assert reading.outcome == "sure"
        assert reading.predictions is not None
        assert reading.predictions.tuning is None
        assert scores(reading, name="xgb") == expected_scores(columns, choices.split_value, "test", "xgb")
        assert "train_rows" not in kinds(reading)
        assert "cannot be compared" in note(reading)
        assert reading.dropped["set is train"] == rows_of(columns, int(choices.split_value or 0), "train").sum()

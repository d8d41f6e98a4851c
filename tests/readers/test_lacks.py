"""Files that plainly hold repeated splits, but not what a comparison needs: the reason is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions, read_repeated
from tests.readers.making import table
from tests.readers.repeating import expected, lab, note, part
from tests.readers.telling import of, why, without
from tests.readers.trapping import top
from tests.readers.zoo import ANIMALS


@pytest.mark.parametrize(("name", "n", "repeats"), [("plain", 60, 3), ("ranknet", 60, 3), ("ranknet", 700, 20)])
def test_missing_scores_are_not_blamed_on_the_labels(name: str, n: int, repeats: int) -> None:
    """The score, its repeat and the rows are named, by the reader's note and by the error, in small files and big."""
    columns = lab(n=n, repeats=repeats)
    lost = of(columns, 2, "test")
    broken = without(columns, f"score_{name}", lost)
    told = f"score_{name} is missing in {lost.sum()} test rows of repeat 2"
    assert why(broken) == f"In run.csv, {told}: bring these scores, or leave the score or repeat 2 out."
    reading = read_predictions(table(broken))
    assert (reading.outcome, top(reading).split_value) == ("sure", "1")
    assert f"Strategies page cannot compare the scores over all {repeats}: {told}." in note(reading)
    others = tuple(each for each in columns if each.startswith("score_") and each != f"score_{name}")
    assert read_repeated(table(broken), choices=Choices("y_true", others, "fast", "slower")) is not None


def test_several_scores_and_one_class_are_named() -> None:
    """Every score for want of which a class has no row; scores that others of the class still have are no matter."""
    columns = lab()
    fast = columns["y_true"] == "fast"
    one, other = of(columns, 3, "oof"), of(columns, 3, "oof") & fast
    broken = without(without(columns, "score_plain", one), "score_ranknet", other)
    assert f"score_plain is missing in {one.sum()} oof rows of repeat 3 and score_ranknet in {other.sum()}" in why(
        broken
    )
    fine = without(columns, "score_plain", np.arange(len(fast)) % 2 == 0)
    repeated = read_repeated(table(fine))
    assert repeated is not None
    assert repeated.y_true.size == len(fast) // 2
    assert "compares the scores over all 3" in note(read_predictions(table(fine)))


def test_a_repeat_without_scores_does_not_go_in_silence() -> None:
    """All of its rows lack one score: it is named rather than left out, and another repeat is shown."""
    columns = lab()
    broken = without(columns, "score_ranknet", np.array(columns["repeat"]) == 1)
    assert "score_ranknet is missing in 42 oof rows of repeat 1" in why(broken)
    reading = read_predictions(table(broken))
    assert (reading.outcome, top(reading).split_value) == ("sure", "2")
    assert part(reading, "test") == expected(columns, 2, "test")


def test_a_repeat_without_test_rows_is_said_to_have_none() -> None:
    """No label is blamed; nor where the rows are there, and their truths are not, or of one class alone."""
    columns, fast = lab(), lab()["y_true"] == "fast"
    tests = of(columns, 2, "test")
    gone = {name: np.array(cells)[~tests] for name, cells in columns.items()}
    assert "repeat 2 has no rows whose set is test: bring such rows, or leave repeat 2 out" in why(gone)
    assert "cannot compare the scores over all 3: repeat 2 has no rows whose set is test." in note(
        read_predictions(table(gone))
    )
    assert "y_true is missing, or neither class, in the 18 test rows of repeat 2" in why(
        without(columns, "y_true", tests)
    )
    alone = {name: np.array(cells)[~(tests & fast)] for name, cells in columns.items()}
    assert "repeat 2 has no test row with the label 'fast'" in why(alone)
    nowhere = {**columns, "set": np.where(fast, "oof", columns["set"])}
    assert "no repeat has test rows of both classes" in why(nowhere)
    assert read_predictions(table(nowhere)).repeats == "repeat"


def test_rows_of_the_training_may_have_no_scores() -> None:
    """In all repeats: nobody needs them. In one only: others have them, so that the file is not what it seems."""
    columns = lab(train=True)
    repeated = read_repeated(table(without(columns, "score_plain", np.array(columns["set"]) == "train")))
    assert repeated is not None
    assert not repeated.has_train
    assert "score_plain is missing in 42 train rows of repeat 3" in why(
        without(columns, "score_plain", of(columns, 3, "train"))
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_comparison_is_promised_when_it_can_be_made(seed: int) -> None:
    """By pandas: each class of each part of each repeat keeps a row that has all scores, or it does not."""
    rng = np.random.default_rng(seed)
    columns = lab(n=30, repeats=3, labels=("1", "0"), seed=seed)
    tests = (np.array(columns["set"]) == "test") & (columns["y_true"] == "1")
    for name in ("score_plain", "score_soft_f1"):
        columns = without(columns, name, rng.random(tests.size) < np.where(tests, 0.35, 0.1))
    kept = pd.DataFrame(columns).replace("", np.nan).dropna()
    whole = kept.groupby(["repeat", "set", "y_true"]).ngroups == 3 * 2 * 2
    given = Choices("y_true", tuple(each for each in columns if each.startswith("score_")), "1", "0")
    split = Choices(
        **{**given.chosen(), "split": "repeat", "split_value": "1", "role": "set"}, tune=("oof",), report=("test",)
    )
    if whole:
        repeated = read_repeated(table(columns), choices=given)
        assert repeated is not None
        assert repeated.y_true.size == len(kept)
    else:
        assert " is missing in " in why(columns, given)
    if kept[kept["repeat"] == 1].groupby(["set", "y_true"]).ngroups == 4:
        told = note(read_predictions(table(columns), choices=split))
        assert ("compares the scores over all 3" in told, "cannot compare" in told) == (whole, not whole)


@pytest.mark.parametrize("size", [60, 1500])
def test_truths_that_differ_between_repeats_are_told(size: int) -> None:
    """The row, its repeats and both truths; in a big file where only the whole table shows it."""
    columns = lab(n=size, repeats=3 if size == 60 else 20, labels=("1", "0"))
    row = int(np.flatnonzero((columns["id"] == 3) & (np.array(columns["repeat"]) == 2))[0])
    changed = {**columns, "y_true": np.where(np.arange(columns["id"].size) == row, "0", columns["y_true"])}
    assert "id 3 is 1 in repeat 1 and 0 in repeat 2: give every row a key of its own, and the same truth" in why(
        changed
    )
    assert read_predictions(table(changed)).repeats == "repeat"


@pytest.mark.parametrize("size", [60, 1500])
def test_a_row_that_comes_twice_in_a_repeat_is_told(size: int) -> None:
    """Its key and the repeat; rows that are others in each repeat are no repeats, and nothing is said."""
    columns = lab(n=size, repeats=3 if size == 60 else 20)
    first = np.flatnonzero((np.array(columns["repeat"]) == 2) & (columns["y_true"] == "fast"))[:2]
    twice = np.where(np.arange(columns["id"].size) == first[1], columns["id"][first[0]], columns["id"])
    assert f"id {columns['id'][first[0]]} comes more than once in repeat 2" in why({**columns, "id": twice})
    own = {**columns, "id": range(columns["id"].size)}
    assert read_repeated(table(own)) is None
    assert size > 60 or read_predictions(table(own)).repeats is None


def test_repeats_without_roles_are_told() -> None:
    """No column of roles, or one whose names say nothing until somebody says what they mean."""
    columns = lab()
    assert "repeat holds the same rows 3 times, but no column says what a row served for in them" in why(
        {name: cells for name, cells in columns.items() if name != "set"}
    )
    unnamed = {**columns, "set": np.where(np.array(columns["set"]) == "oof", "A", "B")}
    assert "set says A and B, which doesn't tell where a threshold may be chosen" in why(unnamed)
    assert read_repeated(table(unnamed), choices=Choices(role="set", tune=("A",), report=("B",))) is not None
    models = Choices("y_true", ("score_plain",), "fast", split="repeat", split_value=SPLIT_INTO_MODELS)
    assert read_repeated(table(columns), choices=models) is None


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("lab", "repeat"),
        ("lab, one repeat", "repeat"),
        ("R resample", "Resample"),
        ("mlr outer folds with inner predictions", "fold"),
        ("repeated cross-validation of two models", "repeat"),
        ("scikit-learn, training and test rows of every repeat", "repeat"),
        ("runs of other rows each", None),
        ("two columns y_true,y_prob", None),
    ],
)
def test_a_reading_names_the_column_of_repeats(name: str, column: str | None) -> None:
    """So that nobody has to guess whether `read_repeated` has something to say."""
    reading = read_predictions(ANIMALS[name][0])
    assert (reading.repeats, reading.as_dict()["repeats"]) == (column, column)


@pytest.mark.parametrize("labels", [("1", "0"), ("yes", "no"), ("malignant", "benign"), ("default", "paid")])
@pytest.mark.parametrize("seed", range(8))
def test_scores_of_chance_turn_nothing_around(labels: tuple[str, str], seed: int) -> None:
    """A network that hardly learned ranks a little backwards in some repeat: over all, that is what chance does."""
    reading = read_predictions(table(lab(n=120, labels=labels, strength=0.0, seed=seed)))
    assert (reading.outcome, top(reading).pos_label) == ("sure", labels[0])

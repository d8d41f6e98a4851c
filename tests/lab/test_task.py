"""From a table to a task: which columns are features, which class is positive, how features become numbers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.lab.table import read_task
from f1tools.lab.task import Task, preprocessor
from tests.lab.tables import table, task


def with_column(name: str, values: Any) -> pd.DataFrame:
    return table().assign(**{name: values})


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "parquet", "frame"])
def test_a_table_of_any_kind_becomes_the_same_task(tmp_path: Path, kind: str) -> None:
    """Numbers are taken as they are, categories by level, the class by its label, whatever the file's format."""
    frame, path = table(), tmp_path / f"data.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind != "frame":
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    found = read_task(frame if kind == "frame" else path, "outcome")
    assert (found.pos_label, found.neg_label) == ("sick", "well")
    assert found.y.tolist() == (frame["outcome"] == "sick").tolist()
    assert found.levels == (0, 3, 0, 0)  # a missing job is a level of its own
    np.testing.assert_array_equal(found.X[:, 0], frame["age"])
    assert found.X[:, 1].tolist() == frame["job"].map({"clerk": 0.0, "cook": 1.0}).fillna(2.0).tolist()
    assert found.ids == tuple(frame["id"])
    assert found.sha256 == ("" if kind == "frame" else hashlib.sha256(path.read_bytes()).hexdigest())
    assert found.digest() == read_task(frame, "outcome", title="other").digest()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (range(150), "counts|names the rows"),
        ("one", "the same in every row"),
        (np.nan, "the same in every row"),
        (7, "the same in every row"),
        ([f"2024-01-{1 + row % 28:02d}" for row in range(150)], "dates"),
        ([f"{1 + row % 28}/3/2024 10:{row % 60:02d}:00" for row in range(150)], "dates"),
        ([f"text {row % 60}" for row in range(150)], "more than 50 different values"),
    ],
    ids=["row numbers", "constant text", "empty", "constant", "dates", "times", "free text"],
)
def test_what_is_no_feature_is_left_out_and_said(values: object, why: str) -> None:
    """Row numbers, constants, dates and free text teach nothing; a sentence says that they are not used."""
    found = read_task(with_column("extra", values), "outcome")
    assert found.X.shape[1] == 4
    said = [note for note in found.notes if "Not used" in note and "extra" in note]
    assert len(said) == 1
    assert any(each in said[0] for each in why.split("|"))


def test_named_columns_are_no_features() -> None:
    """The class, what names the rows, groups and ignored columns are not learned from."""
    found = read_task(table(), "outcome", id_column="id", group="site", ignore=["job", "value"])
    assert found.X.shape[1] == 1
    assert found.groups is not None
    same = table()["site"].to_numpy()
    assert ((found.groups[:, np.newaxis] == found.groups) == (same[:, np.newaxis] == same)).all()


def test_rows_without_a_class_are_left_out() -> None:
    """They can be neither learned from nor tested on; the others keep their own names."""
    frame = table()
    frame.loc[[3, 70], "outcome"] = None
    found = read_task(frame, "outcome")
    assert found.n == 148
    assert found.ids == tuple(frame["id"].drop([3, 70]))
    assert "2 rows without a class were left out." in found.notes


def test_cells_that_hold_no_number_count_as_missing() -> None:
    """A word among numbers, an infinity and numbers beyond all measure are filled like empty cells, and told."""
    values = table()["value"].astype(object)
    values[[0, 1, 2]] = ["broken", "inf", "1e300"]
    found = read_task(table().assign(value=values.astype(str)), "outcome")
    assert np.flatnonzero(np.isnan(found.X[:, 2])).tolist() == [0, 1, 2]
    assert any("become the median" in note and "value (3)" in note for note in found.notes)
    assert "Cells without a number count as missing: value (1)." in found.notes


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["986.79 €", "1,012.57 €", "7 €"], [986.79, 1012.57, 7.0]),
        (["$1,012.57", "-$3.50", "$1,000,000"], [1012.57, -3.5, 1e6]),
        (["1 234,50", "0,75", "12\u202f000"], [1234.5, 0.75, 12000.0]),
        (["CHF 1'200.00", "", "CHF 5.25"], [1200.0, np.nan, 5.25]),
    ],
    ids=["euro", "dollar", "comma", "franc"],
)
def test_amounts_are_read(cells: list[str], expected: list[float]) -> None:
    """With a currency before or behind, with marks between the digits, where there is one way to read them."""
    found = read_task(with_column("amount", cells * 50), "outcome")
    np.testing.assert_array_equal(found.X[:, -1], np.array(expected * 50))
    assert found.levels[-1] == 0
    assert "Read as numbers, without currency or marks between the digits: amount." in found.notes


def test_amounts_that_can_be_read_in_two_ways_are_told() -> None:
    """A comma before three digits may be either mark: nothing is guessed."""
    found = read_task(with_column("amount", [f"${1 + row},500" for row in range(75)] * 2), "outcome")
    assert found.X.shape[1] == 4
    assert any("amount (looks like amounts of money" in note and "write plain ones" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("patient_id", [row // 2 for row in range(150)], True),
        ("customer", [f"c{row // 2}" for row in range(150)], True),
        ("citric acid", [row // 2 for row in range(150)], False),
        ("patient_id", [row / 4 + 0.1 for row in range(75)] * 2, False),
        ("patient_id", [(7 * row) % 150 for row in range(150)], False),
    ],
    ids=["numbers", "texts", "acid", "measured", "no repeats"],
)
def test_a_key_whose_values_repeat_is_told(name: str, values: list[object], told: bool) -> None:
    """Its rows would be on both sides of a split; what to do is said, and once it is done no more."""
    found = read_task(with_column(name, values), "outcome")
    said = f"{name} looks like a key whose values repeat: --group {name} keeps its rows on one side of every split"
    assert any(note.startswith(said) for note in found.notes) == told
    for option in ({"group": name}, {"ignore": [name]}):
        again = read_task(with_column(name, values), "outcome", **option)
        assert not any("looks like a key" in note for note in again.notes)


def test_a_column_that_gives_the_class_away_is_told() -> None:
    """A consequence of the class among the features would make all strategies perfect."""
    leak = np.where(table()["outcome"] == "sick", "A", "B")
    assert any(note.startswith("leak gives") for note in read_task(with_column("leak", leak), "outcome").notes)
    assert not any("gives the class" in note for note in read_task(table(), "outcome").notes)


@pytest.mark.parametrize(
    ("labels", "positive", "expected"),
    [
        ([1, 0, 0], None, ("1", "0")),
        ([1.0, 0.0, 0.0], "1", ("1", "0")),
        (["No", "yes", "no"], None, ("yes", "No")),
        (["a", "b", "a"], "b", ("b", "a")),
        (["a", "b", "c"], "c", ("c", "not c")),
    ],
    ids=["numbers", "floats", "words", "named", "one of three"],
)
def test_the_positive_class(labels: list[object], positive: str | None, expected: tuple[str, str]) -> None:
    """It is plain, or it is named; where there are more classes it stands against the rest."""
    values: Any = [labels[row % 3] for row in range(150)]
    found = read_task(table().assign(outcome=values), "outcome", positive=positive)
    assert (found.pos_label, found.neg_label) == expected
    assert found.y.tolist() == [str(each).removesuffix(".0") == expected[0] for each in values]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"target": "nothing"}, "has no column 'nothing'. Its columns are: id, age"),
        ({"target": "outcome", "ignore": ["no"]}, "has no column 'no'"),
        ({"target": "outcome", "positive": "ill"}, "outcome has no value 'ill'. Its values are: sick, well."),
        ({"target": "value"}, "value holds 145 different numbers (1.923, -0.017, 1.351, "),
        ({"target": "age"}, "it looks like a measured quantity"),
        ({"target": "outcome", "group": "outcome"}, "outcome is the target"),
        ({"target": "outcome", "id_column": "site"}, "does not name each row differently"),
        ({"target": "outcome", "ignore": ["age", "job", "value", "site"]}, "has no column to learn from"),
        ({"target": "outcome", "image_shape": (8, 8)}, "An image of 8 x 8 has 64 pixels, and there are 4 features."),
        ({"target": "outcome", "image_shape": (2, 2)}, "The pixels of images must be numbers"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(options: dict[str, object], sentence: str) -> None:
    """It says what was seen and what to do."""
    with pytest.raises(InvalidPredictions) as refused:
        read_task(table(), **options)  # type: ignore[arg-type]
    assert sentence in str(refused.value)


def test_classes_that_cannot_be_told_apart() -> None:
    """Two labels of which neither is known to be positive, and a single one, are refused."""
    with pytest.raises(InvalidPredictions, match=r"a and b, and .* plain .* Name it: --positive a or --positive b\.$"):
        read_task(table().assign(outcome=["a", "b", "b"] * 50), "outcome")
    with pytest.raises(InvalidPredictions, match=r"holds only the label a"):
        read_task(table().assign(outcome="a"), "outcome")


def test_each_class_needs_20_rows() -> None:
    """With 19 nothing could be told from the splits."""
    with pytest.raises(InvalidPredictions, match=r"^19 rows are 1, and the lab needs 20"):
        Task(np.eye(60), np.arange(60) < 19)
    assert Task(np.eye(60), np.arange(60) < 20).n_pos == 20


def test_features_are_filled_scaled_and_coded_by_training_rows() -> None:
    """Median, mean and deviation are those of the rows it is fitted on; levels those of the whole table."""
    made = read_task(table(), "outcome")
    train = np.arange(0, made.n, 2)
    prepared = preprocessor(made).fit(made.X[train]).transform(made.X)
    ages = np.where(np.isnan(made.X[:, 0]), np.nanmedian(made.X[train, 0]), made.X[:, 0])
    expected = (ages - ages[train].mean()) / ages[train].std()
    np.testing.assert_allclose(prepared[:, 0], expected, rtol=1e-5, atol=1e-6)
    assert prepared.dtype == np.float32
    assert prepared.shape == (made.n, 3 + 3)
    np.testing.assert_array_equal(prepared[:, 3:], np.eye(3)[made.X[:, 1].astype(int)])


def test_a_level_that_no_training_row_has_keeps_its_column() -> None:
    """The width never depends on the split, or a model could not score the other rows."""
    X = np.column_stack([np.zeros(60), np.arange(60.0) % 3])  # noqa: N806
    made = Task(X, np.arange(60) < 30, levels=(0, 3))
    prepared = preprocessor(made).fit(X[X[:, 1] < 2]).transform(X)
    np.testing.assert_array_equal(prepared[:, 1:], np.eye(3)[X[:, 1].astype(int)])


def test_a_column_without_any_number_among_the_training_rows_is_filled() -> None:
    """Nothing is known of it there, and it must not become NaN."""
    X = np.column_stack([np.arange(60.0), np.where(np.arange(60) < 40, np.nan, 1.0)])  # noqa: N806
    prepared = preprocessor(Task(X, np.arange(60) < 30)).fit(X[:40]).transform(X)
    assert np.isfinite(prepared).all()


def test_pixels_share_one_scale() -> None:
    """An image keeps its shape: all pixels are shifted and divided alike, and constant ones stay."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(0, 17, (60, 4)), columns=list("abcd")).assign(d=0, y=[0, 1] * 30)
    made = read_task(frame, "y", image_shape=(2, 2))
    prepared = preprocessor(made).fit_transform(made.X)
    np.testing.assert_allclose(prepared, (made.X - made.X.mean()) / made.X.std(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("change", ["X", "y", "ids", "groups", "pos_label", "levels"])
def test_the_digest_knows_another_task(change: str) -> None:
    """Whatever training or the output rests on makes another digest."""
    plain = task()
    changes: dict[str, dict[str, Any]] = {
        "X": {"X": plain.X + 1e-9}, "y": {"y": ~plain.y}, "ids": {"ids": tuple(map(str, range(120)))},
        "groups": {"groups": np.zeros(120, dtype=np.intp)}, "pos_label": {"pos_label": "yes"},
        "levels": {"levels": (0, 5)},
    }  # fmt: skip
    changed = Task(**{"X": plain.X, "y": plain.y, **changes[change]})
    assert changed.digest() != plain.digest() == task().digest()

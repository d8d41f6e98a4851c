"""From a table to a task: features, the positive class, row identifiers, and preprocessing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.lab.protocol import preprocessor
from f1tools.lab.table import read_task
from f1tools.lab.task import Task
from tests.lab.tables import table, task


def with_column(name: str, values: Any) -> pd.DataFrame:
    return table().assign(**{name: values})


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "tsv", "parquet", "frame"])
def test_every_file_format_gives_the_same_task(tmp_path: Path, kind: str) -> None:
    """Numbers are unchanged, categories are encoded by level, and the class is found by its label."""
    frame, path = table(), tmp_path / f"data.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind != "frame":
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    example = read_task(frame if kind == "frame" else path, "outcome")
    assert (example.pos_label, example.neg_label) == ("sick", "well")
    assert example.y.tolist() == (frame["outcome"] == "sick").tolist()
    assert example.n_levels == (0, 3, 0, 0)  # a missing job is a separate level
    np.testing.assert_array_equal(example.X[:, 0], frame["age"])
    assert example.X[:, 1].tolist() == frame["job"].map({"clerk": 0.0, "cook": 1.0}).fillna(2.0).tolist()
    assert example.ids == tuple(frame["id"])
    assert example.file_sha256 == ("" if kind == "frame" else hashlib.sha256(path.read_bytes()).hexdigest())
    assert example.digest() == read_task(frame, "outcome", title="other").digest()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (range(150), "row identifier"),
        ("one", "constant"),
        (np.nan, "constant"),
        (7, "constant"),
        ([f"2024-01-{1 + row % 28:02d}" for row in range(150)], "dates"),
        ([f"{1 + row % 28}/3/2024 10:{row % 60:02d}:00" for row in range(150)], "dates"),
        ([f"text {row % 60}" for row in range(150)], "more than 50 distinct values"),
        ([f"${1 + row},500" for row in range(75)] * 2, "amounts of money"),
    ],
    ids=["row numbers", "constant text", "empty", "constant", "dates", "times", "free text", "ambiguous amounts"],
)
def test_useless_columns_are_excluded(values: object, reason: str) -> None:
    """One note names each column and the reason; a comma before three digits has two possible meanings."""
    example = read_task(with_column("extra", values), "outcome")
    assert example.X.shape[1] == 4
    (note,) = (note for note in example.notes if "Not used" in note and "extra" in note)
    assert reason in note


def test_named_columns_are_not_features() -> None:
    """The target, the identifier, the group and ignored columns are excluded."""
    example = read_task(table(), "outcome", id_column="id", group="site", ignore=["job", "value"])
    assert example.X.shape[1] == 1
    assert example.groups is not None
    same = table()["site"].to_numpy()
    assert ((example.groups[:, np.newaxis] == example.groups) == (same[:, np.newaxis] == same)).all()


def test_rows_without_a_class_are_left_out() -> None:
    """The other rows keep their identifiers, and a note counts the dropped rows."""
    frame = table()
    frame.loc[[3, 70], "outcome"] = None
    example = read_task(frame, "outcome")
    assert example.n == 148
    assert example.ids == tuple(frame["id"].drop([3, 70]))
    assert "2 rows without a class were left out." in example.notes


def test_unparsable_cells_count_as_missing() -> None:
    """Text in a numeric column, infinities and huge numbers are imputed and noted."""
    values = table()["value"].astype(object)
    values[[0, 1, 2]] = ["broken", "inf", "1e300"]
    example = read_task(table().assign(value=values.astype(str)), "outcome")
    assert np.flatnonzero(np.isnan(example.X[:, 2])).tolist() == [0, 1, 2]
    assert any("imputed by the median" in note and "value (3)" in note for note in example.notes)
    assert "Cells without a number count as missing: value (1)." in example.notes


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["986.79 €", "1,012.57 €", "7 €"], [986.79, 1012.57, 7.0]),
        (["$1,012.57", "-$3.50", "$1,000,000"], [1012.57, -3.5, 1e6]),
        (["1 234,50 €", "0,75", "12\u202f000"], [1234.5, 0.75, 12000.0]),
        (["CHF 1'200.00", "", "CHF 5.25"], [1200.0, np.nan, 5.25]),
    ],
    ids=["euro", "dollar", "comma", "franc"],
)
def test_amounts_are_parsed(cells: list[str], expected: list[float]) -> None:
    """An unambiguous amount may have a currency sign before or after it, and thousands separators."""
    example = read_task(with_column("amount", cells * 50), "outcome")
    np.testing.assert_array_equal(example.X[:, -1], np.array(expected * 50))
    assert example.n_levels[-1] == 0
    assert "Read as numbers, without currency signs and thousands separators: amount." in example.notes


@pytest.mark.parametrize(
    ("name", "values", "noted"),
    [
        ("patient_id", [row // 2 for row in range(150)], True),
        ("customer", [f"c{row // 2}" for row in range(150)], True),
        ("citric acid", [row // 2 for row in range(150)], False),
        ("patient_id", [row / 4 + 0.1 for row in range(75)] * 2, False),
        ("patient_id", [(7 * row) % 150 for row in range(150)], False),
    ],
    ids=["numbers", "texts", "acid", "measured", "no repeats"],
)
def test_identifiers_with_repeated_values_are_noted(name: str, values: list[object], noted: bool) -> None:
    """Rows of one identifier could be on both sides of a split, unless it is the group or ignored."""
    example = read_task(with_column(name, values), "outcome")
    start = f"{name} looks like an identifier with repeated values: --group {name} "
    assert any(note.startswith(start) for note in example.notes) == noted
    for option in ({"group": name}, {"ignore": [name]}):
        again = read_task(with_column(name, values), "outcome", **option)
        assert not any("looks like an identifier" in note for note in again.notes)


def test_a_column_that_predicts_the_class_is_noted() -> None:
    """A feature that leaks the class would make all strategies perfect."""
    leak = np.where(table()["outcome"] == "sick", "A", "B")
    assert any(note.startswith("leak predicts") for note in read_task(with_column("leak", leak), "outcome").notes)
    assert not any("predicts the class" in note for note in read_task(table(), "outcome").notes)


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
    """It follows from convention or from its name; of more than two classes, it is one against the rest."""
    values: Any = [labels[row % 3] for row in range(150)]
    example = read_task(table().assign(outcome=values), "outcome", positive=positive)
    assert (example.pos_label, example.neg_label) == expected
    assert example.y.tolist() == [str(each).removesuffix(".0") == expected[0] for each in values]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "nothing"}, "has no column 'nothing'. Its columns are: id, age"),
        ({"ignore": ["no"]}, "has no column 'no'"),
        ({"positive": "ill"}, "outcome has no value 'ill'. Its values are: sick, well."),
        ({"target": "value"}, "value holds 145 distinct numbers (1.923, -0.017, 1.351, "),
        ({"target": "age"}, "it looks like a measured quantity"),
        ({"group": "outcome"}, "outcome is the target"),
        ({"id_column": "site"}, "does not hold a unique identifier"),
        ({"ignore": ["age", "job", "value", "site"]}, "has no feature columns"),
        ({"image_shape": (8, 8)}, "An image of 8 x 8 has 64 pixels, and there are 4 features."),
        ({"image_shape": (2, 2)}, "The pixels of images must be numbers"),
        ({"outcome": ["a", "b", "b"] * 50}, "--positive a or --positive b."),
        ({"outcome": "a"}, "holds only the label a"),
    ],
)
def test_unusable_tables_raise(options: dict[str, Any], message: str) -> None:
    """The message names the problem and the remedy; some tables have other outcomes than sick and well."""
    frame = table().assign(outcome=lambda rows: options.get("outcome", rows["outcome"]))
    arguments = {"target": "outcome"} | {name: value for name, value in options.items() if name != "outcome"}
    with pytest.raises(InvalidPredictions) as error:
        read_task(frame, **arguments)
    assert message in str(error.value)


def test_each_class_needs_20_rows() -> None:
    """A task with 20 positive rows is valid, and one with 19 raises."""
    with pytest.raises(InvalidPredictions, match=r"^19 rows have the class 1, and the lab needs 20"):
        Task(np.eye(60), np.arange(60) < 19)
    assert Task(np.eye(60), np.arange(60) < 20).n_pos == 20


def test_preprocessing_is_fitted_on_training_rows() -> None:
    """Median, mean and standard deviation come from the training rows, and levels from the whole table."""
    example = read_task(table(), "outcome")
    train = np.arange(0, example.n, 2)
    prepared = preprocessor(example).fit(example.X[train]).transform(example.X)
    ages = np.where(np.isnan(example.X[:, 0]), np.nanmedian(example.X[train, 0]), example.X[:, 0])
    expected = (ages - ages[train].mean()) / ages[train].std()
    np.testing.assert_allclose(prepared[:, 0], expected, rtol=1e-5, atol=1e-6)
    assert prepared.dtype == np.float32
    assert prepared.shape == (example.n, 3 + 3)
    np.testing.assert_array_equal(prepared[:, 3:], np.eye(3)[example.X[:, 1].astype(int)])


def test_values_missing_from_training_keep_their_column() -> None:
    """The width does not depend on the split: unseen levels are encoded, and a column without numbers is imputed."""
    row = np.arange(60)
    X = np.column_stack([np.where(row < 40, np.nan, 1.0), row % 3])  # noqa: N806
    train = X[(row < 40) & (row % 3 < 2)]
    prepared = preprocessor(Task(X, row < 30, n_levels=(0, 3))).fit(train).transform(X)
    assert np.isfinite(prepared[:, 0]).all()
    np.testing.assert_array_equal(prepared[:, 1:], np.eye(3)[row % 3])


def test_pixels_share_one_scale() -> None:
    """All pixels are standardized together, and constant pixels are kept."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(0, 17, (60, 4)), columns=list("abcd")).assign(d=0, y=[0, 1] * 30)
    example = read_task(frame, "y", image_shape=(2, 2))
    prepared = preprocessor(example).fit_transform(example.X)
    np.testing.assert_allclose(prepared, (example.X - example.X.mean()) / example.X.std(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"X": task().X + 1e-9},
        {"y": ~task().y},
        {"ids": tuple(map(str, range(120)))},
        {"groups": np.zeros(120, dtype=np.intp)},
        {"pos_label": "yes"},
        {"n_levels": (0, 5)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_digest_depends_on_everything_that_matters(change: dict[str, Any]) -> None:
    """Everything that affects the training or the output changes it."""
    plain = task()
    assert Task(**{"X": plain.X, "y": plain.y, **change}).digest() != plain.digest() == task().digest()

"""All repeats of a file are read, from the columns that one repeat shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions, read_repeated
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions
from tests.readers.helpers import table
from tests.readers.repeated_files import (
    SCORES,
    emptied,
    encoded,
    lab_columns,
    rows_of,
    train_and_test,
    without,
)

LAB = lab_columns(train=True)
PART = {"oof": TUNE, "test": TEST, "train": TRAIN}
ROLES = {"role": "set", "tune": ("oof",), "report": ("test",)}


def read_all(columns: dict[str, Any], choices: Choices | None = None) -> RepeatedPredictions:
    """Return all repeats of the columns."""
    repeated = read_repeated(table(columns), choices=choices)
    assert repeated is not None
    return repeated


def assert_equal(repeated: RepeatedPredictions | None, columns: dict[str, Any], positive: str = "fast") -> None:
    """Assert that all rows of the columns were read unchanged."""
    assert repeated is not None
    np.testing.assert_array_equal(repeated.y_true, np.array(columns["y_true"]) == positive)
    np.testing.assert_array_equal(repeated.repeat, np.array(columns["repeat"]) - 1)
    np.testing.assert_array_equal(repeated.part, [PART[each] for each in columns["set"]])
    assert repeated.models == tuple(name for name in columns if name.startswith("score_"))
    for name, score in repeated.scores.items():
        np.testing.assert_array_equal(score, columns[name])
    assert repeated.repeat_names == tuple(str(each) for each in dict.fromkeys(columns["repeat"]))


@pytest.mark.parametrize("layout", ["text", "gzip", "parquet", "frame"])
@pytest.mark.parametrize("n", [60, 500])
def test_all_rows_are_read(layout: str, n: int) -> None:
    """Targets, scores, repeats and parts are those of the file, whether or not it is larger than the sample."""
    columns = lab_columns(n=n, repeats=3 if n == 60 else 20, train=True)
    progress: list[float] = []
    repeated = read_repeated(encoded(columns, layout), on_progress=progress.append)
    assert_equal(repeated, columns)
    assert repeated is not None
    assert (repeated.pos_label, repeated.neg_label, repeated.has_train) == ("fast", "slower", True)
    assert (progress[0], progress[-1], progress) == (0.0, 1.0, sorted(progress))


@pytest.mark.parametrize("value", ["1", "3"])
def test_a_repeat_is_what_the_reader_shows(value: str) -> None:
    """The rows of a split are those that `read_predictions` returns for it, in the same roles."""
    shown = read_predictions(table(LAB), choices=Choices(split="repeat", split_value=value)).predictions
    assert shown is not None
    split = read_all(LAB).split(int(value) - 1)
    for part, role in ((split.tune, shown.tuning_set), (split.test, shown.evaluation_set)):
        np.testing.assert_array_equal(part.y_true, role.y_true)
        assert part.models == role.models
        assert all(part.scores[name].tolist() == role.scores[name].tolist() for name in part.models)


@pytest.mark.parametrize(
    "choices",
    [
        Choices(),
        Choices(pos_label="fast"),
        Choices("y_true", SCORES, "fast"),
        Choices("y_true", SCORES, "fast", role="set", tune=("oof",), report=("test",)),
        Choices("y_true", SCORES, "fast", split="repeat", split_value="2"),
    ],
)
def test_what_is_not_chosen_is_inferred(choices: Choices) -> None:
    """The columns declare repeats and roles, whatever else is chosen."""
    assert_equal(read_all(LAB, choices), LAB)


def test_choices_declare_repeated_splits_too() -> None:
    """A `split` and a `role` column with any name declare repeated splits."""
    columns = {"draw": LAB["repeat"], "use": LAB["set"], **without(LAB, "id", "repeat", "set")}
    assert read_repeated(table(columns)) is None
    choices = Choices(
        "y_true", SCORES, "fast", split="draw", split_value="1", role="use", tune=("oof",), report=("test",)
    )
    assert_equal(read_repeated(table(columns), choices=choices), {**LAB, "draw": LAB["repeat"]})
    models = Choices("y_true", ("score_plain",), split="repeat", split_value=SPLIT_INTO_MODELS)
    assert read_repeated(table(LAB), choices=models) is None


def test_changed_choices_are_kept() -> None:
    """Fewer scores, flipped scores and another positive class are kept; the repeat shown does not matter."""
    changed = Choices(
        "y_true", SCORES[1::-1], "slower", "fast", split="repeat", split_value="2", flipped=SCORES[:2], id="id", **ROLES  # type: ignore[arg-type]
    )  # fmt: skip
    repeated = read_all(LAB, changed)
    assert (repeated.models, repeated.pos_label) == (SCORES[1::-1], "slower")
    np.testing.assert_array_equal(repeated.y_true, np.array(LAB["y_true"]) == "slower")
    np.testing.assert_array_equal(repeated.scores["score_plain"], 1 - LAB["score_plain"])
    np.testing.assert_array_equal(repeated.scores["score_ranknet"], -LAB["score_ranknet"])
    np.testing.assert_array_equal(repeated.part, [PART[each] for each in LAB["set"]])


def test_chosen_roles_leave_other_rows_out() -> None:
    """Chosen values mark tuning and evaluation set, training rows are kept as such, other rows are left out."""
    renamed = np.where(np.array(LAB["set"]) == "oof", "A", np.where(np.array(LAB["set"]) == "test", "B", "train"))
    is_other = np.arange(renamed.size) % 7 == 0
    columns = {**LAB, "set": np.where(is_other, "C", renamed)}
    repeated = read_all(columns, Choices(role="set", tune=("A",), report=("B",)))
    np.testing.assert_array_equal(repeated.scores["score_plain"], np.array(LAB["score_plain"])[~is_other])
    np.testing.assert_array_equal(repeated.part, np.array([PART[each] for each in LAB["set"]])[~is_other])


def test_unusable_rows_are_left_out() -> None:
    """Rows without a repeat, a role, a target or one of the scores are left out, and training rows without scores."""
    columns = {name: np.array(cells, dtype=object) for name, cells in LAB.items()}
    is_lost = np.zeros(columns["id"].size, dtype=bool)
    for row, name in ((3, "repeat"), (40, "set"), (75, "y_true"), (130, "score_soft_f1")):
        columns[name][row] = ""
        is_lost[row] = True
    repeated = read_all(columns)
    np.testing.assert_array_equal(repeated.scores["score_plain"], np.array(LAB["score_plain"])[~is_lost])
    np.testing.assert_array_equal(repeated.repeat, np.array(LAB["repeat"])[~is_lost] - 1)
    assert not read_all(emptied(LAB, "score_plain", np.array(LAB["set"]) == "train")).has_train


def test_one_class_against_the_rest() -> None:
    """The other classes together are the negative class."""
    truth = np.where(LAB["y_true"] == "fast", "fast", np.where(LAB["id"] % 2 == 0, "slow", "still"))
    repeated = read_all({**LAB, "y_true": truth}, Choices("y_true", SCORES, "fast", one_vs_rest=True))
    np.testing.assert_array_equal(repeated.y_true, LAB["y_true"] == "fast")
    assert (repeated.pos_label, repeated.neg_label) == ("fast", "not fast")


def test_an_ambiguous_file_is_an_error_that_says_what_to_choose() -> None:
    """No positive class is guessed; a third value that appears only when all rows are read is named."""
    data = table(lab_columns(strength=0.0))
    with pytest.raises(InvalidPredictions, match=r"run\.csv are ambiguous\. Please choose: .* positive class"):
        read_repeated(data, name="run.csv")
    repeated = read_repeated(data, choices=Choices("y_true", SCORES, "slower"))
    assert repeated is not None
    assert repeated.pos_label == "slower"
    columns = lab_columns(n=1500, repeats=20)
    third = np.where(np.arange(30_000) == 15_600, "odd", columns["y_true"])
    with pytest.raises(InvalidPredictions, match="y_true has a third value, odd, in some of its 30,000 rows"):
        read_repeated(table({**columns, "y_true": third}))


TEST_ROWS = rows_of(LAB, 2, "test")
FAST = LAB["y_true"] == "fast"


@pytest.mark.parametrize(
    ("columns", "reasons"),
    [
        (emptied(LAB, "score_ranknet", TEST_ROWS), ["'2' has no test row", "missing score score_ranknet (18)"]),
        (emptied(LAB, "score_plain", rows_of(LAB, 3, "train")), ["'3' has no train rows", "score score_plain (42)"]),
        (emptied(LAB, "score_plain", np.array(LAB["repeat"]) == 1), ["'1'", "missing score score_plain (102)"]),
        (emptied(LAB, "y_true", TEST_ROWS), ["'2' has no test row", "missing truth (18)"]),
        ({name: np.array(cells)[~TEST_ROWS] for name, cells in LAB.items()}, ["'2' has no test row"]),
        ({name: np.array(cells)[~(TEST_ROWS & FAST)] for name, cells in LAB.items()}, ["'2' has no test row"]),
    ],
)  # fmt: skip
def test_what_a_repeat_lacks_is_named(columns: dict[str, Any], reasons: list[str]) -> None:
    """The error names the repeat, the part and the class without rows, and why rows were left out."""
    with pytest.raises(InvalidPredictions) as raised:
        read_repeated(table(columns), name="run.csv", choices=Choices("y_true", SCORES, "fast", "slower"))
    assert all(reason in str(raised.value) for reason in ("In run.csv", *reasons))


@pytest.mark.parametrize("seed", range(6))
def test_repeats_can_be_compared_where_each_class_of_each_part_has_a_row(seed: int) -> None:
    """By pandas: each class of each part of each repeat keeps a row that has all scores, or there is an error."""
    rng = np.random.default_rng(seed)
    columns = lab_columns(n=30, repeats=3, labels=("1", "0"), seed=seed)
    is_positive_test = (np.array(columns["set"]) == "test") & (columns["y_true"] == "1")
    for name in ("score_plain", "score_soft_f1"):
        columns = emptied(columns, name, rng.random(is_positive_test.size) < np.where(is_positive_test, 0.35, 0.1))
    kept = pd.DataFrame(columns).replace("", np.nan).dropna()
    choices = Choices("y_true", SCORES, "1", "0")
    if kept.groupby(["repeat", "set", "y_true"]).ngroups == 3 * 2 * 2:
        assert read_all(columns, choices).y_true.size == len(kept)
    else:
        with pytest.raises(InvalidPredictions, match="missing score"):
            read_all(columns, choices)


@pytest.mark.parametrize("n", [60, 1500])
def test_inconsistent_rows_are_named(n: int) -> None:
    """A row with two classes, or twice in a repeat, is an error that names its key, in small files and large."""
    columns = lab_columns(n=n, repeats=3 if n == 60 else 20, labels=("1", "0"))
    at = np.arange(columns["id"].size)
    in_second = np.array(columns["repeat"]) == 2
    row = np.flatnonzero((columns["id"] == 3) & in_second)[0]
    changed = {**columns, "y_true": np.where(at == row, "0", columns["y_true"])}
    with pytest.raises(InvalidPredictions, match="id 3 is 1 in one repeat and 0 in another"):
        read_repeated(table(changed))
    first, second = np.flatnonzero(in_second & (columns["y_true"] == "1"))[:2]
    twice = {**columns, "id": np.where(at == second, columns["id"][first], columns["id"])}
    with pytest.raises(InvalidPredictions, match=f"id {columns['id'][first]} comes more than once in repeat 2"):
        read_repeated(table(twice))


@pytest.mark.parametrize(
    ("names", "choices", "reason"),
    [
        (("train", "test"), Choices(), "train and test rows but none to choose a threshold on"),
        (
            ("train", "test"),
            Choices("y_true", ("xgb",), "1", split="repeat", role="set", report=("test",)),
            "to choose",
        ),
        (("train", "valid"), Choices(pos_label="1"), "train and valid rows but none to test a threshold on"),
    ],
)
def test_without_tuning_or_evaluation_set_repeats_cannot_be_compared(
    names: tuple[str, str], choices: Choices, reason: str
) -> None:
    """The error says which rows are missing."""
    with pytest.raises(InvalidPredictions, match=reason):
        read_repeated(table(train_and_test(names=names)), choices=choices)

"""Files of repeated splits, declared by their columns or by choices: one repeat is shown, all can be read."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions, read_repeated, stackable
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions
from tests.readers.making import rows, table
from tests.readers.repeated_files import (
    SCORES,
    emptied,
    expected_scores,
    lab_columns,
    rows_of,
    scores_by_role,
    without,
)
from tests.readers.trapping import kinds, top

LAB = lab_columns(train=True)
PART = {"oof": TUNE, "test": TEST, "train": TRAIN}
ROLES = {"role": "set", "tune": ("oof",), "report": ("test",)}


def encoded(columns: dict[str, Any], layout: str) -> Any:
    """Return the columns as a file or a data frame."""
    frame, buffer = pd.DataFrame(columns), io.BytesIO()
    frame.to_parquet(buffer, index=False, row_group_size=100)
    text = table(columns)
    return {"text": text, "gzip": gzip.compress(text, mtime=0), "parquet": buffer.getvalue(), "frame": frame}[layout]


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


# One repeat


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
            assert scores_by_role(reading, role, score) == expected_scores(columns, 1, role, score)
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
    assert scores_by_role(reading, "test") == expected_scores(columns, top(reading).split_value, "test")
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
        again = read_predictions(data, choices=choices)
        assert (again.outcome, again.proposal) == ("sure", choices)
        assert scores_by_role(again, "oof") == expected_scores(LAB, choices.split_value, "oof")
        assert f"repeat {choices.split_value} alone is shown" in note(again)
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
    asked = read_predictions(table(lab_columns(labels=("0", "1"))))
    assert (asked.outcome, top(asked).pos_label, top(asked).split_value) == ("ask", "0", "1")
    assert "higher scores go with 0" in asked.reason
    data = table(lab_columns(strength=0.0))
    asked = read_predictions(data)
    assert (asked.outcome, "positive class" in asked.reason) == ("ask", True)
    chosen = read_predictions(data, choices=Choices(pos_label="fast"))
    assert (chosen.outcome, top(chosen).split_value) == ("sure", "1")
    for columns in (lab_columns(labels=("good", "bad")), lab_columns(strength=0.1)):
        asked = read_predictions(table(without(columns, *SCORES[1:])))
        assert (asked.outcome, top(asked).scores, top(asked).split_value) == ("ask", ("score_plain",), "1")


def test_which_columns_are_scores() -> None:
    """Columns named like the best score are scores, but not class columns, hard predictions, errors and features."""
    columns = without(lab_columns(labels=("1", "0")), *SCORES)
    plain = lab_columns()["score_plain"]
    reading = read_predictions(table({**columns, "prob_0": (1 - plain).round(6), "prob_1": plain}))
    assert top(reading).scores == ("prob_1",)
    columns = {name.replace("score", "pred"): cells for name, cells in lab_columns(labels=("1", "0")).items()}
    more = {"pred_class": (columns["pred_plain"] > 0.5).astype(int), "age": columns["id"] % 37 + 20}
    more["pred_error"] = (np.abs(columns["pred_plain"] - (columns["y_true"] == "1")) * 2).round(6)
    assert top(read_predictions(table({**columns, **more}))).scores == ("pred_plain", "pred_ranknet", "pred_soft_f1")


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
    assert scores_by_role(third, "test") == expected_scores(LAB, 3, "test")
    swapped = read_predictions(data, choices=Choices(role="set", tune=("test",), report=("oof",)))
    assert (swapped.outcome, top(swapped).split_value) == ("sure", "1")
    assert scores_by_role(swapped, "oof") == expected_scores(LAB, 1, "test")
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
        assert "pooling mixes" in reading.reason
        assert read_repeated(table(columns)) is None
    seeds = read_predictions(table(without(lab_columns(), "set", *SCORES[1:])))
    assert (seeds.outcome, top(seeds).split_value) == ("ask", SPLIT_INTO_MODELS)


def test_a_file_of_repeated_splits_is_not_stacked() -> None:
    """Such a file has its roles in itself."""
    one, two = table(lab_columns()), table(lab_columns(n=90, seed=1))
    assert not stackable(one, two)


# All repeats


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
    third = np.where(np.arange(30_000) == 15_530, "odd", columns["y_true"])
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


# Training and test rows only


def train_and_test(
    *, n: int = 300, repeats: int = 5, share: float = 0.3, names: tuple[str, str] = ("train", "test")
) -> dict[str, Any]:
    """Return the columns of a file where each row trains or tests in each repeat, without a tuning set."""
    rng = np.random.default_rng(0)
    is_test = np.concatenate([rng.permutation(n) < share * n for _ in range(repeats)])
    y_true = np.tile(rows(n)[0], repeats)
    scores = {name: rows(n * repeats, seed=at, spread=0)[1] for at, name in enumerate(("xgb", "rf"))}
    return {
        "id": np.tile(np.arange(n), repeats), "y_true": y_true, "repeat": np.repeat(np.arange(1, repeats + 1), n),
        "set": np.where(is_test, names[1], names[0]),
        **{name: (0.6 * score + 0.4 * y_true).round(6) for name, score in scores.items()},
    }  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [train_and_test(), train_and_test(n=2000, repeats=20), without(train_and_test(), "rf")],
    ids=["usual", "large", "one score"],
)
def test_test_rows_of_one_repeat_are_proposed(columns: dict[str, Any]) -> None:
    """Without a tuning set the reader asks; no candidate has training rows or pools repeats."""
    data = table(columns)
    asked = read_predictions(data)
    assert (asked.outcome, asked.repeat_column) == ("ask", "repeat")
    assert "none to choose a threshold on" in asked.reason
    candidates = [each.choices for each in asked.candidates]
    assert [each.split_value for each in candidates[:3]] == ["1", "2", "3"]
    assert {(each.role, each.tune, each.report) for each in candidates} == {("set", (), ("test",))}
    for choices in candidates[:2]:
        reading = read_predictions(data, choices=choices)
        assert reading.outcome == "sure"
        assert reading.predictions is not None
        assert reading.predictions.tuning is None
        scores = reading.predictions.scores["xgb"].tolist()
        assert scores == expected_scores(columns, choices.split_value, "test", "xgb")
        assert "train_rows" not in kinds(reading)
        assert "cannot be compared" in note(reading)
        assert reading.dropped["set is train"] == rows_of(columns, int(choices.split_value or 0), "train").sum()


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

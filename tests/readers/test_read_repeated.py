"""All repeats of a file: the same columns and the same positive class as one of them shows."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions, read_repeated
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions
from tests.readers.making import table
from tests.readers.repeating import STRATEGIES, lab, resampled
from tests.readers.trapping import top
from tests.readers.zoo import ANIMALS

SCORES = tuple(f"score_{name}" for name in STRATEGIES)
LAB = lab(train=True)
PART = {"oof": TUNE, "test": TEST, "train": TRAIN}


def read(columns: dict[str, Any], choices: Choices | None = None) -> RepeatedPredictions:
    repeated = read_repeated(table(columns), choices=choices)
    assert repeated is not None
    return repeated


def expect(repeated: RepeatedPredictions | None, columns: dict[str, Any], positive: str = "fast") -> None:
    """Assert that all rows of the columns are there as they are."""
    assert repeated is not None
    np.testing.assert_array_equal(repeated.y_true, np.array(columns["y_true"]) == positive)
    np.testing.assert_array_equal(repeated.repeat, np.array(columns["repeat"]) - 1)
    np.testing.assert_array_equal(repeated.part, [PART[each] for each in columns["set"]])
    assert repeated.models == tuple(name for name in columns if name.startswith("score_"))
    for name, score in repeated.scores.items():
        np.testing.assert_array_equal(score, columns[name])
    assert repeated.repeat_names == tuple(str(each) for each in dict.fromkeys(columns["repeat"]))


def layouts(columns: dict[str, Any]) -> dict[str, Any]:
    frame, buffer = pd.DataFrame(columns), io.BytesIO()
    frame.to_parquet(buffer, index=False)
    text = table(columns)
    return {"text": text, "gzip": gzip.compress(text, mtime=0), "parquet": buffer.getvalue(), "frame": frame}


@pytest.mark.parametrize("layout", ["text", "gzip", "parquet", "frame"])
@pytest.mark.parametrize("n", [60, 500])
def test_every_row_of_the_lab_is_read(layout: str, n: int) -> None:
    """Truths, scores, repeats and parts are those of the file, small or larger than what is looked at first."""
    columns = lab(n=n, repeats=3 if n == 60 else 20, train=True)
    seen: list[float] = []
    repeated = read_repeated(layouts(columns)[layout], on_progress=seen.append)
    expect(repeated, columns)
    assert repeated is not None
    assert (repeated.pos_label, repeated.neg_label, repeated.has_train) == ("fast", "slower", True)
    assert (seen[0], seen[-1], seen) == (0.0, 1.0, sorted(seen))


@pytest.mark.parametrize("value", ["1", "3"])
def test_one_repeat_is_what_the_reader_shows(value: str) -> None:
    """The rows of a split are those that `read_predictions` gives for it, in the same roles."""
    data = table(LAB)
    shown = read_predictions(data, choices=Choices(split="repeat", split_value=value)).predictions
    assert shown is not None
    split = read(LAB).split(int(value) - 1)
    for part, role in ((split.tune, shown.tuning_set), (split.test, shown.evaluation_set)):
        np.testing.assert_array_equal(part.y_true, role.y_true)
        assert part.models == role.models
        assert all(part.scores[name].tolist() == role.scores[name].tolist() for name in part.models)


@pytest.mark.parametrize(
    "name",
    [
        "lab", "lab, packed, with the rows of the training", "lab, one repeat", "lab, one strategy",
        "lab, without an id", "R resample", "mlr outer folds with inner predictions",
    ],
)  # fmt: skip
def test_animals_of_this_kind_are_read(name: str) -> None:
    """With the scores and the positive class that are right for the file."""
    data, right = ANIMALS[name]
    repeated = read_repeated(data)
    assert repeated is not None
    assert (" + ".join(repeated.models), repeated.pos_label) == (right.scores, right.pos_label)
    assert repeated.n_repeats == {"lab, one repeat": 1, "mlr outer folds with inner predictions": 5}.get(name, 3)


TOLD = ("lab", "R resample", "mlr outer", "scikit-learn, training and test", "repeated cross-validation of two")


@pytest.mark.parametrize("name", [name for name in ANIMALS if not name.startswith(TOLD)])
def test_other_animals_hold_no_repeats(name: str) -> None:
    """Whatever else a file is: None, and no question."""
    assert read_repeated(ANIMALS[name][0]) is None


def test_what_the_visitor_changed_is_kept() -> None:
    """Fewer scores, one of them turned around, another positive class; which repeat was shown does not matter."""
    proposal = top(read_predictions(table(LAB)))
    changed = Choices(
        "y_true", ("score_ranknet", "score_plain"), "slower", "fast", split="repeat", split_value="2",
        flipped=("score_plain", "score_ranknet"), role="set", tune=("oof",), report=("test",), id=proposal.id,
    )  # fmt: skip
    repeated = read(LAB, changed)
    assert (repeated.models, repeated.pos_label) == (("score_ranknet", "score_plain"), "slower")
    np.testing.assert_array_equal(repeated.y_true, np.array(LAB["y_true"]) == "slower")
    np.testing.assert_array_equal(repeated.scores["score_plain"], 1 - LAB["score_plain"])
    np.testing.assert_array_equal(repeated.scores["score_ranknet"], -LAB["score_ranknet"])
    np.testing.assert_array_equal(repeated.part, [PART[each] for each in LAB["set"]])


def test_roles_can_be_given_and_other_rows_are_left_out() -> None:
    """What is named chooses or reports, what says that it trained the model is kept as such, the rest is not read."""
    renamed = np.where(np.array(LAB["set"]) == "oof", "A", np.where(np.array(LAB["set"]) == "test", "B", "train"))
    unread = np.arange(renamed.size) % 7 == 0
    columns = {**LAB, "set": np.where(unread, "C", renamed)}
    repeated = read(columns, Choices(role="set", tune=("A",), report=("B",)))
    np.testing.assert_array_equal(repeated.scores["score_plain"], np.array(LAB["score_plain"])[~unread])
    np.testing.assert_array_equal(repeated.part, np.array([PART[each] for each in LAB["set"]])[~unread])


def test_columns_by_any_name_can_be_given() -> None:
    """Who names a column of repeats and one of roles is believed, a key or not."""
    columns = {"draw": LAB["repeat"], "use": LAB["set"], **{k: v for k, v in LAB.items() if k[:2] in ("y_", "sc")}}
    data = table(columns)
    assert read_repeated(data) is None
    given = Choices(
        "y_true", SCORES, "fast", split="draw", split_value="1", role="use", tune=("oof",), report=("test",)
    )
    expect(read_repeated(data, choices=given), {**LAB, "draw": LAB["repeat"]})


@pytest.mark.parametrize(
    "given",
    [
        Choices(),
        Choices(pos_label="fast"),
        Choices("y_true", SCORES, "fast"),
        Choices("y_true", SCORES, "fast", role="set", tune=("oof",), report=("test",)),
        Choices("y_true", SCORES, "fast", split="repeat", split_value="2"),
    ],
)
def test_what_is_not_given_is_found(given: Choices) -> None:
    """The file shows its repeats and roles by itself, whatever of the rest is known."""
    expect(read_repeated(table(LAB), choices=given), LAB)


def test_none_without_repeats() -> None:
    """Models on top of each other, rows of their own and a training log are nothing to compare."""
    assert (
        read_repeated(
            table(LAB), choices=Choices("y_true", ("score_plain",), split="repeat", split_value=SPLIT_INTO_MODELS)
        )
        is None
    )
    assert read_repeated(table({"epoch": range(30), "loss": range(30), "accuracy": range(30)})) is None
    many = lab(n=500, repeats=20)
    assert read_repeated(table({**many, "id": range(len(many["id"]))})) is None


def test_rows_that_cannot_be_used_are_left_out() -> None:
    """Without a repeat, a role, a truth or one of the scores a row is not there; a repeat without roles has no name."""
    columns = {name: np.array(cells, dtype=object) for name, cells in LAB.items()}
    lost = np.zeros(columns["id"].size, dtype=bool)
    for row, name in ((3, "repeat"), (40, "set"), (75, "y_true"), (130, "score_soft_f1")):
        columns[name][row] = ""
        lost[row] = True
    whole = np.array(LAB["repeat"]) == 2
    columns["set"][whole] = "spare"
    repeated = read(columns)
    keep = ~(lost | whole)
    np.testing.assert_array_equal(repeated.scores["score_plain"], np.array(LAB["score_plain"])[keep])
    np.testing.assert_array_equal(repeated.repeat, np.array(LAB["repeat"])[keep] // 2)
    assert repeated.repeat_names == ("1", "3")


def test_one_class_against_the_rest() -> None:
    """The rest is called so."""
    columns = {
        **LAB,
        "y_true": np.where(LAB["y_true"] == "fast", "fast", np.where(LAB["id"] % 2 == 0, "slow", "still")),
    }
    repeated = read(columns, Choices("y_true", SCORES, "fast", one_vs_rest=True))
    np.testing.assert_array_equal(repeated.y_true, LAB["y_true"] == "fast")
    assert (repeated.pos_label, repeated.neg_label) == ("fast", "not fast")


def test_what_is_open_is_said() -> None:
    """No positive class is guessed: the sentence says what to choose, and with it the file is read."""
    data = table(lab(strength=0.0))
    with pytest.raises(
        InvalidPredictions, match=r"run\.csv leaves open how to read it\. Please choose: it is not plain"
    ):
        read_repeated(data, name="run.csv")
    repeated = read_repeated(data, choices=Choices("y_true", SCORES, "slower"))
    assert repeated is not None
    assert repeated.pos_label == "slower"


def test_a_third_value_and_a_missing_class_are_said() -> None:
    """A value that shows only when all rows are read, and a repeat without positives to report on."""
    columns = lab(n=1500, repeats=20)
    strange = np.where(np.arange(30_000) == 15_530, "odd", columns["y_true"])
    with pytest.raises(InvalidPredictions, match="y_true has a third value, odd, in some of its 30,000 rows"):
        read_repeated(table({**columns, "y_true": strange}))
    test = (np.array(LAB["set"]) == "test") & (np.array(LAB["repeat"]) == 2) & (LAB["y_true"] == "fast")
    with pytest.raises(InvalidPredictions, match="repeat 2 has no test row with the label 'fast'"):
        read({name: np.array(cells)[~test] for name, cells in LAB.items()})


def test_choices_that_do_not_fit() -> None:
    """As everywhere: one sentence with what was chosen and what there is."""
    with pytest.raises(InvalidPredictions, match="no column 'nope'"):
        read_repeated(table(LAB), choices=Choices("nope"))
    columns = resampled("Resample", ["a", "b"], ("valid", "test"), key="id", truth="y")
    with pytest.raises(InvalidPredictions, match="holds no lines"):
        read_repeated(b"   ")
    assert read(columns).n_repeats == 2

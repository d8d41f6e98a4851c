"""Rows that choose the threshold and rows that report: in one column of a file."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading, read_predictions
from tests.readers.making import rows, table
from tests.readers.trapping import kinds, read_top, top

Y, P = rows(600)
N = len(Y)
COST = np.round(np.arange(N) * 1.5, 1)


def parts(*names: str) -> list[str]:
    """Deal the rows out to parts, one after the other."""
    return [names[row % len(names)] for row in range(N)]


def stacked(*names: str, column: str = "set", **more: object) -> bytes:
    return table({"id": [f"c{i}" for i in range(N)], column: parts(*names), "y_true": Y, "y_prob": P, **more})


def scores(reading: Reading, role: str) -> list[float]:
    assert reading.predictions is not None, reading.reason
    part = reading.predictions.tuning_set if role == "tune" else reading.predictions.evaluation_set
    return [float(each) for each in part.scores["y_prob"]]


def where(names: list[str], *wanted: str) -> list[float]:
    return [float(score) for score, name in zip(P, names, strict=True) if name in wanted]


@pytest.mark.parametrize("column", ["set", "split", "subset", "partition"])
@pytest.mark.parametrize(
    ("names", "tune", "report"),
    [
        (("train", "valid", "test"), ("valid",), ("test",)),
        (("Test", "Dev", "Train"), ("Dev",), ("Test",)),
        (("calibration", "holdout"), ("calibration",), ("holdout",)),
        (("tune", "report"), ("tune",), ("report",)),
        (("hold-out", "validation set"), ("validation set",), ("hold-out",)),
        (("train", "eval", "test"), ("eval",), ("test",)),
        (("val_1", "eval", "val_2"), ("val_1", "val_2"), ("eval",)),
        (("oof", "test"), ("oof",), ("test",)),
    ],
)
def test_parts_that_say_what_they_are_for_are_offered_first(
    column: str, names: tuple[str, ...], tune: tuple[str, ...], report: tuple[str, ...]
) -> None:
    """The reader asks, and its first offer chooses on validation rows and reports on test rows; others are left out."""
    data = stacked(*names, column=column)
    asked = read_predictions(data)
    choices = top(asked)
    assert asked.outcome == "ask"
    assert (choices.role, set(choices.tune), choices.report) == (column, set(tune), report)
    assert "threshold chosen on" in asked.candidates[0].reason
    reading = read_top(data)
    assert reading.outcome == "sure"
    assert scores(reading, "tune") == where(parts(*names), *tune)
    assert scores(reading, "report") == where(parts(*names), *report)
    left = [name for name in names if name not in tune + report]
    assert reading.dropped == {f"{column} is {name}": N // len(names) for name in left}
    assert reading.n_rows == N
    assert {each.name: each.role for each in reading.columns}[column] == "role"
    assert "train_rows" not in kinds(reading)


@pytest.mark.parametrize("names", [("train", "test"), ("development", "validation"), ("valid", "train"), ("A", "B")])
def test_parts_that_leave_it_open_are_not_given_roles(names: tuple[str, ...]) -> None:
    """Rows that trained the model neither choose nor report by themselves, and other names say nothing."""
    asked = read_predictions(stacked(*names))
    assert asked.outcome == "ask"
    assert all(candidate.choices.role is None for candidate in asked.candidates)


def test_a_part_of_one_class_is_not_given_a_role() -> None:
    """What could not be read is not offered."""
    part = np.where(Y == 1, "valid", np.array(parts("valid", "test")))
    asked = read_predictions(table({"set": part, "y_true": Y, "y_prob": P}))
    assert all(candidate.choices.role is None for candidate in asked.candidates)


def test_a_key_does_not_make_training_rows_welcome() -> None:
    """A column called split may hold folds, which a unique key lets pool; of training and test rows the reader asks."""
    assert read_predictions(stacked("train", "test", column="split")).outcome == "ask"
    assert read_predictions(stacked("0", "1", column="split")).outcome == "sure"


@pytest.mark.parametrize(
    "choices",
    [
        Choices("y_true", ("y_prob",), role="set", tune=("train",), report=("test",)),
        Choices("y_true", ("y_prob",), role="set", tune=("valid",), report=("test", "train")),
        Choices("y_true", ("y_prob",), split="set", split_value="train"),
        Choices("y_true", ("y_prob",)),
    ],
)
def test_training_rows_are_used_under_protest(choices: Choices) -> None:
    """Whoever takes them by hand, alone, in a role or pooled with the others, is told what they are."""
    reading = read_predictions(stacked("train", "valid", "test"), choices=choices)
    assert reading.outcome == "sure"
    assert "train_rows" in kinds(reading)
    sentence = next(each.sentence for each in reading.warnings if each.kind == "train_rows")
    assert sentence.startswith("Rows whose set is train are used: they probably trained the model")


def test_names_of_models_say_nothing_about_rows() -> None:
    """A model called after its training is not a part of the rows."""
    data = table({"method": parts("learning curve", "train fit"), "y_true": Y, "y_prob": P})
    assert "train_rows" not in kinds(read_predictions(data, choices=Choices("y_true", ("y_prob",))))


def test_every_row_is_accounted_for() -> None:
    """Rows without a role are counted by what is said of them instead; of many values the first ten by name."""
    names = [*parts("valid", "test")[:-24], *[""] * 4, *[f"other {i:02}" for i in range(20)]]
    data = table({"set": names, "y_true": Y, "y_prob": P})
    choices = Choices("y_true", ("y_prob",), role="set", tune=("valid",), report=("test",))
    reading = read_predictions(data, choices=choices)
    named = {f"set is other {i:02}": 1 for i in range(10)}
    assert reading.dropped == {"missing set": 4, **named, "other set": 10}
    assert reading.predictions is not None
    assert reading.predictions.n + sum(reading.dropped.values()) == reading.n_rows == N


def test_numbers_name_parts_too() -> None:
    """1.0 and 1 are one value, as they are for a truth."""
    flag = np.array(parts("1.0", "0.0"))
    data = table({"is_test": flag, "y_true": Y, "y_prob": P})
    choices = Choices("y_true", ("y_prob",), role="is_test", tune=("0",), report=("1",))
    assert scores(read_predictions(data, choices=choices), "report") == where(flag.tolist(), "1.0")


def test_roles_and_models_in_one_table() -> None:
    """Models on top of each other keep the roles of their rows; models that saw other roles are not the same rows."""
    both = {
        "model": ["A"] * N + ["B"] * N,
        "set": parts("valid", "test") * 2,
        "y_true": [*Y, *Y],
        "p": [*P, *(1 - P).round(6)],
    }
    choices = Choices(
        "y_true", ("p",), split="model", split_value=SPLIT_INTO_MODELS, role="set", tune=("valid",), report=("test",)
    )
    reading = read_predictions(table(both), choices=choices)
    assert reading.predictions is not None
    assert reading.predictions.models == ("A", "B")
    assert reading.predictions.evaluation_set.scores["A"].tolist() == where(parts("valid", "test"), "test")
    moved = {**both, "set": [*parts("valid", "test"), *parts("test", "valid")]}
    with pytest.raises(InvalidPredictions, match="not the same rows"):
        read_predictions(table(moved), choices=choices)


def test_few_rows_of_a_part_are_warned_about() -> None:
    """A part may hold too few positives where the whole holds enough; the warning says which part."""
    part = ["valid" if row % 9 == 0 else "test" for row in range(N)]
    few = sum(int(y) for y, name in zip(Y, part, strict=True) if name == "valid")
    assert 10 <= few < 30 <= Y.sum() - few
    choices = Choices("y_true", ("y_prob",), role="set", tune=("valid",), report=("test",))
    reading = read_predictions(table({"set": part, "y_true": Y, "y_prob": P}), choices=choices)
    assert [each.sentence for each in reading.warnings if each.kind == "few_positives"] == [
        f"Only {few} rows of valid are positive (1): metrics vary a lot by chance below 30."
    ]


def test_amounts_come_along_when_they_are_named() -> None:
    """A column of amounts is never taken by itself; rows without one are left out and counted."""
    blank, strange = np.flatnonzero(Y)[:2].tolist()
    cost = ["" if i == blank else "x" if i == strange else each for i, each in enumerate(COST)]
    data = table({"y_true": Y, "y_prob": P, "amount": cost})
    unasked = read_predictions(data)
    assert unasked.predictions is not None
    assert unasked.predictions.amount is None
    reading = read_predictions(data, choices=Choices(amount="amount"))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.amount is not None
    assert reading.predictions.amount.tolist() == np.delete(COST, [blank, strange]).tolist()
    assert reading.dropped == {"unreadable amount": 1, "missing amount": 1}
    assert {each.name: each.role for each in reading.columns}["amount"] == "amount"


def test_an_evaluation_set_without_tuning_set() -> None:
    """A role without tuning set keeps the evaluation set, as a file without roles."""
    data = stacked("train", "test", "other")
    reading = read_predictions(data, choices=Choices("y_true", ("y_prob",), role="set", report=("test",)))
    assert reading.predictions is not None
    assert reading.predictions.tuning is None
    assert reading.predictions.scores["y_prob"].tolist() == where(parts("train", "test", "other"), "test")
    assert reading.dropped == {"set is train": N // 3, "set is other": N // 3}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"role": "set"}, "The values of set have no meaning"),
        ({"role": "set", "tune": ("valid",)}, "The values of set have no meaning"),
        ({"role": "set", "tune": ("valid",), "report": ("test", "valid")}, "Rows whose set is valid cannot both"),
        ({"role": "set", "tune": ("valid",), "report": ("nope",)}, "The set 'nope' has no row with the label '1'"),
        ({"role": "who", "tune": ("valid",), "report": ("test",)}, "no column 'who'"),
        ({"role": "y_prob", "tune": ("1",), "report": ("0",)}, "'y_prob' is chosen for two things"),
        ({"role": "y_true", "tune": ("1",), "report": ("0",)}, "The set '1' has no row with the label '0'"),
        ({"amount": "set"}, "'set' holds .*, not numbers"),
        ({"weight": "set"}, "'set' holds .*, not numbers"),
        ({"amount": "loss"}, "amount must not be negative"),
    ],
)  # fmt: skip
def test_choices_that_do_not_fit(changes: dict[str, object], words: str) -> None:
    """One sentence with what was chosen and what is missing."""
    choices = Choices(**{"truth": "y_true", "scores": ("y_prob",), **changes})  # type: ignore[arg-type]
    with pytest.raises(InvalidPredictions, match=words):
        read_predictions(stacked("valid", "test", loss=-COST), choices=choices)


def test_choices_from_before_there_were_roles() -> None:
    """JSON without the new fields means choices without roles and amounts; with them it goes there and back."""
    old = {key: value for key, value in asdict(Choices("y", ("p",), "1", "0")).items() if key[:4] not in _NEW}
    assert Choices.from_json(json.dumps(old)) == Choices("y", ("p",), "1", "0")
    new = Choices("y", ("p",), role="set", tune=("a", "b"), report=("c",), amount="loss")
    assert Choices.from_json(new.to_json()) == new
    assert new.columns() == ("y", "p", "set", "loss")


_NEW = {"role", "tune", "repo", "amou"}


def test_a_truth_that_is_used_as_labels_too_is_read_as_such() -> None:
    """One column of numbers may be the truth and say which rows to keep; it used to be misread."""
    data = table({"y": np.where(np.arange(N) % 50 == 0, 2, Y), "p": P})
    reading = read_predictions(data, choices=Choices("y", ("p",), "1", one_vs_rest=True, id="y"))
    assert reading.predictions is not None
    assert reading.predictions.n_pos == int(((np.arange(N) % 50 > 0) & (Y == 1)).sum())


def test_only_what_can_be_missed_needs_an_amount() -> None:
    """Negative rows may have none; positive rows without one are left out and counted."""
    rows = [(i % 3 == 0, (i * 37 % 100) / 100, "" if i % 3 else f"{i}") for i in range(90)]
    lines = [f"{int(truth)},{score},{loss}" for truth, score, loss in rows]
    lines[3] = lines[3].rsplit(",", 1)[0] + ","
    table = "\n".join(["y_true,p,loss", *lines]).encode()
    reading = read_predictions(table, choices=Choices(truth="y_true", scores=("p",), pos_label="1", amount="loss"))
    assert reading.predictions is not None
    assert reading.dropped == {"missing amount": 1}
    amount = reading.predictions.amount
    assert amount is not None
    assert amount[~reading.predictions.y_true].tolist() == [0.0] * 60
    assert amount[reading.predictions.y_true].tolist() == [i for i in range(0, 90, 3) if i != 3]

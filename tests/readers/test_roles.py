"""A column of a file marks the tuning set, on which the threshold is chosen, and the evaluation set."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions
from tests.readers.helpers import kinds, read_top, rows, scores, table, top

Y, P = rows(600)
N = len(Y)
COST = np.round(np.arange(N) * 1.5, 1)


def parts(*names: str) -> list[str]:
    """Return the part of each row, in turn."""
    return [names[row % len(names)] for row in range(N)]


def stacked(*names: str, column: str = "set", **more: object) -> bytes:
    """Return a file whose rows are in some parts, in turn."""
    return table({"id": [f"c{i}" for i in range(N)], column: parts(*names), "y_true": Y, "y_prob": P, **more})


def scores_of(names: list[str], *values: str) -> list[float]:
    """Return the scores of the rows whose part is one of some values."""
    return [float(score) for score, name in zip(P, names, strict=True) if name in values]


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
def test_known_names_of_parts_are_proposed_as_roles(
    column: str, names: tuple[str, ...], tune: tuple[str, ...], report: tuple[str, ...]
) -> None:
    """The reader asks, and proposes validation rows for tuning and test rows for evaluation, without other rows."""
    data = stacked(*names, column=column)
    ambiguous = read_predictions(data)
    choices = top(ambiguous)
    assert ambiguous.outcome == "ask"
    assert (choices.role, set(choices.tune), choices.report) == (column, set(tune), report)
    assert "threshold chosen on" in ambiguous.candidates[0].reason
    reading = read_top(data)
    assert reading.outcome == "sure"
    assert scores(reading, "tune") == scores_of(parts(*names), *tune)
    assert scores(reading, "report") == scores_of(parts(*names), *report)
    unused = [name for name in names if name not in tune + report]
    assert reading.dropped == {f"{column} is {name}": N // len(names) for name in unused}
    assert reading.n_rows == N
    assert {each.name: each.role for each in reading.columns}[column] == "role"
    assert "train_rows" not in kinds(reading)


@pytest.mark.parametrize(
    "part",
    [
        parts("train", "test"), parts("development", "validation"), parts("valid", "train"), parts("A", "B"),
        np.where(Y == 1, "valid", parts("valid", "test")),
    ],
    ids=["training", "development", "no test", "unknown names", "one class"],
)  # fmt: skip
def test_unclear_parts_are_not_proposed_as_roles(part: list[str]) -> None:
    """Training rows have no role of their own, other names tell nothing, and each part needs both classes."""
    ambiguous = read_predictions(table({"set": part, "y_true": Y, "y_prob": P}))
    assert ambiguous.outcome == "ask"
    assert all(candidate.choices.role is None for candidate in ambiguous.candidates)


def test_a_key_does_not_allow_pooling_training_rows() -> None:
    """Folds with a unique key are pooled; about training and test rows the reader asks."""
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
def test_training_rows_are_warned_about(choices: Choices) -> None:
    """Training rows raise a warning where they are chosen, alone, in a role or pooled with others."""
    reading = read_predictions(stacked("train", "valid", "test"), choices=choices)
    assert reading.outcome == "sure"
    assert "train_rows" in kinds(reading)
    sentence = next(each.sentence for each in reading.warnings if each.kind == "train_rows")
    assert sentence.startswith("Rows whose set is train are used: they probably trained the model")


def test_names_of_models_tell_nothing_about_rows() -> None:
    """A model named after its training is not a subset of the rows."""
    data = table({"method": parts("learning curve", "train fit"), "y_true": Y, "y_prob": P})
    assert "train_rows" not in kinds(read_predictions(data, choices=Choices("y_true", ("y_prob",))))


def test_all_rows_are_counted() -> None:
    """Rows without a role are counted by the value that they have instead; the first ten values by name."""
    names = [*parts("valid", "test")[:-24], *[""] * 4, *[f"other {i:02}" for i in range(20)]]
    data = table({"set": names, "y_true": Y, "y_prob": P})
    choices = Choices("y_true", ("y_prob",), role="set", tune=("valid",), report=("test",))
    reading = read_predictions(data, choices=choices)
    named = {f"set is other {i:02}": 1 for i in range(10)}
    assert reading.dropped == {"missing set": 4, **named, "other set": 10}
    assert reading.predictions is not None
    assert reading.predictions.n + sum(reading.dropped.values()) == reading.n_rows == N


def test_numbers_can_be_roles() -> None:
    """1.0 and 1 are one value, as they are for a target."""
    flag = np.array(parts("1.0", "0.0"))
    data = table({"is_test": flag, "y_true": Y, "y_prob": P})
    choices = Choices("y_true", ("y_prob",), role="is_test", tune=("0",), report=("1",))
    assert scores(read_predictions(data, choices=choices), "report") == scores_of(flag.tolist(), "1.0")


def test_roles_and_stacked_models_in_one_table() -> None:
    """Stacked models keep the roles of their rows; models with different roles are not the same rows."""
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
    assert reading.predictions.evaluation_set.scores["A"].tolist() == scores_of(parts("valid", "test"), "test")
    other = {**both, "set": [*parts("valid", "test"), *parts("test", "valid")]}
    with pytest.raises(InvalidPredictions, match="not the same rows"):
        read_predictions(table(other), choices=choices)


def test_few_rows_of_a_part_are_warned_about() -> None:
    """A part may have too few positives even if the table has enough; the warning names the part."""
    part = ["valid" if row % 9 == 0 else "test" for row in range(N)]
    few = sum(int(y) for y, name in zip(Y, part, strict=True) if name == "valid")
    assert 10 <= few < 30 <= Y.sum() - few
    choices = Choices("y_true", ("y_prob",), role="set", tune=("valid",), report=("test",))
    reading = read_predictions(table({"set": part, "y_true": Y, "y_prob": P}), choices=choices)
    assert [each.sentence for each in reading.warnings if each.kind == "few_positives"] == [
        f"Only {few} rows of valid are positive (1): metrics vary a lot by chance below 30."
    ]


def test_chosen_amounts_are_read() -> None:
    """A column of amounts is never inferred; only positive rows need one, and those without it are counted."""
    blank, strange = np.flatnonzero(Y)[:2].tolist()
    cost = ["" if i == blank or not Y[i] else "x" if i == strange else each for i, each in enumerate(COST)]
    data = table({"y_true": Y, "y_prob": P, "amount": cost})
    inferred = read_predictions(data)
    assert inferred.predictions is not None
    assert inferred.predictions.amount is None
    reading = read_predictions(data, choices=Choices(amount="amount"))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.amount is not None
    assert reading.predictions.amount.tolist() == np.delete(np.where(Y == 1, COST, 0), [blank, strange]).tolist()
    assert reading.dropped == {"unreadable amount": 1, "missing amount": 1}
    assert {each.name: each.role for each in reading.columns}["amount"] == "amount"


def test_an_evaluation_set_without_tuning_set() -> None:
    """A role without tuning set keeps the evaluation set, as a file without roles."""
    data = stacked("train", "test", "other")
    reading = read_predictions(data, choices=Choices("y_true", ("y_prob",), role="set", report=("test",)))
    assert reading.predictions is not None
    assert reading.predictions.tuning is None
    assert reading.predictions.scores["y_prob"].tolist() == scores_of(parts("train", "test", "other"), "test")
    assert reading.dropped == {"set is train": N // 3, "set is other": N // 3}


@pytest.mark.parametrize(
    ("changes", "reason"),
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
        ({"amount": "loss"}, "amount must be finite and not negative"),
    ],
)  # fmt: skip
def test_choices_that_do_not_fit(changes: dict[str, object], reason: str) -> None:
    """The error says what was chosen and what is missing."""
    choices = Choices(**{"truth": "y_true", "scores": ("y_prob",), **changes})  # type: ignore[arg-type]
    with pytest.raises(InvalidPredictions, match=reason):
        read_predictions(stacked("valid", "test", loss=-COST), choices=choices)


def test_choices_saved_before_roles_existed() -> None:
    """JSON without the newer fields means choices without roles and amounts."""
    old = {key: value for key, value in asdict(Choices("y", ("p",), "1", "0")).items() if key[:4] not in _NEW}
    assert Choices.from_json(json.dumps(old)) == Choices("y", ("p",), "1", "0")
    new = Choices("y", ("p",), role="set", tune=("a", "b"), report=("c",), amount="loss")
    assert Choices.from_json(new.to_json()) == new
    assert new.columns() == ("y", "p", "set", "loss")


_NEW = {"role", "tune", "repo", "amou"}


def test_a_numeric_target_can_be_the_key_too() -> None:
    """One column of numbers may be the target and the key; it was once misread."""
    data = table({"y": np.where(np.arange(N) % 50 == 0, 2, Y), "p": P})
    reading = read_predictions(data, choices=Choices("y", ("p",), "1", one_vs_rest=True, id="y"))
    assert reading.predictions is not None
    assert reading.predictions.n_pos == int(((np.arange(N) % 50 > 0) & (Y == 1)).sum())

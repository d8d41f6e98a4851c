"""The most usual file of repeated splits: rows that trained, rows that test, and none to choose a threshold on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, read_predictions, read_repeated
from tests.readers.making import rows, table
from tests.readers.repeating import expected, note
from tests.readers.telling import of, why
from tests.readers.trapping import kinds, top
from tests.readers.zoo import ANIMALS


def halves(
    *, n: int = 300, repeats: int = 5, share: float = 0.3, names: tuple[str, str] = ("train", "test"), seed: int = 0
) -> dict[str, Any]:
    """Return the columns of the most usual file: every row trains or tests in each repeat, and none is to choose on."""
    rng = np.random.default_rng(seed)
    y_true = rows(n)[0]
    tests = np.concatenate([rng.permutation(n) < share * n for _ in range(repeats)])
    scores = {name: rows(n * repeats, seed=at, spread=0)[1] for at, name in enumerate(("xgb", "rf"))}
    truths = np.tile(y_true, repeats)
    return {
        "id": np.tile(np.arange(n), repeats), "y_true": truths, "repeat": np.repeat(np.arange(1, repeats + 1), n),
        "set": np.where(tests, names[1], names[0]),
        **{name: (0.6 * score + 0.4 * truths).round(6) for name, score in scores.items()},
    }  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [
        halves(),
        halves(repeats=3, share=0.2),
        halves(n=2000, repeats=20),
        {name: cells for name, cells in halves().items() if name != "id"},
        {name: cells for name, cells in halves().items() if name != "rf"},
    ],
    ids=["usual", "few tests", "big", "no key", "one score"],
)
def test_of_train_and_test_rows_the_tests_of_one_repeat_are_offered(columns: dict[str, Any]) -> None:
    """Repeat and role together, first and for each repeat; never rows that trained the model, nor all repeats."""
    data = table(columns)
    asked = read_predictions(data)
    assert (asked.outcome, asked.repeats) == ("ask", "repeat")
    assert asked.reason == (
        "Please choose: set has train and test rows but none to choose a threshold on, so that the test rows would "
        "do both."
    )
    ways = [each.choices for each in asked.candidates]
    assert [each.split_value for each in ways[:3]] == ["1", "2", "3"]
    assert {(each.role, each.tune, each.report) for each in ways} == {("set", (), ("test",))}
    assert "only repeat 1, only the test rows" in asked.candidates[0].reason
    assert "threshold chosen on" not in asked.candidates[0].reason
    for choices in ways[:2]:
        reading = read_predictions(data, choices=choices)
        assert reading.outcome == "sure"
        assert reading.predictions is not None
        assert reading.predictions.tuning is None
        found = reading.predictions.scores["xgb"].tolist()
        assert found == expected(columns, choices.split_value, "test", "xgb")
        assert "train_rows" not in kinds(reading)
        assert reading.dropped["set is train"] == int(of(columns, int(choices.split_value or 0), "train").sum())


def test_the_note_on_one_repeat_says_why_the_others_are_not_compared() -> None:
    """What the Strategies page cannot do is told, not promised; of big files of few repeats as well."""
    for columns in (halves(), halves(n=5000, repeats=3, share=0.2)):
        data = table(columns)
        told = note(read_predictions(data, choices=top(read_predictions(data))))
        assert told.endswith(
            "The dashboard's Strategies page cannot compare the scores over all "
            f"{max(columns['repeat'])}: set has train and test rows but none to choose a threshold on."
        )


def test_no_rows_to_choose_on_is_the_reason_told() -> None:
    """Whatever of the choices is known, and of validation rows that there are none to test on."""
    reason = (
        "In run.csv, set has train and test rows but none to choose a threshold on: score the training rows out of "
        "fold, and mark these scores, say, oof."
    )
    columns = halves()
    assert why(columns) == reason
    for given in (
        Choices(pos_label="1"),
        Choices("y_true", ("xgb", "rf"), "1"),
        Choices("y_true", ("rf",), "1", split="repeat", split_value="2"),
        Choices("y_true", ("rf",), "1", split="repeat", split_value="2", role="set", report=("test",)),
    ):
        assert why(columns, given) == reason
    assert "set has train and valid rows but none to test a threshold on" in why(halves(names=("train", "valid")))
    data, _ = ANIMALS["scikit-learn, training and test rows of every repeat"]
    with pytest.raises(InvalidPredictions, match="set has train and test rows but none to choose"):
        read_repeated(data)


def test_rows_that_are_tested_once_are_folds() -> None:
    """Parts that test other rows each are no repeats of the same: there is nothing to compare over them."""
    columns = halves(n=200)
    columns["set"] = np.where(columns["id"] % 5 + 1 == columns["repeat"], "test", "train")
    assert read_predictions(table(columns)).repeats is None
    assert read_repeated(table(columns)) is None
    assert read_repeated(table({**columns, "fold": columns.pop("repeat")})) is None


def test_rows_that_only_report_can_be_chosen_in_any_file() -> None:
    """A role without rows to choose on keeps those that report, without parts; without those it says nothing."""
    y_true, score = rows(90)
    columns = {"y_true": y_true, "p": score, "set": np.tile(["train", "test", "other"], 30)}
    reading = read_predictions(table(columns), choices=Choices("y_true", ("p",), role="set", report=("test",)))
    assert reading.predictions is not None
    assert reading.predictions.tuning is None
    assert reading.predictions.scores["p"].tolist() == score[1::3].tolist()
    assert reading.dropped == {"set is train": 30, "set is other": 30}
    with pytest.raises(InvalidPredictions, match="It is not said what set is to mean"):
        read_predictions(table(columns), choices=Choices("y_true", ("p",), role="set", tune=("test",)))

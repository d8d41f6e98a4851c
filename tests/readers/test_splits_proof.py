"""That parts are the same rows again has to show: in keys and truths, and of big files in all of their rows."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import read_predictions, stack_predictions, stackable
from tests.readers.making import table
from tests.readers.repeating import expected, lab, note, part
from tests.readers.trapping import top

BIG = lab(n=700, repeats=20)  # more than what is looked at before the whole table is read


@pytest.mark.parametrize(
    "columns",
    [
        {**lab(), "id": range(180)},
        {**lab(), "repeat": [""] * 180},
        {**lab(), "y_true": np.roll(lab()["y_true"], 1)},
        {**lab(), "id": lab()["id"] // 6 * 3 + lab()["id"] % 3},
        {**lab(), "id": np.where(lab()["y_true"] == "fast", np.arange(180) + 60, lab()["id"])},
        {name: cells[:-3] for name, cells in lab().items() if name != "id"},
    ],
    ids=[
        "rows of their own",
        "no repeat",
        "another truth",
        "twice in a repeat",
        "one class alone",
        "fewer",
    ],
)
def test_what_is_not_the_same_rows_again_is_asked_about(columns: dict[str, Any]) -> None:
    """A name is no proof: keys have to come again, once in a repeat, with the same truth, and roles have to say so."""
    reading = read_predictions(table(columns))
    assert reading.outcome == "ask"
    assert "pooling mixes" in reading.reason
    assert not note(reading)


def test_a_tenth_of_the_rows_is_no_repeat() -> None:
    """Folds of a repeated cross-validation hold the same rows twice, but none of them is shown for all."""
    rows = np.tile(np.arange(200), 2)
    fold = np.r_[rows[:200] % 10, 10 + rows[200:] // 20]
    y_true = rows % 3 // 2
    score = (0.3 * y_true + 0.7 * ((rows * 37 + fold) % 101) / 101).round(5)
    columns = {"rowIndex": rows, "obs": y_true, "Resample": [f"Fold{each:02}" for each in fold]}
    reading = read_predictions(table({**columns, "glm_prob": score, "rf_prob": score**2}))
    assert reading.outcome == "ask"
    assert "Resample stacks 20 parts" in reading.reason


def big(columns: dict[str, Any], layout: str) -> bytes:
    if layout == "parquet":
        buffer = io.BytesIO()
        pd.DataFrame(columns).to_parquet(buffer, index=False, row_group_size=100)
        return buffer.getvalue()
    data = table(columns)
    assert len(data) > 512 << 10
    return data if layout == "text" else gzip.compress(data, mtime=0)


@pytest.mark.parametrize("layout", ["text", "gzip", "parquet"])
def test_of_big_files_the_whole_table_is_the_proof(layout: str) -> None:
    """A sample shows a few rows of each repeat; that they are the same rows shows when all of them were read."""
    reading = read_predictions(big(BIG, layout))
    assert reading.outcome == "sure", reading.reason
    assert part(reading, "test") == expected(BIG, 1, "test")
    assert "20 splits of the same rows: repeat 1 alone is shown (700 rows)" in note(reading)
    other = read_predictions(big({**BIG, "id": range(len(BIG["id"]))}, layout))
    assert other.outcome == "ask"
    assert (
        other.reason == "Please choose: repeat stacks parts of different rows on top of each other, and pooling "
        "mixes them."
    )
    assert (top(other).split_value, other.predictions, other.warnings) == ("1", None, ())


def test_one_row_that_comes_twice_or_rows_of_few_repeats_are_found_when_all_are_read() -> None:
    """What no sample shows is seen in the end: a key of two rows, and keys that never come again."""
    columns = lab(n=1500, repeats=20)
    twice = np.where(np.arange(30_000) == 1400, columns["id"][1403], columns["id"])
    own = lab(n=5000, repeats=3)
    for changed in ({**columns, "id": twice}, {**own, "id": range(15_000)}):
        assert "different rows" in read_predictions(big(changed, "text")).reason
    assert read_predictions(big(own, "text")).outcome == read_predictions(big(columns, "text")).outcome == "sure"


def test_a_big_file_without_a_key_is_asked_about() -> None:
    """What no key shows is offered first, with the roles, and waits for a click."""
    data = big({name: cells for name, cells in BIG.items() if name != "id"}, "text")
    asked = read_predictions(data)
    assert asked.outcome == "ask"
    assert "no key shows it" in asked.reason
    again = read_predictions(data, choices=top(asked))
    assert part(again, "oof") == expected(BIG, 1, "oof")


def test_another_file_does_not_go_below() -> None:
    """Files of repeated splits have all roles in themselves."""
    one, two = table(lab()), table(lab(n=90, seed=1))
    assert not stackable(one, two)
    with pytest.raises(InvalidPredictions, match="holds the same rows again for each repeat"):
        stack_predictions(one, two, names=("a.csv", "b.csv"))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("by_row", [False, True])
def test_rows_looked_at_come_from_every_part(packed: bool, by_row: bool) -> None:
    """However a big file is sorted, be it in step with the pieces looked at: roles that begin late are seen."""
    columns = lab(n=1200, repeats=24)
    order = np.argsort(columns["id"], kind="stable") if by_row else np.arange(columns["id"].size)
    data = table({name: np.array(cells)[order] for name, cells in columns.items()})
    reading = read_predictions(gzip.compress(data, mtime=0) if packed else data)
    assert (reading.outcome, top(reading).role) == ("sure", "set")
    assert sorted(label for column in reading.columns for label, _ in column.labels if column.name == "set") == [
        "oof",
        "test",
    ]
    assert "24 splits of the same rows" in note(reading)

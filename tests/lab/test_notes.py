"""What is said before a run about its splits and its strategies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools.lab.notes import notes_of
from f1tools.lab.table import read_task
from f1tools.lab.task import Task
from tests.lab.tables import lab, table, task


def test_nothing_is_said_of_rows_that_are_free_to_go_anywhere() -> None:
    """Numbers, all rows different, no groups."""
    assert notes_of(task(notes=("read",)), ["plain", "smote"]) == ("read",)


def test_equal_rows_are_counted() -> None:
    """Each row that has a copy: of a table three times over all of them."""
    made = task()
    made.X[:3] = made.X[3]
    (said,) = notes_of(made, ["plain"])
    assert said.startswith("4 of 120 rows equal another one in all features")
    frame = pd.concat([table()] * 3, ignore_index=True).drop(columns="id")
    notes = notes_of(read_task(frame, "outcome"), ["plain"])
    assert any(note.startswith("450 of 450 rows equal another") for note in notes)


@pytest.mark.parametrize(("groups", "told"), [(29, True), (30, False)])
def test_few_groups_are_told(groups: int, told: bool) -> None:
    """With fewer than 30 the intervals promise too much."""
    made = task(groups=np.arange(120) % groups)
    assert [f"only {groups} groups" in note for note in notes_of(made, ["plain"])] == [True] * told


def test_smote_between_categories_is_told() -> None:
    """Where there are any, and SMOTE is among the strategies."""
    made = Task(np.column_stack([np.arange(60.0), np.arange(60) % 3]), np.arange(60) < 30, levels=(0, 3))
    (said,) = notes_of(made, ["plain", "smote"])
    assert said.startswith("SMOTE takes categories for numbers")
    assert notes_of(made, ["plain"]) == ()


@pytest.mark.usefixtures("quick")
def test_notes_are_printed_and_written(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each a line on standard error, and all of them beside the scores."""
    assert lab(data, tmp_path / "out.csv") == 0
    lines = capsys.readouterr().err.splitlines()
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["data"]["notes"]
    assert any("rows equal another one" in note for note in told)
    assert [f"f1tools: {note}" for note in told] == lines[: len(told)]

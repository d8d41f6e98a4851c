"""Notes about a run before it starts, and the progress bar."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools.lab.experiment import experiment_notes, progress_bar
from f1tools.lab.table import read_task
from f1tools.lab.task import Task
from tests.lab.tables import lab, table, task


def test_independent_rows_need_no_note() -> None:
    """Only those of the task are there."""
    assert experiment_notes(task(notes=("read",)), ["plain", "smote"]) == ("read",)


def test_duplicates_are_counted() -> None:
    """Each row that has a copy counts."""
    example = task()
    example.X[:3] = example.X[3]
    (note,) = experiment_notes(example, ["plain"])
    assert note.startswith("4 of 120 rows equal another one")
    frame = pd.concat([table()] * 3, ignore_index=True).drop(columns="id")
    notes = experiment_notes(read_task(frame, "outcome"), ["plain"])
    assert any(note.startswith("450 of 450 rows equal another") for note in notes)


@pytest.mark.parametrize(("groups", "noted"), [(29, True), (30, False)])
def test_few_groups_are_noted(groups: int, noted: bool) -> None:
    """With fewer than 30 the intervals are too narrow."""
    example = task(groups=np.arange(120) % groups)
    assert [f"only {groups} groups" in note for note in experiment_notes(example, ["plain"])] == [True] * noted


def test_smote_with_categories_is_noted() -> None:
    """If there are categories and SMOTE is among the strategies."""
    example = Task(np.column_stack([np.arange(60.0), np.arange(60) % 3]), np.arange(60) < 30, n_levels=(0, 3))
    (note,) = experiment_notes(example, ["plain", "smote"])
    assert note.startswith("SMOTE treats categories as numbers")
    assert experiment_notes(example, ["plain"]) == ()


@pytest.mark.usefixtures("quick")
def test_notes_are_printed_and_written(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each on standard error, and all of them in the JSON file."""
    assert lab(data, tmp_path / "out.csv") == 0
    lines = capsys.readouterr().err.splitlines()
    notes = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["data"]["notes"]
    assert any("rows equal another one" in note for note in notes)
    assert [f"f1tools: {note}" for note in notes] == lines[: len(notes)]


def test_progress_is_shown_as_a_percentage(capsys: pytest.CaptureFixture[str]) -> None:
    """The first call sets the start, the last one ends at 100 %."""
    with progress_bar() as on_progress:
        for share in (0.5, 0.52, 1.0):
            on_progress(share)
    shown = capsys.readouterr().err
    assert shown.lstrip("\r").startswith("Training: 50%")
    assert "Training: 100%" in shown.split("\r")[-1]
    assert shown.endswith("\n")


def test_closed_standard_error_does_not_end_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that was closed, or none at all, must not cost an hour's work."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        for closed in (stream, None):
            monkeypatch.setattr(sys, "stderr", closed)
            with progress_bar() as on_progress:
                on_progress(0.0)
                on_progress(1.0)
        with suppress(OSError):
            stream.close()

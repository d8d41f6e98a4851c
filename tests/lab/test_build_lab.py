"""The tasks behind the lab's samples, and how the samples are written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_digits

from tests.lab.tables import load_build_lab

BUILDER = load_build_lab()


def test_diabetes_is_cut_at_its_70th_percentile() -> None:
    """The task has all patients and features; the second task has the same rows and another network."""
    data = load_diabetes(scaled=False)
    task, settings = BUILDER.TASKS["diabetes"]()
    np.testing.assert_array_equal(task.X, data.data)
    assert task.n_pos == (data.target > np.percentile(data.target, 70)).sum() == 133
    other, overtrained = BUILDER.TASKS["diabetes_overtrained"]()
    assert task.digest() == other.digest()
    assert settings.in_sample
    assert overtrained.in_sample
    assert overtrained.network["dropout"] == overtrained.network["weight_decay"] == 0


def test_rare_eights_are_about_5_percent() -> None:
    """There are 85 of 174 eights, all other digits, and noise of the stated standard deviation on all pixels."""
    data = load_digits()
    task, _ = BUILDER.TASKS["digits_rare"]()
    rows = np.array(task.ids, dtype=int) - 1
    assert (data.target[rows] == 8).tolist() == task.y.tolist()
    assert (task.n, task.n_pos) == (1797 - 174 + 85, 85)
    noise = task.X - data.data[rows] / 16
    assert abs(noise.std() - 0.2) < 0.01  # over 100,000 draws
    assert abs(noise.mean()) < 0.01


def test_images_are_all_digits() -> None:
    """The digits seven to nine are positive, and the 8 x 8 images have more noise."""
    data = load_digits()
    task, settings = BUILDER.TASKS["digits_images"]()
    assert task.y.tolist() == (data.target >= 7).tolist()
    assert task.image_shape == (8, 8)
    assert abs((task.X - data.data / 16).std() - 0.6) < 0.01
    assert not settings.in_sample


@pytest.mark.usefixtures("quick")
def test_building_writes_both_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each named task has a table with four decimals and a JSON file."""
    monkeypatch.setattr(BUILDER, "FOLDER", tmp_path)
    task, settings = BUILDER.TASKS["diabetes"]()
    monkeypatch.setattr(BUILDER, "TASKS", {"one": lambda: (task, replace(settings, repeats=1)), "two": None})
    assert BUILDER.main(["one"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab_one.csv.gz", "lab_one.json"]
    wide = pd.read_csv(tmp_path / "lab_one.csv.gz")
    inner = wide["score_plain"][wide["score_plain"].between(0.1, 0.9)]  # nearer to 0 and 1 there are more
    assert (inner == inner.round(4)).all()
    assert (inner != inner.round(3)).any()
    assert json.loads((tmp_path / "lab_one.json").read_text(encoding="utf-8"))["data"]["title"] == "Diabetes"
    assert BUILDER.main(["three"]) == 2
    assert "The tasks are: one, two." in capsys.readouterr().err

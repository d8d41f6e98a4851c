"""The lab's samples are what their README says, and can be built again."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from f1tools.lab.experiment import run_experiment
from f1tools.readers import read_predictions, read_repeated
from f1tools.repeats import STRATEGY_INFO, differences, mean_objective, outcomes, title
from f1tools.ui.session.data import Sample, all_samples
from tests.lab.tables import load_build_lab

LABS = [sample for sample in all_samples().values() if sample.lab]
SCORES = [f"score_{name}" for name in STRATEGY_INFO]


def named(sample: Sample) -> str:
    return sample.id


@cache
def rows(sample: Sample) -> pd.DataFrame:
    return pd.read_csv(sample.path)


def built_from(sample: Sample) -> Any:
    """Return the task and the settings of a sample."""
    return load_build_lab().TASKS[sample.id.removeprefix("lab_")]()


def about(sample: Sample) -> Any:
    return json.loads(sample.path.with_name(f"{sample.id}.json").read_text(encoding="utf-8"))


def test_the_samples() -> None:
    """They have 30% positives, a rare class, images and an overtrained network; the index lists all files."""
    assert {sample.file for sample in LABS} == {path.name for path in LABS[0].path.parent.glob("*.csv.gz")}
    assert {sample.id.removeprefix("lab_") for sample in LABS} == {
        "diabetes", "diabetes_overtrained", "digits_rare", "digits_images"
    }  # fmt: skip
    assert all(len(sample.title) <= 32 for sample in LABS)


@pytest.mark.parametrize("sample", LABS, ids=named)
def test_reading_a_sample_needs_no_choice(sample: Sample) -> None:
    """Every strategy is there, and one split is shown."""
    assert sample.path.stat().st_size < 1_000_000
    reading = read_predictions(sample.path)
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.pos_label == sample.positive
    assert list(reading.predictions.models) == SCORES
    assert reading.predictions.n == about(sample)["data"]["rows"]
    repeated = read_repeated(sample.path)
    assert repeated is not None
    assert repeated.n_repeats == rows(sample)["repeat"].nunique() == about(sample)["settings"]["repeats"] >= 16


@pytest.mark.parametrize("sample", LABS, ids=named)
def test_every_split_holds_every_row_once(sample: Sample) -> None:
    """Tuning and test rows are split 70 to 30, stratified by class; training rows are the tuning rows again."""
    table, metadata = rows(sample), about(sample)["data"]
    assert table.groupby("id").y_true.nunique().eq(1).all()
    for _, split in table.groupby("repeat"):
        tune, test, train = (split[split["set"] == part] for part in ("oof", "test", "train"))
        assert sorted([*tune.id, *test.id]) == sorted(table.id.unique())
        assert len(test) == pytest.approx(0.3 * metadata["rows"], abs=2)
        for part in (tune, test):
            share = metadata["positives"] / metadata["rows"]
            assert (part.y_true == sample.positive).sum() == pytest.approx(share * len(part), abs=1)
        assert sorted(train.id) == (sorted(tune.id) if "diabetes" in sample.id else [])


@pytest.mark.parametrize("sample", LABS, ids=named)
def test_the_metadata_match_the_builder(sample: Sample) -> None:
    """The rows and settings are those of the script that builds the sample."""
    task, settings = built_from(sample)
    metadata = about(sample)
    assert (metadata["data"]["rows"], metadata["data"]["positives"]) == (task.n, task.n_pos)
    assert metadata["data"]["sha256_of_rows"] == task.digest()
    assert metadata["settings"]["seed"] == settings.seed
    assert metadata["settings"]["in_sample"] == settings.in_sample == ("diabetes" in sample.id)
    assert metadata["strategies"] == list(STRATEGY_INFO)
    assert {name: metadata["network"][name] for name in settings.network} == json.loads(
        json.dumps(dict(settings.network))
    )


@pytest.mark.parametrize(
    ("name", "strategies"),
    [
        ("diabetes", ("plain", "metacost", "ranknet")),
        ("digits_rare", ("plain", "class_weight", "soft_f1")),
        ("digits_images", ("plain",)),
    ],
)
def test_the_first_split_can_be_built_again(tmp_path: Path, name: str, strategies: tuple[str, ...]) -> None:
    """The scores are approximately those shipped, also with other versions and on other machines."""
    (sample,) = (each for each in LABS if each.id == f"lab_{name}")
    task, settings = built_from(sample)
    run_experiment(task, replace(settings, repeats=1), tmp_path / "again.csv", strategies=strategies)
    again = pd.read_csv(tmp_path / "again.csv")
    shipped = rows(sample)
    shipped = shipped[shipped["repeat"] == 1]
    key = ["id", "y_true", "repeat", "set"]
    both = again.merge(shipped, on=key, suffixes=("", "_shipped"), validate="one_to_one")
    assert len(both) == len(again) == len(shipped)
    for strategy in strategies:
        new, old = both[f"score_{strategy}"], both[f"score_{strategy}_shipped"]
        assert spearmanr(new, old).statistic > 0.98, strategy
        assert float(np.median(np.abs(new - old))) < 0.02 * float(np.ptp(old)), strategy


def test_the_table_of_the_documentation_follows_from_the_samples() -> None:
    """The table shows F1 at 0.5 and tuned, and marks detectable differences from plain training."""
    text = Path(__file__).parents[1].joinpath("docs", "strategies.md").read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "→" in line]
    shown = {line[0]: line[1:] for line in lines if len(line) == 1 + len(LABS)}
    expected: dict[str, list[str]] = {}
    for sample in LABS:
        repeated = read_repeated(sample.path)
        assert repeated is not None
        each = outcomes(repeated)
        marks = {one.model: " ▲" if one.interval.mean > 0 else " ▼" for one in differences(each) if one.detectable}
        for model in each.models:
            half, tuned = mean_objective(each, model, "half"), mean_objective(each, model)
            cells = expected.setdefault(title(model), [])
            at_half = "–" if np.isnan(half.mean) else f"{half.mean:.3f}"
            cells.append(f"{at_half} → {tuned.mean:.3f}{marks.get(model, '')}")
    assert shown == expected

"""A column of clusters: chosen, never inferred; recognized by its name and its values; unknown clusters are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools import Choices, read_predictions
from f1tools.readers import read_files
from f1tools.record.source import data_source
from tests.helpers import rejected


def visits(n_patients: int = 40, n_visits: int = 4) -> pd.DataFrame:
    """Return a table with several rows a patient."""
    rng = np.random.default_rng(0)
    n = n_patients * n_visits
    y_true = rng.random(n) < 0.4
    return pd.DataFrame(
        {
            "visit": np.arange(n),
            "patient_id": [f"p{number % n_patients}" for number in range(n)],
            "y_true": y_true.astype(int),
            "score": np.round(rng.random(n) / 2 + 0.4 * y_true, 3),
        }
    )


def saved(frame: pd.DataFrame, path: Path) -> str:
    """Save a table and return the name of the file."""
    frame.to_csv(path, index=False)
    return str(path)


def test_clusters_are_chosen_not_inferred(tmp_path: Path) -> None:
    """The column looks like one of clusters; only the choice makes it one."""
    reading = read_predictions(saved(visits(), tmp_path / "visits.csv"))
    assert reading.predictions is not None
    assert reading.predictions.cluster is None
    assert {each.name: each.role for each in reading.columns}["patient_id"] == "cluster"
    reading = read_predictions(tmp_path / "visits.csv", choices=Choices(cluster="patient_id"), extras=False)
    assert reading.predictions is not None
    codes = reading.predictions.cluster_codes
    assert codes is not None
    assert [codes[::40].tolist(), np.bincount(codes).tolist()] == [[codes[0]] * 4, [4] * 40]
    assert reading.proposal == Choices(**{**vars(reading.proposal), "cluster": "patient_id"})
    assert data_source(reading).read_as.cluster == "patient_id"
    assert [each.kind for each in reading.warnings] == []


@pytest.mark.parametrize("name", ["patient_id", "UserID", "doc id", "customer"])
def test_names_of_clusters(name: str, tmp_path: Path) -> None:
    """Of many patients, users or documents with several rows each; a unique key is none."""
    frame = visits().rename(columns={"patient_id": name})
    roles = {each.name: each.role for each in read_predictions(saved(frame, tmp_path / "a.csv")).columns}
    assert roles[name] == "cluster"
    unique = frame.assign(**{name: [f"p{row}" for row in range(len(frame))]})
    roles = {each.name: each.role for each in read_predictions(saved(unique, tmp_path / "b.csv")).columns}
    assert roles[name] != "cluster"


def test_unknown_and_few_clusters(tmp_path: Path) -> None:
    """A row without a patient is refused with the name of the column; few patients are warned of."""
    frame = visits()
    frame.loc[[3, 5], "patient_id"] = ""
    with rejected("2 of 160 rows have no patient_id", "choose no column of clusters"):
        read_predictions(saved(frame, tmp_path / "gaps.csv"), choices=Choices(cluster="patient_id"))
    reading = read_predictions(saved(visits(12, 20), tmp_path / "few.csv"), choices=Choices(cluster="patient_id"))
    [warning] = reading.warnings
    assert warning.kind == "few_clusters"
    assert warning.sentence == "The rows have only 12 values of patient_id: intervals are unreliable below 30."
    with rejected("'score' is chosen for two things"):
        read_predictions(saved(frame, tmp_path / "two.csv"), choices=Choices(cluster="score", scores=("score",)))


def test_clusters_of_stacked_models_and_of_several_files(tmp_path: Path) -> None:
    """They are those of the rows that the models share."""
    frame = visits()
    other = frame.assign(score=frame["score"] ** 2)
    stacked = pd.concat([frame.assign(model="a"), other.assign(model="b")])
    choices = Choices(cluster="patient_id", split="model", split_value="*", id="visit")
    joined = [saved(each, tmp_path / name) for each, name in ((frame, "a.csv"), (other, "b.csv"))]
    readings = [
        read_predictions(saved(stacked, tmp_path / "stacked.csv"), choices=choices),
        read_files(joined, choices=Choices(cluster="patient_id")),
    ]
    for reading in readings:
        assert reading.predictions is not None
        assert reading.predictions.models == ("a", "b")
        assert reading.predictions.cluster_codes is not None
        assert np.bincount(reading.predictions.cluster_codes).tolist() == [4] * 40


def test_links_without_clusters_keep_their_keys() -> None:
    """The field is left out at its default, and read where it is there."""
    assert "cluster" not in Choices(truth="y").to_json()
    choices = Choices(truth="y", cluster="patient")
    assert Choices.from_json(choices.to_json()) == choices

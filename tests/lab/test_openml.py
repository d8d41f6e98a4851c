"""Data sets from OpenML, of which no test fetches any: what is asked for, and what becomes of the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import pandas as pd
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

from f1tools.core.errors import InvalidPredictions
from f1tools.lab import make
from f1tools.lab.__main__ import main
from f1tools.lab.openml import fetch
from f1tools.lab.table import read_task
from tests.lab.tables import QUICK, table


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Answer as OpenML would, and note what it was asked."""
    seen: list[dict[str, Any]] = []

    def answer(**wanted: Any) -> Bunch:
        seen.append(wanted)
        frame = table().astype({"job": "category", "outcome": "category"})
        return Bunch(frame=frame, target_names=["outcome"], details={"name": "visits", "version": "2"})

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", answer)
    return seen


@pytest.mark.parametrize(("wanted", "version"), [("visits", "active"), ("visits:2", 2)])
def test_a_data_set_is_fetched_by_name(asked: list[dict[str, Any]], wanted: str, version: object) -> None:
    """The version is optional; which one came is told; the table is read like any other."""
    frame, target, title = fetch(wanted)
    assert [(each["name"], each["version"]) for each in asked] == [("visits", version)]
    assert (target, title) == ("outcome", "OpenML visits version 2")
    found = read_task(frame, "outcome", title=title)
    assert found.title == title
    assert found.digest() == read_task(table(), "outcome").digest()


def test_the_command_fetches_only_when_asked(
    asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of one's own sends no request; --openml needs no --target where the data set names one."""
    monkeypatch.setattr(make, "contenders", lambda *_: (QUICK, {}))
    table().to_csv(tmp_path / "own.csv", index=False)
    quick = ["--repeats", "1", "--folds", "2", "-o", str(tmp_path / "out.csv")]
    assert main([str(tmp_path / "own.csv"), "--target", "outcome", *quick]) == 0
    own = (tmp_path / "out.csv").read_bytes()
    assert asked == []
    assert main(["--openml", "visits", *quick]) == 0
    assert len(asked) == 1
    assert (tmp_path / "out.csv").read_bytes() == own
    assert "sick is positive" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "says"),
    [(URLError("no route"), "no route"), (ValueError("No known dataset with name x."), "No known dataset with name x")],
)
def test_what_cannot_be_fetched_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception, says: str) -> None:
    """No network and an unknown name end as one sentence."""

    def fail(**_: Any) -> None:
        raise error

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(InvalidPredictions, match=rf"^OpenML's data set x can't be had: .*{says}.*bring a file\.$"):
        fetch("x")


@pytest.mark.parametrize("wanted", ["", ":1", "credit-g:new"])
def test_a_name_that_is_none_is_refused_before_any_request(asked: list[dict[str, Any]], wanted: str) -> None:
    """Nothing is sent."""
    with pytest.raises(InvalidPredictions, match=r"names no data set"):
        fetch(wanted)
    assert asked == []


def test_a_data_set_with_several_targets_needs_one_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is asked for; which target is meant is not guessed."""
    answer = Bunch(frame=pd.DataFrame({"a": [1]}), target_names=["a", "b"], details={})
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", lambda **_: answer)
    assert main(["--openml", "visits", "-o", str(tmp_path / "out.csv")]) == 2
    assert "--target COLUMN" in capsys.readouterr().err

"""Data sets from OpenML, with a stub in place of the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import pandas as pd
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

from f1tools.core.types import InvalidPredictions
from f1tools.lab.__main__ import main
from f1tools.lab.table import fetch_openml_table, read_task
from tests.lab.tables import table


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Replace the request by a stub and record its arguments."""
    recorded: list[dict[str, Any]] = []

    def answer(**arguments: Any) -> Bunch:
        recorded.append(arguments)
        frame = table().astype({"job": "category", "outcome": "category"})
        return Bunch(frame=frame, target_names=["outcome"], details={"name": "visits", "version": "2"})

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", answer)
    return recorded


@pytest.mark.parametrize(("name", "version"), [("visits", "active"), ("visits:2", 2)])
def test_a_data_set_is_fetched_by_name(requests: list[dict[str, Any]], name: str, version: object) -> None:
    """The version is optional, the title states it, and the table is read like any other."""
    frame, target, title = fetch_openml_table(name)
    assert [(each["name"], each["version"]) for each in requests] == [("visits", version)]
    assert (target, title) == ("outcome", "OpenML visits version 2")
    actual = read_task(frame, "outcome", title=title)
    assert actual.title == title
    assert actual.digest() == read_task(table(), "outcome").digest()


@pytest.mark.usefixtures("quick")
def test_the_command_sends_requests_only_for_openml(
    requests: list[dict[str, Any]], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file needs no request; --openml needs no --target if the data set has one."""
    options = ["--repeats", "1", "--folds", "2", "-o", str(tmp_path / "out.csv")]
    assert main([str(data), "--target", "outcome", *options]) == 0
    expected = (tmp_path / "out.csv").read_bytes()
    assert requests == []
    assert main(["--openml", "visits", *options]) == 0
    assert len(requests) == 1
    assert (tmp_path / "out.csv").read_bytes() == expected
    assert "sick is positive" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "message"),
    [(URLError("no route"), "no route"), (ValueError("No known dataset with name x."), "No known dataset with name x")],
)
def test_failed_requests_raise(monkeypatch: pytest.MonkeyPatch, error: Exception, message: str) -> None:
    """The message states the reason, such as no network or an unknown name."""

    def fail(**_: Any) -> None:
        raise error

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(InvalidPredictions, match=rf"^OpenML's data set x can't be fetched: .*{message}.*use a file\.$"):
        fetch_openml_table("x")


@pytest.mark.parametrize("name", ["", ":1", "credit-g:new"])
def test_invalid_names_raise_before_any_request(requests: list[dict[str, Any]], name: str) -> None:
    """A version that is not a number is invalid, for example."""
    with pytest.raises(InvalidPredictions, match=r"is not the name of a data set"):
        fetch_openml_table(name)
    assert requests == []


def test_several_targets_need_a_choice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message asks for --target."""
    answer = Bunch(frame=pd.DataFrame({"a": [1]}), target_names=["a", "b"], details={})
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", lambda **_: answer)
    assert main(["--openml", "visits", "-o", str(tmp_path / "out.csv")]) == 2
    assert "--target COLUMN" in capsys.readouterr().err

"""Fixtures for the tests of the lab's command."""

from __future__ import annotations

from pathlib import Path

import pytest

from f1tools.lab import experiment
from tests.lab.tables import QUICK, table


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "visits.csv"
    table().to_csv(path, index=False)
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the networks by models that train in a millisecond."""
    monkeypatch.setattr(experiment, "build_trainers", lambda *_: (QUICK, {}))
